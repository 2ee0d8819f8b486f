"""The week on paper: for the notice board with role, place and sign; for inside with names typed for this one sheet."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from bullying_desk.schools.team import OfficeTime, office_hours, public_team
from bullying_desk.schools.yard_models import Duty, DutyKind
from bullying_desk.schoolyard.addresses import qr_code
from bullying_desk.schoolyard.calendar_file import KIND_WORDS
from bullying_desk.schoolyard.facts import Facts
from bullying_desk.schoolyard.kit import MARK, source
from bullying_desk.schoolyard.lettering import Value
from bullying_desk.schoolyard.press import Order
from bullying_desk.schoolyard.roster_work import RosterDay, RosterWeek

FILE: Final = "woche.pdf"
DAYS: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")
_COUNT: Final = ("", "ein Kind", "zwei", "drei", "vier", "fünf", "sechs")
_PUPILS: Final = {DutyKind.HELPERS: "Pausen-Helfer", DutyKind.MEDIATORS: "Streit-Helfer"}


def notice(session: Session, said: Facts, week: RosterWeek) -> Order:
    """Return the order for the notice board: office hours and duties, no pupil's name."""
    faces = public_team(session, week.school.id, said.edition)
    labels = {face.seat_id: face.label for face in faces}
    hours = office_hours(session, week.school.id)
    days = [
        _day(day, [*_hours(hours.get(day.day.weekday(), []), labels), *_duties(day, labels, None)]) for day in week.days
    ]
    return _order(said, week, days, "Wer ist wann da?", "")


def inside(said: Facts, week: RosterWeek, names: Mapping[tuple[DutyKind, int], str]) -> Order:
    """Return the order for the staff room: pairs with the names typed for this sheet, contact persons by name."""
    labels = {seat.id: seat.shown_name for seat in week.seats.values()}
    days = [_day(day, _duties(day, labels, names)) for day in week.days]
    return _order(said, week, days, "Dienste in den Pausen", "Nur für drinnen: Hier stehen Namen von Kindern.")


def pairs_of(week: RosterWeek) -> list[tuple[DutyKind, int]]:
    """Return the pairs of pupils of a week, whose names are asked for."""
    duties = [duty for day in week.days for duty in day.duties if duty.seat_id is None]
    return sorted({(duty.kind, duty.pair) for duty in duties})


def _order(said: Facts, week: RosterWeek, days: list[Value], title: str, hint: str) -> Order:
    more: dict[str, Value] = {"tage": days, "titel": title, "hinweis": hint}
    more["woche"] = f"Woche ab {week.monday:%d.%m.%Y}"
    pictures = {"qr.svg": qr_code(said.scanned).svg, "mark.svg": MARK}
    return Order({FILE: source(said, "week", title, more)}, {}, pictures, calendar.timegm(said.edition.timetuple()))


def _day(day: RosterDay, lines: list[Value]) -> Value:
    free = "Keine Schule." if day.free else "" if lines else "Niemand ist eingetragen."
    title = f"{DAYS[day.day.weekday()]}, {day.day:%d.%m.}"
    return {"tag": title, "frei": free, "zeilen": [] if day.free else lines}


def _hours(times: list[OfficeTime], labels: Mapping[int, str]) -> list[Value]:
    return [
        {
            "zeit": f"{time.starts}–{time.ends}",
            "was": ", ".join(part for part in (labels.get(time.seat_id or 0, "Das Team"), time.room) if part),
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
        who = f"{_PUPILS[duty.kind]}: {_COUNT[duty.heads]} {duty.sign}".rstrip()
    else:
        named = names.get((duty.kind, duty.pair), "")
        who = f"{KIND_WORDS[duty.kind]} {duty.pair}{f' ({named})' if named else ''} {duty.sign}".rstrip()
    return f"{who}, {duty.spot}" if duty.spot else who
