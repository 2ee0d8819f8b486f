"""Which characters a print can hold.

typst refuses a whole print for one character without a glyph (PDF/UA-1, 7.21.7). The preview shows what replaces such a
character.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from bullying_desk.pdf.fonts import SHAPES

#: Signs without a look of their own that join or part letters: Persian, Sinhala and families of emoji need them.
_JOINERS: Final = frozenset("\u200c\u200d")
_VARIANTS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))  # „this sign as text“, „… as a picture“
_GONE: Final = frozenset({"Cf"})  # soft hyphens, turned writing: they would change what others read
_BLANK: Final = frozenset({"Cc", "Co", "Cs", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


def printable(text: str) -> str:
    """Return text as it is printed: NFC, without controls, with „[U+13000]“ for a sign without a font."""
    return "".join(
        part if fits else "".join(f"[U+{ord(sign):04X}]" for sign in part) for part, fits in _parts(_plain(text))
    )


def without_font(text: str) -> tuple[str, ...]:
    """Return the signs of a text that no font has a shape for, each once, in their order."""
    return tuple(dict.fromkeys(sign for part, fits in _parts(_plain(text)) if not fits for sign in part))


def is_right_to_left(text: str) -> bool:
    """Whether a text begins at the right: its first letter decides (Unicode UAX #9, P2 and P3), as in a browser."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def han_language(text: str) -> str:
    """Return whose forms Han signs take: `ja` beside kana, `ko` beside hangul, else `zh`; `de` where there are none."""
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in text if sign > "\u2e7f"}
    for script, language in (("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh")):
        if script in scripts:
            return language
    return "de"


def _plain(text: str) -> str:
    kept: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        if sign in _JOINERS or kind not in _GONE:
            kept.append(" " if kind in _BLANK else sign)
    return "".join(kept)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each a sign with the marks above and below it, and whether one font has all of it.

    typst sets such a piece from one font. Where no font has both, or a mark stands alone, the marks have no shape.
    """
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and (unicodedata.category(text[end]) in _MARKS or text[end] in _JOINERS):
            end += 1
        piece, at = text[at:end], end
        alone = unicodedata.category(piece[0]) in _MARKS or piece[0].isspace()
        if _holds_all(piece) and not (alone and piece.strip()):
            yield piece, True
            continue
        yield piece[0], unicodedata.category(piece[0]) not in _MARKS and _holds_all(piece[0])
        for mark in piece[1:]:
            if mark not in _VARIANTS and mark not in _JOINERS:
                yield mark, False


def _holds_all(piece: str) -> bool:
    """Whether one font has a shape for every sign of a piece."""
    seen = [_holders(ord(sign)) for sign in piece if sign not in _JOINERS and sign not in _VARIANTS]
    return not seen or bool(frozenset.intersection(*seen))


@lru_cache(maxsize=1024)
def _holders(sign: int) -> frozenset[int]:
    """Return the fonts that have a shape for a sign."""
    found = set()
    for number, (firsts, lasts) in enumerate(_fonts()):
        at = bisect_right(firsts, sign) - 1
        if at >= 0 and sign <= lasts[at]:
            found.add(number)
    return frozenset(found)


@cache
def _fonts() -> tuple[tuple[list[int], list[int]], ...]:
    """Read the first and the last sign of each range of each font; about 10,000 numbers."""
    found = []
    for line in (files("bullying_desk.pdf") / SHAPES).read_text("utf-8").splitlines():
        ranges = [part.partition("-") for part in line.partition("\t")[2].split()]
        found.append(([int(a, 16) for a, _, _b in ranges], [int(b or a, 16) for a, _, b in ranges]))
    return tuple(found)
