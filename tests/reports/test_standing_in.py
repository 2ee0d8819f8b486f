"""A recorded absence lets the stand-ins read when nobody else is there; never a person who was left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import absences
from bullying_desk.accounts.team.absences import CITY, Days
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import OfferKind
from bullying_desk.cases.readers import sharing
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.models import Case, CaseStatus, GrantState, ReaderReason, Report, ReportGrant, Writer
from bullying_desk.reports.promised_dates import outlook
from bullying_desk.reports.readers.explaining import reason_words
from bullying_desk.reports.readers.readership import readers_of
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby.deputies import release_for_absences, release_overdue
from bullying_desk.schooldays import Break
from bullying_desk.schools.models import FreeDay, Seat, SeatState
from tests import rights_by_hand
from tests.moving_clock import MovingClock
from tests.world import World

TIMES = ("07:15",)
TEAM = ("Selin", "Jan", "Amara")
OFFICE = ("Leyla", "Tomasz")
WEEK = Days(date(2026, 11, 24), date(2026, 11, 27))


def _report(world: World, *named: str, stand_in: str = "", left_out: frozenset[int] = frozenset()) -> Report:
    deputy = world.person(stand_in).id if stand_in else None
    choice = ReaderChoice(Wish.NAMED, world.ids(*named), deputy, left_out) if named else ReaderChoice(Wish.TEAM)
    return world.report(world.file(choice=choice)[0])


def _away(world: World, name: str, stand_in: int = CITY, days: Days = WEEK) -> None:
    absences.enter(world.session, world.seats[name], days, stand_in, world.person(name).id, world.clock.now())


def _release(world: World) -> int:
    return release_for_absences(world.session, world.pepper_layer, world.clock.now(), TIMES)


def _reading(world: World, report: Report) -> frozenset[int]:
    return frozenset(line.person_id for line in readers_of(world.session, report) if line.state is GrantState.OPEN)


def test_the_deputy_a_child_named_reads_and_the_child_sees_for_whom(world: World) -> None:
    report = _report(world, "Selin", stand_in="Jan")
    assert _release(world) == 0
    _away(world, "Selin", world.person("Jan").id)
    world.session.execute(update(OutboxMail).values(sent=OutboxMail.id))  # the earlier mails
    assert _release(world) == 1
    assert _release(world) == 0
    [line] = [line for line in readers_of(world.session, report) if line.name == "Herr Brandt"]
    assert (line.state, line.reason, line.instead_of) == (GrantState.OPEN, ReaderReason.ABSENCE, "Frau Aydin")
    assert reason_words(line.reason, instead_of=line.instead_of) == "Frau Aydin ist nicht da."
    told = world.session.scalars(select(OutboxMail.person_id).where(OutboxMail.sent == 0)).all()
    assert told == [world.person("Jan").id]


def test_whoever_stands_in_without_a_grant_of_the_report_reads_nothing(world: World) -> None:
    report = _report(world, "Selin")  # the city's team stands by, Amara does not
    _away(world, "Selin", world.person("Amara").id)
    assert _release(world) == 2
    assert _reading(world, report) == world.ids("Selin", *OFFICE)


def test_a_colleague_who_was_only_asked_keeps_no_stand_in_away(world: World) -> None:
    """A question nobody has answered is no reader: the city's team comes all the same."""
    report = _report(world, "Selin")
    selin = Counsellor(
        world.session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), world.clock.now()
    )
    sharing.ask(selin, find_case(selin, report.case_id), sharing.SharingWish(OfferKind.SHARE, world.person("Amara").id))
    _away(world, "Selin")
    assert _release(world) == 2
    assert _reading(world, report) == world.ids("Selin", *OFFICE)


def test_nobody_reads_by_an_absence_they_have_entered_themselves(world: World) -> None:
    """Jan also coordinates, and names Amara as stand-in, who holds nothing: that must not let Jan in."""
    report = _report(world, "Selin", stand_in="Jan")
    absences.enter(
        world.session, world.seats["Selin"], WEEK, world.person("Amara").id, world.person("Jan").id, world.clock.now()
    )
    assert _release(world) == 0
    assert _reading(world, report) == world.ids("Selin")


def test_while_one_reader_is_there_nobody_is_let_in(world: World) -> None:
    report = _report(world)
    for name in ("Selin", "Jan"):
        _away(world, name)
    assert _release(world) == 0
    _away(world, "Amara")
    assert _release(world) == 2
    assert _reading(world, report) == world.ids(*TEAM, *OFFICE)


@pytest.mark.parametrize(
    ("status", "waits", "let_in"),
    [(CaseStatus.RUNNING, False, 2), (CaseStatus.DORMANT, False, 0), (CaseStatus.CLOSED, False, 0),
     (CaseStatus.CLOSED, True, 2)],
)  # fmt: skip
def test_of_a_case_that_rests_only_where_somebody_waits(
    world: World, status: CaseStatus, waits: bool, let_in: int
) -> None:
    report = _report(world, "Selin")
    world.session.get_one(Case, report.case_id).status = status
    report.last_writer = Writer.REPORTER if waits else Writer.STAFF
    world.session.flush()
    _away(world, "Selin")
    assert _release(world) == let_in


def test_not_before_the_absence_begins_and_not_after_it(world: World, clock: MovingClock) -> None:
    _report(world, "Selin")
    _away(world, "Selin", days=Days(date(2026, 11, 25), date(2026, 11, 25)))
    assert _release(world) == 0
    clock.forward(days=2)
    assert _release(world) == 0
    clock.forward(days=-1)
    assert _release(world) == 2


def test_over_the_summer_the_city_on_duty_reads_whoever_waits(world: World, clock: MovingClock) -> None:
    clock.moment = datetime(2026, 7, 17, 9, tzinfo=UTC)  # the last day of school
    report = _report(world)
    world.seats["Tomasz"].on_duty = False
    world.session.flush()
    assert _release(world) == 0
    before = outlook(world.session, report, clock.today())
    clock.forward(days=3)
    seen = outlook(world.session, report, clock.today())
    assert (before.now, seen.now, seen.day) == (False, True, date(2026, 9, 4))
    assert before.holidays == seen.holidays == Break(date(2026, 7, 18), date(2026, 9, 1), date(2026, 9, 2))
    assert before.city_answers
    assert seen.city_answers
    assert _release(world) == 1
    assert _reading(world, report) == world.ids(*TEAM, "Leyla")
    assert {line.reason for line in readers_of(world.session, report)} >= {ReaderReason.HOLIDAYS}
    assert release_overdue(world.session, world.pepper_layer, clock.now(), TIMES) == 0  # no school day passes


def test_over_the_holidays_nobody_reads_what_nobody_waits_in_nor_without_duty(world: World, clock: MovingClock) -> None:
    clock.moment = datetime(2026, 12, 23, 9, tzinfo=UTC)
    _report(world)
    rights_by_hand.set_all(world.session, Seat, on_duty=False)
    assert _release(world) == 0
    world.session.expire_all()
    world.seats["Leyla"].on_duty = True
    world.session.flush()
    clock.moment = datetime(2026, 12, 19, 9, tzinfo=UTC)  # a usual Saturday before
    assert _release(world) == 0
    clock.moment = datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert _release(world) == 1


def test_movable_days_that_make_a_long_break_are_one(world: World, clock: MovingClock) -> None:
    _report(world)
    for day in (27, 30):  # Friday and Monday
        world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, day)))
    world.session.flush()
    clock.forward(days=3)
    assert _release(world) == 2


def test_nobody_on_duty_reads_by_a_break_they_have_made_themselves(world: World, clock: MovingClock) -> None:
    """Leyla is of the city's team and coordinates this school: its own free days let in her colleague only."""
    report = _report(world)
    world.session.add(
        Seat(school_id=world.school.id, person_id=world.person("Leyla").id, role=Role.SCHOOL_COORDINATOR,
             shown_name="Frau Demir", state=SeatState.ACTIVE, started_on=date(2026, 8, 1))
    )  # fmt: skip
    for day in (27, 30):
        world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, day)))
    world.session.flush()
    clock.forward(days=3)
    assert _release(world) == 1
    assert world.person("Leyla").id not in _reading(world, report)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    hidden=st.sets(st.sampled_from(TEAM), min_size=1, max_size=2),
    acts=st.lists(st.tuples(st.sampled_from([*TEAM, "wait"]), st.sampled_from([*TEAM, "city"])), max_size=6),
)
def test_no_order_of_absences_and_waiting_lets_anybody_read_who_was_left_out(
    world: World, clock: MovingClock, hidden: set[str], acts: list[tuple[str, str]]
) -> None:
    clock.moment = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)
    left_out = world.ids(*hidden)
    report = world.report(world.file(choice=ReaderChoice(Wish.TEAM, left_out=left_out))[0])
    for who, stand_in in acts:
        if who == "wait":
            clock.forward(days=2)
            release_overdue(world.session, world.pepper_layer, clock.now(), TIMES)
        else:
            days = Days(clock.today(), clock.today() + timedelta(days=3))
            other = CITY if stand_in == "city" else world.person(stand_in).id
            try:
                absences.enter(world.session, world.seats[who], days, other, world.person("Piotr").id, clock.now())
            except absences.AbsenceRefused:
                continue
        _release(world)
    grants = world.session.scalars(select(ReportGrant.person_id).where(ReportGrant.report_id == report.id))
    assert not left_out & {person for person in grants if person}
