"""A report comes in: sealed to its readers, stored once, and nothing of it readable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Base, Database, UtcDateTime
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.filing.intake import Filed, Submission, Terms, file_report
from bullying_desk.reports.models import Case, CaseEpoch, CaseGrant, GrantState, Record, Report, ReportGrant
from bullying_desk.reports.promised_dates import promised_date
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.reports.readers.routing import NobodyCanRead, ReaderChoice, Wish
from bullying_desk.schools.models import FreeDay, SeatState
from bullying_desk.schools.team import school_calendar
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.errors import SealBroken, UnsealRefused
from bullying_desk.sealing.pepper import Pepper, PepperLayer, PepperPlace
from tests.moving_clock import MovingClock
from tests.world import World

STORY = "Sie haben meine Mappe in den Brunnen geworfen. Привіт. مرحبا"


def grants(world: World, report: Report) -> dict[int | None, ReportGrant]:
    rows = world.session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id))
    return {row.person_id: row for row in rows}


def test_every_reader_and_the_reporter_open_the_report(world: World) -> None:
    answers = Answers(1, False, {"was": ("worte", "apart"), "text": STORY})
    name = NameGiven(NameLevel.TEAM, "Noor", "6b")
    filed, receipt = world.file(answers=answers, name=name)
    report = world.report(filed)
    for reader in ("Selin", "Jan", "Amara"):
        secrets = opening.open_report_secrets(
            world.session, world.pepper_layer, world.key(reader), world.person(reader).id, report
        )
        assert opening.read_answers(world.session, secrets, report) == answers
        assert opening.read_name(world.session, secrets, report) == name
    mine = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    assert opening.read_answers(world.session, mine, report).text == STORY


def test_a_stand_in_opens_nothing_while_the_pepper_lies_on_the_grant(world: World) -> None:
    filed, _receipt = world.file()
    report, leyla = world.report(filed), world.person("Leyla")
    with pytest.raises(opening.ReaderExcluded):
        opening.open_report_secrets(world.session, world.pepper_layer, world.key("Leyla"), leyla.id, report)
    grant = grants(world, report)[leyla.id]
    assert grant.state is GrantState.STANDBY
    commitment = bytes(32)
    with pytest.raises(UnsealRefused):
        unseal.open_report_grant(grant.sealed, world.key("Leyla"), report.id, 1, leyla.id, commitment)
    foreign = PepperLayer(Pepper.generate())
    with pytest.raises(SealBroken):
        foreign.lift(grant.sealed, PepperPlace.STANDBY_GRANT, report.id, 1, leyla.id)


def test_whoever_is_left_out_finds_no_trace(world: World) -> None:
    choice = ReaderChoice(Wish.TEAM, left_out=world.ids("Jan"))
    filed, _receipt = world.file(choice=choice)
    report, jan = world.report(filed), world.person("Jan")
    assert jan.id not in grants(world, report)
    assert jan.id not in world.session.scalars(select(CaseGrant.person_id)).all()
    assert jan.id not in world.session.scalars(select(OutboxMail.person_id)).all()
    with pytest.raises(opening.ReaderExcluded):
        opening.open_report_secrets(world.session, world.pepper_layer, world.key("Jan"), jan.id, report)
    secrets = opening.open_report_secrets(
        world.session, world.pepper_layer, world.key("Selin"), world.person("Selin").id, report
    )
    assert opening.read_left_out(world.session, secrets, report) == LeftOut(world.ids("Jan"))


def test_no_column_names_whoever_is_left_out(world: World, session: Session) -> None:
    filed, _receipt = world.file(choice=ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    jan = world.person("Jan").id
    for table in Base.metadata.sorted_tables:
        if table.name in {"person", "seat"}:
            continue
        for row in session.execute(select(table)):
            values = list(row)
            assert jan not in values, table.name
            needles = (str(jan).encode(), jan.to_bytes(8, "big"))
            assert not any(n in v for v in values if isinstance(v, bytes) for n in needles), table.name
    assert world.report(filed).letters == 1


def test_the_case_is_open_to_its_staff_readers_and_never_to_the_reporter(world: World) -> None:
    filed, _receipt = world.file()
    report = world.report(filed)
    rows = world.session.scalars(select(CaseGrant).where(CaseGrant.case_id == report.case_id)).all()
    assert {row.person_id for row in rows} == set(world.keys) - world.ids("Renate", "Piotr")
    epoch = world.session.get_one(CaseEpoch, (report.case_id, 1))
    commitment = world.pepper_layer.lift(epoch.commitment, PepperPlace.CASE_COMMITMENT, report.case_id, 1)
    mine = next(row for row in rows if row.person_id == world.person("Selin").id)
    secret = unseal.open_case_grant(
        mine.sealed, world.key("Selin"), report.case_id, 1, world.person("Selin").id, commitment
    )
    assert len(secret.reveal()) == 32


def test_the_same_receipt_files_once(world: World) -> None:
    first, receipt = world.file()
    again, _receipt = world.file(receipt)
    assert (first.new, again.new) == (True, False)
    assert first.report_id == again.report_id
    assert world.session.scalar(select(func.count()).select_from(Report)) == 1
    assert world.session.scalar(select(func.count()).select_from(Case)) == 1
    assert world.session.scalar(select(func.count()).select_from(Record)) == 3


def test_sixteen_presses_at_once_file_one_report(world: World, database: Database, clock: MovingClock) -> None:
    receipt = world.receipt()
    receipt.key.public_half  # noqa: B018 - derived once, before the threads
    sent = Submission(
        world.school.id, Answers(1, False, {"text": STORY}), NameGiven(), ReaderChoice(Wish.TEAM), LeftOut()
    )
    pepper_layer = world.pepper_layer
    world.session.commit()

    def press(_number: int) -> tuple[int, bool]:
        with database.transaction() as session:
            filed = file_report(session, pepper_layer, sent, receipt, clock.now(), Terms())
        return filed.report_id, filed.new

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(press, range(16)))
    assert len({report for report, _new in found}) == 1
    assert [new for _report, new in found].count(True) == 1
    with database.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_two_reports_at_the_same_moment_share_one_notice(world: World, database: Database, clock: MovingClock) -> None:
    receipts = [world.receipt() for _ in range(8)]
    pepper_layer, school = world.pepper_layer, world.school.id
    world.session.commit()

    def press(number: int) -> bool:
        sent = Submission(school, Answers(1, False, {"text": "x"}), NameGiven(), ReaderChoice(Wish.TEAM), LeftOut())
        with database.transaction() as session:
            return file_report(session, pepper_layer, sent, receipts[number], clock.now(), Terms()).new

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(press, range(8)))
    with database.transaction(write=False) as session:
        told = session.scalars(select(OutboxMail.person_id)).all()
    assert sorted(told) == sorted(world.ids("Selin", "Jan", "Amara"))


def test_a_degenerate_public_half_is_an_alarm_and_the_report_still_comes_in(world: World) -> None:
    """It carries a valid tag and parses well, and fails only at sealing."""
    from bullying_desk.sealing.directory import directory_tag

    selin = world.person("Selin")
    broken = selin.public_half[:1184] + bytes(32) if selin.public_half else b""
    selin.public_half, selin.directory_tag = broken, directory_tag(world.pepper_layer, selin.id, broken)
    world.session.flush()
    filed, _receipt = world.file()
    report = world.report(filed)
    assert {p for p in grants(world, report) if p} == world.ids("Jan", "Amara", "Leyla", "Tomasz")
    alarm = world.session.scalars(select(AuditEntry).where(AuditEntry.event == "key.alarm")).one()
    assert (alarm.event, alarm.facts) == ("key.alarm", {"person": selin.id, "what": "tag"})


def test_a_swapped_key_raises_an_alarm_and_is_never_sealed_to(world: World) -> None:
    from bullying_desk.sealing.keys import PersonKey

    thief = PersonKey.generate()
    world.person("Selin").public_half = thief.public_half
    world.session.flush()
    filed, _receipt = world.file()
    assert thief.key_id not in [row.key_id for row in grants(world, world.report(filed)).values()]
    alarm = world.session.scalars(select(AuditEntry).where(AuditEntry.event == "key.alarm")).one()
    assert alarm.facts == {"person": world.person("Selin").id, "what": "tag"}
    assert (alarm.at.minute, alarm.at.second) == (0, 0)


def test_a_seat_that_is_only_invited_reads_nothing(world: World) -> None:
    """Somebody who works elsewhere already and is invited here: until the second yes nobody may write to them here."""
    noor = world.add("Noor", "Frau Haddad", Role.CONTACT_PERSON)
    filed, _ = world.file()
    assert _reads(world, filed, noor.id)
    world.seats["Noor"].state = SeatState.INVITED
    world.session.flush()
    assert noor.id not in staff_of(world.session, world.school.id).by_person()
    later, _ = world.file()
    assert not _reads(world, later, noor.id)


def _reads(world: World, filed: Filed, person_id: int) -> bool:
    grants = select(func.count()).where(ReportGrant.report_id == filed.report_id, ReportGrant.person_id == person_id)
    return bool(world.session.connection().scalar(grants))


def test_who_reads_from_the_first_hour_is_in_the_trail(world: World) -> None:
    filed, _receipt = world.file(choice=ReaderChoice(Wish.NAMED, world.ids("Selin"), world.person("Jan").id))
    report = world.report(filed)
    rows = world.session.scalars(select(AuditEntry)).all()
    granted = world.session.scalars(select(ReportGrant).where(ReportGrant.person_id.is_not(None)))
    assert {(row.facts["person"], row.facts["state"]) for row in rows} == {(g.person_id, g.state) for g in granted}
    facts = {(row.event, row.at, row.actor_id, row.subject_id, row.facts["report"]) for row in rows}
    assert facts == {("report.reader_at_intake", report.arrived_hour, None, report.case_id, report.id)}


def test_nothing_is_stored_where_nobody_can_read(world: World) -> None:
    world.remove(["Selin", "Jan", "Amara", "Leyla", "Tomasz"])
    with pytest.raises(NobodyCanRead):
        world.file()
    assert world.session.scalar(select(func.count()).select_from(Report)) == 0
    assert world.session.scalar(select(func.count()).select_from(Case)) == 0


def test_danger_goes_out_at_once_and_to_the_stand_ins_too(world: World, clock: MovingClock) -> None:
    world.file(answers=Answers(1, True, {"text": "Hilfe"}))
    mails = world.session.scalars(select(OutboxMail)).all()
    assert {mail.person_id for mail in mails} == world.ids("Selin", "Jan", "Amara", "Leyla", "Tomasz")
    assert {mail.not_before for mail in mails} == {clock.hour()}
    world.file()
    usual = [mail for mail in world.session.scalars(select(OutboxMail)) if mail.not_before > clock.now()]
    assert {mail.person_id for mail in usual} == world.ids("Selin", "Jan", "Amara")


def test_no_row_tells_the_minute(world: World, clock: MovingClock) -> None:
    clock.moment = clock.moment.replace(minute=47, second=31, microsecond=999)
    world.file(answers=Answers(1, True, {"text": "Hilfe"}))
    seen = 0
    for table in Base.metadata.sorted_tables:
        moments = [column for column in table.columns if isinstance(column.type, UtcDateTime)]
        for row in world.session.execute(select(*moments)) if moments else []:
            for moment in filter(None, row):
                seen += 1
                assert (moment.minute, moment.second, moment.microsecond) == (0, 0, 0), table.name
    assert seen > 10


def test_a_shortest_report_and_a_name_do_not_show_in_sizes(world: World) -> None:
    """The rows must not show whether a child gave a name, or left a person out."""
    plain, _ = world.file()
    named, _ = world.file(
        name=NameGiven(NameLevel.SCHOOL, "Noor Haddad", "6b", "große Pause"),
        choice=ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")),
    )
    shapes = []
    for filed in (plain, named):
        rows = world.session.scalars(select(Record).where(Record.owner_id == filed.report_id))
        shapes.append(sorted((row.kind, row.side, len(row.sealed)) for row in rows if row.kind != "report"))
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == 2


@pytest.mark.parametrize(
    ("today", "danger", "expected"),
    [
        (date(2026, 11, 24), False, date(2026, 11, 27)),
        (date(2026, 11, 24), True, date(2026, 11, 25)),
        (date(2026, 11, 27), False, date(2026, 12, 2)),
        (date(2026, 12, 22), False, date(2027, 1, 11)),  # Christmas holidays until 6 January
        (date(2026, 12, 31), True, date(2027, 1, 7)),
    ],
)
def test_answers_are_promised_in_school_days(world: World, today: date, danger: bool, expected: date) -> None:
    calendar = school_calendar(world.session, world.school.id)
    assert promised_date(calendar, today, danger=danger, school_days=3) == expected


def test_a_schools_own_free_day_does_not_count(world: World) -> None:
    world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, 25)))
    world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, 26), half=True))
    world.session.flush()
    calendar = school_calendar(world.session, world.school.id)
    found = promised_date(calendar, date(2026, 11, 24), danger=False, school_days=3)
    assert found == date(2026, 11, 30)


def test_no_report_is_lost_when_the_calendar_has_run_out(world: World, clock: MovingClock) -> None:
    clock.moment += timedelta(days=365 * 20)
    filed, _receipt = world.file()
    assert filed.answer_due == clock.today() + timedelta(days=7)
