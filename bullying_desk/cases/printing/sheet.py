"""Putting a print together: moments, facts and fixed texts, blackened word by word, as one order for the PDF worker."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bullying_desk.cases.papers.timeline import Moment
from bullying_desk.cases.printing.blackening import Blackener, Run
from bullying_desk.pdf.fonts import NO_SHAPE
from bullying_desk.pdf.order import Order
from bullying_desk.web.language import _

FILE = "auszug.pdf"
LONG = 400  # signs: a cell that is longer may go over the page's end


@dataclass(frozen=True, slots=True)
class Block:
    """One moment as it is shown on the screen and printed."""

    key: str
    title: list[Run]
    by: list[Run]
    pairs: list[tuple[list[Run], list[Run]]]
    text: list[Run]


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """A whole print, already blackened. `words` are those of staff, under a heading of their own."""

    heading: str
    facts: list[tuple[list[Run], list[Run]]]
    intro: tuple[str, ...]
    blocks: tuple[Block, ...]
    words: list[Run]
    close: tuple[str, ...]


def block(moment: Moment, blackener: Blackener, *, with_reporter: bool = True) -> Block:
    """Return one moment, blackened. `with_reporter`: whether it names the reporter's door."""
    text = _("Dieser Eintrag lässt sich mit Ihrem Zugang nicht öffnen.") if moment.text is None else moment.text
    by = moment.by if with_reporter or not moment.from_reporter else ""
    return Block(
        moment.key,
        [Run(f"{moment.when}: "), *blackener.runs(moment.title)],
        blackener.runs(by),
        [(blackener.runs(label), blackener.runs(value)) for label, value in moment.pairs],
        blackener.runs(text),
    )


def order_for_sheet(sheet: PrintSheet, school: str, foot: str, stamp: int, password: str = "") -> Order:
    """Return the order for a sheet's PDF, named FILE. Every word is data that the fixed source reads, never markup."""
    data = json.dumps(_value_of(sheet, school, foot), ensure_ascii=False)
    return Order({FILE: _source()}, {}, {}, stamp, data=data, password=password)


@cache
def _source() -> str:
    return (files("bullying_desk.cases.printing") / "sheet.typ").read_text("utf-8")


def _value_of(sheet: PrintSheet, school: str, foot: str) -> dict[str, Any]:
    return {
        "title": _("Auszug"),  # in the file's properties: it betrays nothing
        "mark": _("VERTRAULICH"),
        "head": _shown(school),
        "foot": _shown(foot),
        "page_word": _("Seite"),
        "of_word": _("von"),
        "heading": _runs([Run(sheet.heading)]),
        "facts": _pairs(sheet.facts),
        "intro": [_runs([Run(each)]) for each in sheet.intro],
        "lines_heading": _("Verlauf"),
        "lines": [
            {"title": _runs(one.title), "by": _runs(one.by), "pairs": _pairs(one.pairs), "text": _runs(one.text)}
            for one in sheet.blocks
        ],
        "words_heading": _("In eigenen Worten des Teams"),
        "words": _runs(sheet.words),
        "close_heading": _("Zu diesem Ausdruck"),
        "close": [_runs([Run(each)]) for each in sheet.close],
    }


def _pairs(pairs: Iterable[tuple[list[Run], list[Run]]]) -> list[dict[str, Any]]:
    return [
        {"key": _runs(key), "value": _runs(value), "long": sum(len(run.text) for run in value) > LONG}
        for key, value in pairs
    ]


def _runs(runs: Sequence[Run]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for run in runs:
        if run.black:
            found.append({"b": _shown(run.text)})
            continue
        for number, line in enumerate(run.text.replace("\r\n", "\n").split("\n")):
            found += [{"br": True}] if number else []
            found += [{"t": shown}] if (shown := _shown(line)) else []
    return found


def _shown(text: str) -> str:
    """Return text without signs that no font has; a removed sign is replaced by its name, never silently dropped."""
    plain = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    plain = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} else sign for sign in plain
    )
    return NO_SHAPE.sub(lambda hit: f"[{unicodedata.name(hit[0], _('unbekanntes Zeichen')).lower()}]", plain)
