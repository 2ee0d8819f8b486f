"""The words of prints that come to the sheets as values, so that they are translated like every other text."""

from __future__ import annotations

from typing import Final

from bullying_desk.schoolyard.prints.lettering import Value
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

_TELEPHONE = _("Telefon")
POSTER: Final[dict[str, Value]] = {
    "frage": _("Ist jemand gemein zu dir?"),
    "schreib": _("Schreib uns."),
    "zuhoeren": _("Wir hören dir zu. Du musst deinen Namen nicht sagen."),
    "scanne": _("Scanne den Code. Oder tippe:"),
    "kein_handy": _("Kein Handy? Dann ruf an:"),
}
DOOR: Final[dict[str, Value]] = {
    "spricht": _("spricht"),
    "uhr": _("Uhr"),
    "niemand_da": _("Gerade niemand da? Dann schreib:"),
}
STICKERS: Final[dict[str, Value]] = {
    "zuhoeren": _("Wir hören dir zu."),
    "kein_handy": _("Kein Handy?"),
    "telefon": _TELEPHONE,
}
CARDS: Final[dict[str, Value]] = {"telefon": _TELEPHONE}

# REVIEW: advice to parents must be read by the school psychologists before the first real print.
PARENTS: Final[dict[str, Value]] = {
    "titel": _("Für Eltern"),
    "anfang": _(
        "An unserer Schule gibt es Menschen, die zuhören, wenn jemand gemein zu Ihrem Kind ist. Ihr Kind kann "
        "hingehen oder schreiben, auch ohne Namen. Sie können das auch."
    ),
    "erreichen": _("So erreichen Sie uns"),
    "scannen": _("Scannen Sie den Code, oder tippen Sie:"),
    "tuer": _("Wählen Sie „Ich bin Mutter oder Vater“. Sie brauchen kein Konto."),
    "dann": _("Was dann geschieht"),
    "schritte": [
        _("Mindestens zwei Menschen können lesen, was Sie schreiben. Sie sehen auf der Seite, wer das ist."),
        _("Sie bekommen sechs Wörter. Mit diesen Wörtern lesen Sie später die Antwort."),
        _("Das Team spricht mit Ihnen ab, was es tut. Nachts und in den Ferien liest niemand."),
    ],
    "hilft": _("Was Ihrem Kind hilft"),
    "rat": [
        _("Hören Sie zu. Sagen Sie: „Du bist nicht schuld.“ Fragen Sie: „Was wünschst du dir?“"),
        _("Schreiben Sie auf, was wann passiert ist. Bewahren Sie Nachrichten auf, leiten Sie keine Bilder weiter."),
        _("Rufen Sie nicht die Eltern des anderen Kindes an. Sprechen Sie zuerst mit der Schule."),
    ],
    "noch": _("Wer noch hilft"),
    "gefahr": _("Bei Gefahr: Polizei 110, Rettung 112. Für Kinder:"),
}


def _step(short: str, words: str) -> dict[str, Value]:
    return {"kurz": short, "lang": words}


# REVIEW: the school psychologists must read what adults are asked to do before the first real print.
STAFF: Final[dict[str, Value]] = {
    "titel": _("Was tun, wenn ein Kind es Ihnen sagt?"),
    "schritte": [
        _step(
            _("Zuhören."),
            _(
                "Nehmen Sie sich Zeit, ohne andere. Fragen Sie offen: „Was ist passiert? Wie geht es dir damit?“ "
                "Fragen Sie nicht aus."
            ),
        ),
        _step(
            _("Glauben."),
            _("Sagen Sie: „Gut, dass du es mir sagst. Du bist nicht schuld.“ Verharmlosen Sie nichts."),
        ),
        _step(
            _("Ehrlich bleiben."),
            _("Versprechen Sie kein Schweigen. Sagen Sie: „Ich sage dir vorher, mit wem ich spreche.“"),
        ),
        _step(
            _("Fragen, was das Kind möchte."),
            _("Tun Sie nichts über seinen Kopf hinweg, außer es ist in Gefahr."),
        ),
        _step(
            _("Am selben Tag weitergeben."),
            _("Sprechen Sie mit dem Team, oder schreiben Sie als Lehrkraft unter der Adresse unten."),
        ),
        _step(
            _("Aufschreiben."),
            _(
                "Notieren Sie die Worte des Kindes, Tag und Ort, ohne Deutung. Die Notiz gehört nicht ins "
                "Klassenbuch, nicht in Chats und nicht in private Mails."
            ),
        ),
        _step(_("Dranbleiben."), _("Fragen Sie nach einer Woche und nach vier Wochen: „Hat es aufgehört?“")),
    ],
    "schadet": _("Das hilft nicht"),
    "nicht": [
        _("Beide Kinder zusammen an einen Tisch zu setzen. Wer gequält wird, kann nicht verhandeln."),
        _("Allein zu ermitteln, vor der Klasse zu fragen oder sofort die anderen Eltern anzurufen."),
        _("Bilder oder Chats weiterzuleiten. Verbotene Bilder dürfen auch Sie nicht speichern."),
    ],
    "sofort": _("Bei Gefahr sofort"),
    "gefahr": _("Polizei 110, Rettung 112. Dann die Schulleitung. Bei Gefahr zu Hause: das Jugendamt."),
    "team": _("Unser Team"),
    "karten": _("Der Code und die Adresse stehen auch auf den Karten der Kinder:"),
}
WORDS: Final[dict[str, dict[str, Value]]] = {
    "poster": POSTER,
    "door": DOOR,
    "stickers": STICKERS,
    "cards": CARDS,
    "badges": CARDS,
    "parents": PARENTS,
    "staff": STAFF,
    "slips": SLIP,
    "week": DOOR,
}
