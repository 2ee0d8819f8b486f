"""Texts for people are content: YAML files that load, that Babel extracts whole, and that their readers understand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from babel.messages.extract import extract_from_dir

from bullying_desk.texts import TextFile
from bullying_desk.texts.extraction import file_of
from bullying_desk.texts.reading import Said
from tests.guidance.readability import stats
from tests.house.project import PACKAGE, ROOT
from tests.house.test_gettext import FOR_PEOPLE

LONGEST_FOR_ADULTS = 20  # words of a sentence
FILES = {path.relative_to(ROOT).as_posix(): file_of(path) for path in sorted(PACKAGE.rglob("*.yml"))}
TEXT_FILES = {name: file for name, file in FILES.items() if file is not None}
# Values that look like text and are none: where something was read, for whoever checks it.
NOT_SPOKEN = {"source"}


def test_the_files_are_found() -> None:
    assert {Path(name).stem for name in TEXT_FILES} >= {"methods", "ready_plans"}


@pytest.mark.parametrize("name", TEXT_FILES)
def test_a_file_says_who_has_to_read_it_and_what_its_entries_mean(name: str) -> None:
    """A reviewer opens the file alone: its head explains it."""
    head = [line for line in (ROOT / name).read_text("utf-8").splitlines()[:3] if line.startswith("# ")]
    assert head


@pytest.mark.parametrize("name", TEXT_FILES)
def test_babel_extracts_every_text_of_a_file(name: str) -> None:
    """What a plain reading of the YAML finds for people is in the catalogue, whatever the types of the file say."""
    found = [words for words in _spoken(yaml.safe_load((ROOT / name).read_text("utf-8"))) if FOR_PEOPLE.match(words)]
    assert found
    assert not set(found) - _catalogue(name), "a field holds a text for people and is not of type Text"


@pytest.mark.parametrize("name", TEXT_FILES)
def test_sentences_for_adults_are_short_enough(name: str) -> None:
    long = {
        said.line: measured.longest
        for said in _said(TEXT_FILES[name])
        if (measured := stats(said.text)).longest_words > LONGEST_FOR_ADULTS
    }
    assert not long


def _said(file: TextFile[object]) -> list[Said]:
    return [said for said in file.said() if any(letter.isalpha() for letter in said.text)]


def _catalogue(name: str) -> set[str]:
    """Return what Babel extracts from one file by the mapping of pyproject.toml."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    method = [(each["pattern"], each["method"]) for each in mappings]
    folder = (ROOT / name).parent
    inside = [(pattern.removeprefix("bullying_desk/"), how) for pattern, how in method if pattern.endswith(".yml")]
    rows = extract_from_dir(str(folder), inside, directory_filter=lambda each: Path(each) == folder)
    return {str(message) for filename, _line, message, _comments, _context in rows if filename == Path(name).name}


def _spoken(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [words for name, each in value.items() for words in _spoken(each, str(name))]
    if isinstance(value, list):
        return [words for each in value for words in _spoken(each, key)]
    if not isinstance(value, str) or key in NOT_SPOKEN:
        return []
    return [re.sub(r"\n+", "\n\n", value.strip())]
