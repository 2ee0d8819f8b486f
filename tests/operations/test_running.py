"""The pages that say how the service runs: one for the city's coordinator, one that a city may publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import night
from bullying_desk.notices.models import NightWork, OutboxMail
from bullying_desk.notices.outbox import write_mail
from bullying_desk.notices.running import CERTIFICATE_ENDS, OLD_COPY, OLD_DRILL, running
from bullying_desk.reports import figures
from bullying_desk.reports.doors.answers import Answers
from tests.guidance.readability import page_text
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import World, layer_of, make_world

PAGE = "/stadt/betrieb"
LOOK = "Bitte ansehen"


class Disk(NamedTuple):
    free: int


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, status_page=True)


@pytest.fixture
def world(session: Session, keys: Keyring, clock: MovingClock) -> World:
    """Return the small city with a coordinator; everything runs and everything was tried out today."""
    made = make_world(session, layer_of(keys), clock)
    made.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    _all_well(made)
    session.commit()
    return made


def _words(page: str) -> str:
    return " ".join(page_text(page).split())


def _all_well(world: World) -> None:
    session, now = world.session, world.clock.now()
    night.note(session, now, [])
    night.note_copy(session, now)
    night.note_drill(session, now, world.clock.today())
    night.note_certificate(session, now, now + timedelta(days=60))


def _take(world: World, settings: Settings) -> None:
    figures.take(world.session, settings.instance, world.clock.now())
    world.session.commit()


@pytest.fixture
def desk(app: Flask, client: FlaskClient, world: World) -> Callable[[], str]:
    """Return a function that opens the coordinator's page and returns its text."""

    def read() -> str:
        sign_in(app, client, world, "Karin")
        answer = client.get(PAGE)
        assert answer.status_code == 200
        return _words(answer.text)

    return read


def _set(world: World, **values: object) -> None:
    world.session.execute(update(NightWork).values(**values))


def _late(world: World) -> None:
    _set(world, ran_at=world.clock.now() - timedelta(hours=2))


def _jumped(world: World) -> None:
    _set(world, ran_at=world.clock.now() - timedelta(days=9))


def _failed(world: World) -> None:
    _set(world, failed="letters")


def _down(world: World) -> None:
    _set(world, mails_stuck_since=world.clock.now() - timedelta(hours=3))


def _waiting(world: World) -> None:
    write_mail(world.session, 7, "jan@schule.example", "x", "y", world.clock.now() - timedelta(hours=3))


def _refused(world: World) -> None:
    write_mail(world.session, 7, "jan@schule.example", "x", "y", world.clock.now())
    world.session.flush()
    since = world.clock.now() - timedelta(hours=2)
    world.session.execute(update(OutboxMail).values(refused_since=since, given_up=True))


def _bent(world: World) -> None:
    trail.record(world.session, Event.KEY_ALARM, world.clock.now(), person=7, what="tag")


def _uncopied(world: World) -> None:
    _set(world, backed_up_at=world.clock.now() - OLD_COPY - timedelta(minutes=1))


def _untried(world: World) -> None:
    _set(world, drilled_on=world.clock.today() - OLD_DRILL - timedelta(days=1))


def _ending(world: World) -> None:
    night.note_certificate(world.session, world.clock.now(), world.clock.now() + CERTIFICATE_ENDS - timedelta(days=1))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("wrong", "words", "marks"),
    [
        (None, "Alles läuft. Sie müssen nichts tun.", 0),
        (_late, "Das Portal verschickt keine E-Mails, auch keine bei Gefahr.", 2),
        (_jumped, "bullying-desk confirm-clock", 2),
        (_failed, "Ein Teil ist gescheitert: letters.", 1),
        (_down, "Der Mailserver nimmt nichts an.", 1),
        (_waiting, "1 E-Mail wartet, die älteste seit 180 Minuten.", 1),
        (_refused, "Bei 1 Person kommen E-Mails nicht an.", 1),
        (_bent, "Ein Schlüssel oder ein Recht passt nicht", 1),
        (_uncopied, "fehlen die letzten Meldungen", 1),
        (_untried, "bullying-desk drill", 1),
        (_ending, "Danach warnt jeder Browser vor dem Portal.", 1),
    ],
)
def test_the_coordinator_reads_what_is_wrong_and_what_to_do(
    desk: Callable[[], str],
    world: World,
    settings: Settings,
    wrong: Callable[[World], None] | None,
    words: str,
    marks: int,
) -> None:
    if wrong is not None:
        wrong(world)
    _take(world, settings)
    page = desk()
    assert words in page
    assert page.count(LOOK) == marks
    assert running(world.session, world.clock.now()).lacking == marks
    assert not any(name in page for name in ("Lindenpark", "jan@", "Jan", "198765"))


@pytest.mark.sqlite
def test_a_full_disk_and_the_first_hour(
    desk: Callable[[], str], world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Noch nicht gemessen." in desk()
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Disk(200 * 1024 * 1024))
    _take(world, settings)
    page = desk()
    assert "200 MB sind frei." in page
    assert "Die IT muss heute Platz schaffen." in page


@pytest.mark.both
def test_what_a_child_does_moves_nothing_on_either_page_before_the_next_hour(
    desk: Callable[[], str], client: FlaskClient, world: World, settings: Settings, clock: MovingClock
) -> None:
    _take(world, settings)
    before, public = desk(), _words(client.get("/stand").text)
    world.file(answers=Answers(1, True, {"was": ("worte",), "text": "Es ist schlimm."}))
    _down(world)
    world.session.commit()
    assert desk() == before
    assert _words(client.get("/stand").text) == public
    clock.forward(hours=1)
    _set(world, ran_at=clock.now())
    _take(world, settings)
    assert desk() != before
    assert "später" in _words(client.get("/stand").text)


@pytest.mark.sqlite
def test_the_public_page_is_off_until_the_city_publishes_it(settings: Settings) -> None:
    assert not Settings(instance=settings.instance).status_page


@pytest.mark.sqlite
@pytest.mark.parametrize(("status", "found"), [(False, 404), (True, 200)])
def test_it_is_found_and_named_only_then(
    settings: Settings, database: Database, keys: Keyring, world: World, status: bool, found: int
) -> None:
    from bullying_desk.app import create_app

    app = create_app(replace(settings, status_page=status), clock=world.clock, database=database, keys=keys)
    client = app.test_client()
    assert client.get("/stand", base_url="https://localhost").status_code == found
    assert ('href="/stand"' in client.get("/impressum", base_url="https://localhost").text) is status


@pytest.mark.sqlite
def test_everybody_reads_whether_it_runs_with_the_help_lines(
    client: FlaskClient, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take(world, settings)
    answer = client.get("/stand")
    assert answer.status_code == 200
    assert "Alles läuft." in answer.text
    _late(world)
    world.session.commit()
    late = client.get("/stand")
    assert "Aber das Team erfährt gerade später davon." in _words(late.text)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Disk(1024))
    pause = client.get("/stand")
    assert pause.status_code == 503
    assert "Wir machen gerade eine kurze Pause." in pause.text
    for page in (answer.text, late.text, pause.text):
        assert "116 111" in page or "0800 111 0 111" in page
        assert "tel:110" in page
