"""The screen in the foyer: six people at a time in large type, readable at four metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bullying_desk.schools.presence import Board, Presence
from bullying_desk.schoolyard.prints.addresses import AddressMissing, QrCode, ShortAddress, qr_code, short_address

PEOPLE: Final = 6  # fill a screen of 1,920 × 1,080 px; more go to a second one
_ALONE, _IN_TURN = 60, 20  # seconds until the screen asks again


@dataclass(frozen=True, slots=True)
class WallSheet:
    """One screen; `following` is the number of the next sheet, from 1."""

    board: Board
    people: tuple[Presence, ...]
    page: int
    pages: int

    @property
    def following(self) -> int:
        """The sheet after this one; after the last comes the first."""
        return self.page % self.pages + 1

    @property
    def seconds(self) -> int:
        """How long the sheet stays."""
        return _ALONE if self.pages == 1 else _IN_TURN


def sheet(board: Board, page: str) -> WallSheet:
    """Return one sheet of a board; a page that is no number, or is not there, is the first."""
    pages = max(-(-len(board.people) // PEOPLE), 1)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 3 else 1
    number = number if 1 <= number <= pages else 1
    return WallSheet(board, board.people[(number - 1) * PEOPLE : number * PEOPLE], number, pages)


def address(base_url: str, key: str) -> tuple[ShortAddress, QrCode] | None:
    """Return the school's short address with its code, or None where the service has no address yet."""
    try:
        short = short_address(base_url, key)
    except AddressMissing:
        return None
    return short, qr_code(short.scanned)
