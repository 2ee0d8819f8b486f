"""The trail in German: every declared act, every role, and the facts of acts. The words are in trail_words.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.access.roles import Role
from bullying_desk.audit.events import Event
from bullying_desk.texts import Every, Text, TextFile


@dataclass(frozen=True, slots=True)
class TrailWords:
    """The file. `values`: codes that facts hold."""

    events: Every[Event, Text]
    roles: Every[Role, Text]
    facts: Mapping[str, Text]
    values: Mapping[str, Text]


FILE: Final = TextFile(__file__, TrailWords)
_CONTENT: Final = FILE.read()
EVENT_WORDS: Final = _CONTENT.events
BY_CODE: Final[dict[str, str]] = {event.code: words for event, words in EVENT_WORDS.items()}
ROLE_WORDS: Final = _CONTENT.roles
FACT_WORDS: Final = _CONTENT.facts
# Whatever is not here is shown as it is written: an id, a number or a day.
VALUE_WORDS: Final = {**{role.value: words for role, words in ROLE_WORDS.items()}, **_CONTENT.values}
# Facts that are ids of rows: shown in the same short writing as in the other columns.
ID_FACTS = frozenset({"seat", "report", "person", "school"})
