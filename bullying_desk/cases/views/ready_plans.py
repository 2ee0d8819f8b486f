"""The ready plan of a case: shown first, steps left out or given to a colleague, taken over by one press."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import colleagues, notes
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Standing
from bullying_desk.cases.plan import planning
from bullying_desk.cases.plan import ready_plans as work
from bullying_desk.cases.plan.forms import ReadyForm, ready_form
from bullying_desk.cases.views.blueprint import cases
from bullying_desk.cases.views.planning import PAGE, why_not
from bullying_desk.cases.views.sheets import PART_ONLY, OpenedSheets, open_case
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, short_date
from bullying_desk.web.request import settings


@cases.get(f"{PAGE}/fertig")
@requires(Permission.READ_CASE, writes=True)
def ready_plan(case_id: int) -> ResponseReturnValue:
    """Show a ready plan before it is taken over: the usual one of this kind of case, or another."""
    opened = open_case(case_id)
    return _page(opened, _standing(opened), request.args.get("plan"))


@cases.post(f"{PAGE}/fertig")
@requires(Permission.READ_CASE)
def take_ready_plan(case_id: int) -> ResponseReturnValue:
    """Take the ready plan over: the ticked steps, and their owners."""
    opened, code = open_case(case_id), request.form.get("plan")
    now = _standing(opened)
    form, values = _form(opened, _offer(opened, now, code)), settings().clocks
    try:
        whose = form.whose() if form is not None and form.codes else None
        new = work.take(opened.who, opened.found, opened.secrets, now, opened.door, values, code=code, whose=whose)
        return redirect(url_for("cases.plan", case_id=case_id, ok="fertig" if new else "schon"), 303)
    except work.PlanGone:
        return _page(opened, now, wrong=_("Inzwischen ist der Fall anders eingeschätzt. Das ist der Plan dafür."))
    except work.NothingChosen:
        return _page(opened, now, code, form, _("Lassen Sie mindestens einen Schritt stehen."))
    except planning.OwnerUnknown:
        return _page(opened, now, code, form, _("Wählen Sie für jeden Schritt jemanden, der diesen Fall liest."))
    except notes.NoCaseKey:
        return _page(opened, now, code, form, PART_ONLY)


def _standing(opened: OpenedSheets) -> Standing:
    return assessing.standing(opened.who, opened.found.case, opened.secrets)


def _offer(opened: OpenedSheets, now: Standing, code: str | None) -> work.PlanOffer | None:
    return work.offer(opened.who, opened.found.case, now, opened.door, settings().clocks, code)


def _form(opened: OpenedSheets, offer: work.PlanOffer | None, *, sent: bool = True) -> ReadyForm | None:
    if offer is None:
        return None
    who = opened.who
    readers = colleagues.names_of(who.session, planning.owners(who, opened.found.case))
    steps = [(method, short_date(day)) for method, day in offer.steps]
    return ready_form(offer.plan.code, steps, readers, who.person_id, sent=sent)


def _page(
    opened: OpenedSheets,
    now: Standing,
    code: str | None = None,
    form: ReadyForm | None = None,
    wrong: str = "",
) -> ResponseReturnValue:
    case = opened.found.case
    offer = _offer(opened, now, code) or _offer(opened, now, None)
    form = form or _form(opened, offer, sent=False)
    if form is not None and wrong:
        form.form_errors.append(wrong)
    page = render_template(
        "cases/ready_plan.html",
        case=case,
        plans=work.plans_of(case, opened.door),
        offer=offer,
        form=form,
        left_out=[(method, why_not(method, why)) for method, why in offer.left_out] if offer is not None else [],
    )
    return page, 422 if wrong else 200
