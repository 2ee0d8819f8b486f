"""The measure that says whether children can read a sheet."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bullying_desk.lessons.format.readability import measure, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"), [("Oma", 2), ("Igel", 2), ("über", 2), ("Stopp", 1), ("Klassenrat", 3), ("Quatsch", 1)]
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_sentence_may_end_inside_quotation_marks() -> None:
    assert sentences("Sie ruft: „Stopp!“ Er hält an. 1. …") == ["Sie ruft:", "„Stopp!", "Er hält an."]


def test_easy_and_hard_are_far_apart() -> None:
    easy = measure(["Mia geht los.", "Sie sagt Stopp. Er bleibt stehen."])
    hard = measure(["Die Verantwortungsübernahme erfordert situationsangemessene Kommunikationskompetenzen."])
    assert easy.level < 3 < 12 < hard.level
    assert measure([]).words == 0


def test_it_agrees_with_the_tool_of_the_research(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("readability_tool", shared / "tools" / "readability.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = "Die Kinder stehen im Kreis. Sie zeigen mit den Händen, wie lang der Bremsweg ist. Dann zählen sie Schritte."
    assert measure([text]).level == pytest.approx(tool.stats(text)["WSTF1"], abs=0.1)
