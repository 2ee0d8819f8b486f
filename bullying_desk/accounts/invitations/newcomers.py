"""Team, head and city see every new member for a week, and the team gets a mail, so that a false one is noticed.

A contact whom nobody knows may come from a stolen coordinator's account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.notices.outbox import NO_REPLY, write_mail
from bullying_desk.schools.models import School, Seat, SeatState
from bullying_desk.web.language import _

SUBJECT = _("Ihr Team im Portal hat sich geändert")
BODY = _(
    "Guten Tag,\n\n"
    "in einem Ihrer Teams ist jemand dazugekommen. Wer das ist, steht eine Woche lang im Portal "
    "auf der Seite „Ihr Konto“ unter „Neu in dieser Woche“.\n\n"
    "Kennen Sie die Person nicht? Dann sagen Sie es sofort der Koordination.\n"
)
SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who got a seat in the last week; with two seats at one school they are listed once."""

    name: str
    school: str  # empty for a seat of the city
    since: date


def newcomers(session: Session, who: Identity, today: date) -> list[Newcomer]:
    """Return who is new where this person would notice: their own schools, the city's seats, or the whole city.

    The one who asks is left out.
    """
    query = (
        select(Person.id, Person.name, School, Seat.started_on)
        .join(Person, Person.id == Seat.person_id)
        .join(School, School.id == Seat.school_id, isouter=True)
        .where(
            Seat.state != SeatState.ENDED,
            or_(Seat.started_on > today - SHOWN_FOR, Person.compared_on > today - SHOWN_FOR),
            Seat.person_id != who.person_id,
        )
        .order_by(Seat.started_on.desc(), Person.name)
    )
    if not who.may(Permission.MANAGE_CITY):
        in_city = any(seat.role.of_city for seat in who.seats)
        mine = [Seat.school_id.in_(who.schools())]
        query = query.where(or_(*mine, Seat.school_id.is_(None)) if in_city else mine[0])
    found: dict[tuple[int, int | None], Newcomer] = {}
    for person, name, school, since in session.execute(query):
        home = cast("School | None", school)  # an outer join: seats of the city have no school
        place = home.id if home is not None else None
        found.setdefault((person, place), Newcomer(name, home.shown_name if home is not None else "", since))
    return list(found.values())


def tell_team(session: Session, seats: Iterable[Seat], now: datetime) -> None:
    """Mail everybody else with a seat at the same place that there is a new member; the mail names nobody."""
    for seat in seats:
        if seat.state is not SeatState.ACTIVE:
            continue
        query = (
            select(Person.id, Person.email)
            .join(Seat, Seat.person_id == Person.id)
            .where(Seat.school_id.is_(None) if seat.school_id is None else Seat.school_id == seat.school_id)
            .where(Seat.state == SeatState.ACTIVE, Person.state == PersonState.ACTIVE, Person.id != seat.person_id)
        )
        for person, address in sorted({(person, address) for person, address in session.execute(query)}):
            write_mail(session, person, address, SUBJECT, BODY + NO_REPLY, now)
