"""The forms of staff accounts."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, StopValidation

from bullying_desk.accounts.sign_in.passkeys import LONGEST_NAME
from bullying_desk.accounts.sign_in.passwords import SHORTEST
from bullying_desk.web.forms import PublicForm, StaffForm
from bullying_desk.web.language import _

_CODE_NEEDED = _("Schreiben Sie die 6 Ziffern aus Ihrer App.")
_CODE_HINT = _("Die 6 Ziffern aus Ihrer Authentifizierungs-App.")
_ADDRESS_NEEDED = _("Schreiben Sie Ihre E-Mail-Adresse.")
_LENGTH_HINT = _(
    "Mindestens {count} Zeichen. Vier oder fünf Wörter, die nichts miteinander zu tun haben, sind gut zu merken."
).format(count=SHORTEST)

REFUSED_PASSWORD = {
    "short": _("Das Passwort ist zu kurz. Nehmen Sie mindestens {count} Zeichen.").format(count=SHORTEST),
    "long": _("Das Passwort ist zu lang. Nehmen Sie höchstens 200 Zeichen."),
    "common": _(
        "Dieses Passwort erraten Programme zuerst. Nehmen Sie vier oder fünf Wörter, die nicht zusammengehören."
    ),
}


class NeededWithout:
    """Asks for a field, unless a hidden one holds what a passkey answered in its place."""

    def __init__(self, hidden: str, message: str) -> None:
        self.hidden, self.message = hidden, message

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse an empty field. Raises StopValidation."""
        if not (field.data or "").strip() and not form[self.hidden].data:
            raise StopValidation(self.message)


class SecondProof:
    """Part of a form: the second proof, as six digits or as a passkey's answer."""

    code = StringField(_("Einmal-Code"), [NeededWithout("passkey", _CODE_NEEDED)], description=_CODE_HINT)
    passkey = HiddenField()

    @property
    def proof(self) -> str:
        """The passkey's answer, if there is one, else the digits."""
        return str(self.passkey.data or self.code.data or "")


class SignInForm(SecondProof, PublicForm):
    """Address, password and second proof in one form (docs/sealing.md, Keys); or a passkey with its `prf` alone."""

    email = StringField(_("Ihre E-Mail-Adresse"), [NeededWithout("prf", _ADDRESS_NEEDED)])
    password = PasswordField(_("Ihr Passwort"), [NeededWithout("prf", _("Schreiben Sie Ihr Passwort."))])
    prf = HiddenField()


class LetterCodeForm(PublicForm):
    """The short code of a printed invitation."""

    secret = StringField(
        _("Code aus Ihrem Brief"),
        [InputRequired(_("Schreiben Sie den Code aus Ihrem Brief."))],
        description=_("16 Zeichen in vier Gruppen. Groß- und Kleinschreibung spielt keine Rolle."),
    )


class AcceptForm(PublicForm):
    """Accepting an invitation: password and second factor on one page."""

    secret = HiddenField()
    password = PasswordField(
        _("Ihr neues Passwort"), [InputRequired(_("Wählen Sie ein Passwort."))], description=_LENGTH_HINT
    )
    code = StringField(_("Einmal-Code"), [InputRequired(_CODE_NEEDED)], description=_CODE_HINT)


class RecoverForm(SecondProof, PublicForm):
    """A lost password: recovery code, second factor and a new password on one page."""

    email = StringField(_("Ihre E-Mail-Adresse"), [InputRequired(_ADDRESS_NEEDED)])
    recovery = StringField(
        _("Wiederherstellungs-Code"),
        [InputRequired(_("Schreiben Sie den Code von Ihrem Ausdruck."))],
        description=_("Sieben Gruppen mit je vier Zeichen."),
    )
    password = PasswordField(
        _("Ihr neues Passwort"), [InputRequired(_("Wählen Sie ein Passwort."))], description=_LENGTH_HINT
    )


PHONE_CLOCK = _(
    "Geht die Uhr Ihres Telefons um eine Minute falsch, passt kein Code. "
    "Stellen Sie Datum und Uhrzeit dort auf automatisch."
)
NEW_CODE_WRONG = (
    _("Diese Ziffern passen nicht. Warten Sie auf die nächsten und schreiben Sie sie ab.") + f" {PHONE_CLOCK}"
)


class LostPhoneForm(PublicForm):
    """A lost phone: password, printed code and the digits of the new app on one page."""

    seed = HiddenField()
    email = StringField(_("Ihre E-Mail-Adresse"), [InputRequired(_ADDRESS_NEEDED)])
    password = PasswordField(_("Ihr Passwort"), [InputRequired(_("Schreiben Sie Ihr Passwort."))])
    recovery = StringField(
        _("Wiederherstellungs-Code"),
        [InputRequired(_("Schreiben Sie den Code von Ihrem Ausdruck."))],
        description=_("Sieben Gruppen mit je vier Zeichen. Er ist danach verbraucht, und Sie bekommen einen neuen."),
    )
    code = StringField(
        _("Einmal-Code der neuen App"),
        [InputRequired(_CODE_NEEDED)],
        description=_("Die 6 Ziffern, die die neue App jetzt zeigt."),
    )


PASSKEY_REFUSED = _(
    "Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder nehmen Sie Passwort und Einmal-Code."
)
NOT_TOGETHER = _("Passwort oder Einmal-Code stimmen nicht. Jeder Einmal-Code gilt nur einmal.") + f" {PHONE_CLOCK}"


class ConfirmForm(SecondProof, StaffForm):
    """Password and second proof once more, of a person who is signed in."""

    password = PasswordField(_("Ihr Passwort"), [InputRequired(_("Schreiben Sie Ihr Passwort."))])


class NewPasswordForm(SecondProof, StaffForm):
    """Changing the password while signed in."""

    password = PasswordField(_("Ihr jetziges Passwort"), [InputRequired(_("Schreiben Sie Ihr jetziges Passwort."))])
    new_password = PasswordField(
        _("Ihr neues Passwort"), [InputRequired(_("Wählen Sie ein Passwort."))], description=_LENGTH_HINT
    )


class SecondFactorForm(StaffForm):
    """Connecting another app: the old app's digits or, where it is lost, the recovery code; and the new digits."""

    seed = HiddenField()
    passkey = HiddenField()  # in place of the old app's digits
    password = PasswordField(_("Ihr Passwort"), [InputRequired(_("Schreiben Sie Ihr Passwort."))])
    old_code = StringField(_("Einmal-Code der bisherigen App"), description=_("Leer lassen, wenn die App weg ist."))
    recovery = StringField(
        _("Oder: Wiederherstellungs-Code"),
        description=_("Sieben Gruppen mit je vier Zeichen. Er ist danach verbraucht, und Sie bekommen einen neuen."),
    )
    code = StringField(
        _("Einmal-Code der neuen App"),
        [InputRequired(_CODE_NEEDED)],
        description=_("Die 6 Ziffern, die die neue App jetzt zeigt."),
    )


class PasskeyForm(StaffForm):
    """A new passkey. A script fills the hidden fields with what the device answers."""

    name = StringField(
        _("Wie soll der Passkey heißen?"),
        [InputRequired(_("Geben Sie dem Passkey einen Namen.")), Length(max=LONGEST_NAME)],
        description=_("Zum Beispiel „Diensthandy“ oder „Schlüssel am Bund“."),
    )
    alone = BooleanField(
        _("Auch ohne Passwort anmelden"),
        description=_(
            "Dann reicht dieser Passkey allein, ab morgen. Kopiert der Hersteller ihn auf andere Geräte, hängt Ihr "
            "Konto hier auch an Ihrem Konto dort."
        ),
    )
    passkey = HiddenField()
    prf = HiddenField()


class CompareForm(StaffForm):
    """Two key words that were heard; the view names their fields, because their places differ."""
