"""Reading the city's list of people (CSV or XLSX) and writing lists for it; every cell is hostile until checked."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZipFile

from bullying_desk.sealing.format.signs import visible

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 5_000
MOST_COLUMNS = 50
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
        composed = [unicodedata.normalize("NFC", cell).strip() for cell in padded]
        found.append(TableRow(line, {name: cell for name, cell in zip(names, composed, strict=False) if name}))
    if len(found) > MOST_ROWS:
        raise TableRefused(f"Die Liste hat mehr als {MOST_ROWS} Zeilen. Teilen Sie sie auf.")
    return found


def _word(text: str) -> str:
    """Return a column's name for comparing; a Mac writes an umlaut as two signs."""
    return (visible(unicodedata.normalize("NFC", text)) or "").strip().lower()


def _decoded(content: bytes, needed: Sequence[str]) -> str:
    """Return the text of a list. Among old encodings, the one in which columns and umlauts can be read."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Excel's "Unicode text"
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        if marked:
            raise TableRefused("Die Zeichen der Datei sind nicht lesbar. Speichern Sie sie als CSV UTF-8.") from error
    readable = []
    for encoding in ("cp1252", "mac_roman"):  # Excel writes the first on many school computers
        with contextlib.suppress(UnicodeDecodeError):
            readable.append(content.decode(encoding))
    return max(readable, key=lambda text: (all(_word(word) in _word(text[:2_000]) for word in needed), _umlauts(text)))


def _umlauts(text: str) -> int:
    """Return how many umlauts a text holds: a wrong encoding makes other signs of them."""
    return sum(map(text.count, "äöüÄÖÜß"))


def _read_csv(text: str) -> list[tuple[int, list[str]]]:
    if "\0" in text:
        raise TableRefused("Das ist keine Text-Tabelle. Speichern Sie die Liste als CSV oder XLSX.")
    # Only what a spreadsheet takes for the end of a line: Python splits at signs inside a cell too.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
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
        sheets = load_workbook(io.BytesIO(content), data_only=True).worksheets
        full = [each for each in sheets if each.sheet_state == "visible" and _cells(each)]
        if len(full) > 1:
            names = _some([f"„{each.title[:40]}“" for each in full])
            raise TableRefused(f"Mehrere Blätter sind beschrieben ({names}). Lassen Sie nur das mit der Liste stehen.")
        if not full:
            return []
        _refuse_unseen(full[0])
        _refuse_formulas(full[0], load_workbook(io.BytesIO(content))[full[0].title])
    except TableRefused:
        raise
    except Exception as error:  # zlib, the XML parser and the reader itself each fail in ways of their own
        raise TableRefused(
            "Das ist keine lesbare Excel-Datei. Öffnen Sie die Liste und speichern Sie sie als XLSX oder CSV."
        ) from error
    rows: dict[int, list[str]] = {}
    for cell in _cells(full[0]):
        row = rows.setdefault(cell.row, [])
        row += [""] * (cell.column - len(row))
        row[cell.column - 1] = _text(cell.value)
    return sorted(rows.items())


def _cells(sheet: Worksheet) -> list[Cell]:
    """Return the cells with something in them. `iter_rows` would make each empty one up to the last in the file."""
    from openpyxl.cell import Cell

    cells = [cell for cell in sheet._cells.values() if isinstance(cell, Cell)]
    return [cell for cell in cells if cell.value is not None and str(cell.value).strip()]


def _refuse_unseen(sheet: Worksheet) -> None:
    """Refuse a sheet whose cells are not what one sees: people would be invited unseen, or with a part missing."""
    cells, rows = _cells(sheet), sheet.row_dimensions
    far = [cell.coordinate for cell in cells if cell.column > MOST_COLUMNS]
    if far:
        raise TableRefused(f"Weit rechts von der Liste steht etwas ({_some(far)}). Löschen Sie es.")
    lines = [str(line) for line in sorted({cell.row for cell in cells}) if rows[line].hidden]
    if lines:
        raise TableRefused(f"In der Liste sind Zeilen ausgeblendet ({_some(lines)}). Blenden Sie sie ein.")
    hidden = [(each.min or 0, each.max or 0) for each in sheet.column_dimensions.values() if each.hidden]
    columns = [cell.column_letter for cell in cells if any(first <= cell.column <= last for first, last in hidden)]
    if columns:
        raise TableRefused(
            f"In der Liste sind Spalten ausgeblendet ({_some(list(dict.fromkeys(columns)))}). Blenden Sie sie ein."
        )
    there = {cell.coordinate for cell in cells}
    merged = sorted(str(each) for each in sheet.merged_cells.ranges if each.coord.partition(":")[0] in there)
    if merged:
        raise TableRefused(
            f"In der Liste sind Zellen verbunden ({_some(merged)}). Trennen Sie sie, füllen Sie jede aus."
        )
    wrong = [cell.coordinate for cell in cells if cell.data_type == "e"]
    if wrong:
        raise TableRefused(
            f"In der Liste zeigt eine Zelle einen Fehler ({_some(wrong)}). Schreiben Sie den Wert hinein."
        )


def _refuse_formulas(values: Worksheet, formulas: Worksheet) -> None:
    """Refuse a formula whose result is not in the file, as other programs write it: its cell would count as empty."""
    there = {cell.coordinate for cell in _cells(values)}
    blank = [cell.coordinate for cell in _cells(formulas) if cell.data_type == "f" and cell.coordinate not in there]
    if blank:
        raise TableRefused(
            f"In der Liste steht eine Formel ohne Ergebnis ({_some(blank)}). Schreiben Sie den Wert hinein."
        )


def _some(names: list[str]) -> str:
    """Return the first names of a list, and say that there are more."""
    return ", ".join(names[:5]) + (" und weitere" if len(names) > 5 else "")


def _refuse_bomb(content: bytes) -> None:
    """Refuse a file that unpacks to a thousand times its size: the reader would hold all of it in memory."""
    with ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise TableRefused("Die Datei ist zu groß. Teilen Sie die Liste auf.")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # Excel makes numbers of school numbers
    return str(cell)


# A spreadsheet takes a school's number for a figure and drops the zero in front. It is named, not repaired: a digit may
# be missing at another place, and the line would invite people to another school.

_DIGITS = 6


def numbers_in(rows: Iterable[TableRow]) -> set[str]:
    """Return the school numbers of a list, each also with the zeros that a spreadsheet drops."""
    written = {row.cells["schulnummer"] for row in rows}
    return written | {_with_zeros(number) for number in written}


def lost_zero(number: str, schools: Mapping[str, str]) -> str:
    """Return a sentence on which school is probably meant, or nothing. `schools`: names by number."""
    whole = _with_zeros(number)
    if whole == number or whole not in schools:
        return ""
    return (
        f" Vorne fehlt wohl eine 0: „{whole}“ ist {schools[whole]}. Excel lässt sie weg, wenn die Spalte nicht als Text"
        " formatiert ist."
    )


def _with_zeros(number: str) -> str:
    return number.zfill(_DIGITS) if number.isascii() and number.isdigit() else number


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table for a spreadsheet; no cell may begin a formula there (CWE-1236)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(["'" + text if (text := str(cell)).startswith(_FORMULA) else text for cell in row])
    return "\ufeff" + out.getvalue()
