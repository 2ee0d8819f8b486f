"""The forms of blank sheets, of informing outsiders, and of one step of a wizard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from bullying_desk.cases.forms import DayField, InitialsForm
from bullying_desk.cases.papers.blanks import Blank, Item, Shape
from bullying_desk.cases.papers.disclosures import IN_DANGER, TOLD_WORDS, Told
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.doors.form_fields import ChoiceField, choices_of, tidy
from bullying_desk.web.forms import CheckboxesField, select_choices
from bullying_desk.web.language import _


class SheetForm(InitialsForm):
    """A blank sheet as a form; `blank` says which answers are required."""

    blank: Blank

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask again for required answers."""
        super().validate(extra_validators)
        for item in self.blank.items:
            if item.missing and not tidy(self[item.code].data) and not self[item.code].errors:
                self[item.code].errors = [_(item.missing)]
        return not self.errors

    @property
    def fields(self) -> list[Field]:
        """The fields in the order of the sheet."""
        return [self[item.code] for item in self.blank.items]

    def said(self) -> dict[str, Said]:
        """Return the answers."""
        return {item.code: _value(item, self[item.code]) for item in self.blank.items}


def given(blank: Blank, said: Mapping[str, Said]) -> dict[str, Any]:
    """Return answers as a form takes them, to begin with."""
    days = {item.code for item in blank.items if item.shape is Shape.DAY}
    return {code: date.fromisoformat(str(value)) if code in days else value for code, value in said.items()}


def sheet_form(blank: Blank, **more: Any) -> SheetForm:
    """Return the form of a blank sheet."""
    fields: dict[str, Any] = {item.code: _field(item) for item in blank.items}
    form: SheetForm = type("OneSheetForm", (SheetForm,), {"blank": blank, **fields})(**more)
    return form


def _field(item: Item) -> Field:
    label, hint = _(item.label), _(item.hint) if item.hint else ""
    if item.shape is Shape.LINE:
        return StringField(label, description=hint)
    if item.shape is Shape.TEXT:
        return TextAreaField(label, description=hint)
    if item.shape is Shape.DAY:
        return DayField(label, [Optional()], description=hint)
    kind = ChoiceField if item.shape is Shape.ONE else CheckboxesField
    return kind(label, choices=choices_of(item.choices), description=hint)


def _value(item: Item, field: Field) -> Said:
    if item.shape is Shape.DAY:
        return field.data.isoformat() if field.data is not None else ""
    return tidy(field.data)


class TellForm(InitialsForm):
    """Informing an outsider: of what, why, and whether there is danger."""

    wem = RadioField(_("Wem?"), [InputRequired(_("Kreuzen Sie an, wem Sie es gesagt haben."))], validate_choice=False)
    was = TextAreaField(_("Was haben Sie gesagt?"), [InputRequired(_("Schreiben Sie, was Sie gesagt haben."))])
    warum = TextAreaField(_("Warum?"), [InputRequired(_("Schreiben Sie, warum es nötig war."))])
    gefahr = BooleanField(_("Es besteht Gefahr. Deshalb ohne Einwilligung."))

    def __init__(self, offered: Iterable[Told], everybody: Iterable[Told], **more: Any) -> None:
        """Offer who may be informed with an agreement, and who may be informed without one because of danger."""
        super().__init__(**more)
        able = set(offered) | (set(everybody) & IN_DANGER)
        self.wem.choices = select_choices((to.value, _(TOLD_WORDS[to])) for to in everybody if to in able)

    @property
    def chosen(self) -> Told | None:
        """Who was informed, or None where the value is none."""
        return next((each for each in Told if each.value == self.wem.data), None)


class StepForm(InitialsForm):
    """One step of a wizard: the decision, and why."""

    wahl = RadioField(
        _("Ihre Entscheidung"), [InputRequired(_("Kreuzen Sie an, wie Sie entscheiden."))], validate_choice=False
    )
    grund = TextAreaField(_("Begründung"), [InputRequired(_("Schreiben Sie kurz, warum."))])
