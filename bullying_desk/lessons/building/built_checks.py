"""Checks of the files that were made: do they open, are they short enough, does a blind reader get the pictures?"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Final

from bullying_desk.lessons.building.document import parts_of
from bullying_desk.lessons.format.blocks import Figure, Table, walk
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Problem

PLAN_PAGES: Final = 3


def check_built(lesson: Lesson, pages: int, files: dict[str, bytes]) -> list[Problem]:
    """Rules 6 and 7: the plan prints on three pages; PDF is tagged, Word and ODT open and keep headers and alt texts.

    `files` holds the downloads by ending (`pdf`, `docx`, `odt`).
    """
    plan = lesson.folder / "lesson.md"
    found = []
    if pages > PLAN_PAGES:
        found.append(Problem(plan, 1, 7, f"Der Plan hat {pages} Seiten, höchstens {PLAN_PAGES}", "den Plan kürzen"))
    if "pdf" in files:
        found += _pdf(plan, files["pdf"])
    blocks = [block for part in parts_of(lesson) for block in walk(part.blocks)]
    tables = sum(isinstance(block, Table) for block in blocks)
    pictures = sum(isinstance(block, Figure) and lesson.picture(block.file) is not None for block in blocks)
    if "docx" in files:
        found += _docx(plan, files["docx"], tables, pictures, len(parts_of(lesson)) - 1)
    if "odt" in files:
        found += _odt(plan, files["odt"], tables, pictures)
    return found


def _pdf(plan: Path, data: bytes) -> list[Problem]:
    if data.startswith(b"%PDF-") and b"/StructTreeRoot" in data and b"/Marked true" in data:
        return []
    return [Problem(plan, 1, 6, "Das PDF hat keine Struktur", "neu bauen; typst muss PDF/UA-1 schreiben")]


def _member(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(name).decode("utf-8")
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return ""


def _docx(plan: Path, data: bytes, tables: int, pictures: int, sheets: int) -> list[Problem]:
    text = _member(data, "word/document.xml")
    if not text:
        return [Problem(plan, 1, 7, "Die Word-Datei öffnet nicht", "neu bauen")]
    found = []
    if text.count("<w:tblHeader") < tables:
        found.append(Problem(plan, 1, 7, "In der Word-Datei fehlt eine Kopfzeile", "der Tabelle eine Kopfzeile geben"))
    if len(re.findall(r'<wp:docPr[^>]* descr="[^"]{5,}"', text)) < pictures:
        found.append(Problem(plan, 1, 7, "In der Word-Datei fehlt ein Alternativtext", "alt in bilder prüfen"))
    if text.count("<w:pageBreakBefore") < sheets:
        found.append(Problem(plan, 1, 7, "Ein Arbeitsblatt beginnt nicht auf neuer Seite", "neu bauen"))
    return found


def _odt(plan: Path, data: bytes, tables: int, pictures: int) -> list[Problem]:
    text = _member(data, "content.xml")
    if not text:
        return [Problem(plan, 1, 7, "Die ODT-Datei öffnet nicht", "neu bauen")]
    found = []
    if text.count("<table:table-header-rows>") < tables:
        found.append(Problem(plan, 1, 7, "In der ODT-Datei fehlt eine Kopfzeile", "der Tabelle eine Kopfzeile geben"))
    if len(re.findall(r"<svg:desc>[^<]{5,}</svg:desc>", text)) < pictures:
        found.append(Problem(plan, 1, 7, "In der ODT-Datei fehlt ein Alternativtext", "alt in bilder prüfen"))
    return found
