"""The kinds of data, of requests and of refused periods in German. The words are in words.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from bullying_desk.erasing.lifetimes import Kind
from bullying_desk.retention.models import Art
from bullying_desk.retention.periods import Wrong
from bullying_desk.texts import Every, Spoken, Text, TextFile


@dataclass(frozen=True, slots=True)
class RetentionWords:
    """The file. `kinds`: what the data are, and from when their days count."""

    kinds: Mapping[Kind, tuple[Text, Text]]
    requests: Every[Art, Text]
    wrong: Mapping[Wrong, Annotated[str, Spoken.some_of("most", "least")]]


FILE: Final = TextFile(__file__, RetentionWords)
_CONTENT: Final = FILE.read()
KIND_WORDS: Final = _CONTENT.kinds
ART_WORDS: Final = _CONTENT.requests
WRONG_WORDS: Final = _CONTENT.wrong
