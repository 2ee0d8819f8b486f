"""The proof by looking: a journey full of marker words leaves none of them anywhere.

Each searched place has its control: the same search finds a word that was put there in the clear.
"""

from __future__ import annotations

import io
import itertools
import logging
from email.message import EmailMessage
from pathlib import Path

import pytest

from bullying_desk import ticking
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import delivery
from bullying_desk.sealing.words import WORDS
from tests.moving_clock import MovingClock
from tests.secrecy.journey import Journey
from tests.secrecy.searching import (
    copy_of_database,
    database_bytes,
    files_of,
    find,
    marker,
    rows_of,
    write_in_the_clear,
    writings,
)

pytestmark = pytest.mark.sqlite


@pytest.fixture
def walked(journey: Journey) -> Journey:
    """Return a journey that has been walked to its end, mails sent."""
    jan = str(journey.world.seats["Jan"].id)
    journey.write_report(1, lesen="team", ohne=[jan])
    journey.come_back()
    journey.talk()
    journey.clock.forward(hours=1)
    journey.answer()
    journey.come_back()
    journey.go_wrong()
    assert len(journey.markers) > 25
    return journey


def _night(journey: Journey, settings: Settings, keys: Keyring) -> None:
    journey.clock.forward(hours=3)
    found = ticking.tick_once(journey.database, settings, keys, journey.clock)
    assert found["mails sent"] > 0


def _words(journey: Journey) -> list[str]:
    """The six words as anybody would write them: in a row, by twos, and the long ones alone."""
    words = journey.words
    rows = [mark.join(words) for mark in (" ", ", ", "-", "+", "\n", "", ".")]
    pairs = [f"{one} {two}" for one, two in itertools.pairwise(words)]
    long = [word for word in words if len(word) > 6]
    numbers = [" ".join(str(WORDS.index(word.lower())) for word in words)]
    return [form for text in (*rows, *pairs, *long, *numbers) for form in {text, text.lower(), text.upper()}]


def test_nothing_a_child_or_a_counsellor_typed_lies_in_the_instance(
    walked: Journey, settings: Settings, keys: Keyring
) -> None:
    before = database_bytes(settings.instance / "desk.db")
    assert len(before["log"]) > 10_000  # the log is searched while it still holds the journey
    _night(walked, settings, keys)
    places = {**files_of(settings.instance), **{f"before {name}": content for name, content in before.items()}}
    assert {"desk.db", "before log"} <= set(places)
    assert any(place.startswith("mails/") for place in places)
    assert find(places, [*walked.markers.values(), *_words(walked)]) == []


def test_nothing_typed_is_said_in_any_log(
    said: io.StringIO, walked: Journey, settings: Settings, keys: Keyring
) -> None:
    _night(walked, settings, keys)
    heard = said.getvalue()
    assert "INSERT INTO report" in heard  # the database's own log was on
    assert find({"log": heard.encode()}, [*walked.markers.values(), *_words(walked), "127.0.0.1"]) == []


def test_the_reporters_address_and_browser_lie_nowhere(app: object, journey: Journey, settings: Settings) -> None:
    journey.client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    journey.client.environ_base["HTTP_USER_AGENT"] = journey.mark("agent")
    journey.write_report(1, lesen="team")
    journey.talk()
    searched = ["203.0.113.77", journey.markers["agent"]]
    assert find(files_of(settings.instance), searched) == []
    raw = bytes([203, 0, 113, 77])
    assert not [place for place, content in files_of(settings.instance).items() if raw in content]


def test_the_program_itself_can_read_every_marker(walked: Journey) -> None:
    """The journey was real: the conversation shows what is found nowhere on the disk."""
    from tests.reports.pages import look

    walked.come_back()
    page = look(walked.client, "/gespraech").text
    for what in ("text 1", "letter", "better", "answer"):
        assert walked.markers[what] in page, what


def test_no_row_but_their_own_knows_who_was_left_out(walked: Journey, settings: Settings) -> None:
    """No row of the report names a person who was left out of it."""
    jan = walked.world.person("Jan").id
    own = {"person", "seat"}
    rows = rows_of(settings.instance / "desk.db")
    naming = {name for name, found in rows.items() for row in found if jan in row or str(jan) in str(row)}
    assert naming == own
    selin = walked.world.person("Selin").id  # the control: a reader is named there
    assert {name for name, found in rows.items() for row in found if selin in row} >= {"report_grant", "case_grant"}


# The controls: the search finds what is there in the clear.


@pytest.mark.parametrize("writing", writings("Probe"))
def test_control_every_writing_is_found(writing: str) -> None:
    text = marker("Probe")
    assert (("place", text, writing)) in find({"place": b"x" * 99 + writings(text)[writing] + b"y" * 99}, [text])


def test_control_base64_is_found_wherever_the_word_stands() -> None:
    import base64

    text = marker("Probe")
    for lead in range(6):
        packed = base64.b64encode(b"l" * lead + text.encode() + b" and more")
        assert find({"place": packed}, [text]), lead


def test_control_pages_of_the_database(journey: Journey, settings: Settings, tmp_path: Path) -> None:
    copy, text = copy_of_database(settings.instance / "desk.db", tmp_path / "copy"), marker("Seite")
    write_in_the_clear(copy, text)
    journey.database.engine.dispose()
    import sqlite3

    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert ("pages", text, "utf-8") in find(database_bytes(copy), [text])


def test_control_the_write_ahead_log(journey: Journey, settings: Settings, tmp_path: Path) -> None:
    copy, text = copy_of_database(settings.instance / "desk.db", tmp_path / "copy"), marker("Log")
    write_in_the_clear(copy, text)
    assert ("log", text, "utf-8") in find(database_bytes(copy), [text])


def test_control_free_pages(journey: Journey, settings: Settings, tmp_path: Path) -> None:
    copy, text = copy_of_database(settings.instance / "desk.db", tmp_path / "copy"), marker("Frei")
    write_in_the_clear(copy, text, then_delete=True)
    assert "control" not in rows_of(copy)
    assert ("pages", text, "utf-8") in find(database_bytes(copy), [text])


def test_control_outbox(database: Database, settings: Settings, clock: MovingClock) -> None:
    from bullying_desk.notices.outbox import write_mail

    text = marker("Postausgang")
    with database.transaction() as session:
        write_mail(session, 1, "x@y.example", text, text, clock.now())
    assert find(files_of(settings.instance), [text])


def test_control_mails(settings: Settings) -> None:
    text, message = marker("Mail"), EmailMessage()
    message["Message-ID"] = "<abc@x>"
    message.set_content(f"Guten Tag {text}", charset="utf-8", cte="base64")
    delivery.file_sender(settings.instance / "mails")(message)
    assert find(files_of(settings.instance), [text])


def test_control_instance_folder(settings: Settings) -> None:
    text = marker("Ordner")
    (settings.instance / "deep").mkdir()
    (settings.instance / "deep" / "file").write_text(text, "utf-16")
    assert find(files_of(settings.instance), [text])


def test_control_logs(said: io.StringIO) -> None:
    text = marker("Protokoll")
    logging.getLogger("bullying_desk.anything").debug("seen %s", text)
    try:
        raise ValueError(f"told {text}")
    except ValueError:
        logging.getLogger("werkzeug").exception("oh")
    assert said.getvalue().count(text) == 2
    assert find({"log": said.getvalue().encode()}, [text])
