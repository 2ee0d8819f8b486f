"""The view before a print: the texts with their bars, and each word in them that can be pressed.

Under the bar the word can still be read here, so that a person can check it. A view is never printed: what goes into
the PDF is made by `sheet.py`, from runs that do not hold the word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bullying_desk.cases.papers.timeline import Moment
from bullying_desk.cases.printing.blackening import Blackener
from bullying_desk.cases.printing.proposing import Proposal, tokens
from bullying_desk.cases.printing.sheet import fit


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the view. `number` and `word`: which word is pressed here, or 0; `first`: here is its check box."""

    text: str
    black: bool = False
    number: int = 0
    word: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class BlockView:
    """One moment in the view: the values of its pairs, in order, and its text."""

    values: tuple[list[Piece], ...]
    text: list[Piece]


@dataclass(frozen=True, slots=True)
class PrintView:
    """The view: its moments, the words of staff, and every word that can be pressed."""

    blocks: tuple[BlockView, ...]
    own: list[Piece]
    pressable: tuple[str, ...]


def view_of(moments: Iterable[Moment], own: str, blackener: Blackener, proposals: Collection[Proposal]) -> PrintView:
    """Return the view of texts that are blackened by `blackener`; a word of `proposals` can be pressed."""
    made = _Marking(blackener, proposals)
    blocks = [
        BlockView(tuple(made.pieces(value) for _label, value in one.pairs), made.pieces(one.text or ""))
        for one in moments
    ]
    return PrintView(tuple(blocks), made.pieces(own), tuple(made.shown))


class _Marking:
    """Cuts texts into pieces, and remembers where each word came first: that is where its check box stands."""

    def __init__(self, blackener: Blackener, proposals: Collection[Proposal]) -> None:
        self._blackener = blackener
        self._of_key: Mapping[str, str] = {one.key: one.word for one in proposals}
        self._words = frozenset(self._of_key.values())
        self.shown: dict[str, int] = {}

    def pieces(self, text: str) -> list[Piece]:
        plain, found, last = unicodedata.normalize("NFC", text.replace("\r\n", "\n")), list[Piece](), 0
        for gap in self._blackener.gaps(plain):
            found += self._open(plain[last : gap.start])
            pressed = gap.word in self._words
            found.append(self._press(plain[gap.start : gap.end], gap.word, True) if pressed else Piece(gap.role, True))
            last = gap.end
        return found + self._open(plain[last:])

    def _open(self, text: str) -> list[Piece]:
        """Return text that is not blackened, with each word that could be."""
        found, last = list[Piece](), 0
        for token in tokens(text):
            if (word := self._of_key.get(token.key)) is None:
                continue
            found += [Piece(fit(text[last : token.start]))] if token.start > last else []
            found.append(self._press(token.text, word, False))
            last = token.start + len(token.text)
        return found + ([Piece(fit(text[last:]))] if last < len(text) else [])

    def _press(self, text: str, word: str, black: bool) -> Piece:
        first = word not in self.shown
        number = self.shown.setdefault(word, len(self.shown) + 1)
        return Piece(fit(text), black, number, word, first)
