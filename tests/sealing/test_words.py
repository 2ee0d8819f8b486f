"""The 1,024 words: a child can spell them, nobody mistakes one for another, and none can hurt."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from rapidfuzz.distance import Levenshtein

from bullying_desk.resources import case_name, case_words
from bullying_desk.sealing.words import NUMBER_OF_PREFIX, WORDS, word

# Whole words that must never come in with a correction of the list: insults, bodies, weapons, drink, faith, fear.
_NEVER = """
affe esel ziege ratte kuh sau ochse schwein kamel schlange pute gans huhn eule meise schaf kroete wurm laus zecke
nilpferd walross elefant faultier spinne krokodil wolf geist hexe drache opfer feind hass angst blut grab sarg tod
messer degen pfeil bogen lanze beil kanone bombe gewehr pistole panzer rakete granate krieg waffe kugel keule
arsch nase bauch bein ohr kopf haar finger popo busen zahn hintern zunge darm blase wimper glatze brille zopf
bier wein sekt schnaps rausch kneipe kippe tabak joint droge spritze pille hanf
kirche kreuz engel altar moschee bibel koran tempel teufel gott papst pfarrer nonne priester turban
sexy kuss nackt liebe dessous bikini hure stange latte nudel melone pflaume muschi schnecke
lauch lappen pfosten pfeife flasche gurke niete null bauer horst kanake neger mohr zwerg riese kartoffel zicke
mobbing gewalt schlag strafe polizei gefahr unfall brand feuer krebs lager rampe rune
"""
NEVER = set(_NEVER.split())


def test_there_are_exactly_1024_and_each_once() -> None:
    assert len(WORDS) == len(set(WORDS)) == 1024


def test_they_are_sorted_and_numbers_are_line_numbers() -> None:
    assert list(WORDS) == sorted(WORDS)
    lines = files("bullying_desk.sealing").joinpath("wordlist_de.txt").read_text("ascii").split("\n")
    assert lines.pop() == "", "the file ends with one line break"
    assert tuple(lines) == WORDS


def test_each_has_four_to_eight_letters_a_to_z() -> None:
    assert [entry for entry in WORDS if not re.fullmatch(r"[a-z]{4,8}", entry)] == []


def test_the_first_four_letters_tell_them_apart() -> None:
    assert len(NUMBER_OF_PREFIX) == len({entry[:4] for entry in WORDS}) == 1024


def test_any_two_differ_in_at_least_two_letters() -> None:
    near = [
        (one, other)
        for place, one in enumerate(WORDS)
        for other in WORDS[place + 1 :]
        if abs(len(one) - len(other)) < 2 and Levenshtein.distance(one, other, score_cutoff=1) < 2
    ]
    assert near == []


def test_none_can_hurt() -> None:
    assert NEVER.isdisjoint(WORDS)
    assert NEVER.isdisjoint(entry.lower() for entry in case_words())


def test_words_are_shown_with_a_capital() -> None:
    assert word(0) == WORDS[0].capitalize()
    assert word(1023)[0].isupper()
    with pytest.raises(IndexError):
        word(1024)


def test_case_words_are_512_and_none_is_a_receipts() -> None:
    words = case_words()
    assert len(words) == len(set(words)) == 512
    assert {entry.lower() for entry in words}.isdisjoint(WORDS)
    assert [entry for entry in words if not re.fullmatch(r"[A-ZÄÖÜ][a-zäöüß]{2,11}", entry)] == []
    assert {"Kiesel", "Anker"} <= set(words)


def test_a_case_keeps_its_name_and_names_spread() -> None:
    names = [case_name(case_id) for case_id in range(3000)]
    assert names == [case_name(case_id) for case_id in range(3000)]
    assert all(len(set(name.split(" "))) == 2 for name in names)
    assert len(set(names)) > 2950
    assert len({name.split(" ")[1] for name in names}) > 500
    assert case_name(2**63 - 1)
    for impossible in (-1, 2**63):
        with pytest.raises(ValueError, match="case id"):
            case_name(impossible)
