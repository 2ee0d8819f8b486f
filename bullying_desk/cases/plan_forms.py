"""The forms of a plan: a measure, and what came of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.cases.forms import DayField, NumberField
from bullying_desk.cases.gentle_forms import InitialsForm
from bullying_desk.cases.method_shape import Method
from bullying_desk.web.forms import select_choices
from bullying_desk.web.language import _


class MeasureForm(InitialsForm):
    """One measure: which method, what exactly, who does it, by when."""

    methode = RadioField(_("Methode"), [InputRequired(_("Wählen Sie eine Methode."))], validate_choice=False)
    was = StringField(_("Was genau?"))
    wer = SelectField(_("Wer macht es?"), coerce=int, validate_choice=False, default=0)
    bis = DayField(_("Bis wann?"), [InputRequired(_("Tragen Sie ein, bis wann."))])

    def __init__(self, methods: Iterable[Method], people: Mapping[int, str], **more: Any) -> None:
        """Offer the methods of this plan and the people who read the case."""
        super().__init__(**more)
        offered = list(methods)
        self.methode.choices = select_choices((method.code, _(method.title)) for method in offered)
        self.wer.choices = select_choices(sorted(people.items(), key=lambda each: each[1]))
        self.hints = {method.code: f"{_(method.fits)} {_(method.against)}" for method in offered}


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


class DoneForm(InitialsForm):
    """What came of a measure."""

    am = DayField(_("Wann war es?"), [InputRequired(_("Tragen Sie den Tag ein."))])
    vereinbart = TextAreaField(_("Was ist vereinbart?"))
    entfaellt = BooleanField(_("Diese Maßnahme entfällt."))
