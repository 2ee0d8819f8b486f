"""The steps where the affected person works at the school (door 5): offices, rights, relief. No pupil method is here.

REVIEW: SchulG § 69, LPVG NRW, HinSchG, AGG. No lawyer and no Personalrat has read this.
"""

from __future__ import annotations

from typing import Final

from bullying_desk.cases.method_shape import For, Method
from bullying_desk.reports.questions import mark as _


def _office(code: str, title: str, fits: str, against: str, *guide: str) -> Method:
    agreed = (_("Was besprochen ist"), _("Was die Stelle tut und bis wann"))
    return Method(code, title, fits, against, "", guide, agreed, whose=For.AT_WORK)


AT_WORK_METHODS: Final = (
    Method(
        "erstgespraech-arbeit", _("Erstgespräch mit der betroffenen Person"),
        _("Immer der erste Schritt. Was möchte die Person, was darf niemand erfahren?"),
        _("Nichts weitergeben, bevor sie zugestimmt hat; auch nicht „vorsorglich“ der Leitung."), "",
        (
            _("Hören Sie zu, ohne zu bewerten. Fragen Sie nach Schlaf, Angst, Krankschreibung."),
            _("„Was soll geschehen? Was auf keinen Fall? Wer darf davon wissen?“"),
            _("Raten Sie zu eigenen Aufzeichnungen mit Tag, Ort, Wortlaut, Zeugen – zu Hause, nicht am Dienstgerät."),
            _("Nennen Sie Sprech:ZEIT und die MobbingLine: vertraulich und ohne Dienstweg."),
        ),
        (_("Was die Person möchte"), _("Wer einbezogen werden darf"), _("Wann Sie wieder sprechen")),
        whose=For.AT_WORK, first_talk=True,
    ),
    _office("lehrerrat", _("Lehrerrat der Schule"),
            _("Berät und vermittelt, wenn die Person es möchte (§ 69 SchulG)."),
            _("Nicht, wenn ein Mitglied selbst beteiligt ist."),
            _("Fragen Sie die Person, mit welchem Mitglied sie sprechen möchte."),
            _("Gehen Sie auf Wunsch mit.")),
    _office("personalrat", _("Personalrat beim zuständigen Schulamt oder der Bezirksregierung"),
            _("Vertritt Beschäftigte, auch bei Versetzung oder Umsetzung (LPVG NRW)."),
            _("Nur mit Einverständnis der Person."),
            _("Die Person wählt die Vertretung ihrer Schulform; die Kontaktdaten stehen bei der Bezirksregierung.")),
    _office("gleichstellung", _("Ansprechpartnerin für Gleichstellung"),
            _("Bei Benachteiligung wegen des Geschlechts und bei sexueller Belästigung."),
            _("Nur mit Einverständnis der Person."),
            _("Erst an der Schule, sonst die Gleichstellungsbeauftragte der Bezirksregierung.")),
    _office("schulaufsicht", _("Schulaufsicht"),
            _("Wenn die Leitung handelt oder nichts tut. Der Dienstherr muss schützen (Fürsorgepflicht)."),
            _("Eine Beschwerde wird der Gegenseite bekannt. Klären Sie das vorher mit der Person."),
            _("Schreiben Sie mit der Person zusammen auf, was war, sachlich und mit Daten."),
            _("Fragen Sie nach einem Gespräch außerhalb der Schule.")),
    _office("sprechzeit", _("Sprech:ZEIT 24/7"),
            _("Beratung am Telefon für alle Beschäftigten des Landes, rund um die Uhr, ohne Namen."),
            _("Ersetzt keine Schritte an der Schule."),
            _("Die Person ruft selbst an. Bieten Sie einen ruhigen Raum an.")),
    _office("hinschg", _("Interne Meldestelle Schule (HinSchG)"),
            _("Wenn es um einen Rechtsverstoß im Beruf geht. Diese Anlaufstelle hier ist nicht die Meldestelle."),
            _("Nicht für Streit ohne Rechtsverstoß."),
            _("LAQUILA, Otto-Hahn-Straße 37, 44227 Dortmund, hinweisgeberstelle@laquila.nrw.de "
              "(Quelle: bra.nrw.de; vor Gebrauch prüfen)."),
            _("Die Person schreibt selbst; niemand darf sie deshalb benachteiligen (§ 36 HinSchG).")),
    _office("schutz-arbeit", _("Schutz am Arbeitsplatz"),
            _("Andere Aufsicht, andere Räume, kein Gespräch allein: was die Person heute entlastet."),
            _("Nicht über ihren Kopf hinweg."),
            _("„Was würde morgen helfen?“ Nehmen Sie das Kleinste, das sofort geht.")),
)  # fmt: skip
