"""Inviting a whole city: one list, checked whole before anything is sent, safe to repeat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.invitations import (
    Invited,
    RolesExclude,
    SeatWish,
    ensure_person,
    give_seat,
    new_invitation,
)
from bullying_desk.accounts.invitations.newcomers import tell_team
from bullying_desk.accounts.invitations.second_yes import needs_a_second_yes, propose
from bullying_desk.accounts.invitations.tables import TableRow, lost_zero, numbers_in, read_table
from bullying_desk.accounts.models import Invitation, InvitationKind, Person, PersonState
from bullying_desk.accounts.sign_in.addresses import InputRefused, checked_address, checked_name
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools.models import ContactFunction, School, SchoolState, Seat
from bullying_desk.sealing.format.signs import visible

COLUMNS = ("Schulnummer", "Name", "E-Mail", "Rolle", "Anstellungsträger")
SEAT_WORDS: dict[str, tuple[Role, ContactFunction | None]] = {
    "Beratungslehrkraft": (Role.CONTACT_PERSON, ContactFunction.COUNSELLING_TEACHER),
    "Schulsozialarbeit": (Role.CONTACT_PERSON, ContactFunction.SCHOOL_SOCIAL_WORKER),
    "Vertrauenslehrkraft": (Role.CONTACT_PERSON, ContactFunction.TRUSTED_TEACHER),
    "Ansprechperson": (Role.CONTACT_PERSON, None),
    "Koordination der Schule": (Role.SCHOOL_COORDINATOR, None),
    "Schulleitung": (Role.SCHOOL_HEAD, None),
    "Stelle der Stadt": (Role.CITY_TEAM, None),
    "Koordination der Stadt": (Role.CITY_COORDINATOR, None),
    "Datenschutzbeauftragte": (Role.DATA_PROTECTION_OFFICER, None),
    "Unterrichtsredaktion": (Role.LESSON_EDITOR, None),
}
_SEATS = {words.casefold(): seat for words, seat in SEAT_WORDS.items()}


class BulkClash(Exception):
    """A line gives a person a role that excludes one they hold already (head and contact, principle P1)."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class OwnSeat(BulkClash):
    """A line gives a seat to the person who brings the list: nobody makes themselves a reader."""


@dataclass(frozen=True, slots=True)
class PersonWish:
    """One line of the list, checked."""

    line: int
    name: str
    email: str
    seat: SeatWish


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """A list after reading: its people and seats, and its errors, by line."""

    wishes: list[PersonWish] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The result of inviting: new ways in, seats for people who are there already, lines that changed nothing."""

    invited: list[Invited]
    seated: int
    unchanged: int
    proposed: int = 0  # seats that wait for a second yes


def plan_bulk(session: Session, content: bytes) -> BulkPlan:
    """Read and check a list whole. Raises TableRefused where it is no table at all."""
    return plan_rows(session, read_table(content, COLUMNS))


def plan_rows(session: Session, rows: Sequence[TableRow]) -> BulkPlan:
    """Check people, each a row with the cells of COLUMNS."""
    schools = {s.number: s for s in session.scalars(select(School).where(School.number.in_(numbers_in(rows))))}
    plan, seen = BulkPlan(), dict[tuple[str, str, Role], int]()
    names: dict[str, tuple[str, int]] = {}
    for row in rows:
        wish = _wish(row, schools, plan.errors)
        if wish is None:
            continue
        key = (wish.email, row.cells["schulnummer"], wish.seat.role)
        if key in seen:
            plan.errors.append((row.line, f"Diese Person steht mit dieser Rolle schon in Zeile {seen[key]}."))
            continue
        name, line = names.setdefault(wish.email, (wish.name, row.line))
        if name != wish.name:
            plan.errors.append((row.line, f"Zu dieser E-Mail-Adresse steht in Zeile {line} ein anderer Name."))
            continue
        seen[key] = row.line
        plan.wishes.append(wish)
    return plan


def _wish(row: TableRow, schools: dict[str, School], errors: list[tuple[int, str]]) -> PersonWish | None:
    cells, before = row.cells, len(errors)
    role, function = _SEATS.get(cells["rolle"].casefold(), (None, None))
    if role is None:
        errors.append((row.line, f"Die Rolle „{cells['rolle'][:40]}“ gibt es nicht. Möglich: {_roles()}."))
    name, email = _checked(row, checked_name, "name", errors), _checked(row, checked_address, "e-mail", errors)
    school = schools.get(cells["schulnummer"])
    if role is not None and not role.of_city:
        if school is None:
            number = cells["schulnummer"]
            meant = lost_zero(number, {each.number: each.shown_name for each in schools.values()})
            errors.append((row.line, f"Die Schulnummer „{number[:12]}“ steht nicht im Register.{meant}"))
        elif school.state is SchoolState.CLOSED:
            errors.append((row.line, "Diese Schule ist geschlossen."))
        elif function is ContactFunction.COUNSELLING_TEACHER and not school.school_form.has_counselling_teachers:
            errors.append((row.line, _NOT_AT_PRIMARY))
    elif role is not None and cells["schulnummer"]:
        errors.append((row.line, "Diese Rolle gehört zur Stadt. Lassen Sie die Schulnummer leer."))
    if role is None or len(errors) > before:
        return None
    seat = SeatWish(
        role=role,
        school_id=school.id if school is not None and not role.of_city else None,
        shown_name=name,
        function=function,
        employer=(visible(cells["anstellungsträger"]) or "")[:100],
    )
    return PersonWish(row.line, name, email, seat)


def _checked(row: TableRow, check: Callable[[str], str], cell: str, errors: list[tuple[int, str]]) -> str:
    try:
        return check(row.cells[cell])
    except InputRefused as refused:
        errors.append((row.line, refused.reason))
        return ""


_NOT_AT_PRIMARY = (
    "An Grundschulen gibt es keine Beratungslehrkräfte (BASS 12-21 Nr. 4). Möglich: Ansprechperson, Schulsozialarbeit."
)


def _roles() -> str:
    return ", ".join(SEAT_WORDS)


def apply_bulk(
    session: Session,
    plan: BulkPlan,
    kind: InvitationKind,
    by: int | None,
    now: datetime,
    today: date,
    *,
    head_may_coordinate: bool,
    second_yes: bool = False,
) -> BulkResult:
    """Make people, seats and invitations for a plan without errors.

    `second_yes`: a new seat of a person with an account waits for one; this is so where a school gives it. Safe to
    repeat: a person with an account or a valid invitation gets no second one, seats stay as they are. Raises ValueError
    for a plan with errors, BulkClash with the line where roles clash, OwnSeat with the line where people give a seat to
    themselves.
    """
    if plan.errors:
        raise ValueError("a list with errors is not carried out")
    invited: dict[int, Invited] = {}
    seated = unchanged = proposed = 0
    waiting = _living_invitations(session, now)
    for wish in plan.wishes:
        person = ensure_person(session, wish.name, wish.email, by, today)
        before = _seats_of(session, person)
        try:
            if second_yes and _waits(session, person, wish, by, now, head_may_coordinate=head_may_coordinate):
                proposed += 1
                continue
            seat = give_seat(session, person, wish.seat, today, head_may_coordinate=head_may_coordinate)
        except RolesExclude as error:
            raise BulkClash(wish.line) from error
        fresh = _seats_of(session, person) != before
        if fresh and person.id == by:
            raise OwnSeat(wish.line)
        if fresh:
            facts = {"seat": seat.id, "role": seat.role.value, "school": seat.school_id}
            record(session, Event.SEAT_GIVEN, now, actor=by, subject=person.id, **facts)
            tell_team(session, [seat], now)
        if person.state is PersonState.INVITED and person.id not in waiting:
            if person.id not in invited:
                invited[person.id] = new_invitation(session, person, kind, by, now)
        elif fresh:
            seated += 1
        else:
            unchanged += 1
    return BulkResult(list(invited.values()), seated, unchanged, proposed)


def _waits(
    session: Session, person: Person, wish: PersonWish, by: int | None, now: datetime, *, head_may_coordinate: bool
) -> bool:
    """Let the seat wait where it needs a second yes; False where it can be given. Raises RolesExclude, OwnSeat."""
    if by is None or not needs_a_second_yes(session, person, wish.seat):
        return False
    if person.id == by:
        raise OwnSeat(wish.line)
    propose(session, person, wish.seat, by, now, head_may_coordinate=head_may_coordinate)
    return True


def _seats_of(session: Session, person: Person) -> set[int]:
    return set(session.scalars(select(Seat.id).where(Seat.person_id == person.id)))


def _living_invitations(session: Session, now: datetime) -> set[int]:
    query = select(Invitation.person_id).join(Person, Person.id == Invitation.person_id)
    # Not for a person who has left: their earlier invitation does not count any more.
    query = query.where(Invitation.used_at.is_(None), Invitation.expires_at > now, Person.state == PersonState.INVITED)
    return set(session.scalars(query))
