"""The form of the search in one's own cases."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Optional

from bullying_desk.cases.forms import DayField
from bullying_desk.cases.inbox.case_search import Wanted, Where
from bullying_desk.reports.doors.doors import ANSWERS
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _

LONGEST = 200


class SearchForm(StaffForm):
    """Words, kind of incident, status, and arrival; sent in the form's body, never in an address."""

    query = StringField(_("Wörter"))
    what = SelectField(
        _("Was ist passiert?"),
        choices=select_choices(
            [("", _("Alles")), *((choice.code, _(choice.label)) for choice in ANSWERS["for_adults"])]
        ),
        default="",
        validate_choice=False,
    )
    where = SelectField(
        _("In welchen Fällen?"),
        choices=select_choices(
            [
                (Where.LIVING.value, _("Offen oder ruhend")),
                (Where.CLOSED.value, _("Zu")),
                (Where.ALL.value, _("Alle")),
            ]
        ),
        default=Where.LIVING.value,
        validate_choice=False,
    )
    since = DayField(_("Ab"), [Optional()])
    until = DayField(_("Bis"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for something to look for."""
        super().validate(extra_validators)
        if not self.errors and not (self.query.data or "").strip() and not self.what.data:
            self.query.errors = [_("Schreiben Sie ein Wort, oder wählen Sie, was passiert ist.")]
        if len(self.query.data or "") > LONGEST:
            self.query.errors = [_("Das ist zu lang. Wenige Wörter genügen.")]
        return not self.errors

    @property
    def wanted(self) -> Wanted:
        """The search."""
        where = next((each for each in Where if each.value == self.where.data), Where.LIVING)
        return Wanted(self.query.data or "", self.what.data or "", where, self.since.data, self.until.data)
