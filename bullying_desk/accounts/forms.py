"""The forms of staff accounts."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from bullying_desk.web.forms import PublicForm
from bullying_desk.web.language import _


class SignInForm(PublicForm):
    """Address, password and code in one form (sealing.md, Keys)."""

    email = StringField(_("Ihre E-Mail-Adresse"), [InputRequired(_("Schreiben Sie Ihre E-Mail-Adresse."))])
    password = PasswordField(_("Ihr Passwort"), [InputRequired(_("Schreiben Sie Ihr Passwort."))])
    code = StringField(
        _("Einmal-Code"),
        [InputRequired(_("Schreiben Sie die 6 Ziffern aus Ihrer App."))],
        description=_("Die 6 Ziffern aus Ihrer Authentifizierungs-App."),
    )
