"""Two who change one right, where the second has read it before the first one stored it: the second is refused whole.

Without a check of the former generation the later writer would win silently, and the sum of the report would be wrong
for ever: an alarm that nobody has caused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.test import TestResponse

from bullying_desk.cases.models import CaseOffer, OfferKind
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports.models import Case, CaseEpoch, CaseGrant, GrantState, Report, ReportEpoch, ReportGrant
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach, hint
from bullying_desk.rights.models import RightGone, RightSet, right_classes
from bullying_desk.rights.writing import forget, retag
from bullying_desk.schools.models import Absence, FreeDay, School, Seat
from bullying_desk.sealing.pepper import Pepper, PepperLayer
from tests.reports.pages import look, main_of, press
from tests.signing import sign_in
from tests.world import World

Change = Callable[[Session, Any], object]


@pytest.fixture
def told(world: World) -> Report:
    """A report for the team, with an offer in its case and a second epoch of both."""
    filed, _receipt = world.file(choice=ReaderChoice(Wish.TEAM))
    report, hour = world.report(filed), world.clock.hour()
    selin, jan = world.person("Selin").id, world.person("Jan").id
    world.session.add(CaseOffer(case_id=report.case_id, kind=OfferKind.SHARE, from_id=selin, to_id=jan, made_hour=hour))
    world.session.add(CaseEpoch(case_id=report.case_id, epoch=2, commitment=b"c"))
    world.session.add(ReportEpoch(report_id=report.id, epoch=2, commitment=b"c"))
    world.session.commit()
    return report


def _first(model: type[Any]) -> Any:
    return select(model).order_by(*model.__table__.primary_key).limit(1)


@contextmanager
def _read_before(database: Database, model: type[Any]) -> Iterator[tuple[Session, Any]]:
    """A session that has read a row, and holds no lock: on SQLite too, since its reading is over."""
    with database.session(write=True) as session:
        row = session.scalars(_first(model)).one()
        session.commit()
        yield session, row


def _set(name: str, value: object) -> Change:
    return lambda _session, row: setattr(row, name, value)


def _delete(session: Session, row: Any) -> None:
    session.delete(row)


CHANGES: dict[str, tuple[type[Any], Change, Change]] = {
    "two changes of a report": (Report, _set("escalation", 1), _set("unseen_step", 1)),
    "the same change twice": (Report, _set("escalation", 1), _set("escalation", 1)),
    "two changes of a case": (Case, _set("danger", True), _set("epoch", 7)),
    "two changes of a grant": (ReportGrant, _set("state", GrantState.ENDED), _set("state", GrantState.OFFERED)),
    "two changes of a case's grant": (CaseGrant, _set("epoch", 7), _set("state", GrantState.ENDED)),
    "an offer that was answered is deleted": (CaseOffer, _set("keeps", True), _delete),
    "an offer that was deleted is answered": (CaseOffer, _delete, _set("keeps", True)),
    "an offer is deleted twice": (CaseOffer, _delete, _delete),
    "an epoch of a report is deleted twice": (ReportEpoch, _delete, _delete),
    "an epoch of a case is deleted twice": (CaseEpoch, _delete, _delete),
    "two changes of a seat": (Seat, _set("shown_name", "Frau A"), _set("on_duty", True)),
    "a column that is no right": (ReportGrant, _set("state", GrantState.ENDED), _set("seen_letters", 3)),
    "two changes of a school": (School, _set("town", "Dortmund-Mitte"), _set("short_name", "Linden")),
    "an absence is ended twice": (Absence, _delete, _delete),
    "an absence that was prolonged is deleted": (Absence, _set("entered_by", 1), _delete),
}


@pytest.mark.parametrize("name", CHANGES)
def test_who_read_an_older_state_changes_nothing(
    name: str, told: Report, world: World, database: Database, settings: Settings
) -> None:
    model, first, second = CHANGES[name]
    _absent(world)
    with _read_before(database, model) as (late, row):
        with database.transaction() as early:
            first(early, early.scalars(_first(model)).one())
        second(late, row)
        # What else belongs to the request is undone with it.
        late.add(FreeDay(school_id=world.school.id, day=world.clock.today(), half=False))
        with pytest.raises(StaleDataError):
            late.commit()
        late.rollback()
    with database.transaction(write=False) as look:
        assert head.look(look, head.kept(settings.instance))[0] == []
        assert look.scalars(select(FreeDay)).all() == []


def _absent(world: World) -> None:
    day, seat = world.clock.today(), world.seats["Selin"]
    by = world.person("Jan").id
    world.session.add(Absence(school_id=seat.school_id, seat_id=seat.id, first_day=day, last_day=day, entered_by=by))
    world.session.commit()


def test_the_first_change_stays(told: Report, database: Database) -> None:
    with _read_before(database, Report) as (late, row):
        with database.transaction() as early:
            early.scalars(_first(Report)).one().escalation = 2
        row.unseen_step = 1
        with pytest.raises(StaleDataError):
            late.commit()
        late.rollback()
    with database.transaction() as again:
        found = again.scalars(_first(Report)).one()
        assert (found.escalation, found.unseen_step) == (2, 0)
        found.unseen_step = 1  # who has read again may change it


def test_a_mark_of_a_deletion_is_made_once(world: World, database: Database) -> None:
    _absent(world)
    with database.transaction() as session:
        session.delete(session.scalars(select(Absence)).one())
    with database.transaction(write=False) as look:
        assert [gone.kind for gone in look.scalars(select(RightGone))] == ["absence"]


def test_what_stands_in_no_head_leaves_no_mark(told: Report, database: Database) -> None:
    """Rows of a report are missed in its sum; a mark of each would stay for ever."""
    with database.transaction() as session:
        session.delete(session.scalars(select(CaseOffer)).one())
    with database.transaction(write=False) as look:
        assert look.scalars(select(RightGone)).all() == []


def test_forgetting_what_is_not_there_leaves_no_mark(world: World, database: Database) -> None:
    _absent(world)
    with database.transaction() as session:
        assert forget(session, Absence, Absence.last_day < world.clock.today()) == 0
        absence = session.scalars(select(Absence.id)).one()
        assert forget(session, Absence, Absence.last_day <= world.clock.today()) == 1
    with database.transaction(write=False) as look:
        marks = look.execute(select(RightGone.kind, RightGone.row_id, RightGone.generation)).all()
        assert [tuple(mark) for mark in marks] == [("absence", absence, 2)]


def test_who_locks_a_right_has_its_newest_state(told: Report, world: World, database: Database) -> None:
    """A page may have loaded the row before it takes its turn: what it reads under the lock must be what holds."""
    with _read_before(database, Report) as (late, row):
        with database.transaction() as early:
            early.scalars(_first(Report)).one().escalation = 2
        locked = late.scalars(_first(Report).with_for_update()).one()
        assert locked is row
        assert row.escalation == 2
        row.unseen_step = 1
        late.commit()


# --- rows that are written past the session's own statements ------------------------------------------------------


def test_what_changes_while_it_is_tagged_again_stays_as_it_is(
    told: Report, keys: Keyring, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a process still runs while the pepper is changed: no row and no sum gets the tag of an older state."""
    old = keys.pepper_layer
    newer = PepperLayer(Pepper(b"n" * 32), old.current_id + 1, {old.current_id: keys.pepper})
    tables = [RightSet.__table__, *(model.__table__ for model in right_classes())]
    moments = count(1)
    with database.transaction() as session:
        connection = session.connection()

        def meanwhile(*_facts: object) -> bool:
            for table in tables:
                connection.execute(table.update().values(tag=b"theirs %d" % next(moments)))
            return True

        monkeypatch.setattr("bullying_desk.rights.writing.holds_raw", meanwhile)
        monkeypatch.setattr("bullying_desk.rights.sets.holds_set", meanwhile)
        assert retag(session, newer) == 0


def test_a_mark_of_a_deletion_gets_the_new_pepper_and_a_forged_one_does_not(
    told: Report, world: World, keys: Keyring, database: Database, settings: Settings
) -> None:
    """The mark outlives the pepper. Else a change of the pepper would make each honest deletion an alarm."""
    _absent(world)
    with database.transaction() as session:
        session.delete(session.scalars(select(Absence)).one())
        session.add(RightGone(kind="seat", row_id=7, generation=2, tag=bytes([1, 1]) + b"x" * 32))
    old = keys.pepper_layer
    newer = PepperLayer(Pepper(b"n" * 32), old.current_id + 1, {old.current_id: keys.pepper})
    with database.transaction() as session:
        laid = retag(session, newer)
        rights = sum(len(session.execute(hint(select(model.tag))).all()) for model in right_classes())
        assert laid == rights + len(session.scalars(select(RightSet)).all()) + 1
        assert {mark.kind: mark.tag[1] for mark in session.scalars(select(RightGone))} == {"absence": 2, "seat": 1}
        assert retag(session, newer) == 0
    attach(database, PepperLayer(Pepper(b"n" * 32), old.current_id + 1), settings.instance)
    with database.transaction(write=False) as look:
        assert [(found.kind, found.fault) for found in head.look(look, {})[0]] == [("right_gone", head.Fault.FORGED)]


@pytest.mark.postgres
def test_forgetting_waits_for_a_change_that_runs(
    told: Report, world: World, database: Database, settings: Settings
) -> None:
    """A mark of a deletion must be newer than the row: else the next night calls an honest deletion a fork."""
    _absent(world)
    with database.transaction(write=False) as look:
        head.keep(look, settings.instance)
    ready, result = Event(), list[int]()

    def forgets() -> None:
        with database.transaction() as session:
            session.execute(select(1))
            ready.set()
            result.append(forget(session, Absence, Absence.last_day <= world.clock.today() + timedelta(days=1)))

    with database.transaction() as session:
        absence = session.scalars(select(Absence)).one()
        absence.last_day += timedelta(days=1)
        session.flush()
        other = Thread(target=forgets)
        other.start()
        ready.wait(10)
        other.join(0.3)
        assert other.is_alive()  # it waits
    other.join(10)
    assert result == [1]
    with database.transaction(write=False) as look:
        assert look.scalars(select(RightGone.generation)).all() == [3]
        assert head.look(look, head.kept(settings.instance))[0] == []


@pytest.mark.postgres
@pytest.mark.parametrize("name", [name for name in CHANGES if "absence" not in name])
def test_two_who_have_read_in_open_transactions(
    name: str, told: Report, world: World, database: Database, settings: Settings
) -> None:
    """As two requests on PostgreSQL, neither of which has ended when the other one reads."""
    model, first, second = CHANGES[name]
    with database.session(write=True) as early, database.session(write=True) as late:
        rows = [session.scalars(_first(model)).one() for session in (early, late)]
        first(early, rows[0])
        early.commit()
        second(late, rows[1])
        with pytest.raises(StaleDataError):
            late.commit()
    with database.transaction(write=False) as look:
        assert head.look(look, head.kept(settings.instance))[0] == []


# --- what people see of it ----------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_the_page_says_that_somebody_was_faster_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, world: World, database: Database, settings: Settings
) -> None:
    """A coordinator renames a contact, who says yes to the former name in the same second: the yes is not moved."""
    seat, day = world.seats["Jan"], world.clock.today()
    sign_in(app, client, world, "Piotr")
    with app.test_request_context():
        address = url_for("team.seat", seat_id=seat.id)
    typed = {"csrf_token": _token(look(client, address)), "shown_name": "Herr Albrecht-Kowalczyk"}

    def says_yes(session: Session, *_more: object) -> None:
        if any(isinstance(row, Seat) for row in session.dirty) and not there:
            there.append(True)
            with database.transaction() as theirs:
                theirs.get_one(Seat, seat.id).public_since = day

    there: list[bool] = []
    event.listen(Session, "before_flush", says_yes)
    answer = press(client, address, typed)
    event.remove(Session, "before_flush", says_yes)
    assert answer.status_code == 409
    assert "Ihre Eingaben sind noch da" in main_of(answer)
    assert "Herr Albrecht-Kowalczyk" in answer.text
    with database.transaction(write=False) as session:
        found = session.get_one(Seat, seat.id)
        assert (found.shown_name, found.public_since) == (seat.shown_name, day)
        assert head.look(session, head.kept(settings.instance))[0] == []
    assert press(client, address, {**typed, "csrf_token": _token(answer)}).status_code == 303


def _token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text.partition("<main")[2])
    assert found is not None
    return found[1]
