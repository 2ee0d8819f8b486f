"""A small school file of the official shape, every school in it invented, with every trap of the real one."""

from __future__ import annotations

from bullying_desk.schools.register.register_file import RegisterRow, read_register

HERE = "05999000"
NEIGHBOUR = "05999004"

COLUMNS = [
    *("Schulnummer", "Schulform", "Schulbezeichnung_1", "Schulbezeichnung_2", "Schulbezeichnung_3", "Kurzbezeichnung"),
    *("Bezirksregierung", "PLZ", "Ort", "Strasse", "Telefonvorwahl", "Telefon", "Faxvorwahl", "Fax", "E-Mail"),
    *("Homepage", "Rechtsform", "Traegernummer", "Gemeindeschluessel", "Schulbetriebsschluessel"),
    *("Schulbetriebsdatum", "EPSG", "UTMRechtswert", "UTMHochwert"),
]
# The older layout: no EPSG, coordinates in an older system under other names.
OLD_COLUMNS = [*COLUMNS[:-3], "KoordinatenRechtswert", "KoordinatenHochwert"]


def cells(number: str, form: str, name: str, **given: str) -> dict[str, str]:
    """Return the cells of one row; a cell that is not given is the usual one."""
    usual = {
        "Schulnummer": number,
        "Schulform": form,
        "Schulbezeichnung_1": name,
        "Kurzbezeichnung": f"Lindenau, {name}"[:40],
        "Bezirksregierung": "9",
        "PLZ": "59901",
        "Ort": "Lindenau",
        "Strasse": "Am Anger 1",
        "Telefonvorwahl": "0299",
        "Telefon": "12345",
        "E-Mail": f"{number}@example.org",
        "Rechtsform": "1",
        "Traegernummer": "10999",
        "Gemeindeschluessel": HERE,
        "Schulbetriebsschluessel": "1",
        "Schulbetriebsdatum": "01.08.1973",
        "EPSG": "null",
        "UTMRechtswert": "386899",
        "UTMHochwert": "5711727",
    }
    return usual | given


SCHOOLS = [
    cells("010017", "02", "Städt. Gem. Grundschule",
          Schulbezeichnung_2="Kleine Gasse", Schulbezeichnung_3="- Primarstufe -",
          Kurzbezeichnung="Lindenau, GG Kleine Gasse", Strasse="Kleine Gasse 20"),
    cells("999002", "20", "Okafor-Gymnasium", Schulbezeichnung_2="Städt. Gymnasium", Strasse="Brückenstr. 12",
          PLZ="59902"),
    cells("999003", "15", "Nazım-Gökdeniz-Gesamtschule", Schulbezeichnung_2="- Sekundarstufen I und II -"),
    cells("999004", "30", 'Berufskolleg "Technik & Handel"', Rechtsform="2", Traegernummer="70999"),
    cells("999005", "08", "Wanda-Kowalska-Schule,Fördersch. m. dem", Schulbezeichnung_2="FSP Sprache",
          Kurzbezeichnung="Lindenau, FÖ SQ Wanda-Kowalska-Schule"),
    cells("999006", "9Z", "Schule der Zukunft", Schulbetriebsschluessel="3", Schulbetriebsdatum="01.08.2030"),
]  # fmt: skip
NO_SCHOOLS = [
    cells("599001", "0A", "Schulamt"),
    cells("599002", "50", "Zentrum für schulpraktische Lehrerausbildung"),
    cells("599003", "58", "Seminar"),
]
ELSEWHERE = [cells("888001", "02", "Pappelschule", Gemeindeschluessel=NEIGHBOUR, Ort="Pappelheim")]
ALL = [*SCHOOLS, *NO_SCHOOLS, *ELSEWHERE]


def quoted(values: list[str]) -> str:
    """Return one line as the ministry writes it: every cell in quotation marks."""
    return ";".join('"' + value.replace('"', '""') + '"' for value in values)


def file_text(rows: list[dict[str, str]], columns: list[str] = COLUMNS, *, row_end: str = "") -> str:
    """Return the text of a school file."""
    lines = ["sep=;", ";".join(columns) + ";"]
    lines += [quoted([row.get(column, "") for column in columns]) + row_end for row in rows]
    return "\n".join(lines) + "\n"


def parsed(rows: list[dict[str, str]]) -> list[RegisterRow]:
    """Return the rows as the program reads them."""
    return read_register(file_text(rows).encode())
