"""Words that may mean that somebody does not want to live any more: looked for in the page, never on the server.

A child on the German page may write Turkish, and the other way round. So every page looks for the words of all
languages. They are one static file, `crisis_words.js`. Every page with a text field loads it, before anybody types.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("crisis_words.yml")
_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l"}
_BETWEEN = re.compile("[^a-z0-9\u0400-\u04ff\u0620-\u064a\u066e-\u06d3]+")  # Latin, Cyrillic and Arabic letters stay


@dataclass(frozen=True, slots=True)
class CrisisWords:
    """The expressions of all languages: what only sounds like it, and what shows the box."""

    idioms: tuple[str, ...]
    meant: tuple[str, ...]

    @property
    def script(self) -> bytes:
        """Return the file that typing.js reads both lists from."""
        lists = json.dumps([self.idioms, self.meant], ensure_ascii=False, separators=(",", ":"))
        return f"/* Made from guidance/crisis_words.yml for typing.js. */\nwindow.crisisWords = {lists};\n".encode()

    def found_in(self, text: str) -> bool:
        """Whether a text shows the box; typing.js does the same."""
        left = plain(text)
        for idiom in self.idioms:
            left = re.sub(idiom, " ", left)
        return any(re.search(words, left) for words in self.meant)


@cache
def crisis_words() -> CrisisWords:
    """Return the expressions of all languages, German first."""
    lists = yaml.safe_load(FILE.read_text("utf-8"))
    idioms, meant = ([words for each in lists.values() for words in each[part]] for part in ("idioms", "meant"))
    return CrisisWords(tuple(idioms), tuple(meant))


def plain(text: str) -> str:
    """Return a text in small letters without accents and signs, one blank between words and at both ends."""
    small = "".join(_LETTERS.get(sign, sign) for sign in unicodedata.normalize("NFC", text.lower()))
    bare = "".join(sign for sign in unicodedata.normalize("NFD", small) if not unicodedata.combining(sign))
    return f" {_BETWEEN.sub(' ', bare).strip()} "
