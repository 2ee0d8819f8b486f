"""WTForms' English messages, in German and as an instruction what to do."""

from __future__ import annotations

from bullying_desk.web.language import _

MESSAGES = {
    "Not a valid choice.": _("Wähle etwas aus der Liste."),
    "Not a valid choice": _("Wähle etwas aus der Liste."),
    # A box that is not offered any more: the team has changed meanwhile.
    "'%(value)s' is not a valid choice for this field.": _("Wähle etwas aus der Liste."),
    "'%(value)s' are not valid choices for this field.": _("Wähle etwas aus der Liste."),
    "This field is required.": _("Hier fehlt noch etwas."),
    "Not a valid date value.": _("Schreib das Datum so: 24.12.2026."),
    "Not a valid time value.": _("Schreib die Uhrzeit so: 9:35."),
    "Not a valid integer value.": _("Schreib eine Zahl."),
}


class GermanMessages:
    """Replaces WTForms' own translations."""

    def gettext(self, text: str) -> str:
        """Return the German message."""
        return MESSAGES.get(text, text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the German message for a number."""
        return self.gettext(singular if n == 1 else plural)
