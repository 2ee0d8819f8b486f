"""A teacher writes words, not YAML: colons, commas and dates stay as typed, and errors know their line."""

from __future__ import annotations

import pytest

from bullying_desk.lessons.format.located import FrontMatterUnreadable, line_of, read_located


def test_words_stay_words() -> None:
    text = "a: Ruft: Stopp!\nb: 3.2\nc: 2026-11-23\nd: Nein\ne: 5\nf: yes\ng: „#1“ # Rest"
    data, _ = read_located(text, 1)
    assert data == {
        "a": "Ruft: Stopp!",
        "b": "3.2",
        "c": "2026-11-23",
        "d": "Nein",
        "e": 5,
        "f": "yes",
        "g": "„#1“ # Rest",
    }


def test_a_comma_in_braces_is_part_of_the_text() -> None:
    data, _ = read_located("liste:\n  - {wort: Mut, heisst: etwas tun, obwohl es schwer ist: ja}\n", 1)
    assert data == {"liste": [{"wort": "Mut", "heisst": "etwas tun, obwohl es schwer ist: ja"}]}


def test_a_quoted_text_in_braces_may_look_like_an_entry() -> None:
    data, _ = read_located('a:\n  - {datei: x.svg, alt: "Vier Türen, beschriftet: im Betrieb", breite_cm: 15}\n', 1)
    assert data == {"a": [{"datei": "x.svg", "alt": "Vier Türen, beschriftet: im Betrieb", "breite_cm": 15}]}


def test_a_text_of_several_lines_is_left_alone() -> None:
    text = "a:\n  - b: |\n      - Halt: stehen\n      wort: ja # nein\n    k: l: m\n    c: >-\n      d: e\nf: x: y"
    data, _ = read_located(text, 1)
    assert data == {"a": [{"b": "- Halt: stehen\nwort: ja # nein\n", "k": "l: m", "c": "d: e"}], "f": "x: y"}


def test_every_value_knows_its_line() -> None:
    _, lines = read_located("a: 1\nb:\n  - c: 2\n    d: 3\n", 10)
    assert line_of(lines, ("a",)) == 10
    assert line_of(lines, ("b", 0, "d")) == 13
    assert line_of(lines, ("b", 0, "nicht", "da")) == 12


@pytest.mark.parametrize("text", ["a: [1", "a: 1\na: 2", "a: &x 1\nb: *x", "a: 'offen", "- a\nb: 1"])
def test_what_is_unreadable_has_a_line(text: str) -> None:
    with pytest.raises(FrontMatterUnreadable) as caught:
        read_located(text, 5)
    assert caught.value.line >= 5
    assert caught.value.reason


@pytest.mark.parametrize("depth", [40, 100_000])
@pytest.mark.parametrize("text", ["\na: {}", "\n{}x"], ids=["flow", "block"])
def test_too_deep_is_refused(text: str, depth: int) -> None:
    nested = text.format("[" * depth + "]" * depth if "a" in text else "- " * depth)
    with pytest.raises(FrontMatterUnreadable, match="verschachtelt") as caught:
        read_located(nested, 1)
    assert caught.value.line == 2
