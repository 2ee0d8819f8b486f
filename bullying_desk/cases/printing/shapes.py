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
from bullying_desk.reports.doors.questions import mark

OWN_DOOR = 1  # "Mir passiert etwas"


class Shape(StrEnum):
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
        return self in {Shape.CASE, Shape.HANDOVER}

    @property
    def answers_a_request(self) -> bool:
        """Whether it answers a request under Art. 15."""
        return self in {Shape.REPORTER, Shape.AFFECTED, Shape.ACCUSED}

    @property
    def needs_words(self) -> bool:
        """Whether staff write a text of their own into it."""
        return self in {Shape.CLOSING, Shape.ACCUSED}


SHAPE_WORDS: dict[Shape, tuple[str, str]] = {
    Shape.CASE: (mark("Den Fall"), mark("Für die eigene Arbeit. Alles, was Sie lesen, ohne Ihre privaten Notizen.")),
    Shape.REPORTER: (
        mark("Auskunft an die meldende Person"),
        mark("Ihre eigene Meldung und ihr Gespräch mit dem Team. Sonst nichts."),
    ),
    Shape.AFFECTED: (
        mark("Auskunft an das betroffene Kind"),
        mark("Was es selbst gesagt hat. Einträge des Teams nur, wenn Sie sie ankreuzen."),
    ),
    Shape.ACCUSED: (
        mark("Auskunft an ein beschuldigtes Kind"),
        mark("Keine Meldung, kein Gespräch. Was gespeichert ist, schreiben Sie in eigenen Worten."),
    ),
    Shape.CLOSING: (
        mark("Abschlussvermerk für die Schulakte"),
        mark("Eine halbe Seite ohne Vertrauliches: von wann bis wann, was getan wurde, wie es endete."),
    ),
    Shape.HANDOVER: (
        mark("Übergabe an eine andere Stelle"),
        mark("Zum Beispiel Jugendamt oder Schulpsychologie. Gedruckt oder als verschlossene Datei."),
    ),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One moment that may be printed, and whether it is by default."""

    moment: Moment
    printed: bool


def offers(shape: Shape, course: Course, report_id: int | None) -> list[Offer]:
    """Return the parts of a case that this print may hold at all, in order of time."""
    return [
        Offer(moment, usual)
        for moment in course.moments
        if (usual := _usual(shape, moment, course.doors, report_id)) is not None
    ]


def _usual(shape: Shape, moment: Moment, doors: Mapping[int, int], report_id: int | None) -> bool | None:
    """Return whether a moment is printed by default; None: it never is."""
    # Two children may have written through this door: the one who asks gets its own words, and nothing of the other
    # one.
    own = moment.report_id is not None and moment.report_id == report_id and doors.get(report_id) == OWN_DOOR
    if shape is Shape.CASE:
        return True
    if shape is Shape.HANDOVER:
        return moment.what in {"report", "letter", "entry"} if moment.what != "print" else None
    if shape is Shape.REPORTER:
        return True if moment.report_id == report_id and moment.what in {"report", "letter", "reader"} else None
    if shape is Shape.AFFECTED:
        if moment.what in {"report", "letter", "reader"}:
            return True if own else None
        return False if moment.what in {"entry", "print"} else None
    if shape is Shape.ACCUSED:
        return False if moment.what == "entry" else None
    return None
