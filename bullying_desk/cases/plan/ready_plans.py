"""Ready plans: the usual steps in each kind of case, as a proposal. Their words and steps are in ready_plans.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.plan.methods import METHODS
from bullying_desk.reports.doors.doors import AT_WORK
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
