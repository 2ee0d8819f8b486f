"""The forms of asking a colleague to read along or take over, saying no, linking, and letting a new member in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional

from bullying_desk.cases.forms import DayField, NumberField
from bullying_desk.cases.models import Consent
from bullying_desk.cases.readers.linking import Other
from bullying_desk.reports.readers.candidates import Candidate
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _

NOT_OFFERED = _("Diese Person kann nicht gefragt werden. Wählen Sie jemanden aus der Liste.")


def number_or_none(value: Any) -> int:
    """Read a person's id; whatever is none counts as nobody."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


class PersonForm(StaffForm):
    """Whom to ask. Names come from a list; the work checks a forged name against the same list."""

    to = SelectField(_("Wer?"), coerce=number_or_none, validate_choice=False)
    message = TextAreaField(_("Ein paar Worte dazu"))

    def offer(self, people: Iterable[Candidate]) -> None:
        """Say who can be chosen."""
        self.to.choices = select_choices([(0, _("Bitte wählen")), *((one.person_id, _words(one)) for one in people)])

    def refuse(self) -> None:
        """Say that this person cannot be asked; left out or unknown is the same."""
        self.to.errors = [NOT_OFFERED if self.to.data else _("Wählen Sie, wen Sie fragen.")]


def _words(one: Candidate) -> str:
    return f"{one.full_name}, {one.function}" if one.function else one.full_name


class LookOnForm(PersonForm):
    """ "Mitlesen lassen": what, and until when."""

    report = NumberField()
    what = RadioField(
        _("Was darf die Person ansehen?"),
        choices=select_choices([("all", _("Den ganzen Fall")), ("one", _("Nur diese eine Meldung und ihr Gespräch"))]),
        default="all",
    )
    until = DayField(_("Bis wann?"), [Optional()])


class HandOnForm(PersonForm):
    """ "Fall übergeben"."""

    consent = RadioField(
        _("Hat die meldende Person Ja gesagt?"),
        [Optional()],
        choices=select_choices(
            [
                (Consent.CONVERSATION.value, _("Ja, es steht im Gespräch")),
                (Consent.IN_PERSON.value, _("Ja, sie hat es mir persönlich gesagt")),
                ("no", _("Noch nicht gefragt")),
            ]
        ),
        validate_choice=False,
    )
    keeps = BooleanField(_("Ich lese weiter mit"))

    @property
    def said(self) -> Consent | None:
        """How the reporter said yes, or None."""
        return next((each for each in Consent if each.value == self.consent.data), None)


class NoForm(StaffForm):
    """Saying no, with a reason for the one who asked."""

    reason = TextAreaField(_("Warum nicht?"), [InputRequired(_("Schreiben Sie kurz, warum nicht."))])


class LinkForm(StaffForm):
    """The case a report goes to."""

    report = NumberField()
    other = SelectField(_("Zu welchem Fall?"), coerce=number_or_none, validate_choice=False)
    sure = BooleanField(
        _("Ja, beide Meldungen erzählen von derselben Sache."),
        [InputRequired(_("Bestätigen Sie, dass es um dieselbe Sache geht."))],
    )

    def offer(self, cases: Iterable[Other]) -> None:
        """Say which cases there are."""
        self.other.choices = select_choices([(0, _("Bitte wählen")), *((one.case_id, one.name) for one in cases)])
