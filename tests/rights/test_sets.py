"""All rows of a report and of a case hang together: what is deleted, or put back as it was, is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.cases.models import CaseOffer, OfferKind
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.erasing import tombstones
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.reports import opening, record_kinds
from bullying_desk.reports.models import (
    Case,
    CaseEpoch,
    CaseGrant,
    GrantState,
    ReaderReason,
    Report,
    ReportEpoch,
    ReportGrant,
)
from bullying_desk.reports.readers import granting, inviting, readership
from bullying_desk.reports.readers.candidates import addressee, staff_of
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.rights import head, sets
from bullying_desk.rights.errors import UncheckedWrite
from bullying_desk.rights.head import Fault, Found
from bullying_desk.rights.models import RightSet, member_classes
from bullying_desk.rights.newest import SETS
from bullying_desk.rights.sets import SIZE
from bullying_desk.sealing.receipts import Receipt
from tests.world import World

TABLES = {str(model.__tablename__): model for model in member_classes()}


@pytest.fixture
def told(world: World) -> tuple[Report, Receipt]:
    """A report for the team, with an offer in its case, and with a second epoch of the report and of the case."""
    filed, receipt = world.file(choice=ReaderChoice(Wish.TEAM))
    report, hour = world.report(filed), world.clock.hour()
    selin, jan = world.person("Selin").id, world.person("Jan").id
    world.session.add(CaseOffer(case_id=report.case_id, kind=OfferKind.SHARE, from_id=selin, to_id=jan, made_hour=hour))
    _child_lets_go(world, report, receipt, "Amara")
    world.session.add(CaseEpoch(case_id=report.case_id, epoch=2, commitment=b"c"))
    world.session.commit()
    return report, receipt


def _child_lets_go(world: World, report: Report, receipt: Receipt, name: str) -> None:
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids(name))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, world.clock.hour())


@contextmanager
def _beside(database: Database) -> Iterator[Any]:
    with database.engine.begin() as connection:
        yield connection


def _faults(database: Database, settings: Settings) -> list[Found]:
    with database.transaction(write=False) as session:
        return head.look(session, head.kept(settings.instance))[0]


def _keys(table: Any, row: Any) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]


@pytest.mark.parametrize("name", TABLES)
def test_each_single_row_that_is_deleted_is_named(
    name: str, told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """One row at a time, each of every table of a report and a case."""
    kind, column = TABLES[name].of
    table = Base.metadata.tables[name]
    with _beside(database) as connection:
        rows = [dict(row) for row in connection.execute(table.select()).mappings()]
        if name == "case_file" and connection.dialect.name != "sqlite":
            with pytest.raises(IntegrityError):  # PostgreSQL lets no case go before its reports
                connection.execute(table.delete())
            return
    assert rows
    assert _faults(database, settings) == []
    for row in rows:
        with database.engine.connect() as connection, connection.begin() as undone:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            connection.execute(table.delete().where(*_keys(table, row)))
            with Session(connection, info=database.session_info) as look:
                assert Found(kind, row[column], Fault.INCOMPLETE) in head.look(look, {})[0], (name, row)
            undone.rollback()


@pytest.mark.parametrize("name", ["report", "report_grant", "case_file", "case_grant", "case_offer"])
def test_an_older_state_of_one_row_is_named(
    name: str, told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    report, _receipt = told
    table, session = Base.metadata.tables[name], world.session
    with _beside(database) as connection:
        older = {row["id"]: dict(row) for row in connection.execute(table.select()).mappings()}
    report.escalation, report.case.danger = 1, True
    granting.end_reader(session, report, world.person("Jan").id, world.clock.hour())
    session.scalars(select(CaseOffer)).one().keeps = True
    session.commit()
    assert _faults(database, settings) == []
    with _beside(database) as connection:
        newer = {row["id"]: dict(row) for row in connection.execute(table.select()).mappings()}
        row = next(row for key, row in older.items() if newer[key]["generation"] > row["generation"])
        connection.execute(table.update().where(table.c.id == row["id"]).values(**row))
    kind, column = TABLES[name].of
    assert _faults(database, settings) == [Found(kind, row[column], Fault.INCOMPLETE)]


def test_an_honest_act_makes_no_deletion_good(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """The sum goes on from what it was; it is never counted again from the rows that are left."""
    report, receipt = told
    with _beside(database) as connection:
        gone = connection.execute(
            select(ReportGrant.id).where(ReportGrant.person_id == world.person("Jan").id, ReportGrant.epoch == 1)
        ).scalar_one()
        connection.execute(Base.metadata.tables["report_grant"].delete().where(ReportGrant.id == gone))
    world.session.expire_all()
    for name in ("Jan", "Selin"):
        _child_lets_go(world, report, receipt, name)
    world.session.commit()
    assert _faults(database, settings) == [Found("report", report.id, Fault.INCOMPLETE)]


def test_each_honest_way_of_adding_asking_and_ending_keeps_the_sums(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    report, _receipt = told
    session, hour = world.session, world.clock.hour()
    secrets = opening.open_report_secrets(
        session, world.pepper_layer, world.key("Selin"), world.person("Selin").id, report
    )
    leyla = staff_of(session, world.school.id).by_person()[world.person("Leyla").id]
    to = addressee(world.pepper_layer, leyla)
    assert to is not None
    steps: list[Callable[[], object]] = [
        lambda: granting.add_reader(session, world.pepper_layer, report, secrets, leyla, to, ReaderReason.SHARED, hour,
                                    world.person("Selin").id, GrantState.OFFERED),
        lambda: inviting.ask_no_longer(session, report, leyla.person_id),
        lambda: granting.end_reader(session, report, world.person("Jan").id, hour),
        lambda: session.delete(session.scalars(select(CaseOffer)).one()),
        lambda: session.delete(session.scalars(select(ReportEpoch).where(ReportEpoch.epoch == 1)).one()),
    ]  # fmt: skip
    for step in steps:
        step()
        session.commit()
        assert _faults(database, settings) == []


def test_a_case_that_staff_make_has_its_sum_and_one_that_goes_takes_it_along(
    world: World, database: Database, settings: Settings
) -> None:
    """Taking a report out of a case may make a new one; a deleted report or case leaves no sum behind."""
    session, hour = world.session, world.clock.hour()
    case = Case(school_id=world.school.id, opened_hour=hour, epoch=0)
    session.add(case)
    session.flush()
    session.add(CaseEpoch(case_id=case.id, epoch=1, commitment=b"c"))
    session.commit()
    assert _faults(database, settings) == []
    with _beside(database) as connection:
        connection.execute(Base.metadata.tables["case_epoch"].delete())
    assert _faults(database, settings) == [Found("case_file", case.id, Fault.INCOMPLETE)]
    session.delete(case)
    session.commit()
    assert _faults(database, settings) == []
    assert session.scalars(select(RightSet)).all() == []


def test_a_change_that_failed_is_not_counted(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    report, _receipt = told
    session = world.session
    report.escalation += 1
    session.add(CaseEpoch(case_id=report.case_id, epoch=2, commitment=b"again"))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    report.escalation += 1
    session.commit()
    assert _faults(database, settings) == []


def test_rows_of_a_sum_are_written_and_deleted_one_by_one(world: World) -> None:
    for model in (ReportGrant, CaseGrant, CaseEpoch, ReportEpoch):
        with pytest.raises(UncheckedWrite):
            world.session.execute(insert(model), [{"id": 1}])
    with pytest.raises(UncheckedWrite):
        world.session.execute(Base.metadata.tables["report_grant"].delete())


def test_a_sum_that_is_deleted_or_written_by_hand_is_named(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    report, _receipt = told
    table = Base.metadata.tables["right_set"]
    for change, named in (
        (table.update().where(table.c.owner_id == report.id).values(total=b"x" * 32), ("report/set", Fault.FORGED)),
        (table.update().where(table.c.owner_id == report.id).values(generation=99), ("report/set", Fault.FORGED)),
        (table.delete().where(table.c.owner_id == report.id), ("report", Fault.INCOMPLETE)),
    ):
        with _beside(database) as connection:
            connection.execute(change)
        assert Found(named[0], report.id, named[1]) in _faults(database, settings)
        world.session.expire_all()
        report.escalation += 1
        world.session.commit()  # an honest act mends nothing
        assert Found(named[0], report.id, named[1]) in _faults(database, settings)


def _whole(database: Database, report: Report) -> dict[str, list[dict[str, Any]]]:
    with _beside(database) as connection:
        tables = [Base.metadata.tables[name] for name in (*TABLES, "right_set")]
        return {table.name: [dict(row) for row in connection.execute(table.select()).mappings()] for table in tables}


def test_a_report_put_back_as_a_whole_is_named_after_the_next_night(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """Every row of it, with its sum: nothing contradicts, but the file beside the database knows a newer state."""
    report, _receipt = told
    older = _whole(database, report)
    granting.end_reader(world.session, report, world.person("Jan").id, world.clock.hour())
    world.session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == []
    with _beside(database) as connection:
        for name, rows in older.items():
            table = Base.metadata.tables[name]
            for row in rows:
                connection.execute(table.update().where(*_keys(table, row)).values(**row))
    found = _faults(database, settings)
    assert {each.fault for each in found} == {Fault.BACK}
    assert Found("report/set", report.id, Fault.BACK) in found


def test_a_report_deleted_as_a_whole_is_named_unless_the_program_destroyed_it(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    report, _receipt = told
    other, _second = world.file(choice=ReaderChoice(Wish.TEAM))
    ours, theirs = (report.id, report.case_id), (other.report_id, world.report(other).case_id)
    world.session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == []
    with database.transaction() as session:
        Destroyer(session, world.pepper_layer, world.clock.today()).report(ours[0])
    with _beside(database) as connection:
        for name in ("record", *TABLES, "right_set"):
            table = Base.metadata.tables[name]
            column = TABLES[name].of[1] if name in TABLES else "owner_id"
            if name not in ("report", "case_file"):
                connection.execute(table.delete().where(table.c[column].in_(theirs)))
        for name in ("report", "case_file"):
            table = Base.metadata.tables[name]
            connection.execute(table.delete().where(table.c.id.in_(theirs)))
    with database.transaction(write=False) as session:
        destroyed = tombstones.destroyed(session, world.pepper_layer)
        found, newest = head.look(session, head.kept(settings.instance), destroyed=destroyed)
    assert set(found) == {
        Found("report/set", theirs[0], Fault.MISSING),
        Found("case_file/set", theirs[1], Fault.MISSING),
    }
    assert not {("report/set", ours[0]), ("case_file/set", ours[1])} & newest.keys()


def test_sums_are_counted_from_valid_rows_alone(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """As `migrate` counts them for an older database: the same as each act has made, and never with a forged row."""
    with database.transaction(write=False) as session:
        totals, kept = head.sums(session), session.scalars(select(RightSet)).all()
    assert {(row.kind, row.owner_id): row.total for row in kept} == {
        owner: (total % SIZE).to_bytes(32, "big") for owner, total in totals.items()
    }
    table = Base.metadata.tables["report_grant"]
    with _beside(database) as connection:
        connection.execute(table.update().where(table.c.epoch == 1).values(state=GrantState.OFFERED))
    with database.transaction(write=False) as session:
        report = ("report", told[0].id)
        assert head.sums(session)[report] % SIZE != totals[report] % SIZE
    assert {each.fault for each in _faults(database, settings)} == {Fault.FORGED, Fault.INCOMPLETE}


def test_the_files_are_set_aside_together(world: World, settings: Settings, database: Database) -> None:
    folder, day = Path(settings.instance), world.clock.today()
    for number in (1, 2):
        with database.transaction(write=False) as look:
            head.keep(look, folder)
        assert {path.stat().st_mode & 0o777 for path in folder.glob("rights-head*")} == {0o600}
        head.set_aside(folder, day)
        names = {f"rights-head.{day}-{number}", f"rights-head-reports.{day}-{number}"}
        assert names <= {path.name for path in folder.glob("rights-head*")}
        assert head.kept(folder) == {}


def test_the_short_look_does_not_compare_the_rows_of_reports(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """Each minute the rights of staff, and whether each report is there: a deleted grant is named at night."""
    with database.transaction(write=False) as look:
        head.keep(look, settings.instance, whole=False)
        before = (settings.instance / SETS).read_bytes()
        head.keep(look, settings.instance)
        assert (settings.instance / SETS).read_bytes() == before
    with _beside(database) as connection:
        connection.execute(Base.metadata.tables["report_grant"].delete())
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance, whole=False) == []
        assert (settings.instance / SETS).read_bytes() == before
        assert {each.fault for each in head.keep(look, settings.instance)} == {Fault.INCOMPLETE}


def test_a_report_deleted_whole_is_named_from_the_first_minute_on(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """Before the first whole look of the night: the minute's look has taken it down, and misses it."""
    report, case = told[0].id, told[0].case_id
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance, whole=False) == []
    with _beside(database) as connection:
        for name in ("record", "report_grant", "report_epoch", "report", "case_grant", "case_epoch", "case_offer",
                     "case_file", "right_set"):  # fmt: skip
            connection.execute(Base.metadata.tables[name].delete())
    missing = {Found("report/set", report, Fault.MISSING), Found("case_file/set", case, Fault.MISSING)}
    with database.transaction(write=False) as look:
        for whole in (False, True, False):  # it does not become good by waiting
            assert set(head.keep(look, settings.instance, whole=whole)) == missing


def test_what_the_program_destroyed_is_forgotten_within_a_minute(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    with database.transaction(write=False) as look:
        head.keep(look, settings.instance, whole=False)
    assert any(kind == "report/set" for kind, _row in head.kept(settings.instance))
    with database.transaction() as session:
        Destroyer(session, world.pepper_layer, world.clock.today()).report(told[0].id)
    with database.transaction(write=False) as session:
        destroyed = tombstones.destroyed(session, world.pepper_layer)
        assert head.keep(session, settings.instance, whole=False, destroyed=destroyed) == []
    assert not any(kind.endswith("/set") for kind, _row in head.kept(settings.instance))


def test_a_sum_written_by_hand_is_named_within_a_minute(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    with _beside(database) as connection:
        connection.execute(Base.metadata.tables["right_set"].update().values(tag=b"x" * 34))
    with database.transaction(write=False) as look:
        assert {each.fault for each in head.keep(look, settings.instance, whole=False)} == {Fault.FORGED}
        assert not (settings.instance / SETS).exists()  # `migrate` looks for it


@pytest.mark.parametrize("kind", [record_kinds.LEFT_OUT, record_kinds.REPORT, record_kinds.NAME])
def test_a_text_that_always_belongs_to_a_report_is_missed(
    kind: str, told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """Nobody can read whom a child has left out where the list is gone: `doctor` names the report."""
    report, records = told[0], Base.metadata.tables["record"]
    with _beside(database) as connection:
        connection.execute(records.delete().where(records.c.kind == kind))
    assert _faults(database, settings) == [Found("report", report.id, Fault.INCOMPLETE)]
    with database.transaction() as session:  # after the city's period only the list is left
        session.get_one(Report, report.id).emptied_on = world.clock.today()
    left = [] if kind != record_kinds.LEFT_OUT else [Found("report", report.id, Fault.INCOMPLETE)]
    assert _faults(database, settings) == left


def test_an_older_list_of_people_left_out_is_missed(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    """The child has left out Amara, and the row that says so is deleted; the one before it is still there."""
    records = Base.metadata.tables["record"]
    with _beside(database) as connection:
        newest = select(func.max(records.c.revision)).where(records.c.kind == record_kinds.LEFT_OUT).scalar_subquery()
        connection.execute(
            records.delete().where(records.c.kind == record_kinds.LEFT_OUT, records.c.revision == newest)
        )
    assert _faults(database, settings) == [Found("report", told[0].id, Fault.INCOMPLETE)]


def test_each_report_and_case_of_an_older_database_gets_its_sum(
    told: tuple[Report, Receipt], world: World, database: Database, settings: Settings
) -> None:
    world.file(choice=ReaderChoice(Wish.TEAM))
    world.session.commit()
    with _beside(database) as connection:
        connection.execute(Base.metadata.tables["right_set"].delete())
    with database.transaction() as session:
        assert sets.seal_sets(session, head.sums(session)) == 4
    assert _faults(database, settings) == []
