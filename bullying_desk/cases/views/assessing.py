"""The first assessment of a case, and the second person's answer to lowering a danger."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import case_state, colleagues, notes
from bullying_desk.cases.assessment import assessing as work
from bullying_desk.cases.assessment.assessing import Judgement
from bullying_desk.cases.assessment.rubric import (
    AXES,
    CRISIS_LEVELS,
    FLAGS,
    KIND_WORDS,
    KIND_WORDS_AT_WORK,
    URGENCY_WORDS,
    CaseKind,
)
from bullying_desk.cases.ending import closing
from bullying_desk.cases.ending.case_words import OUTCOME
from bullying_desk.cases.forms import InitialsForm, NumberField
from bullying_desk.cases.models import DraftField
from bullying_desk.cases.page import drafts
from bullying_desk.cases.sheets import CaseSheet, Kind
from bullying_desk.cases.views.blueprint import cases
from bullying_desk.cases.views.case_page import CASE, kept_draft
from bullying_desk.cases.views.sheets import PART_ONLY, OpenedSheets, open_case
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.doors.form_fields import ChoiceField
from bullying_desk.reports.models import Urgency
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
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


class AssessmentForm(InitialsForm):
    """One judgement. Each axis is a choice and a reason; both may stay open.

    `gesehen` is the number of the assessment the page has shown.
    """

    gesehen = NumberField()
    art = RadioField(_("Was ist es?"), [InputRequired(_("Kreuzen Sie an, was es ist."))], validate_choice=False)
    merkmale = CheckboxesField(_("Trifft davon etwas zu?"))
    dringlichkeit = RadioField(
        _("Wie dringend ist es?"), [InputRequired(_("Kreuzen Sie an, wie dringend es ist."))], validate_choice=False
    )
    dringlich_weil = TextAreaField(_("Warum so dringend?"))
    stufe = RadioField(_("Wer leitet?"), [InputRequired(_("Kreuzen Sie an, wer leitet."))], validate_choice=False)
    stufe_weil = TextAreaField(_("Warum diese Stufe?"))

    def __init__(self, door: int, **more: Any) -> None:
        """Speak of a child, or of an adult who works at the school."""
        super().__init__(**more)
        kinds = KIND_WORDS_AT_WORK if door == AT_WORK else KIND_WORDS
        self.art.choices = select_choices((kind.value, _(words[0])) for kind, words in kinds.items())
        self.merkmale.choices = select_choices((code, _(words)) for code, words in FLAGS.items())
        self.dringlichkeit.choices = select_choices((each.value, _(words[0])) for each, words in URGENCY_WORDS.items())
        self.stufe.choices = select_choices((code, _(words[0])) for code, words in CRISIS_LEVELS.items())
        self.kind_hints = {kind.value: _(words[1]) for kind, words in kinds.items()}
        self.urgency_hints = {each.value: _(words[1]) for each, words in URGENCY_WORDS.items()}
        self.level_hints = {code: _(words[1]) for code, words in CRISIS_LEVELS.items()}

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask again where something was sent that was not offered."""
        super().validate(extra_validators)
        for field in (self.art, self.dringlichkeit, self.stufe):
            if not field.errors and field.data not in {choice[0] for choice in field.iter_choices()}:
                field.errors = [_("Wählen Sie aus der Liste.")]
        return not self.errors

    def ask_why(self, field: str) -> None:
        """Say at its field which reason is missing."""
        if field == "anchor":
            self.form_errors.append(_("Kreuzen Sie einen Anhaltspunkt an, oder schreiben Sie kurz, warum."))
        else:
            area = self.dringlich_weil if field == "urgency_why" else self.stufe_weil
            area.errors = [_("Schreiben Sie kurz, warum.")]

    @property
    def axes(self) -> list[tuple[Field, Field]]:
        """Each axis: the choice and the reason."""
        return [(self[f"achse_{axis.code}"], self[f"weil_{axis.code}"]) for axis in AXES]

    def judgement(self) -> Judgement:
        """Return the judgement; only after `validate`."""
        axes = {axis.code: str(self[f"achse_{axis.code}"].data or "") for axis in AXES}
        whys = {axis.code: str(self[f"weil_{axis.code}"].data or "") for axis in AXES}
        return Judgement(
            kind=CaseKind(self.art.data),
            urgency=Urgency(self.dringlichkeit.data),
            urgency_why=self.dringlich_weil.data or "",
            level=self.stufe.data or "",
            level_why=self.stufe_weil.data or "",
            flags=frozenset(self.merkmale.data or ()),
            axes={code: value for code, value in axes.items() if value in {"0", "1", "2", "3"}},
            whys={code: value for code, value in whys.items() if value.strip()},
        )


for _axis in AXES:
    _anchors = [(str(number), _(words)) for number, words in enumerate(_axis.anchors)]
    setattr(AssessmentForm, f"achse_{_axis.code}", ChoiceField(_(_axis.label), choices=select_choices(_anchors)))
    setattr(AssessmentForm, f"weil_{_axis.code}", TextAreaField(_("Woran sehen Sie das?")))


def filled_from(current: CaseSheet | None, door: int, draft: MultiDict[str, str]) -> AssessmentForm:
    """Return the form with one's draft, else with what counts now; empty for a first assessment."""
    if draft:
        form = AssessmentForm(door, formdata=draft)
        form.gesehen.data = current.number if current is not None else 0  # the page shows what counts beside it
        return form
    if current is None:
        return AssessmentForm(door, formdata=None)
    values: dict[str, Any] = {
        "gesehen": current.number,
        "art": current.text("kind"),
        "merkmale": list(current.many("flags")),
        "dringlichkeit": current.text("urgency"),
        "dringlich_weil": current.text("urgency_why"),
        "stufe": current.text("level"),
        "stufe_weil": current.text("level_why"),
    }
    for axis in AXES:
        values[f"achse_{axis.code}"] = current.text(f"axis_{axis.code}")
        values[f"weil_{axis.code}"] = current.text(f"why_{axis.code}")
    return AssessmentForm(door, formdata=None, data=values)


PLAIN = {"kind": CaseKind.CONFLICT, "urgency": Urgency.MEDIUM, "level": work.LOWEST}
"""What a person says with one press: a plain conflict that the school settles itself."""
_PLAIN_AXES = tuple(axis for axis in AXES if axis.code in {"schwere", "macht"})
_PLAIN_MOST = 1  # a higher anchor speaks against a plain conflict


class PlainConflictForm(StaffForm):
    """A plain conflict: the ticked anchor is the reason, nothing need be written."""

    gesehen = NumberField()
    anhalt = RadioField(
        _("Woran sehen Sie das?"),
        [InputRequired(_("Kreuzen Sie an, woran Sie das sehen."))],
        choices=select_choices(
            (f"{axis.code}-{number}", f"{_(axis.label)}: {_(axis.anchors[number])}")
            for axis in _PLAIN_AXES
            for number in range(_PLAIN_MOST + 1)
        ),
    )

    def judgement(self) -> Judgement:
        """Return the judgement; only after `validate`."""
        axis, _dash, number = str(self.anhalt.data).partition("-")
        return Judgement(**PLAIN, urgency_why="", level_why="", axes={axis: number})  # type: ignore[arg-type]

    @staticmethod
    def words() -> str:
        """The whole judgement, as the button says it."""
        kind, urgency, level = KIND_WORDS[CaseKind.CONFLICT], URGENCY_WORDS[Urgency.MEDIUM], CRISIS_LEVELS[work.LOWEST]
        return " · ".join(_(words[0]) for words in (kind, urgency, level))


class SecondForm(InitialsForm):
    """The second person's word."""

    nummer = NumberField()
    wort = RadioField(
        _("Sind Sie einverstanden?"),
        [InputRequired(_("Kreuzen Sie an, ob Sie einverstanden sind."))],
        choices=select_choices([("ja", _("Ja, das sehe ich auch so.")), ("nein", _("Nein, es bleibt, wie es war."))]),
    )
    grund = TextAreaField(_("Warum?"))


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
            drafts.forget(opened.who, opened.found.case, None, DraftField.ASSESSMENT)
            return redirect(url_for("cases.assessment", case_id=case_id, ok="gilt" if counts else "wartet"), 303)
        except work.AssessedMeanwhile as meanwhile:
            form.gesehen.data, form.overtaken = meanwhile.now.number, True
            form.form_errors.append(_MEANWHILE)
        except work.AssessmentReasonMissing as missing:
            form.ask_why(missing.field)
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
        except notes.NoteTooLong:
            form.form_errors.append(_("Das ist zusammen zu lang. Möglich sind 20.000 Zeichen."))
    return _page(opened, form)


@cases.post(f"{PAGE}/konflikt")
@requires(Permission.READ_CASE)
def assess_conflict(case_id: int) -> ResponseReturnValue:
    """Seal the judgement that it is a plain conflict; where that would lower a danger, the long form is shown."""
    opened, form = open_case(case_id), PlainConflictForm()
    values, times, seen = settings().clocks, settings().notice_times, form.gesehen.data or 0
    if not form.validate():
        return _page(opened, plain=form)
    try:
        work.assess(opened.who, opened.found, opened.secrets, form.judgement(), values, times, seen=seen)
    except (work.AssessedMeanwhile, work.AssessmentReasonMissing):
        return redirect(url_for("cases.assessment", case_id=case_id, ok="lang"), 303)
    except notes.NoCaseKey:
        return redirect(url_for("cases.assessment", case_id=case_id), 303)
    return redirect(url_for("cases.assessment", case_id=case_id, ok="gilt"), 303)


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
            form.form_errors.append(_("Inzwischen ist es entschieden oder neu eingeschätzt. Oben steht, was gilt."))
        except (case_state.SomebodyWaits, closing.NobodyAsked, closing.ContradictsOutcome):
            form.form_errors.append(
                _("Inzwischen hat sich etwas geändert. Lesen Sie den Fall, bevor Sie ihn schließen.")
            )
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
    opened: OpenedSheets,
    form: AssessmentForm | None = None,
    second: SecondForm | None = None,
    plain: PlainConflictForm | None = None,
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
        **_judging(opened, now, form, plain),
        second=second or SecondForm(formdata=None, nummer=now.proposed.number if now.proposed else 0),
        history=[one for one in written if one.kind is Kind.ASSESSMENT][1:],
        names=opened.names(written),
        said=request.args.get("ok", ""),
        **WORDS,
    )
    return page, 200 if form is None and second is None and plain is None else 422


def _judging(
    opened: OpenedSheets, now: work.Standing, form: AssessmentForm | None, plain: PlainConflictForm | None
) -> dict[str, object]:
    """Return the long form, and the short one, which is offered only for a first assessment without any danger."""
    case, kept = opened.found.case, kept_draft(opened.who, opened.found.case, DraftField.ASSESSMENT)
    return {
        "kept": kept,
        "form": form or filled_from(now.current, opened.door, kept.typed),
        "plain": plain or PlainConflictForm(formdata=None),
        "may_be_plain": now.current is None and not now.carried and not work.is_acute(case, now),
    }
