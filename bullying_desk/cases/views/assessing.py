"""The first assessment of a case, and the second person's answer to lowering a danger."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import case_state, colleagues, notes
from bullying_desk.cases.assessment import assessing as work
from bullying_desk.cases.assessment.forms import AssessmentForm, SecondForm, filled_from
from bullying_desk.cases.assessment.rubric import AXES, CRISIS_LEVELS, FLAGS, KIND_WORDS, URGENCY_WORDS
from bullying_desk.cases.ending import closing
from bullying_desk.cases.ending.case_words import OUTCOME
from bullying_desk.cases.sheets import Kind
from bullying_desk.cases.views.blueprint import cases
from bullying_desk.cases.views.case_page import CASE
from bullying_desk.cases.views.sheets import PART_ONLY, OpenedSheets, open_case
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import settings

PAGE = f"{CASE}/einschaetzung"
_MEANWHILE = _(
    "Inzwischen hat jemand anderes eingeschätzt. Lesen Sie es oben. Ihre Angaben stehen noch im Formular; sollen sie "
    "gelten, tragen Sie sie noch einmal ein."
)
WORDS = {
    "kinds": {kind.value: words[0] for kind, words in KIND_WORDS.items()},
    "urgencies": {each.value: words[0] for each, words in URGENCY_WORDS.items()},
    "levels": {code: words[0] for code, words in CRISIS_LEVELS.items()},
    "flags": FLAGS,
    "axes": AXES,
    "outcomes": {code.value: words[0] for code, words in OUTCOME.items()},
}


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def assessment(case_id: int) -> ResponseReturnValue:
    """Show what counts, what waits for a second person, and the form for a new judgement."""
    return _page(open_case(case_id))


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def assess(case_id: int) -> ResponseReturnValue:
    """Seal a judgement; one that lowers a danger waits for a second person."""
    opened = open_case(case_id)
    form, values, times = AssessmentForm(opened.door), settings().clocks, settings().notice_times
    if form.validate():
        try:
            seen = form.gesehen.data or 0
            counts = work.assess(opened.who, opened.found, opened.secrets, form.judgement(), values, times, seen=seen)
            return redirect(url_for("cases.assessment", case_id=case_id, ok="gilt" if counts else "wartet"), 303)
        except work.AssessedMeanwhile as meanwhile:
            form.gesehen.data = meanwhile.now.number
            form.form_errors.append(_MEANWHILE)
        except work.AssessmentReasonMissing as missing:
            field = form.dringlich_weil if missing.field == "urgency_why" else form.stufe_weil
            field.errors = [_("Schreiben Sie kurz, warum.")]
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
        except notes.NoteTooLong:
            form.form_errors.append(_("Das ist zusammen zu lang. Möglich sind 20.000 Zeichen."))
    return _page(opened, form)


@cases.post(f"{PAGE}/zweite")
@requires(Permission.READ_CASE)
def second_word(case_id: int) -> ResponseReturnValue:
    """Say yes or no as the second person."""
    opened, form = open_case(case_id), SecondForm()
    if form.validate():
        yes, reason = form.wort.data == "ja", form.grund.data or ""
        try:
            _decide(opened, form.nummer.data or 0, yes=yes, reason=reason)
            return redirect(url_for("cases.assessment", case_id=case_id, ok="ja" if yes else "nein"), 303)
        except work.OwnProposal:
            form.form_errors.append(_("Das haben Sie selbst vorgeschlagen. Es braucht eine zweite Person."))
        except work.AssessmentReasonMissing:
            form.grund.errors = [_("Schreiben Sie kurz, warum nicht.")]
        except work.NothingProposed:
            form.form_errors.append(_("Das ist schon entschieden, oder inzwischen gilt etwas Neueres."))
        except (case_state.SomebodyWaits, closing.NobodyAsked, closing.ContradictsOutcome):
            form.form_errors.append(_("Inzwischen hat sich etwas geändert. So können Sie den Fall nicht schließen."))
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
    return _page(opened, second=form)


def _decide(opened: OpenedSheets, number: int, *, yes: bool, reason: str) -> None:
    who, found, secrets = opened.who, opened.found, opened.secrets
    now = work.standing(who, found.case, secrets)
    waits = now.proposed
    closes = yes and waits is not None and bool(waits.text(work.CLOSING))
    if closes and waits is not None:
        closing.check_agreed(who, found, waits)
    proposal = work.decide(who, found, secrets, number, yes=yes, reason=reason, values=settings().clocks, now=now)
    if closes:
        closing.close_agreed(who, found, proposal)


def _page(
    opened: OpenedSheets, form: AssessmentForm | None = None, second: SecondForm | None = None
) -> ResponseReturnValue:
    who, case = opened.who, opened.found.case
    now = work.standing(who, case, opened.secrets)
    written = now.file.of(Kind.ASSESSMENT, Kind.PROPOSAL, Kind.DECISION)
    others = colleagues.second_people(who, case)
    page = render_template(
        "cases/assessment.html",
        case=case,
        readable=bool(opened.secrets),
        now=now,
        mine=now.proposed is not None and now.proposed.author_id == who.person_id,
        others=sorted(colleagues.names_of(who.session, others).values()),
        form=form or filled_from(now.current, opened.door),
        second=second or SecondForm(formdata=None, nummer=now.proposed.number if now.proposed else 0),
        history=[one for one in written if one.kind is Kind.ASSESSMENT][1:],
        names=opened.names(written),
        said=request.args.get("ok", ""),
        **WORDS,
    )
    return page, 422 if form is not None or second is not None else 200
