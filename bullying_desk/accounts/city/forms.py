"""The forms of the city coordinator."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from bullying_desk.accounts.invitations.bulk import ROLE_WORDS
from bullying_desk.accounts.team.forms import InvitedForm
from bullying_desk.web.forms import StaffForm, UploadField, select_choices
from bullying_desk.web.language import _

_WAYS = [
    ("mail", _("Als E-Mail mit einem Link. Er gilt 72 Stunden.")),
    ("letter", _("Als Brief zum Ausdrucken, mit einem Code. Er gilt 21 Tage.")),
]


class InviteForm(InvitedForm):
    """Inviting one person."""

    role = SelectField(
        _("Rolle"),
        [InputRequired(_("Wählen Sie eine Rolle."))],
        choices=select_choices([("", _("Bitte wählen")), *((word, word.capitalize()) for word in ROLE_WORDS)]),
    )
    number = StringField(
        _("Schulnummer"), description=_("Sechs Ziffern. Für Rollen der Stadt lassen Sie das Feld leer.")
    )
    employer = StringField(_("Anstellungsträger"), description=_("Zum Beispiel: Land NRW, Stadt, freier Träger."))
    way = RadioField(_("Auf welchem Weg laden Sie ein?"), choices=select_choices(_WAYS), default="mail")


class InviteManyForm(StaffForm):
    """Inviting many people by a list."""

    table = UploadField(
        _("Liste als CSV oder XLSX"),
        description=_("Spalten: Schulnummer, Name, E-Mail, Rolle, Anstellungsträger. Höchstens 60 kB auf einmal."),
    )
    way = RadioField(_("Auf welchem Weg laden Sie ein?"), choices=select_choices(_WAYS), default="mail")
