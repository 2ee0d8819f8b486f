"""The page of choices from which a school's coordinator prints."""

from __future__ import annotations

from typing import Any

from wtforms.validators import InputRequired

from bullying_desk.schools.places import KINDS
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.language import _

CHOICES = [
    ("a4", _("Plakat, A4")),
    ("a3", _("Plakat, A3")),
    ("door", _("Türschilder mit Zeiten, A4")),
    ("stickers", _("Aufkleber für Toilettentüren, 8 auf einem Blatt (99 × 68 mm)")),
    ("cards", _("Karten für die Hosentasche, 10 auf einem Blatt, beidseitig drucken")),
    ("places", _("Aufkleber für Arten von Orten, ein Blatt je Art (nur wenn eingeschaltet)")),
    ("badges", _("Kleine Aufkleber für den Schülerausweis, 40 auf einem Blatt (48,5 × 25,4 mm)")),
    ("staff", _("Aushang fürs Lehrerzimmer: Was tun, wenn ein Kind es Ihnen sagt?")),
    ("parents", _("Blatt für Eltern")),
    ("text", _("Textbaustein für Schutzkonzept und Schulkonferenz (Word)")),
]


class PrintForm(StaffForm):
    """What to print; stickers for kinds of places only where the school has switched some on."""

    what = CheckboxesField(
        _("Was möchten Sie drucken?"),
        [InputRequired(_("Wählen Sie mindestens eines."))],
        choices=select_choices(CHOICES),
        default=[value for value, _label in CHOICES],
    )

    def __init__(self, *, places: bool, **more: Any) -> None:
        """Offer the school's prints."""
        super().__init__(**more)
        if not places:
            self.what.choices = select_choices([one for one in CHOICES if one[0] != "places"])


class PlacesForm(StaffForm):
    """Which kinds of places have stickers of their own."""

    kinds = CheckboxesField(
        _("An welchen Orten sollen eigene Aufkleber hängen?"),
        choices=select_choices([(kind.code, kind.label) for kind in KINDS]),
    )
