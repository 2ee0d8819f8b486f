"""Sending: as files or over SMTP, with retries, once however many ticks there are; and the rest of the night work."""

from __future__ import annotations

import os
import smtplib
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_string
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from bullying_desk import ticking
from bullying_desk.audit import chain
from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import delivery
from bullying_desk.notices.models import OutboxMail
from bullying_desk.notices.outbox import NEWS_SUBJECT, write_mail
from bullying_desk.reports.models import Report
from bullying_desk.reports.standby import deputies
from bullying_desk.rights.checking import attach
from tests.moving_clock import MovingClock
from tests.notices.mail_server import MailServer, mail_server
from tests.world import World

TICKS = int(os.environ.get("BULLYING_DESK_TICKS", "2"))


class Night:
    """The night work of one instance."""

    def __init__(self, database: Database, settings: Settings, keys: Keyring, clock: MovingClock) -> None:
        self.database, self.settings, self.keys, self.clock = database, settings, keys, clock

    def tick(self, settings: Settings | None = None) -> dict[str, int]:
        return ticking.tick_once(self.database, settings or self.settings, self.keys, self.clock)

    def smtp(self, server: MailServer) -> Settings:
        return replace(self.settings, smtp_host="127.0.0.1", smtp_port=server.port, smtp_starttls=False,
                       mail_from="portal@stadt.example")  # fmt: skip

    def files(self) -> list[Path]:
        return sorted((self.settings.instance / "mails").glob("*.eml"))

    def outbox(self) -> list[OutboxMail]:
        with self.database.transaction(write=False) as session:
            return list(session.scalars(select(OutboxMail)))

    def write(self, address: str = "selin@schule.example", body: str = "Guten Tag") -> None:
        with self.database.transaction() as session:
            write_mail(session, 1, address, "Einladung", body, self.clock.now())


@pytest.fixture
def night(database: Database, settings: Settings, keys: Keyring, clock: MovingClock) -> Night:
    return Night(database, settings, keys, clock)


def test_a_notice_waits_for_its_time_and_then_lies_as_a_file(world: World, night: Night) -> None:
    world.file()
    world.session.commit()
    assert night.tick()["mails sent"] == 0
    night.clock.forward(minutes=41)  # 10:01
    assert night.tick()["mails sent"] == 3
    assert len(night.files()) == 3
    mail = message_from_string(night.files()[0].read_text("utf-8"))
    assert mail["Subject"] == NEWS_SUBJECT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert ":00:00 " in mail["Date"]
    assert oct(night.files()[0].parent.stat().st_mode)[-3:] == "700"


def test_a_second_tick_changes_nothing(world: World, night: Night) -> None:
    world.file()
    world.session.commit()
    night.clock.forward(minutes=41)
    night.tick()
    assert night.tick() == dict.fromkeys(night.tick(), 0)
    assert len(night.files()) == 3


def test_sent_mails_lose_their_words_at_once_and_their_row_after_two_days(night: Night) -> None:
    night.write(body="https://portal.example/team/einladung/geheim")
    assert night.tick()["mails sent"] == 1
    assert [row.body for row in night.outbox()] == [""]
    night.clock.forward(days=3)
    night.tick()
    assert night.outbox() == []


def test_over_smtp(world: World, night: Night) -> None:
    world.file()
    world.session.commit()
    night.clock.forward(minutes=41)
    with mail_server() as server:
        assert night.tick(night.smtp(server))["mails sent"] == 3
    assert len(server.mails) == 3
    recipients = {line for line in server.lines if line.lower().startswith("rcpt")}
    assert recipients == {f"rcpt TO:<{world.person(name).email}>" for name in ("Selin", "Jan", "Amara")}
    assert not night.files()


def test_a_refused_mail_is_tried_again_later_and_later(night: Night) -> None:
    night.write()
    with mail_server() as server:
        server.refuse = ["451 later"] * 2
        settings = night.smtp(server)
        assert night.tick(settings)["mails failed"] == 1
        assert night.tick(settings)["mails failed"] == 0  # not again in the same minute
        assert [(row.attempts, row.failure) for row in night.outbox()] == [(1, "SMTPRecipientsRefused")]
        night.clock.forward(minutes=1)
        assert night.tick(settings)["mails failed"] == 1
        night.clock.forward(minutes=4)
        assert night.tick(settings) == dict.fromkeys(night.tick(settings), 0)  # now it waits five minutes
        night.clock.forward(minutes=1)
        assert night.tick(settings)["mails sent"] == 1
    assert len(server.mails) == 1


def test_no_mail_is_lost_while_the_server_is_away(night: Night) -> None:
    for _ in range(8):
        night.write()
    away = replace(night.settings, smtp_host="127.0.0.1", smtp_port=9, smtp_starttls=False)
    found = night.tick(away)
    assert (found["mails failed"], found["mails sent"]) == (1, 0)  # each further try would cost its whole timeout
    night.clock.forward(minutes=2)
    with mail_server() as server:
        assert night.tick(night.smtp(server))["mails sent"] == 8
    assert len(server.mails) == 8


def test_nothing_is_sent_in_the_clear_to_a_server_without_tls(night: Night) -> None:
    night.write()
    with mail_server() as server:
        assert night.tick(replace(night.smtp(server), smtp_starttls=True))["mails failed"] == 1
    assert server.mails == []
    assert not any("rcpt" in line.lower() for line in server.lines)


def test_one_address_no_header_can_hold_does_not_stop_the_others(night: Night) -> None:
    night.write("selin@schule.example\nBcc: all@example.org")
    night.write("jan@schule.example")
    found = night.tick()
    assert (found["mails sent"], found["mails failed"]) == (1, 1)


@pytest.mark.parametrize("address", ["jan@[schule.de", ".::@!a.de*", "(@&).?de[-{"])
def test_an_address_that_breaks_the_header_parser_stops_neither_mails_nor_the_night_work(
    night: Night, address: str
) -> None:
    night.write(address)
    night.write("selin@schule.example")
    found = night.tick()
    assert (found["mails sent"], found["mails failed"]) == (1, 1)
    assert "reports destroyed" in found


def test_ticks_of_two_machines_at_once_send_each_notice_once(
    world: World, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dev.py soak` tries it a thousand times. Each machine has connections of its own and ticks twice."""
    sent, rows = Counter[str](), dict[int, str]()
    lock, start = threading.Lock(), threading.Barrier(4)
    hosts = [Database(night.settings.url) for _ in range(2)]
    for host in hosts:
        attach(host, night.keys.pepper_layer)

    def sender(_settings: Settings) -> delivery.Sender:
        def send(message: object) -> None:
            time.sleep(0.001)
            with lock:
                sent[str(message["To"])] += 1  # type: ignore[index]

        return send

    def tick(host: Database) -> None:
        start.wait(timeout=60)
        ticking.tick_once(host, night.settings, night.keys, night.clock)

    monkeypatch.setattr(delivery, "sender_for", sender)
    for number in range(TICKS):
        night.write(f"p{number}a@schule.example")
        night.write(f"p{number}b@schule.example")
        if number % 20 == 0:
            world.file()
            world.session.commit()
        night.clock.forward(hours=1)
        ticks = [threading.Thread(target=tick, args=(host,)) for host in hosts * 2]
        for each in ticks:
            each.start()
        for each in ticks:
            each.join(timeout=60)
        rows |= {row.id: row.address for row in night.outbox() if row.sent}  # they stay for two days
    for host in hosts:
        host.engine.dispose()
    assert sent == Counter(rows.values())
    assert {sent[f"p{number}{which}@schule.example"] for number in range(TICKS) for which in "ab"} == {1}
    assert all(sent[world.person(name).email] for name in ("Selin", "Jan", "Amara"))


def test_a_slow_mail_server_keeps_no_child_waiting(
    world: World, night: Night, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a mail is on its way, another transaction writes into the database."""
    night.write()

    def sender(_settings: Settings) -> delivery.Sender:
        def send(_message: object) -> None:
            with database.transaction() as session:
                session.connection().exec_driver_sql("SELECT 1")
                world.session = session
                world.file()

        return send

    monkeypatch.setattr(delivery, "sender_for", sender)
    begin = time.monotonic()
    assert night.tick()["mails sent"] == 1
    assert time.monotonic() - begin < 10  # SQLite's own patience is 20 seconds
    with database.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1


def test_a_tick_that_died_on_the_way_leaves_its_mails_to_the_next(night: Night, database: Database) -> None:
    night.write()
    with database.transaction() as session:
        assert len(delivery.take_due(session, night.clock.now(), urgent=False)) == 1
    assert night.tick()["mails sent"] == 0
    night.clock.forward(minutes=delivery.TAKEN_FOR / timedelta(minutes=1))
    assert night.tick()["mails sent"] == 1


def test_a_failure_is_noted_by_its_kind_alone(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.write()

    def sender(_settings: Settings) -> delivery.Sender:
        def send(_message: object) -> None:
            raise smtplib.SMTPDataError(554, b"selin@schule.example has too much about Zofia")

        return send

    monkeypatch.setattr(delivery, "sender_for", sender)
    night.tick()
    assert [row.failure for row in night.outbox()] == ["SMTPDataError"]


def test_a_demonstration_never_sends_to_anybody(night: Night) -> None:
    night.write()
    with mail_server() as server:
        night.tick(replace(night.smtp(server), demo=True))
    assert server.lines == []
    assert len(night.files()) == 1


def test_the_hour_of_a_mail_is_full(night: Night) -> None:
    night.write()
    [row] = night.outbox()
    message = delivery.message_of(row, night.settings, night.clock.now())
    assert message["Date"].datetime == full_hour(night.clock.now())


def test_a_part_that_fails_stops_none_of_those_after_it(
    night: Night, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A letter that the trail cannot read must not keep a colleague's mail back, nor the erasures of the night."""
    night.write()

    def broken(*_more: object) -> int:
        raise ValueError("Zofia wrote: they hit me")

    monkeypatch.setattr(deputies, "release_overdue", broken)
    monkeypatch.setattr(chain, "extend", broken)
    found = night.tick()
    assert (found["mails sent"], found["parts that failed"]) == (1, 2)
    assert "reports destroyed" in found
    assert caplog.messages == ["night work: overdue failed: ValueError", "night work: trail failed: ValueError"]
    assert "Zofia" not in caplog.text


def test_a_part_that_was_overtaken_is_done_again_at_once(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person changed the same row meanwhile: no failed part, for which the operator would get a mail."""
    tries = []

    def overtaken(*_more: object) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise StaleDataError("UPDATE")
        return 3

    monkeypatch.setattr(chain, "extend", overtaken)
    assert night.tick()["parts that failed"] == 0
    assert len(tries) == 2
