"""The plan of a case (Maßnahmenplan): named methods with an owner and a day, and the result of each.

A method that would harm in this kind of case is refused with the reason, on every way. If something only speaks against
it, it takes a reason that stays on file. Finished measures set the follow-ups (`deadlines`). Nothing of a plan is
readable but its dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases import case_state, colleagues, deadlines, sheets
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.deadlines import follow_up_window
from bullying_desk.cases.plan.methods import ANY, METHODS, For, Method
from bullying_desk.cases.sheets import CaseSheet, Kind, Pile, Secrets
from bullying_desk.config import ClockValues
from bullying_desk.night import Counts, Night
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.models import Case, CaseStatus, Report, ReporterState, ReportQuestion, Round
from bullying_desk.schools.team import school_calendar, school_hours


class Refusal(Enum):
    """Why a method cannot be planned here; `DOUBTFUL` gives way to a reason, the others to nothing."""

    NOT_ASSESSED = "not_assessed"
    OTHER_PLAN = "other_plan"
    HARMS = "harms"
    DOUBTFUL = "doubtful"


class MethodRefused(Exception):
    """A method that does not fit this case."""

    def __init__(self, method: Method, why: Refusal) -> None:
        super().__init__(method.code)
        self.method, self.why = method, why


class MethodUnknown(ValueError):
    """There is no such method."""


class WordsMissing(Exception):
    """A step in own words was planned without any."""


class OwnerUnknown(ValueError):
    """A measure needs an owner who reads the case."""


class DayPassed(ValueError):
    """A measure's day must be in the future; a finished one is entered as done."""


class MeasureUnknown(Exception):
    """There is no such measure, or it is over already."""


class MeasureDayAhead(ValueError):
    """A measure was done today or earlier."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One step of the plan. `number` stays the same; `sheet` is its newest version, which names the first by `of`.

    `done`: its result, or None while it is open.
    """

    number: int
    sheet: CaseSheet
    method: Method
    owner_id: int
    day: date
    done: CaseSheet | None

    @property
    def done_on(self) -> date | None:
        """The day it was done."""
        return date.fromisoformat(self.done.text("day")) if self.done is not None else None

    @property
    def is_dropped(self) -> bool:
        """Whether it was given up instead of done."""
        return self.done is not None and bool(self.done.text("dropped"))


def plan_of(me: Counsellor, case: Case, secrets: Secrets) -> list[Measure]:
    """Open the file of a case; return the measures: open ones by day, then finished ones, newest first."""
    return measures_in(sheets.pile(me, case, secrets))


def measures_in(file: Pile) -> list[Measure]:
    """Return the same of a file that is open already."""
    written = file.of(Kind.MEASURE, Kind.DONE)
    over = {sheet.text("of"): sheet for sheet in written if sheet.kind is Kind.DONE}
    newest: dict[int, CaseSheet] = {}
    for sheet in written:  # the newest first: older versions stay on file
        if sheet.kind is Kind.MEASURE and sheet.text("method") in METHODS:
            newest.setdefault(int(sheet.text("of") or sheet.number), sheet)
    found = [_measure(number, sheet, over.get(str(number))) for number, sheet in newest.items()]
    ahead = sorted((one for one in found if one.done is None), key=lambda one: (one.day, one.number))
    return [*ahead, *(one for one in found if one.done is not None)]


def refusal(case: Case, now: assessing.Standing, door: int, method: Method) -> Refusal | None:
    """Return why a method cannot be planned here, or None where it can.

    Before the first assessment only methods for every kind can be planned.
    """
    kind = CaseKind(case.kind) if case.kind is not None else None
    if (method.whose is For.AT_WORK) != (door == AT_WORK):
        return Refusal.OTHER_PLAN
    if method.unless & now.flags or kind in method.never:
        return Refusal.HARMS
    if kind is None and method.kinds != ANY:
        return Refusal.NOT_ASSESSED
    doubted = method.doubt & now.flags or (kind is not None and kind not in method.kinds)
    return Refusal.DOUBTFUL if doubted else None


def methods_for(door: int) -> tuple[Method, ...]:
    """Return the methods of the child's plan, or those for an adult who works at the school."""
    whose = For.AT_WORK if door == AT_WORK else For.CHILD
    return tuple(each for each in METHODS.values() if each.whose is whose)


def owners(me: Counsellor, case: Case) -> list[int]:
    """Return who reads the whole case, and so its plan: measures are theirs."""
    return sorted([*colleagues.second_people(me, case), me.person_id])


def add(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    door: int,
    code: str,
    what: str,
    owner_id: int,
    day: date,
    *,
    despite: str = "",
) -> CaseSheet:
    """Put a measure into the plan. `despite`: why it is used all the same, where something speaks against it.

    Raises MethodUnknown, MethodRefused, WordsMissing, OwnerUnknown, DayPassed, NoCaseKey, NoteTooLong.
    """
    case, method = found.case, METHODS.get(code)
    if method is None:
        raise MethodUnknown(code)
    now = assessing.standing(me, case, secrets)
    why = refusal(case, now, door, method)
    doubted = why is Refusal.DOUBTFUL
    if why is not None and not (doubted and despite.strip()):
        raise MethodRefused(method, why)
    if method.own_words and not what.strip():
        raise WordsMissing(code)
    if owner_id not in owners(me, case):
        raise OwnerUnknown(owner_id)
    if day < me.today:
        raise DayPassed(day)
    said = {"method": code, "what": what.strip(), "owner": str(owner_id), "day": day.isoformat()}
    said["despite"] = despite.strip() if doubted else ""
    sheet = sheets.write(me, case, secrets, Kind.MEASURE, said, before=now.file)
    settle(me, case, now.file.and_then(sheet))
    return sheet


def finish(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    number: int,
    day: date,
    agreed: str,
    *,
    dropped: bool,
    values: ClockValues,
) -> Measure:
    """Enter that a measure was done, and what was agreed; or that it is dropped, and why. Returns the measure.

    A finished measure starts the follow-ups again; a follow-up talk does not.
    Raises MeasureUnknown, MeasureDayAhead, NoCaseKey, NoteTooLong.
    """
    case, file = found.case, sheets.pile(me, found.case, secrets)
    measure = next((one for one in measures_in(file) if one.number == number and one.done is None), None)
    if measure is None:
        raise MeasureUnknown(number)
    if day > me.today:
        raise MeasureDayAhead(day)
    said = {
        "of": str(number),
        "day": day.isoformat(),
        "agreed": agreed.strip(),
        "dropped": "yes" if dropped else "",
    }
    done = sheets.write(me, case, secrets, Kind.DONE, said, before=file)
    if not dropped and measure.method.first_talk:
        deadlines.seen_in_person(me, case, day)
    if not dropped and measure.method.follow_up is None:
        deadlines.measure_taken(me, case, day, values)
    settle(me, case, file.and_then(done))
    return measure


def settle(me: Counsellor, case: Case, file: Pile) -> None:
    """Note that there is a plan, and bring the case up on the day of its next step."""
    deadlines.plan_made(case)
    upcoming = next((one.day for one in measures_in(file) if one.done is None), None)
    ours = {date.fromisoformat(sheet.text("day")) for sheet in file.of(Kind.MEASURE)}
    case_state.follow_plan(me, case, upcoming, ours)
    me.session.flush()


def _measure(number: int, sheet: CaseSheet, done: CaseSheet | None) -> Measure:
    day = date.fromisoformat(sheet.text("day"))
    return Measure(number, sheet, METHODS[sheet.text("method")], int(sheet.text("owner")), day, done)


# Changing an open measure: what exactly, who does it, by when. The former version stays on file.
#
# If two people change it, the second one sees the first one's version and loses nothing of their own.


class ChangedMeanwhile(Exception):
    """A colleague has changed the measure since the page was shown; `now` is its present version."""

    def __init__(self, now: Measure) -> None:
        super().__init__(now.number)
        self.now = now


def change(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    number: int,
    what: str,
    owner_id: int,
    day: date,
    *,
    seen: int,
) -> None:
    """Change a measure. `seen` is the number of the version the page has shown. A second submit finds it changed.

    Raises MeasureUnknown, ChangedMeanwhile, WordsMissing, OwnerUnknown, DayPassed, NoCaseKey, NoteTooLong.
    """
    case, file = found.case, sheets.pile(me, found.case, secrets)
    now = next((one for one in measures_in(file) if one.number == number and one.done is None), None)
    if now is None:
        raise MeasureUnknown(number)
    if (now.sheet.text("what"), now.owner_id, now.day) == (what.strip(), owner_id, day):
        return
    if now.sheet.number != seen:
        raise ChangedMeanwhile(now)
    if now.method.own_words and not what.strip():
        raise WordsMissing(now.method.code)
    if owner_id not in owners(me, case):
        raise OwnerUnknown(owner_id)
    if day < me.today and day != now.day:
        raise DayPassed(day)
    settle(me, case, _write(me, case, secrets, file, now, what.strip(), owner_id, day))


def pass_on(me: Counsellor, case: Case, secrets: Secrets, to: int | None) -> int:
    """Give one's own steps of the plan to the colleague who takes over, where they read the whole case.

    Returns how many. If nobody takes over, the steps stay, and the plan says that they have no owner.
    Raises NoteTooLong.
    """
    if to is None or case.epoch not in secrets or to not in owners(me, case):
        return 0
    file = sheets.pile(me, case, secrets)
    mine = [one for one in measures_in(file) if one.done is None and one.owner_id == me.person_id]
    for one in mine:
        file = _write(me, case, secrets, file, one, one.sheet.text("what"), to, one.day)
    if mine:
        settle(me, case, file)
    return len(mine)


def _write(
    me: Counsellor, case: Case, secrets: Secrets, file: Pile, one: Measure, what: str, owner_id: int, day: date
) -> Pile:
    """Write a new version of a measure; the reason to use it in spite of a contra-indication is kept."""
    said = {
        "of": str(one.number),
        "method": one.method.code,
        "what": what,
        "owner": str(owner_id),
        "day": day.isoformat(),
        "despite": one.sheet.text("despite"),
    }
    return file.and_then(sheets.write(me, case, secrets, Kind.MEASURE, said, before=file))


# The night work's part of following up: two and eight weeks after the last measure, the reporter is asked.
#
# It writes two dates for each report and nothing else. The question shows when they come back (`mailbox.asking`).


LONG_AGO = timedelta(days=120)
"""A measure older than this has had its questions; the night work need not look at it again."""


def plan_questions(session: Session, values: ClockValues, today: date) -> int:
    """Put down when each reporter of a case with a measure is asked; returns how many reports got new dates.

    Safe to run twice: a date that is known, and one that was answered, stays as it is.
    """
    query = (
        select(Report, Case.measure_on)
        .join(Case, Case.id == Report.case_id)
        .where(
            Case.measure_on.is_not(None),
            Case.measure_on > today - LONG_AGO,
            Case.status != CaseStatus.CLOSED,
            Report.reporter_state != ReporterState.ERASING,
        )
        .order_by(Report.id)
    )
    planned = 0
    for report, measure_on in session.execute(query).all():
        if measure_on is not None and plan_for(session, report, measure_on, values):
            planned += 1
    return planned


def plan_for(session: Session, report: Report, measure_on: date, values: ClockValues) -> bool:
    """Ask one reporter on the last days of the two windows after a measure; True where a date is new."""
    calendar = school_calendar(session, report.school_id, school_hours(values))
    two, eight = (follow_up_window(calendar, measure_on, number, values).last for number in (0, 1))
    known = session.execute(
        select(ReportQuestion.round, ReportQuestion.ask_on).where(ReportQuestion.report_id == report.id)
    )
    days = {row.round: row.ask_on for row in known}
    if (days.get(Round.TWO_WEEKS), days.get(Round.EIGHT_WEEKS)) == (two, eight):
        return False
    asking.plan(session, report, two, eight)
    return True


def by_night(night: Night) -> Counts:
    """Set the days on which reporters are asked whether it has stopped."""
    with night.transaction() as session:
        return {"reporters to be asked": plan_questions(session, night.settings.clocks, night.today)}
