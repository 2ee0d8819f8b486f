"""The forms of a school's coordinator."""

from __future__ import annotations

from collections.abc import Callable

from wtforms import BooleanField, DateField, Field, Form, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from bullying_desk.accounts.sign_in.addresses import InputRefused, checked_address, checked_name
from bullying_desk.schools.school_forms import SchoolForm
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _

DAYS = [("0", _("Montag")), ("1", _("Dienstag")), ("2", _("Mittwoch")), ("3", _("Donnerstag")), ("4", _("Freitag"))]
FUNCTIONS = [
    ("beratungslehrkraft", _("Beratungslehrkraft")),
    ("schulsozialarbeit", _("Schulsozialarbeit")),
    ("vertrauenslehrkraft", _("Vertrauenslehrkraft")),
    ("ansprechperson", _("Ansprechperson ohne eine dieser Rollen")),
]


def _taken_by(check: Callable[[str], str]) -> Callable[[Form, Field], None]:
    """Return a check of a field that says what `check` refuses."""

    def validate(_form: Form, field: Field) -> None:
        try:
            check(field.data or "")
        except InputRefused as refused:
            raise ValidationError(refused.reason) from refused

    return validate


class InvitedForm(StaffForm):
    """The invited person's name and address, for the city and for a school's coordinator: by the rules of a list."""

    class Meta(StaffForm.Meta):
        hidden_signs_go = False

    name = StringField(_("Name"), [InputRequired(_("Schreiben Sie Vor- und Nachnamen.")), _taken_by(checked_name)])
    email = StringField(
        _("E-Mail-Adresse"),
        [
            InputRequired(_("Schreiben Sie die dienstliche E-Mail-Adresse.")),
            _taken_by(checked_address),
        ],
    )


class TeamInviteForm(InvitedForm):
    """Inviting a contact person to one's own school."""

    role = SelectField(_("Rolle"), choices=select_choices(FUNCTIONS))
    employer = StringField(_("Anstellungsträger"), [Length(max=100)])
    way = RadioField(
        _("Auf welchem Weg laden Sie ein?"),
        choices=select_choices([("mail", _("Als E-Mail mit einem Link.")), ("letter", _("Als Brief zum Ausdrucken."))]),
        default="mail",
    )

    def offer(self, school_form: SchoolForm) -> TeamInviteForm:
        """Offer only tasks that exist at this form of school."""
        choices = FUNCTIONS if school_form.has_counselling_teachers else FUNCTIONS[1:]
        self.role.choices = select_choices(choices)
        return self


class SeatForm(StaffForm):
    """How pupils see a contact person."""

    shown_name = StringField(
        _("So steht der Name auf der Seite"),
        [InputRequired(_("Schreiben Sie den Namen, wie Kinder ihn sagen.")), Length(max=60)],
        description=_(
            "Zum Beispiel: Frau Aydin. Nur mit dem eigenen Ja der Person. Ändern Sie den Namen, muss sie neu Ja sagen."
        ),
    )
    shown_function = StringField(
        _("Aufgabe in Worten für Kinder"), [Length(max=80)], description=_("Zum Beispiel: Schulsozialarbeit.")
    )
    languages = StringField(_("Spricht"), [Length(max=80)], description=_("Zum Beispiel: Deutsch, Türkisch."))


class HourForm(StaffForm):
    """A place and an hour where a person can be found."""

    seat = SelectField(_("Wer ist da?"))
    room = StringField(_("Raum"), [InputRequired(_("Schreiben Sie den Raum.")), Length(max=60)])
    way_there = StringField(_("Weg in Worten"), [Length(max=120)], description=_("Zum Beispiel: Neben der Bücherei."))
    weekday = SelectField(_("Tag"), choices=select_choices(DAYS))
    starts = TimeField(_("Von"), [InputRequired(_("Schreiben Sie, ab wann."))])
    ends = TimeField(_("Bis"), [InputRequired(_("Schreiben Sie, bis wann."))])


class FreeDayForm(StaffForm):
    """A movable free day of the school."""

    day = DateField(_("Beweglicher Ferientag"), [InputRequired(_("Wählen Sie einen Tag.")), Optional()])
    half = BooleanField(_("Nur der Nachmittag ist frei"))
