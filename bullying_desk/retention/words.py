"""The kinds of data in German: what each is, from when its days count, and the reason for its limit."""

from __future__ import annotations

from bullying_desk.erasing.lifetimes import Kind
from bullying_desk.retention.models import Art
from bullying_desk.retention.periods import Wrong
from bullying_desk.web.language import _

CLOSED = _("nach dem Schließen des Falls")

# REVIEW: law. No lawyer has read what counts here as pupils' or staff data, nor the reasons for the limits.
KIND_WORDS: dict[Kind, tuple[str, str]] = {
    Kind.MISTAKE: (_("Fälle, die ein Versehen oder ein Versuch waren"), CLOSED),
    Kind.CONVERSATION: (_("Meldung und Gespräch"), CLOSED),
    Kind.CASE: (_("Alles andere im Fall: Notizen, Plan, Stand"), CLOSED),
    Kind.PRIVATE_NOTE: (_("Eigene Notizen einer Ansprechperson"), CLOSED),
    Kind.SLIP: (_("Wörter auf Zetteln, die niemand benutzt hat"), _("nach dem Druck")),
    Kind.ROSTER: (_("Abwesenheiten und Dienstpläne"), _("nach dem letzten Tag")),
    Kind.YARD: (_("Dienste in den Pausen"), _("nach dem Tag")),
    Kind.INVITATION: (_("Einladungen"), _("nach dem Ablauf")),
    Kind.ACCOUNT: (_("Name und Adresse von Personen, die gegangen sind"), _("nach dem letzten Tag im Team")),
    Kind.REQUEST: (_("Anträge nach Art. 15 bis 21"), _("nach dem Abschluss")),
    Kind.TRAIL: (_("Protokoll, wer was getan hat"), _("nach dem Eintrag")),
    Kind.MARK: (_("Zeichen, dass etwas vernichtet ist"), _("nach dem Vernichten")),
}
ART_WORDS: dict[Art, str] = {
    Art.ACCESS: _("Auskunft (Art. 15)"),
    Art.RECTIFICATION: _("Berichtigung (Art. 16)"),
    Art.ERASURE: _("Löschung (Art. 17)"),
    Art.RESTRICTION: _("Einschränkung (Art. 18)"),
    Art.PORTABILITY: _("Übertragung (Art. 20)"),
    Art.OBJECTION: _("Widerspruch (Art. 21)"),
}
WRONG_WORDS: dict[Wrong, str] = {
    Wrong.TOO_LONG: _(
        "Das ist länger, als erlaubt ist. Höchstens %(most)s Tage. Für Daten von Schülerinnen und "
        "Schülern nennt VO-DV I § 9 fünf Jahre als Grenze."
    ),
    Wrong.TOO_SHORT: _("Das ist zu kurz. Mindestens %(least)s Tage."),
    Wrong.TALK_OUTLIVES_CASE: _("Das Gespräch kann nicht länger bleiben als der Fall, zu dem es gehört."),
    Wrong.ONE_FOR_ALL: _("Für diese Daten gilt eine Zahl für die ganze Stadt. Wählen Sie „Alle Schulträger“."),
}
