"""What stands first on the page of a dangerous case: whom to call, and who of the team is in the house at this moment.

Who is in the house follows from office hours, the days a person is at school, the roster of the yard and absences, as
on the page "Wer ist heute da?". Nobody is named who was left out of the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.page.opened_case import CaseFile
from bullying_desk.guidance.help_lines import HelpLine, help_lines
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.models import CaseStatus
from bullying_desk.schooldays import SchoolHours
from bullying_desk.schools.models import Seat
from bullying_desk.schools.presence import Board, Here, who_is_there
from bullying_desk.schools.team import readable_seats
from bullying_desk.web.language import _

_LINES: Final = ("police", "ambulance", "jugendamt-dortmund")
_LINES_AT_WORK: Final = ("police", "ambulance")


@dataclass(frozen=True, slots=True)
class InHouse:
    """One person who can be asked now. `where`: a room or a place in the yard; `until`: how long it is known."""

    name: str
    where: str
    until: time | None
    reads: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class DangerHelp:
    """What the page says first. `at_work`: the affected person works at the school and has no parents to ask."""

    lines: tuple[HelpLine, ...]
    there: tuple[InHouse, ...]
    at_work: bool


def danger_help(me: Counsellor, file: CaseFile, hours: SchoolHours) -> DangerHelp | None:
    """Return it for an open case in which danger was declared or judged, else None."""
    if not file.case.is_acute or file.case.status is CaseStatus.CLOSED:
        return None
    at_work = file.answers.door == AT_WORK
    lines = tuple(help_lines().by_id(name) for name in (_LINES_AT_WORK if at_work else _LINES))
    return DangerHelp(lines, in_house(me, file, hours), at_work)


def in_house(me: Counsellor, file: CaseFile, hours: SchoolHours) -> tuple[InHouse, ...]:
    """Return who of the school's team is there now, without anybody who was left out.

    Where an adult was left out whose name is not known, only people who read the case are named.
    """
    readers = {line.person_id for line in file.reading}
    asked = None if not (file.left_out.somebody_else or file.left_out.alone) else readers
    seats = {
        seat.id: seat
        for seat in readable_seats(me.session, file.report.school_id)
        if seat.person_id not in file.left_out.people and (asked is None or seat.person_id in asked)
    }
    board = who_is_there(me.session, file.report.school_id, me.now, hours)
    found = _on_the_board(board, seats)
    return tuple(
        InHouse(
            seats[seat].shown_name,
            where,
            until,
            seats[seat].person_id in readers,
            seats[seat].person_id == me.person_id,
        )
        for seat, (where, until) in found.items()
    )


def _on_the_board(board: Board, seats: dict[int, Seat]) -> dict[int, tuple[str, time | None]]:
    found: dict[int, tuple[str, time | None]] = {}
    for each in board.people:
        if each.face is not None and each.face.seat_id in seats and each.here in (Here.NOW, Here.HOUSE):
            found[each.face.seat_id] = (each.room, each.until)
    for line in board.yard.now:  # in the yard they are found there, whatever the hour says
        if line.seat_id in seats:
            found[line.seat_id] = (_("in der Pause, %(spot)s") % {"spot": line.spot or _("auf dem Hof")}, line.ends)
    return found
