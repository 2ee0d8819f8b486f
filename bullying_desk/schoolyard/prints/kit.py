"""The print kit of a school: what can be printed, and the order that makes it."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bullying_desk.accounts.invitations.key_words import KeyLine, Standing
from bullying_desk.accounts.trail.trail_words import ROLE_WORDS
from bullying_desk.pdf.fonts import families_of
from bullying_desk.pdf.order import Order
from bullying_desk.schools.places import BY_NUMBER
from bullying_desk.schoolyard.prints import sheet_words
from bullying_desk.schoolyard.prints.addresses import place_address, qr_code
from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.prints.lettering import Value, literal, shown, values
from bullying_desk.texts.catalogues import GERMAN, TRANSLATED, Part, Texts, texts_of
from bullying_desk.web.language import _, speaking

MARK: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#28378f" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round"><circle cx="8" cy="7.5" r="3"/><circle cx="16.5" cy="7.5" r="3"/>'
    '<path d="M3 14.5h18M6 14.5v5M18 14.5v5"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Print:
    """One thing to print: name of its file, of its sheet, its title, and the sheet's values besides the facts."""

    file: str
    sheet: str
    title: str
    more: tuple[tuple[str, Value], ...] = ()


PRINTS: Final[dict[str, Print]] = {
    "a4": Print("plakat-a4.pdf", "poster", sheet_words.TITLES.poster, (("papier", "a4"), ("mass", 100))),
    "a3": Print("plakat-a3.pdf", "poster", sheet_words.TITLES.poster, (("papier", "a3"), ("mass", 141))),
    "door": Print("tuerschild.pdf", "door", sheet_words.TITLES.door),
    "stickers": Print("aufkleber.pdf", "stickers", sheet_words.TITLES.stickers),
    "cards": Print("karten.pdf", "cards", sheet_words.TITLES.cards),
    "badges": Print("aufkleber-klein.pdf", "badges", sheet_words.TITLES.badges),
    "staff": Print("lehrerzimmer.pdf", "staff", _("Aushang fürs Lehrerzimmer")),
    "parents": Print("eltern.pdf", "parents", sheet_words.TITLES.parents),
}
PLACES: Final = "places"
TEXT_BLOCK: Final = "text"
TEXT_FILE: Final = "textbaustein.docx"
EVERYTHING: Final = (*PRINTS, TEXT_BLOCK)  # and PLACES, where a school has switched kinds on
GERMAN_ONLY: Final = frozenset({"staff", TEXT_BLOCK})  # what staff read


def languages() -> dict[str, Texts]:
    """Return the languages of prints by code, German first: those whose prints are translated to the last sentence."""
    found = (texts_of(each) for each in (GERMAN, *TRANSLATED))
    return {each.language.code: each for each in found if each.speaks(Part.PRINTS)}


def shares(codes: Iterable[str], wishes: Iterable[str]) -> dict[str, list[str]]:
    """Return what is printed in each language: everything in each, but what only staff read in German alone."""
    wanted = list(dict.fromkeys(wishes))
    found = {code: [wish for wish in wanted if wish not in GERMAN_ONLY] for code in codes}
    of_staff = [wish for wish in wanted if wish in GERMAN_ONLY]
    if of_staff:
        found[GERMAN.code] = [*found.get(GERMAN.code, []), *of_staff]
    return found


def in_languages(gathered: Callable[[], Facts], codes: Iterable[str], wishes: Iterable[str]) -> Order:
    """Return one order for prints in several languages; `gathered` is asked for the facts in each.

    Raises KeyError for an unknown language or wish.
    """
    spoken, orders = languages(), []
    for code, some in shares(codes, wishes).items():
        with speaking(spoken[code]):
            orders.append(order_for(gathered(), some))
    sheets = {name: text for one in orders for name, text in one.sheets.items()}
    trees = {name: tree for one in orders for name, tree in one.trees.items()}
    pictures = {name: drawn for one in orders for name, drawn in one.pictures.items()}
    return Order(sheets, trees, pictures, orders[0].stamp)


def order_for(facts: Facts, wishes: Iterable[str] = (*EVERYTHING, PLACES)) -> Order:
    """Return the order for some of a school's prints, by default for all. Raises KeyError for an unknown wish."""
    chosen = list(dict.fromkeys(wishes))
    made = _chosen(facts, chosen)
    sheets = {_named(facts, one.file): source(facts, one.sheet, one.title, dict(one.more)) for one in made}
    trees = {TEXT_FILE: json.dumps(text_block(facts), ensure_ascii=False)} if TEXT_BLOCK in chosen else {}
    pictures = {_named(facts, "qr.svg"): qr_code(facts.scanned).svg, "mark.svg": MARK}
    if PLACES in chosen:
        pictures |= {_picture(facts, each): qr_code(place_address(facts.scanned, each)).svg for each in facts.places}
    return Order(sheets, trees, pictures, calendar.timegm(facts.edition.timetuple()))


def _named(facts: Facts, file: str) -> str:
    """Return the name of a file in the language of the facts: `karten-ar.pdf`; of German as it is."""
    stem, _dot, ending = file.rpartition(".")
    return file if facts.language == GERMAN else f"{stem}-{facts.language.code}.{ending}"


def _chosen(facts: Facts, wishes: list[str]) -> list[Print]:
    found = [PRINTS[wish] for wish in wishes if wish not in (TEXT_BLOCK, PLACES)]
    return found + [_place(facts, number) for number in facts.places if PLACES in wishes]


def _place(facts: Facts, number: int) -> Print:
    """A whole sheet for one kind of place: every place of the kind has the same sticker."""
    more = (("qr", _picture(facts, number)), ("art", str(number)))
    return Print(f"aufkleber-{BY_NUMBER[number].code}.pdf", "stickers", sheet_words.TITLES.stickers, more)


def _picture(facts: Facts, number: int) -> str:
    return _named(facts, f"qr-{number}.svg")


def source(facts: Facts, sheet: str, title: str, more: Mapping[str, Value] | None = None) -> str:
    """Return typst's input: title and facts as values, then the sheet, which is the same for every school.

    Its words are in the language of the facts; it must be spoken now.
    """
    language = facts.language
    fixed: dict[str, Value] = {
        "qr": _named(facts, "qr.svg"),
        "art": "",
        "schriften": families_of(language.code),
        "schriften_deutsch": families_of(GERMAN.code),
        "sprache": language.code,
        "richtung": language.direction,
        "qr_text": _(sheet_words.TITLES.qr_text) % {"address": facts.values["adresse"]},
        "w": sheet_words.words_of(sheet),
    }
    head = literal(f"{_(title)} – {facts.values['dienst']}")
    return "".join(
        (
            f"#set document(title: {head}, author: {literal(facts.values['dienst'])})\n",
            values({**fixed, **facts.values, **(more or {})}),
            _sheet("common"),
            _sheet(sheet),
        )
    )


@cache
def _sheet(name: str) -> str:
    return (files("bullying_desk.schoolyard") / "sheets" / f"{name}.typ").read_text("utf-8")


# The text block for a school's protection concept (Schutzkonzept, § 42 Abs. 6 SchulG NRW) and the school conference.
#
# pandoc gets a document tree, never text to interpret: a school's name stays a name.


Tree = dict[str, Any]
_VERSION = [1, 23, 1]


def text_block(facts: Facts) -> Tree:
    """Return the text block as pandoc's document tree."""
    said = facts.values
    names = said["namen"]
    words = {
        "school": shown(str(said["schule"])),
        "address": shown(str(said["adresse"])),
        "line": shown(str(said["nummer_name"])),
        "number": shown(str(said["nummer"])),
        "team": shown(
            ", ".join(str(each["wer"]) for each in names if isinstance(each, dict)) or _("noch nicht benannt")
        )
        if isinstance(names, list)
        else "",
    }
    blocks: list[Tree] = [_para(f"{said['stand']} · {_('Vorlage zum Anpassen, vor dem Beschluss zu prüfen.')}")]
    for part in sheet_words.TEXT_BLOCK:
        blocks.append({"t": "Header", "c": [1, ["", [], []], _words(_(part.title))]})
        blocks += [_para(_(paragraph) % words) for paragraph in part.paragraphs]
    meta = {
        "title": {"t": "MetaInlines", "c": _words(_("Anlaufstelle: Textbaustein für das Schutzkonzept"))},
        "lang": {"t": "MetaInlines", "c": _words("de-DE")},
    }
    return {"pandoc-api-version": _VERSION, "meta": meta, "blocks": blocks}


def _para(text: str) -> Tree:
    return {"t": "Para", "c": _words(text)}


def _words(text: str) -> list[Tree]:
    out: list[Tree] = []
    for word in text.split(" "):
        if out:
            out.append({"t": "Space"})
        out.append({"t": "Str", "c": word})
    return out


# The sheet on which a meeting compares the key words of a whole school, and two people sign for each person.


KEYS: Final = "woerter.pdf"
_STANDING: Final = {
    Standing.COMPARED: _("Schon verglichen. Die Wörter müssen noch die gleichen sein."),
    Standing.WAITS: _("Wartet. Schreiben Sie die Wörter auf, die Sie hören."),
    Standing.NO_KEY: _("Hat noch kein Konto. Heute ist nichts zu vergleichen."),
    Standing.WRONG: _("Dieser Schlüssel stimmt nicht. Rufen Sie die Koordination der Stadt an."),
}


def order_for_keys(said: Facts, lines: Iterable[KeyLine]) -> Order:
    """Return the order for the sheet, one block for each person."""
    title, people = _("Schlüsselwörter vergleichen"), [_block(line) for line in lines]
    steps: list[Value] = [
        _("Jede Person öffnet „Ihr Konto“ auf ihrem eigenen Gerät und liest ihre sechs Wörter vor."),
        _("Zwei andere hören zu. Eine davon darf nicht die Person sein, die eingeladen hat."),
        _("Sind alle sechs gleich? Dann unterschreiben beide. Ist ein Wort anders, unterschreibt niemand."),
        _("Wer bei „Wartet“ zugehört hat, trägt es noch heute unter „Wörter vergleichen“ ein. Erst das zählt."),
        _("Die Koordination der Schule bewahrt das unterschriebene Blatt auf."),
    ]
    more: dict[str, Value] = {
        "titel": title,
        "schritte": steps,
        "leute": people,
        "unterschrift": [_("Unterschrift 1"), _("Unterschrift 2")],
        "wann": _("Tag der Konferenz"),
        "anders": _("Ein Wort ist anders? Rufen Sie die Koordination der Stadt an, bevor jemand weiterarbeitet."),
    }
    pictures = {"mark.svg": MARK}
    return Order({KEYS: source(said, "keys", title, more)}, {}, pictures, calendar.timegm(said.edition.timetuple()))


def _block(line: KeyLine) -> Value:
    waits = line.standing is Standing.WAITS
    return {
        "name": line.name,
        "rollen": ", ".join(_(ROLE_WORDS[role]) for role in line.roles),
        "stand": _(_STANDING[line.standing]),
        "worte": list(line.words),
        "offen": 1 if waits else 0,
        "zeichnen": 1 if line.words else 0,
    }
