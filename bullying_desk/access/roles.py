"""The roles a seat can carry (principle P1)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is, at one school or in the city. One person may hold several roles, each in a seat of its own."""

    CONTACT_PERSON = "contact_person"
    SCHOOL_COORDINATOR = "school_coordinator"
    SCHOOL_HEAD = "school_head"
    CITY_TEAM = "city_team"
    CITY_COORDINATOR = "city_coordinator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    LESSON_EDITOR = "lesson_editor"

    @property
    def of_city(self) -> bool:
        """Whether the role belongs to the city rather than to one school."""
        return self in CITY_ROLES


CITY_ROLES = frozenset({Role.CITY_TEAM, Role.CITY_COORDINATOR, Role.DATA_PROTECTION_OFFICER, Role.LESSON_EDITOR})
SCHOOL_ROLES = frozenset(Role) - CITY_ROLES
READER_ROLES = frozenset({Role.CONTACT_PERSON, Role.CITY_TEAM})
