"""A case whose rows were changed past the program opens nothing, and says so on record instead of breaking."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.database import Database
from tests.cases.conftest import SignIn
from tests.world import World


def _past_the_program(database: Database, statement: str, **values: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.mark.both
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM record WHERE owner_id = :report AND kind = 'left-out'",
        "UPDATE record SET revision = 7 WHERE owner_id = :report AND kind = 'left-out'",
    ],
    ids=["deleted", "another revision"],
)
def test_a_list_of_people_left_out_that_is_not_the_newest_is_an_alarm(
    world: World, database: Database, enter: SignIn, statement: str
) -> None:
    """Without it somebody left out could be let in again: so nothing of the case opens."""
    filed, _receipt = world.file()
    case = world.report(filed).case_id
    world.session.commit()
    desk = enter("Selin")
    desk.get(f"/team/fall/{case}")
    _past_the_program(database, statement, report=filed.report_id)
    desk.get(f"/team/fall/{case}", status=403)
    world.session.rollback()
    alarms = trail.entries_about(world.session, case, Event.KEY_ALARM)
    assert [each.facts["what"] for each in alarms][:1] in (["record"], ["grant"])


@pytest.mark.both
@pytest.mark.parametrize("column", ["answer_due = '2020-01-01'", "danger = true", "epoch = 2", "left_out = 3"])
def test_a_report_that_was_changed_is_nobody_s(world: World, database: Database, enter: SignIn, column: str) -> None:
    filed, _receipt = world.file()
    case = world.report(filed).case_id
    world.session.commit()
    desk = enter("Selin")
    _past_the_program(database, f"UPDATE report SET {column} WHERE id = :report", report=filed.report_id)
    answer = desk.client.get(f"/team/fall/{case}")
    assert answer.status_code in {403, 404}
    assert "Sie lachen" not in answer.text
