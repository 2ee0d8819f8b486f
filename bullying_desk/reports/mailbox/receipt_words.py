"""What to say about wrongly typed six words: by their place, without blame."""

from __future__ import annotations

from bullying_desk.reports.readers.explaining import names
from bullying_desk.sealing.format.errors import ReceiptUnreadable, ReceiptWordCount, ReceiptWordUnknown
from bullying_desk.web.language import _


def what_is_wrong(wrong: ReceiptUnreadable) -> str:
    """Return the sentence for an unreadable receipt. The list of words is public, so a place gives nothing away."""
    if isinstance(wrong, ReceiptWordUnknown):
        places = names(str(place) for place in wrong.places)
        if len(wrong.places) == 1:
            return _("Wort %(places)s gibt es nicht. Prüf bitte, wie es geschrieben ist.") % {"places": places}
        return _("Diese Wörter gibt es nicht: Wort %(places)s. Prüf bitte, wie sie geschrieben sind.") % {
            "places": places
        }
    if isinstance(wrong, ReceiptWordCount):
        values = {"expected": wrong.expected, "found": wrong.found}
        if wrong.found == 0:
            return _("Schreib hier bitte deine %(expected)s Wörter.") % values
        return _("Es sind %(expected)s Wörter. Bei dir sind es %(found)s.") % values
    return _("Diese Wörter können wir nicht lesen. Schreib sie bitte noch einmal.")
