"""The trail and the roles in German: every declared act, the facts of acts, and who may read what.

The words are in trail_words.yml. „Wer darf was lesen?“ is made from the policy itself, so that it cannot go stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.access.permissions import Permission
from bullying_desk.access.policy import POLICY
from bullying_desk.access.roles import Role
from bullying_desk.audit.events import Event
from bullying_desk.texts import Every, Text, TextFile
from bullying_desk.web.language import _


@dataclass(frozen=True, slots=True)
class TrailWords:
    """The file. `values`: codes that facts hold.

    `reads`: what each permission shows; `data`: each kind of data, who reads it, what they need for it.
    """

    events: Every[Event, Text]
    roles: Every[Role, Text]
    facts: Mapping[str, Text]
    values: Mapping[str, Text]
    reads: Every[Permission, tuple[Text, ...]]
    data: tuple[tuple[Text, Text, Text], ...]


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
READS: Final = _CONTENT.reads
"""No role shows anything that is missing here."""
DATA: Final = _CONTENT.data


@dataclass(frozen=True, slots=True)
class RoleRights:
    """One role: its name, what it shows, and whether it can open reports at all."""

    role: Role
    name: str
    sees: tuple[str, ...]
    reads_reports: bool


def rights() -> list[RoleRights]:
    """Return every role in the order of the program, each with what it may read."""
    return [
        RoleRights(
            role,
            _(ROLE_WORDS[role]),
            tuple(_(words) for permission in Permission if permission in POLICY[role] for words in READS[permission]),
            Permission.READ_CASE in POLICY[role],
        )
        for role in Role
    ]
