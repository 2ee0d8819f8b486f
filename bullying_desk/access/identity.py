"""Who asks: a plain value, detached from the database, that views and work modules pass along."""

from __future__ import annotations

from dataclasses import dataclass, field

from bullying_desk.access.permissions import Permission
from bullying_desk.access.policy import POLICY
from bullying_desk.access.roles import Role


@dataclass(frozen=True, slots=True)
class SeatIdentity:
    """One seat of the person who asks: where (None: the city) and as what."""

    id: int
    role: Role
    school_id: int | None
    shown_name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in member of staff.

    `active` is False until a second person has compared the key words. Until then a person may keep their own account
    and compare, but holds no other permission (docs/sealing.md, Keys).
    """

    person_id: int
    display_name: str
    seats: tuple[SeatIdentity, ...] = ()
    active: bool = True
    permissions: frozenset[Permission] = field(init=False)

    def __post_init__(self) -> None:
        granted: set[Permission] = {Permission.USE_DESK}
        if self.active:
            for seat in self.seats:
                granted |= POLICY[seat.role]
        object.__setattr__(self, "permissions", frozenset(granted))

    def may(self, permission: Permission) -> bool:
        """Whether any seat gives this permission."""
        return permission in self.permissions

    def schools(self, *roles: Role) -> frozenset[int]:
        """Return the ids of the schools where the person holds one of these roles (any role if none is named)."""
        return frozenset(
            seat.school_id for seat in self.seats if seat.school_id is not None and (not roles or seat.role in roles)
        )

    def has_role(self, role: Role) -> bool:
        """Whether any seat has this role."""
        return any(seat.role is role for seat in self.seats)
