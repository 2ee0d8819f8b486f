"""Reading the city's list of people (CSV or XLSX) and writing lists for it; every cell is hostile until checked."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 5_000
MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableRefused(Exception):
    """The file cannot be read as a table; `reason` is a German sentence that says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line in the file, and its cells by the header's words in lower case."""

    line: int
    cells: dict[str, str]


def read_table(content: bytes, needed: Sequence[str]) -> list[TableRow]:
    """Read a table with a header line. Raises TableRefused where it is broken or a needed column is missing."""
    if len(content) > MOST_BYTES:
        raise TableRefused("Die Datei ist zu groß. Teilen Sie die Liste auf.")
    rows = _read_xlsx(content) if content[:2] == b"PK" else _read_csv(_decoded(content, needed))
    while rows and not any(cell.strip() for cell in rows[0][1]):
        rows = rows[1:]
    if not rows:
        raise TableRefused("Die Datei ist leer. Sie braucht eine Kopfzeile und mindestens eine Zeile darunter.")
    first_line, header = rows[0]
    names = [_word(name) for name in header]
    missing = [word for word in needed if _word(word) not in names]
    if missing:
        raise TableRefused(f"In Zeile {first_line} fehlt die Spalte {' und '.join(missing)}.")
    if len(set(filter(None, names))) != len([name for name in names if name]):
        raise TableRefused(f"In Zeile {first_line} steht eine Spalte zweimal.")
    found = []
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len([cell for cell in cells[len(names) :] if cell.strip()]):
            raise TableRefused(f"Zeile {line} hat mehr Felder als die Kopfzeile.")
        padded = [*cells, *[""] * (len(names) - len(cells))]
        found.append(TableRow(line, {name: cell.strip() for name, cell in zip(names, padded, strict=False) if name}))
    if len(found) > MOST_ROWS:
        raise TableRefused(f"Die Liste hat mehr als {MOST_ROWS} Zeilen. Teilen Sie sie auf.")
    return found


def _word(text: str) -> str:
    """Return a column's name for comparing; a Mac writes an umlaut as two signs."""
    return unicodedata.normalize("NFC", text).strip().lower()


def _decoded(content: bytes, needed: Sequence[str]) -> str:
    """Return the text of a list. Among old encodings, the one in which the needed columns can be read."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)  # Excel's "Unicode text"
    else:
        encodings = ("utf-8-sig", "cp1252", "mac_roman")  # Excel writes the second on many school computers
    readable = []
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            readable.append(content.decode(encoding))
    if not readable:
        raise TableRefused("Die Zeichen der Datei sind nicht lesbar. Speichern Sie sie als CSV UTF-8.")
    fits = (text for text in readable if all(_word(word) in _word(text[:2_000]) for word in needed))
    return next(fits, readable[0])


def _read_csv(text: str) -> list[tuple[int, list[str]]]:
    if "\0" in text:
        raise TableRefused("Das ist keine Text-Tabelle. Speichern Sie die Liste als CSV oder XLSX.")
    lines = text.splitlines()
    skip = 1 if lines and lines[0].strip().lower().startswith("sep=") else 0
    head = lines[skip] if len(lines) > skip else ""
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO("\n".join(lines[skip:])), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num + skip, row) for row in reader]
    except csv.Error as error:
        raise TableRefused(
            f"Zeile {reader.line_num + skip} ist keine lesbare Zeile. Prüfen Sie Anführungszeichen."
        ) from error


def _read_xlsx(content: bytes) -> list[tuple[int, list[str]]]:
    # Imported here: the server holds 12 MB less as long as nobody brings an Excel file.
    from openpyxl import load_workbook

    try:
        _refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), data_only=True)
        sheet = next(each for each in book.worksheets if each.sheet_state == "visible")
        _refuse_hidden(sheet)
        rows = []
        # Not past the last row and column in use: the reader would make a quarter of a million empty cells.
        lowest, last = min(sheet.max_row, MOST_ROWS + 2), min(sheet.max_column, 50)
        for line, row in enumerate(sheet.iter_rows(max_row=lowest, max_col=last, values_only=True), 1):
            rows.append((line, ["" if cell is None else _text(cell) for cell in row]))
        book.close()
    except TableRefused:
        raise
    except Exception as error:  # zlib, the XML parser and the reader itself each fail in ways of their own
        raise TableRefused("Die Excel-Datei ist beschädigt. Öffnen und speichern Sie sie neu.") from error
    return [(line, row) for line, row in rows if any(row)] or []


def _refuse_hidden(sheet: Worksheet) -> None:
    """Refuse a sheet with rows that nobody sees, such as filtered ones: people would be invited unseen."""
    hidden = [line for line, row in sheet.row_dimensions.items() if row.hidden]
    if hidden:
        lines = ", ".join(map(str, hidden[:5])) + (" und weitere" if len(hidden) > 5 else "")
        raise TableRefused(f"In der Liste sind Zeilen ausgeblendet ({lines}). Blenden Sie sie ein.")


def _refuse_bomb(content: bytes) -> None:
    """Refuse a file that unpacks to a thousand times its size: the reader would hold all of it in memory."""
    with ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise TableRefused("Die Datei ist zu groß. Teilen Sie die Liste auf.")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # Excel makes numbers of school numbers
    return str(cell)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table for a spreadsheet; no cell may begin a formula there (CWE-1236)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(["'" + text if (text := str(cell)).startswith(_FORMULA) else text for cell in row])
    return "\ufeff" + out.getvalue()
