"""A lesson folder of its own for each test, and the whole programme, read once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bullying_desk.lessons.format.loader import Programme, load_lesson, load_programme, programme_folder
from bullying_desk.lessons.format.model import Lesson
from tests import made_once

EXAMPLE = "b2-stopp-heisst-stopp"
#: Changes a file of the lesson: (file, old text, new text).
Change = Callable[[str, str, str], None]


made_once.share_lessons()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of one good lesson, to be broken by the test."""
    target = tmp_path / "lessons" / EXAMPLE
    shutil.copytree(programme_folder() / EXAMPLE, target)
    return target


@pytest.fixture
def change(folder: Path) -> Change:
    """Return a function that changes a file of the lesson, and fails when there is nothing to change."""

    def change(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


@pytest.fixture
def read(folder: Path) -> Callable[[], Lesson]:
    """Return a function that reads the lesson after it was changed; its shape must be sound."""

    def read() -> Lesson:
        lesson, problems = load_lesson(folder)
        assert lesson is not None, problems
        return lesson

    return read


@pytest.fixture(scope="session")
def programme() -> Programme:
    """Return all lessons that ship with the program."""
    return load_programme()
