"""A child of nine must understand every page; nothing on the outside of a page betrays its subject."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bullying_desk.schools.models import SchoolState
from bullying_desk.sealing.receipts import ReceiptWords
from tests.guidance.readability import page_text, stats
from tests.reports.pages import filled, look, press
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

TABOO = re.compile(r"mobbing|meld|opfer|täter|taeter|gewalt|vorfall|anzeige|missbrauch|schul[- ]?hilfe", re.IGNORECASE)
WRITE = "/s/K7M2/schreiben"


def _journey(client: FlaskClient, world: World) -> dict[str, TestResponse]:
    """Walk through every page a child can meet, errors included."""
    pages = {path: look(client, path) for path in ("/s/K7M2", WRITE, f"{WRITE}/1", f"{WRITE}/2", "/zurueck", "/danke")}
    pages["empty"] = press(client, f"{WRITE}/1", filled(look(client, f"{WRITE}/1")))
    sent = filled(look(client, f"{WRITE}/1"), gefahr="ja", text="Hilfe", lesen="team")
    press(client, f"{WRITE}/1", sent)
    pages["words"] = look(client, "/danke")
    pages["no choice"] = press(client, "/danke", filled(pages["words"]))
    press(client, "/danke", filled(pages["words"], da="foto"))
    for path in ("", "/leser", "/name", "/besser", "/neu", "/weg"):
        pages[f"/gespraech{path}"] = look(client, f"/gespraech{path}")
    leave = filled(pages["/gespraech/leser"], lesen=[str(world.person("Selin").id)])
    pages["readers"] = press(client, "/gespraech/leser", leave)
    press(client, "/gespraech/neu", filled(pages["/gespraech/neu"]))
    pages["new words"] = look(client, "/gespraech/neu/zeigen")
    press(client, "/gespraech/weg", filled(pages["/gespraech/weg"]))
    pages["erased"] = look(client, "/gespraech/geloescht")
    wrong = {"code": [" ".join(ReceiptWords.generate().words)]}
    pages["wrong words"] = press(client, "/zurueck", wrong)
    pages["again"] = press(client, "/zurueck", wrong, {"Origin": "null"})
    return pages


@pytest.fixture
def pages(client: FlaskClient, world: World) -> dict[str, TestResponse]:
    """Return every page of a child's journey by a name."""
    world.session.commit()
    return _journey(client, world)


def _own_words(page: TestResponse) -> str:
    """Return our own words on a page: not names of people, not the six words, not how a school calls a person."""
    text = re.sub(r'<ol class="slip.*?</ol>', "", page.text, flags=re.DOTALL)
    text = re.sub(r'<[^>]* translate="no"[^>]*>[^<]*', "", text)
    return page_text(text)


def test_the_whole_journey_is_easy(pages: dict[str, TestResponse]) -> None:
    measured = stats("\n".join(_own_words(page) for page in pages.values()))
    assert measured.wstf1 <= 4
    assert measured.lix <= 30


def test_each_page_is_easy_and_no_sentence_is_long(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        measured = stats(_own_words(page))
        assert measured.longest_words <= 12, (name, measured.longest)
        assert measured.wstf1 <= 6, (name, measured.wstf1)


@pytest.mark.parametrize("state", [SchoolState.KNOWN, SchoolState.PAUSED, SchoolState.CLOSED])
def test_the_page_of_a_school_that_takes_none_is_easy(client: FlaskClient, world: World, state: SchoolState) -> None:
    world.school.state = state
    world.session.commit()
    measured = stats(_own_words(look(client, "/s/K7M2")))
    assert measured.longest_words <= 12, measured.longest
    assert measured.wstf1 <= 6


def test_the_outside_of_a_page_betrays_nothing(pages: dict[str, TestResponse], client: FlaskClient) -> None:
    for name, page in pages.items():
        title = re.search(r"<title>(.*?)</title>", page.text)
        assert title is not None
        assert not TABOO.search(title[1]), (name, title[1])
        assert not TABOO.search(str(page.headers)), name
    own = [rule.rule for rule in client.application.url_map.iter_rules() if rule.endpoint.split(".")[0] in OURS]
    assert len(own) > 15
    assert not [rule for rule in own if TABOO.search(rule)]


OURS = {"reports", "mailbox"}


def test_every_page_has_one_heading_a_way_out_and_one_solid_button_at_most(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        main = page.text[page.text.index("<main") : page.text.index("</main>")]
        assert len(re.findall(r"<h1\b", main)) == 1, name
        assert page.text.index("data-exit") < page.text.index("<main"), name
        solid = re.findall(r'class="btn"', main)
        assert len(solid) <= 1, (name, len(solid))
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), (name, sorted(one for one in ids if ids.count(one) > 1))


def test_no_page_is_kept_by_the_browser(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        assert page.headers["Cache-Control"] == "no-store", name
        assert page.headers["Referrer-Policy"] == "no-referrer", name
