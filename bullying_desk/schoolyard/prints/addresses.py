"""The school's short address as paper carries it: a QR code to scan, and words to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno

QUIET_ZONE: Final = 4  # modules of white around the code (ISO/IEC 18004)


class AddressMissing(Exception):
    """The service's own address (`base_url`) is not set: nothing can be printed that leads to it."""


@dataclass(frozen=True, slots=True)
class ShortAddress:
    """One school's address: `scanned` in capitals, for the QR code's dense alphabet; `typed` as a child types it."""

    scanned: str
    typed: str


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as an SVG path; `modules` is its side with the quiet zone."""

    path: str
    modules: int

    @property
    def svg(self) -> str:
        """The code as an SVG file of its own, black on white."""
        side = self.modules
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{self.path}"/></svg>'
        )


def short_address(base_url: str, key: str, query: str = "") -> ShortAddress:
    """Return the short address of the school with this key; `query` carries a language. Raises AddressMissing."""
    base = base_url.strip().rstrip("/")
    if not base:
        raise AddressMissing
    return ShortAddress(f"{base}/{key}".upper() + query, f"{base.partition('://')[2] or base}/{key}{query}")


def place_address(scanned: str, number: int) -> str:
    """Return the address on the sticker of a kind of place: `HTTPS://…/S/K7M2/3`, and its language."""
    base, _slash, last = scanned.rpartition("/")
    key, mark, query = last.partition("?")
    return f"{base}/S/{key}/{number}{mark}{query}"


def qr_code(text: str) -> QrCode:
    """Return the code at level Q: a quarter of it may be dirty or torn, which a corridor will see to."""
    code = segno.make(text, error="q", micro=False, boost_error=False)
    parts = []
    for y, row in enumerate(code.matrix, QUIET_ZONE):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                parts.append(f"M{x + QUIET_ZONE} {y}h{run}v1h-{run}z")
            x += run or 1
    return QrCode("".join(parts), len(code.matrix) + 2 * QUIET_ZONE)
