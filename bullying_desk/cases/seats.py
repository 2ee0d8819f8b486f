"""The end of a seat, and of the account with its last one: sessions end at once, the vault is emptied."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import READER_ROLES, Role
from bullying_desk.accounts import late_posts
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.reports.models import ReaderReason, Report
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.web.sessions import end_all_of_person


class SeatUnknown(Exception):
    """There is no such living seat of this person, or at a school they coordinate."""


def own_seat(session: Session, person_id: int, seat_id: int) -> Seat:
    """Return one of a person's own seats that read. Raises SeatUnknown."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.person_id != person_id or seat.state is SeatState.ENDED or seat.role not in READER_ROLES:
        raise SeatUnknown
    return seat


def reading_seats(session: Session, person_id: int) -> list[Seat]:
    """Return a person's own living seats that read."""
    query = select(Seat).where(Seat.person_id == person_id, Seat.state != SeatState.ENDED, Seat.role.in_(READER_ROLES))
    return list(session.scalars(query.order_by(Seat.started_on, Seat.id)))


def coordinated_seat(session: Session, who: Identity, seat_id: int) -> Seat:
    """Return the seat of a contact person at a school somebody coordinates, not their own. Raises SeatUnknown."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.state is SeatState.ENDED or seat.role is not Role.CONTACT_PERSON:
        raise SeatUnknown
    if seat.school_id not in who.schools(Role.SCHOOL_COORDINATOR) or seat.person_id == who.person_id:
        raise SeatUnknown
    return seat


def schools_of(session: Session, person_id: int) -> list[int]:
    """Return the schools where somebody has a living seat as a contact person."""
    query = select(Seat.school_id).where(
        Seat.person_id == person_id, Seat.role == Role.CONTACT_PERSON, Seat.state != SeatState.ENDED
    )
    return [school for school in session.scalars(query) if school is not None]


def end(session: Session, seat: Seat, by: int, now: datetime) -> None:
    """End a seat; with the last one the account is closed: no session, no vault, no second factor is left."""
    today = now.astimezone(BERLIN).date()
    seat.state, seat.ended_on, seat.public_since = SeatState.ENDED, today, None
    facts = {"seat": seat.id, "role": seat.role.value, "school": seat.school_id}
    trail.record(session, Event.SEAT_ENDED, now, actor=by, subject=seat.person_id, **facts)
    session.flush()
    living = select(Seat.id).where(Seat.person_id == seat.person_id, Seat.state != SeatState.ENDED)
    if session.scalars(living.limit(1)).first() is not None:
        return
    person = session.get_one(Person, seat.person_id)
    person.state, person.left_on = PersonState.LEFT, today
    person.password_header = person.verifier = person.password_vault = None
    person.recovery_vault = person.totp_secret = None
    end_all_of_person(session, person.id)
    late_posts.forget_of(session, person.id)
    trail.record(session, Event.PERSON_LEFT, now, actor=by, subject=person.id)
    session.flush()


def note_reader(
    session: Session, event: Event, report: Report, person: int, reason: ReaderReason, by: int | None, now: datetime
) -> None:
    """Enter that somebody reads from now on, or no longer."""
    facts = {"report": report.id, "person": person, "reason": reason.value}
    trail.record(session, event, now, actor=by, subject=report.case_id, **facts)
