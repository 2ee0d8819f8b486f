"""Which words are proposed to be blackened, measured on letters that were written before the rules were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bullying_desk.cases.printing.proposing import propose, tokens

LETTERS = Path(__file__).parent / "letters" / "held_out.txt"
_NAME = re.compile(r"\{(\w):([^}]*)\}")


@dataclass(frozen=True)
class Letter:
    """A sentence and where its names stand."""

    text: str
    names: tuple[tuple[int, int], ...]


def letters() -> Iterator[Letter]:
    for line in LETTERS.read_text("utf-8").splitlines():
        if "|" not in line or line.startswith("#"):
            continue
        text, names = "", list[tuple[int, int]]()
        marked = line.partition("|")[2].strip()
        last = 0
        for name in _NAME.finditer(marked):
            text += marked[last : name.start()]
            names.append((len(text), len(text) + len(name[2])))
            text += name[2]
            last = name.end()
        yield Letter(text + marked[last:], tuple(names))


def proposed(text: str) -> list[tuple[int, int]]:
    return [(one.start, one.start + len(one.text)) for one in tokens(text) if one.likely]


def test_names_of_held_out_letters_are_proposed_and_few_other_words() -> None:
    found = names = words = wrong = 0
    for letter in letters():
        marked = proposed(letter.text)
        names += len(letter.names)
        words += len(letter.text.split())
        found += sum(any(start <= a and b <= end for start, end in marked) for a, b in letter.names)
        wrong += sum(not any(start < b and a < end for a, b in letter.names) for start, end in marked)
    assert names >= 150
    assert words >= 1_000
    assert found / names >= 0.98, f"{found} of {names} names are proposed"
    assert wrong <= words / 40, f"{wrong} other words of {words} are proposed"


@pytest.mark.parametrize(
    "text",
    [
        "sie haben Timo eingesperrt", "gestern hat timo mich gehauen", "Timos Bruder", "timos bruder",
        "das lenchen weint",
        "ich sah wie Jonnas weinte", "gestern hat jonass mich gehauen", "Malte lacht.", "Ben, Nour und Yevheniia",
        "YUSUF!",
        "Ti\u00admo lacht", "Frau Müller weiß es", "Emre Wagner", "Gwendolyn-Marie", "Іванка", "Ömer",
    ],
)  # fmt: skip
def test_a_name_is_proposed(text: str) -> None:
    assert any(one.likely for one in propose([text]))


@pytest.mark.parametrize("number", range(1, 14))
def test_every_class_is_proposed(number: int) -> None:
    for group in (f"{number}b", f"{number} B"):
        assert [one.word for one in propose([f"Alle aus der {group} wissen es."]) if one.likely] == [group]


@pytest.mark.parametrize(
    "text",
    [
        "Am Mo, 24.11. und Di in der Pause", "Im Mai, im August und am Montag",
        "Der Klassenrat hat No Blame Approach gewählt.",
        "Die Schulsozialarbeit spricht mit der Klassenleitung.", "Man hat mir nur das Heft weggenommen.",
        "dof alein kaput",
        "Im Klassenchat stand ein Screenshot von Instagram.", "Alle lachen. Bei uns. Mein Stift.",
        "Kindes Nein Hause Teil Traurig",
    ],
)  # fmt: skip
def test_other_words_are_not_proposed(text: str) -> None:
    assert [one.word for one in propose([text]) if one.likely] == []


def test_addresses_and_numbers_are_proposed_and_what_goes_anyway_is_not() -> None:
    found = {one.word for one in propose(["Schreib an leon@web.example, @leon_x oder 0231 123456."]) if one.likely}
    assert found == {"leon@web.example", "@leon_x", "0231 123456"}
    assert "Leon" not in {one.word for one in propose(["Mit Leon"], ["leon"])}


def test_all_forms_of_a_name_are_one_word() -> None:
    assert [one.word for one in propose(["Leons Heft, LEON, leons Bruder, Leon."]) if one.likely] == ["Leon"]
