"""The print kit of a school: what can be printed, and the order that makes it."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from bullying_desk.schoolyard.addresses import qr_code
from bullying_desk.schoolyard.facts import Facts
from bullying_desk.schoolyard.lettering import Value, literal, values
from bullying_desk.schoolyard.press import Order
from bullying_desk.schoolyard.text_block import text_block

_MARK: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#28378f" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round"><circle cx="8" cy="7.5" r="3"/><circle cx="16.5" cy="7.5" r="3"/>'
    '<path d="M3 14.5h18M6 14.5v5M18 14.5v5"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Print:
    """One thing to print: name of its file, of its sheet, its title, and what the sheet is told besides the facts."""

    file: str
    sheet: str
    title: str
    more: tuple[tuple[str, Value], ...] = ()


PRINTS: Final[dict[str, Print]] = {
    "a4": Print("plakat-a4.pdf", "poster", "Plakat", (("papier", "a4"), ("mass", 100))),
    "a3": Print("plakat-a3.pdf", "poster", "Plakat", (("papier", "a3"), ("mass", 141))),
    "door": Print("tuerschild.pdf", "door", "Türschild"),
    "stickers": Print("aufkleber.pdf", "stickers", "Aufkleber"),
    "cards": Print("karten.pdf", "cards", "Karten"),
    "badges": Print("aufkleber-klein.pdf", "badges", "Kleine Aufkleber"),
    "staff": Print("lehrerzimmer.pdf", "staff", "Aushang fürs Lehrerzimmer"),
    "parents": Print("eltern.pdf", "parents", "Für Eltern"),
}
TEXT_BLOCK: Final = "text"
TEXT_FILE: Final = "textbaustein.docx"
EVERYTHING: Final = (*PRINTS, TEXT_BLOCK)


def file_of(wish: str) -> str:
    """Return the name of the file that a wish becomes. Raises KeyError for an unknown one."""
    return TEXT_FILE if wish == TEXT_BLOCK else PRINTS[wish].file


def order_for(facts: Facts, wishes: Iterable[str] = EVERYTHING) -> Order:
    """Return the order for some of a school's prints, by default for all. Raises KeyError for an unknown wish."""
    chosen = list(dict.fromkeys(wishes))
    sheets = {PRINTS[wish].file: _source(facts, PRINTS[wish]) for wish in chosen if wish != TEXT_BLOCK}
    trees = {TEXT_FILE: json.dumps(text_block(facts), ensure_ascii=False)} if TEXT_BLOCK in chosen else {}
    pictures = {"qr.svg": qr_code(facts.scanned).svg, "mark.svg": _MARK}
    return Order(sheets, trees, pictures, calendar.timegm(facts.edition.timetuple()))


def _source(facts: Facts, wanted: Print) -> str:
    title = literal(f"{wanted.title} – {facts.values['dienst']}")
    return "".join(
        (
            f"#set document(title: {title}, author: {literal(facts.values['dienst'])})\n",
            values({**facts.values, **dict(wanted.more)}),
            _sheet("common"),
            _sheet(wanted.sheet),
        )
    )


@cache
def _sheet(name: str) -> str:
    return (files("bullying_desk.schoolyard") / "sheets" / f"{name}.typ").read_text("utf-8")
