"""The forms of the case page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from bullying_desk.cases.models import GAPS
from bullying_desk.lessons.checks.names import FIRST_NAMES
from bullying_desk.reports.mailbox.appointments import KEY, Chosen, Why
from bullying_desk.reports.mailbox.letters import Slot
from bullying_desk.reports.readers.candidates import Candidate
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.language import _


class NumberField(IntegerField):
    """A hidden number the page itself wrote; anything else counts as 0."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0

    def _value(self) -> str:
        """Show the program's values, not the sent ones: the page moves these numbers on."""
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


TIMES_REFUSED: Final = {
    Why.NUMBER: _("Bieten Sie zwei oder drei Zeiten an, damit die Person wählen kann."),
    Why.PAUSED: _("Die Schule macht Pause. Bieten Sie Zeiten an, wenn sie wieder mitmacht."),
    Why.NO_SCHOOL: _("Zu einer dieser Zeiten ist keine Schule. Wählen Sie eine andere."),
    Why.PAST: _("Wählen Sie Zeiten, die noch kommen, höchstens 14 Tage voraus."),
    Why.HOUR: _("Wählen Sie eine Zeit zwischen 7 und 18 Uhr, in Schritten von 5 Minuten."),
    Why.PLACE: _("Schreiben Sie kurz, wo Sie sich treffen."),
    Why.AWAY: _("An einem dieser Tage sind Sie als abwesend eingetragen. Wählen Sie einen anderen."),
    Why.TAKEN: _("Eine Zeit ist schon angeboten, oder zwei überschneiden sich. Wählen Sie andere."),
    Why.HALF: _("Tragen Sie zu jedem Tag eine Uhrzeit ein und zu jeder Uhrzeit einen Tag."),
}


class AnswerForm(StaffForm):
    """A letter to the reporter. `last` is the number of the newest letter the page showed."""

    report = NumberField()
    last = NumberField()
    text = TextAreaField(_("Ihre Antwort"), [InputRequired(_("Schreiben Sie eine Antwort."))])

    slots = CheckboxesField(_("Aus Ihren Sprechzeiten"), validate_choice=False)
    day1 = DayField(_("Anderer Tag"), [Optional()])
    time1 = TimeField(_("Uhrzeit"), [Optional()])
    day2 = DayField(_("Noch ein Tag"), [Optional()])
    time2 = TimeField(_("Uhrzeit"), [Optional()])
    place = StringField(_("Ort für andere Tage"))

    @property
    def chosen(self) -> Chosen:
        """The times that are offered with the answer."""
        typed = ((self.day1.data, self.time1.data), (self.day2.data, self.time2.data))
        return Chosen(tuple(self.slots.data or ()), typed, self.place.data or "")

    def propose(self, proposals: Iterable[Slot], room: str) -> None:
        """Offer the times of the roster; one's own room is the place that is proposed."""
        words = ((f"{each.start:{KEY}}", f"{each.words}, {each.place}") for each in proposals)
        self.slots.choices = select_choices(words)
        self.place.data = self.place.data or room

    def validate_text(self, field: TextAreaField) -> None:
        """Refuse a gap of a text block that the program could not fill: a child would read the sign."""
        left = [sign for sign in GAPS if sign in (field.data or "")]
        if left:
            words = {"signs": ", ".join(left)}
            raise ValidationError(
                _("Hier ist noch eine Lücke: %(signs)s. Schreiben Sie selbst, was da stehen soll.") % words
            )


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
    """Why a person needs the reporter's name."""

    reason = TextAreaField(_("Grund"))


class OwnerForm(StaffForm):
    """Taking over: from the person that the page has named."""

    seen = NumberField()


class LeaveForm(StaffForm):
    """Leaving a seat: who takes one's open cases, and a yes."""

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
    """Ending a colleague's seat, as the coordinator."""

    sure = BooleanField(
        _("Ja, diese Person arbeitet nicht mehr im Team."),
        [InputRequired(_("Bestätigen Sie, dass die Person nicht mehr im Team arbeitet."))],
    )


# Forms of the case file that ask once before a full name is put into it.


class InitialsForm(StaffForm):
    """A form whose texts should use initials or roles; `namen` carries the names that were asked about already."""

    namen = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and ask once about what looks like a full name: the second submit goes through."""
        return bool(super().validate(extra_validators)) and not self._asks_about_names()

    def _asks_about_names(self) -> bool:
        typed = [each for each in self if isinstance(each, (StringField, TextAreaField)) and each is not self.namen]
        names = full_names(str(each.data or "") for each in typed)
        mark = mark_of(names)
        if not names or self.namen.data == mark:
            return False
        self.namen.data = mark
        words = {"names": shown(names)}
        self.form_errors.append(
            _("Das sieht nach einem vollen Namen aus: %(names)s. Kürzel oder Rolle genügen, zum Beispiel „Kind A“. "
              "Soll der Name hier stehen, speichern Sie noch einmal.") % words
        )  # fmt: skip
        return True


# Noticing a full name where initials or a role would do: the file of a case is no register of children.
#
# It only asks, and a second submit saves the text. It knows common first names and forms of address. So it misses some
# names, and sometimes asks without need. It decides nothing.


MOST_SHOWN = 3
_WORDS_TOO: Final = frozenset({"An", "Mai", "Till"})  # „An Eltern“, „Mai“: German words first
_CAPITAL: Final = r"[A-ZÄÖÜÇĞİŞ][\wäöüßçğışéèáíóúčćžšđłńêîû'’-]+"
_PAIR: Final = re.compile(rf"\b({_CAPITAL})(?=[ \t]+((?:(?:von|van|de|el|al|bin)[ \t]+)?{_CAPITAL}))")


def full_names(texts: Iterable[str]) -> list[str]:
    """Return what looks like first name and surname, each once, in order.

    „Lena Schmidt“ is noticed; „Lena S.“, „Kind A“, „Klassenleitung“ and „Frau Aydin“ are not: the form asks for
    initials and roles, and adults of the school are named by their surname.
    """
    found: dict[str, None] = {}
    for text in texts:
        for first, rest in _PAIR.findall(text):
            if first in FIRST_NAMES and first not in _WORDS_TOO:
                found.setdefault(f"{first} {rest}")
    return list(found)


def mark_of(names: Iterable[str]) -> str:
    """Return a value that says, at the second submit, that these names were asked about; it holds none of them."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def shown(names: list[str]) -> str:
    """Return the first of them as in a sentence."""
    return ", ".join(f"„{name}“" for name in names[:MOST_SHOWN])
