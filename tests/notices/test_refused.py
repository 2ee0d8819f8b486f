"""Mails that are refused: one recipient's fault is nobody else's, danger goes first, and somebody hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_string

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.notices import night as night_notes
from bullying_desk.notices.models import OutboxMail
from bullying_desk.notices.outbox import NO_REPLY, announce, write_mail
from tests.moving_clock import MovingClock
from tests.notices.mail_server import mail_server
from tests.notices.test_ticking import Night, night
from tests.signing import sign_in
from tests.world import World

__all__ = ["night"]
CLOSED = "550 5.1.1 no such mailbox"


def _danger(night: Night, address: str = "jan@schule.example") -> None:
    with night.database.transaction() as session:
        announce(session, [(7, address)], urgent=True, moments={7: night.clock.now()})


@pytest.mark.parametrize("refused", [6, 40, 120])
def test_refused_addresses_hold_up_no_danger_mail(night: Night, refused: int) -> None:
    for number in range(refused):
        night.write(f"p{number}@schule.example")
    with mail_server() as server:
        server.closed = {f"p{number}@schule.example": CLOSED for number in range(refused)}
        night.tick(night.smtp(server))
        night.clock.forward(minutes=1)
        _danger(night)
        heard = len(server.lines)
        assert night.tick(night.smtp(server))["mails sent"] == 1
    assert "jan@" in next(line for line in server.lines[heard:] if line.lower().startswith("rcpt"))


def test_closed_mailboxes_that_add_up_stand_before_nobody(night: Night) -> None:
    """Four notices a day for each of 30 closed mailboxes, for two days: a new mail goes out in the first tick."""
    with mail_server() as server:
        for _ in range(2):
            for number in range(30):
                server.closed[f"p{number}@schule.example"] = CLOSED
                for _notice in range(4):
                    night.write(f"p{number}@schule.example")
            night.tick(night.smtp(server))
            night.clock.forward(days=1)
        night.write("selin@schule.example")
        night.tick(night.smtp(server))
    assert len(server.mails) == 1


def test_a_server_that_is_away_is_asked_once_and_danger_comes_first_again(night: Night) -> None:
    for number in range(5):
        night.write(f"p{number}@schule.example")
    _danger(night)
    away = replace(night.settings, smtp_host="127.0.0.1", smtp_port=9, smtp_starttls=False)
    found = night.tick(away)
    assert (found["mails failed"], found["mails sent"]) == (1, 0)
    with night.database.transaction(write=False) as session:
        since = night_notes.last(session)
        assert since is not None
        assert since.mails_stuck_since == night.clock.now()
        assert night_notes.refused(session, night.clock.now() + timedelta(days=1)) == []  # nobody's own fault
    night.clock.forward(minutes=1)
    with mail_server() as server:
        assert night.tick(night.smtp(server))["mails sent"] == 6
    assert "jan@" in next(line for line in server.lines if line.lower().startswith("rcpt"))
    with night.database.transaction(write=False) as session:
        assert night_notes.last(session).mails_stuck_since is None  # type: ignore[union-attr]


def test_one_mail_that_the_server_hangs_up_at_stands_before_the_others_once(night: Night) -> None:
    with mail_server() as server:
        server.closed = {"p0@schule.example": "421 going down"}
        night.write("p0@schule.example")
        night.write("selin@schule.example")
        night.tick(night.smtp(server))
        night.clock.forward(minutes=1)
        night.tick(night.smtp(server))
    assert len(server.mails) == 1


def test_a_closed_mailbox_is_tried_for_three_days_then_given_up_and_shown(night: Night) -> None:
    night.write("p0@schule.example", body="https://portal.example/team/einladung/geheim")
    with mail_server() as server:
        server.closed = {"p0@schule.example": CLOSED}
        for _step in range(20):
            night.tick(night.smtp(server))
            night.clock.forward(hours=4)
        tried = len(server.lines)
        night.tick(night.smtp(server))
        assert len(server.lines) == tried
        [row] = night.outbox()
        assert (row.given_up, row.body, row.sent) == (True, "", 0)
        night.write("p0@schule.example")  # the next one is tried once, and given up at once
        night.tick(night.smtp(server))
        assert [row.given_up for row in night.outbox()] == [True, True]
        with night.database.transaction(write=False) as session:
            assert [one.person_id for one in night_notes.refused(session, night.clock.now())] == [1]
        server.closed = {}  # mended: the next mail arrives, and nobody is shown any more
        night.write("p0@schule.example")
        assert night.tick(night.smtp(server))["mails sent"] == 1
        with night.database.transaction(write=False) as session:
            assert night_notes.refused(session, night.clock.now()) == []


def test_what_is_refused_for_now_is_not_given_up_after_three_days(night: Night) -> None:
    night.write()
    with mail_server() as server:
        server.closed = {"selin@schule.example": "452 mailbox full"}
        for _step in range(24):
            night.tick(night.smtp(server))
            night.clock.forward(hours=4)
        server.closed = {}
        night.clock.forward(hours=4)
        assert night.tick(night.smtp(server))["mails sent"] == 1


@pytest.mark.both
def test_the_city_sees_whose_mails_are_refused(
    app: Flask, client: FlaskClient, world: World, session: Session, clock: MovingClock
) -> None:
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    write_mail(session, world.person("Jan").id, "jan@example.org", "x", "y", clock.now())
    session.commit()
    sign_in(app, client, world, "Karin")
    page = client.get("/stadt/schulen?fehlt=1", base_url="https://localhost").get_data(as_text=True)
    assert "E-Mails kommen nicht an" not in page
    session.execute(update(OutboxMail).values(refused_since=clock.now() - timedelta(hours=2)))
    session.commit()
    page = client.get("/stadt/schulen?fehlt=1", base_url="https://localhost").get_data(as_text=True)
    assert "E-Mails kommen nicht an" in page
    assert world.person("Jan").name in page


def test_no_mail_invites_an_answer(night: Night) -> None:
    night.write()
    with mail_server() as server:
        night.tick(night.smtp(server))
    mail = message_from_string(server.mails[0])
    assert mail["Reply-To"] == "nicht-antworten@stadt.example"
    assert NO_REPLY.strip() in server.mails[0]
