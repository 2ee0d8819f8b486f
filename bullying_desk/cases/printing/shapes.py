"""What can leave a case: six kinds of print, what each may hold, and what it holds by default.

Nobody gets by an access request (Art. 15 GDPR) what belongs to others (Art. 15 (4)). The reporter gets their own report
and conversation. The affected child gets its own words, and of the team's file what staff tick. An accused child gets
no report, no letter and no reader, but what staff tick of the team's file and write in their own words. No print says
where an information came from, not even by the voice of a text (BVerwG 4 September 2003, 5 C 48.02). A court or the
data protection officer may decide that it was knowingly false: then staff print the case itself, unblackened, with that
as the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bullying_desk.cases.papers.timeline import Course, Moment
from bullying_desk.texts import mark

OWN_DOOR = 1  # "Mir passiert etwas"


class PrintShape(StrEnum):
    """What is printed; the values are in addresses, in the trail and in the case file."""

    CASE = "fall"
    REPORTER = "meldend"
    AFFECTED = "betroffen"
    ACCUSED = "beschuldigt"
    CLOSING = "abschluss"
    HANDOVER = "uebergabe"

    @property
    def can_be_full(self) -> bool:
        """Whether a second reason can print it without blackening. An answer to a request never is."""
        return self in {PrintShape.CASE, PrintShape.HANDOVER}

    @property
    def answers_a_request(self) -> bool:
        """Whether it answers a request under Art. 15."""
        return self in {PrintShape.REPORTER, PrintShape.AFFECTED, PrintShape.ACCUSED}

    @property
    def needs_words(self) -> bool:
        """Whether staff write a text of their own into it."""
        return self in {PrintShape.CLOSING, PrintShape.ACCUSED}


SHAPE_WORDS: dict[PrintShape, tuple[str, str]] = {
    PrintShape.CASE: (
        mark("Den Fall"),
        mark("Für die eigene Arbeit. Alles, was Sie lesen, ohne Ihre privaten Notizen."),
    ),
    PrintShape.REPORTER: (
        mark("Auskunft an die meldende Person"),
        mark("Ihre eigene Meldung und ihr Gespräch mit dem Team. Sonst nichts."),
    ),
    PrintShape.AFFECTED: (
        mark("Auskunft an das betroffene Kind"),
        mark("Was es selbst gesagt hat. Einträge des Teams nur, wenn Sie sie ankreuzen."),
    ),
    PrintShape.ACCUSED: (
        mark("Auskunft an ein beschuldigtes Kind"),
        mark("Keine Meldung, kein Gespräch. Was gespeichert ist, schreiben Sie in eigenen Worten."),
    ),
    PrintShape.CLOSING: (
        mark("Abschlussvermerk für die Schulakte"),
        mark("Eine halbe Seite ohne Vertrauliches: von wann bis wann, was getan wurde, wie es endete."),
    ),
    PrintShape.HANDOVER: (
        mark("Übergabe an eine andere Stelle"),
        mark("Zum Beispiel Jugendamt oder Schulpsychologie. Gedruckt oder als verschlossene Datei."),
    ),
}


@dataclass(frozen=True, slots=True)
class PrintOffer:
    """One moment that may be printed, and whether it is by default."""

    moment: Moment
    printed: bool


def offers(shape: PrintShape, course: Course, report_id: int | None) -> list[PrintOffer]:
    """Return the parts of a case that this print may hold at all, in order of time."""
    return [
        PrintOffer(moment, usual)
        for moment in course.moments
        if (usual := _usual(shape, moment, course.doors, report_id)) is not None
    ]


def _usual(shape: PrintShape, moment: Moment, doors: Mapping[int, int], report_id: int | None) -> bool | None:
    """Return whether a moment is printed by default; None: it never is."""
    # Two children may have written through this door: the one who asks gets its own words, and nothing of the other
    # one.
    own = moment.report_id is not None and moment.report_id == report_id and doors.get(report_id) == OWN_DOOR
    if shape is PrintShape.CASE:
        return True
    if shape is PrintShape.HANDOVER:
        return moment.what in {"report", "letter", "entry"} if moment.what != "print" else None
    if shape is PrintShape.REPORTER:
        return True if moment.report_id == report_id and moment.what in {"report", "letter", "reader"} else None
    if shape is PrintShape.AFFECTED:
        if moment.what in {"report", "letter", "reader"}:
            return True if own else None
        return False if moment.what in {"entry", "print"} else None
    if shape is PrintShape.ACCUSED:
        return False if moment.what == "entry" else None
    return None


# The fixed texts of each kind of print: for the reader of the paper, in polite German.
#
# REVIEW: a lawyer and the data protection officer must read these texts before the first real request is answered.


HEADINGS: dict[PrintShape, str] = {
    PrintShape.CASE: mark("Auszug aus dem Fall"),
    PrintShape.REPORTER: mark("Auskunft nach Artikel 15 DSGVO"),
    PrintShape.AFFECTED: mark("Auskunft nach Artikel 15 DSGVO"),
    PrintShape.ACCUSED: mark("Auskunft nach Artikel 15 DSGVO"),
    PrintShape.CLOSING: mark("Abschlussvermerk"),
    PrintShape.HANDOVER: mark("Mitteilung an eine andere Stelle"),
}
_REQUEST: tuple[str, ...] = (
    mark("Wofür: Die Anlaufstelle berät und schützt Kinder, die in der Schule bedrängt werden."),
    mark(
        "Grundlage: Artikel 6 Absatz 1 Buchstabe e DSGVO mit §§ 42 und 120 SchulG NRW; für Gesundheitsangaben "
        "die Einwilligung."
    ),
    mark(
        "Wer es liest: die Ansprechpersonen, die für die Meldung gewählt wurden. Niemand sonst, auch nicht "
        "der Betrieb der Technik."
    ),
    mark("Entscheidungen trifft immer ein Mensch. Es wird nichts automatisch bewertet."),
)
_RIGHTS: tuple[str, ...] = (
    mark(
        "Sie können verlangen, dass Falsches berichtigt, Unzulässiges gelöscht oder die Verarbeitung "
        "eingeschränkt wird, und widersprechen (Artikel 16 bis 21 DSGVO)."
    ),
    mark(
        "Beschweren können Sie sich bei der Landesbeauftragten für Datenschutz und Informationsfreiheit "
        "Nordrhein-Westfalen."
    ),
    mark("Geschwärzt ist, was Rechte anderer Menschen verletzen würde (Artikel 15 Absatz 4 DSGVO)."),
)
INTRO: dict[PrintShape, tuple[str, ...]] = {
    PrintShape.CASE: (),
    PrintShape.REPORTER: _REQUEST,
    PrintShape.AFFECTED: _REQUEST,
    PrintShape.ACCUSED: (
        *_REQUEST,
        mark("Ein Hinweis ist keine Feststellung. Ob er stimmt, sagt diese Auskunft nicht."),
        mark(
            "Woher ein Hinweis kommt, wird nicht mitgeteilt: Wer in gutem Glauben auf eine Not hinweist, ist geschützt."
        ),
    ),
    PrintShape.CLOSING: (mark("Dieser Vermerk enthält nichts aus vertraulichen Gesprächen."),),
    PrintShape.HANDOVER: (
        mark(
            "Diese Mitteilung ist nur für die genannte Stelle bestimmt. Sie enthält Angaben, die dem Schutz eines "
            "Kindes dienen."
        ),
    ),
}
CLOSE: dict[PrintShape, tuple[str, ...]] = {
    PrintShape.CASE: (
        mark(
            "Bewahren Sie dieses Papier verschlossen auf. Es gehört nicht in die Schulakte. Vernichten Sie es, "
            "sobald Sie es nicht mehr brauchen."
        ),
    ),
    PrintShape.REPORTER: _RIGHTS,
    PrintShape.AFFECTED: _RIGHTS,
    PrintShape.ACCUSED: _RIGHTS,
    PrintShape.CLOSING: (),
    PrintShape.HANDOVER: (
        mark("Geschwärzte Namen nennt die Anlaufstelle auf Nachfrage, wenn es dafür eine Grundlage gibt."),
    ),
}
NOT_BLACKENED = mark("Dieser Ausdruck ist nicht geschwärzt.")
