"""Makes all downloads ahead of time, so that serving one is serving a file.

A file is kept by the hash of everything that went into it. So a second build does nothing, a changed worksheet rebuilds
one lesson, and the same text gives the same bytes on every machine. What was made is checked: does it open, is it short
enough, does a blind reader get the pictures?
"""

from __future__ import annotations

import calendar
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from bullying_desk.lessons.building.document import Document, attribution, footer, parts_of
from bullying_desk.lessons.building.office import pandoc_tree
from bullying_desk.lessons.building.slides import BoardSlide, board_slides, slides_tree
from bullying_desk.lessons.building.typeset import sheet_size, typst_source
from bullying_desk.lessons.building.zipping import PATHS, zip_paths
from bullying_desk.lessons.format.blocks import Figure, Table, walk
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.paths import Path as LessonPath
from bullying_desk.lessons.format.picture_words import drawing
from bullying_desk.lessons.format.problems import Problem
from bullying_desk.pdf.errors import ProductionFailed
from bullying_desk.pdf.fonts import programs
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce
from bullying_desk.pdf.sandbox import confine
from bullying_desk.pdf.typesetting import values_of

FOLDER: Final = "lessons-built"
INDEX: Final = "index.json"
#: Changes when `bullying_desk.pdf` makes something else of the same order.
BUILDER: Final = "5"
_ALL: Final = frozenset({"plan", "sheet", "solution", "letter"})


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: name inside the folder of its lesson, size in bytes, sha256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Built:
    """The built files of one lesson; `pages` is the length of the plan, `own` says that the city wrote it."""

    key: str
    pages: int
    files: dict[str, Made]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a build: lessons made, kept, and refused with the reason."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    refused: dict[str, str]


def order_for(lesson: Lesson, titles: dict[str, str], publisher: str, base: str) -> Order:
    """Return the files to make of a lesson; `titles` are those of all lessons, for links between them."""
    where = f"{base}/unterricht/{lesson.id}" if base else ""
    document = Document(
        lesson, parts_of(lesson), attribution(lesson, publisher, where), footer(lesson, publisher, where)
    )
    pdf = {"main.pdf": typst_source(document, _ALL, lesson.title, titles)}
    if lesson.sheets:
        pdf["sheets.pdf"] = typst_source(document, frozenset({"sheet"}), f"Arbeitsblätter: {lesson.title}", titles)
    if lesson.letter is not None:
        pdf["letter.pdf"] = typst_source(document, frozenset({"letter"}), lesson.letter_title, titles)
    trees = {
        f"main.{target}": json.dumps(pandoc_tree(document, titles, target), ensure_ascii=False)
        for target in ("docx", "odt")
    }
    trees["main.pptx"] = json.dumps(slides_tree(document, titles), ensure_ascii=False)
    used = [block.file for part in document.parts for block in walk(part.blocks) if isinstance(block, Figure)]
    known = {picture.file: picture.alt for picture in lesson.all_pictures}
    pictures = {file: drawing(lesson, file) for file in sorted(set(used) & set(known))}
    alts = tuple(known[file] for file in used if file in known)
    sizes = tuple(sheet_size(lesson, larger=part.larger) if part.kind == "sheet" else None for part in document.parts)
    return Order(pdf, trees, pictures, calendar.timegm(lesson.updated.timetuple()), alts, sizes=sizes)


def order_key(order: Order) -> str:
    """Return the hash of everything that goes into a lesson's files, programs and fonts included."""
    return hashlib.sha256("\n".join([BUILDER, *programs(), order.to_json()]).encode("utf-8")).hexdigest()[:32]


def read_index(instance: Path) -> dict[str, Built]:
    """Return the built files, by lesson id; empty before the first build."""
    try:
        data = json.loads((instance / FOLDER / INDEX).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {
        name: Built(**{**entry, "files": {ending: Made(**made) for ending, made in entry["files"].items()}})
        for name, entry in data["lessons"].items()
    }


def built_file(instance: Path, lesson_id: str, built: Built, ending: str) -> Path | None:
    """Return the path of a download, None if this lesson has no such file."""
    made = built.files.get(ending)
    return instance / FOLDER / lesson_id / built.key / made.name if made else None


def build(
    lessons: Iterable[Lesson],
    paths: Iterable[LessonPath],
    instance: Path,
    publisher: str,
    base: str,
    progress: Callable[[str], None] = lambda _: None,
    workers: int = 2,
    keep: Iterable[str] = (),
) -> Report:
    """Make every missing file, in at most `workers` short-lived child processes.

    Files of the lessons in `keep` stay, though these are not built now. A lesson that typst or pandoc refuses keeps its
    older files; the report has the reason.
    """
    known = list(lessons)
    before = read_index(instance)
    after = {name: before[name] for name in keep if name in before}
    waiting: dict[Future[tuple[dict[str, bytes], int]], tuple[Lesson, str]] = {}
    titles = {lesson.id: lesson.title for lesson in known}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=confine) as pool:
        for lesson in known:
            order = order_for(lesson, titles, publisher, base)
            key = order_key(order)
            old = before.get(lesson.id)
            if old is not None and old.key == key and old.own == lesson.own and _complete(instance, lesson.id, old):
                after[lesson.id] = old
                progress(lesson.id)
            else:
                waiting[pool.submit(_make, order)] = (lesson, key)
        refused = _collect(instance, waiting, before, after, progress)
    _write_index(instance, after)
    zip_paths(
        instance / FOLDER, paths, known, {name: instance / FOLDER / name / entry.key for name, entry in after.items()}
    )
    _prune(instance, after)
    fresh = {lesson.id for lesson, _ in waiting.values()} - set(refused)
    return Report(tuple(sorted(fresh)), tuple(sorted(set(after) - fresh - set(refused))), refused)


def _collect(
    instance: Path,
    waiting: dict[Future[tuple[dict[str, bytes], int]], tuple[Lesson, str]],
    before: dict[str, Built],
    after: dict[str, Built],
    progress: Callable[[str], None],
) -> dict[str, str]:
    """Store the child processes' files; return the refused ones. One bad lesson does not stop others."""
    refused: dict[str, str] = {}
    for future in as_completed(waiting):
        lesson, key = waiting[future]
        try:
            files, pages = future.result()
            after[lesson.id] = _store(instance, lesson, key, files, pages)
        except (ProductionFailed, OSError, RuntimeError, ValueError) as error:
            refused[lesson.id] = str(error).strip() or type(error).__name__
            if lesson.id in before:
                after[lesson.id] = before[lesson.id]
        progress(lesson.id)
    return refused


def _make(order: Order) -> tuple[dict[str, bytes], int]:
    """Make the files of one lesson and count the pages of its plan; runs in a child process."""
    return produce(order), _plan_pages(order)


def _plan_pages(order: Order) -> int:
    """Return the number of the plan's printed pages (the mark `planende` is at its end); 0 without a plan."""
    pages = values_of(order.sheets["main.pdf"], order.pictures, "<planende>") if "main.pdf" in order.sheets else []
    return int(pages[0]) if pages else 0


_NAMES: Final = {
    "main.pdf": ("pdf", "{id}.pdf"),
    "main.docx": ("docx", "{id}.docx"),
    "main.odt": ("odt", "{id}.odt"),
    "main.pptx": ("pptx", "{id}-tafel.pptx"),
    "sheets.pdf": ("sheets", "{id}-arbeitsblaetter.pdf"),
    "letter.pdf": ("letter", "{id}-elternbrief.pdf"),
}


def _store(instance: Path, lesson: Lesson, key: str, files: dict[str, bytes], pages: int) -> Built:
    target = instance / FOLDER / lesson.id / key
    target.parent.mkdir(parents=True, exist_ok=True)
    made: dict[str, Made] = {}
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        for file, data in files.items():
            ending, pattern = _NAMES[file]
            call = pattern.format(id=lesson.id)
            (Path(name) / call).write_bytes(data)
            made[ending] = Made(call, len(data), hashlib.sha256(data).hexdigest())
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(name, target)
    return Built(key, pages, made, lesson.own)


def _complete(instance: Path, lesson_id: str, built: Built) -> bool:
    folder = instance / FOLDER / lesson_id / built.key
    return all((folder / made.name).is_file() for made in built.files.values())


def _write_index(instance: Path, built: dict[str, Built]) -> None:
    data: dict[str, Any] = {
        "builder": BUILDER,
        "lessons": {name: asdict(entry) for name, entry in sorted(built.items())},
    }
    target = instance / FOLDER / INDEX
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(fresh, target)


def _prune(instance: Path, built: dict[str, Built]) -> None:
    """Remove files nobody points to any more."""
    base = instance / FOLDER
    for folder in base.iterdir():
        if not folder.is_dir() or folder.name == PATHS:
            continue
        for old in folder.iterdir():
            if folder.name not in built or old.name != built[folder.name].key:
                shutil.rmtree(old, ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()


PLAN_PAGES: Final = 3


def check_built(lesson: Lesson, pages: int, files: dict[str, bytes]) -> list[Problem]:
    """Rules 6 and 7: the plan prints on three pages; PDF is tagged; Word, ODT and PPTX open and keep alt texts.

    `files` holds the downloads by ending (`pdf`, `docx`, `odt`, `pptx`).
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
        found += _office(plan, files["docx"], DOCX, tables, pictures)
        found += _new_pages(plan, files["docx"], len(parts_of(lesson)) - 1)
    if "odt" in files:
        found += _office(plan, files["odt"], ODT, tables, pictures)
    if "pptx" in files:
        found += _presentation(plan, files["pptx"], board_slides(lesson))
    return found


def _presentation(plan: Path, data: bytes, slides: list[BoardSlide]) -> list[Problem]:
    """Check that each step of the board is on a slide, and that each picture there has its words."""
    texts = [_member(data, f"ppt/slides/slide{number}.xml") for number in range(1, len(slides) * 4)]
    said = "".join(texts)
    if not texts[0]:
        return [Problem(plan, 1, 7, "Die Präsentation öffnet nicht", "neu bauen")]
    found = []
    if missing := [slide.name for slide in slides if f">{escape(slide.name)}<" not in _joined(said)]:
        found.append(Problem(plan, 1, 7, f"In der Präsentation fehlt „{missing[0]}“", "neu bauen"))
    if said.count("<p:pic>") != len(re.findall(r'<p:cNvPr[^>]* descr="[^"]{5,}"', said)):
        found.append(Problem(plan, 1, 7, "In der Präsentation fehlt ein Alternativtext", "alt in bilder prüfen"))
    return found


def _joined(slide: str) -> str:
    """Return the XML of slides with words in one piece: pandoc writes each word as a run of its own."""
    return re.sub(r"</a:t></a:r><a:r><a:rPr[^>]*/><a:t>", "", slide)


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


@dataclass(frozen=True, slots=True)
class OfficeFormat:
    """What a text file of an office program is searched for: its main part, a table's head, an alternative text."""

    name: str
    part: str
    head: str
    described: str


DOCX = OfficeFormat("Word-Datei", "word/document.xml", "<w:tblHeader", r'<wp:docPr[^>]* descr="[^"]{5,}"')
ODT = OfficeFormat("ODT-Datei", "content.xml", "<table:table-header-rows>", r"<svg:desc>[^<]{5,}</svg:desc>")


def _office(plan: Path, data: bytes, kind: OfficeFormat, tables: int, pictures: int) -> list[Problem]:
    text = _member(data, kind.part)
    if not text:
        return [Problem(plan, 1, 7, f"Die {kind.name} öffnet nicht", "neu bauen")]
    found = []
    if text.count(kind.head) < tables:
        found.append(Problem(plan, 1, 7, f"In der {kind.name} fehlt eine Kopfzeile", "Kopfzeile ergänzen"))
    if len(re.findall(kind.described, text)) < pictures:
        found.append(Problem(plan, 1, 7, f"In der {kind.name} fehlt ein Alternativtext", "alt in bilder prüfen"))
    return found


def _new_pages(plan: Path, data: bytes, sheets: int) -> list[Problem]:
    text = _member(data, DOCX.part)
    if not text or text.count("<w:pageBreakBefore") >= sheets:
        return []
    return [Problem(plan, 1, 7, "Ein Arbeitsblatt beginnt nicht auf neuer Seite", "neu bauen")]
