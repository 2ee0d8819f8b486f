"""The blank sheets of the case file: the questions of a talk record, an observation, evidence and the safety gate.

All of them use initials and roles; nothing asks for a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Final

from bullying_desk.cases.sheets import Kind, Sheet
from bullying_desk.reports.doors.doors import AT_WORK, Choice
from bullying_desk.texts import mark as _
from bullying_desk.web.language import _ as _translated
from bullying_desk.web.language import german_date


class Shape(Enum):
    """How a question of a sheet is answered."""

    LINE = "a few words"
    TEXT = "some lines"
    ONE = "one of several"
    MANY = "any of several"
    DAY = "a day"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a sheet. `missing`: what to do where the answer is required and empty."""

    code: str
    label: str
    shape: Shape = Shape.TEXT
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank sheet; its code is in the address. `notes`: the reminder above it."""

    code: str
    kind: Kind
    title: str
    intro: str
    items: tuple[Item, ...]
    notes: tuple[str, ...] = field(default_factory=tuple)

    def without(self, code: str) -> Blank:
        """Return the sheet without one answer wherever it is offered."""
        items = (replace(item, choices=tuple(one for one in item.choices if one.code != code)) for item in self.items)
        return replace(self, items=tuple(items))

    def pairs(self, sheet: CaseSheet) -> list[tuple[str, str]]:
        """Return question and answer of a filled sheet, without empty ones."""
        return [(_translated(item.label), _words(item, sheet)) for item in self.items if sheet.said.get(item.code)]


def _words(item: Item, sheet: CaseSheet) -> str:
    if item.shape is Shape.DAY:
        return german_date(date.fromisoformat(sheet.text(item.code)))
    labels = {choice.code: _translated(choice.label) for choice in item.choices}
    return ", ".join(labels.get(value, value) for value in sheet.many(item.code))


_INITIALS = _("Kürzel oder Rolle, zum Beispiel „Kind A“, „Klassenleitung“.")

TALK: Final = Blank(
    "gespraech",
    Kind.TALK,
    _("Gesprächsprotokoll"),
    _("Kurz und so, dass die andere Person es lesen dürfte."),
    (
        Item(
            "mit", _("Mit wem?"), Shape.LINE, hint=_INITIALS, missing=_("Schreiben Sie, mit wem Sie gesprochen haben.")
        ),
        Item("am", _("Wann?"), Shape.DAY, missing=_("Tragen Sie den Tag ein.")),
        Item("inhalt", _("Worum ging es?")),
        Item("vereinbart", _("Was ist vereinbart?"), missing=_("Schreiben Sie, was vereinbart ist, oder „nichts“.")),
        Item("nicht", _("Was darf nicht weitergesagt werden?"), hint=_("Fragen Sie das Kind ausdrücklich danach.")),
        Item("wieder", _("Nächster Termin"), Shape.DAY),
    ),
)
OBSERVATION: Final = Blank(
    "beobachtung",
    Kind.OBSERVATION,
    _("Beobachtungsbogen"),
    _("Was jemand selbst gesehen oder gehört hat. Die Einschätzung steht getrennt."),
    (
        Item("wer", _("Wer hat beobachtet?"), Shape.LINE, hint=_INITIALS),
        Item("am", _("Wann?"), Shape.DAY, missing=_("Tragen Sie den Tag ein.")),
        Item("wo", _("Wo, und in welcher Lage?"), Shape.LINE),
        Item(
            "gesehen",
            _("Was war zu sehen oder zu hören?"),
            missing=_("Beschreiben Sie, was zu sehen oder zu hören war."),
        ),
        Item("worte", _("Wörtliche Aussagen")),
        Item("danach", _("Was geschah danach? Wer hat wie reagiert?")),
        Item("meinung", _("Einschätzung"), hint=_("Vermutungen und Bewertungen, getrennt von der Beobachtung.")),
    ),
)
# REVIEW: intimate pictures (§§ 184b, 184c StGB) and searching of telephones. A specialist service has to read this.
EVIDENCE: Final = Blank(
    "belege",
    Kind.EVIDENCE,
    _("Belege aus dem Netz"),
    _("Statt Bilder hochzuladen: Notieren Sie, was es wo gibt und wer es hat."),
    (
        Item("wo", _("Adresse oder Name der Gruppe"), Shape.LINE, missing=_("Schreiben Sie, wo es zu finden ist.")),
        Item("wann", _("Datum und Uhrzeit, wie sie dort stehen"), Shape.LINE),
        Item("profil", _("Profil, das es geschrieben hat"), Shape.LINE, hint=_("Des Profils, nicht des Kindes.")),
        Item("was", _("Was ist zu sehen? In Ihren Worten")),
        Item("wer", _("Wer hat den Bildschirmdruck?"), Shape.LINE, hint=_INITIALS),
        Item("noch", _("Ist es noch zu sehen?"), Shape.ONE, (
            Choice("ja", _("Ja")), Choice("nein", _("Nein")), Choice("unklar", _("Das weiß ich nicht")))),
        Item("gemeldet", _("Beim Dienst gemeldet?"), Shape.ONE, (
            Choice("ja", _("Ja")), Choice("nein", _("Noch nicht")))),
    ),
    (
        _("Intime Bilder von Kindern und Jugendlichen: nicht ansehen, nicht kopieren, nicht weiterleiten, nicht "
          "drucken. Schon der Besitz kann strafbar sein. Rufen Sie die Polizei an und fragen Sie, was mit dem Gerät "
          "geschehen soll."),
        _("Ein Handy durchsuchen darf nur die Polizei. Bildschirmdrucke bleiben bei der Person, die sie hat, oder auf "
          "einem Gerät der Schule, nie auf einem privaten."),
    ),
)  # fmt: skip
# REVIEW: § 8 (3) SGB VIII, § 4 KKG. A lawyer and a child-protection specialist have to read this.
GATE: Final = Blank(
    "sicherheit",
    Kind.GATE,
    _("Sicherheitsabfrage"),
    _("Bevor Eltern oder sonst jemand etwas erfahren. Fragen Sie zuerst das Kind, allein."),
    (
        Item("zuhause", _("Ist es zu Hause sicher für das Kind?"), Shape.ONE, (
            Choice("ja", _("Ja")), Choice("nein", _("Nein")), Choice("unklar", _("Das ist unklar"))),
            missing=_("Kreuzen Sie an, ob es zu Hause sicher ist.")),
        Item("woran", _("Woran machen Sie das fest?"), missing=_("Schreiben Sie, woran Sie das festmachen.")),
        Item("will", _("Was möchte das Kind?"), Shape.ONE, (
            Choice("ja", _("Es ist einverstanden.")),
            Choice("teils", _("Es ist mit einem Teil einverstanden.")),
            Choice("nein", _("Es möchte das nicht.")),
            Choice("nicht-gefragt", _("Es wurde noch nicht gefragt."))),
            missing=_("Kreuzen Sie an, was das Kind möchte.")),
        Item("worte", _("In seinen Worten")),
        Item("wer", _("Wer darf etwas erfahren?"), Shape.MANY, (
            Choice("eltern", _("Die Eltern des Kindes")),
            Choice("eltern-andere", _("Die Eltern eines Kindes, dem etwas vorgeworfen wird")),
            Choice("klasse", _("Die Klassenleitung")),
            Choice("leitung", _("Die Schulleitung")),
            Choice("beratung", _("Schulpsychologie oder eine Beratungsstelle")),
            Choice("jugendamt", _("Das Jugendamt")),
            Choice("polizei", _("Polizei oder Staatsanwaltschaft")),
            Choice("schule", _("Eine andere Schule")),
            Choice("andere", _("Jemand anderes")))),
        Item("was", _("Was darf gesagt werden?")),
        Item("nicht", _("Was darf auf keinen Fall gesagt werden?")),
        Item("von", _("Wer hat eingewilligt?"), Shape.ONE, (
            Choice("kind", _("Das Kind")),
            Choice("eltern", _("Die Eltern")),
            Choice("beide", _("Das Kind und die Eltern")),
            Choice("niemand", _("Noch niemand"))),
            missing=_("Kreuzen Sie an, wer eingewilligt hat.")),
        Item("bis", _("Bis wann gilt das?"), Shape.DAY, missing=_("Tragen Sie ein, bis wann die Einwilligung gilt.")),
    ),
)  # fmt: skip
# REVIEW: whose agreement counts where the affected person works at the school (door 5).
GATE_AT_WORK: Final = Blank(
    "sicherheit",
    Kind.GATE,
    _("Einwilligung"),
    _("Bevor irgendjemand etwas erfährt. Fragen Sie zuerst die betroffene Person."),
    (
        Item("will", _("Was möchte die betroffene Person?"), Shape.ONE, (
            Choice("ja", _("Sie ist einverstanden.")),
            Choice("teils", _("Sie ist mit einem Teil einverstanden.")),
            Choice("nein", _("Sie möchte das nicht.")),
            Choice("nicht-gefragt", _("Sie wurde noch nicht gefragt."))),
            missing=_("Kreuzen Sie an, was die Person möchte.")),
        Item("worte", _("In ihren Worten")),
        Item("wer", _("Wer darf etwas erfahren?"), Shape.MANY, (
            Choice("leitung", _("Die Schulleitung")),
            Choice("rat", _("Lehrerrat oder Personalrat")),
            Choice("aufsicht", _("Die Schulaufsicht")),
            Choice("beratung", _("Eine Beratungsstelle")),
            Choice("polizei", _("Polizei oder Staatsanwaltschaft")),
            Choice("andere", _("Jemand anderes")))),
        Item("was", _("Was darf gesagt werden?")),
        Item("nicht", _("Was darf auf keinen Fall gesagt werden?")),
        Item("von", _("Wer hat eingewilligt?"), Shape.ONE, (
            Choice("kind", _("Die betroffene Person")), Choice("niemand", _("Noch niemand"))),
            missing=_("Kreuzen Sie an, wer eingewilligt hat.")),
        Item("bis", _("Bis wann gilt das?"), Shape.DAY, missing=_("Tragen Sie ein, bis wann die Einwilligung gilt.")),
    ),
)  # fmt: skip
BLANKS: Final[Mapping[str, Blank]] = {blank.code: blank for blank in (TALK, OBSERVATION, EVIDENCE, GATE)}


def blank_of(code: str, door: int) -> Blank:
    """Return a blank sheet by its code, as it fits who is affected. Raises KeyError."""
    return GATE_AT_WORK if code == GATE.code and door == AT_WORK else BLANKS[code]
