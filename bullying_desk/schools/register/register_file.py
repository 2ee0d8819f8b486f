"""Reads the official school file of North Rhine-Westphalia („Schuldaten“), from which the city's register comes.

The file (Ministerium für Schule und Bildung NRW, Schulgrunddaten, dl-de/by-2-0) is UTF-8 with semicolons, begins with
an Excel hint `sep=;`, has an unquoted header that ends in `;`, and rows that may or may not. It is taken whole or not
at all: half a register would close schools that exist.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from bullying_desk.schools.school_forms import SchoolForm, form_of
from bullying_desk.sealing.format.signs import visible

# Only the register's fields. Telephone, EPSG and coordinates differ between layouts and may be missing: the older
# layout has KoordinatenRechtswert and KoordinatenHochwert, and no EPSG.
NEEDED_COLUMNS = (
    "Schulnummer",
    "Schulform",
    "Schulbezeichnung_1",
    "Schulbezeichnung_2",
    "Schulbezeichnung_3",
    "Kurzbezeichnung",
    "PLZ",
    "Ort",
    "Strasse",
    "Rechtsform",
    "Traegernummer",
    "Gemeindeschluessel",
    "Schulbetriebsschluessel",
    "Schulbetriebsdatum",
)
MOST_UNPACKED = 20_000_000  # bytes; the file of the whole state has about two million
LONGEST_CELL = 500
_NO_DATE = frozenset({"", "null", "00.00.0000"})
_PRIVATE = "2"  # Rechtsform: in Trägerschaft eines Ersatzschulträgers
# „ü“ read as Latin-1 and written as UTF-8 again: the file was saved with the wrong encoding once.
_DOUBLY_ENCODED = re.compile("Ã[\u0080-\u00bf]|Â[\u0080-\u00bf]|\ufffd")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class RegisterFileRefused(Exception):
    """The school file is broken and nothing of it was taken; it has the line (from 1) and the reason in German.

    `wrong`: every bad row with its reason, where the file could be read to its end.
    """

    def __init__(self, line: int, reason: str, wrong: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(f"Zeile {line}: {reason}")
        self.line = line
        self.reason = reason
        self.wrong = wrong or [(line, reason)]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of the official file, every value as its text."""

    line: int
    number: str
    form: str
    name: str
    name_addition: str
    short_name: str
    street: str
    postcode: str
    town: str
    municipality: str
    authority_number: str
    private: bool
    operating_code: str
    operating_since: date | None

    @property
    def school_form(self) -> SchoolForm:
        """The form of the school; it says whether the row is a school at all."""
        return form_of(self.form)

    @property
    def dissolved(self) -> bool:
        """Whether the row is there for statistics only (Schulbetriebsschlüssel 5 and 9)."""
        return self.operating_code in {"5", "9"}


def read_register_file(path: Path) -> list[RegisterRow]:
    """Read the school file at `path`. Raises RegisterFileRefused, or OSError where the file cannot be opened."""
    return read_register(path.read_bytes())


def read_register(data: bytes) -> list[RegisterRow]:
    """Return every row of the file in its order, also those that are no schools.

    The file may be packed (ZIP with one file). Raises RegisterFileRefused for a file that is empty, not UTF-8, cut off,
    lacks a column, has a row with another number of fields, or names one Schulnummer twice.
    """
    lines = _decode(_unpacked(data)).split("\n")
    header_at, columns = _header(lines)
    rows: list[RegisterRow] = []
    wrong: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for line, text in enumerate(lines[header_at + 1 :], start=header_at + 2):
        if not text.strip():
            continue
        try:
            row = _row(line, dict(zip(columns, _fields(line, text, len(columns)), strict=True)))
            if row.number in seen:
                raise RegisterFileRefused(line, f"Schulnummer {row.number} steht schon in Zeile {seen[row.number]}")
        except RegisterFileRefused as refused:
            wrong += refused.wrong
            continue
        seen[row.number] = line
        rows.append(row)
    if wrong:
        raise RegisterFileRefused(*wrong[0], wrong)
    if not rows:
        raise RegisterFileRefused(header_at + 1, "nach der Kopfzeile folgt keine Schule")
    return rows


def write_register(rows: Iterable[RegisterRow]) -> str:
    """Write rows in the shape of the official file, with the columns that are read."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    out.write(";".join(NEEDED_COLUMNS) + ";\n")
    for row in rows:
        since = row.operating_since.strftime("%d.%m.%Y") if row.operating_since else ""
        legal = _PRIVATE if row.private else "1"
        writer.writerow([
            row.number, row.form, row.name, row.name_addition, "", row.short_name, row.postcode, row.town, row.street,
            legal, row.authority_number, row.municipality, row.operating_code, since,
        ])  # fmt: skip
    return out.getvalue()


def _unpacked(data: bytes) -> bytes:
    """Return what a ZIP with one file holds, and anything else as it is: the state's whole file is too long to send."""
    if not data.startswith(b"PK"):
        return data
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            [one] = [part for part in packed.infolist() if not part.is_dir()]
            with packed.open(one) as stream:
                content = stream.read(MOST_UNPACKED + 1)
    except Exception as error:  # zlib and the reader each fail in ways of their own
        raise RegisterFileRefused(
            1, "das ist kein ZIP mit genau einer Datei; eine Excel-Datei speichern Sie als CSV UTF-8"
        ) from error
    if len(content) > MOST_UNPACKED:
        raise RegisterFileRefused(1, "die Datei ist zu groß")
    return content


def _decode(data: bytes) -> str:
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise RegisterFileRefused(1, "die Datei ist leer")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RegisterFileRefused(1, "die Datei ist UTF-16, erwartet wird UTF-8")
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RegisterFileRefused(line, "die Datei ist nicht UTF-8 (vielleicht mit Excel gespeichert?)") from error
    # A Mac writes an umlaut as two signs: no search would find the school.
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for pattern, reason in ((_CONTROL, "Steuerzeichen im Text"), (_DOUBLY_ENCODED, "zerstörte Umlaute")):
        if broken := pattern.search(text):
            raise RegisterFileRefused(text.count("\n", 0, broken.start()) + 1, f"{reason}: die Kodierung ist falsch")
    return text


def _header(lines: list[str]) -> tuple[int, list[str]]:
    """Return the index of the header line and its column names."""
    at = 1 if lines[0].strip().lower().startswith("sep=") else 0
    if at >= len(lines):
        raise RegisterFileRefused(1, "die Datei hat keine Kopfzeile")
    columns = [name.strip().strip('"') for name in lines[at].split(";")]
    if columns[-1] == "":  # the header ends in `;`
        columns.pop()
    missing = [name for name in NEEDED_COLUMNS if name not in columns]
    if missing:
        raise RegisterFileRefused(at + 1, f"es fehlt die Spalte {', '.join(missing)}")
    if doubled := next((name for name in columns if columns.count(name) > 1), None):
        raise RegisterFileRefused(at + 1, f"die Spalte {doubled} steht zweimal da")
    return at, columns


def _fields(line: int, text: str, wanted: int) -> list[str]:
    """Split one line. No cell of the register holds a line break, so one line is one row."""
    try:
        fields = next(csv.reader([text], delimiter=";", strict=True))
    except csv.Error as error:
        # A name with bare quotation marks: "Schule "Am Park"";"…". Every cell is quoted, so `";"` still divides.
        stripped = text.rstrip().removesuffix(";")
        if not (stripped.startswith('"') and stripped.endswith('"') and len(stripped) > 1):
            raise RegisterFileRefused(line, "die Zeile ist mitten im Feld abgeschnitten") from error
        fields = [field.replace('""', '"') for field in stripped[1:-1].split('";"')]
    # Some layouts end each row in `;`, too. Where cells are quoted, a bare end is never a cell of its own.
    if fields[-1] == "" and not text.endswith('"') and (text.startswith('"') or len(fields) == wanted + 1):
        fields.pop()
    if len(fields) != wanted:
        raise RegisterFileRefused(line, f"{len(fields)} Felder statt {wanted}: abgeschnitten oder verrutscht")
    if any(len(field) > LONGEST_CELL for field in fields):
        raise RegisterFileRefused(line, f"ein Feld hat mehr als {LONGEST_CELL} Zeichen")
    return [visible(" ".join(field.split())) or "" for field in fields]


def _row(line: int, cells: dict[str, str]) -> RegisterRow:
    number = cells["Schulnummer"]
    if not re.fullmatch(r"[0-9]{6}", number):
        raise RegisterFileRefused(line, f"Schulnummer „{number}“ hat nicht sechs Ziffern (führende Null verloren?)")
    municipality = cells["Gemeindeschluessel"]
    if municipality and not re.fullmatch(r"[0-9]{8}", municipality):
        raise RegisterFileRefused(line, f"Gemeindeschlüssel „{municipality}“ hat nicht acht Ziffern")
    if not re.fullmatch(r"[0-9A-Z]{2}", cells["Schulform"]):
        raise RegisterFileRefused(line, f"Schulform „{cells['Schulform']}“ hat nicht zwei Zeichen")
    if not cells["Schulbezeichnung_1"]:
        raise RegisterFileRefused(line, "die Schule hat keinen Namen")
    return RegisterRow(
        line=line,
        number=number,
        form=cells["Schulform"],
        name=cells["Schulbezeichnung_1"],
        name_addition=f"{cells['Schulbezeichnung_2']} {cells['Schulbezeichnung_3']}".strip(),
        short_name=cells["Kurzbezeichnung"],
        street=cells["Strasse"],
        postcode=cells["PLZ"],
        town=cells["Ort"],
        municipality=municipality,
        authority_number=cells["Traegernummer"],
        private=cells["Rechtsform"] == _PRIVATE,
        operating_code=cells["Schulbetriebsschluessel"],
        operating_since=_date(line, cells["Schulbetriebsdatum"]),
    )


def _date(line: int, text: str) -> date | None:
    if text in _NO_DATE:
        return None
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()
    except ValueError as error:
        raise RegisterFileRefused(line, f"Schulbetriebsdatum „{text}“ ist kein Datum") from error
