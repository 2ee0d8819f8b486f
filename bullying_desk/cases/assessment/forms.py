"""The forms of the first assessment and of the second person's word."""

from __future__ import annotations

from typing import Any

from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import InputRequired

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
from bullying_desk.cases.forms import InitialsForm, NumberField
from bullying_desk.cases.sheets import CaseSheet
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.doors.form_fields import ChoiceField
from bullying_desk.reports.models import Urgency
from bullying_desk.web.forms import CheckboxesField, select_choices
from bullying_desk.web.language import _


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
    dringlich_weil = TextAreaField(
        _("Warum so dringend?"), [InputRequired(_("Schreiben Sie kurz, warum so dringend."))]
    )
    stufe = RadioField(_("Wer führt?"), [InputRequired(_("Kreuzen Sie an, wer führt."))], validate_choice=False)
    stufe_weil = TextAreaField(_("Warum diese Stufe?"), [InputRequired(_("Schreiben Sie kurz, warum diese Stufe."))])

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


def filled_from(current: CaseSheet | None, door: int) -> AssessmentForm:
    """Return the form with what counts now; empty for a first assessment."""
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


class SecondForm(InitialsForm):
    """The second person's word."""

    nummer = NumberField()
    wort = RadioField(
        _("Sind Sie einverstanden?"),
        [InputRequired(_("Kreuzen Sie an, ob Sie einverstanden sind."))],
        choices=select_choices([("ja", _("Ja, das sehe ich auch so.")), ("nein", _("Nein, es bleibt, wie es war."))]),
    )
    grund = TextAreaField(_("Warum?"))
