"""Every file of the programme, opened again: tagged, readable by a screen reader, short enough, whole.

One build of everything serves all tests here; it is also the measure that it takes no longer than a minute.
"""

from __future__ import annotations

import io
import re
import resource
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from bullying_desk.lessons.building.build import PLAN_PAGES, Built, build, built_file, check_built, read_index
from bullying_desk.lessons.building.document import parts_of
from bullying_desk.lessons.building.slides import board_slides
from bullying_desk.lessons.format.blocks import (
    DrawingSpace,
    Figure,
    Foreign,
    Gap,
    Heading,
    Table,
    WritingLines,
    inline_text,
    walk,
)
from bullying_desk.lessons.format.loader import load_programme
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.paths import all_paths
from tests.browser.support.processes import new_folder, once

ODF_HEADING = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}h"  # OpenDocument 1.3, part 3, 5.1.2

# A minute on two cores, counted in processor seconds: other programs on the machine do not matter.
SECONDS_AT_MOST = 60 * 2
#: Of different bands, opened by another program than the one that made them.
BY_LIBREOFFICE = ("A1", "B2", "D2", "E2", "E4", "H1")


@dataclass(frozen=True)
class Everything:
    """The programme, built once."""

    instance: Path
    lessons: tuple[Lesson, ...]
    index: dict[str, Built]
    seconds: float

    def path(self, lesson: Lesson, ending: str) -> Path:
        found = built_file(self.instance, lesson.id, self.index[lesson.id], ending)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def everything() -> Everything:
    """Return the programme, built by whichever test process came first."""
    lessons = load_programme().lessons
    built = once("lessons", lambda: _build_everything(lessons))
    instance = Path(built["instance"])
    return Everything(instance, lessons, read_index(instance), built["seconds"])


def _build_everything(lessons: Sequence[Lesson]) -> dict[str, Any]:
    instance, begin = new_folder("lessons"), _processor_seconds()
    report = build(lessons, all_paths(), instance, "Dienst", "https://a.example")
    assert report.refused == {}
    return {"instance": str(instance), "seconds": _processor_seconds() - begin}


def _processor_seconds() -> float:
    """Return the CPU time of this process and its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def test_everything_is_built_within_a_minute(everything: Everything) -> None:
    assert len(everything.index) == len(everything.lessons)
    assert everything.seconds < SECONDS_AT_MOST


def test_every_lesson_passes_the_checks_of_its_files(everything: Everything) -> None:
    found = []
    for lesson in everything.lessons:
        files = {ending: everything.path(lesson, ending).read_bytes() for ending in ("pdf", "docx", "odt", "pptx")}
        found += check_built(lesson, everything.index[lesson.id].pages, files)
    assert not [str(problem) for problem in found]
    assert max(built.pages for built in everything.index.values()) <= PLAN_PAGES


def test_every_pdf_is_tagged(everything: Everything) -> None:
    """Language, title, PDF/UA mark; each figure with its words, each header cell with its direction."""
    for lesson in everything.lessons:
        reader = PdfReader(everything.path(lesson, "pdf"))
        root: Any = reader.root_object
        assert root["/Lang"] == "de-DE", lesson.id
        assert bool(root["/MarkInfo"]["/Marked"].value)
        assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"].value)
        assert reader.metadata is not None
        assert reader.metadata.title == lesson.title
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
        tags = list(_tags(root["/StructTreeRoot"]["/K"]))
        kinds = {kind for kind, _ in tags}
        assert {"/H1", "/Table", "/TH", "/TD", "/L"} <= kinds, (lesson.id, kinds)
        assert [node.get("/Alt") for kind, node in tags if kind == "/Figure" and not node.get("/Alt")] == []
        assert {_scope(node) for kind, node in tags if kind == "/TH"} <= {"/Column", "/Row"}


def _tags(node: Any) -> Iterator[tuple[str, DictionaryObject]]:
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        for child in node:
            yield from _tags(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), node
        if "/K" in node:
            yield from _tags(node["/K"])


def _scope(node: DictionaryObject) -> str:
    attributes = node.get("/A")
    attributes = attributes.get_object() if isinstance(attributes, IndirectObject) else attributes
    for one in attributes if isinstance(attributes, ArrayObject) else [attributes]:
        entry = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(entry, DictionaryObject) and "/Scope" in entry:
            return str(entry["/Scope"])
    return ""


def _letters(text: str) -> str:
    """Return letters and digits alone, without line breaks and hyphens of the print."""
    return "".join(re.findall(r"\w", text))


def _text_of(path: Path) -> str:
    """Return a PDF's words in the order in which they are drawn, as poppler reads them; each page ends with a feed."""
    poppler = shutil.which("pdftotext")
    if poppler is None:
        pytest.skip("needs poppler (Debian: poppler-utils)")
    read = subprocess.run([poppler, "-raw", str(path), "-"], check=True, capture_output=True, timeout=60)
    return read.stdout.decode("utf-8")


@cache
def _pages(path: Path) -> list[str]:
    """Return the words of each page as one string of letters, without the running lines at its foot."""
    found = []
    for text in _text_of(path).split("\f")[:-1]:
        foot = re.search(r"(?:\nReden: [^\n]* 110 oder 112)?\n„[^„]*Version\s+\d[^„]*$", text)
        assert foot is not None, (path, text[-300:])
        found.append(_letters(text.replace(foot.group(), "")))
    return found


def test_no_heading_is_left_alone_and_no_row_is_torn(everything: Everything) -> None:
    for lesson in everything.lessons:
        pages = _pages(everything.path(lesson, "pdf"))
        blocks = [block for part in parts_of(lesson) for block in walk(part.blocks)]
        # No text of the file follows these: lines to write on are drawn.
        drawn = (WritingLines, DrawingSpace, Figure)
        headings = [
            _letters(inline_text(block.inlines))
            for block, following in zip_longest(blocks, blocks[1:])
            if isinstance(block, Heading) and not isinstance(following, drawn)
        ]
        for page in pages:
            assert not [heading for heading in headings if heading and page.endswith(heading)], lesson.id
        cells = [
            _letters(inline_text(cell))
            for block in blocks
            if isinstance(block, Table)
            for row in block.rows
            for cell in row
            if not any(_unlike_its_letters(inline) for inline in cell)
        ]
        torn = [cell for cell in cells if cell and not any(cell in page for page in pages)]
        assert not torn, (lesson.id, torn[:2])


def _unlike_its_letters(inline: object) -> bool:
    """Whether the words of the file are not those of the source: gaps are drawn, Arabic comes out in shapes."""
    return isinstance(inline, Gap) or (isinstance(inline, Foreign) and inline.language in {"ar", "fa", "ku"})


def test_every_sheet_begins_a_page(everything: Everything) -> None:
    for lesson in everything.lessons:
        pages = _pages(everything.path(lesson, "pdf"))
        for part in parts_of(lesson)[1:]:
            assert any(page.startswith(_letters(part.title)) for page in pages), (lesson.id, part.title)
        if lesson.sheets:
            alone = _pages(everything.path(lesson, "sheets"))
            assert alone[0].startswith(_letters(lesson.sheets[0].heading))
            assert not any("Lösung" in page[:40] for page in alone)


def test_every_word_file_opens_and_keeps_its_structure(everything: Everything) -> None:
    for lesson in everything.lessons:
        document = docx.Document(str(everything.path(lesson, "docx")))
        styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
        assert styles.count("Heading 1") >= 10, lesson.id
        assert document.core_properties.title == lesson.title
        assert document.tables
        text = " ".join(paragraph.text for paragraph in document.paragraphs)
        assert _letters(lesson.rule) in _letters(text)


def test_every_odt_opens_and_keeps_its_structure(everything: Everything) -> None:
    for lesson in everything.lessons:
        with zipfile.ZipFile(everything.path(lesson, "odt")) as archive:
            content = ElementTree.fromstring(archive.read("content.xml"))
            assert len(list(content.iter(ODF_HEADING))) >= 10, lesson.id
            assert archive.namelist()[0] == "mimetype"
            assert archive.testzip() is None


def _slides(data: zipfile.ZipFile, folder: str) -> list[str]:
    """Return the words of slides or of their notes, in order."""
    pattern = re.compile(rf"ppt/{folder}/\w+?(\d+)\.xml")
    found = {int(hit[1]): name for name in data.namelist() if (hit := pattern.fullmatch(name))}
    return ["".join(ElementTree.fromstring(data.read(found[number])).itertext()) for number in sorted(found)]


def test_every_presentation_shows_the_board_and_keeps_the_rest_in_its_notes(everything: Everything) -> None:
    for lesson in everything.lessons:
        with zipfile.ZipFile(everything.path(lesson, "pptx")) as archive:
            slides, notes = _slides(archive, "slides"), _slides(archive, "notesSlides")
        assert slides[0].startswith(lesson.title)
        assert slides[-1].endswith(lesson.rule)
        assert lesson.licence in slides[0]
        for slide in board_slides(lesson):
            assert any(text.startswith(slide.name) for text in slides), (lesson.id, slide.name)
        # What the teacher must know first stands in the first notes, and on no slide.
        assert "Nicht unterrichten, wenn" in notes[0]
        assert len(notes) == len(slides)
        for reason in lesson.safety.not_if:
            assert reason in notes[0], lesson.id
            assert not any(reason in text for text in slides)


@pytest.mark.slow
def test_six_open_in_libreoffice(everything: Everything, tmp_path: Path) -> None:
    """Word and ODT become PDFs with pages and the lesson's own words."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice (Debian: libreoffice-writer-nogui)")
    made: dict[Path, Lesson] = {}
    for lesson in everything.lessons:
        for ending in ("docx", "odt") if lesson.code in BY_LIBREOFFICE else ():
            # One start of the program opens them all; what it makes is named by the file's first name alone.
            made[tmp_path / f"{lesson.id}-{ending}.{ending}"] = lesson
            shutil.copy(everything.path(lesson, ending), tmp_path / f"{lesson.id}-{ending}.{ending}")
    assert len(made) == 2 * len(BY_LIBREOFFICE)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, made)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for file, lesson in made.items():
        assert _letters(lesson.rule) in _letters(_text_of(file.with_suffix(".pdf"))), file.name


def test_the_downloads_of_paths_open(everything: Everything) -> None:
    for path in all_paths():
        data = (everything.instance / "lessons-built" / "reihen" / f"{path.id}.zip").read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) == 1 + 2 * len(path.lessons(everything.lessons))
