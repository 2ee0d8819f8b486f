"""Texts for people are content: YAML files that load, that Babel extracts whole, and that their readers understand."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml
from babel.messages.extract import extract_from_dir

from bullying_desk.cases.page.answering import STARTS
from bullying_desk.cases.papers.services import SERVICES
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors.doors import ME, SAW
from bullying_desk.reports.doors.wording import WORDINGS
from bullying_desk.reports.mailbox.asking_words import VOICES
from bullying_desk.reports.readers.explaining import REASONS
from bullying_desk.schoolyard.prints.sheet_words import FILE as PRINTS
from bullying_desk.texts.extraction import file_of
from tests.guidance.readability import Readability, stats
from tests.house.project import PACKAGE, ROOT, modules
from tests.house.test_gettext import FOR_PEOPLE
from tests.house.test_readability import LONGEST_SENTENCE

LONGEST_FOR_ADULTS = 20  # words of a sentence
FILES = {path.relative_to(ROOT).as_posix(): file_of(path) for path in sorted(PACKAGE.rglob("*.yml"))}
TEXT_FILES = {name: file for name, file in FILES.items() if file is not None}
POLITE = re.compile(r"\bIhnen\b|[a-zäöüß,] (?:Sie|Ihre?[mnrs]?)\b")
PUPILS: dict[str, Callable[[], tuple[object, ...]]] = {
    "answer_starts": lambda: tuple(
        start.text for group in (STARTS.me, STARTS.did, STARTS.saw) for start in (group.danger, *group.starts)
    ),
    "explaining": lambda: tuple(words for words, _adult in REASONS.values()),
    "sheet_words": lambda: (PRINTS.read().slips, PRINTS.read().poster, PRINTS.read().stickers),
    "help_lines": lambda: tuple(line.words for line in help_lines().lines if line.words),
    "doors": lambda: (ME, SAW),
    "asking_words": lambda: (VOICES.child, VOICES.talker, VOICES.saw),
    "services": lambda: tuple(one.child for one in SERVICES.values() if one.child),
    "wording": lambda: (WORDINGS.child,),
}
"""What pupils read in each file; the rest is for adults."""
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
    texts = texts_of(TEXT_FILES[name].read())
    long = [measured.longest for text in texts if (measured := _measured(text)).longest_words > LONGEST_FOR_ADULTS]
    assert not long


@pytest.mark.parametrize("name", PUPILS)
def test_what_pupils_read_is_easy(name: str) -> None:
    """One sentence at most twelve words; each text no harder than a page may be, all of a file as easy as the way."""
    texts = texts_of(*PUPILS[name]())
    assert not [each.longest for text in texts if (each := _measured(text)).longest_words > LONGEST_SENTENCE]
    assert not [text for text in texts if POLITE.search(text)]
    together = stats("\n".join(texts))
    assert together.wstf1 <= 4, together
    assert together.lix <= 30, together


def _measured(text: str) -> Readability:
    return stats(text) if any(letter.isalpha() for letter in text) else stats("Nichts.")


def texts_of(*values: object) -> list[str]:
    """Return every text for people in values that were read from files of texts."""
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif is_dataclass(value) and not isinstance(value, type):
            hints = get_type_hints(type(value), include_extras=True)
            for field in fields(value):
                found += _texts(getattr(value, field.name), hints[field.name])
        elif isinstance(value, Mapping):
            found += texts_of(*value.values())
        elif isinstance(value, tuple):
            found += texts_of(*value)
    return found


def _texts(value: object, hint: object) -> list[str]:
    """Return the texts in one field: those its type calls text, and those of what is inside it."""
    spoken = "Spoken(" in str(hint)
    if isinstance(value, str):
        return [value] if spoken and value else []
    if spoken and isinstance(value, tuple | Mapping):
        inner = value.values() if isinstance(value, Mapping) else value
        return [words for each in inner for words in _texts(each, hint)]
    return texts_of(value)


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


def test_every_file_is_in_the_list_for_reviewers() -> None:
    listed = re.findall(r"^\| `(\S+\.yml)` \|", (ROOT / "docs" / "texts.md").read_text("utf-8"), re.MULTILINE)
    assert set(listed) == set(TEXT_FILES)


# Where a text stays in Python: labels of a form's fields beside their checks, and the few words a rule puts together.
FEW_TEXTS = 12


def _at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Find the texts that a module marks for translation when it is imported, outside the classes of forms."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.ClassDef) and child.name.endswith("Form"):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in {"_", "mark"}:
            yield child
        yield from _at_import(child)


def test_a_table_of_texts_is_a_file_not_code() -> None:
    tables = {
        module.name: count
        for module in modules()
        if not module.name.endswith("forms") and (count := len(list(_at_import(module.tree)))) > FEW_TEXTS
    }
    assert not tables, "put these texts into a YAML file beside the module"
