"""An instance from before the tags: a person looks at the listing, and only then is a row believed."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bullying_desk.accounts.sign_in.signing_in import identity_of
from bullying_desk.database import Database
from bullying_desk.keyring import load_keys
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach
from tests.operations.conftest import Kept, Operator

pytestmark = pytest.mark.sqlite
TABLES = ("person", "seat", "school", "report", "case_file", "report_grant", "case_grant", "case_epoch")


@pytest.fixture
def older(kept: Kept) -> Kept:
    """Return the instance as it was before its rows had tags."""
    person = kept.world.person("Selin").id
    kept.stop()
    with kept.database.engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"UPDATE {table} SET tag = NULL, generation = 0"))
        connection.execute(text("UPDATE person SET heavy_digest = NULL"))
        assert connection.execute(text("SELECT count(*) FROM person WHERE id = :id"), {"id": person}).scalar() == 1
    kept.stop()
    return kept


def _is_known(kept: Kept) -> bool:
    database = Database(f"sqlite:///{kept.folder / 'desk.db'}")
    attach(database, load_keys(kept.folder / "keys").pepper_layer, kept.folder)
    with database.transaction(write=False) as session:
        found = identity_of(session, next(iter(kept.world.keys)))
    database.engine.dispose()
    return found is not None


def test_nobody_is_believed_before_somebody_has_said_yes_to_the_listing(operator: Operator, older: Kept) -> None:
    assert not _is_known(older)
    assert "run `bullying-desk seal-rights`" in operator.done("migrate")
    asked = operator.run("seal-rights", typed="n\n")
    assert asked.exit_code == 1
    for words in ("Selin Aydin", "selin@example.org", "contact_person", "Lindenpark"):
        assert words in asked.output
    assert not _is_known(older)
    assert "rights carry their tag now" in operator.done("seal-rights", "--yes")
    assert _is_known(older)
    assert "no valid tag" not in operator.run("doctor", "--offline").output


def test_it_is_done_once_so_that_nobody_s_seat_is_made_good_later(operator: Operator, older: Kept) -> None:
    operator.done("seal-rights", "--yes")
    with older.database.engine.begin() as connection:
        connection.execute(text("UPDATE seat SET tag = NULL, generation = 0 WHERE role = 'city_team'"))
    older.stop()
    assert "tagged already" in operator.refused("seal-rights", "--yes")
    said = operator.run("doctor", "--offline").output
    assert said.count("right in seat") == 2
    assert "carries no valid tag" in said


def test_the_night_work_makes_an_alarm_of_what_does_not_hold_once_a_day(operator: Operator, kept: Kept) -> None:
    operator.done("tick")
    kept.stop()
    with kept.database.engine.begin() as connection:
        connection.execute(text("UPDATE seat SET shown_name = 'Frau X' WHERE role = 'school_head'"))
    kept.stop()
    assert "rights that do not hold: 1" in operator.run("tick").output
    assert "rights that do not hold: 1" in operator.run("tick").output
    with kept.database.engine.begin() as connection:
        alarms = connection.execute(text("SELECT facts FROM audit_entry WHERE event = 'key.alarm'")).all()
    assert len(alarms) == 1
    assert "seat:forged" in alarms[0][0]


def _sums(kept: Kept) -> int:
    with kept.database.engine.begin() as connection:
        return int(connection.execute(text("SELECT count(*) FROM right_set")).scalar() or 0)


def test_migrating_sums_up_older_reports_once(operator: Operator, kept: Kept) -> None:
    """A database from before the sums gets them; one that had them, and lost them, does not."""
    kept.world.file()
    kept.world.session.commit()
    kept.stop()
    assert _sums(kept) == 2
    for again in (2, 0):
        with kept.database.engine.begin() as connection:
            connection.execute(text("DELETE FROM right_set"))
        kept.stop()
        operator.done("migrate")
        assert _sums(kept) == again
        said = operator.run("doctor", "--offline").output
        assert ("right in report, row" in said) is (again == 0)
        attach(kept.database, load_keys(kept.folder / "keys").pepper_layer)
        with kept.database.transaction(write=False) as session:
            head.keep(session, kept.folder)
        kept.stop()
