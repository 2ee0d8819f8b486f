"""The fixed texts of each kind of print: for the reader of the paper, in polite German.

REVIEW: a lawyer and the data protection officer must read these texts before the first real request is answered.
"""

from __future__ import annotations

from bullying_desk.cases.printing.shapes import Shape
from bullying_desk.reports.doors.questions import mark

HEADINGS: dict[Shape, str] = {
    Shape.CASE: mark("Auszug aus dem Fall"),
    Shape.REPORTER: mark("Auskunft nach Artikel 15 DSGVO"),
    Shape.AFFECTED: mark("Auskunft nach Artikel 15 DSGVO"),
    Shape.ACCUSED: mark("Auskunft nach Artikel 15 DSGVO"),
    Shape.CLOSING: mark("Abschlussvermerk"),
    Shape.HANDOVER: mark("Mitteilung an eine andere Stelle"),
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
INTRO: dict[Shape, tuple[str, ...]] = {
    Shape.CASE: (),
    Shape.REPORTER: _REQUEST,
    Shape.AFFECTED: _REQUEST,
    Shape.ACCUSED: (
        *_REQUEST,
        mark("Ein Hinweis ist keine Feststellung. Ob er stimmt, sagt diese Auskunft nicht."),
        mark(
            "Woher ein Hinweis kommt, wird nicht mitgeteilt: Wer in gutem Glauben auf eine Not hinweist, ist geschützt."
        ),
    ),
    Shape.CLOSING: (mark("Dieser Vermerk enthält nichts aus vertraulichen Gesprächen."),),
    Shape.HANDOVER: (
        mark(
            "Diese Mitteilung ist nur für die genannte Stelle bestimmt. Sie enthält Angaben, die dem Schutz eines "
            "Kindes dienen."
        ),
    ),
}
CLOSE: dict[Shape, tuple[str, ...]] = {
    Shape.CASE: (
        mark(
            "Bewahren Sie dieses Papier verschlossen auf. Es gehört nicht in die Schulakte. Vernichten Sie es, "
            "sobald Sie es nicht mehr brauchen."
        ),
    ),
    Shape.REPORTER: _RIGHTS,
    Shape.AFFECTED: _RIGHTS,
    Shape.ACCUSED: _RIGHTS,
    Shape.CLOSING: (),
    Shape.HANDOVER: (
        mark("Geschwärzte Namen nennt die Anlaufstelle auf Nachfrage, wenn es dafür eine Grundlage gibt."),
    ),
}
NOT_BLACKENED = mark("Dieser Ausdruck ist nicht geschwärzt.")
