"""Six hundred people for 171 schools, invited from one list; and the same list a second time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from bullying_desk.accounts.city import coordination
from bullying_desk.accounts.invitations.bulk import COLUMNS
from bullying_desk.accounts.invitations.tables import write_csv
from bullying_desk.accounts.models import InvitationKind, Person
from bullying_desk.clock import Clock
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import School
from tests import rights_by_hand
from tests.benchmarks.city import NAMES, City, fill_city
from tests.benchmarks.figures import Figure

PEOPLE = 600
ROLES = ("Schulsozialarbeit", "Beratungslehrkraft", "Vertrauenslehrkraft", "Koordination der Schule")


def figures(folder: Path) -> Iterator[Figure]:
    """Read, check and carry out the list, mails written."""
    city = fill_city(folder)
    content = _list(city)
    for name, most in (("600 people invited from a list", 20.0), ("the same list again", 20.0)):
        begin = time.monotonic()
        with city.database.transaction() as session:
            plan = coordination.plan_file(session, content)
            assert not plan.errors, plan.errors[:3]
            coordination.carry_out(session, city.settings, plan, InvitationKind.MAIL, None, Clock())
        yield Figure(name, time.monotonic() - begin, "s", most=most)
    with city.database.transaction(write=False) as session:
        mails = session.scalar(select(func.count()).select_from(OutboxMail)) or 0
        people = rights_by_hand.count(session, Person, Person.email.like("%@liste.example"))
    yield Figure("of 600 people, those with an account to come", people, "", least=PEOPLE, most=PEOPLE)
    yield Figure("mails written for them", mails, "", least=PEOPLE, most=PEOPLE)


def _list(city: City) -> bytes:
    dice = Random(4)
    with city.database.transaction(write=False) as session:
        numbers = list(session.scalars(select(School.number)))
    rows = [
        [numbers[n % len(numbers)], f"Kim {dice.choice(NAMES)}", f"p{n}@liste.example", ROLES[n % 4], "Stadt Dortmund"]
        for n in range(PEOPLE)
    ]
    return write_csv(COLUMNS, rows).encode()
