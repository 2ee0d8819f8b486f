"""A printed key is typed by children: one slip never opens another school."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.schools import keys
from bullying_desk.schools.keys import KeysExhausted, all_keys, is_key, looks_like_key, nearest_keys, new_key, tidy

EVERY = all_keys()


def test_there_is_room_for_all_of_the_state() -> None:
    assert len(EVERY) >= 2 * 5600
    assert len(set(EVERY)) == len(EVERY)
    assert all(is_key(key) for key in EVERY)


def test_any_two_keys_differ_in_at_least_two_places() -> None:
    """Otherwise two keys would be the same once one place is left out."""
    for place in range(keys.KEY_LENGTH):
        assert len({key[:place] + key[place + 1 :] for key in EVERY}) == len(EVERY)


def test_swapped_neighbours_are_no_key() -> None:
    known = set(EVERY)
    for key in EVERY:
        for place in range(3):
            swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
            assert swapped == key or swapped not in known


def test_keys_hold_no_vowel_and_nothing_that_looks_alike() -> None:
    used = set("".join(EVERY))
    assert used == set(keys.ALPHABET)
    assert not used & set("AEIOUYÄÖÜ01LBSZQ")


def test_no_key_may_shame_a_school() -> None:
    assert not [key for key in EVERY if "88" in key or "KKK" in key or "HH" in key]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0[0]}{0[1]}-{0[2]}{0[3]}", "{0[0]}{0[1]} {0[2]}{0[3]}"])
def test_any_case_and_spacing_is_read(typed: str) -> None:
    key = EVERY[1234]
    assert tidy(typed.format(key)) == key
    assert tidy(typed.format(key).lower()) == key


def test_letters_that_are_never_printed_are_read_as_what_they_look_like() -> None:
    key = next(key for key in EVERY if {"8", "5", "2"} <= set(key))
    assert tidy(key.replace("8", "b").replace("5", "S").replace("2", "z")) == key


@given(st.lists(st.sampled_from(EVERY), unique=True, max_size=30))
def test_a_new_key_is_none_of_the_old_ones(taken: list[str]) -> None:
    key = new_key(taken)
    assert is_key(key)
    assert key not in taken


def test_the_last_key_is_found_and_then_there_is_none() -> None:
    assert new_key(EVERY[:-1]) == EVERY[-1]
    with pytest.raises(KeysExhausted):
        new_key(EVERY)


def test_keys_are_not_given_in_order() -> None:
    taken: set[str] = set()
    for _ in range(40):
        taken.add(new_key(taken))
    given_in_turn = list(itertools.islice(EVERY, 40))
    assert sorted(taken) != given_in_turn


def test_a_mistyped_key_offers_its_neighbours_only() -> None:
    key = EVERY[777]
    others = EVERY[3000:3100]
    wrong = key[0] + ("3" if key[1] != "3" else "4") + key[2:]
    assert wrong not in EVERY
    assert key in nearest_keys(wrong, [key, *others])
    assert key in nearest_keys(key[:3], [key, *others])
    assert nearest_keys("KKKKKKKK", EVERY) == []
    assert nearest_keys("", EVERY) == []
    assert len(nearest_keys(wrong, EVERY, limit=3)) <= 3


@pytest.mark.parametrize(
    ("text", "looks"),
    [("k7m2", True), ("K7-M2", True), ("RSBK", False), ("4413", False), ("44137", False), ("goethe", False)],
)
def test_what_looks_like_a_key(text: str, looks: bool) -> None:
    assert looks_like_key(text) is looks
