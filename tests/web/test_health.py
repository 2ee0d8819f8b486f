"""What a supervisor is told: the program answers, and whether it can take a report."""

from __future__ import annotations

import time
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bullying_desk import patience
from bullying_desk.config import Settings
from bullying_desk.database import Database


class Disk(NamedTuple):
    free: int


def test_ready_is_whoever_can_take_a_report(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").get_data(as_text=True) == "ok\n"
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Disk(10))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "disk fails\n")
    assert client.get("/healthz").status_code == 200


def test_a_database_that_is_gone_is_told_and_help_still_answers(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_more: object, **_options: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(Database, "session", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "database fails\n")
    assert client.get("/healthz").status_code == 200
    assert client.get("/hilfe").status_code == 200


@pytest.mark.postgres
def test_a_database_that_hangs_is_waited_for_only_so_long(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 1.0)
    other = Database(settings.url)
    with other.transaction() as holding:
        holding.execute(text("LOCK TABLE night_work IN ACCESS EXCLUSIVE MODE"))
        begin = time.monotonic()
        with pytest.raises(OperationalError), database.transaction() as session:
            session.execute(text("SELECT 1 FROM night_work"))
        assert 1 <= time.monotonic() - begin < 5
    with database.transaction(write=False) as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    other.engine.dispose()
