"""What the city coordinator's pages do."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.city.overview import SchoolLine
from bullying_desk.accounts.invitations import credentials
from bullying_desk.accounts.invitations.bulk import COLUMNS, BulkPlan, BulkResult, apply_bulk, plan_bulk, plan_rows
from bullying_desk.accounts.invitations.invitations import Invited, mail_invitation, mail_reminder, new_invitation
from bullying_desk.accounts.invitations.tables import TableRow
from bullying_desk.accounts.models import InvitationKind, Person, PersonState
from bullying_desk.accounts.team import duty
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.clock import BERLIN, Clock
from bullying_desk.config import Settings
from bullying_desk.notices import night
from bullying_desk.schooldays import Break
from bullying_desk.schools.models import Seat, SeatState

__all__ = ["BulkPlan", "carry_out", "counts", "csv_row", "plan_file", "plan_one", "remind_all"]

CSV_HEADER = (
    "Schulnummer",
    "Schule",
    "Schlüssel",
    "Stand",
    "dabei seit",
    "Koordination",
    "eingeladen",
    "angenommen",
    "verglichen",
    "letzte Anmeldung (Monat)",
    "fehlt",
)
STATE_WORDS = {"known": "bekannt", "joined": "dabei", "paused": "pausiert", "closed": "geschlossen"}
REMINDED_AGAIN = timedelta(days=7)
_MISSING = {
    PersonState.INVITED: "Die Einladung ist noch nicht angenommen. Ihre Koordination kann Ihnen eine neue schicken.",
    PersonState.ACCEPTED: "Ihre sechs Wörter hat noch niemand verglichen.",
}


def plan_file(session: Session, content: bytes) -> BulkPlan:
    """Read a list of people. Raises TableRefused."""
    return plan_bulk(session, content)


def plan_one(session: Session, number: str, name: str, email: str, role: str, employer: str) -> BulkPlan:
    """Check one person by the same rules as a list of many."""
    cells = (cell.strip() for cell in (number, name, email, role, employer))
    row = TableRow(1, {column.lower(): cell for column, cell in zip(COLUMNS, cells, strict=True)})
    return plan_rows(session, [row])


def carry_out(
    session: Session,
    settings: Settings,
    plan: BulkPlan,
    kind: InvitationKind,
    by: int | None,
    clock: Clock,
    *,
    second_yes: bool = False,
) -> BulkResult:
    """Invite everyone of a plan; mails go into the outbox, letters are for the page to print. Raises BulkClash."""
    now, head_may = clock.now(), settings.head_may_coordinate
    result = apply_bulk(
        session, plan, kind, by, now, clock.today(), head_may_coordinate=head_may, second_yes=second_yes
    )
    for invited in result.invited:
        by_letter = kind is InvitationKind.LETTER
        record(session, Event.PERSON_INVITED, now, actor=by, subject=invited.person.id, by_letter=by_letter)
        if not by_letter:
            mail_invitation(session, invited, settings.service_name, settings.base_url, now)
    session.flush()
    return result


def counts(lines: list[SchoolLine]) -> dict[str, int]:
    """Count schools by state and how many lack something."""
    found = Counter(line.state.value for line in lines)
    return {**found, "lacking": sum(bool(line.lacks) for line in lines)}


def break_without_duty(session: Session, today: date) -> Break | None:
    """Return the next holidays if nobody of the city's team is on duty on every day of them: then nobody reads."""
    ahead = duty.long_breaks(duty.members(session, today), today)[:1]
    return next((line.days for line in ahead if not line.names), None)


def csv_row(line: SchoolLine) -> list[object]:
    """Return one school as cells."""
    return [
        line.number,
        line.name,
        line.key,
        STATE_WORDS[line.state.value],
        line.joined_on or "",
        line.coordinator,
        line.invited,
        line.accepted,
        line.compared,
        line.last_sign_in.strftime("%Y-%m") if line.last_sign_in else "",
        "; ".join(f"{lack.value}: {words}" for lack, words in line.lacks),
    ]


def remind_all(session: Session, settings: Settings, now: datetime) -> int:
    """Write one reminder to each person whose account is not finished, at most one a week. Returns how many.

    A second submit, or a second coordinator, mails nobody twice: people with too many mails stop reading them.
    """
    today = now.astimezone(BERLIN).date()
    rested = or_(Person.reminded_on.is_(None), Person.reminded_on <= today - REMINDED_AGAIN)
    people = session.scalars(select(Person).where(Person.state.in_(_MISSING), rested)).all()
    for person in people:
        person.reminded_on = today
        mail_reminder(
            session,
            person.id,
            person.email,
            person.name,
            _MISSING[person.state],
            settings.service_name,
            settings.base_url,
            now,
        )
    return len(people)


# The city coordinator's work on people: how far each one is, and a new way in.


def people_of(session: Session, school_id: int | None) -> list[tuple[Person, list[Seat]]]:
    """Return the people of a school (None: of the city's own seats) with the seats they hold there."""
    rows = session.execute(
        select(Person, Seat)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.state != SeatState.ENDED, Seat.school_id == school_id)
        .order_by(Person.name)
    )
    found: dict[int, tuple[Person, list[Seat]]] = {}
    for person, seat in rows:
        found.setdefault(person.id, (person, []))[1].append(seat)
    return list(found.values())


def unreached(session: Session, now: datetime) -> dict[int, str]:
    """Return the people whose mails the mail server does not take, by name, the longest wait first."""
    ids = [one.person_id for one in night.refused(session, now)]
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    return {person: names[person] for person in ids if person in names}


def locked(session: Session, me: int) -> list[Person]:
    """Return everybody else whose account its owner has locked: a coordinator must look."""
    query = select(Person).where(Person.state == PersonState.LOCKED, Person.id != me).order_by(Person.name)
    return list(session.scalars(query))


def find(session: Session, person_id: int, me: int) -> Person | None:
    """Return another person who has not left: nobody can start again with themselves."""
    person = session.get(Person, person_id)
    return None if person is None or person.id == me or person.state is PersonState.LEFT else person


def invite_again(
    session: Session, settings: Settings, person: Person, kind: InvitationKind, by: int, now: datetime
) -> Invited:
    """Give a new way in. A person's old keys end with it; colleagues' grants restore what they could read.

    A mail goes into the outbox, a letter is for the page to print.
    """
    if person.state is PersonState.INVITED:
        invited = new_invitation(session, person, kind, by, now)
    else:
        invited = credentials.reinvite(session, person, kind, by, now)
        record(session, Event.REINVITED, now, actor=by, subject=person.id)
    by_letter = kind is InvitationKind.LETTER
    record(session, Event.PERSON_INVITED, now, actor=by, subject=person.id, by_letter=by_letter)
    if not by_letter:
        mail_invitation(session, invited, settings.service_name, settings.base_url, now)
    session.flush()
    return invited
