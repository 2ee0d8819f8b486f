"""Beginnings of answers for each door, to be changed before they are sent: a kind first sentence in one press.

To whoever saw something or is a parent they say nothing about the affected child. They promise nothing the team
cannot keep.
"""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.reports.answers import Answers
from bullying_desk.reports.questions import mark as _

WHERE = "{name}"
"""Stands in a text where the writer's shown name goes."""


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning. `code` names it in an address, `title` on the page."""

    code: str
    title: str
    text: str


_DANGER = Start(
    "gefahr",
    _("Gefahr"),
    _(
        "Danke, dass du geschrieben hast. Ich bin {name} vom Team. Ich habe gelesen, dass du in Gefahr bist.\n\n"
        "Bist du gerade sicher? Ist es sehr schlimm? Dann ruf die 110 an. Das kostet nichts.\n\n"
        "Bist du in der Schule? Dann komm zu mir oder geh ins Sekretariat. Sag: „Ich brauche Hilfe.“"
    ),
)
_ME = (
    Start(
        "danke",
        _("Erste Antwort"),
        _(
            "Danke, dass du geschrieben hast. Ich bin {name} vom Team. Ich habe deine Nachricht gelesen.\n\n"
            "Bist du gerade sicher? Magst du mir sagen, wann das angefangen hat?"
        ),
    ),
    Start(
        "fragen",
        _("Nachfragen"),
        _(
            "Danke für deine Nachricht. Ich möchte dich gut verstehen.\n\n"
            "Wo ist das passiert? Wer war dabei? Schreib nur, was du schreiben magst."
        ),
    ),
    Start(
        "reden",
        _("Gespräch anbieten"),
        _(
            "Magst du mit mir reden? Das entscheidest du. Wir können auch weiter hier schreiben.\n\n"
            "Schreib mir: Wann passt es dir gut? Wo siehst du mich gern?"
        ),
    ),
    Start(
        "wohl",
        _("Wie geht es dir?"),
        _(
            "Ich denke an dich. Wie geht es dir jetzt? Ist es besser, gleich oder schlechter?\n\n"
            "Du kannst mir immer schreiben. Ich lese es an Schultagen."
        ),
    ),
)
_DID = (
    Start(
        "danke",
        _("Erste Antwort"),
        _(
            "Danke, dass du das schreibst. Das ist nicht leicht. Ich bin {name} vom Team.\n\n"
            "Ich habe deine Nachricht gelesen. Magst du mir sagen, was passiert ist?"
        ),
    ),
    _ME[1],
    _ME[2],
)
_SAW = (
    Start(
        "danke",
        _("Erste Antwort"),
        _(
            "Danke, dass du hinsiehst. Das ist mutig. Ich bin {name} vom Team.\n\n"
            "Ich habe deine Nachricht gelesen und kümmere mich. Über andere Kinder erzähle ich dir nichts. "
            "Das schützt alle, auch dich.\n\n"
            "Siehst du wieder etwas? Dann schreib mir bitte."
        ),
    ),
    Start(
        "fragen",
        _("Nachfragen"),
        _(
            "Danke für deine Nachricht. Ich möchte noch etwas wissen.\n\n"
            "Was hast du selbst gesehen? Was hat dir jemand erzählt? Bring dich nicht in Gefahr. "
            "Hol lieber einen Erwachsenen."
        ),
    ),
    Start(
        "wohl",
        _("Wie geht es dir damit?"),
        _(
            "So etwas zu sehen ist schwer. Wie geht es dir damit?\n\n"
            "Du bist nicht allein. Du kannst auch mit mir reden. Schreib mir, wann es dir passt."
        ),
    ),
)
_SAW_DANGER = Start(
    "gefahr",
    _("Gefahr"),
    _(
        "Danke, dass du geschrieben hast. Ich bin {name} vom Team. Ich kümmere mich sofort.\n\n"
        "Ist jemand jetzt in Gefahr? Dann ruf die 110 an. Oder hol einen Erwachsenen. "
        "Geh nicht allein dazwischen.\n\n"
        "Schreib mir bitte: Wo ist das gerade?"
    ),
)
_PARENT = (
    Start(
        "danke",
        _("Erste Antwort"),
        _(
            "Guten Tag,\n\nvielen Dank für Ihre Nachricht. Ich bin {name} vom Team der Schule. Ich habe sie gelesen "
            "und kümmere mich darum.\n\n"
            "Bitte sprechen Sie die anderen Kinder und ihre Eltern noch nicht selbst an; das macht es oft schlimmer. "
            "Über Kinder gebe ich hier keine Auskunft. Was Kinder uns anvertrauen, bleibt bei uns, solange niemand in "
            "Gefahr ist.\n\n"
            "Wann und wie erreiche ich Sie am besten?"
        ),
    ),
    Start(
        "treffen",
        _("Gespräch anbieten"),
        _(
            "Guten Tag,\n\ngern spreche ich mit Ihnen persönlich. Passt es Ihnen in den nächsten Tagen? "
            "Bitte schreiben Sie mir zwei Zeiten, die Ihnen möglich sind. Wenn Sie eine Übersetzung wünschen, "
            "sagen Sie es mir bitte."
        ),
    ),
)
_PARENT_DANGER = Start(
    "gefahr",
    _("Gefahr"),
    _(
        "Guten Tag,\n\ndanke für Ihre Nachricht. Ich bin {name} vom Team der Schule. Sie schreiben, dass Gefahr "
        "besteht. Ist jemand jetzt bedroht oder verletzt? Dann rufen Sie bitte sofort die 110 oder die 112 an.\n\n"
        "Unter welcher Nummer erreiche ich Sie heute?"
    ),
)
_TEACHER = (
    Start(
        "danke",
        _("Erste Antwort"),
        _(
            "Guten Tag,\n\nvielen Dank für Ihre Beobachtung. Ich bin {name} und habe sie gelesen. "
            "Als Nächstes schätze ich ein, wie eilig es ist, und melde mich bei Ihnen.\n\n"
            "Bitte befragen Sie die Kinder bis dahin nicht vor anderen und halten Sie fest, was Sie selbst sehen."
        ),
    ),
    Start(
        "fragen",
        _("Nachfragen"),
        _(
            "Guten Tag,\n\nich habe noch Fragen: Was haben Sie selbst gesehen, was wurde Ihnen berichtet? "
            "Wann und wo war das? Was ist seitdem geschehen? Kürzel statt Namen genügen."
        ),
    ),
    Start(
        "treffen",
        _("Gespräch anbieten"),
        _(
            "Guten Tag,\n\nlassen Sie uns das weitere Vorgehen gemeinsam besprechen. "
            "Wann haben Sie in den nächsten Schultagen eine Freistunde?"
        ),
    ),
)
_STAFF = (
    Start(
        "danke",
        _("Erste Antwort"),
        _(
            "Guten Tag,\n\ndanke, dass Sie sich anvertrauen. Ich bin {name} und habe Ihre Nachricht gelesen. "
            "Ich unternehme nichts ohne Ihr Einverständnis, solange keine Gefahr besteht.\n\n"
            "Fühlen Sie sich an Ihrem Arbeitsplatz im Moment sicher? Was wünschen Sie sich als ersten Schritt?"
        ),
    ),
    Start(
        "treffen",
        _("Gespräch anbieten"),
        _(
            "Guten Tag,\n\ngern spreche ich mit Ihnen, auch außerhalb der Schule. "
            "Bitte schreiben Sie mir, wann und wo es für Sie gut ist."
        ),
    ),
)
_ADULT_DANGER = Start(
    "gefahr",
    _("Gefahr"),
    _(
        "Guten Tag,\n\nich bin {name} und habe Ihre Nachricht gerade gelesen. Ist jemand jetzt bedroht oder verletzt? "
        "Dann rufen Sie bitte sofort die 110 oder die 112 an und informieren Sie die Schulleitung, wenn das für Sie "
        "geht.\n\nUnter welcher Nummer erreiche ich Sie?"
    ),
)
_BY_DOOR: dict[int, tuple[Start, tuple[Start, ...]]] = {
    1: (_DANGER, _ME),
    2: (_SAW_DANGER, _SAW),
    3: (_PARENT_DANGER, _PARENT),
    4: (_ADULT_DANGER, _TEACHER),
    5: (_ADULT_DANGER, _STAFF),
}
NOTHING_ABOUT_THE_CHILD = frozenset({2, 3})
"""Doors whose reporter is never told anything about the affected child."""


def starts_for(answers: Answers) -> tuple[Start, ...]:
    """Return the beginnings that fit a report; where danger was declared, that one comes first."""
    danger, starts = _BY_DOOR[answers.door]
    if answers.door == 1 and answers.said.get("wem") == "selbst":
        starts = _DID
    return (danger, *starts) if answers.danger else starts


def filled(starts: tuple[Start, ...], code: str, name: str) -> str:
    """Return the text of one beginning with the writer's name in it; nothing for an unknown code."""
    return next((start.text.replace(WHERE, name) for start in starts if start.code == code), "")
