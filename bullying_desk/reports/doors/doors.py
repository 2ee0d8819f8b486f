"""The five equal doors: the questions of each, in its own words (principle P2).

Children read Einfache Sprache, adults "Sie". The only required answer is what happened, or a text.
"""

from __future__ import annotations

from typing import Final

from bullying_desk.reports.doors import answer_lists as lists
from bullying_desk.reports.doors.questions import Choice, Door, Kind, Question, Section
from bullying_desk.reports.doors.questions import mark as _

_TELL_HINT = _("Du darfst so schreiben, wie du willst. Fehler sind egal. Du kannst in deiner Sprache schreiben.")
_TELL_HINT_POLITE = _("Sie können in jeder Sprache schreiben.")
_MANY = _("Du kannst mehrere Sachen ankreuzen.")
_MANY_POLITE = _("Sie können mehreres ankreuzen.")
_WISH = Question("wunsch", _("Was wünschst du dir? Was soll nicht passieren?"), Kind.TEXT, optional=True)
_WISH_POLITE = Question(
    "wunsch", _("Was wünschen Sie sich? Was soll auf keinen Fall geschehen?"), Kind.TEXT, optional=True
)


def _danger(label: str) -> Question:
    return Question("gefahr", label, Kind.ONE, lists.YES_NO)


ME: Final = Door(
    1, "me", _("Mir passiert etwas."), _("Es geht um mich."), _("Schreib uns, was los ist."), False,
    _danger(_("Bist du gerade in Gefahr?")),
    (
        Section("was", _("Was ist los?"), (
            Question("wem", _("Wem ist es passiert?"), Kind.ONE, (
                Choice("mir", _("Mir")),
                Choice("wir", _("Mir und anderen")),
                Choice("selbst", _("Ich habe selbst etwas gemacht.")),
                Choice("reden", _("Ich will nur mit jemandem reden.")),
            )),
            Question("was", _("Was ist passiert?"), Kind.MANY, lists.TO_ME, _MANY, when="wem!=selbst; wem!=reden"),
            Question("oft", _("Wie oft ist das?"), Kind.ONE, lists.HOW_OFTEN, when="wem!=reden", duo=True),
        )),
        Section("mehr", _("Erzähl uns mehr."), (
            Question("text", _("Was war los? Wo war das? Wer war dabei?"), Kind.TEXT, hint=_TELL_HINT, rows=7),
            Question("wo", _("Wo ist es passiert?"), Kind.MANY, lists.WHERE, duo=True, optional=True),
            Question("wohl", _("Wie geht es dir gerade?"), Kind.ONE, lists.HOW_ARE_YOU, duo=True, optional=True),
            _WISH,
        ), optional=True),
    ),
    ("was", "text"), _("Kreuz eine Sache an. Oder schreib uns einen Text."),
)  # fmt: skip

SAW: Final = Door(
    2, "eye", _("Ich habe etwas gesehen."), _("Oder ich mache mir Sorgen um jemanden."),
    _("Schreib uns, was los ist."), False,
    _danger(_("Ist das Kind gerade in Gefahr?")),
    (
        Section("was", _("Was ist los?"), (
            Question("woher", _("Woher weißt du das?"), Kind.MANY, (
                Choice("gesehen", _("Ich habe es gesehen.")),
                Choice("gehoert", _("Jemand hat es mir erzählt.")),
                Choice("sorgen", _("Ich mache mir Sorgen.")),
            )),
            Question("was", _("Was ist dem Kind passiert?"), Kind.MANY, lists.TO_THE_CHILD, _MANY),
            Question("oft", _("Wie oft ist das?"), Kind.ONE, lists.HOW_OFTEN, duo=True),
        )),
        Section("mehr", _("Erzähl uns mehr."), (
            Question("text", _("Was hast du gesehen oder gehört? Wer war dabei?"), Kind.TEXT,
                     hint=_TELL_HINT, rows=7),
            Question("um_wen", _("Um wen geht es?"), Kind.LINE,
                     hint=_("Du musst keinen Namen sagen. Die Klasse reicht auch."), optional=True),
            Question("wo", _("Wo ist es passiert?"), Kind.MANY, lists.WHERE, duo=True, optional=True),
            Question("weiss", _("Weiß das Kind, dass du schreibst?"), Kind.ONE, lists.YES_NO_UNKNOWN, optional=True),
            _WISH,
        ), optional=True),
    ),
    ("was", "text"), _("Kreuz eine Sache an. Oder schreib uns einen Text."),
)  # fmt: skip

PARENT: Final = Door(
    3, "family", _("Ich bin Mutter oder Vater."), _("Es geht um mein Kind."),
    _("Schreiben Sie uns, was los ist."), True,
    _danger(_("Ist Ihr Kind gerade in Gefahr?")),
    (
        Section("was", _("Was ist passiert?"), (
            Question("was", _("Was passiert Ihrem Kind?"), Kind.MANY, lists.FOR_ADULTS, _MANY_POLITE),
            Question("oft", _("Wie oft ist das?"), Kind.ONE, lists.HOW_OFTEN_POLITE, duo=True),
        )),
        Section("mehr", _("Bitte erzählen Sie uns mehr."), (
            Question("text", _("Was hat Ihr Kind erzählt? Was haben Sie selbst gesehen?"), Kind.TEXT,
                     hint=_TELL_HINT_POLITE, rows=7),
            Question("klasse_kind", _("Klasse Ihres Kindes"), Kind.LINE, optional=True),
            Question("weiss", _("Weiß Ihr Kind, dass Sie schreiben?"), Kind.ONE, lists.YES_NO, duo=True,
                     optional=True),
            Question("gesprochen", _("Mit wem haben Sie schon gesprochen?"), Kind.MANY, (
                Choice("lehrkraft", _("Mit der Klassenlehrerin oder dem Klassenlehrer")),
                Choice("leitung", _("Mit der Schulleitung")),
                Choice("eltern", _("Mit anderen Eltern")),
                Choice("beratung", _("Mit einer Beratungsstelle")),
                Choice("niemand", _("Noch mit niemandem")),
            ), optional=True),
            _WISH_POLITE,
        ), _("Bitte sprechen Sie das andere Kind oder seine Eltern nicht selbst an. Das macht es oft schlimmer."),
            optional=True),
    ),
    ("was", "text"), _("Kreuzen Sie eine Sache an, oder schreiben Sie uns einen Text."),
)  # fmt: skip

TEACHER: Final = Door(
    4, "lesson", _("Ich melde etwas als Lehrkraft."), _("Oder ich arbeite sonst an der Schule."),
    _("Melden Sie, was Sie beobachtet haben."), True,
    _danger(_("Muss ein Kind sofort geschützt werden?")),
    (
        Section("wer", _("Wer ist beteiligt?"), (
            Question("rolle", _("Ihre Rolle"), Kind.ONE, (
                Choice("klasse", _("Klassenleitung")),
                Choice("fach", _("Fachlehrkraft")),
                Choice("sozial", _("Schulsozialarbeit")),
                Choice("ganztag", _("Ganztag oder Betreuung")),
                Choice("verwaltung", _("Sekretariat, Hausmeisterei, Mensa")),
                Choice("andere", _("Andere")),
            ), duo=True),
            Question("beteiligte", _("Beteiligte"), Kind.TEXT,
                     hint=_("Bitte Kürzel oder Rolle statt Namen, zum Beispiel „Kind A, 6b“. Namen nur, wenn das Team "
                            "sie zum Schutz eines Kindes braucht.")),
        )),
        Section("was", _("Was haben Sie selbst gesehen oder gehört?"), (
            Question("text", _("Ihre Beobachtung"), Kind.TEXT, rows=7,
                     hint=_("Nur was Sie selbst wahrgenommen haben: wann, wo, wer war dabei.")),
            Question("zitate", _("Wörtliche Aussagen"), Kind.TEXT, optional=True),
            Question("was", _("Worum geht es?"), Kind.MANY, lists.FOR_ADULTS, _MANY_POLITE),
            Question("oft", _("Wie oft ist das?"), Kind.ONE, lists.HOW_OFTEN_POLITE, duo=True),
        )),
        Section("meinung", _("Wie schätzen Sie das ein?"), (
            Question("meinung", _("Ihre Einschätzung"), Kind.TEXT,
                     hint=_("Hier ist Platz für Vermutungen und Bewertungen. Sie bleiben von der Beobachtung "
                            "getrennt.")),
        ), optional=True),
        Section("getan", _("Was ist schon geschehen?"), (
            Question("getan", _("Schon geschehen"), Kind.MANY, (
                Choice("kind", _("Gespräch mit dem betroffenen Kind")),
                Choice("andere", _("Gespräch mit anderen Kindern")),
                Choice("eltern", _("Gespräch mit Eltern")),
                Choice("leitung", _("Schulleitung informiert")),
                Choice("klassenrat", _("Thema im Klassenrat")),
                Choice("notiert", _("Nur notiert")),
                Choice("nichts", _("Noch nichts")),
            ), _MANY_POLITE),
            Question("getan_text", _("Genauer"), Kind.TEXT, optional=True),
        ), optional=True),
        Section("erwartung", _("Was erwarten Sie?"), (
            Question("erwartung", _("Ihr Wunsch an das Team"), Kind.ONE, (
                Choice("notieren", _("Nur festhalten")),
                Choice("rueckruf", _("Rückruf oder Gespräch")),
                Choice("gemeinsam", _("Gemeinsam vorgehen")),
                Choice("uebernehmen", _("Das Team übernimmt")),
            )),
        ), optional=True),
    ),
    ("text", "was"), _("Beschreiben Sie Ihre Beobachtung, oder kreuzen Sie an, worum es geht."),
)  # fmt: skip

STAFF: Final = Door(
    5, "staff", _("Mir passiert etwas als Lehrkraft."), _("Oder ich arbeite sonst an der Schule."),
    _("Schreiben Sie uns, was Ihnen geschieht."), True,
    _danger(_("Sind Sie gerade in Gefahr?")),
    (
        Section("was", _("Was geschieht?"), (
            Question("von", _("Von wem geht es aus?"), Kind.MANY, (
                Choice("schueler", _("Von Schülerinnen oder Schülern")),
                Choice("eltern", _("Von Eltern")),
                Choice("kollegium", _("Aus dem Kollegium")),
                Choice("leitung", _("Von Vorgesetzten")),
                Choice("unbekannt", _("Ich weiß es nicht")),
            ), _MANY_POLITE),
            Question("was", _("Was ist passiert?"), Kind.MANY, lists.TO_STAFF, _MANY_POLITE),
            Question("oft", _("Wie oft ist das?"), Kind.ONE, lists.HOW_OFTEN_POLITE, duo=True),
        )),
        Section("mehr", _("Bitte erzählen Sie uns mehr."), (
            Question("text", _("Was ist geschehen? Wann und wo? Wer war dabei?"), Kind.TEXT,
                     hint=_TELL_HINT_POLITE, rows=7),
            Question("folgen", _("Wie wirkt sich das auf Sie aus?"), Kind.TEXT, optional=True),
            _WISH_POLITE,
        ), optional=True),
    ),
    ("was", "text"), _("Kreuzen Sie eine Sache an, oder schreiben Sie uns einen Text."),
)  # fmt: skip

AT_WORK: Final = STAFF.number
DOORS: Final = {door.number: door for door in (ME, SAW, PARENT, TEACHER, STAFF)}
NO_TOPIC: Final = frozenset({"selbst", "reden"})
"""Answers to "Wem ist es passiert?" that need neither a kind nor a text: being heard is reason enough to write."""
