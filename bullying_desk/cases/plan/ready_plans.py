"""Ready plans: the usual steps in each kind of case, as a proposal. Their words and steps are in ready_plans.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bullying_desk.cases import deadlines, sheets
from bullying_desk.cases.assessment.assessing import Standing
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.plan import planning
from bullying_desk.cases.plan.methods import METHODS, Method
from bullying_desk.cases.plan.planning import OwnerUnknown, Refusal
from bullying_desk.cases.sheets import Kind, Secrets
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.models import Case
from bullying_desk.schools.team import school_calendar, school_hours
from bullying_desk.texts import Text, TextFile


@dataclass(frozen=True, slots=True)
class ReadyPlan:
    """One ready plan. `steps`: method and after how many school days; `talks`: the follow-up talks of both windows.

    `kinds` is empty where no assessment is needed. `known` tells staff what is known of it; `source` is a law or an
    address where that can be read.
    """

    code: str
    title: Text
    fits: Text
    known: Text
    source: str
    steps: Mapping[str, int]
    kinds: frozenset[CaseKind] = frozenset()
    talks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a plan of methods that do not exist, or one for an endangered child. Raises ValueError."""
        if unknown := [code for code in (*self.steps, *self.talks) if code not in METHODS]:
            raise ValueError(f"unknown methods: {', '.join(unknown)}")
        if CaseKind.ENDANGERMENT in self.kinds:
            raise ValueError("there is no ready plan for an endangered child: the steps of § 4 KKG come first")


@dataclass(frozen=True, slots=True)
class ReadyPlans:
    """The file: the plan before an assessment, the plans after one, and the plan for an affected adult at work."""

    first_steps: ReadyPlan
    plans: tuple[ReadyPlan, ...]
    at_work: ReadyPlan


FILE: Final = TextFile(__file__, ReadyPlans)
_CONTENT: Final = FILE.read()
FIRST_STEPS: Final = _CONTENT.first_steps
PLANS: Final = _CONTENT.plans
PLAN_AT_WORK: Final = _CONTENT.at_work


def plans_for(kind: CaseKind | None, door: int) -> tuple[ReadyPlan, ...]:
    """Return the ready plans of such a case, the usual one first; none where a child is endangered."""
    if door == AT_WORK:
        return (PLAN_AT_WORK,)
    if kind is None:
        return (FIRST_STEPS,)
    return tuple(plan for plan in PLANS if kind in plan.kinds)


# Taking a ready plan over: which steps, whose, and on which school day.


class PlanGone(Exception):
    """There is no such plan for this case: a colleague has assessed it otherwise since the page was shown."""


class NothingChosen(ValueError):
    """Every step was left out."""


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A ready plan as it fits this case today: the offered steps, and the left-out ones with the reason.

    Steps that are in the plan already are in neither list.
    """

    plan: ReadyPlan
    steps: tuple[tuple[Method, date], ...]
    left_out: tuple[tuple[Method, Refusal], ...]


def plans_of(case: Case, door: int) -> tuple[ReadyPlan, ...]:
    """Return the ready plans for a case as it is assessed, the usual one first."""
    return plans_for(CaseKind(case.kind) if case.kind is not None else None, door)


def offer(
    me: Counsellor, case: Case, now: Standing, door: int, values: ClockValues, code: str | None = None
) -> PlanOffer | None:
    """Return a ready plan for this case: the usual one, or the one of that code. Nothing where there is none."""
    plan = next((one for one in plans_of(case, door) if code in (None, one.code)), None)
    if plan is None:
        return None
    planned = {one.method.code for one in planning.measures_in(now.file) if not one.is_dropped}
    dated = [(METHODS[step], day) for step, day in _dates(me, case, plan, values) if step not in planned]
    why = {method.code: planning.refusal(case, now, door, method) for method, _day in dated}
    steps = tuple((method, day) for method, day in dated if why[method.code] is None)
    out = [(method, why[method.code]) for method, _day in dated]
    return PlanOffer(plan, steps, tuple((method, reason) for method, reason in out if reason is not None))


def _dates(me: Counsellor, case: Case, plan: ReadyPlan, values: ClockValues) -> list[tuple[str, date]]:
    """Put the steps of a plan on school days, and its follow-up talks on the last days of their windows."""
    calendar = school_calendar(me.session, case.school_id, school_hours(values))
    dated = [(code, deadlines.after(calendar, me.today, days)) for code, days in plan.steps.items()]
    last = max(day for _code, day in dated)
    talks = [
        (code, deadlines.follow_up_window(calendar, last, number, values).last)
        for number, code in enumerate(plan.talks)
    ]
    return [*dated, *talks]


def take(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    now: Standing,
    door: int,
    values: ClockValues,
    *,
    code: str | None = None,
    whose: Mapping[str, int] | None = None,
) -> int:
    """Put a ready plan into the case; a second submit finds it there. Returns how many steps are new.

    `whose`: the owner of each wanted step, by method; None: all steps, all one's own.
    Raises PlanGone, NothingChosen, OwnerUnknown, NoCaseKey.
    """
    case, offered = found.case, offer(me, found.case, now, door, values, code)
    if offered is None:
        raise PlanGone
    if whose is not None and not whose:
        raise NothingChosen
    able = set(planning.owners(me, case))
    chosen = {method.code: me.person_id for method, _day in offered.steps} if whose is None else whose
    wanted = [(method, day) for method, day in offered.steps if method.code in chosen]
    for method, _day in wanted:
        if chosen[method.code] not in able:
            raise OwnerUnknown(chosen[method.code])
    file = now.file
    for method, day in wanted:
        said = {"method": method.code, "owner": str(chosen[method.code]), "day": day.isoformat()}
        file = file.and_then(sheets.write(me, case, secrets, Kind.MEASURE, said, before=file))
    if wanted:
        planning.settle(me, case, file)
    return len(wanted)
