"""Forms: German messages that say what to do; public ones without a session, staff's with a CSRF token."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.fields import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

_MESSAGES = {
    "Not a valid choice.": "Wähle etwas aus der Liste.",
    "Not a valid choice": "Wähle etwas aus der Liste.",
    "This field is required.": "Hier fehlt noch etwas.",
    "Not a valid date value.": "Schreib das Datum so: 24.12.2026.",
    "Not a valid integer value.": "Schreib eine Zahl.",
}


class _German:
    def gettext(self, text: str) -> str:
        return _MESSAGES.get(text, text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class PublicForm(Form):
    """A form of the public side: no session, no CSRF token (origin and send token are checked instead)."""

    class Meta:
        def get_translations(self, _form: Any) -> Any:
            return _German()

    def hidden_tag(self) -> str:
        """Public forms carry no hidden session token."""
        return ""


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form behind a session: Flask-WTF adds the token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, _form: Any) -> Any:
            return _German()


class CheckboxesField(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
