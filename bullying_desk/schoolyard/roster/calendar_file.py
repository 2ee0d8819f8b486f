"""The roster as a calendar file (RFC 5545), for a contact person's own calendar: roles, places, no pupil's name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.schools.breaks import duties_between
from bullying_desk.schools.models import Duty, DutyKind, School
from bullying_desk.schools.team import readable_seats
from bullying_desk.web.language import _

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
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//anlaufstelle//pause//DE", "CALSCALE:GREGORIAN"]
    for duty in duties:
        lines += _event(duty, names, now)
    return ("\r\n".join(_folded(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n").encode()


def _event(duty: Duty, names: dict[int, str], now: datetime) -> list[str]:
    who = names.get(duty.seat_id, KIND_WORDS[duty.kind]) if duty.seat_id else f"{KIND_WORDS[duty.kind]} {duty.pair}"
    starts, ends = (datetime.combine(duty.day, each, BERLIN) for each in (duty.pause.starts, duty.pause.ends))
    return [
        "BEGIN:VEVENT",
        f"UID:{duty.id:x}@pause",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(starts)}",
        f"DTEND:{_moment(ends)}",
        f"SUMMARY:{_text(f'{duty.pause.name}: {who}')}",
        f"LOCATION:{_text(duty.spot)}",
        "END:VEVENT",
    ]


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Escape a text value (RFC 5545, 3.3.11): a room called „A;B“ must not end the line's value."""
    plain = " ".join(words.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Fold a line after at most 75 octets, never inside a sign (3.1)."""
    out, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > 74:
            out.append(" ")
            size = 1
        out[-1] += sign
        size += octets
    return "\r\n".join(out)
