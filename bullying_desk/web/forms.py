"""Forms: German messages that say what to do. Public forms have no session, staff's have a CSRF token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Form
from wtforms.fields import HiddenField, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from bullying_desk.sealing.format.signs import visible
from bullying_desk.texts import mark
from bullying_desk.web.language import _


class PublicForm(Form):
    """A form of the public side: no session and no CSRF token. Origin and send token are checked instead."""

    class Meta:
        def get_translations(self, _form: Any) -> Any:
            return OwnMessages()

    def hidden_tag(self) -> str:
        """Public forms carry no hidden session token."""
        return ""


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form behind a session: Flask-WTF adds the token. `overtaken`: a colleague was faster, and was read first."""

    overtaken = False

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        hidden_signs_go = True  # False where a sentence refuses them

        def get_translations(self, _form: Any) -> Any:
            return OwnMessages()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            field = super().bind_field(form, unbound_field, options)
            one_line = isinstance(field, StringField) and not isinstance(
                field, PasswordField | TextAreaField | HiddenField
            )
            if one_line and self.hidden_signs_go:
                field.filters = (*field.filters, visible)
            return field


class UploadField(FileField):  # type: ignore[misc]
    """An uploaded file of a staff form."""


class CheckboxesField(SelectMultipleField):
    """Several choices from a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def select_choices(pairs: Iterable[tuple[str | int, str]]) -> list[Any]:
    """Return (value, label) pairs in the form that WTForms from 3.4 wants for choices: no tuples."""
    return [SelectChoice(value, label) for value, label in pairs]


# WTForms' English messages, in German and as an instruction what to do.


MESSAGES = {
    "Not a valid choice.": mark("Wähle etwas aus der Liste."),
    "Not a valid choice": mark("Wähle etwas aus der Liste."),
    # A box that is not offered any more: the team has changed meanwhile.
    "'%(value)s' is not a valid choice for this field.": mark("Wähle etwas aus der Liste."),
    "'%(value)s' are not valid choices for this field.": mark("Wähle etwas aus der Liste."),
    "This field is required.": mark("Hier fehlt noch etwas."),
    "Not a valid date value.": mark("Schreib das Datum so: 24.12.2026."),
    "Not a valid time value.": mark("Schreib die Uhrzeit so: 9:35."),
    "Not a valid integer value.": mark("Schreib eine Zahl."),
}


class OwnMessages:
    """Replaces WTForms' own translations, in the language of the page."""

    def gettext(self, text: str) -> str:
        """Return our message."""
        return _(MESSAGES[text]) if text in MESSAGES else text

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return our message for a number."""
        return self.gettext(singular if n == 1 else plural)
