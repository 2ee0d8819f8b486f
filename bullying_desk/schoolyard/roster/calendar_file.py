"""The roster as a calendar file (RFC 5545), for a contact person's own calendar: roles, places, no pupil's name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.schools.breaks import duties_between
from bullying_desk.schools.models import Duty, DutyKind, School
from bullying_desk.schools.team import readable_seats
from bullying_desk.web.language import _

if TYPE_CHECKING:
    from icalendar import Event

WEEKS = 4
KIND_WORDS = {
    DutyKind.CONTACT: _("Ansprechperson"),
    DutyKind.HELPERS: _("Pausenhilfe"),
    DutyKind.MEDIATORS: _("Streitschlichtung"),
}


def roster_calendar(session: Session, school: School, monday: date, now: datetime) -> bytes:
    """Return four weeks of a school's roster from a Monday on."""
    names = {seat.id: seat.shown_name for seat in readable_seats(session, school.id)}
    duties = duties_between(session, school.id, monday, monday + timedelta(days=7 * WEEKS - 1))
    from icalendar import Calendar  # where it works: the server holds 9 MB less until the first calendar

    calendar = Calendar({"PRODID": "-//anlaufstelle//pause//DE", "VERSION": "2.0"})  # `new` would add a random mark
    for duty in duties:
        calendar.add_component(_event(duty, names, now))
    data: bytes = calendar.to_ical()
    return data


def _event(duty: Duty, names: dict[int, str], now: datetime) -> Event:
    from icalendar import Event

    who = names.get(duty.seat_id, KIND_WORDS[duty.kind]) if duty.seat_id else f"{KIND_WORDS[duty.kind]} {duty.pair}"
    starts, ends = (datetime.combine(duty.day, each, BERLIN) for each in (duty.pause.starts, duty.pause.ends))
    return Event.new(
        uid=f"{duty.id:x}@pause",
        stamp=now.astimezone(UTC),
        start=starts.astimezone(UTC),
        end=ends.astimezone(UTC),
        summary=" ".join(f"{duty.pause.name}: {who}".split()),
        location=" ".join(duty.spot.split()),
    )
