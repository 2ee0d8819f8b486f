"""A build gives the same result every time, runs only when something changed, and never half."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bullying_desk.lessons.building.build import FOLDER, Report, build, built_file, order_for, order_key, read_index
from bullying_desk.lessons.commands import lessons_cli
from bullying_desk.lessons.format.loader import load_lesson, load_programme, programme_folder
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.paths import Path as LessonPath
from bullying_desk.lessons.library.library import open_library
from bullying_desk.pdf.errors import ProductionFailed
from bullying_desk.pdf.produce import produce
from tests.lessons.conftest import EXAMPLE, Change

REIHE = LessonPath("probe", "Probe", "Kurz.", "", ("B2",), "Text.")


def _lesson(folder: Path) -> Lesson:
    lesson, problems = load_lesson(folder)
    assert lesson is not None, problems
    return lesson


def _build(lesson: Lesson, instance: Path) -> Report:
    return build([lesson], [REIHE], instance, "Dienst", "https://a.example", workers=1)


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance in which the lesson was built once."""
    instance = tmp_path_factory.mktemp("built")
    assert _build(_lesson(programme_folder() / EXAMPLE), instance) == Report((EXAMPLE,), (), {})
    return instance


@pytest.fixture
def built(first_build: Path, tmp_path: Path) -> Path:
    """Return an instance of the test's own with that build in it."""
    shutil.copytree(first_build / FOLDER, tmp_path / FOLDER)
    return tmp_path


def test_the_same_text_gives_the_same_bytes(folder: Path) -> None:
    order = order_for(_lesson(folder), {}, "Dienst", "")
    first, second = produce(order), produce(order)
    assert set(first) == {"main.pdf", "main.docx", "main.odt", "main.pptx", "sheets.pdf", "letter.pdf"}
    assert first == second


def test_only_what_changed_is_built_again(folder: Path, change: Change, built: Path) -> None:
    before = read_index(built)[EXAMPLE]
    assert before.pages in (2, 3)
    assert _build(_lesson(folder), built) == Report((), (EXAMPLE,), {})
    change("ab1.md", "Dann tauscht ihr.", "Nun tauscht ihr.")
    assert _build(_lesson(folder), built).made == (EXAMPLE,)
    after = read_index(built)[EXAMPLE]
    assert after.key != before.key
    assert after.files["letter"].sha256 == before.files["letter"].sha256
    assert [one.name for one in (built / FOLDER / EXAMPLE).iterdir()] == [after.key]


def test_a_lost_file_is_built_again(folder: Path, built: Path) -> None:
    place = built_file(built, EXAMPLE, read_index(built)[EXAMPLE], "docx")
    assert place is not None
    place.unlink()
    assert _build(_lesson(folder), built).made == (EXAMPLE,)
    assert place.is_file()


def test_a_path_is_one_download_and_the_same_every_time(folder: Path, built: Path) -> None:
    place = built / FOLDER / "reihen" / "probe.zip"
    first = place.read_bytes()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["LIESMICH.txt", f"01-{EXAMPLE}.pdf", f"01-{EXAMPLE}.docx"]
        assert archive.testzip() is None
    place.unlink()
    _build(_lesson(folder), built)
    assert place.read_bytes() == first


def test_a_refused_lesson_keeps_its_older_files(folder: Path, built: Path) -> None:
    before = read_index(built)
    (folder / "signal.svg").write_text("<svg", "utf-8")
    report = _build(_lesson(folder), built)
    assert set(report.refused) == {EXAMPLE}
    assert read_index(built) == before
    assert built_file(built, EXAMPLE, before[EXAMPLE], "pdf") is not None


def test_a_picture_without_words_makes_no_pdf(folder: Path) -> None:
    """PDF/UA-1 refuses it: no check of ours has to be right for that."""
    lesson = _lesson(folder)
    order = order_for(lesson, {}, "Dienst", "")
    source = order.sheets["main.pdf"].replace('alt: "Ein Kind steht', 'xalt: "Ein Kind steht')
    bare = source.replace(", xalt:", ', fit: "contain") // alt:').replace('alt: "Ein Kind', '"Ein Kind')
    with pytest.raises(ProductionFailed):
        produce(replace(order, sheets={"main.pdf": bare}, trees={}))


def test_no_text_of_an_author_is_code(folder: Path, change: Change) -> None:
    evil = '#read("/etc/hostname") `#panic()` $x$ ]] \\ "'
    change("ab1.md", "Dann tauscht ihr.", evil)
    order = order_for(_lesson(folder), {}, "Dienst", "")
    assert produce(replace(order, trees={}))["main.pdf"].startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(produce(replace(order, sheets={}))["main.docx"])) as archive:
        assert "#read(" in archive.read("word/document.xml").decode("utf-8")


def test_the_key_knows_everything_that_is_printed(folder: Path) -> None:
    lesson = _lesson(folder)
    keys = {
        order_key(order_for(lesson, {}, "Dienst", "")),
        order_key(order_for(lesson, {}, "Anderer Dienst", "")),
        order_key(order_for(lesson, {}, "Dienst", "https://a.example")),
        order_key(order_for(replace(lesson, version="1.0.1"), {}, "Dienst", "")),
        order_key(order_for(replace(lesson, title="Anders"), {}, "Dienst", "")),
    }
    assert len(keys) == 5


def test_a_city_replaces_a_lesson(folder: Path, change: Change, tmp_path: Path) -> None:
    """The folder is checked like any other; only then is it on the page."""
    change("lesson.md", "titel: Stopp heißt Stopp!", "titel: Halt heißt Halt!")
    instance = tmp_path  # the fixture has put the lesson into <tmp_path>/lessons
    own = [lesson for lesson in load_programme(instance).lessons if lesson.own]
    assert [lesson.title for lesson in own] == ["Halt heißt Halt!"]
    shown = open_library(instance, None).catalogue.get(EXAMPLE)
    assert shown is not None
    assert shown.title == "Stopp heißt Stopp!", "not built, so not checked"
    result = CliRunner().invoke(lessons_cli, ["--instance", str(instance), "build", EXAMPLE])
    assert result.exit_code == 0, result.output
    library = open_library(instance, None)
    shown = library.catalogue.get(EXAMPLE)
    assert shown is not None
    assert shown.title == "Halt heißt Halt!"
    assert library.download(EXAMPLE, "pdf") is not None


def test_a_city_adds_a_lesson_and_is_told_what_is_wrong(tmp_path: Path) -> None:
    run = CliRunner()
    made = run.invoke(lessons_cli, ["--instance", str(tmp_path), "new", "c9-unsere-pause"])
    assert made.exit_code == 0, made.output
    assert "Eine Stunde schreiben" in (tmp_path / "lessons" / "ANLEITUNG.md").read_text("utf-8")
    checked = run.invoke(lessons_cli, ["--instance", str(tmp_path), "check", "--text", "c9-unsere-pause"])
    assert checked.exit_code == 0, "the form itself is sound"
    assert run.invoke(lessons_cli, ["--instance", str(tmp_path), "new", "c9-unsere-pause"]).exit_code == 1
    assert run.invoke(lessons_cli, ["--instance", str(tmp_path), "new", "Unsere Pause"]).exit_code == 1
    plan = tmp_path / "lessons" / "c9-unsere-pause" / "lesson.md"
    plan.write_text(plan.read_text("utf-8").replace("  - min: 25", "  - min: 20"), "utf-8")
    checked = run.invoke(lessons_cli, ["--instance", str(tmp_path), "check", "--text", "c9-unsere-pause"])
    assert checked.exit_code == 1
    assert "Die Phasen ergeben 40 statt 45 Minuten" in checked.output
    built = run.invoke(lessons_cli, ["--instance", str(tmp_path), "build", "c9-unsere-pause"])
    assert built.exit_code == 1
    assert "c9-unsere-pause" not in read_index(tmp_path)


def test_a_broken_replacement_gives_way_to_what_ships(folder: Path, tmp_path: Path) -> None:
    (folder / "lesson.md").write_text("---\nid: [\n", "utf-8")
    lesson = load_programme(tmp_path).get(EXAMPLE)
    assert lesson is not None
    assert not lesson.own


def test_the_library_is_read_again_after_a_build(folder: Path, tmp_path: Path) -> None:
    first = open_library(tmp_path, None)
    assert open_library(tmp_path, first) is first
    _build(_lesson(folder), tmp_path)
    second = open_library(tmp_path, first)
    assert second is not first
    assert open_library(tmp_path, second) is second
