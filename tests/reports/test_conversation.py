"""Letters from both sides, readers changed by the child, a new code: over epochs, with the rights each one has."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import NameGiven, NameLevel
from bullying_desk.reports.mailbox import letters, mailbox
from bullying_desk.reports.mailbox.letters import Fact, read_conversation, write_as_reporter, write_letter
from bullying_desk.reports.models import (
    CaseGrant,
    GrantState,
    ReaderReason,
    Record,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.reports.opening import ReaderExcluded
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.granting import GrantMissing, release_standby
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.errors import GrantOfAnotherSecret, SealBroken, UnsealRefused
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.pepper import PepperPlace
from bullying_desk.sealing.receipts import Receipt
from tests.world import World

TIMES = ("07:15", "10:00", "12:30", "15:00")
Opened = dict[int, ReportSecret]


def as_staff(world: World, name: str, report: Report) -> Opened:
    return opening.open_report_secrets(
        world.session, world.pepper_layer, world.key(name), world.person(name).id, report
    )


def as_child(world: World, receipt: Receipt, report: Report) -> Opened:
    return opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)


def change(
    world: World,
    receipt: Receipt,
    report: Report,
    leave: frozenset[int] = frozenset(),
    join: frozenset[int] = frozenset(),
) -> Opened:
    mine = as_child(world, receipt, report)
    planned = readership.plan_change(world.session, world.pepper_layer, report, mine, leave=leave, join=join)
    return readership.change_readers(world.session, world.pepper_layer, report, mine, planned, world.clock.hour())


@pytest.fixture
def filed(world: World) -> tuple[Report, Receipt]:
    """Return a report to the whole team with its receipt."""
    done, receipt = world.file()
    return world.report(done), receipt


def test_both_sides_write_and_read(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    selin = (world.person("Selin").id, "Frau Aydin")
    write_letter(world.session, as_staff(world, "Selin", report), report, "Danke!", now=world.clock.now(), author=selin)
    write_letter(world.session, as_child(world, receipt, report), report, "Bitte.", now=world.clock.now())
    for opened in (as_child(world, receipt, report), as_staff(world, "Jan", report)):
        found = read_conversation(world.session, opened, report)
        assert [(one.number, one.writer, one.text, one.by) for one in found] == [
            (1, Writer.REPORTER, "Sie lachen mich aus.", ""),
            (2, Writer.STAFF, "Danke!", "Frau Aydin"),
            (3, Writer.REPORTER, "Bitte.", ""),
        ]
        assert found[0].answers is not None
    assert (report.letters, report.last_writer) == (3, Writer.REPORTER)


def test_the_first_opening_rewraps_the_grant_and_the_hour_is_noted(world: World, filed: tuple[Report, Receipt]) -> None:
    report, _receipt = filed
    selin = world.person("Selin").id
    key, hour = world.key("Selin"), world.clock.hour()
    first = opening.open_report_secrets(world.session, world.pepper_layer, key, selin, report, hour=hour)
    grant = world.session.scalars(select(ReportGrant).where(ReportGrant.person_id == selin)).one()
    assert grant.own is not None
    assert len(grant.own) == 81
    assert grant.first_read_hour == world.clock.hour()
    grant.sealed = b"no longer needed"
    assert opening.open_report_secrets(world.session, world.pepper_layer, key, selin, report) == first


def test_a_grant_of_another_secret_is_refused(world: World, filed: tuple[Report, Receipt]) -> None:
    """Secret and grants replaced wholesale, by a person who may write to the database."""
    report, _receipt = filed
    from bullying_desk.reports.readers.candidates import addressee, staff_of
    from bullying_desk.sealing.grants import seal_report_grant

    selin = staff_of(world.session, world.school.id).by_person()[world.person("Selin").id]
    to = addressee(world.pepper_layer, selin)
    assert to is not None
    grant = world.session.scalars(select(ReportGrant).where(ReportGrant.person_id == selin.person_id)).one()
    grant.sealed = seal_report_grant(ReportSecret.generate(), report.id, 1, to)
    with pytest.raises(GrantOfAnotherSecret):
        as_staff(world, "Selin", report)


@pytest.mark.parametrize("column", ["sequence", "revision", "epoch", "kind", "side", "owner_id"])
def test_a_letter_moved_to_another_place_does_not_open(
    world: World, filed: tuple[Report, Receipt], column: str
) -> None:
    report, receipt = filed
    mine = as_child(world, receipt, report)
    write_letter(world.session, mine, report, "Nur hier.", now=world.clock.now())
    record = world.session.scalars(select(Record).where(Record.kind == "letter")).one()
    assert opening.read_text(mine, record)
    moved = {"kind": "report", "side": "staff", "owner_id": record.owner_id + 1}.get(column, 9)
    setattr(record, column, moved)
    with pytest.raises(UnsealRefused):
        opening.read_text({**mine, 9: mine[1]}, record)
    world.session.rollback()


def test_an_empty_and_a_too_long_letter_are_refused(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    mine = as_child(world, receipt, report)
    with pytest.raises(letters.LetterEmpty):
        write_letter(world.session, mine, report, " \r\n ", now=world.clock.now())
    with pytest.raises(letters.LetterTooLong):
        write_letter(world.session, mine, report, "x" * 20_001, now=world.clock.now())
    write_letter(world.session, mine, report, "ж" * 20_000, now=world.clock.now())
    assert report.letters == 2


def test_a_second_press_writes_no_second_letter_and_another_text_does(
    world: World, filed: tuple[Report, Receipt]
) -> None:
    report, receipt = filed
    mine = as_child(world, receipt, report)
    for text in ("Hallo", "Hallo", "Noch was"):
        write_as_reporter(world.reporter(report, mine), text, after=1)
    assert [one.text for one in read_conversation(world.session, mine, report, after=1)] == ["Hallo", "Noch was"]
    write_as_reporter(world.reporter(report, mine), "Hallo", after=3)
    assert report.letters == 4  # sent again on purpose, after the page had shown the first one


def test_staff_cannot_write_into_an_epoch_they_do_not_hold(world: World, filed: tuple[Report, Receipt]) -> None:
    """The child took Jan away while he was typing."""
    report, receipt = filed
    jans = as_staff(world, "Jan", report)
    change(world, receipt, report, leave=world.ids("Jan"))
    with pytest.raises(ReaderExcluded):
        write_letter(
            world.session,
            jans,
            report,
            "Zu spät",
            now=world.clock.now(),
            author=(world.person("Jan").id, "Herr Brandt"),
        )


def test_a_removed_reader_opens_nothing_of_the_next_epoch(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    kept = as_staff(world, "Jan", report)  # what Jan may have copied, with the whole database of that time
    fresh = change(world, receipt, report, leave=world.ids("Jan"))
    assert report.epoch == 2
    write_letter(world.session, fresh, report, "Jetzt ohne Herrn Brandt", now=world.clock.now())
    with pytest.raises(ReaderExcluded):
        as_staff(world, "Jan", report)
    record = world.session.scalars(select(Record).where(Record.kind == "letter")).one()
    with pytest.raises(SealBroken):
        opening.read_text({2: kept[1]}, record)
    assert [one.number for one in read_conversation(world.session, kept, report)] == [1]
    for key in (world.key("Jan"),):
        for grant in world.session.scalars(select(ReportGrant).where(ReportGrant.epoch == 2)):
            with pytest.raises(UnsealRefused):
                unseal.open_report_grant(grant.sealed, key, report.id, 2, world.person("Jan").id, bytes(32))


def test_those_who_stay_read_on_and_the_row_of_who_left_holds_no_bytes(
    world: World, filed: tuple[Report, Receipt]
) -> None:
    report, receipt = filed
    case = world.session.scalars(select(CaseGrant).where(CaseGrant.person_id == world.person("Jan").id)).one()
    fresh = change(world, receipt, report, leave=world.ids("Jan"))
    write_letter(world.session, fresh, report, "Hallo", now=world.clock.now())
    for opened in (
        as_staff(world, "Selin", report),
        as_staff(world, "Amara", report),
        as_child(world, receipt, report),
    ):
        assert [one.number for one in read_conversation(world.session, opened, report)] == [1, 2]
    jan = world.session.scalars(select(ReportGrant).where(ReportGrant.person_id == world.person("Jan").id)).one()
    world.session.refresh(case)
    assert (jan.state, jan.sealed, jan.own) == (GrantState.ENDED, b"", None)
    assert (case.state, case.sealed) == (GrantState.ENDED, b"")
    assert opening.read_left_out(world.session, fresh, report).people == world.ids("Jan")


def test_the_child_adds_a_reader_with_the_rights_of_the_receipt_alone(world: World) -> None:
    done, receipt = world.file(choice=ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Amara"), left_out=frozenset()))
    report = world.report(done)
    assert world.person("Jan").id in {one.person_id for one in readership.can_be_added(world.session, report)}
    change(world, receipt, report, join=world.ids("Jan"))
    opened = as_staff(world, "Jan", report)
    assert [one.number for one in read_conversation(world.session, opened, report)] == [1]
    line = next(line for line in readership.readers_of(world.session, report) if line.name == "Herr Brandt")
    assert (line.reason, line.state) == (ReaderReason.ADDED_BY_CHILD, GrantState.OPEN)


def test_whoever_was_taken_away_can_be_taken_back(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    change(world, receipt, report, leave=world.ids("Jan"))
    fresh = change(world, receipt, report, join=world.ids("Jan"))
    assert set(as_staff(world, "Jan", report)) == {1, 2, 3}
    assert opening.read_left_out(world.session, fresh, report).people == frozenset()


def test_one_reader_without_a_stand_in_is_joined_by_one_of_the_city(
    world: World, filed: tuple[Report, Receipt]
) -> None:
    report, receipt = filed
    mine = as_child(world, receipt, report)
    one_reads = world.ids("Jan", "Amara")
    enough = readership.plan_change(world.session, world.pepper_layer, report, mine, leave=one_reads)
    assert enough.joining == ()
    planned = readership.plan_change(
        world.session, world.pepper_layer, report, mine, leave=one_reads | world.ids("Tomasz")
    )
    assert planned.joining == ()  # Leyla still stands by
    nobody = world.ids("Selin", "Jan", "Amara")
    planned = readership.plan_change(world.session, world.pepper_layer, report, mine, leave=nobody)
    assert planned.joining_for(ReaderReason.TOO_FEW) == [world.person(name).id for name in ("Leyla", "Tomasz")]
    readership.change_readers(world.session, world.pepper_layer, report, mine, planned, world.clock.hour())
    reading = {line.name for line in readership.readers_of(world.session, report) if line.state is GrantState.OPEN}
    assert reading == {"Frau Demir", "Herr Wilk"}
    assert set(as_staff(world, "Leyla", report)) == {1, 2}
    case = world.session.scalars(select(CaseGrant).where(CaseGrant.person_id == world.person("Leyla").id)).one()
    assert case.state is GrantState.OPEN  # she stood by: the case's grant was written at intake


def test_nobody_at_all_is_refused(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    with pytest.raises(readership.NobodyWouldRead):
        change(world, receipt, report, leave=world.ids("Selin", "Jan", "Amara", "Leyla", "Tomasz"))
    assert report.epoch == 1


def test_a_stand_in_stays_one_through_a_change(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    change(world, receipt, report, leave=world.ids("Jan"))
    with pytest.raises(ReaderExcluded):
        as_staff(world, "Leyla", report)
    release_standby(
        world.session, world.pepper_layer, report, world.person("Leyla").id, ReaderReason.ABSENCE, world.clock.hour()
    )
    assert set(as_staff(world, "Leyla", report)) == {1, 2}
    line = next(line for line in readership.readers_of(world.session, report) if line.name == "Frau Demir")
    assert (line.state, line.reason) == (GrantState.OPEN, ReaderReason.ABSENCE)
    with pytest.raises(GrantMissing):
        release_standby(
            world.session,
            world.pepper_layer,
            report,
            world.person("Leyla").id,
            ReaderReason.ABSENCE,
            world.clock.hour(),
        )


def test_a_colleague_with_a_swapped_key_is_not_sealed_to_in_the_next_epoch(
    world: World, filed: tuple[Report, Receipt]
) -> None:
    report, receipt = filed
    world.person("Selin").directory_tag = None
    world.session.flush()
    change(world, receipt, report, leave=world.ids("Jan"))
    rows = world.session.scalars(select(ReportGrant).where(ReportGrant.epoch == 2, ReportGrant.person_id.is_not(None)))
    assert {row.person_id for row in rows} == world.ids("Amara", "Leyla", "Tomasz")


def test_a_name_said_later_is_a_record_of_its_own(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    mine = as_child(world, receipt, report)
    given = NameGiven(NameLevel.SCHOOL, "Noor", "6b", "Große Pause")
    mailbox.say_name(world.reporter(report, mine), given, after=1)
    opened = as_staff(world, "Selin", report)
    assert opening.read_name(world.session, opened, report) == given
    last = read_conversation(world.session, opened, report)[-1]
    assert (last.fact, last.text) == (Fact.NAME, "")
    texts = [one.text for one in read_conversation(world.session, opened, report)]
    assert not any("Noor" in text for text in texts)


def test_better_is_a_letter_and_a_state(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    mine = as_child(world, receipt, report)
    write_as_reporter(world.reporter(report, mine), "", after=1, fact=Fact.BETTER)
    states = [report.reporter_state]
    write_as_reporter(world.reporter(report, mine), "Doch nicht", after=2)
    states.append(report.reporter_state)
    assert states == [ReporterState.BETTER, ReporterState.OPEN]


def test_a_new_code_makes_the_old_one_worthless(world: World, filed: tuple[Report, Receipt]) -> None:
    report, old = filed
    dump = [bytes(g.sealed) for g in world.session.scalars(select(ReportGrant).where(ReportGrant.person_id.is_(None)))]
    mine = as_child(world, old, report)
    new = world.receipt()
    fresh = mailbox.renew_receipt(world.session, world.pepper_layer, report, mine, new)
    write_letter(world.session, fresh, report, "Neu", now=world.clock.now())
    assert mailbox.find_report(world.session, world.pepper_layer, new).id == report.id
    with pytest.raises(mailbox.ReceiptUnknown):
        mailbox.find_report(world.session, world.pepper_layer, old)
    with pytest.raises(UnsealRefused):
        as_child(world, old, report)
    assert [one.number for one in read_conversation(world.session, as_child(world, new, report), report)] == [1, 2]
    assert [one.number for one in read_conversation(world.session, as_staff(world, "Jan", report), report)] == [1, 2]
    # A person with the old words and an old copy of the database has the first epoch's secret, and only that.
    lifted = world.pepper_layer.lift(dump[0], PepperPlace.REPORTER_GRANT, report.id, 1)
    assert lifted
    record = world.session.scalars(select(Record).where(Record.kind == "letter")).one()
    with pytest.raises(SealBroken):
        opening.read_text({2: mine[1]}, record)


def test_a_report_finds_only_with_its_own_receipt(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    assert mailbox.find_report(world.session, world.pepper_layer, receipt) is report
    with pytest.raises(mailbox.ReceiptUnknown):
        mailbox.find_report(world.session, world.pepper_layer, world.receipt())


def test_the_state_says_how_things_stand(world: World, filed: tuple[Report, Receipt]) -> None:
    report, receipt = filed
    assert mailbox.standing(world.session, report, world.clock.now()) is mailbox.Standing.ARRIVED
    selin = world.person("Selin").id
    opened = opening.open_report_secrets(
        world.session, world.pepper_layer, world.key("Selin"), selin, report, hour=world.clock.hour()
    )
    assert mailbox.standing(world.session, report, world.clock.now()) is mailbox.Standing.READ
    report.case.owner_id = selin
    assert mailbox.standing(world.session, report, world.clock.now()) is mailbox.Standing.WORKING
    write_letter(world.session, opened, report, "Hallo", now=world.clock.now(), author=(selin, "Frau Aydin"))
    assert mailbox.standing(world.session, report, world.clock.now()) is mailbox.Standing.ANSWERED
    write_letter(world.session, as_child(world, receipt, report), report, "Hm", now=world.clock.now())
    assert mailbox.standing(world.session, report, world.clock.now()) is mailbox.Standing.WORKING
