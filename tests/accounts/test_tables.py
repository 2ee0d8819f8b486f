"""A list from a person's computer is hostile until it is read: broken, packed to burst, or with a formula in a name."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bullying_desk.accounts.invitations.tables import TableRefused, read_table, write_csv

NEEDED = ("Name", "E-Mail")


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Name", "E-Mail"])
    book.active.append(["Selin Aydin", "selin@schule.example"])
    book.save(out)
    return out.getvalue()


def with_part(name: str, body: bytes) -> bytes:
    """Return the workbook with one of its parts replaced."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook())) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, body if part.filename == name else old.read(part.filename))
    return out.getvalue()


def test_an_excel_file_is_read_no_further_than_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, cell = [], Worksheet.cell

    def counted(sheet: Worksheet, row: int, column: int, value: None = None) -> object:
        asked.append((row, column))
        return cell(sheet, row, column, value)

    content = workbook()
    monkeypatch.setattr(Worksheet, "cell", counted)
    assert read_table(content, ("Name",))
    assert 0 < len(asked) < 100


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
