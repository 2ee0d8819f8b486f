"""A new contact person is offered the first steps; what is done is said so, and the box goes when all is done."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bullying_desk.access.roles import Role
from bullying_desk.cases.inbox import first_steps
from bullying_desk.database import Database, random_id
from bullying_desk.schools.models import OfficeHour
from tests.cases.conftest import SignIn
from tests.world import World

pytestmark = pytest.mark.sqlite
BOX = "Liegt Ihr Wiederherstellungs-Code ausgedruckt unter Verschluss?"


def _begin(world: World, today: date) -> None:
    world.seats["Selin"].started_on = today - first_steps.OFFERED_FOR
    world.person("Selin").compared_by = world.person("Jan").id
    world.add("Frieda", "Frau Kern", Role.SCHOOL_COORDINATOR)
    world.session.flush()


def test_what_is_open_is_offered_and_goes_when_it_is_done(world: World, enter: SignIn) -> None:
    _begin(world, world.clock.today())
    case_id = world.report(world.file()[0]).case_id
    selin = enter("Selin")
    selin.get("/team")
    assert BOX in selin.main
    assert f"{world.person('Jan').name} hat Ihre Schlüsselwörter verglichen." in selin.main
    assert "Ihre Sprechzeiten fehlen. Wer sie eintragen kann: Frau Kern" in selin.main
    assert f"Ihre Vertretung, wenn Sie fehlen: {world.seats['Amara'].shown_name}, " in selin.main
    assert "Meldung zum Ausprobieren" in selin.main
    selin.get(f"/team/fall/{case_id}")
    selin.get("/team")
    assert "Meldung zum Ausprobieren" not in selin.main
    world.session.add(
        OfficeHour(
            id=random_id(), school_id=world.school.id, seat_id=world.seats["Selin"].id, weekday=1, starts=time(9),
            ends=time(10),
        )
    )  # fmt: skip
    assert BOX not in selin.get("/team").text


def test_it_is_offered_for_a_month_and_to_the_new_one_alone(world: World, enter: SignIn) -> None:
    _begin(world, world.clock.today())
    world.seats["Selin"].started_on -= timedelta(days=1)
    assert BOX not in enter("Selin").get("/team").text
    world.session.flush()
    world.seats["Selin"].started_on += timedelta(days=1)
    assert BOX not in enter("Jan").get("/team").text
    assert BOX in enter("Selin").get("/team").text


def test_they_cost_no_question_once_they_are_done_and_few_before(
    world: World, database: Database, enter: SignIn
) -> None:
    """Each look at the inbox within the first month asks; most looks come when the steps are done."""
    _begin(world, world.clock.today())
    case_id = world.report(world.file()[0]).case_id
    selin, asked = enter("Selin"), list[str]()

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    def questions() -> int:
        asked.clear()
        selin.get("/team")
        return sum(statement.startswith("SELECT") for statement in asked)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        before = questions()
        assert BOX in selin.main
        selin.get(f"/team/fall/{case_id}")
        hour = OfficeHour(id=random_id(), school_id=world.school.id, seat_id=world.seats["Selin"].id, weekday=1,
                          starts=time(9), ends=time(10))  # fmt: skip
        world.session.add(hour)
        world.session.flush()
        after = questions()
        assert BOX not in selin.main
        world.seats["Selin"].started_on -= timedelta(days=1)
        world.session.flush()
        assert questions() == after  # as for everybody else
        assert before <= after + 5
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
