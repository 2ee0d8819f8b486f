"""„Wer darf was lesen?“: the permissions in German, made from the policy itself, so that they cannot go stale."""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.access.permissions import Permission
from bullying_desk.access.policy import POLICY
from bullying_desk.access.roles import Role
from bullying_desk.accounts.trail.trail_words import ROLE_WORDS
from bullying_desk.web.language import _

# What each permission shows. No role shows anything that is missing here.
READS: dict[Permission, tuple[str, ...]] = {
    Permission.USE_DESK: (
        _("das eigene Konto und die eigenen Sitzungen"),
        _("Namen und sechs Wörter von Kolleginnen und Kollegen, die zu vergleichen sind"),
    ),
    Permission.READ_CASE: (
        _("Meldungen, Gespräch und Notizen der Fälle, für die ein eigener Schlüssel da ist"),
        _("den Namen eines Kindes, wenn es ihn genannt hat, nur nach einem eigenen Klick"),
    ),
    Permission.MANAGE_TEAM: (_("Team, Orte, Sprechzeiten und freie Tage der eigenen Schule"),),
    Permission.MANAGE_CITY: (
        _("Personen an allen Schulen, ihre Rollen und wie weit ihr Konto ist"),
        _("den Monat der letzten Anmeldung"),
        _("wie lange welche Daten bleiben"),
    ),
    Permission.MANAGE_SCHOOLS: (_("das Schulverzeichnis: welche Schule dabei ist, pausiert oder fehlt"),),
    Permission.READ_TRAIL: (
        _("das Protokoll: wer wann was getan hat, ohne Inhalt"),
        _("diese Seite"),
    ),
    Permission.KEEP_REQUESTS: (
        _("Anträge nach Art. 15 bis 21, mit der eigenen versiegelten Notiz, wer fragt"),
        _("wie viele Gespräche und Fälle wann gelöscht werden, ohne zu sehen, welche"),
    ),
    Permission.EDIT_LESSONS: (_("Unterrichtsstunden und wer sie gegengelesen hat"),),
    Permission.READ_OWN_SCHOOL: (_("Team und Sprechzeiten der eigenen Schule"),),
}


# The other way round: each kind of data, who reads it, and what they need for it.
DATA: tuple[tuple[str, str, str], ...] = (
    (
        _("Meldung, Gespräch, Name"),
        _("wer liest, wie es das Kind gewählt hat; das Kind selbst mit sechs Wörtern"),
        _("versiegelt: ein eigener Schlüssel für genau diese Meldung"),
    ),
    (
        _("Notizen, Plan und alles andere im Fall"),
        _("Personen, die alle Meldungen des Falls lesen"),
        _("versiegelt: ein eigener Schlüssel für genau diesen Fall"),
    ),
    (_("eigene Notizen"), _("nur wer sie schrieb"), _("versiegelt: der eigene Schlüssel, niemand erbt ihn")),
    (
        _("wer nicht lesen darf"),
        _("Personen, die diese Meldung lesen"),
        _("versiegelt mit der Meldung"),
    ),
    (
        _("Schule, Stunde, Gefahr, Stand, Termine, Sperre"),
        _("im Programm nur, wer den Fall liest"),
        _("lesbar in der Datenbank: ohne das könnte niemand warnen und löschen"),
    ),
    (
        _("Protokoll"),
        _("Datenschutzbeauftragte; Auszüge, wer den Fall liest"),
        _("lesbar, ohne Inhalt"),
    ),
    (
        _("Anträge nach Art. 15 bis 21"),
        _("Datenschutzbeauftragte"),
        _("wer fragt, ist versiegelt, der Rest lesbar"),
    ),
    (
        _("Name, Adresse und Rolle von Beschäftigten"),
        _("die Koordination; Kolleginnen und Kollegen den Namen"),
        _("lesbar; nach dem Gehen und der Frist bleibt nur eine Nummer"),
    ),
)


@dataclass(frozen=True, slots=True)
class RoleRights:
    """One role: its name, what it shows, and whether it can open reports at all."""

    role: Role
    name: str
    sees: tuple[str, ...]
    reads_reports: bool


def rights() -> list[RoleRights]:
    """Return every role in the order of the program, each with what it may read."""
    return [
        RoleRights(
            role,
            ROLE_WORDS[role],
            tuple(words for permission in Permission if permission in POLICY[role] for words in READS[permission]),
            Permission.READ_CASE in POLICY[role],
        )
        for role in Role
    ]
