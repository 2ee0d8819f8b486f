"""Words that may mean that somebody does not want to live any more: looked for in the page, never on the server.

A child on the German page may write Turkish, and the other way round. So every page looks for the words of all
languages: its own and German come with the page, the others when somebody begins to write, whatever it is.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("crisis_words.yml")
ALWAYS = "de"
_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l"}
_BETWEEN = re.compile("[^a-z0-9\u0400-\u04ff\u0620-\u064a\u066e-\u06d3]+")  # Latin, Cyrillic and Arabic letters stay
_ANY = "\N{ASTERISK OPERATOR}"  # the end of a word, until the other marks are read
_GROUP = r"\((?:[^()]|\([^()]*\))*\)"


@dataclass(frozen=True, slots=True)
class CrisisWords:
    """The expressions of some languages: what only sounds like it, and what shows the box."""

    idioms: tuple[str, ...]
    meant: tuple[str, ...]

    @property
    def script(self) -> bytes:
        """Return the file that typing.js reads both lists from; a second file adds its lists to the first."""
        lists = json.dumps([self.idioms, self.meant], ensure_ascii=False, separators=(",", ":"))
        made = (
            "/* Made from guidance/crisis_words.yml for typing.js. */\nwindow.crisisWords = window.crisisWords || [];\n"
        )
        return f"{made}window.crisisWords.push({lists});\n".encode()

    def found_in(self, text: str) -> bool:
        """Whether a text shows the box; typing.js does the same."""
        left = plain(text)
        for idiom in self.idioms:
            left = re.sub(idiom, " ", left)
        return any(re.search(words, left) for words in self.meant)


@cache
def by_language() -> Mapping[str, CrisisWords]:
    """Return the expressions of each language, German first."""
    lists = yaml.safe_load(FILE.read_text("utf-8"))
    return {language: _of_language(**each) for language, each in lists.items()}


def with_the_page(language: str) -> CrisisWords:
    """Return what comes with a page: German, and the page's own language."""
    return _together(each for each in by_language() if each in (ALWAYS, language))


def after_the_page(language: str) -> CrisisWords:
    """Return the other languages' words, which come when somebody begins to write."""
    return _together(each for each in by_language() if each not in (ALWAYS, language))


def _together(languages: Iterable[str]) -> CrisisWords:
    words = [by_language()[each] for each in languages]
    return CrisisWords(tuple(i for each in words for i in each.idioms), tuple(m for each in words for m in each.meant))


def _of_language(idioms: list[str], meant: list[str], families: Mapping[str, str] | None = None) -> CrisisWords:
    alike = {name: f"({'|'.join(words.split(', '))})" for name, words in (families or {}).items()}
    return CrisisWords(
        tuple(expression(line, alike) for line in idioms), tuple(expression(line, alike) for line in meant)
    )


def expression(line: str, families: Mapping[str, str]) -> str:
    """Make a regular expression of one line of the list; its marks stand at the head of the list."""
    line = re.sub(r"<(\w+)>", lambda family: families[family[1]], line)
    start, end = ("" if line.startswith("*") else " "), ("" if line.endswith("*") else " ")
    line = line.strip("*")
    line = re.sub(r" !\(([^()]*)\) ?", lambda look: f" (?!{_beginnings(look[1])})", line)
    end = "" if re.search(r"\(\?![^()]*\)$", line) else end
    line = line.replace("*", _ANY)
    line = re.sub(r" ~(\d+)!\(([^()]*)\)", lambda gap: f"( (?!{_beginnings(gap[2])})[^ ]+){{0,{gap[1]}}}", line)
    line = re.sub(r" ~(\d+)", r"( [^ ]+){0,\1}", line)
    line = re.sub(rf" ({_GROUP})\.\.", r"( \1)+", line)
    line = re.sub(r" \[([^\]^]*)\]\.\.", r"( (\1))*", line)
    line = re.sub(r" \[([^\]^]*)\]", r"( (\1))?", line)
    return start + line.replace(_ANY, "[^ ]*") + end


def _beginnings(words: str) -> str:
    return "|".join(word[:-1] if word.endswith("*") else f"{word} " for word in words.split("|"))


def plain(text: str) -> str:
    """Return a text in small letters without accents and signs, one blank between words and at both ends."""
    small = "".join(_LETTERS.get(sign, sign) for sign in unicodedata.normalize("NFC", text.lower()))
    bare = "".join(sign for sign in unicodedata.normalize("NFD", small) if not unicodedata.combining(sign))
    return f" {_BETWEEN.sub(' ', bare).strip()} "
