"""The printed recovery code, and two of its groups that are typed from the paper before the page is left.

Nothing of it is kept: the page that shows the code sends it back with the two groups.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

GROUPS = 7


@dataclass(frozen=True, slots=True)
class Printout:
    """A recovery code as it is printed: seven groups of four letters."""

    code: str = field(repr=False)

    @property
    def groups(self) -> list[str]:
        """The groups, or none where it is no such code."""
        found = self.code.replace("-", " ").split()
        return found if len(found) == GROUPS else []

    @property
    def asked(self) -> tuple[int, int]:
        """Which two groups are typed, counted from 1; others for another code."""
        number = hashlib.sha256(self.code.encode()).digest()[0]
        first = number % (GROUPS - 1) + 1
        return first, first + 1 + number // 8 % (GROUPS - first)

    def agrees(self, typed: dict[int, str]) -> bool:
        """Whether the typed groups are those of the code; small letters and spaces do not matter."""
        groups = self.groups
        return bool(groups) and all(
            "".join(typed.get(number, "").split()).upper() == groups[number - 1] for number in self.asked
        )
