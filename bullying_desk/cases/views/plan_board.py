"""What the plan's page shows beside its forms: the file of a case is opened once for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bullying_desk.cases import assessing, planning, taking_plans
from bullying_desk.cases.deadlines import Window, follow_up_window
from bullying_desk.cases.methods import Method
from bullying_desk.cases.planning import Measure, Refusal
from bullying_desk.cases.sheets import Pile
from bullying_desk.cases.telling_others import Told
from bullying_desk.cases.views.sheets import WHY_SHUT, Opened
from bullying_desk.reports.doors import AT_WORK
from bullying_desk.schools.team import school_calendar, school_hours
from bullying_desk.web.language import _
from bullying_desk.web.request import settings

WHY = {
    Refusal.NOT_ASSESSED: _("Schätzen Sie den Fall zuerst ein. Sonst kann diese Methode schaden."),
    Refusal.OTHER_PLAN: _("Diese Methode gehört nicht zu diesem Fall."),
}


def why_not(method: Method, why: Refusal) -> str:
    """Say in words what speaks against a method here."""
    own = method.why_doubt if why is Refusal.DOUBTFUL else method.why_not
    return WHY.get(why) or _(own or method.against)


@dataclass(frozen=True, slots=True)
class Board:
    """The plan as it stands.

    `against`: what speaks against each method here, and whether a reason may outweigh it; `shut`: why those whom a step
    ahead tells something may not be told; `windows`: when a follow-up talk ahead is to be, counted from the last
    measure that was really taken. No `offer`: in such a case there is no plan of methods.
    """

    ahead: list[Measure]
    over: list[Measure]
    readers: list[int]
    methods: tuple[Method, ...]
    against: Mapping[str, tuple[str, bool]]
    shut: Mapping[str, str]
    windows: Mapping[int, Window]
    offer: taking_plans.Offer | None


def board_of(opened: Opened) -> Board:
    """Open the file of a case once and read from it all the plan's page shows."""
    who, case, file = opened.who, opened.found.case, opened.pile()
    now, measures = assessing.standing_in(file), planning.measures_in(file)
    ahead, methods = [one for one in measures if one.done is None], planning.methods_for(opened.door)
    whys = [(each, planning.refusal(case, now, opened.door, each)) for each in methods]
    return Board(
        ahead=ahead,
        over=[one for one in measures if one.done is not None],
        readers=planning.owners(who, case),
        methods=methods,
        against={each.code: (why_not(each, why), why is Refusal.DOUBTFUL) for each, why in whys if why is not None},
        shut=_shut(opened, file, {one.method.tells for one in ahead} - {""}),
        windows=_windows(opened, ahead),
        offer=taking_plans.offer(who, case, now, opened.door, settings().clocks),
    )


def _shut(opened: Opened, file: Pile, tells: set[str]) -> dict[str, str]:
    """Return why the safety gate is shut for those who would be told."""
    if not tells or opened.door == AT_WORK:
        return {}
    gate = opened.gate(file)
    whys = {code: gate.shut(Told(code)) for code in tells}
    return {code: WHY_SHUT[why] for code, why in whys.items() if why is not None}


def _windows(opened: Opened, ahead: list[Measure]) -> dict[int, Window]:
    case, values = opened.found.case, settings().clocks
    talks = [(one.number, one.method.follow_up) for one in ahead]
    if case.measure_on is None or all(which is None for _number, which in talks):
        return {}
    calendar = school_calendar(opened.who.session, case.school_id, school_hours(values))
    on = case.measure_on
    return {number: follow_up_window(calendar, on, which, values) for number, which in talks if which is not None}
