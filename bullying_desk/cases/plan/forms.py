"""The forms of a plan: a measure, and its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.cases.forms import DayField, InitialsForm, NumberField
from bullying_desk.cases.plan.methods import Method
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _


class MeasureForm(InitialsForm):
    """One measure: which method, what exactly, who does it, by when."""

    methode = RadioField(_("Methode"), [InputRequired(_("Wählen Sie eine Methode."))], validate_choice=False)
    was = StringField(_("Was genau?"))
    wer = SelectField(_("Wer macht es?"), coerce=int, validate_choice=False, default=0)
    bis = DayField(_("Bis wann?"), [InputRequired(_("Tragen Sie ein, bis wann."))])
    trotzdem = TextAreaField(_("Trotzdem verwenden, weil …"))

    def __init__(self, methods: Iterable[Method], people: Mapping[int, str], **more: Any) -> None:
        """Offer the methods of this plan and the people who read the case."""
        super().__init__(**more)
        self.methode.choices = select_choices((method.code, _(method.title)) for method in methods)
        self.wer.choices = select_choices(sorted(people.items(), key=lambda each: each[1]))

    def warn(self, methods: Iterable[Method], against: Mapping[str, tuple[str, bool]]) -> MeasureForm:
        """Say at each choice whether something speaks against it here; `against`: see Board."""
        words = {True: _("%(title)s (hier nur mit Grund)"), False: _("%(title)s (hier nicht)")}
        shown = {code: words[doubtful] for code, (_why, doubtful) in against.items()}
        titles = ((each.code, shown.get(each.code, "%(title)s") % {"title": _(each.title)}) for each in methods)
        self.methode.choices = select_choices(titles)
        return self


class ChangeForm(InitialsForm):
    """Changing one measure; `gesehen` is the writing of it the page has shown."""

    gesehen = NumberField()
    was = StringField(_("Was genau?"))
    wer = SelectField(_("Wer macht es?"), coerce=int, validate_choice=False, default=0)
    bis = DayField(_("Bis wann?"), [InputRequired(_("Tragen Sie ein, bis wann."))])

    def __init__(self, people: Mapping[int, str], **more: Any) -> None:
        """Offer the people who read the case."""
        super().__init__(**more)
        self.wer.choices = select_choices(sorted(people.items(), key=lambda each: each[1]))


class ReadyForm(StaffForm):
    """A ready plan before it is taken over: each step with a box that is ticked, and whose it is.

    The fields of a step are `mit-` and `wer-` with its method; `steps` gives them in the order of the plan.
    """

    plan = HiddenField()
    codes: tuple[str, ...] = ()

    @property
    def steps(self) -> list[tuple[Field, Field]]:
        """Each step: the box and the person."""
        return [(self[f"mit-{code}"], self[f"wer-{code}"]) for code in self.codes]

    def whose(self) -> dict[str, int]:
        """Return whose the steps are that are wanted; 0 where nobody who could be meant was sent."""
        return {code: self[f"wer-{code}"].data or 0 for code in self.codes if self[f"mit-{code}"].data}


def ready_form(
    plan: str, steps: Iterable[tuple[Method, str]], readers: Mapping[int, str], mine: int, *, sent: bool
) -> ReadyForm:
    """Return the form of a ready plan: as it was sent, or fresh. `steps`: the methods, each with its day in words."""
    offered = list(steps)
    people = sorted(readers.items(), key=lambda each: each[1])
    fields: dict[str, Any] = {"codes": tuple(method.code for method, _day in offered)}
    for method, day in offered:
        title = _("%(title)s, bis %(day)s") % {"title": _(method.title), "day": day}
        fields[f"mit-{method.code}"] = BooleanField(title, default=True, description=_(method.fits))
        who = _("Wer macht es? %(title)s") % {"title": _(method.title)}
        fields[f"wer-{method.code}"] = SelectField(who, coerce=int, validate_choice=False, default=mine)
    made = type("OneReadyForm", (ReadyForm,), fields)
    form: ReadyForm = made(data={"plan": plan}) if sent else made(formdata=None, data={"plan": plan})
    for method, _day in offered:
        form[f"wer-{method.code}"].choices = select_choices(people)
    return form


class DoneForm(InitialsForm):
    """The result of a measure."""

    am = DayField(_("Wann war es?"), [InputRequired(_("Tragen Sie den Tag ein."))])
    vereinbart = TextAreaField(_("Was ist vereinbart?"))
    entfaellt = BooleanField(_("Diese Maßnahme entfällt."))
