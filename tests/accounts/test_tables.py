"""A list from a person's computer is hostile until it is read: broken, packed to burst, or with a formula in a name."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bullying_desk.accounts.invitations.tables import MOST_ROWS, TableRefused, read_table, write_csv
from bullying_desk.schools.register.register_file import RegisterFileRefused, read_register
from tests.schools.register_text import ALL, file_text

NEEDED = ("Name", "E-Mail")


def workbook() -> bytes:
    return changed(lambda _sheet: None)


def changed(change: Callable[[Worksheet], object]) -> bytes:
    """Return a workbook with one list, after somebody has worked at its sheet."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Name", "E-Mail"])
    sheet.append(["Selin Aydin", "selin@schule.example"])
    change(sheet)
    book.save(out)
    return out.getvalue()


def _another_sheet(sheet: Worksheet, text: str | None, state: str = "visible", at: int | None = None) -> None:
    assert sheet.parent is not None
    other = sheet.parent.create_sheet("Zweites", at)
    other.sheet_state = state
    other["A1"] = text


def with_part(name: str, body: bytes) -> bytes:
    """Return the workbook with one of its parts replaced."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook())) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, body if part.filename == name else old.read(part.filename))
    return out.getvalue()


def test_an_excel_file_is_read_no_further_than_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that is only formatted lies at the end of the sheet: the cells before it are not made."""
    asked, cell = [], Worksheet.cell

    def counted(sheet: Worksheet, row: int, column: int, value: None = None) -> object:
        asked.append((row, column))
        return cell(sheet, row, column, value)

    content = changed(lambda sheet: setattr(sheet["XFD1048576"], "number_format", "0.00"))
    monkeypatch.setattr(Worksheet, "cell", counted)
    assert read_table(content, ("Name",))
    assert len(asked) < 100


def test_an_excel_file_is_read() -> None:
    assert [row.cells["name"] for row in read_table(workbook(), NEEDED)] == ["Selin Aydin"]


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("body", [b"", b"<not closed", b"<x/>", b"\x00\xff"])
def test_an_excel_file_with_a_broken_part_is_refused_in_words_or_read(part: str, body: bytes) -> None:
    reason, rows = "", []
    try:
        rows = read_table(with_part(part, body), NEEDED)
    except TableRefused as refused:
        reason = refused.reason
    assert rows or reason.endswith(".")


@pytest.mark.parametrize("keep", range(4, 400, 33))
def test_an_excel_file_cut_off_is_refused(keep: int) -> None:
    with pytest.raises(TableRefused):
        read_table(workbook()[:keep], NEEDED)


def test_a_file_packed_to_burst_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part("xl/worksheets/sheet1.xml", b"<a>" + b"0" * 40_000_000)
    assert len(bomb) < 64 * 1024
    with pytest.raises(TableRefused, match="zu groß"):
        read_table(bomb, NEEDED)


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert f"'{cell}" in write_csv(("Name",), [[cell]])


# --- what is not as it looks ---------------------------------------------------------------------------------------


def _many_people(sheet: Worksheet) -> None:
    for line in range(2, MOST_ROWS + 3):
        sheet.cell(2 * line, 1, "Jan")


CHANGES: dict[str, tuple[Callable[[Worksheet], object], str]] = {
    "a hidden row": (lambda sheet: setattr(sheet.row_dimensions[2], "hidden", True), "Zeilen ausgeblendet (2)"),
    "a hidden column": (lambda sheet: setattr(sheet.column_dimensions["B"], "hidden", True), "ausgeblendet (B)"),
    "a group of hidden columns": (lambda sheet: sheet.column_dimensions.group("A", "B", hidden=True), "(A, B)"),
    "merged cells": (lambda sheet: sheet.merge_cells("A2:A3"), "verbunden (A2:A3)"),
    "a formula nobody has reckoned": (lambda sheet: sheet.append(['="Jan"&" Brandt"']), "ohne Ergebnis (A3)"),
    "a fault in a cell": (lambda sheet: sheet.append(["#REF!"]), "einen Fehler (A3)"),
    "a second sheet": (lambda sheet: _another_sheet(sheet, "Jan Brandt"), "Mehrere Blätter"),
    "something far to the right": (lambda sheet: setattr(sheet["XFD2"], "value", "x"), "rechts von der Liste"),
    "too many people among blank lines": (
        _many_people,
        "mehr als 5000 Zeilen",
    ),
}
HARMLESS: dict[str, Callable[[Worksheet], object]] = {
    "a hidden sheet before it": lambda sheet: _another_sheet(sheet, "Auswahl", "hidden", 0),
    "a very hidden sheet": lambda sheet: _another_sheet(sheet, "Auswahl", "veryHidden"),
    "empty sheets": lambda sheet: _another_sheet(sheet, None),
    "a blank alone on another sheet": lambda sheet: _another_sheet(sheet, " "),
    "hidden empty rows": lambda sheet: setattr(sheet.row_dimensions[9], "hidden", True),
    "hidden empty columns": lambda sheet: sheet.column_dimensions.group("E", "XFD", hidden=True),
    "merged empty cells": lambda sheet: sheet.merge_cells("A7:B9"),
    "a blank line first": lambda sheet: sheet.insert_rows(1),
    "a header in two signs": lambda sheet: setattr(sheet["B1"], "value", "E\u200b-Mail\u00a0"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_sheet_that_does_not_show_what_it_holds_is_refused_with_what_to_do(name: str) -> None:
    change, told = CHANGES[name]
    with pytest.raises(TableRefused) as refused:
        read_table(changed(change), NEEDED)
    assert told in refused.value.reason
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_nothing_in_the_list_is_taken(name: str) -> None:
    (row,) = read_table(changed(HARMLESS[name]), NEEDED)
    assert row.cells == {"name": "Selin Aydin", "e-mail": "selin@schule.example"}


def test_a_formula_counts_by_the_result_that_one_sees() -> None:
    sheet = b'<c r="A3" t="str"><f>"Jan"&amp;" Brandt"</f><v>Jan Brandt</v></c>'
    content = changed(lambda sheet: sheet.append(["?"]))
    with ZipFile(io.BytesIO(content)) as packed:
        found = packed.read("xl/worksheets/sheet1.xml")
    before, _cell, after = found.partition(b'<c r="A3"')
    body = before + sheet + after.partition(b"</c>")[2]
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, body if part.filename.endswith("sheet1.xml") else old.read(part.filename))
    assert [row.cells["name"] for row in read_table(out.getvalue(), NEEDED)] == ["Selin Aydin", "Jan Brandt"]


def test_numbers_and_days_of_a_sheet_are_read_as_one_types_them() -> None:
    content = changed(lambda sheet: sheet.append([198766.0, date(2026, 8, 24)]))
    assert list(read_table(content, NEEDED)[1].cells.values()) == ["198766", "2026-08-24 00:00:00"]


LIST = "Name;E-Mail;Anstellungsträger\nJörg Müßig;joerg@schule.example;Stadt Köln\n"
READ = {"name": "Jörg Müßig", "e-mail": "joerg@schule.example", "anstellungsträger": "Stadt Köln"}
FILES = {
    "as it is": LIST.encode(),
    "with the mark of UTF-8": LIST.encode("utf-8-sig"),
    "UTF-16 of Excel": LIST.replace(";", "\t").encode("utf-16"),
    "Windows-1252": LIST.encode("cp1252"),
    "Mac Roman": LIST.encode("mac_roman"),
    "umlauts of two signs": unicodedata.normalize("NFD", LIST).encode(),
    "umlauts of two signs with tabs": unicodedata.normalize("NFD", LIST.replace(";", "\t")).encode("utf-8-sig"),
    "commas": LIST.replace(";", ",").encode(),
    "a hint for Excel": b"sep=;\r\n" + LIST.replace("\n", "\r\n").encode(),
    "lines of an old Mac": LIST.replace("\n", "\r").encode("mac_roman"),
    "blank lines": ("\n;;\n" + LIST + ";;\n\n").encode(),
    "quoted cells": '"Name";"E-Mail";"Anstellungsträger"\n"Jörg Müßig";"joerg@schule.example";"Stadt Köln"'.encode(),
}
REFUSED = {
    "nothing": (b"", "leer"),
    "blanks": (b" \n;;\n", "leer"),
    "a NUL": (LIST.replace("Stadt", "Sta\0dt").encode(), "keine Text-Tabelle"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "keine Text-Tabelle"),
    "UTF-16 without its mark": (LIST.encode("utf-16-le"), "keine Text-Tabelle"),
    "a quotation mark that does not end": (LIST.encode() + b'"Jan;x;y\n', "Anführungszeichen"),
    "another separator": (LIST.replace(";", "|").encode(), "fehlt die Spalte"),
    "a column twice": (LIST.replace("Anstellungsträger", "E-Mail").encode(), "zweimal"),
    "a cell too many": (LIST.replace("Stadt Köln", "Stadt;Köln").encode(), "mehr Felder"),
    "a ZIP that is no workbook": (b"PK\x03\x04" + bytes(40), "keine lesbare Excel-Datei"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_list_is_read_however_a_school_computer_writes_it(name: str) -> None:
    (row,) = read_table(FILES[name], NEEDED)
    assert row.cells == READ


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_that_cannot_be_read_is_refused_with_its_reason(name: str) -> None:
    content, told = REFUSED[name]
    with pytest.raises(TableRefused, match=told):
        read_table(content, NEEDED)


def test_a_line_ends_only_where_a_spreadsheet_ends_it() -> None:
    """Python also splits at separators of Unicode: a name with one would become two people."""
    content = "Name;E-Mail\nJan\u2028Brandt;jan@schule.example\n".encode()
    assert [row.line for row in read_table(content, NEEDED)] == [2]


def test_a_school_file_from_a_mac_gives_the_same_names() -> None:
    rows = read_register(unicodedata.normalize("NFD", file_text(ALL)).encode())
    assert [(row.name, row.town) for row in rows] == [
        (row.name, row.town) for row in read_register(file_text(ALL).encode())
    ]
    assert read_register(file_text([{**ALL[0], "Ort": "Linde\u200bnau"}]).encode())[0].town == "Lindenau"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (changed(lambda _sheet: None), "Excel-Datei speichern Sie als CSV"),
        (b"PK\x03\x04", "kein ZIP"),
        (b"Schulnummer,Ort\n198770,Dortmund\n", "es fehlt die Spalte"),
        (b"Schulnummer\0", "Steuerzeichen"),
        ("Köln".encode("cp1252"), "nicht UTF-8"),
    ],
)
def test_a_school_file_of_another_kind_is_refused_with_its_reason(content: bytes, told: str) -> None:
    with pytest.raises(RegisterFileRefused, match=told):
        read_register(content)
