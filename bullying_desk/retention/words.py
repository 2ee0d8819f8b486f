"""The kinds of data, of requests and of refused periods, and the officer's letters. The words are in words.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from bullying_desk.erasing.default_periods import Kind
from bullying_desk.retention.changing_periods import Wrong
from bullying_desk.retention.models import Art
from bullying_desk.texts import Every, Spoken, Text, TextFile

_Paragraph = Annotated[str, Spoken.some_of("received", "due")]


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft of a letter: its name in addresses, its subject line, its paragraphs.

    It leaves on paper or by the officer's own mail, never from this program.
    """

    code: str
    title: Text
    paragraphs: tuple[_Paragraph, ...]


@dataclass(frozen=True, slots=True)
class RetentionWords:
    """The file. `kinds`: what the data are, and from when their days count; `shared`: paragraphs of several letters."""

    kinds: Mapping[Kind, tuple[Text, Text]]
    requests: Every[Art, Text]
    wrong: Mapping[Wrong, Annotated[str, Spoken.some_of("most", "least")]]
    shared: Mapping[str, Text]
    letters: tuple[Letter, ...]


FILE: Final = TextFile(__file__, RetentionWords)
_CONTENT: Final = FILE.read()
KIND_WORDS: Final = _CONTENT.kinds
ART_WORDS: Final = _CONTENT.requests
WRONG_WORDS: Final = _CONTENT.wrong
LETTERS: Final = _CONTENT.letters
LETTER_BY_CODE: Final[Mapping[str, Letter]] = {letter.code: letter for letter in LETTERS}
