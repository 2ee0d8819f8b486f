"""The form of a period."""

from __future__ import annotations

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from bullying_desk.erasing.lifetimes import Kind
from bullying_desk.retention.words import KIND_WORDS
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _


class PeriodForm(StaffForm):
    """How many days one kind of data is kept."""

    kind = SelectField(
        _("Was"),
        [InputRequired(_("Wählen Sie, worum es geht."))],
        choices=select_choices(
            [("", _("Bitte wählen")), *((kind.value, words) for kind, (words, _since) in KIND_WORDS.items())]
        ),
    )
    authority = SelectField(_("Für welche Schulen?"), validate_choice=True)
    days = IntegerField(
        _("Tage"),
        [InputRequired(_("Schreiben Sie eine Zahl.")), NumberRange(1, 10_000, _("Schreiben Sie eine Zahl von Tagen."))],
    )

    def offer(self, authorities: dict[str, str]) -> None:
        """Offer these school authorities."""
        self.authority.choices = select_choices([("", _("Alle Schulträger")), *authorities.items()])

    @property
    def chosen(self) -> Kind:
        """The chosen kind; only after validating."""
        return Kind(self.kind.data)
