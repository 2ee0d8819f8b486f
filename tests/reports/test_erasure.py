"""Erasing what a child wrote: hidden at once, undone within seven days, then gone to the last byte."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.database import Base, Database
from bullying_desk.reports import erasure, opening
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, Record, Report, ReporterState, ReportGrant
from tests.moving_clock import MovingClock
from tests.world import World


def of_reports(session: Session) -> int:
    names = {"report", "report_epoch", "report_grant", "case_file", "case_epoch", "case_grant", "record", "web_session"}
    return sum(len(session.execute(select(t)).all()) for t in Base.metadata.sorted_tables if t.name in names)


def on_the_desk(world: World, report: Report) -> bool:
    """Whether the lists and pages of the desk find a report that this person reads."""
    selin = world.person("Selin")
    me = Counsellor(world.session, world.pepper_layer, selin.id, world.key("Selin"), world.clock.now())
    try:
        return report.id in {each.id for each in find_case(me, report.case_id).reports}
    except CaseUnknown:
        return False


def test_it_is_hidden_at_once_and_destroyed_after_seven_days(world: World, clock: MovingClock) -> None:
    filed, _receipt = world.file()
    report = world.report(filed)
    erasure.erase(world.session, report, clock.today())
    assert not on_the_desk(world, report)
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=6)) == 0
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=7)) == 1
    assert of_reports(world.session) == 0
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=7)) == 0


def test_it_can_be_undone(world: World, clock: MovingClock) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    erasure.erase(world.session, report, clock.today())
    erasure.undo(world.session, report)
    assert report.reporter_state is ReporterState.OPEN
    assert on_the_desk(world, report)
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=30)) == 0
    mine = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    assert opening.read_answers(world.session, mine, report).text
    with pytest.raises(erasure.NotErased):
        erasure.undo(world.session, report)


def test_nobody_writes_to_an_erased_report(world: World, clock: MovingClock) -> None:
    filed, _receipt = world.file()
    report, selin = world.report(filed), world.person("Selin").id
    secrets = opening.open_report_secrets(world.session, world.pepper_layer, world.key("Selin"), selin, report)
    erasure.erase(world.session, report, clock.today())
    with pytest.raises(letters.ConversationClosed):
        letters.write_letter(world.session, secrets, report, "Hallo", now=clock.now(), author=(selin, "Frau Aydin"))


def test_where_danger_was_declared_the_team_keeps_it_for_a_year(world: World, clock: MovingClock) -> None:
    filed, _receipt = world.file(answers=Answers(1, True, {"text": "Hilfe"}))
    report = world.report(filed)
    outlook = erasure.outlook(report, clock.today())
    assert (outlook.kept, outlook.because_of_danger) == (True, True)
    assert outlook.destroyed_on == clock.today() + timedelta(days=365)
    erasure.erase(world.session, report, clock.today())
    assert on_the_desk(world, report)
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=364)) == 0
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=365)) == 1


def test_a_hold_by_staff_is_said_and_kept(world: World, clock: MovingClock) -> None:
    filed, _receipt = world.file()
    report = world.report(filed)
    report.hold_until = clock.today() + timedelta(days=40)
    outlook = erasure.outlook(report, clock.today())
    assert (outlook.kept, outlook.because_of_danger, outlook.destroyed_on) == (True, False, report.hold_until)


def test_a_hold_set_after_the_press_still_counts(world: World, clock: MovingClock) -> None:
    filed, _receipt = world.file()
    report = world.report(filed)
    erasure.erase(world.session, report, clock.today())
    report.hold_until = clock.today() + timedelta(days=20)
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=7)) == 0
    assert report.kept_for_team
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=20)) == 1


def test_a_case_with_another_report_stays(world: World, clock: MovingClock) -> None:
    first, _ = world.file()
    second, receipt = world.file()
    one, two = world.report(first), world.report(second)
    lonely = two.case_id
    two.case_id = one.case_id
    world.session.flush()
    world.session.delete(world.session.get_one(Case, lonely))
    erasure.erase(world.session, one, clock.today())
    assert erasure.destroy_due(world.session, world.pepper_layer, clock.now() + timedelta(days=7)) == 1
    assert world.session.get(Case, two.case_id) is not None
    mine = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, two)
    assert opening.read_answers(world.session, mine, two).text
    assert world.session.scalars(select(Report.id)).all() == [two.id]


@pytest.mark.sqlite
def test_the_bytes_are_gone_from_file_and_log(world: World, database: Database, clock: MovingClock) -> None:
    filed, _receipt = world.file()
    grants = world.session.scalars(select(ReportGrant.sealed)).all()
    records = world.session.scalars(select(Record.sealed)).all()
    world.session.commit()
    needles = [bytes(value[40:72]) for value in [*grants, *records]]

    def found() -> int:
        path = database.engine.url.database or ""
        everything = b"".join(Path(path + end).read_bytes() for end in ("", "-wal"))
        return sum(needle in everything for needle in needles)

    assert found() == len(needles)  # the positive control
    with database.transaction() as session:
        erasure.erase(session, session.get_one(Report, filed.report_id), clock.today())
    with database.transaction() as session:
        assert erasure.destroy_due(session, world.pepper_layer, clock.now() + timedelta(days=7)) == 1
    world.session.close()
    assert database.forget_deleted()
    assert found() == 0
