"""What the three wizards ask, step by step, and which phone numbers they show.

REVIEW: § 4 KKG, the duty to notify (RdErl. „Zusammenarbeit bei der Verhütung und Bekämpfung der Jugendkriminalität“),
§ 138 StGB and the levels of the emergency folder. No lawyer has read this; where it and the law differ, the law holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.texts import mark as _


@dataclass(frozen=True, slots=True)
class Step:
    """One decision. `choices` by code."""

    code: str
    title: str
    help: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wizard:
    """A wizard of several decisions; the code is in the address. `lines`: ids of the help lines it shows."""

    code: str
    title: str
    intro: str
    steps: tuple[Step, ...]
    lines: tuple[str, ...]


PROTECTION: Final = Wizard(
    "schutz",
    _("Kindeswohl: Schritte nach § 4 KKG"),
    _("Für Lehrkräfte und Schulsozialarbeit. Jeder Schritt ist Ihre Entscheidung. Bei akuter Gefahr zuerst anrufen."),
    (
        Step("anhalt", _("Gibt es gewichtige Anhaltspunkte für eine Gefährdung?"),
             _("Was haben Sie gesehen, gehört, was hat das Kind gesagt? Trennen Sie Beobachtung und Vermutung."),
             {"ja": _("Ja"), "unklar": _("Unklar, ich lasse mich beraten"), "nein": _("Nein")}),
        Step("beratung", _("Haben Sie sich beraten lassen?"),
             _("Sie haben Anspruch auf eine insoweit erfahrene Fachkraft, ohne Namen zu nennen. "
               "Dafür gibt es den Ausdruck ohne Namen."),
             {"ja": _("Ja"), "geplant": _("Der Termin steht"), "nein": _("Nein, nicht nötig")}),
        Step("eroertern", _("Haben Sie mit dem Kind und den Eltern gesprochen?"),
             _("Das ist der Regelfall, außer das Gespräch gefährdet das Kind. Vorher die Sicherheitsabfrage."),
             {"ja": _("Ja, mit beiden"), "kind": _("Nur mit dem Kind"),
              "gefahr": _("Nicht mit den Eltern, weil es das Kind gefährdet"), "nein": _("Noch nicht")}),
        Step("hilfe", _("Haben Sie auf Hilfen hingewirkt?"),
             _("Zum Beispiel Beratungsstelle, Schulpsychologie, Hilfen des Jugendamts."),
             {"ja": _("Ja, sie werden angenommen"), "abgelehnt": _("Ja, sie werden abgelehnt"),
              "nicht": _("Nicht möglich oder nicht sinnvoll")}),
        Step("abgewendet", _("Ist die Gefährdung damit abgewendet?"),
             _("Entscheiden Sie das nicht allein."),
             {"ja": _("Ja"), "unklar": _("Unklar"), "nein": _("Nein")}),
        Step("jugendamt", _("Informieren Sie das Jugendamt?"),
             _("Die Betroffenen werden vorher darauf hingewiesen, außer das stellt den Schutz des Kindes in Frage."),
             {"mit": _("Ja, die Betroffenen wissen es"), "ohne": _("Ja, ohne Hinweis, weil er das Kind gefährdet"),
              "nein": _("Nein")}),
    ),
    ("jugendamt-dortmund", "kinderschutz-zentrum", "police"),
)  # fmt: skip
DUTY: Final = Wizard(
    "pflicht",
    _("Muss die Polizei informiert werden?"),
    _("Ob eine Pflicht besteht, entscheidet die Schulleitung, nicht dieses Programm und nicht Sie allein."),
    (
        Step("verdacht", _("Worum könnte es gehen?"),
             _("Auch gemeinschaftliches Schlagen zählt als gefährliche Körperverletzung."),
             {"verbrechen": _("Ein Verbrechen (zum Beispiel Raub, Vergewaltigung)"),
              "verletzung": _("Gefährliche Körperverletzung"),
              "drohung": _("Schwere Drohung, Nötigung oder Erpressung"),
              "bilder": _("Intime Bilder von Kindern oder Jugendlichen"),
              "geplant": _("Eine schwere Tat, die noch geplant ist (§ 138 StGB)"),
              "anderes": _("Etwas anderes Strafbares"),
              "nichts": _("Nichts Strafbares")}),
        Step("wer", _("Wer entscheidet?"),
             _("Bei Verbrechen, gefährlicher Körperverletzung, schwerer Drohung und Nötigung benachrichtigt die "
               "Schulleitung Polizei oder Staatsanwaltschaft und die Schulaufsicht. Nur in wenigen geplanten "
               "schweren Fällen trifft die Pflicht jede Person."),
             {"leitung": _("Die Schulleitung"),
              "aufsicht": _("Die Schulaufsicht, weil die Schulleitung betroffen oder ausgenommen ist"),
              "selbst": _("Keine Pflicht: Die betroffene Person entscheidet selbst"),
              "ich": _("Ich selbst, weil eine schwere Tat geplant ist")}),
        Step("gesagt", _("Ist es dort gesagt?"),
             _("Der Schulleitung etwas zu sagen, hat eine eigene Seite: „Jemandem etwas sagen“."),
             {"ja": _("Ja"), "heute": _("Heute noch"), "nein": _("Nein, nicht nötig")}),
        Step("spuren", _("Ist gesichert, was später gebraucht wird?"),
             _("Nichts löschen. Keine Handys durchsuchen, keine intimen Bilder ansehen oder kopieren: Das darf nur "
               "die Polizei."),
             {"ja": _("Ja"), "polizei": _("Die Polizei macht das"), "nein": _("Es gibt nichts")}),
        Step("kind", _("Weiß das Kind, was jetzt geschieht?"),
             _("Sagen Sie es vorher, außer das gefährdet jemanden."),
             {"ja": _("Ja"), "bald": _("Noch nicht"), "gefahr": _("Nein, weil es jemanden gefährdet")}),
    ),
    ("police", "jugendamt-dortmund", "weisser-ring"),
)  # fmt: skip
LEVEL: Final = Wizard(
    "stufe",
    _("Notfallordner: Wer leitet?"),
    _("Der Notfallordner liegt in Ihrer Schule, im Sekretariat oder bei der Schulleitung. Er steht nicht im Netz. "
      "Hier halten Sie nur fest, wie Sie entschieden haben."),
    (
        Step("stufe", _("Welcher Gefährdungsgrad?"),
             _("Der Grad sagt, wer leitet; wie schnell etwas geschehen muss, sagt die Dringlichkeit."),
             {"1": _("Grad I: Die Schule leitet selbst"), "2": _("Grad II: Die Schule leitet, mit Hilfe von außen"),
              "3": _("Grad III: Polizei, Feuerwehr oder Rettungsdienst leiten")}),
        Step("ordner", _("Haben Sie im Notfallordner nachgesehen?"),
             _("Unter dem passenden Ereignis stehen Sofortmaßnahmen und Ansprechstellen."),
             {"ja": _("Ja"), "nein": _("Noch nicht")}),
        Step("team", _("Ist das Krisenteam der Schule informiert?"),
             _("Nicht, wer vom Kind ausgenommen wurde."),
             {"ja": _("Ja"), "nein": _("Nein, nicht nötig"), "gleich": _("Geschieht gleich")}),
        Step("aussen", _("Wer von außen?"),
             _("Bei Grad III zuerst 110 oder 112."),
             {"psychologie": _("Schulpsychologie"), "polizei": _("Polizei"), "jugendamt": _("Jugendamt"),
              "rettung": _("Rettungsdienst oder Feuerwehr"), "niemand": _("Niemand")}),
    ),
    ("police", "ambulance", "jugendamt-dortmund"),
)  # fmt: skip
WIZARDS: Final[Mapping[str, Wizard]] = {wizard.code: wizard for wizard in (PROTECTION, DUTY, LEVEL)}
