"""Drafts of the officer's letters. They leave on paper or by the officer's own mail, never from this program.

The words are in letter_drafts.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from bullying_desk.texts import Spoken, Text, TextFile

_Paragraph = Annotated[str, Spoken.some_of("received", "due")]


@dataclass(frozen=True, slots=True)
class Letter:
    """One draft: its name in addresses, its subject line, its paragraphs."""

    code: str
    title: Text
    paragraphs: tuple[_Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """The file: paragraphs that several letters share, and the letters."""

    shared: Mapping[str, Text]
    letters: tuple[Letter, ...]


FILE: Final = TextFile(__file__, Letters)
LETTERS: Final = FILE.read().letters
BY_CODE: Final[Mapping[str, Letter]] = {letter.code: letter for letter in LETTERS}
