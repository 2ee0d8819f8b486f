"""Whatever a school or a person is called: nobody writes code into a poster by a name, and every poster is made."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.pdf.produce import produce
from bullying_desk.schoolyard.prints import lettering, sheet_words
from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.prints.kit import order_for
from tests.schoolyard.prints import FACTS, words_of

SHEETS = Path(sheet_words.__file__).parents[1] / "sheets"
HOSTILE = [
    '"] #panic("x") #["',
    '\\"); #read("/etc/passwd")',
    '#import "@preview/x:1.0.0"',
    "$ x^2 $ *fett* _kursiv_ `roh` <marke> @ziel // weg /* weg",
    "\\u{48}\\n\\",
    "Schule\u202eelluhcS\u2066",
    "Käthe\u0000\u0007\u001b[31m",
    "Grundschule 😀 漢字 \ue000 \U000e0041",
    "Zeile\nzwei\r\n\u2028drei",
    "{schule} {0.__class__} %s %(x)s",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_printed_as_a_name(name: str) -> None:
    said = {**FACTS.values, "schule": name, "namen": [{"wer": name, "aufgabe": name}]}
    made = produce(order_for(dataclasses.replace(FACTS, values=said), ["a4", "staff"]))
    text = words_of(made["plakat-a4.pdf"])
    assert lettering.shown(name).split()[0][:6] in text.replace("\n", " ")
    assert "root:" not in text
    assert len(pypdf.PdfReader(io.BytesIO(made["lehrerzimmer.pdf"])).pages) == 1


@given(st.text())
def test_a_literal_is_one_string_and_nothing_else(text: str) -> None:
    """Read as typst reads it: it begins with a quote, and the first bare quote is its last sign."""
    made = lettering.literal(text)
    assert made[0] == made[-1] == '"'
    inner = made[1:-1]
    at = 0
    while at < len(inner):
        assert inner[at] != '"'
        at += 2 if inner[at] == "\\" else 1
    assert at == len(inner)
    assert "\n" not in inner


def test_every_sign_that_stays_has_a_shape_in_the_fonts() -> None:
    """PDF/UA-1 refuses a sign without one, so this would fail for the whole alphabet at once."""
    alphabet = "".join(sign for sign in map(chr, range(0x20, 0x2200)) if lettering.shown(f"a{sign}a") == f"a{sign}a")
    assert len(alphabet) > 800
    said = {**FACTS.values, "schule": " ".join(alphabet)}
    assert produce(order_for(dataclasses.replace(FACTS, values=said), ["staff"]))


def test_a_sign_without_a_font_is_told_and_found() -> None:
    assert lettering.shown("Raum \U00013000") == "Raum [U+13000]"
    said: dict[str, lettering.Value] = {"schule": "漢字", "zeiten": [{"raum": "Raum \U00013000", "von": 3}]}
    assert lettering.no_font(said) == ("\U00013000",)


def test_values_take_names_only() -> None:
    with pytest.raises(ValueError, match="small letters"):
        lettering.values({'a = 1\n#panic("x")': "b"})


def test_facts_are_never_part_of_a_sheet() -> None:
    """The sheets are the same for every school: only the lines above them differ."""
    other = Facts("M4R8", date(2026, 11, 25), "HTTPS://LINDE.EXAMPLE/M4R8", {**FACTS.values, "schule": "Andere Schule"})
    one, two = (order_for(each, ["a4"]).sheets["plakat-a4.pdf"] for each in (FACTS, other))
    mark = "// What all prints share."
    assert one.partition(mark)[2] == two.partition(mark)[2] != ""


def _words_in_sheets() -> list[str]:
    found = []
    for sheet in sorted(SHEETS.glob("*.typ")):
        code = "\n".join(line.partition("//")[0] for line in sheet.read_text("utf-8").splitlines())
        spoken = re.sub(r'"[^"]*"', '""', code)  # names of fonts and pictures
        found += [f"{sheet.name}: {words}" for words in re.findall(r"[A-ZÄÖÜ][a-zäöüß]+ [a-zäöüß]{2,}|[„“]", spoken)]
    return found


def test_what_a_sheet_says_comes_to_it_as_words_that_can_be_translated() -> None:
    assert _words_in_sheets() == []
    assert {sheet.stem for sheet in SHEETS.glob("*.typ")} > set(sheet_words.SHEETS)
