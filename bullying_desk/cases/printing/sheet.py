"""Putting a print together: moments, facts and fixed texts, blackened word by word, as one order for the PDF worker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from bullying_desk.cases.papers.timeline import Moment
from bullying_desk.cases.printing.blackening import Blackener, Run
from bullying_desk.pdf.fonts import FAMILIES
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.shapes import han_language, is_right_to_left, printable
from bullying_desk.web.language import _

FILE = "auszug.pdf"
LONG = 400  # characters: a cell that is longer may go over the page's end


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
        [Run(f"{moment.when}: "), *runs_of(blackener, moment.title)],
        runs_of(blackener, by),
        [(runs_of(blackener, label), runs_of(blackener, value)) for label, value in moment.pairs],
        runs_of(blackener, text),
    )


def runs_of(blackener: Blackener, text: str) -> list[Run]:
    """Return a text as the print has it: blackened, and without signs that no font has."""
    return [replace(run, text=fit(run.text)) for run in blackener.runs(text.replace("\r\n", "\n"))]


def fit(text: str) -> str:
    """Return a text with numbers in place of the signs that no font has."""
    return "\n".join(printable(line) for line in text.split("\n"))


def order_for_sheet(sheet: PrintSheet, school: str, foot: str, stamp: int, password: str = "") -> Order:
    """Return the order for a sheet's PDF, named FILE. Every word is data that the fixed source reads, never markup."""
    data = json.dumps(_value_of(sheet, school, foot), ensure_ascii=False)
    return Order({FILE: _source()}, {}, {}, stamp, data=data, password=password)


@cache
def _source() -> str:
    return (files("bullying_desk.cases.printing") / "sheet.typ").read_text("utf-8")


def _value_of(sheet: PrintSheet, school: str, foot: str) -> dict[str, Any]:
    return {
        "fonts": FAMILIES,
        "title": _("Auszug"),  # in the file's properties: it betrays nothing
        "mark": _("VERTRAULICH"),
        "head": printable(school),
        "foot": printable(foot),
        "page_word": _("Seite"),
        "of_word": _("von"),
        "heading": _said([Run(sheet.heading)]),
        "facts": _pairs(sheet.facts),
        "intro": [_said([Run(each)]) for each in sheet.intro],
        "lines_heading": _("Verlauf"),
        "lines": [
            {"title": _said(one.title), "by": _said(one.by), "pairs": _pairs(one.pairs), "text": _said(one.text)}
            for one in sheet.blocks
        ],
        "words_heading": _("In eigenen Worten des Teams"),
        "words": _said(sheet.words),
        "close_heading": _("Zu diesem Ausdruck"),
        "close": [_said([Run(each)]) for each in sheet.close],
    }


def _pairs(pairs: Iterable[tuple[list[Run], list[Run]]]) -> list[dict[str, Any]]:
    return [
        {"key": _said(key), "value": _said(value), "long": sum(len(run.text) for run in value) > LONG}
        for key, value in pairs
    ]


def _said(runs: Sequence[Run]) -> dict[str, Any]:
    """Return runs with what typst must know of them: where they begin, and whose letters Chinese signs are."""
    text = "".join(run.text for run in runs if not run.black)
    found: list[dict[str, Any]] = []
    for run in runs:
        if run.black:
            found.append({"b": run.text})
            continue
        for number, line in enumerate(run.text.split("\n")):
            found += [{"br": True}] if number else []
            found += [{"t": line}] if line else []
    return {"runs": found, "rtl": is_right_to_left(text), "lang": han_language(text)}
