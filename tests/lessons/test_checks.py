"""Every rule for lessons has a lesson that breaks it: no check passes because it never looks."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bullying_desk.lessons.building.build import check_built
from bullying_desk.lessons.checks import SHARED_AT_MOST, SOURCE, check_programme, check_source, shingles
from bullying_desk.lessons.checks.assets import contrast
from bullying_desk.lessons.checks.language import limits
from bullying_desk.lessons.checks.plan import references
from bullying_desk.lessons.format.loader import Programme, load_lesson, load_programme
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Problem, errors
from tests.lessons.conftest import EXAMPLE, Change

Read = Callable[[], Lesson]
PLAN = "lesson.md"

#: (rule, file, old text, text that breaks the rule)
BROKEN = [
    (1, PLAN, "nr: 2", "nr: 3"),
    (1, PLAN, "version: 1.1.0\nerstellt", "version: 1.1.1\nerstellt"),
    (2, PLAN, "  - min: 12", "  - min: 11"),
    (2, PLAN, "  - min: 10", "  - min: 16"),
    (2, PLAN, "phase: Einstieg", "phase: Anfang"),
    (2, PLAN, "phase: Reflexion", "phase: Ende"),
    (2, PLAN, "phase: Drei Teile finden", "phase: Bremsweg messen"),
    (2, PLAN, "phasen: [1, 2, 3, 4, 5, 6]", "phasen: [1, 2, 3, 4, 6]"),
    (2, PLAN, "phasen: [1, 2, 3, 4, 5, 6]", "phasen: [1, 2, 9]"),
    (2, PLAN, "phasen: [1, 2, 3, 4, 5, 6]", "phasen: [1, 2, 3, 4, 5]"),
    (2, PLAN, "  stufe: 1\n", "  stufe: 2\n"),
    (3, PLAN, "stand: 2026-11-30", "stand: 2026-11-22"),
    (3, PLAN, "schulformen: [Grundschule]", "schulformen: [Grundschule, Berufskolleg]"),
    (3, PLAN, "schulformen: [Grundschule]", "schulformen: [Gymnasium]"),
    (3, PLAN, "schulformen: [Grundschule]", "schulformen: [Grundschule, Förderschule]"),
    (3, PLAN, "schulformen: [Grundschule]", "schulformen: [Grundschule]\nfoerderschwerpunkte: [Sehen]"),
    (5, PLAN, "## Wenn es schwierig wird", "## Wenn es schwer wird"),
    (5, PLAN, "### Wenn keiner bremst", "### Wenn niemand bremst"),
    (5, PLAN, "**Sagen:** „Manchmal", "„Manchmal"),
    (5, PLAN, "**Tun:** Jedes Paar", "Jedes Paar"),
    (5, PLAN, "**Erwartet:**", "Erwartbar:"),
    (5, PLAN, "- Halten wir Erwachsenen uns selbst an das Stopp eines Kindes?\n", ""),
    (5, PLAN, "**Für die Klasse:**", "**Diese Woche:**"),
    (5, PLAN, ", datei: ab2.md", ""),
    (5, PLAN, "datei: ab2.md", "datei: ab3.md"),
    (5, PLAN, "verweise: [R6, R7, R14]", "verweise: [R6, R77]"),
    (5, PLAN, "verweise: [R6, R7, R14]", "verweise: []"),
    (5, PLAN, "  stufe: 1\n", "  stufe: 3\n"),
    (5, PLAN, "basiert_auf: []", "ohne_arbeitsblatt: Nur Bewegung.\nbasiert_auf: []"),
    (6, PLAN, "datei: signal.svg", "datei: anderes.svg"),
    (6, PLAN, 'alt: "Ein Kind steht', 'alt: "Bild von einem Kind, das steht'),
    (6, "ab1.md", "![](signal.svg)", ""),
    (6, "ab1.md", "![](signal.svg)", "![](fremd.svg)"),
    (
        8,
        "ab1.md",
        "Das andere Kind sagt Stopp.",
        "Das andere Kind wartet dort hinten ganz ruhig und sagt dann laut und fest Stopp.",
    ),
    (9, PLAN, "lizenz: CC BY-SA 4.0\nstatus", "lizenz: CC0\nstatus"),
    (9, PLAN, "basiert_auf: []", "basiert_auf:\n  - {titel: Ein Buch, urheber: Jemand}"),
    (10, "ab1.md", "Dann tauscht ihr.", "Dann tauscht ihr. [Mehr](http://klicksafe.de)"),
    (10, "ab1.md", "Dann tauscht ihr.", "Dann tauscht ihr. [Mehr](https://example.org/x)"),
    (11, "ab1.md", "Dann tauscht ihr.", "Das Opfer tauscht."),
    (11, "ab1.md", "Dann tauscht ihr.", "Dann tauscht Mia Kowalski."),
    (11, "ab1.md", "Dann tauscht ihr.", "Erzähle von einem Fall in eurer Klasse."),
    (11, "ab1.md", "Dann tauscht ihr.", "Wer ärgert andere in deiner Klasse?"),
    (11, "ab1.md", "Dann tauscht ihr.", "Versprich, nichts zu sagen."),
    (11, "ab1.md", "Dann tauscht ihr.", "Entschuldige dich vor der Klasse."),
    (11, "ab1.md", "Dann tauscht ihr.", "Neben wem willst du sitzen?"),
    (12, "ab1.md", "Dann tauscht ihr.", 'Sag "Stopp".'),
    (12, "ab1.md", "Dann tauscht ihr.", "Dann ..."),
    (12, "ab1.md", "Dann tauscht ihr.", "Alle Schüler*innen tauschen."),
    (13, "signal.svg", "</svg>", '<script href="x"/></svg>'),
    (13, "signal.svg", "</svg>", '<image href="https://example.org/x.png"/></svg>'),
    (13, "signal.svg", "<svg ", '<svg onload="x" '),
    (13, "signal.svg", "<svg ", "<!DOCTYPE svg><svg "),
    (13, "signal.svg", 'fill="#171e45"><text', 'fill="#bbbbbb"><text'),
    (13, "signal.svg", "viewBox", "data-box"),
    (15, PLAN, "status: entwurf", "status: geprueft"),
]


@pytest.mark.parametrize(("rule", "file", "old", "new"), BROKEN, ids=[f"{r}-{n[:24]}" for r, _, _, n in BROKEN])
def test_a_broken_lesson_is_noticed(rule: int, file: str, old: str, new: str, change: Change, read: Read) -> None:
    """Each finding names a file of the lesson, a line, and how to mend it."""
    change(file, old, new)
    found = [problem for problem in check_source(read()) if problem.rule == rule]
    assert found
    for problem in found:
        assert problem.file.parent.name == EXAMPLE
        assert problem.line >= 1
        assert problem.what
        assert problem.mend
        assert str(problem).startswith(f"{problem.file}:{problem.line}: ")


def test_the_good_lesson_is_good(read: Read) -> None:
    assert check_source(read()) == []


def test_every_check_is_broken_by_some_example() -> None:
    """The list above has all rules of the checks that look at one lesson."""
    assert {rule for rule, *_ in BROKEN} == {1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13, 15}
    assert len(SOURCE) == 19  # rules 17 and 18: test_promises.py; the scene: test_scenes.py


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (PLAN, "titel: Stopp heißt Stopp!", "titel: " + "Stopp " * 12, "titel"),
        (PLAN, "modul: B", "modul: Z", "modul"),
        (PLAN, "dauer_min: 45", "dauer_min: 50", "dauer_min"),
        (PLAN, "  - Ich zeige Stopp mit", "  - Die Kinder zeigen Stopp mit", "lernziele"),
        (PLAN, "klassenregel:", "klassenregl:", "klassenregl"),
        (PLAN, "klassen: [3, 4]", "klassen: []", "klassen"),
        (PLAN, "schulformen: [Grundschule]\n", "", "schulformen"),
        (PLAN, "schulformen: [Grundschule]", "schulformen: []", "schulformen"),
        (PLAN, "schulformen: [Grundschule]", "schulformen: [Volksschule]", "schulformen"),
        (PLAN, "stufe: B", "stufe: E", "evidenz"),
        (PLAN, "stand: 2026-11-30", "stand: 2026-13-23", "stand"),
        (PLAN, "  leichter:", "  leichtr:", "differenzierung"),
        (PLAN, "faecher: [Sachunterricht, Religion, Sport]", "faecher: [Zauberei]", "faecher"),
        ("ab1.md", "art: arbeitsblatt", "art: zettel", "art"),
        ("ab1.md", "titel: Bremsweg-Zettel\n", "", "titel"),
        ("ab1.md", "je: Paar", "je: Paar\nfarbe: rot", "farbe"),
        (PLAN, "kurz: Wie", "kurz: 'Wie", "Kopf"),
    ],
)
def test_a_wrong_head_is_refused(folder: Path, change: Change, file: str, old: str, new: str, what: str) -> None:
    change(file, old, new)
    _, problems = load_lesson(folder)
    assert any(what in str(problem) and problem.file.name == file for problem in problems), problems


def test_the_line_is_the_line(folder: Path, change: Change) -> None:
    change(PLAN, "dauer_min: 45", "dauer_min: 50")
    _, problems = load_lesson(folder)
    lines = (folder / PLAN).read_text("utf-8").split("\n")
    assert "dauer_min" in lines[problems[0].line - 1]


def test_missing_files_are_named(folder: Path, read: Read) -> None:
    (folder / "ab1.md").unlink()
    lesson, problems = load_lesson(folder)
    assert lesson is not None
    assert any("ab1.md fehlt" in problem.what for problem in problems)
    (folder / "loesung.md").unlink()
    (folder / "elternbrief.md").unlink()
    said = " ".join(problem.what for problem in check_source(read()))
    assert "loesung.md" in said
    assert "elternbrief.md" in said
    (folder / PLAN).unlink()
    assert load_lesson(folder)[0] is None


def test_no_help_number_is_noticed(change: Change, read: Read) -> None:
    change("ab1.md", "116 111", "")
    change(PLAN, "116 111", "")
    assert any("116 111" in problem.what for problem in check_source(read()))


def test_one_origin_only_is_noticed(change: Change, read: Read) -> None:
    for foreign in ("Nour", "Amira", "Yara", "Emre", "Dilan", "Milan", "Sofia", "Ayo"):
        text = read().folder
        for file in ("ab2.md", "loesung.md"):
            path = text / file
            path.write_text(path.read_text("utf-8").replace(foreign, "Karl"), "utf-8")
    found = [problem for problem in check_source(read()) if problem.rule == 12]
    assert [problem.level for problem in found] == ["warn"]


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "ab1.md").write_bytes(b"\xff\xfe\x00")
    assert any("UTF-8" in problem.mend for problem in load_lesson(folder)[1])
    (folder / PLAN).write_bytes(b"---\n" + os.urandom(10) * 30_000)
    assert load_lesson(folder)[0] is None


def test_hard_text_is_measured_by_the_lowest_grade(read: Read) -> None:
    lesson = read()
    assert limits(lesson) == (5.0, 12)
    assert limits(replace(lesson, grades=(1, 2, 3, 4))) == (None, 8)
    assert limits(replace(lesson, grades=(11, 12, 13))) == (12.0, 22)


def test_a_sheet_for_adults_is_too_hard_for_children(folder: Path, read: Read) -> None:
    hard = "Verantwortungsübernahme erfordert situationsangemessene Kommunikationskompetenzen aller Beteiligten. " * 15
    (folder / "ab1.md").write_text(f"---\ntitel: X\nart: text\nje: Kind\n---\n{hard}\n", "utf-8")
    found = [problem for problem in check_source(read()) if "Lesestufe" in problem.what]
    assert [problem.level for problem in found] == ["error"]


def test_two_alike_are_noticed(read: Read) -> None:
    lesson = read()
    twin = replace(lesson, id="b9-zwilling")
    rules = {problem.rule for problem in check_programme([lesson, twin])}
    assert rules == {1, 16}
    assert len(shingles(lesson)) > 500


def test_a_link_to_nowhere_is_noticed(change: Change, read: Read) -> None:
    change("loesung.md", "Die Karte „Das", "Siehe [hier](lesson:z9-nix). Die Karte „Das")
    found = check_programme([read()])
    assert [(problem.rule, problem.file.name) for problem in found] == [(10, "loesung.md")]


def test_files_that_do_not_open_are_noticed(read: Read) -> None:
    found = check_built(read(), 4, {"pdf": b"x", "docx": b"y", "odt": b"z", "pptx": b"w"})
    assert [problem.rule for problem in found] == [7, 6, 7, 7, 7]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_references_are_those_of_the_research(shared: Path) -> None:
    text = (shared / "research" / "lessons.md").read_text("utf-8")
    known = references()
    assert set(known) == {f"R{number}" for number in range(1, 25)}
    # R24 came later: the programme's own file names its source.
    assert all(f"| {reference} |" in text for reference in set(known) - {"R24"})


# ---------------------------------------------------------------------------------------- the programme itself

CODES = {
    *(f"A{number}" for number in range(1, 10)),
    *(f"B{number}" for number in range(1, 11)),
    *(f"C{number}" for number in range(1, 9)),
    *(f"D{number}" for number in range(1, 8)),
    *(f"E{number}" for number in range(1, 9)),
    *(f"F{number}" for number in range(1, 8)),
    *(f"G{number}" for number in range(1, 6)),
    *(f"H{number}" for number in range(1, 7)),
}


def test_all_60_lessons_are_there(programme: Programme) -> None:
    assert len(CODES) == 60
    assert {lesson.code for lesson in programme.lessons} == CODES


def test_every_lesson_passes_every_check(programme: Programme) -> None:
    problems: list[Problem] = list(programme.problems)
    for lesson in programme.lessons:
        problems += check_source(lesson)
    problems += check_programme(programme.lessons)
    assert not [str(problem) for problem in errors(problems)]


def test_no_two_lessons_are_alike(programme: Programme) -> None:
    """The limit is 12 %; the test shows how near the nearest two are."""
    runs = {lesson.id: shingles(lesson) for lesson in programme.lessons}
    names = sorted(runs)
    shares = [
        len(runs[one] & runs[other]) / min(len(runs[one]), len(runs[other]))
        for number, one in enumerate(names)
        for other in names[number + 1 :]
    ]
    assert max(shares) <= SHARED_AT_MOST


def test_an_instance_without_lessons_is_the_programme(tmp_path: Path, programme: Programme) -> None:
    assert [one.id for one in load_programme(tmp_path).lessons] == [one.id for one in programme.lessons]
