"""Wanting to die: the words that show the box, counted on sentences as pupils write them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bullying_desk.guidance.crisis_words import FILE, CrisisWords, after_the_page, expression, plain, with_the_page
from bullying_desk.texts.catalogues import TRANSLATED

SENTENCES = yaml.safe_load(Path(__file__).with_name("crisis_sentences.yml").read_text("utf-8"))
MEANS_IT: list[str] = SENTENCES["means_it"]
SOUNDS_ALIKE: list[str] = SENTENCES["sounds_alike"]
OTHERS: dict[str, dict[str, list[str]]] = SENTENCES["others"]
UNSEEN: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("crisis_sentences_unseen.yml").read_text("utf-8")
)
FIVE_OF_A_HUNDRED = 20


def crisis_words() -> CrisisWords:
    """Return what a German page looks for, once all has come: the words of all languages."""
    first, later = with_the_page("de"), after_the_page("de")
    return CrisisWords(first.idioms + later.idioms, first.meant + later.meant)


def test_there_are_enough_sentences_of_both_kinds() -> None:
    assert len(MEANS_IT) >= 60
    assert len(SOUNDS_ALIKE) >= 60
    assert not set(MEANS_IT) & set(SOUNDS_ALIKE)


def test_who_means_it_sees_the_box() -> None:
    missed = [one for one in MEANS_IT if not crisis_words().found_in(one)]
    assert len(missed) <= len(MEANS_IT) - 57 * len(MEANS_IT) / 60, missed


def test_what_only_sounds_like_it_shows_nothing() -> None:
    shown = [one for one in SOUNDS_ALIKE if crisis_words().found_in(one)]
    assert len(shown) <= 3, shown


def test_it_is_found_in_the_middle_of_a_longer_text() -> None:
    story = "Heute haben sie wieder gelacht. {} Dann kam Mathe, und ich hab nichts gesagt."
    assert all(crisis_words().found_in(story.format(one)) for one in MEANS_IT if crisis_words().found_in(one))


def test_every_language_of_the_pages_has_its_list() -> None:
    assert set(OTHERS) == {each.code for each in TRANSLATED}


@pytest.mark.parametrize("language", OTHERS)
def test_another_language_is_understood_too(language: str) -> None:
    """On every page: twelve of each kind, at most one wrong."""
    words, said = crisis_words(), OTHERS[language]
    missed = [one for one in said["means_it"] if not words.found_in(one)]
    shown = [one for one in said["sounds_alike"] if words.found_in(one)]
    assert (len(said["means_it"]), len(said["sounds_alike"])) >= (12, 12)
    assert len(missed) <= 1, missed
    assert len(shown) <= 1, shown


@pytest.mark.parametrize("language", UNSEEN)
def test_what_was_written_without_a_look_at_the_list_is_found(language: str) -> None:
    """At most five of a hundred are missed, and as many shown for nothing."""
    words, said = crisis_words(), UNSEEN[language]
    missed = [one for one in said["means_it"] if not words.found_in(one)]
    shown = [one for one in said["sounds_alike"] if words.found_in(one)]
    assert len(missed) <= len(said["means_it"]) // FIVE_OF_A_HUNDRED, missed
    assert len(shown) <= len(said["sounds_alike"]) // FIVE_OF_A_HUNDRED, shown


def test_the_sentences_nobody_had_seen_cover_every_language() -> None:
    assert set(UNSEEN) == {"de", *OTHERS}


def test_the_list_can_be_read_by_who_has_to_review_it() -> None:
    """Words, families and the marks explained at its head; no expression of a programmer, no long line."""
    lines = FILE.read_text("utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []
    listed = [line for line in lines if line.startswith("    - ")]
    assert len(listed) > 200
    assert [line for line in listed if re.search(r"[\\{}^$+]|\(\?", line)] == []


@pytest.mark.parametrize(
    ("line", "found", "left"),
    [
        ("ich ~2 weg", ("ich weg", "ich bin jetzt weg"), ("ich bin jetzt doch weg", "ich wegen")),
        ("ritz*", ("ritze", "ritzen"), ("sritz",)),
        ("*schlitz*", ("aufgeschlitzt",), ("schlicht",)),
        ("<me> [noch|doch].. weh ?tun", ("mir wehtun", "sich noch doch weh tun"), ("mir nie weh tun",)),
        ("nie (mehr|so).. da !(sein|wart*)", ("nie mehr da", "nie so mehr da"), ("nie da", "nie mehr da warten")),
        ("nie !(auf die) (zu|hin)", ("nie zu",), ("nie auf die",)),
        ("ich ~3!(er|sie) tot", ("ich waere tot",), ("ich sie tot",)),
    ],
)
def test_each_mark_of_the_list_means_what_its_head_says(
    line: str, found: tuple[str, ...], left: tuple[str, ...]
) -> None:
    words = CrisisWords((), (expression(line, {"me": "(mir|sich)"}),))
    assert [text for text in found if not words.found_in(text)] == []
    assert [text for text in left if words.found_in(text)] == []


@pytest.mark.parametrize("words", sorted({*crisis_words().idioms, *crisis_words().meant}))
def test_both_languages_read_the_expressions_alike(words: str) -> None:
    """JavaScript knows no lookbehind on old telephones, no named groups, no flags inside."""
    re.compile(words)
    assert not re.search(r"\(\?[<P=i]|\\[AZbBdpu]|\{,", words)
    assert words == words.lower()


def test_a_text_is_made_plain() -> None:
    assert plain("  Ich WÄRE\nlieber… tot!") == " ich waere lieber tot "
