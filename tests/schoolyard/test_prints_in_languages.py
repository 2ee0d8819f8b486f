"""The prints in every language: each sentence is there, in glyphs, from its own side, and leads to pages in it."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pikepdf
import pytest
import typst
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce
from bullying_desk.schools import places
from bullying_desk.schools.models import School
from bullying_desk.schoolyard.box import slip_box
from bullying_desk.schoolyard.prints import editions, facts, kit, sheet_words
from bullying_desk.schoolyard.prints.addresses import place_address, qr_code
from bullying_desk.sealing.format.secret_types import ReceiptLocator
from bullying_desk.sealing.receipts import PaperSlip, ReceiptWords
from bullying_desk.texts.catalogues import TRANSLATED, Language
from bullying_desk.web.language import speaking
from tests.schoolyard.conftest import Yard
from tests.schoolyard.prints import picture_of

pytestmark = pytest.mark.sqlite
DAY = date(2026, 11, 24)
CODES = [each.code for each in TRANSLATED]
SCANNED = "HTTPS://LINDE.EXAMPLE/K7M2"
WISHES = ("a4", "door", "stickers", "cards", "badges", "parents", "places")
SHEETS = {
    "poster": "plakat-a4",
    "door": "tuerschild",
    "stickers": "aufkleber",
    "cards": "karten",
    "badges": "aufkleber-klein",
    "parents": "eltern",
    "slips": "zettel",
}
PAGES = {"cards": 2, "slips": 2, "door": 2}
CODES_ON = {"plakat-a4": 1, "aufkleber": 8, "aufkleber-toilette": 8, "karten": 10, "aufkleber-klein": 40, "eltern": 1}
# Where a sheet is cut or folded, in millimetres from the left and from the top; as the sheets in `sheets/` say.
CUTS: dict[str, tuple[list[float], list[float]]] = {
    "slips": ([5, 43, 87, 205], [8, 99.9, 192.7, 284.6]),
    "cards": ([20, 105, 190], [13.5 + 54 * row for row in range(6)]),
    "badges": ([8 + 48.5 * column for column in range(5)], [21.5 + 25.4 * row for row in range(11)]),
    "stickers": ([4.65, 103.75, 106.25, 205.35], [13.1 + 67.7 * row for row in range(5)]),
}
MM = 72 / 25.4  # points
LONG = 12  # signs; shorter German words may be words of another language, too
Made = dict[str, bytes]


def gathered(session: Session, school: School) -> facts.Facts:
    return facts.gather(session, school, "Lindenbank", "https://linde.example", DAY)


def slips_in(code: str, session: Session, school: School) -> Order:
    made = [
        PaperSlip(ReceiptWords.of_numbers(range(start, start + 6)), ReceiptLocator.generate(), b"")
        for start in (0, 500, 1018)
    ]
    with speaking(kit.languages()[code]):
        return slip_box.order_for_slips(gathered(session, school), 1, made)


@pytest.fixture
def made(yard: Yard) -> Made:
    """Return what a school prints in all eight languages, with a sheet of slips in each."""
    places.switch(yard.session, yard.school_id, ["toilette"])
    order = kit.in_languages(lambda: gathered(yard.session, yard.world.school), CODES, WISHES)
    sheets = dict(order.sheets)
    for code in CODES:
        sheets[f"zettel-{code}.pdf"] = slips_in(code, yard.session, yard.world.school).sheets[slip_box.FILE]
    assert all(order.pictures[f"qr-{code}.svg"] == qr_code(f"{SCANNED}?l={code}").svg for code in CODES)
    return produce(Order(sheets, {}, order.pictures, order.stamp))


def test_prints_are_in_each_language_whole_in_glyphs_and_lead_to_it(made: Made, tmp_path: Path) -> None:
    """One test for all: making 64 files takes longer than every look at them."""
    wrong: list[str] = []
    for language in TRANSLATED:
        for sheet, stem in SHEETS.items():
            name = f"{stem}-{language.code}.pdf"
            text = text_of(made[name], tmp_path)
            wrong += [f"{name} {one}" for one in _wrong_words(language, sheet, text)]
            wrong += [f"{name} shows an empty box on {page}" for page in boxes_in(made[name])]
            wrong += [f"{name}: {word} is cut" for word in _cut(sheet, tmp_path)]
            with pikepdf.open(io.BytesIO(made[name])) as pdf:
                assert (str(pdf.Root.Lang), len(pdf.pages)) == (language.code, PAGES.get(sheet, 1)), name
    assert wrong == [], "\n".join(wrong)
    for stem, count in CODES_ON.items():
        picture = Image.open(picture_of(made[f"{stem}-ar.pdf"], tmp_path, 100))
        wanted = place_address(f"{SCANNED}?l=ar", 1) if stem.endswith("toilette") else f"{SCANNED}?l=ar"
        assert [each.text for each in zxingcpp.read_barcodes(picture)] == [wanted] * count, stem


def text_of(pdf: bytes, folder: Path) -> str:
    """Return a print's text in the order in which it is read (poppler), also where that is from right to left."""
    (folder / "read.pdf").write_bytes(pdf)
    return _poppler(folder, "read.pdf", "-")


def _poppler(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["pdftotext", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def _wrong_words(language: Language, sheet: str, text: str) -> Iterator[str]:
    spoken, there = kit.languages()[language.code].spoken, words_in(text)
    for german in _sentences(sheet_words.SHEETS[sheet]):
        said = spoken.gettext(german)
        wanted = words_in(re.sub(r"\{\w+\}", " ", said))
        # Poppler takes a few Arabic letters for two: one word of a sentence may be another there.
        found = sum(each in there for each in wanted)
        if german != "spricht" and found < (len(wanted) / 2 if language.right_to_left else len(wanted)):
            yield f"lacks: {said}"
        if (
            said != german
            and sheet != "poster"
            and len(german) > LONG
            and " ".join(german.split()) in " ".join(text.split())
        ):
            yield f"says in German: {german}"
    if sheet != "door" and "0800 111 0 111" not in text.replace("\u202c", ""):
        yield "breaks a number, or turns it round"
    if sheet != "slips" and f"?l={language.code}" not in text:
        yield "prints an address without its language"


def words_in(text: str) -> list[frozenset[str]]:
    """Return the letters of each word: Arabic ones may be joined to one sign, and stand before or after each other."""
    plain = unicodedata.normalize("NFKC", text)
    apart = "".join(sign if unicodedata.category(sign)[0] in "LM" else " " for sign in plain)
    return [frozenset(sign for sign in word if unicodedata.category(sign)[0] == "L") for word in apart.split()]


def _cut(sheet: str, folder: Path) -> list[str]:
    """Return the words that stand on a cut or fold of the first page: a text that is too long reaches over it."""
    if sheet not in CUTS:
        return []
    xs, ys = CUTS[sheet]
    found = _poppler(folder, "-bbox", "-l", "1", "read.pdf", "-")
    boxes = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<', found)
    assert len(boxes) > 20
    return [
        word
        for left, top, right, bottom, word in boxes
        if float(top) < ys[-1] * MM
        if any(float(left) + 1 < x * MM < float(right) - 1 for x in xs)
        or any(float(top) + 2 < y * MM < float(bottom) - 2 for y in ys)
    ]


def test_a_cut_word_and_an_empty_box_would_be_found(tmp_path: Path) -> None:
    sheet = """#set page(paper: "a4", margin: 0mm)
#place(dx: 40mm, dy: 20mm)[Langeswort] #place(dx: 60mm, dy: 99mm)[Unten] #place(dx: 60mm, dy: 30mm)[innen]
#place(dx: 6mm, dy: 110mm, block(width: 30mm)[#("wort " * 20)])"""
    (tmp_path / "read.pdf").write_bytes(typst.compile(sheet.encode()))
    assert _cut("slips", tmp_path) == ["Langeswort", "Unten"]
    with pikepdf.open(tmp_path / "read.pdf") as pdf:
        page = pdf.pages[0]
        page.contents_add(pdf.make_stream(b"BT <0000> Tj ET"))
        pdf.save(tmp_path / "box.pdf")
    assert boxes_in((tmp_path / "read.pdf").read_bytes()) == []
    assert boxes_in((tmp_path / "box.pdf").read_bytes()) == ["page 1"]


@pytest.mark.parametrize("address", ["/K7M2", "/k7m2", "/S/K7M2/1", "/s/K7M2"])
def test_a_scanned_address_leads_to_pages_in_its_language(client: FlaskClient, yard: Yard, address: str) -> None:
    places.switch(yard.session, yard.school_id, ["toilette"])
    yard.session.commit()
    page = client.get(f"{address}?l=ar", headers={"Accept-Language": "de"}, follow_redirects=True)
    assert page.status_code == 200
    assert '<html lang="ar" dir="rtl"' in page.text


def test_what_staff_read_is_printed_once_in_german(yard: Yard) -> None:
    order = kit.in_languages(
        lambda: gathered(yard.session, yard.world.school), ["tr", "ar"], ["cards", "staff", "text"]
    )
    assert set(order.sheets) == {"karten-tr.pdf", "karten-ar.pdf", "lehrerzimmer.pdf"}
    assert set(order.trees) == {"textbaustein.docx"}
    with pytest.raises(KeyError):
        kit.in_languages(lambda: gathered(yard.session, yard.world.school), ["xx"], ["cards"])


def test_a_print_in_another_language_is_out_of_date_with_the_german_one(yard: Yard) -> None:
    def hung() -> list[tuple[str, bool]]:
        found = editions.hung(yard.session, yard.world.school, gathered(yard.session, yard.world.school))
        return [(each.title, each.true) for each in found]

    places.switch(yard.session, yard.school_id, ["toilette"])
    said = gathered(yard.session, yard.world.school)
    marks = editions.marks_of(said, ["a4", "places", "text"], ["de", "ar"])
    assert set(marks) == {"a4", "a4-ar", "place-1", "place-1-ar", "text"}
    editions.note(yard.session, yard.school_id, DAY, marks)
    assert ("Plakat (Arabisch)", True) in hung()
    assert ("Aufkleber: Toiletten (Arabisch)", True) in hung()
    places.switch(yard.session, yard.school_id, [])
    assert ("Aufkleber: Toiletten (Arabisch)", False) in hung()


def test_slips_have_digits_in_other_languages_only(yard: Yard) -> None:
    german, arabic = (slips_in(code, yard.session, yard.world.school).sheets[slip_box.FILE] for code in ("de", "ar"))
    assert '"0001", "0002", "0003"' in arabic
    assert '"1019", "1020"' in arabic
    assert '"0001"' not in german
    assert 'rueckweg = "linde.example/zurueck?l=ar"' in arabic
    assert 'rueckweg = "linde.example/zurueck"' in german


def _sentences(words: object) -> Iterator[str]:
    if isinstance(words, str):
        yield words
    elif isinstance(words, tuple):
        for each in words:
            yield from _sentences(each)
    elif is_dataclass(words):
        for field in fields(words):
            yield from _sentences(getattr(words, field.name))


def boxes_in(pdf: bytes) -> list[str]:
    """Return where a print shows glyph 0, the empty box: typst writes two bytes a glyph."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages, 1):
            for each in pikepdf.parse_content_stream(page):
                if not isinstance(each, pikepdf.ContentStreamInstruction):
                    continue
                operands, operator = list(each.operands), str(each.operator)
                shown = list(operands[0]) if operator == "TJ" else operands if operator == "Tj" else []
                parts = [bytes(part) for part in shown if isinstance(part, pikepdf.String)]
                if any(part[at : at + 2] == b"\0\0" for part in parts for at in range(0, len(part), 2)):
                    found.append(f"page {number}")
    return found
