"""The words of prints that come to the sheets as values, so that they are translated like every other text."""

from __future__ import annotations

from typing import Final

from bullying_desk.schoolyard.lettering import Value
from bullying_desk.web.language import _

TITLES: Final = {"slips": _("Zettel")}

# On a slip. The child's half: read by a child alone, in a corner of the yard.
SLIP: Final[dict[str, Value]] = {
    "zu_oben": _("Nur nehmen, wenn er zu ist!"),
    "zu_unten": _("Ist die Klammer offen? Dann nimm einen anderen."),
    "so_geht": _("So geht es"),
    "schritte": [
        _("Schneide hier durch oder reiß ab."),
        _("Schreib auf die große Hälfte. Wirf sie in den Kasten."),
        _("Behalte die kleine Hälfte. Mach sie erst dann auf."),
    ],
    "innen": _("Das sind deine 6 Wörter. Zeig sie niemandem."),
    "zurueck": _("Damit liest du die Antwort. Geh auf:"),
    "wann": _("Sie kommt in 3 Schultagen, nachdem der Kasten leer ist."),
    "kein_netz": _("Kein Internet? Ruf an:"),
    "sage_was": _("Schreib hier, was los ist."),
    "namenlos": _("Du musst deinen Namen nicht sagen."),
    "wem": _("Es passiert"),
    "mir": _("mir"),
    "anderen": _("einem anderen Kind"),
    "gefahr": _("Ist gerade jemand in Gefahr?"),
    "ja": _("ja"),
    "nein": _("nein"),
    "gefahr_sofort": _("Dann geh sofort zu einem Erwachsenen. Oder ruf 110 an."),
    "gesagt": _("Wem hast du es schon gesagt?"),
    "nicht_lesen": _("Wer soll das nicht lesen?"),
    "kasten": _("Diese Hälfte kommt in den Kasten."),
    "nummer": _("Nr."),
    "blatt": _("Blatt"),
}
