"""The plan of a case (Maßnahmenplan): named methods with an owner and a day, and what came of each.

A method that would harm in this kind of case is refused with the reason, by whatever way it is asked for. What is
done sets the follow-ups (`deadlines`); nothing of a plan is readable but its dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from bullying_desk.cases import assessing, deadlines, sheets, working
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.finding import FoundCase
from bullying_desk.cases.method_shape import For, Method
from bullying_desk.cases.methods import METHODS, READY, READY_AT_WORK
from bullying_desk.cases.rubric import CaseKind
from bullying_desk.cases.sheets import Kind, Secrets, Sheet
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors import AT_WORK
from bullying_desk.reports.models import Case
from bullying_desk.schools.team import school_calendar


class Refusal(Enum):
    """Why a method cannot be planned here."""

    NOT_ASSESSED = "not_assessed"
    OTHER_PLAN = "other_plan"
    HARMS = "harms"


class MethodRefused(Exception):
    """A method that does not fit this case."""

    def __init__(self, method: Method, why: Refusal) -> None:
        super().__init__(method.code)
        self.method, self.why = method, why


class MethodUnknown(ValueError):
    """There is no such method."""


class OwnerUnknown(ValueError):
    """A measure is done by somebody who reads the case."""


class DayPassed(ValueError):
    """A measure lies ahead; what is done is entered as done."""


class MeasureUnknown(Exception):
    """There is no such measure, or it is over already."""


class DayAhead(ValueError):
    """What was done was done today or earlier."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One step of the plan. `number` stays the same; `sheet` is its newest writing, which names the first by `of`.

    `done`: what came of it, or nothing while it lies ahead.
    """

    number: int
    sheet: Sheet
    method: Method
    owner_id: int
    day: date
    done: Sheet | None

    @property
    def done_on(self) -> date | None:
        """The day it was done."""
        return date.fromisoformat(self.done.text("day")) if self.done is not None else None

    @property
    def is_dropped(self) -> bool:
        """Whether it was given up instead of done."""
        return self.done is not None and bool(self.done.text("dropped"))


def plan_of(me: Counsellor, case: Case, secrets: Secrets) -> list[Measure]:
    """Return the measures: what lies ahead first, by day; then what is over, the newest first."""
    written = sheets.read(me, case, secrets, Kind.MEASURE, Kind.DONE)
    over = {sheet.text("of"): sheet for sheet in written if sheet.kind is Kind.DONE}
    newest: dict[int, Sheet] = {}
    for sheet in written:  # the newest first: what was written before stays on file
        if sheet.kind is Kind.MEASURE and sheet.text("method") in METHODS:
            newest.setdefault(int(sheet.text("of") or sheet.number), sheet)
    found = [_measure(number, sheet, over.get(str(number))) for number, sheet in newest.items()]
    ahead = sorted((one for one in found if one.done is None), key=lambda one: (one.day, one.number))
    return [*ahead, *(one for one in found if one.done is not None)]


def refusal(case: Case, now: assessing.Standing, door: int, method: Method) -> Refusal | None:
    """Return why a method cannot be planned here, or nothing where it can.

    Before somebody has assessed the case only what fits every kind can be planned.
    """
    if (method.whose is For.AT_WORK) != (door == AT_WORK):
        return Refusal.OTHER_PLAN
    if method.unless & now.flags:
        return Refusal.HARMS
    if method.kinds == frozenset(CaseKind):
        return None
    if case.kind is None:
        return Refusal.NOT_ASSESSED
    return None if CaseKind(case.kind) in method.kinds else Refusal.HARMS


def methods_for(door: int) -> tuple[Method, ...]:
    """Return the methods of the child's plan, or those of somebody who works at the school."""
    whose = For.AT_WORK if door == AT_WORK else For.CHILD
    return tuple(each for each in METHODS.values() if each.whose is whose)


def owners(me: Counsellor, case: Case) -> list[int]:
    """Return who reads the whole case, and so its plan: measures are theirs."""
    return sorted([*assessing.second_people(me, case), me.person_id])


def add(
    me: Counsellor, found: FoundCase, secrets: Secrets, door: int, code: str, what: str, owner_id: int, day: date
) -> Sheet:
    """Put a measure into the plan.

    Raises MethodUnknown, MethodRefused, OwnerUnknown, DayPassed, NoCaseKey, NoteTooLong.
    """
    case, method = found.case, METHODS.get(code)
    if method is None:
        raise MethodUnknown(code)
    why = refusal(case, assessing.standing(me, case, secrets), door, method)
    if why is not None:
        raise MethodRefused(method, why)
    if owner_id not in owners(me, case):
        raise OwnerUnknown(owner_id)
    if day < me.today:
        raise DayPassed(day)
    said = {"method": code, "what": what.strip(), "owner": str(owner_id), "day": day.isoformat()}
    sheet = sheets.write(me, case, secrets, Kind.MEASURE, said)
    settle(me, case, secrets)
    return sheet


def ready_plan(me: Counsellor, found: FoundCase, secrets: Secrets, door: int) -> list[tuple[Method, date]]:
    """Return the ready plan for the standard case: method and day, without what this case rules out."""
    now, calendar = assessing.standing(me, found.case, secrets), school_calendar(me.session, found.case.school_id)
    steps = READY_AT_WORK if door == AT_WORK else READY
    planned = {one.method.code for one in plan_of(me, found.case, secrets) if not one.is_dropped}
    return [
        (METHODS[code], deadlines.after(calendar, me.today, days))
        for code, days in steps
        if code not in planned and refusal(found.case, now, door, METHODS[code]) is None
    ]


def take_ready_plan(me: Counsellor, found: FoundCase, secrets: Secrets, door: int) -> int:
    """Put the ready plan into the case, all of it one's own; a second press finds it there. Returns how many steps."""
    steps = ready_plan(me, found, secrets, door)
    for method, day in steps:
        add(me, found, secrets, door, method.code, "", me.person_id, day)
    return len(steps)


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
) -> None:
    """Enter that a measure was done, and what was agreed; or that it is dropped, and why.

    A measure that was done starts the follow-ups anew. Raises MeasureUnknown, DayAhead, NoCaseKey, NoteTooLong.
    """
    case = found.case
    measure = next((one for one in plan_of(me, case, secrets) if one.number == number and one.done is None), None)
    if measure is None:
        raise MeasureUnknown(number)
    if day > me.today:
        raise DayAhead(day)
    said = {
        "of": str(number),
        "day": day.isoformat(),
        "agreed": agreed.strip(),
        "dropped": "yes" if dropped else "",
    }
    sheets.write(me, case, secrets, Kind.DONE, said)
    if not dropped and measure.method.first_talk:
        deadlines.seen_in_person(me, case)
    if not dropped:
        deadlines.measure_taken(me, case, day, values)
    settle(me, case, secrets)


def settle(me: Counsellor, case: Case, secrets: Secrets) -> None:
    """Note that there is a plan, and bring the case up on the day of its next step."""
    deadlines.plan_made(case)
    upcoming = next((one.day for one in plan_of(me, case, secrets) if one.done is None), None)
    ours = {date.fromisoformat(sheet.text("day")) for sheet in sheets.read(me, case, secrets, Kind.MEASURE)}
    working.follow_plan(me, case, upcoming, ours)
    me.session.flush()


def _measure(number: int, sheet: Sheet, done: Sheet | None) -> Measure:
    day = date.fromisoformat(sheet.text("day"))
    return Measure(number, sheet, METHODS[sheet.text("method")], int(sheet.text("owner")), day, done)
