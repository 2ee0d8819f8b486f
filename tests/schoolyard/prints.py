"""Facts of an invented school, and how the tests read a print."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from pathlib import Path

import pypdf

from bullying_desk.guidance.other_languages import LANGUAGES
from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.prints.lettering import Value

_TIMES: list[Value] = [{"tag": "Dienstag", "von": "9:30", "bis": "10:00", "raum": "Raum B 104"}]
_SAID: dict[str, Value] = {
    "schule": "Gesamtschule Lindenpark",
    "dienst": "Lindenbank",
    "adresse": "linde.example/K7M2",
    "schluessel": "K7M2",
    "stand": "Stand: 24.11.2026",
    "nummer": "0800 111 0 111",
    "nummer_name": "TelefonSeelsorge",
    "nummer_zeiten": "Tag und Nacht.",
    "nummer_kosten": "Kostet nichts.",
    "sprachen": [
        {"code": one.code, "name": one.name, "satz": one.asked, "richtung": "rtl" if one.code == "ar" else "ltr"}
        for one in LANGUAGES
    ],
    "schilder": [
        {
            "wer": "Frau Aydin",
            "aufgabe": "Schulsozialarbeit",
            "sprachen": "Deutsch, Türkisch",
            "anrede": "Hier bin ich für dich da:",
            "zeiten": _TIMES,
        }
    ],
    "namen": [{"wer": "Frau Aydin", "aufgabe": "Schulsozialarbeit"}],
    "hilfe_team": [{"name": "MobbingLine NRW", "nummer": "0211 837-1911", "zeiten": "Montag bis Donnerstag."}],
    "hilfe_eltern": [{"name": "Elterntelefon", "nummer": "0800 111 0 550", "zeiten": "Montag bis Freitag."}],
}
FACTS = Facts("K7M2", date(2026, 11, 24), "HTTPS://LINDE.EXAMPLE/K7M2", _SAID)


def words_of(pdf: bytes) -> str:
    """Return the words on a print."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def picture_of(pdf: bytes, folder: Path, dots: int, page: int = 1) -> Path:
    """Draw one page of a print as a PNG at some dots per inch (poppler)."""
    (folder / "print.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dots), "-f", str(page), "-l", str(page), "-png", "-singlefile", "print.pdf", f"p{dots}"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / f"p{dots}.png"
