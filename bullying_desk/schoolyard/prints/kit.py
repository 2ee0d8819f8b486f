"""The print kit of a school: what can be printed, and the order that makes it."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bullying_desk.pdf.fonts import FAMILIES
from bullying_desk.pdf.order import Order
from bullying_desk.schools.places import BY_NUMBER
from bullying_desk.schoolyard.prints import sheet_words
from bullying_desk.schoolyard.prints.addresses import place_address, qr_code
from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.prints.lettering import Value, literal, shown, values
from bullying_desk.web.language import _

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
    "a4": Print("plakat-a4.pdf", "poster", _("Plakat"), (("papier", "a4"), ("mass", 100))),
    "a3": Print("plakat-a3.pdf", "poster", _("Plakat"), (("papier", "a3"), ("mass", 141))),
    "door": Print("tuerschild.pdf", "door", _("Türschild")),
    "stickers": Print("aufkleber.pdf", "stickers", _("Aufkleber")),
    "cards": Print("karten.pdf", "cards", _("Karten")),
    "badges": Print("aufkleber-klein.pdf", "badges", _("Kleine Aufkleber")),
    "staff": Print("lehrerzimmer.pdf", "staff", _("Aushang fürs Lehrerzimmer")),
    "parents": Print("eltern.pdf", "parents", _("Für Eltern")),
}
PLACES: Final = "places"
TEXT_BLOCK: Final = "text"
TEXT_FILE: Final = "textbaustein.docx"
EVERYTHING: Final = (*PRINTS, TEXT_BLOCK)  # and PLACES, where a school has switched kinds on


def order_for(facts: Facts, wishes: Iterable[str] = (*EVERYTHING, PLACES)) -> Order:
    """Return the order for some of a school's prints, by default for all. Raises KeyError for an unknown wish."""
    chosen = list(dict.fromkeys(wishes))
    sheets = {one.file: source(facts, one.sheet, one.title, dict(one.more)) for one in _chosen(facts, chosen)}
    trees = {TEXT_FILE: json.dumps(text_block(facts), ensure_ascii=False)} if TEXT_BLOCK in chosen else {}
    pictures = {"qr.svg": qr_code(facts.scanned).svg, "mark.svg": MARK}
    if PLACES in chosen:
        pictures |= {_picture(each): qr_code(place_address(facts.scanned, each)).svg for each in facts.places}
    return Order(sheets, trees, pictures, calendar.timegm(facts.edition.timetuple()))


def _chosen(facts: Facts, wishes: list[str]) -> list[Print]:
    found = [PRINTS[wish] for wish in wishes if wish not in (TEXT_BLOCK, PLACES)]
    return found + [_place(number) for number in facts.places if PLACES in wishes]


def _place(number: int) -> Print:
    """A whole sheet for one kind of place: every place of the kind has the same sticker."""
    more = (("qr", _picture(number)), ("art", str(number)))
    return Print(f"aufkleber-{BY_NUMBER[number].code}.pdf", "stickers", _("Aufkleber"), more)


def _picture(number: int) -> str:
    return f"qr-{number}.svg"


def source(facts: Facts, sheet: str, title: str, more: Mapping[str, Value] | None = None) -> str:
    """Return typst's input: title and facts as values, then the sheet, which is the same for every school."""
    fixed: dict[str, Value] = {"qr": "qr.svg", "art": "", "schriften": FAMILIES, "w": sheet_words.words_of(sheet)}
    head = literal(f"{title} – {facts.values['dienst']}")
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
