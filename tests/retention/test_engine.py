"""Expired data is destroyed, once a day and in any number of batches; unread, held and offered cases stay."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import chain, trail
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.verifying import verify
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.clock import full_hour
from bullying_desk.database import Database
from bullying_desk.erasing import tombstones
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.erasing.models import Tombstone
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports import opening, record_kinds
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.mailbox import ReceiptUnknown, find_report
from bullying_desk.reports.models import (
    Case,
    PaperSlip,
    Record,
    Report,
    ReporterState,
    ReportGrant,
    SlipSheet,
    SlipState,
    Writer,
)
from bullying_desk.retention import changing_periods, engine, returning
from bullying_desk.retention.models import RetentionRun, RetentionWarning
from bullying_desk.retention.warning import warned
from bullying_desk.schools.models import Absence
from bullying_desk.sealing.pepper import PepperLayer
from tests.moving_clock import MovingClock
from tests.retention.conftest import TIMES, Cases, Work
from tests.world import World


def test_a_conversation_goes_after_90_days_and_the_case_after_a_year(cases: Cases, work: Work, world: World) -> None:
    young, talked, old = cases.closed(89), cases.closed(92), cases.closed(367)
    found = work()
    assert (found["conversations destroyed"], found["cases destroyed"]) == (1, 1)
    assert (cases.there(young), cases.there(talked), cases.there(old)) == (True, True, False)
    left = {
        case: set(world.session.scalars(select(Record.kind).join(Report, Report.id == Record.owner_id).where(
            Report.case_id == case)))
        for case in (young, talked)
    }  # fmt: skip
    assert left == {
        young: {record_kinds.REPORT, record_kinds.NAME, record_kinds.LEFT_OUT},
        talked: {record_kinds.LEFT_OUT},
    }
    events = world.session.scalars(select(AuditEntry).where(AuditEntry.event == Event.CASE_DESTROYED.code)).all()
    assert [(each.subject_id, each.facts) for each in events] == [(old, {"why": "time"})]


def test_the_words_of_an_emptied_report_open_nothing(
    cases: Cases, work: Work, world: World, clock: MovingClock
) -> None:
    receipt = cases.world.receipt()
    report = world.report(world.file(receipt)[0])
    assert find_report(world.session, world.pepper_layer, receipt) is report
    selin = world.person("Selin").id
    secrets = opening.open_report_secrets(world.session, world.pepper_layer, world.key("Selin"), selin, report)
    letters.write_letter(world.session, secrets, report, "Hallo", now=clock.now(), author=(selin, "Frau Aydin"))
    opening_seen(world, report)
    cases.close(report.case_id, full_hour(clock.now() - timedelta(days=100)))
    assert work()["conversations destroyed"] == 1
    world.session.expire_all()
    assert report.emptied_on == clock.today()
    with pytest.raises(ReceiptUnknown):
        find_report(world.session, world.pepper_layer, receipt)
    with pytest.raises(letters.ConversationClosed):
        letters.write_letter(world.session, secrets, report, "Noch da?", now=clock.now(), author=(selin, "Frau Aydin"))


def opening_seen(world: World, report: Report) -> None:
    for grant in world.session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id)):
        grant.seen_letters = report.letters
    world.session.flush()


def test_the_trail_is_shortened_after_its_period_but_not_past_a_held_case(
    cases: Cases, work: Work, world: World, clock: MovingClock, pepper_layer: PepperLayer
) -> None:
    held = cases.filed().case_id
    hour = full_hour(clock.now())
    trail.record(world.session, Event.CASE_TAKEN, hour, subject=held)
    world.session.commit()
    clock.forward(days=3 * 365 + 5)
    world.session.get_one(Case, held).hold_until = clock.today() + timedelta(days=20)
    trail.record(world.session, Event.CASE_GIVEN_BACK, clock.now() - timedelta(hours=3), subject=held)
    work()  # after a gap of years the work waits a day
    chain.extend(world.session, pepper_layer, clock.now())
    world.session.commit()
    clock.forward(days=1)
    assert work()["entries of the trail cut"] == 0
    clock.forward(days=20)  # the hold has ended
    before = len(trail.entries_about(world.session, held, Event.CASE_TAKEN))
    assert work()["entries of the trail cut"] > 0
    assert (before, trail.entries_about(world.session, held, Event.CASE_TAKEN)) == (1, [])
    assert trail.entries_about(world.session, held, Event.CASE_GIVEN_BACK)
    assert verify(world.session, pepper_layer).fault is None


@pytest.mark.parametrize("days", [367, 5000])
def test_nothing_unread_goes_however_old(days: int, cases: Cases, work: Work, world: World, clock: MovingClock) -> None:
    unread, waits, read = cases.closed(days, read=False), cases.closed(days, waits=True), cases.closed(days)
    assert work()["cases destroyed"] == 1
    assert (cases.there(unread), cases.there(waits), cases.there(read)) == (True, True, False)
    clock.forward(days=400)
    work()
    clock.forward(days=1)
    assert work()["cases destroyed"] == 0
    assert cases.there(unread)


def test_what_a_child_erased_is_not_unread_post(cases: Cases, work: Work, world: World) -> None:
    """The child was shown a day: a case is not kept for ever because nobody opened what the child has taken back."""
    case_id = cases.closed(400, read=False)
    report = world.session.scalars(select(Report).where(Report.case_id == case_id)).one()
    report.reporter_state, report.kept_for_team = ReporterState.ERASING, True
    assert work()["cases destroyed"] == 1


def test_readers_are_warned_without_a_word_before_unread_things_would_go(
    cases: Cases, work: Work, world: World, clock: MovingClock
) -> None:
    near, far = cases.closed(80, read=False), cases.closed(65, read=False)
    assert work()["cases warned of"] == 1
    assert set(world.session.scalars(select(RetentionWarning.case_id))) == {near}
    mails = world.session.scalars(select(OutboxMail)).all()
    assert {mail.person_id for mail in mails} == set(world.ids("Selin", "Jan", "Amara"))
    assert {mail.subject for mail in mails} == {"Im Portal gibt es etwas Neues"}
    selin, key = world.person("Selin").id, world.key("Selin").key_id
    assert warned(world.session, selin, key) == [near]
    assert warned(world.session, world.person("Leyla").id, world.key("Leyla").key_id) == []  # stands by: reads nothing
    clock.forward(days=1)
    assert work()["cases warned of"] == 0  # not every day
    clock.forward(days=14)
    assert work()["cases warned of"] == 2
    opening_seen(world, world.session.scalars(select(Report).where(Report.case_id == near)).one())
    world.session.scalars(select(Report).where(Report.case_id == near)).one().last_writer = Writer.STAFF
    clock.forward(days=1)
    work()
    assert warned(world.session, selin, key) == [far]


def test_a_hold_and_an_offer_to_the_archive_keep_a_case(
    cases: Cases, work: Work, world: World, clock: MovingClock
) -> None:
    held, offered = cases.closed(400), cases.closed(400)
    world.session.get_one(Case, held).hold_until = clock.today() + timedelta(days=3)
    world.session.get_one(Case, offered).archive = "offer"
    assert work()["cases destroyed"] == 0
    clock.forward(days=3)
    world.session.get_one(Case, offered).archive = "declined"
    assert work()["cases destroyed"] == 2


def test_a_mistake_goes_earlier(cases: Cases, work: Work) -> None:
    mistake, other = cases.closed(32, outcome="mistake"), cases.closed(32)
    work()
    assert (cases.there(mistake), cases.there(other)) == (False, True)


def test_open_and_resting_cases_stay(cases: Cases, work: Work, world: World, clock: MovingClock) -> None:
    report = cases.filed()
    world.session.commit()
    clock.forward(days=3000)
    assert work()["cases destroyed"] == 0
    assert cases.there(report.case_id)


def test_each_school_authority_may_have_its_own_number(
    cases: Cases, work: Work, world: World, clock: MovingClock
) -> None:
    world.school.authority_number = "105913"
    boss = world.person("Piotr").id
    since = changing_periods.set_period(world.session, "105913", Kind.CASE, 200, boss, clock.now())
    assert since == clock.today() + timedelta(days=14)  # a shorter one does not count at once
    case_id = cases.closed(190)
    work()
    assert cases.there(case_id)
    clock.forward(days=14)
    work()
    assert not cases.there(case_id)
    assert changing_periods.load(world.session, clock.today()).days(Kind.CASE, "200001") == 365


@pytest.mark.parametrize(
    ("kind", "authority", "days", "wrong"),
    [
        (Kind.CASE, "", 5 * 365 + 1, changing_periods.Wrong.TOO_LONG),
        (Kind.CASE, "", 29, changing_periods.Wrong.TOO_SHORT),
        (Kind.CASE, "", 60, changing_periods.Wrong.TALK_OUTLIVES_CASE),
        (Kind.CONVERSATION, "", 366, changing_periods.Wrong.TALK_OUTLIVES_CASE),
        (Kind.ACCOUNT, "105913", 100, changing_periods.Wrong.ONE_FOR_ALL),
        (Kind.MARK, "", 35, changing_periods.Wrong.TOO_SHORT),
    ],
)
def test_numbers_above_the_law_or_against_each_other_are_refused(
    kind: Kind, authority: str, days: int, wrong: changing_periods.Wrong, world: World, clock: MovingClock
) -> None:
    with pytest.raises(changing_periods.PeriodRefused) as refused:
        changing_periods.set_period(world.session, authority, kind, days, world.person("Piotr").id, clock.now())
    assert refused.value.wrong is wrong


def test_it_is_done_once_a_day_in_as_many_batches_as_it_takes(
    cases: Cases, database: Database, pepper_layer: PepperLayer, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 2)
    ids = [cases.closed(400) for _ in range(5)]
    assert engine.run(database, pepper_layer, clock.now(), TIMES)["cases destroyed"] == 5
    assert not any(cases.there(each) for each in ids)
    late = cases.closed(400)
    assert engine.run(database, pepper_layer, clock.now(), TIMES)["cases destroyed"] == 0  # the day is done
    clock.forward(days=1)
    assert engine.run(database, pepper_layer, clock.now(), TIMES)["cases destroyed"] == 1
    assert not cases.there(late)


def test_people_who_left_are_nameless_after_a_year_and_rosters_go_after_a_month(
    work: Work, world: World, clock: MovingClock
) -> None:
    jan = world.person("Jan")
    jan.state, jan.left_on = PersonState.LEFT, clock.today() - timedelta(days=366)
    seat = world.seats["Amara"].id
    for ago in (29, 31):
        day = clock.today() - timedelta(days=ago)
        world.session.add(Absence(school_id=world.school.id, seat_id=seat, first_day=day, last_day=day))
    found = work()
    assert (found["accounts emptied"], found["outdated rows destroyed"]) == (1, 1)
    world.session.expire_all()
    row = world.session.get_one(Person, jan.id)
    assert (row.name, row.public_half, row.email.endswith("@invalid")) == ("früheres Mitglied", None, True)
    assert world.seats["Jan"].shown_name == "früheres Mitglied"
    clock.forward(days=1)
    assert work()["accounts emptied"] == 0


def test_the_days_mark_is_one_row(work: Work, world: World, clock: MovingClock) -> None:
    for _ in range(3):
        work()
        clock.forward(days=1)
    assert world.session.scalar(select(func.count()).select_from(RetentionRun)) == 1
    assert world.session.scalar(select(func.count()).select_from(Tombstone)) == 0


def test_two_machines_at_once_destroy_each_case_once_and_both_know_it(
    cases: Cases,
    database: Database,
    pepper_layer: PepperLayer,
    clock: MovingClock,
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "BATCH", 3)
    ids = {cases.closed(400) for _ in range(14)}
    machines = [tmp_path / name for name in ("one", "two")]
    found: list[int] = []

    def night(machine: Path) -> None:
        machine.mkdir()
        found.append(engine.run(database, pepper_layer, clock.now(), TIMES)["cases destroyed"])
        returning.settle(database, pepper_layer, machine, clock.now())

    threads = [threading.Thread(target=night, args=(machine,)) for machine in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(found) == 14
    destroyed = select(AuditEntry.subject_id).where(AuditEntry.event == Event.CASE_DESTROYED.code)
    entered = list(world.session.scalars(destroyed))
    assert (set(entered), len(entered)) == (ids, 14)
    world.session.rollback()
    for machine in machines:  # the slower machine learns the rest with its next tick
        assert returning.settle(database, pepper_layer, machine, clock.now()) == 0
    assert len({(machine / "erased-marks").read_text("ascii") for machine in machines}) == 1
    assert len(tombstones.kept(machines[0])) == 28  # a mark for each report and each case


def test_private_notes_may_go_before_their_case(cases: Cases, work: Work, world: World, clock: MovingClock) -> None:
    report = cases.filed()
    me = Counsellor(world.session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), clock.now())
    notes.write_private_note(me, find_case(me, report.case_id), "Nur für mich.")
    report.last_writer = Writer.STAFF
    cases.close(report.case_id, full_hour(clock.now() - timedelta(days=40)))
    assert work()["private notes destroyed"] == 0
    changing_periods.set_period(world.session, "", Kind.PRIVATE_NOTE, 30, me.person_id, clock.now())
    clock.forward(days=14)
    assert work()["private notes destroyed"] == 1
    assert cases.there(report.case_id)
    assert world.session.scalar(select(func.count()).select_from(Tombstone)) == 1


def test_a_clock_that_has_jumped_empties_nothing_before_the_next_day(
    cases: Cases, work: Work, clock: MovingClock
) -> None:
    case_id = cases.closed(1)
    work()
    clock.forward(days=5000)
    assert work()["waits a day after a jump of the clock"] == 1
    clock.forward(hours=2)
    work()
    assert cases.there(case_id)
    clock.forward(days=1)
    assert work()["cases destroyed"] == 1


def test_old_slips_that_never_came_back_lead_nowhere(work: Work, world: World, clock: MovingClock) -> None:
    for number, ago in ((1, 729), (2, 731)):
        day = clock.today() - timedelta(days=ago)
        sheet = SlipSheet(school_id=world.school.id, number=number, printed_on=day, printed_by=1)
        world.session.add(sheet)
        world.session.flush()
        slip = PaperSlip(sheet_id=sheet.id, school_id=world.school.id, number=number, state=SlipState.OPEN)
        slip.locator, slip.public_half = bytes([number]) * 32, b"half"
        world.session.add(slip)
    assert work()["paper slips declared void"] == 1
    world.session.expire_all()
    slips = world.session.scalars(select(PaperSlip).order_by(PaperSlip.number)).all()
    assert [(each.state, each.locator is None) for each in slips] == [(SlipState.OPEN, False), (SlipState.VOID, True)]
