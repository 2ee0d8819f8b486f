"""A fault in a file of texts is named with file, line and entry, so that whoever edited it can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated

import pytest

from bullying_desk.texts import Every, Spoken, Text, TextFile, TextsWrong


class Size(Enum):
    SMALL = "s"
    VERY_LARGE = "xl"


@dataclass(frozen=True, slots=True)
class Thing:
    code: str
    title: Text
    told: Annotated[str, Spoken.of("names")] = ""
    either: Annotated[str, Spoken.some_of("a", "b")] = ""
    sizes: frozenset[Size] = frozenset()
    pair: tuple[Text, Text] | None = None
    number: int = 0
    dated: date | None = None
    good: bool = False

    def __post_init__(self) -> None:
        if self.number > 9:
            raise ValueError("more than nine is too many")


@dataclass(frozen=True, slots=True)
class Things:
    things: tuple[Thing, ...]
    words: Every[Size, Text] | None = None
    days: Mapping[str, int] | None = None


FILE = TextFile(__file__, Things)


def test_scalars_become_what_their_field_asks_for() -> None:
    content = FILE.read_text(
        "things:\n- {code: nein, title: 110, either: '%(b)s', sizes: [small], pair: [no, Ja],\n"
        "   number: 7, dated: 2026-11-23, good: true}\n"
        "words: {small: Klein, very_large: Sehr groß}\ndays: {b: 2, a: 1}\n"
    )
    assert content.things == (
        Thing("nein", "110", "", "%(b)s", frozenset({Size.SMALL}), ("no", "Ja"), 7, date(2026, 11, 23), True),
    )
    assert content.words == {Size.SMALL: "Klein", Size.VERY_LARGE: "Sehr groß"}
    assert list(content.days or ()) == ["b", "a"]


def test_lines_are_joined_and_paragraphs_stay_apart() -> None:
    content = FILE.read_text("things:\n- code: a\n  title: >-\n    Eins\n    zwei.\n\n    Drei.\n")
    assert content.things[0].title == "Eins zwei.\n\nDrei."


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        ("- {code: a}", 2, "missing: title"),
        ("- {code: a, title: ''}", 2, "it is empty"),
        ("- {code: a, title: [b]}", 2, "one value is expected"),
        ("- code: a\n  title: T\n  tilte: T", 4, "unknown entry „tilte“"),
        ("- code: a\n  title: T\n  title: U", 4, "„title“ stands there twice"),
        ("- {code: a, title: T}\n- {code: a, title: U}", 3, "„a“ stands there twice"),
        ("- {code: Straße 1, title: T}", 2, "is no code"),
        ("- {code: a, title: T, sizes: [small, huge]}", 2, "„huge“ is none of: small, very_large"),
        ("- {code: a, title: T, sizes: [small, small]}", 2, "„Size.SMALL“ stands there twice"),
        ("- {code: a, title: T, number: many}", 2, "„many“ is no int"),
        ("- {code: a, title: T, dated: 23.11.2026}", 2, "is no date"),
        ("- {code: a, title: T, good: ja}", 2, "„ja“ is no bool"),
        ("- {code: a, title: T, pair: [x]}", 2, "2 values are expected here, not 1"),
        ("- {code: a, title: T, number: 12}", 2, "more than nine is too many"),
        ("- {code: a, title: 'Das lesen %(names)s'}", 2, "its placeholders must be: none"),
        ("- {code: a, title: T, told: Das lesen alle.}", 2, "its placeholders must be: %(names)s"),
        ("- {code: a, title: T, told: '%(names)s lesen 5 %'}", 2, "its placeholders must be: %(names)s"),
        ("- {code: a, title: T, either: '%(a)s und %(c)s'}", 2, "its placeholders must be: %(a)s, %(b)s"),
        ('- {code: a, title: Sag "Halt".}', 2, "straight quotation mark"),
        ("- code: a\n  title: Zuerst: das", 3, "no YAML"),
        ("  code: a", 2, "a list is expected here"),
        ("- a", 2, "a table of „name: value“ is expected here"),
    ],
)
def test_a_fault_is_named_with_its_line(lines: str, line: int, says: str) -> None:
    with pytest.raises(TextsWrong) as wrong:
        FILE.read_text(f"things:\n{lines}\n")
    assert f"test_reading.yml, line {line}" in str(wrong.value)
    assert says in str(wrong.value)


def test_a_table_of_an_enumeration_has_every_row() -> None:
    with pytest.raises(TextsWrong, match=r"line 2, words: missing: very_large"):
        FILE.read_text("things: []\nwords: {small: Klein}\n")


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(TextsWrong, match=r"test_reading.yml, line 1: the file is empty"):
        FILE.read_text("# nothing\n")
