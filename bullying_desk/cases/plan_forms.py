"""The forms of a plan: a measure, and what came of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.cases.forms import DayField
from bullying_desk.cases.method_shape import Method
from bullying_desk.reports.form_fields import select_choices
from bullying_desk.web.forms import StaffForm
from bullying_desk.web.language import _


class MeasureForm(StaffForm):
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
        self.wer.choices = sorted(people.items(), key=lambda each: each[1])
        self.hints = {method.code: _(method.fits) for method in offered}


class DoneForm(StaffForm):
    """What came of a measure."""

    am = DayField(_("Wann war es?"), [InputRequired(_("Tragen Sie den Tag ein."))])
    vereinbart = TextAreaField(_("Was ist vereinbart?"))
    entfaellt = BooleanField(_("Diese Maßnahme entfällt."))
