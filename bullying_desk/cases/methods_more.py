"""What goes with every plan: talks one by one afterwards, evidence from the net, whether the police must know.

Bullying stops more often where follow-ups are held (Johander et al. 2021, https://doi.org/10.1007/s11121-020-01178-4).
The No Blame Approach holds them one by one, with everybody involved. A follow-up is no measure: it does not start the
count of the follow-ups again.

REVIEW: the sentences of the talks, and what staff may do with evidence.
"""

from __future__ import annotations

from typing import Final

from bullying_desk.cases.method_shape import For, Method
from bullying_desk.reports.questions import mark as _

_ASKED: Final = _("Tragen Sie danach beim Fall ein, ob es aufgehört hat, in den Worten des Kindes.")
_AGREED: Final = (_("Was die Person sagt"), _("Was noch nicht gut ist"), _("Wann Sie wieder fragen"))
AFTER_TWO_WEEKS: Final = Method(
    "nachgespraech-1",
    _("Nachgespräche einzeln, nach 1 bis 2 Wochen"),
    _("Immer. Mit dem betroffenen Kind zuerst, dann mit jedem, mit dem Sie gesprochen haben."),
    _("Nie alle zusammen. Nicht zwischen Tür und Angel."),
    _("Nachgespräche, die wirklich stattfinden, gehen mit Mobbing einher, das aufhört (KiVa, 1.221 Schulen)."),
    (
        _("Mit dem betroffenen Kind: „Hat es aufgehört? Was ist besser? Was nicht? Gibt es etwas Neues?“"),
        _("„Hat dich jemand darauf angesprochen, dass du hier warst?“ Achten Sie auf Rache."),
        _("Mit den anderen, einzeln: „Was hast du gemacht? Was ist dir gelungen?“ Würdigen Sie, was gut war."),
        _("Ist es nicht besser: neu einschätzen und eine andere Methode wählen. Warten Sie damit nicht."),
        _ASKED,
    ),
    _AGREED,
    follow_up=0,
)
AFTER_EIGHT_WEEKS: Final = Method(
    "nachgespraech-2",
    _("Nachgespräch, nach 6 bis 8 Wochen"),
    _("Immer. Es zeigt, ob es hält."),
    _("Nicht ausfallen lassen, weil es ruhig ist: Ruhe kann auch heißen, dass niemand mehr etwas sagt."),
    _("Nachgespräche, die wirklich stattfinden, gehen mit Mobbing einher, das aufhört (KiVa, 1.221 Schulen)."),
    (
        _("„Hat es aufgehört?“ Fünf Antworten: aufgehört, viel besser, etwas besser, gleich, schlimmer."),
        _("„Mit wem bist du in den Pausen? Wie ist es im Netz?“"),
        _("„Wen fragst du, wenn es wieder anfängt?“"),
        _ASKED,
    ),
    _AGREED,
    follow_up=1,
)
NET_EVIDENCE: Final = Method(
    "belege-netz",
    _("Belege aus dem Netz sichern, dann löschen lassen"),
    _("Bei allem, was in Gruppen, Spielen oder Netzwerken geschieht. Vor jedem Gespräch mit anderen."),
    _("Kein Handy durchsuchen: Das darf nur die Polizei. Intime Bilder nicht ansehen, nicht kopieren."),
    _("Nach den Hinweisen der Landespräventionsstelle gegen Gewalt und Cybergewalt NRW."),
    (
        _("Das Kind zeigt es selbst, wenn es möchte. Adresse, Uhrzeit, Profil kommen ins Blatt „Belege aus dem Netz“."),
        _("Bildschirmdrucke macht, wer sie hat, oder ein Gerät der Schule. Nie ein privates Gerät von Ihnen."),
        _("Erst sichern, dann beim Dienst melden und löschen lassen. Sperren und stumm schalten hilft sofort."),
        _("Fragen Sie nach der Nacht: „Schläfst du? Wo liegt das Handy?“ Cybermobbing hört nach der Schule nicht auf."),
        _("Intime Bilder oder Drohungen: Polizei fragen, bevor etwas gelöscht wird."),
    ),
    (_("Was gesichert ist und bei wem"), _("Was beim Dienst gemeldet ist"), _("Was das Kind gesperrt hat")),
)
POLICE: Final = Method(
    "polizei-pruefen",
    _("Prüfen, ob die Polizei informiert werden muss"),
    _("Bei Gewalt, Erpressung, Drohung, Waffen. Die Schulleitung entscheidet, außer sie ist ausgenommen."),
    _("Nicht selbst ermitteln, nicht mehrere Kinder verhören, keine Versprechen."),
    _("Runderlass zur Zusammenarbeit gegen Jugendkriminalität; von niemandem mit Befugnis geprüft."),
    (
        _("Gehen Sie die Schritte „Muss die Polizei informiert werden?“ durch. Sie stehen danach in der Akte."),
        _("Sichern Sie, was später gebraucht wird. Eine Verletzung sieht sich eine Ärztin oder ein Arzt an."),
        _("Sagen Sie dem Kind vorher, was geschieht, außer das gefährdet jemanden."),
    ),
    (_("Wer entschieden hat"), _("Was gesichert ist"), _("Was das Kind weiß")),
    way="pflicht",
)
MORE_METHODS: Final = (NET_EVIDENCE, POLICE, AFTER_TWO_WEEKS, AFTER_EIGHT_WEEKS)
_AT_WORK: Final = (
    _("„Hat es aufgehört? Was ist besser, was nicht?“"),
    _("„Hat jemand Sie spüren lassen, dass Sie hier waren?“"),
    _("Ist es nicht besser, gehen Sie gemeinsam durch, welche Stelle als Nächstes hilft."),
)
_KEEPS: Final = _("Nichts weitergeben, was Sie dabei erfahren.")
MORE_AT_WORK: Final = (
    Method("nachgespraech-arbeit-1", _("Nachgespräch, nach 1 bis 2 Wochen"), _("Immer, auch wenn es ruhig ist."),
           _KEEPS, "", _AT_WORK, _AGREED, whose=For.AT_WORK, follow_up=0),
    Method("nachgespraech-arbeit-2", _("Nachgespräch, nach 6 bis 8 Wochen"), _("Immer. Es zeigt, ob es hält."), _KEEPS,
           "", _AT_WORK, _AGREED, whose=For.AT_WORK, follow_up=1),
)  # fmt: skip
