"""The table: which role gives which permission. Nothing outside this table gives a permission."""

from __future__ import annotations

from bullying_desk.access.permissions import Permission as P
from bullying_desk.access.roles import READER_ROLES, Role

POLICY: dict[Role, frozenset[P]] = {
    Role.CONTACT_PERSON: frozenset({P.USE_DESK, P.READ_CASE}),
    Role.CITY_TEAM: frozenset({P.USE_DESK, P.READ_CASE}),
    Role.SCHOOL_COORDINATOR: frozenset({P.USE_DESK, P.MANAGE_TEAM}),
    Role.SCHOOL_HEAD: frozenset({P.USE_DESK, P.READ_OWN_SCHOOL}),
    Role.CITY_COORDINATOR: frozenset({P.USE_DESK, P.MANAGE_CITY, P.MANAGE_SCHOOLS}),
    Role.DATA_PROTECTION_OFFICER: frozenset({P.USE_DESK, P.READ_TRAIL, P.KEEP_REQUESTS}),
    Role.LESSON_EDITOR: frozenset({P.USE_DESK, P.EDIT_LESSONS}),
}

# Head and contact exclude each other (principle P1): the person who grades and punishes does not listen in confidence.
EXCLUSIVE: frozenset[frozenset[Role]] = frozenset({frozenset({Role.SCHOOL_HEAD, Role.CONTACT_PERSON})})
# The officer sees in the trail that there is a case, and who reads it. Nobody controls their own reading (Art. 38 (6)
# GDPR), and a person who was left out of a report must not learn of it there. So not even at different schools.
# A head in the city's team would be second line for their own school and would read what a head never reads.
EXCLUSIVE_EVERYWHERE: frozenset[frozenset[Role]] = frozenset(
    frozenset({Role.DATA_PROTECTION_OFFICER, role}) for role in sorted(READER_ROLES | {Role.SCHOOL_HEAD})
) | {frozenset({Role.CITY_TEAM, Role.SCHOOL_HEAD})}
