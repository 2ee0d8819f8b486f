"""Wanting to die: the words that show the box, counted on sentences as pupils write them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bullying_desk.guidance.crisis_words import crisis_words, plain

SENTENCES = yaml.safe_load(Path(__file__).with_name("crisis_sentences.yml").read_text("utf-8"))
MEANS_IT: list[str] = SENTENCES["means_it"]
SOUNDS_ALIKE: list[str] = SENTENCES["sounds_alike"]


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


@pytest.mark.parametrize("words", [*crisis_words().idioms, *crisis_words().meant])
def test_both_languages_read_the_expressions_alike(words: str) -> None:
    """JavaScript knows no lookbehind on old telephones, no named groups, no flags inside."""
    re.compile(words)
    assert not re.search(r"\(\?[<P=i]|\\[AZbBdpu]|\{,", words)
    assert words == words.lower()


def test_a_text_is_made_plain() -> None:
    assert plain("  Ich WÄRE\nlieber… tot!") == " ich waere lieber tot "
