"""A clock that is wrong by more than a year lets no stand-in in and erases nothing before a person has looked at it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from bullying_desk.access.roles import Role
from bullying_desk.clock import Clock
from bullying_desk.reports import erasure
from tests.operations.conftest import Kept, Operator

pytestmark = pytest.mark.sqlite


@pytest.fixture
def filled(operator: Operator, kept: Kept) -> Kept:
    """Return an instance whose night work has run: a report that nobody has answered, and one that its child erases."""
    world = kept.world
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    world.file()
    erased, _receipt = world.file()
    erasure.erase(world.session, world.report(erased), Clock().today())
    world.session.commit()
    kept.stop()
    operator.done("tick")
    return kept


def _clock(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(
        "bullying_desk.commands.console.Clock", lambda: Clock(lambda: Clock().now() + timedelta(days=days))
    )


def _rows(kept: Kept) -> dict[str, object]:
    """Return how many reports there are, who reads, and how many marks of destroyed rows."""
    with kept.database.engine.begin() as connection:
        found = {
            name: connection.execute(text(query)).scalar()
            for name, query in {
                "reports": "SELECT count(*) FROM report",
                "reading": "SELECT count(*) FROM report_grant WHERE state = 'open'",
                "standing by": "SELECT count(*) FROM report_grant WHERE state = 'standby'",
                "marks": "SELECT count(*) FROM tombstone",
                "people": "SELECT count(*) FROM person WHERE state = 'active'",
            }.items()
        }
    kept.stop()
    return found


@pytest.mark.parametrize("days", [400, 5, -400, -1])
def test_nothing_is_let_in_or_destroyed_before_somebody_has_looked(
    operator: Operator, filled: Kept, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    before = _rows(filled)
    assert (before["reports"], before["standing by"]) == (2, 4)
    _clock(monkeypatch, days)
    for _ in range(2):
        assert "until a person has confirmed the clock" in operator.refused("tick")
        assert _rows(filled) == before
    assert "`bullying-desk confirm-clock`" in operator.run("doctor", "--offline").output
    operator.refused("watch")
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in filled.folder.glob("mails/*.eml")]
    told = [mail for mail in mails if "Die Uhr des Servers" in mail.get_content()]
    assert {str(mail["To"]) for mail in told} == {"karin@example.org"}
    monkeypatch.undo()  # the clock is set right: nothing is to be confirmed
    operator.done("tick")
    assert "Nothing to confirm" in operator.done("confirm-clock")


def test_after_the_yes_it_goes_on(operator: Operator, filled: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same clock, confirmed, lets stand-ins in and destroys what the child has erased."""
    before = _rows(filled)
    _clock(monkeypatch, 10)
    operator.refused("tick")
    assert operator.run("confirm-clock", typed="n\n").exit_code == 1
    operator.refused("tick")
    assert _rows(filled) == before
    assert "goes on" in operator.done("confirm-clock", "--yes")
    operator.done("tick")
    after = _rows(filled)
    assert after["reports"] == 1
    assert after["standing by"] != before["standing by"]
    with filled.database.engine.begin() as connection:
        entries = connection.execute(text("SELECT count(*) FROM audit_entry WHERE event = 'clock.confirmed'")).scalar()
    assert entries == 1


def test_a_long_weekend_is_no_jump(operator: Operator, filled: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    _clock(monkeypatch, 3)
    operator.done("tick")
