"""`bullying-desk audit verify`: what it prints, and the exit code a script can trust."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.commands import main
from bullying_desk.database import Database

pytestmark = pytest.mark.sqlite


def say(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(folder), *words])


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance with five linked acts."""
    assert say(tmp_path, "migrate").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    with database.transaction() as session:
        for n in range(5):
            record(
                session, Event.CASE_TAKEN, datetime.now(UTC) - timedelta(hours=2, seconds=n + 0.5), actor=1, subject=2
            )
    database.engine.dispose()
    assert "entries linked: 5" in say(tmp_path, "tick").output
    return tmp_path


def bend(folder: Path, *statements: str) -> None:
    """What a person with the database file does."""
    with closing(sqlite3.connect(folder / "desk.db")) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            file.execute(statement)
        file.commit()


def test_a_whole_trail(instance: Path) -> None:
    done = say(instance, "audit", "verify")
    assert done.exit_code == 0
    assert "The trail is whole: 5 linked entries, 0 not linked yet." in done.output
    head = (instance / "audit-head").read_text("ascii").strip()
    assert f"Head: {head}" in done.output
    assert say(instance, "audit", "verify", "--head", head).exit_code == 0


def test_a_changed_row_is_named(instance: Path) -> None:
    bend(instance, "UPDATE audit_entry SET actor_id = 9 WHERE id = (SELECT entry_id FROM audit_link WHERE number = 3)")
    done = say(instance, "audit", "verify")
    assert done.exit_code == 1
    assert "bent at link 3, entry " in done.output


def test_a_cut_end_is_found_by_the_head_beside_the_database_and_by_a_mailed_one(instance: Path) -> None:
    head = (instance / "audit-head").read_text("ascii").strip()
    ends = "(SELECT entry_id FROM audit_link WHERE number > 3)"
    bend(instance, f"DELETE FROM audit_entry WHERE id IN {ends}", "DELETE FROM audit_link WHERE number > 3")
    assert "bent at link 5: the end was cut off" in say(instance, "audit", "verify").output
    assert "trail contradicts its kept head: 1" in say(instance, "tick").output
    (instance / "audit-head").unlink()
    assert say(instance, "audit", "verify").exit_code == 0
    assert say(instance, "audit", "verify", "--head", head).exit_code == 1


def test_what_is_no_head_is_told_so(instance: Path) -> None:
    assert say(instance, "audit", "verify", "--head", "17").exit_code == 2
    (instance / "audit-head").write_text("nonsense")
    done = say(instance, "audit", "verify")
    assert done.exit_code == 1
    assert "is damaged" in done.output
