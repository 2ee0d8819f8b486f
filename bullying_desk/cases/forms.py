"""The forms of the case page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from bullying_desk.reports.readers import Candidate
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _


class NumberField(IntegerField):
    """A hidden number the page itself wrote; anything else counts as 0."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0

    def _value(self) -> str:
        """Show what the program says, not what was sent: the page moves these numbers on."""
        return str(self.data or 0)


class DayField(DateField):
    """A day, as browsers send it or as people type it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        for shape in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                self.data = datetime.strptime(text, shape).date()
            except ValueError:
                continue
        if self.data is None:
            raise ValueError(_("Schreiben Sie das Datum so: 24.12.2026."))


class AnswerForm(StaffForm):
    """A letter to whoever reported. `last` is the number of the newest letter the page showed."""

    report = NumberField()
    last = NumberField()
    text = TextAreaField(_("Ihre Antwort"), [InputRequired(_("Schreiben Sie eine Antwort."))])


class NoteForm(StaffForm):
    """A note, for the team or for oneself."""

    note = TextAreaField(_("Notiz"), [InputRequired(_("Schreiben Sie eine Notiz."))])
    reads = RadioField(
        _("Wer liest die Notiz?"),
        choices=select_choices(
            [
                ("team", _("Alle, die diesen Fall lesen")),
                ("me", _("Nur ich")),
            ]
        ),
        default="team",
    )


class DateForm(StaffForm):
    """When the case is to come up again."""

    day = DayField(_("Tag"), [Optional()])


class NameReasonForm(StaffForm):
    """Why somebody needs the reporter's name."""

    reason = TextAreaField(_("Grund"))


class OwnerForm(StaffForm):
    """Taking over: from whom the page said it would be."""

    seen = NumberField()


class LeaveForm(StaffForm):
    """Leaving a seat: to whom one's open cases go, and a yes."""

    colleague = SelectField(_("Wer macht Ihre offenen Fälle weiter?"), coerce=int, default=0)
    sure = BooleanField(
        _("Ja, ich gehe. Mein Zugang endet jetzt, meine eigenen Notizen werden gelöscht."),
        [InputRequired(_("Bestätigen Sie, dass Sie gehen."))],
    )

    def offer(self, colleagues: Iterable[Candidate]) -> None:
        """Say who can be chosen."""
        people = [(one.person_id, one.full_name) for one in colleagues]
        self.colleague.choices = select_choices([(0, _("Noch niemand Bestimmtes")), *people])


class EndSeatForm(StaffForm):
    """Ending somebody's seat, as the coordinator."""

    sure = BooleanField(
        _("Ja, diese Person arbeitet nicht mehr im Team."),
        [InputRequired(_("Bestätigen Sie, dass die Person nicht mehr im Team arbeitet."))],
    )
