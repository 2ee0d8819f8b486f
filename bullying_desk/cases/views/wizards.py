"""A way through several decisions, one page, and the short note at its end for paper."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import notes
from bullying_desk.cases.assessment import assessing, wizards
from bullying_desk.cases.assessment.wizard_steps import WIZARDS, WizardStep
from bullying_desk.cases.papers.forms import StepForm
from bullying_desk.cases.views.blueprint import cases
from bullying_desk.cases.views.case_page import CASE
from bullying_desk.cases.views.sheets import PART_ONLY, OpenedSheets, open_case
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.web.forms import select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _

WIZARD = f"{CASE}/schritte/<any({', '.join(WIZARDS)}):wizard>"


@cases.get(WIZARD)
@requires(Permission.READ_CASE, writes=True)
def wizard(case_id: int, wizard: str) -> ResponseReturnValue:
    """Show every step, its decision, and the next one as a form."""
    return _page(open_case(case_id), wizard, request.args.get("schritt", ""))


@cases.post(WIZARD)
@requires(Permission.READ_CASE)
def decide_step(case_id: int, wizard: str) -> ResponseReturnValue:
    """Enter the decision of one step."""
    opened, step = open_case(case_id), request.form.get("schritt", "")
    form = StepForm()
    try:
        if form.validate():
            wahl, grund = form.wahl.data or "", form.grund.data or ""
            wizards.decide(opened.who, opened.found, opened.secrets, WIZARDS[wizard], step, wahl, grund)
            return redirect(url_for("cases.wizard", case_id=case_id, wizard=wizard, _anchor="weiter"), 303)
    except wizards.StepUnknown:
        form.wahl.errors = [_("Kreuzen Sie an, wie Sie entscheiden.")]
    except wizards.StepReasonMissing:
        form.grund.errors = [_("Schreiben Sie kurz, warum.")]
    except notes.NoCaseKey:
        form.form_errors.append(PART_ONLY)
    return _page(opened, wizard, step, form)


@cases.get(f"{WIZARD}/vermerk")
@requires(Permission.READ_CASE, writes=True)
def wizard_note(case_id: int, wizard: str) -> ResponseReturnValue:
    """Show the short note of the decisions, for paper."""
    opened = open_case(case_id)
    steps = wizards.decided(opened.who, opened.found, opened.secrets, WIZARDS[wizard])
    names = opened.names([one.sheet for one in steps if one.sheet is not None])
    case, way = opened.found.case, WIZARDS[wizard]
    return render_template("cases/wizard_note.html", case=case, wizard=way, steps=steps, names=names)


def _page(opened: OpenedSheets, code: str, wanted: str, form: StepForm | None = None) -> ResponseReturnValue:
    way = WIZARDS[code]
    steps = wizards.decided(opened.who, opened.found, opened.secrets, way)
    now = next((one.step for one in steps if one.step.code == wanted), None)
    now = now or next((one.step for one in steps if one.sheet is None), None)
    page = render_template(
        "cases/wizard.html",
        case=opened.found.case,
        wizard=way,
        steps=steps,
        now=now,
        form=_form(form, now, _judged(opened, now)),
        names=opened.names([one.sheet for one in steps if one.sheet is not None]),
        lines=[help_lines().by_id(name) for name in way.lines],
    )
    return page, 422 if form is not None else 200


def _judged(opened: OpenedSheets, step: WizardStep | None) -> str:
    """Return who leads by the assessment, for the step that asks the same."""
    asks = step is not None and step.code == "stufe"
    return assessing.standing(opened.who, opened.found.case, opened.secrets).level if asks else ""


def _form(form: StepForm | None, step: WizardStep | None, judged: str) -> StepForm:
    form = form or StepForm(formdata=None, wahl=judged or None)
    choices = step.choices.items() if step is not None else ()
    form.wahl.choices = select_choices((value, _(words)) for value, words in choices)
    if step is not None:
        form.wahl.label.text = _(step.title)
    return form
