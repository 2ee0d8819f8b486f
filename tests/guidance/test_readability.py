"""A child of eight reads these pages; the gate says when a sentence has become too hard for it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.guidance.readability import page_text, stats
from tests.guidance.rendering import environment

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

PUPILS = ["/", "/hilfe", "/leichte-sprache", "/datenschutz", "/verlauf-loeschen"]
ERRORS = ["400", "403", "404", "405", "413", "429", "500", "503", "kept"]


@pytest.mark.parametrize("address", PUPILS)
def test_a_child_can_read_the_page(client: FlaskClient, address: str) -> None:
    found = stats(page_text(client.get(address).text))
    assert found.words > 60
    assert found.longest_words <= 12, found.longest
    assert found.wstf1 <= 4, found
    assert found.lix <= 30, found


def test_a_child_can_read_every_error_page() -> None:
    texts = [page_text(environment().get_template(f"errors/{name}.html").render()) for name in ERRORS]
    for text in texts:
        found = stats(text)
        assert found.longest_words <= 12, found.longest
    together = stats("\n".join(texts))
    assert together.wstf1 <= 4
    assert together.lix <= 30


def test_parents_can_read_their_page(client: FlaskClient) -> None:
    found = stats(page_text(client.get("/fuer-eltern").text))
    assert found.longest_words <= 20, found.longest
    assert found.wstf1 <= 8
    assert found.lix <= 45


def test_hard_texts_are_found() -> None:
    hard = stats(
        "Die Inanspruchnahme der Beratungsstelle erfolgt unter Berücksichtigung datenschutzrechtlicher Vorgaben."
    )
    assert hard.wstf1 > 8
    assert hard.lix > 45


def test_only_the_pupils_part_of_main_is_measured() -> None:
    html = (
        "<body><p>draußen</p><main><h1>Eins</h1><p>Zwei <a>drei</a>.<br>Vier</p>"
        '<div data-for="grown"><p>Fünf<br>sechs</p></div><p>Sieben</p></main></body>'
    )
    assert page_text(html) == "Eins\nZwei drei.\nVier\nSieben"


def test_the_measure_agrees_with_the_reference(shared: Path) -> None:
    path = shared / "tools" / "readability.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    text = "Ist jemand gemein zu dir? Oder zu einem anderen Kind? Schreib es uns. Menschen an deiner Schule lesen das."
    theirs, ours = reference.stats(text), stats(text)
    assert (theirs["WSTF1"], theirs["LIX"], theirs["maxSL"]) == (ours.wstf1, ours.lix, ours.longest_words)
