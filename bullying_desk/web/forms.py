"""Forms: German messages that say what to do. Public forms have no session, staff's have a CSRF token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.fields import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from bullying_desk.web.form_messages import GermanMessages


class PublicForm(Form):
    """A form of the public side: no session and no CSRF token. Origin and send token are checked instead."""

    class Meta:
        def get_translations(self, _form: Any) -> Any:
            return GermanMessages()

    def hidden_tag(self) -> str:
        """Public forms carry no hidden session token."""
        return ""


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form behind a session: Flask-WTF adds the token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, _form: Any) -> Any:
            return GermanMessages()


class CheckboxesField(SelectMultipleField):
    """Several choices from a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def select_choices(pairs: Iterable[tuple[str | int, str]]) -> list[Any]:
    """Return (value, label) pairs in the form that WTForms from 3.4 wants for choices: no tuples."""
    return [SelectChoice(value, label) for value, label in pairs]
