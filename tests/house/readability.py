"""How hard a German text is to read, measured as schools and offices measure it.

- Erste Wiener Sachtextformel (Bamberger and Vanecek 1984), the school year from which a text is understood:
  WSTF1 = 0.1935·MS + 0.1672·SL + 0.1297·IW − 0.0327·ES − 0.875
- LIX (Björnsson 1968): LIX = SL + IW; below 30 very easy, as in books for children.

MS: percentage of words with three or more syllables; SL: words a sentence; IW: percentage of words with more than six
letters; ES: percentage of words with one syllable. A sentence ends at . ! ? or : before a space; a hyphenated word is
one word. Syllables are counted by groups of vowels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_VOWELS = re.compile(r"(?:aa|ee|oo|ie|ei|ai|au|eu|äu|ey|ay|[aeiouyäöü])", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:-[A-Za-zÄÖÜäöüß]+)*")
_WORD_OF_SENTENCE = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:-\w+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n")


@dataclass(frozen=True)
class Readability:
    """The figures of one text; `longest` is its longest sentence, `words_in_longest` its number of words."""

    words: int
    wstf1: float
    lix: float
    longest: str
    words_in_longest: int


def sentences(text: str) -> list[str]:
    """Split a text into its sentences."""
    flat = re.sub(r"\s+", " ", text)
    return [each for each in _SENTENCE_END.split(flat) if re.search(r"\w", each)]


def words_in(sentence: str) -> int:
    """Count the words of one sentence."""
    return len(_WORD_OF_SENTENCE.findall(sentence))


def measure(text: str) -> Readability:
    """Measure a German text. Raises ValueError where there is no word in it."""
    words = [word.replace("-", "") for word in _WORD.findall(re.sub(r"\s+", " ", text))]
    parts = sentences(text)
    if not words:
        raise ValueError("a text without words has no readability")
    syllables = [_syllables(word) for word in words]
    many = 100 * sum(count >= 3 for count in syllables) / len(words)
    single = 100 * sum(count == 1 for count in syllables) / len(words)
    long = 100 * sum(len(word) > 6 for word in words) / len(words)
    length = len(words) / len(parts)
    wstf1 = 0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * single - 0.875
    longest = max(parts, key=words_in)
    return Readability(len(words), round(wstf1, 1), round(length + long, 1), longest, words_in(longest))


def _syllables(word: str) -> int:
    return max(1, len(_VOWELS.findall(word.lower().replace("qu", "kw"))))


class PageText(HTMLParser):
    """Takes from a page what a pupil reads in it: the text of `main`, each block a sentence of its own.

    Left out: names, numbers and addresses of people and schools (`translate="no"`), other languages, and scripts.
    """

    INLINE = frozenset({"a", "abbr", "b", "bdi", "bdo", "em", "i", "mark", "small", "span", "strong", "u", "wbr"})
    VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
    DARK = frozenset({"script", "style", "svg", "template", "textarea", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self._open: list[tuple[str, bool]] = []  # each open element, and whether its text counts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE:
            self._end_block()
        if tag in self.VOID:
            return
        given = dict(attrs)
        foreign = given.get("translate") == "no" or (given.get("lang") or "de") != "de"
        counts = (self._open[-1][1] or tag == "main") if self._open else tag == "main"
        self._open.append((tag, counts and not foreign and tag not in self.DARK))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.INLINE:
            self._end_block()
        while self._open and tag not in self.VOID:
            closed, _ = self._open.pop()
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1]:
            self.blocks[-1] += data

    def _end_block(self) -> None:
        self.blocks.append("")

    def text(self) -> str:
        """Return the text; a block that ends without a full stop gets one, as a reader pauses there."""
        blocks = [re.sub(r"\s+", " ", block).strip() for block in self.blocks]
        return "\n".join(block if block[-1] in ".!?:" else f"{block}." for block in blocks if re.search(r"\w", block))


def text_of(page: str) -> str:
    """Return what a pupil reads in an HTML page."""
    reader = PageText()
    reader.feed(page)
    reader.close()
    return reader.text()
