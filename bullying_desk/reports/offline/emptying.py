"""Who empties the box, and the reminder on each school day. It says that there is a box, and nothing of any slip."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.clock import BERLIN
from bullying_desk.night import Counts, Night
from bullying_desk.notices import outbox
from bullying_desk.reports.models import BoxKeeper, ContactBox
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import Absence, FreeDay, School, SchoolState, Seat, SeatRole, SeatState

SUBJECT: Final = "Im Portal steht eine Erinnerung"
BODY: Final = (
    "Guten Tag,\n\nbitte sehen Sie heute einmal nach dem Kasten an Ihrer Schule.\n\n"
    "Diese Nachricht kommt an jedem Schultag, auch wenn nichts darin liegt. Sie enthält keinen Link.\n"
)
_FROM, _UNTIL = 6, 15  # o'clock


def box_of(session: Session, school_id: int) -> ContactBox | None:
    """Return a school's box, or None where there is none."""
    return session.scalars(select(ContactBox).where(ContactBox.school_id == school_id)).one_or_none()


def keepers_of(session: Session, school_id: int) -> frozenset[int]:
    """Return the seats of those who empty a school's box."""
    query = select(BoxKeeper.seat_id).join(Seat, Seat.id == BoxKeeper.seat_id)
    return frozenset(session.scalars(query.where(Seat.school_id == school_id, Seat.state != SeatState.ENDED)))


def set_box(session: Session, school_id: int, spot: str | None, seats: Collection[int]) -> None:
    """Put up a box, change its place and its keepers, or take it down (`spot` is None)."""
    mine = session.scalars(select(Seat.id).where(Seat.school_id == school_id)).all()
    session.execute(delete(BoxKeeper).where(BoxKeeper.seat_id.in_(mine)))
    box = box_of(session, school_id)
    if spot is None:
        if box is not None:
            session.delete(box)
        session.flush()
        return
    if box is None:
        box = ContactBox(school_id=school_id)
        session.add(box)
    box.spot = spot
    session.add_all(BoxKeeper(seat_id=seat_id) for seat_id in sorted(seats))
    session.flush()


def remind(session: Session, now: datetime, times: tuple[str, ...]) -> int:
    """Write today's reminders, one a keeper and day; returns how many. Where all keepers are away the team gets it."""
    local = now.astimezone(BERLIN)
    if not _FROM <= local.hour < _UNTIL:
        return 0
    query = (
        select(ContactBox)
        .join(School, School.id == ContactBox.school_id)
        .where(School.state == SchoolState.JOINED, ContactBox.reminded_on.is_distinct_from(local.date()))
    )
    count = 0
    for box in session.scalars(query.order_by(ContactBox.id).with_for_update(of=ContactBox, skip_locked=True)):
        free = session.scalars(select(FreeDay.day).where(FreeDay.school_id == box.school_id, FreeDay.half.is_(False)))
        try:
            calendar = SchoolCalendar(free)
            if not calendar.is_school_day(local.date()):
                continue
            moment = outbox.next_notice_time(now, times, calendar.is_school_day)
        except CalendarRunOut:
            continue
        box.reminded_on = local.date()
        for person_id, address in _whom(session, box.school_id, local.date()):
            outbox.write_mail(session, person_id, address, SUBJECT, BODY, moment)
            count += 1
    session.flush()
    return count


def _whom(session: Session, school_id: int, today: date) -> list[tuple[int, str]]:
    """Return the keepers who are there today, else everybody of the team who is, else everybody."""
    rows = session.execute(
        select(Seat.id, Person.id, Person.email)
        .join(Person, Person.id == Seat.person_id)
        .where(
            Seat.school_id == school_id,
            Seat.role == SeatRole.CONTACT_PERSON,
            Seat.state == SeatState.ACTIVE,
            Person.state == PersonState.ACTIVE,
        )
    ).all()
    away = set(
        session.scalars(
            select(Absence.seat_id).where(
                Absence.school_id == school_id, Absence.first_day <= today, Absence.last_day >= today
            )
        )
    )
    keepers = keepers_of(session, school_id)
    there = [row for row in rows if row[0] not in away]
    chosen = [row for row in there if row[0] in keepers] or there or rows
    return sorted({(person, address) for _seat, person, address in chosen})


def by_night(night: Night) -> Counts:
    """Remind the people who empty a school's box."""
    with night.transaction() as session:
        return {"reminders of the box": remind(session, night.now, night.settings.notice_times)}
