"""The prints: tagged, dated, their codes can be read at print size and at half of it, none betrays in the hand."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
import zxingcpp
from PIL import Image

from bullying_desk.pdf.archive import packed, unpacked
from bullying_desk.pdf.produce import produce
from bullying_desk.reports.models import Round
from bullying_desk.schoolyard.prints.addresses import AddressMissing, qr_code, short_address
from bullying_desk.schoolyard.prints.kit import PRINTS, order_for
from bullying_desk.schoolyard.prints.lettering import Value
from tests.schoolyard.prints import FACTS, picture_of, words_of

# Codes on a page, and their side in millimetres.
CODES = {"a4": (1, 60), "a3": (1, 84.6), "door": (1, 40), "stickers": (8, 45), "cards": (10, 30), "badges": (40, 21)}
PAGES = {"cards": 2}
TOPIC = re.compile(r"mobb|gemein|meld|hilf|kummer|gewalt|opfer|schreib|sorge", re.IGNORECASE)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return produce(order_for(FACTS))


def test_the_kit_is_complete(made: dict[str, bytes]) -> None:
    assert set(made) == {"textbaustein.docx", *(each.file for each in PRINTS.values())}


@pytest.mark.parametrize("wish", PRINTS)
def test_each_print_is_tagged_titled_dated_and_fits(made: dict[str, bytes], wish: str) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(made[PRINTS[wish].file]))
    root = pdf.root_object
    assert root.raw_get("/MarkInfo").get_object() == {"/Marked": True, "/Suspects": False}
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]) == "de-DE"
    assert pdf.metadata is not None
    assert (pdf.metadata.title or "").endswith("– Lindenbank")
    assert len(pdf.pages) == PAGES.get(wish, 1)
    text = words_of(made[PRINTS[wish].file])
    assert "Stand: 24.11.2026" in text
    assert "linde.example/K7M2" in text


@pytest.mark.parametrize("wish", CODES)
def test_the_codes_can_be_read_at_print_size_and_at_half(made: dict[str, bytes], wish: str, tmp_path: Path) -> None:
    """150 dots an inch is print size as a telephone sees it from a hand away; 75 is the print at 50 %."""
    wanted, _side = CODES[wish]
    for dots in (150, 75):
        picture = Image.open(picture_of(made[PRINTS[wish].file], tmp_path, dots))
        found = zxingcpp.read_barcodes(picture)
        assert [each.text for each in found] == ["HTTPS://LINDE.EXAMPLE/K7M2"] * wanted, dots


@pytest.mark.parametrize("wish", CODES)
def test_the_codes_are_as_large_as_they_must_be(made: dict[str, bytes], wish: str, tmp_path: Path) -> None:
    picture = Image.open(picture_of(made[PRINTS[wish].file], tmp_path, 150))
    code = zxingcpp.read_barcodes(picture)[0].position
    across = (code.top_right.x - code.top_left.x) / 150 * 25.4
    modules = qr_code(FACTS.scanned).modules
    side = across * modules / (modules - 8)  # the quiet zone is four modules on each side
    assert side == pytest.approx(CODES[wish][1], rel=0.03)
    assert side / modules >= (1 if wish in {"a4", "a3", "stickers"} else 0.4)


def test_a_code_is_dense_enough_and_can_lose_a_quarter() -> None:
    assert qr_code("HTTPS://KURZ.DE/K7M2").modules == 33  # version 2 at level Q, with the quiet zone
    assert qr_code("HTTPS://LINDENBANK.DE/K7M2").modules == 33
    assert qr_code("https://lindenbank.de/k7m2").modules > 33  # why the address is in capitals


def test_addresses() -> None:
    short = short_address("https://linde.example/", "K7M2")
    assert (short.scanned, short.typed) == ("HTTPS://LINDE.EXAMPLE/K7M2", "linde.example/K7M2")
    with pytest.raises(AddressMissing):
        short_address("", "K7M2")


def test_nothing_in_the_hand_betrays(made: dict[str, bytes]) -> None:
    for wish in ("cards", "badges"):
        text = words_of(made[PRINTS[wish].file]).replace("linde.example", "")
        assert not TOPIC.search(text), text
    assert not [file for file in made if TOPIC.search(file)]


def test_the_other_side_of_a_card_has_six_numbered_empty_lines(made: dict[str, bytes]) -> None:
    back = pypdf.PdfReader(io.BytesIO(made["karten.pdf"])).pages[1].extract_text()
    assert sorted(back.split()) == sorted("123456" * 10)


def test_the_poster_speaks_ten_languages_and_reaches_who_has_no_telephone(made: dict[str, bytes]) -> None:
    text = words_of(made["plakat-a4.pdf"])
    for words in ("Ist jemand gemein", "Türkçe", "Українська", "Polski", "Română", "English", "0800 111 0 111"):
        assert words in text
    assert "؟" in text  # the Arabic sentence is set from right to left, its question mark with it


WEEKS = {Round.TWO_WEEKS: "zwei", Round.EIGHT_WEEKS: "acht"}


def test_the_text_block_promises_the_questions_that_the_program_asks(made: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(made["textbaustein.docx"]))
    text = " ".join(paragraph.text for paragraph in document.paragraphs)
    first, second = (WEEKS[each] for each in Round if each is not Round.TEAM)
    assert f"Nach {first} und nach {second} Wochen fragt das Team" in text


def test_the_text_block_is_a_word_file_with_headings(made: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(made["textbaustein.docx"]))
    headings = [
        each.text for each in document.paragraphs if each.style and (each.style.name or "").startswith("Heading")
    ]
    assert headings[0] == "Anlaufstelle"
    assert any("Gesamtschule Lindenpark" in each.text for each in document.paragraphs)


def test_the_same_order_gives_the_same_bytes(made: dict[str, bytes]) -> None:
    assert packed(produce(order_for(FACTS, ["cards"]))) == packed({"karten.pdf": made["karten.pdf"]})
    assert unpacked(packed(made)) == made
    with zipfile.ZipFile(io.BytesIO(packed(made))) as kit:
        assert kit.testzip() is None


def test_a_door_sign_is_one_page_however_much_stands_on_it() -> None:
    times: list[Value] = [{"tag": "Montag", "von": "9:30", "bis": "10:00", "raum": "Raum B 104 im Nebengebäude"}] * 9
    sign = {"wer": "Frau Wischnewski-Papadopoulou", "aufgabe": "Sozialarbeit", "sprachen": "", "anrede": "Da:"}
    full = dataclasses.replace(FACTS, values={**FACTS.values, "schilder": [{**sign, "zeiten": times}] * 2})
    pdf = produce(order_for(full, ["door"]))["tuerschild.pdf"]
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 2
    assert words_of(pdf).count("linde.example/K7M2") == 2
