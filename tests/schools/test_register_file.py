"""The official school file: every trap survived, a broken file refused whole, with line and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.schools.register.register_file import (
    NEEDED_COLUMNS,
    RegisterFileRefused,
    read_register,
    read_register_file,
)
from tests.schools.register_text import ALL, COLUMNS, OLD_COLUMNS, SCHOOLS, cells, file_text, quoted

GOOD = file_text(ALL)


def _refusal(data: bytes) -> RegisterFileRefused:
    with pytest.raises(RegisterFileRefused) as caught:
        read_register(data)
    return caught.value


def test_every_row_is_read_as_text() -> None:
    rows = read_register(GOOD.encode())
    assert [row.number for row in rows] == [row["Schulnummer"] for row in ALL]
    first = rows[0]
    assert first.number == "010017"
    assert first.form == "02"
    assert first.name_addition == "Kleine Gasse - Primarstufe -"
    assert first.operating_since == date(1973, 8, 1)
    assert rows[3].name == 'Berufskolleg "Technik & Handel"'
    assert rows[3].private
    assert not first.private


def test_rows_that_are_no_schools_are_told_apart_and_unknown_forms_are_schools() -> None:
    rows = read_register(GOOD.encode())
    assert [row.form for row in rows if not row.school_form.has_pupils] == ["0A", "50", "58"]
    assert next(row for row in rows if row.form == "9Z").school_form.name == "Schule"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.removeprefix("sep=;\n"),
        "\ufeff" + GOOD,
        GOOD.rstrip("\n"),
        file_text(ALL, row_end=";"),
        file_text(ALL, OLD_COLUMNS),
        file_text(ALL, OLD_COLUMNS, row_end=";"),
        file_text(ALL, list(reversed(COLUMNS))),
        file_text(ALL, [*COLUMNS, "Sozialindex"]),
        GOOD + "\n\n",
    ],
    ids=[
        "crlf",
        "no sep",
        "bom",
        "no last newline",
        "rows end in ;",
        "older",
        "older ;",
        "order",
        "newer",
        "blank lines",
    ],
)
def test_layouts_of_other_years_give_the_same_rows(text: str) -> None:
    wanted = [(row.number, row.name, row.municipality) for row in read_register(GOOD.encode())]
    assert [(row.number, row.name, row.municipality) for row in read_register(text.encode())] == wanted


def test_bare_quotation_marks_inside_a_name() -> None:
    line = quoted([cells("999009", "02", "X").get(column, "") for column in COLUMNS])
    text = f"sep=;\n{';'.join(COLUMNS)};\n" + line.replace('"X"', '"Schule "Am Bach""') + "\n"
    assert read_register(text.encode())[0].name == 'Schule "Am Bach"'


@pytest.mark.parametrize("data", [b"", b"  \n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert (_refusal(data).line, _refusal(data).reason) == (1, "die Datei ist leer")


def test_a_file_without_any_school_is_refused() -> None:
    assert _refusal(b"sep=;").reason == "die Datei hat keine Kopfzeile"
    assert "Spalte Schulnummer" in _refusal(b"sep=;\n").reason
    assert "keine Schule" in _refusal(file_text([]).encode()).reason


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "cp437"])
def test_another_encoding_is_refused(encoding: str) -> None:
    text = file_text(SCHOOLS[:2])
    data = text.encode(encoding, errors="replace")
    refusal = _refusal(data)
    assert refusal.line >= 1
    if encoding == "latin-1":
        assert refusal.line == 3
        assert "UTF-8" in refusal.reason


def test_twice_encoded_umlauts_are_refused() -> None:
    refusal = _refusal(GOOD.encode().decode("latin-1").encode())
    assert (refusal.line, "Umlaute" in refusal.reason) == (3, True)


@pytest.mark.parametrize("column", NEEDED_COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    refusal = _refusal(file_text(ALL, [name for name in COLUMNS if name != column]).encode())
    assert refusal.line == 2
    assert column in refusal.reason


def test_a_number_that_stands_twice_is_refused_with_both_lines() -> None:
    refusal = _refusal(file_text([*ALL, ALL[1]]).encode())
    assert refusal.line == len(ALL) + 3
    assert "999002" in refusal.reason
    assert "Zeile 4" in refusal.reason


@pytest.mark.parametrize("more", [1, -1])
def test_another_number_of_fields_is_refused(more: int) -> None:
    lines = GOOD.split("\n")
    lines[4] = lines[4] + ';"mehr"' if more > 0 else lines[4].rpartition(";")[0]
    refusal = _refusal("\n".join(lines).encode())
    assert refusal.line == 5
    assert "Felder" in refusal.reason


@given(st.integers(min_value=1, max_value=len(quoted([ALL[-1].get(c, "") for c in COLUMNS]).encode())))
def test_a_file_cut_off_in_its_last_row_is_refused(cut: int) -> None:
    """At every byte of the last row; only a row that is there to its last cell may pass."""
    data = GOOD.encode()[: -1 - cut]
    if data.endswith(b"\n"):
        return  # cut between two rows: nothing shows it but the number of schools (see CLOSING_LIMIT)
    assert _refusal(data).line == len(ALL) + 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Schulnummer", "10017"),
        ("Schulnummer", ""),
        ("Gemeindeschluessel", "5999000"),
        ("Schulform", "2"),
        ("Schulbezeichnung_1", ""),
        ("Schulbetriebsdatum", "31.02.2020"),
    ],
)
def test_values_that_a_spreadsheet_has_spoilt_are_refused(column: str, value: str) -> None:
    assert _refusal(file_text([ALL[1], ALL[0] | {column: value}]).encode()).line == 4


@pytest.mark.parametrize("value", ["", "null", "00.00.0000"])
def test_a_date_may_be_missing(value: str) -> None:
    assert read_register(file_text([ALL[0] | {"Schulbetriebsdatum": value}]).encode())[0].operating_since is None


def test_dortmund_has_171_schools(shared: Path) -> None:
    rows = read_register_file(shared / "data/schools/schuldaten_dortmund_2026-05.csv")
    assert len(rows) == 178
    assert sum(row.school_form.has_pupils for row in rows) == 171
    assert {row.municipality for row in rows} == {"05913000"}
    assert sum(row.private for row in rows) >= 7


def test_the_real_file_cut_anywhere_in_a_row_is_refused(shared: Path) -> None:
    data = (shared / "data/schools/schuldaten_dortmund_2026-05.csv").read_bytes()
    for cut in range(2000, len(data), 997):
        part = data[:cut]
        line = part.rpartition(b"\n")[2]
        if line and line != data.split(b"\n")[part.count(b"\n")]:
            _refusal(part)
