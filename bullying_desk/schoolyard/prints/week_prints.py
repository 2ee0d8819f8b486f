"""The week on paper: for the notice board with role, place and sign; for inside with names typed for this one sheet."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from bullying_desk.pdf.order import Order
from bullying_desk.schools.models import Duty, DutyKind
from bullying_desk.schools.team import OfficeTime, office_hours, public_team
from bullying_desk.schoolyard.prints.addresses import qr_code
from bullying_desk.schoolyard.prints.facts import DAYS, Facts
from bullying_desk.schoolyard.prints.kit import MARK, source
from bullying_desk.schoolyard.prints.lettering import Value
from bullying_desk.schoolyard.roster.calendar_file import KIND_WORDS
from bullying_desk.schoolyard.roster.roster_week import RosterDay, RosterWeek
from bullying_desk.web.language import _

FILE: Final = "woche.pdf"
_COUNT: Final = ("", _("ein Kind"), _("zwei"), _("drei"), _("vier"), _("fünf"), _("sechs"))
_PUPILS: Final = {DutyKind.HELPERS: _("Pausen-Helfer"), DutyKind.MEDIATORS: _("Streit-Helfer")}


def notice(session: Session, said: Facts, week: RosterWeek) -> Order:
    """Return the order for the notice board: office hours and duties, no pupil's name."""
    return _order(said, week, notice_days(session, said, week), _("Wer ist wann da?"), "")


def notice_days(session: Session, said: Facts, week: RosterWeek) -> list[Value]:
    """Return the notice board's text for each day."""
    faces = public_team(session, week.school.id, said.edition)
    labels = {face.seat_id: face.label for face in faces}
    hours = office_hours(session, week.school.id)
    return [
        _day(day, [*_hours(hours.get(day.day.weekday(), []), labels), *_duties(day, labels, None)]) for day in week.days
    ]


def inside(said: Facts, week: RosterWeek, names: Mapping[tuple[DutyKind, int], str]) -> Order:
    """Return the order for the staff room: pairs with the names typed for this sheet, contact persons by name."""
    hint = _("Nur für drinnen: Hier stehen Namen von Kindern.")
    return _order(said, week, inside_days(week, names), _("Dienste in den Pausen"), hint)


def inside_days(week: RosterWeek, names: Mapping[tuple[DutyKind, int], str]) -> list[Value]:
    """Return the indoor sheet's text for each day."""
    labels = {seat.id: seat.shown_name for seat in week.seats.values()}
    return [_day(day, _duties(day, labels, names)) for day in week.days]


def pairs_of(week: RosterWeek) -> list[tuple[DutyKind, int]]:
    """Return the pairs of pupils of a week, whose names are asked for."""
    duties = [duty for day in week.days for duty in day.duties if duty.seat_id is None]
    return sorted({(duty.kind, duty.pair) for duty in duties})


def _order(said: Facts, week: RosterWeek, days: list[Value], title: str, hint: str) -> Order:
    more: dict[str, Value] = {"tage": days, "titel": title, "hinweis": hint}
    more["woche"] = _("Woche ab %(day)s") % {"day": f"{week.monday:%d.%m.%Y}"}
    pictures = {"qr.svg": qr_code(said.scanned).svg, "mark.svg": MARK}
    return Order({FILE: source(said, "week", title, more)}, {}, pictures, calendar.timegm(said.edition.timetuple()))


def _day(day: RosterDay, lines: list[Value]) -> Value:
    free = _("Keine Schule.") if day.free else "" if lines else _("Niemand ist eingetragen.")
    title = f"{_(DAYS[day.day.weekday()])}, {day.day:%d.%m.}"
    return {"tag": title, "frei": free, "zeilen": [] if day.free else lines}


def _hours(times: list[OfficeTime], labels: Mapping[int, str]) -> list[Value]:
    return [
        {
            "zeit": f"{time.starts}–{time.ends}",
            "was": ", ".join(part for part in (labels.get(time.seat_id or 0, _("Das Team")), time.room) if part),
        }
        for time in times
    ]


def _duties(day: RosterDay, labels: Mapping[int, str], names: Mapping[tuple[DutyKind, int], str] | None) -> list[Value]:
    shown = [duty for duty in day.duties if duty.seat_id is None or duty.seat_id in labels]
    return [{"zeit": f"{_clock(duty)}", "was": f"{duty.pause.name}: {_who(duty, labels, names)}"} for duty in shown]


def _clock(duty: Duty) -> str:
    starts, ends = duty.pause.starts, duty.pause.ends
    return f"{starts.hour}:{starts:%M}–{ends.hour}:{ends:%M}"


def _who(duty: Duty, labels: Mapping[int, str], names: Mapping[tuple[DutyKind, int], str] | None) -> str:
    if duty.seat_id is not None:
        who = labels[duty.seat_id]
    elif names is None:
        who = f"{_(_PUPILS[duty.kind])}: {_(_COUNT[duty.heads])} {duty.sign}".rstrip()
    else:
        named = names.get((duty.kind, duty.pair), "")
        who = f"{_(KIND_WORDS[duty.kind])} {duty.pair}{f' ({named})' if named else ''} {duty.sign}".rstrip()
    return f"{who}, {duty.spot}" if duty.spot else who
