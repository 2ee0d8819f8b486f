"""The page of choices from which a school's coordinator prints."""

from __future__ import annotations

from wtforms.validators import InputRequired

from bullying_desk.web.forms import CheckboxesField, StaffForm
from bullying_desk.web.language import _

CHOICES = [
    ("a4", _("Plakat, A4")),
    ("a3", _("Plakat, A3")),
    ("door", _("Türschilder mit Zeiten, A4")),
    ("stickers", _("Aufkleber für Toilettentüren, 8 auf einem Blatt (99 × 68 mm)")),
    ("cards", _("Karten für die Hosentasche, 10 auf einem Blatt, beidseitig drucken")),
    ("badges", _("Kleine Aufkleber für den Schülerausweis, 40 auf einem Blatt (48,5 × 25,4 mm)")),
    ("staff", _("Aushang fürs Lehrerzimmer: Was tun, wenn ein Kind es Ihnen sagt?")),
    ("parents", _("Blatt für Eltern")),
    ("text", _("Textbaustein für Schutzkonzept und Schulkonferenz (Word)")),
]


class PrintForm(StaffForm):
    """What to print."""

    what = CheckboxesField(
        _("Was möchten Sie drucken?"),
        [InputRequired(_("Wählen Sie mindestens eines."))],
        choices=CHOICES,
        default=[value for value, _label in CHOICES],
    )
