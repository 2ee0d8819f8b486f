"""What a first assessment asks: the kind of case, five axes with written anchors, hard flags, urgency, crisis level.

The anchors help people to judge alike. Nothing is added up, and nothing is chosen for anybody (Art. 22 GDPR; New
Zealand's Bullying Assessment Matrix, their model, says that it does not replace judgement). Urgency says how fast, the
crisis level who leads (principle P4).

REVIEW: anchors, flags and levels are our proposal (principle P4). A school psychologist has to read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bullying_desk.reports.models import Urgency
from bullying_desk.texts import mark as _


class CaseKind(StrEnum):
    """What kind of case it is, as a member of the team sees it (readable in `Case.kind`)."""

    CONFLICT = "conflict"
    INCIDENT = "incident"
    BULLYING = "bullying"
    VIOLENCE = "violence"
    ENDANGERMENT = "endangerment"


KIND_WORDS: Final[Mapping[CaseKind, tuple[str, str]]] = {
    CaseKind.CONFLICT: (_("Konflikt"), _("Beide Seiten sind etwa gleich stark, beide tun etwas.")),
    CaseKind.INCIDENT: (_("Einzelvorfall"), _("Ein Mal, ohne Vorgeschichte, so weit bekannt.")),
    CaseKind.BULLYING: (_("Mobbing"), _("Wiederholt, mit Absicht, und die Kräfte sind ungleich.")),
    CaseKind.VIOLENCE: (_("Gewalt"), _("Körperlich, sexuell, Erpressung oder Drohung, auch ein einziges Mal.")),
    CaseKind.ENDANGERMENT: (
        _("Kindeswohl"),
        _("Es gibt Anhaltspunkte, dass das Kind gefährdet ist, auch zu Hause oder durch sich selbst."),
    ),
}
KIND_WORDS_AT_WORK: Final[Mapping[CaseKind, tuple[str, str]]] = {
    CaseKind.CONFLICT: KIND_WORDS[CaseKind.CONFLICT],
    CaseKind.INCIDENT: KIND_WORDS[CaseKind.INCIDENT],
    CaseKind.BULLYING: KIND_WORDS[CaseKind.BULLYING],
    CaseKind.VIOLENCE: KIND_WORDS[CaseKind.VIOLENCE],
}
"""Where the affected person works at the school (door 5)."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis; `anchors` for 0 to 3."""

    code: str
    label: str
    anchors: tuple[str, str, str, str]


AXES: Final = (
    Axis("schwere", _("Schwere"), (
        _("Necken, von beiden Seiten"), _("Beleidigungen, kleine Ausgrenzung"),
        _("Drohung, Schlagen, Sachen zerstört, öffentlich im Netz bloßgestellt"),
        _("Waffe, Verletzung, sexuelle Übergriffe, Erpressung"))),
    Axis("dauer", _("Häufigkeit und Dauer"), (
        _("Ein Mal"), _("Mehrmals, seit weniger als zwei Wochen"), _("Jede Woche, seit mehr als zwei Wochen"),
        _("Täglich oder seit Monaten"))),
    Axis("macht", _("Machtgefälle"), (
        _("Gleich stark"), _("Etwas ungleich"), _("Mehrere gegen eine Person, oder deutlich ältere"),
        _("Erwachsene gegen ein Kind, oder ganz allein"))),
    Axis("belastung", _("Belastung"), (
        _("Geht es gut"), _("Traurig, wütend, durcheinander"), _("Schlaf, Noten, Fehlzeiten"),
        _("Verletzt sich, geht nicht mehr zur Schule, ohne Hoffnung"))),
    Axis("schutz", _("Schutz"), (
        _("Erwachsene handeln"), _("Eine erwachsene Person weiß davon"), _("Niemand weiß davon"),
        _("Zu Hause nicht sicher, oder Rache läuft schon"))),
)  # fmt: skip
FLAGS: Final[Mapping[str, str]] = {
    "suizid": _("Äußerungen, nicht mehr leben zu wollen, oder Selbstverletzung"),
    "waffe": _("Eine Waffe"),
    "sexuell": _("Sexualisierte Gewalt"),
    "verletzung": _("Eine Verletzung"),
    "vermisst": _("Das Kind ist nicht zu finden"),
    "zuhause": _("Gefahr zu Hause"),
    "erwachsene": _("Eine erwachsene Person der Schule handelt"),
    "tat": _("Eine angekündigte oder geplante Tat"),
}
"""Each of them is more than any axis: with one of them a case is acute, unless two people see it otherwise."""
URGENCY_WORDS: Final[Mapping[Urgency, tuple[str, str]]] = {
    Urgency.ACUTE: (_("Akut"), _("In einer Schulstunde gesehen, am selben Tag persönlich.")),
    Urgency.HIGH: (_("Hoch"), _("Antwort in einem Schultag.")),
    Urgency.MEDIUM: (_("Mittel"), _("Antwort in zwei Schultagen.")),
    Urgency.LOW: (_("Niedrig"), _("Antwort in drei Schultagen.")),
}
CRISIS_LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    "1": (_("Stufe 1"), _("Die Schule führt selbst.")),
    "2": (_("Stufe 2"), _("Die Schule führt, mit Hilfe von außen: Schulpsychologie, Jugendamt, Polizei.")),
    "3": (_("Stufe 3"), _("Polizei oder Rettung führt. Rufen Sie zuerst dort an.")),
}
