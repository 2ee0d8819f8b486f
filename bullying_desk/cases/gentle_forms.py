"""Forms of the case file that ask once before a full name is put into it."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField

from bullying_desk.cases.name_check import full_names, mark_of, shown
from bullying_desk.web.forms import StaffForm
from bullying_desk.web.language import _


class InitialsForm(StaffForm):
    """A form whose texts are to say initials or roles; `namen` carries what was asked about already."""

    namen = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and ask once about what looks like a full name: the second press goes through."""
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
