"""„Wer darf was lesen?“: the permissions in German, made from the policy itself, so that they cannot go stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bullying_desk.access.permissions import Permission
from bullying_desk.access.policy import POLICY
from bullying_desk.access.roles import Role
from bullying_desk.accounts.trail.trail_words import ROLE_WORDS
from bullying_desk.texts import Every, Text, TextFile
from bullying_desk.web.language import _


@dataclass(frozen=True, slots=True)
class PermissionWords:
    """The file. `reads`: what each permission shows; `data`: each kind of data, who reads it, what they need for it."""

    reads: Every[Permission, tuple[Text, ...]]
    data: tuple[tuple[Text, Text, Text], ...]


FILE: Final = TextFile(__file__, PermissionWords)
_CONTENT: Final = FILE.read()
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
