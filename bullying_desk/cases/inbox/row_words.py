"""A row of the inbox in words: how urgent, what happened last, by when, and who is responsible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bullying_desk.cases.case_list import Need, Row
from bullying_desk.cases.deadlines import SchoolClocks
from bullying_desk.cases.ending.case_words import DUE, STATUS, URGENCY
from bullying_desk.reports.models import CaseStatus, ReporterState, Urgency, Writer
from bullying_desk.web.language import _, hour_words, short_date


@dataclass(frozen=True, slots=True)
class Line:
    """A row in words. `level` with its shape; `owner` is None where nobody has it."""

    case_id: int
    name: str
    level: str
    shape: str
    event: str
    more: tuple[str, ...]
    owner: str | None
    mine: bool
    unseen: bool
    rest: bool
    cover: str = ""  # who is responsible while the owner is away
    late: str = ""  # what is due today or overdue


def lines(
    rows: Iterable[Row],
    clocks: SchoolClocks,
    schools: dict[int, str],
    person_id: int,
    now: datetime,
    today: date,
) -> list[Line]:
    """Put rows into words. `schools` is empty where all rows are of one school."""
    return [_line(row, clocks, schools.get(row.school_id, ""), person_id, now, today) for row in rows]


def _line(row: Row, clocks: SchoolClocks, school: str, person_id: int, now: datetime, today: date) -> Line:
    level, shape = _level(row)
    day, date_words = _date(row, today)
    late = day is not None and day <= today
    return Line(
        case_id=row.case_id,
        name=row.name,
        level=level,
        shape=shape,
        event=_event(row, clocks, now, today),
        more=tuple(part for part in (school, "" if late else date_words) if part),
        owner=row.owner or "?" if row.owner_id is not None else None,
        mine=row.owner_id == person_id,
        unseen=row.unseen,
        rest=row.need is Need.WAITING_FOR_CHILD or not row.is_open,
        late=date_words if late else "",
        cover=(_("Sie") if row.cover_id == person_id else row.cover) if row.cover_id is not None else "",
    )


def level_of(danger: bool, urgency: Urgency, status: CaseStatus) -> tuple[str, str] | None:
    """Return the word and the shape of how urgent a case is; nothing for one that nobody has assessed."""
    if danger and status is not CaseStatus.CLOSED:
        return _("Gefahr"), "akut"
    if urgency not in URGENCY:
        return None
    word, shape = URGENCY[urgency]
    return _(word), shape


def _level(row: Row) -> tuple[str, str]:
    """Say how urgent it is, and without an assessment its status."""
    stands = _(STATUS[row.status]).capitalize(), "gleich" if row.status is CaseStatus.NEW else "niedrig"
    return level_of(row.danger, row.urgency, row.status) or stands


def _event(row: Row, clocks: SchoolClocks, now: datetime, today: date) -> str:
    if row.waiting_since is not None:
        words = {"since": clocks.waiting_words(row.school_id, row.waiting_since, now)}
        if row.status is CaseStatus.NEW:
            return _("Neu · wartet %(since)s") % words
        if row.status is CaseStatus.RUNNING:
            return _("Neue Nachricht · wartet %(since)s") % words
        return _("Hat wieder geschrieben · wartet %(since)s") % words
    when = {"when": hour_words(row.last_hour, today)}
    if row.reporter_state is ReporterState.ERASING:
        return _("Von der meldenden Person gelöscht, wird aufbewahrt")
    if row.reporter_state is ReporterState.BETTER:
        return _("„Es geht mir besser“ · %(when)s") % when
    if row.reporter_state is ReporterState.FINISHED:
        return _("Von der meldenden Person beendet · %(when)s") % when
    if row.last_writer is Writer.STAFF:
        return _("Unsere Antwort · %(when)s") % when
    return _("Letzte Nachricht · %(when)s") % when


def _date(row: Row, today: date) -> tuple[date | None, str]:
    """Return the one date that matters most, in words too: the answer a reporter waits for, else the first due date."""
    if row.answer_by is not None:
        return row.answer_by, _by(_("Antwort"), row.answer_by, today)
    first = row.dues.next()
    return (first[1], _by(_(DUE[first[0]]), first[1], today)) if first is not None else (None, "")


def _by(what: str, day: date, today: date) -> str:
    if day < today:
        return _("%(what)s überfällig seit %(day)s") % {"what": what, "day": short_date(day)}
    if day == today:
        return _("%(what)s heute fällig") % {"what": what}
    return _("%(what)s bis %(day)s") % {"what": what, "day": short_date(day)}
