"""What needs a person reaches people by name: no night work, failing mails, keys that do not hold, a full disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import update

from bullying_desk.access.roles import Role
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import Clock
from bullying_desk.notices.models import NightWork, OutboxMail
from bullying_desk.notices.outbox import write_mail
from tests.operations.conftest import Kept, Operator, keep_copies

pytestmark = pytest.mark.sqlite


class Disk(NamedTuple):
    free: int


@pytest.fixture
def calm(operator: Operator, kept: Kept) -> Operator:
    """Return an instance in which nothing needs a person, with a coordinator and an operator."""
    kept.world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    kept.world.session.commit()
    (kept.folder / "settings.toml").write_text('operator_email = "it@stadt.example"\n', "utf-8")
    keep_copies(kept)
    operator.done("tick")
    assert "Nothing needs a person" in operator.done("watch")
    return operator


def _mailed(kept: Kept) -> dict[str, str]:
    found = {}
    for path in (kept.folder / "mails").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        found[str(mail["To"])] = mail.get_content()
    return found


def _late(kept: Kept) -> None:
    kept.world.session.execute(update(NightWork).values(ran_at=Clock().now() - timedelta(hours=2)))


def _stuck(kept: Kept) -> None:
    kept.world.session.execute(update(NightWork).values(mails_stuck_since=Clock().now() - timedelta(hours=2)))


def _refused(kept: Kept) -> None:
    write_mail(kept.world.session, 7, "jan@schule.example", "x", "y", Clock().now())
    kept.world.session.flush()
    kept.world.session.execute(
        update(OutboxMail).values(refused_since=Clock().now() - timedelta(hours=2), given_up=True)
    )


def _bent(kept: Kept) -> None:
    trail.record(kept.world.session, Event.KEY_ALARM, Clock().now(), person=7, what="tag")


def _uncopied(kept: Kept) -> None:
    kept.world.session.execute(update(NightWork).values(backed_up_at=Clock().now() - timedelta(days=3)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (_uncopied, "keine neue Sicherung"),
        (_late, "Nachtarbeit"),
        (_stuck, "Mailserver"),
        (_refused, "Zahl der Personen: 1"),
        (_bent, "Schlüssel"),
    ],
)
def test_each_alarm_is_mailed_once_a_day_and_said_by_doctor(
    calm: Operator, kept: Kept, wrong: Callable[[Kept], None], words: str
) -> None:
    wrong(kept)
    kept.world.session.commit()
    assert calm.run("watch").exit_code == 1
    mails = _mailed(kept)
    assert set(mails) >= {"it@stadt.example", "karin@example.org"}
    assert all(words in body for body in mails.values())
    shutil.rmtree(kept.folder / "mails")
    assert calm.run("watch").exit_code == 1  # still wrong, for whoever watches the timer
    assert _mailed(kept) == {}
    doctor = calm.run("doctor", "--offline").output
    assert any(
        each in doctor for each in ("night work", "mail server", "are refused", "key.alarm", "newest copy is of")
    )


def test_a_disk_that_fills_up_is_told(calm: Operator, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Disk(20 * 1024 * 1024))
    assert "only 20 MB are free" in calm.run("watch").output
    assert "Speicherplatz" in _mailed(kept)["it@stadt.example"]


def test_no_mail_says_whose_or_where(calm: Operator, kept: Kept) -> None:
    for wrong in (_late, _stuck, _refused, _bent):
        wrong(kept)
    kept.world.session.commit()
    calm.run("watch")
    for body in _mailed(kept).values():
        assert not any(word in body for word in ("jan@", "Lindenpark", "198765", "Jan", str(Path(kept.folder))))
