"""A child of eight can read the whole way: from the start page through both pupils' doors to the team's answer.

Principle P11: over the journey first Wiener Sachtextformel at most 4 and LIX at most 30, no sentence above 12 words;
one screen alone may be a little harder (WSTF1 6, LIX 38). The formulas are in `tests/guidance/readability.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.keyring import Keyring
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.models import Report, Round
from bullying_desk.texts.catalogues import EASY
from tests.guidance.readability import Main as _Main
from tests.guidance.readability import page_text, stats
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, press, words_on
from tests.world import layer_of, make_world

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

LONGEST_SENTENCE = 12  # words
TOO_SHORT = 40  # words: for shorter texts the formulas say little
PUPILS_DOORS = (1, 2)
Walk = dict[str, str]


@pytest.fixture
def walk(session: Session, keys: Keyring, clock: MovingClock, client: FlaskClient) -> Walk:
    """Return the text of each screen from the start to the conversation, by address."""
    return _walked(session, keys, clock, client, page_text)


def _walked(
    session: Session,
    keys: Keyring,
    clock: MovingClock,
    client: FlaskClient,
    text_of: Callable[[str], str],
    way: str = "",
) -> Walk:
    world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    session.commit()
    read: Walk = {}

    def open_page(address: str) -> None:
        answer = look(client, f"{address}{'&' if '?' in address else '?'}{way}" if way else address)
        assert answer.status_code == 200, (address, answer.status_code)
        read[address] = text_of(answer.text)

    school = f"/s/{world.school.key}"
    for address in (
        "/",
        "/hilfe",
        "/schule",
        "/schule?q=linden",
        "/schule?q=gibtesnicht",
        school,
        f"{school}/schreiben",
    ):
        open_page(address)
    for door in PUPILS_DOORS:
        _send(client, f"{school}/schreiben/{door}", open_page, read, text_of, f"?{way}")
    for report in session.scalars(select(Report)):
        asking.ask(session, report, Round.TEAM, clock.today())
    session.commit()
    for address in (
        "/gespraech",
        "/gespraech/frage",
        "/gespraech/leser",
        "/gespraech/name",
        "/gespraech/besser",
        "/gespraech/weg",
    ):
        open_page(address)
    return read


def _send(
    client: FlaskClient,
    address: str,
    open_page: Callable[[str], None],
    read: Walk,
    text_of: Callable[[str], str],
    way: str,
) -> None:
    """Read a door's form, its errors and its receipt, and come back with the six words."""
    open_page(address)
    form = look(client, address)
    refused = press(client, address + way, filled(form))
    assert refused.status_code == 422
    read[f"{address} with errors"] = text_of(refused.text)
    sent = press(client, address + way, filled(form, text="Sie lachen.", lesen="team"))
    assert sent.status_code == 303, page_text(sent.text)
    receipt = look(client, sent.location)
    words = words_on(receipt)
    read[f"{address} receipt"] = _without(words, text_of(receipt.text))
    open_page("/zurueck")
    back = press(client, "/zurueck", filled(look(client, "/zurueck"), code=" ".join(words)))
    assert back.status_code == 303, page_text(back.text)


def _without(words: list[str], text: str) -> str:
    """Take the six words out: they are a list to copy, not a sentence."""
    return "\n".join(line for line in text.split("\n") if line not in words)


def test_the_whole_way_is_easy(walk: Walk) -> None:
    found = stats("\n".join(walk.values()))
    assert found.words > 800
    assert found.wstf1 <= 4, found
    assert found.lix <= 30, found


def test_no_sentence_is_long(walk: Walk) -> None:
    long = {
        address: found.longest
        for address, text in walk.items()
        if (found := stats(text)).longest_words > LONGEST_SENTENCE
    }
    assert not long


def test_each_screen_is_easy_enough(walk: Walk) -> None:
    measured = {address: stats(text) for address, text in walk.items()}
    hard = {
        address: (found.wstf1, found.lix)
        for address, found in measured.items()
        if found.words >= TOO_SHORT and (found.wstf1 > 6 or found.lix > 38)
    }
    assert not hard


# ---- Leichte Sprache ----

EASY_SENTENCE = 9  # words
SAID_IN_ONE_GO = re.compile(r"[^\d\s.][.!?] [A-ZÄÖÜ„]")  # 24. November is a day
UNREAL = re.compile(r"\b(?:würd|könnt|hätt|wär|sollt|müsst|dürft)(?:e|est|en|et)\b")
IN_WORDS = re.compile(r"\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|zehn|zwölf)\b", re.IGNORECASE)
LONG_WORD = 15  # letters; longer ones are written with a hyphen
NAMES = {"TelefonSeelsorge", "nummergegenkummer"}


def _lines(html: str) -> str:
    """Return a page's `<main>` with its lines; the parts for adults, in other languages, and texts in fields go."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    return "\n".join(line.strip() for line in "".join(reader.parts).split("\n") if line.strip())


class _Lines(_Main):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        other = "lang" in dict(attrs) and tag != "html"
        super().handle_starttag(tag, [*attrs, ("data-for", "others")] if other else attrs)

    def handle_data(self, data: str) -> None:
        if "textarea" not in self._open and "option" not in self._open:
            super().handle_data(data)


def test_leichte_sprache_keeps_its_rules_on_the_whole_way(
    session: Session, keys: Keyring, clock: MovingClock, client: FlaskClient
) -> None:
    """DIN SPEC 33429, as far as a program can see: one short sentence a line, digits, no Konjunktiv, no bracket."""
    walk = _walked(session, keys, clock, client, _lines, f"l={EASY.code}")
    assert len("\n".join(walk.values()).split()) > 800
    assert "Mach ein Kreuz bei einer Person." in walk["/s/K7M2/schreiben/1 with errors"]
    wrong = {f"{address}: {why}" for address, text in walk.items() for line in text.split("\n") for why in _hard(line)}
    assert not wrong, "\n".join(sorted(wrong))


def _hard(line: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.!?:])\s+", line):
        if len(re.findall(r"[A-Za-zÄÖÜäöüß]+", sentence)) > EASY_SENTENCE:
            yield f"a long sentence: {sentence}"
    if SAID_IN_ONE_GO.search(line):
        yield f"two sentences in a line: {line}"
    if UNREAL.search(line) or IN_WORDS.search(line):
        yield f"a Konjunktiv, or a number in words: {line}"
    for word in re.findall(r"[A-Za-zÄÖÜäöüß]+", line):
        if len(word) > LONG_WORD and word not in NAMES:
            yield f"a long word: {word}"


@pytest.mark.parametrize(
    "line",
    [
        "Das ist ein Satz. Und das ist noch einer.",
        "Dieser Satz hat viel zu viele Wörter für eine einzige Zeile.",
        "Das könnte helfen.",
        "Du bekommst sechs Wörter.",
        "Das ist die Schulsozialarbeiterin.",
    ],
)
def test_each_rule_of_leichte_sprache_would_be_missed(line: str) -> None:
    assert list(_hard(line))
    assert not list(_hard("Am 24. November bekommst du 6 Wörter."))
