"""What a lesson promises holds: each kind of fault that was found in a lesson has a lesson here that has it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bullying_desk.lessons.checks import check_programme, check_source, targets
from bullying_desk.lessons.checks.language import first_names
from bullying_desk.lessons.checks.names import FIRST_NAMES
from bullying_desk.lessons.checks.promises import evidence_fits
from bullying_desk.lessons.format.loader import Programme, load_lesson, programme_folder
from bullying_desk.lessons.format.model import Lesson
from tests.lessons.conftest import Change

Read = Callable[[], Lesson]
PLAN = "lesson.md"

#: (rule, file, what stands there, what breaks the promise, a word of the problem)
BROKEN = [
    (17, "ab1.md", "116 111. Das kostet nichts.", "116 117. Das kostet nichts.", "unbekannt"),
    (17, "ab1.md", "Oder ich rufe an: 116 111.", "Oder ich rufe am Sonntag um 23 Uhr an: 116 111.", "nimmt"),
    (17, "ab1.md", "Oder ich rufe an: 116 111.", "Oder ich rufe von 8 bis 20 Uhr an: 116 111.", "nimmt"),
    (17, PLAN, "material: Karten aus Arbeitsblatt 2", "material: Karten aus Arbeitsblatt 7", "gibt es nicht"),
    (
        17,
        PLAN,
        "  daz: Das Signal geht ohne",
        "  daz: Wortkarten mit Bild hängen aus. Das Signal geht ohne",
        "angekündigt",
    ),
    (17, PLAN, "wortbilder: [stopp,", "wortbilder: [yeti,", "kein Bild"),
    (17, PLAN, "  - {min: 9, tun:", "  - {min: 8, tun:", "19 statt 20"),
    (17, PLAN, "blatt_leichter: {von: ab2", "blatt_leichter: {von: ab8", "gibt es nicht"),
    (17, PLAN, 'nur: ["Der neue"', 'nur: ["Der alte"', "hat ab2.md nicht"),
]


@pytest.mark.parametrize(("rule", "file", "old", "new", "word"), BROKEN)
def test_a_broken_promise_is_found(
    rule: int, file: str, old: str, new: str, word: str, change: Change, read: Read
) -> None:
    assert not [problem for problem in check_source(read()) if problem.rule == rule]
    change(file, old, new)
    found = [problem.what for problem in check_source(read()) if problem.rule == rule]
    assert any(word in what for what in found), found


def test_an_hour_is_fine_where_somebody_answers(change: Change, read: Read) -> None:
    change("ab1.md", "Oder ich rufe an: 116 111.", "Nachts um 23 Uhr rufe ich an: 0800 111 0 111, nicht 116 111.")
    assert not [problem for problem in check_source(read()) if problem.rule == 17]


def _copy(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for file in (programme_folder() / name).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def _broken(folder: Path, file: str, old: str, new: str) -> list[str]:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    lesson, problems = load_lesson(folder)
    assert lesson is not None, problems
    return [f"{problem.rule} {problem.what}" for problem in check_source(lesson)]


@pytest.mark.parametrize(
    ("name", "file", "old", "new", "said"),
    [
        ("b3-petzen-oder-hilfe-holen", "loesung.md", "| 12 Jede Pause allein |", "| Jede Pause allein |", "18 Lösung"),
        ("c3-thema-statt-tribunal", "ab2.md", "### Zettel 12\n", "### Zettel 13\n", "18 Lösung"),
        ("f3-zustimmung", "lesson.md", "§ 33 Abs. 2 SchulG NRW verlangt", "Man bittet", "17 § 33"),
        ("f3-zustimmung", "elternbrief.md", "**Methoden:**", "", "17 „Methoden:“"),
        (
            "f4-nicht-mit-mir-nicht-mit-dir",
            "ab1.md",
            "„Mondleute sind alle laut.“",
            "„Die Blauen sind alle laut.“",
            "11 „",
        ),
        ("f2-war-doch-nur-spass", "ab1.md", "„Heul doch.“", "„Das ist ja voll behindert.“", "11 „"),
        ("e3-darf-ich-das-posten", "schulfest.svg", ">G</text>", ">Tom</text>", "13 Das Bild verrät"),
        ("e4-cybermobbing-hilfekette", "lesson.md", "wortbilder:", "stichwoerter:", ""),
    ],
)
def test_faults_that_were_found_are_found_again(
    tmp_path: Path, name: str, file: str, old: str, new: str, said: str
) -> None:
    folder = _copy(tmp_path, name)
    if not said:
        text = (folder / file).read_text("utf-8")
        lines = [
            line for line in text.split("\n") if not line.startswith(("wortbilder:", "blatt_leichter:", "kurzform"))
        ]
        (folder / file).write_text("\n".join(line for line in lines if "{min: " not in line), "utf-8")
        lesson, problems = load_lesson(folder)
        assert lesson is not None, problems
        missing = {problem.what for problem in check_source(lesson) if problem.rule == 17}
        assert {"Es gibt keine Form für 20 Minuten", "Es gibt keine Wörter mit Bild"} <= missing
        assert "Es gibt kein leichteres Blatt" in missing
        return
    assert any(problem.startswith(said) for problem in _broken(folder, file, old, new))


def test_level_a_is_taken_back_by_its_own_sentence(programme: Programme) -> None:
    lesson = next(one for one in programme.lessons if one.code == "E4")
    for sentence in (
        "Ein eintägiges Format hielt den Stand nur.",
        "Wie viel gerade dieser Teil beiträgt, ist nicht bekannt.",
        "Klassenregeln gehen mit größerer Wirkung einher.",
    ):
        claimed = replace(lesson, evidence=replace(lesson.evidence, level="A", sentence=sentence))
        assert evidence_fits(claimed), sentence
    assert not [one.code for one in programme.lessons if evidence_fits(one)]


def test_those_who_are_hurt_have_names_of_every_origin(programme: Programme) -> None:
    assert not targets(list(programme.lessons))
    named = Counter(FIRST_NAMES[name] for one in programme.lessons for name in one.targets)
    assert sum(named.values()) >= 30
    foreign = [replace(one, targets=("Yusuf",) * len(one.targets)) for one in programme.lessons if one.targets]
    assert any("üblichen Vornamen" in problem.what for problem in targets(foreign))
    stranger = replace(programme.lessons[0], targets=("Kunigunde",))
    assert any("Kunigunde" in problem.what for problem in check_programme([stranger]))


def test_the_list_of_names_holds_those_of_the_sheets(programme: Programme) -> None:
    lesson = next(one for one in programme.lessons if one.code == "D1")
    assert {"Levin", "Salma", "Goran", "Elif", "Frieda", "Joris", "Theo", "Matteo"} <= first_names(lesson)
    assert "Nur" not in {name for one in programme.lessons for name in first_names(one)}


def test_children_and_staff_use_the_same_questions(programme: Programme) -> None:
    by_code = {one.code: one for one in programme.lessons}
    assert by_code["D1"].phases[2].board == "1 Tut es weh? 2 Immer wieder? 3 Ungleich stark?"
    texts = (programme_folder() / by_code["H1"].id / "ab2.md").read_text("utf-8")
    for question in ("Verletzt es?", "Wiederholt es sich?", "Ist es ungleich?"):
        assert question in texts
    assert "mit Absicht" not in (programme_folder() / by_code["D1"].id / "ab1.md").read_text("utf-8")


def test_nobody_hears_the_departure_in_the_class_chat() -> None:
    """The experiment of E2 rests on one child not knowing the time: the card that is read aloud does not hold it."""
    text = (programme_folder() / "e2-klassenchat-regeln" / "ab2.md").read_text("utf-8")
    aloud, silent = text.split("## Stumme Zettel")
    assert "7:40" not in aloud
    assert silent.count("7:40") == 6
    assert "7:40" not in (programme_folder() / "e2-klassenchat-regeln" / "ab3.md").read_text("utf-8")
