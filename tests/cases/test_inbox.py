"""The inbox: the order of need, counters of what is due, and nothing that one does not read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState
from bullying_desk.cases.case_list import Need, Row, gather
from bullying_desk.cases.deadlines import SchoolClocks
from bullying_desk.cases.inbox.queue import PAGE, Inbox, Owed, Tab, inbox, order, waiting_for_access
from bullying_desk.cases.inbox.queue import Seat as inbox_seat
from bullying_desk.database import Database
from bullying_desk.reports import erasure
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox.letters import write_letter
from bullying_desk.reports.models import Case, CaseStatus, Report, ReporterState, ReportGrant, Urgency, Writer
from bullying_desk.reports.opening import open_as_reporter, open_report_secrets
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import FreeDay, Seat, SeatState
from tests.benchmarks.bench_inbox import fill
from tests.cases.browsing import Browser
from tests.cases.conftest import SignIn
from tests.moving_clock import MovingClock
from tests.world import World, make_school

ME, COLLEAGUE, SCHOOL = 11, 12, 13
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TODAY = date(2026, 11, 24)
hours = st.integers(0, 600).map(lambda n: NOW - timedelta(hours=n))
days = st.integers(-20, 20).map(lambda n: TODAY + timedelta(days=n))
owners = st.sampled_from([None, ME, COLLEAGUE])
parts = st.tuples(
    st.integers(1, 40),
    st.just(SCHOOL),
    st.sampled_from([CaseStatus.NEW, CaseStatus.RUNNING]),
    st.sampled_from(list(Urgency)),
    st.booleans(),
    owners,
    st.none() | days,
    st.sampled_from(list(Writer)),
    hours,
    days,
    st.integers(1, 9),
    st.integers(0, 9),
    st.sampled_from([ReporterState.OPEN, ReporterState.BETTER, ReporterState.FINISHED]),
    *[st.just("")] * 6,
    *[st.none() | days] * 3,
    st.none(),
)


class _NoDatabase:
    def execute(self, _query: Any) -> list[Any]:
        return []


def _clocks() -> SchoolClocks:
    return SchoolClocks(_NoDatabase(), [SCHOOL])  # type: ignore[arg-type]


def _rows(found: list[tuple[Any, ...]]) -> list[Row]:
    return sorted(gather(found, ME, TODAY, NOW, _clocks()), key=lambda row: order(row, ME))


@given(st.lists(parts, max_size=40))
def test_rows_stand_in_the_order_of_need(found: list[tuple[Any, ...]]) -> None:
    rows = _rows(found)
    assert {row.case_id for row in rows} == {part[0] for part in found}
    assert len(rows) == len({part[0] for part in found})
    assert [row.need for row in rows] == sorted(row.need for row in rows)
    waiting = [row.waiting_since for row in rows if row.need is Need.CHILD_WAITS]
    assert waiting == sorted(waiting)  # type: ignore[type-var]  # one school: school time and hours agree
    for row in rows:
        if row.danger and row.owner_id is None:
            assert row.need is Need.DANGER_UNOWNED
        if row.waiting_since is not None:
            assert row.need <= Need.CHILD_WAITS
        if row.need is Need.WAITING_FOR_CHILD:
            assert not any(owed.counts(row, TODAY) for owed in Owed)


@given(st.lists(parts, max_size=40))
def test_a_case_of_several_reports_waits_since_its_longest_waiting_reporter(found: list[tuple[Any, ...]]) -> None:
    for row in _rows(found):
        mine = [part for part in found if part[0] == row.case_id]
        since = [part[8] for part in mine if part[7] is Writer.REPORTER and part[12] is ReporterState.OPEN]
        assert row.waiting_since == min(since, default=None)
        assert row.unseen == any(part[10] > part[11] for part in mine)


def _inbox(world: World, name: str, **more: Any) -> Inbox:
    person = world.person(name)
    return inbox(world.session, person.id, person.key_id or b"", world.clock.now(), **more)


def _case(world: World, report: Report) -> Case:
    return world.session.get_one(Case, report.case_id)


def test_danger_without_anybody_comes_first_of_fifty(world: World) -> None:
    fill(world.session, world, 50, 0)
    for case in world.session.query(Case):
        case.danger, case.owner_id = False, world.person("Jan").id
    filed, _ = world.file(answers=Answers(1, True, {"text": "Sie haben ein Messer."}))
    found = _inbox(world, "Selin")
    assert found.total == 51
    assert found.rows[0].case_id == world.report(filed).case_id
    assert found.rows[0].need is Need.DANGER_UNOWNED
    assert found.owed[Owed.DANGER] == 1


def test_fifty_rows_a_page_and_every_case_once(world: World) -> None:
    fill(world.session, world, PAGE * 2 + 7, 0)
    pages = [_inbox(world, "Selin", page=number) for number in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [PAGE, PAGE, 7]
    assert pages[0].pages == 3
    assert len({row.case_id for page in pages for row in page.rows}) == PAGE * 2 + 7
    assert _inbox(world, "Selin", page=99).page == 3
    assert _inbox(world, "Selin", page=-5).page == 1


def test_closed_cases_are_turned_page_by_page_the_newest_first(world: World) -> None:
    fill(world.session, world, 3, PAGE + 4)
    first, second = (_inbox(world, "Selin", tab=Tab.CLOSED, page=number) for number in (1, 2))
    assert (len(first.rows), len(second.rows)) == (PAGE, 4)
    assert (first.pages, second.pages) == (2, 2)
    closed = [_closed_hour(world, row) for page in (first, second) for row in page.rows]
    assert closed == sorted(closed, reverse=True)
    assert not {row.case_id for row in first.rows} & {row.case_id for row in _inbox(world, "Selin").rows}


def _closed_hour(world: World, row: Row) -> datetime:
    hour = world.session.get_one(Case, row.case_id).closed_hour
    assert hour is not None
    return hour


@pytest.mark.parametrize("status", [CaseStatus.DORMANT, CaseStatus.CLOSED])
def test_a_child_who_writes_into_a_case_at_rest_is_not_overlooked(world: World, status: CaseStatus) -> None:
    filed, _ = world.file()
    report = world.report(filed)
    case = _case(world, report)
    case.status, report.last_writer = status, Writer.STAFF
    case.closed_hour = world.clock.hour() if status is CaseStatus.CLOSED else None
    world.session.flush()
    assert _inbox(world, "Selin").total == 0
    report.last_writer = Writer.REPORTER
    world.session.flush()
    found = _inbox(world, "Selin")
    assert [row.need for row in found.rows] == [Need.CHILD_WAITS]
    assert found.owed[Owed.WAITING] == 1


def test_better_or_finished_is_nothing_we_owe(world: World) -> None:
    for state in (ReporterState.BETTER, ReporterState.FINISHED):
        world.report(world.file()[0]).reporter_state = state
    world.session.flush()
    found = _inbox(world, "Selin")
    assert found.total == 2
    assert not any(found.owed.values())


def test_unread_is_what_a_child_wrote_and_no_colleagues_answer(world: World) -> None:
    filed, receipt = world.file()
    report, now = world.report(filed), world.clock.now()

    def unread(name: str) -> list[bool]:
        world.session.flush()
        return [row.unseen for row in _inbox(world, name).rows]

    assert unread("Jan") == [True]
    selin = world.person("Selin")
    for name in ("Selin", "Jan"):
        grant = world.session.scalars(select(ReportGrant).where(ReportGrant.person_id == world.person(name).id)).one()
        grant.seen_letters = 1
    secrets = open_report_secrets(world.session, world.pepper_layer, world.key("Selin"), selin.id, report)
    write_letter(world.session, secrets, report, "Ich bin da.", now=now, author=(selin.id, "Frau Aydin"))
    assert unread("Jan") == [False]  # nothing new of the child
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    write_letter(world.session, secrets, report, "Danke.", now=now)
    assert unread("Jan") == unread("Selin") == [True]


def test_the_daily_acts_stand_above_the_cases_and_a_newcomer_takes_one_line(world: World, enter: SignIn) -> None:
    world.file()
    world.add("Nora", "Frau Blum", Role.CONTACT_PERSON)
    world.seats["Nora"].started_on = world.clock.today()
    desk = enter("Selin")
    desk.get("/team")
    for words in ("Heute nicht da", "In Ihren Fällen suchen"):
        assert desk.main.index(words) < desk.main.index("Fälle, nach Dringlichkeit")
    assert desk.main.count("Heute nicht da") == 1
    assert '<details class="note"><summary><b>Neu im Team: 1 Person</b>' in desk.page.text


def test_danger_counts_until_the_child_was_met(world: World) -> None:
    report = world.report(world.file(answers=Answers(1, True, {"text": "Er ist gemein."}))[0])
    case = _case(world, report)
    case.owner_id, case.status, case.in_person_due = world.person("Selin").id, CaseStatus.RUNNING, date(2026, 11, 24)
    report.last_writer = Writer.STAFF  # answered: nobody waits for a letter
    world.session.flush()
    for name in ("Selin", "Jan"):
        found = _inbox(world, name)
        assert found.owed[Owed.DANGER] == 1
        assert found.rows[0].need is Need.DANGER_MINE
    case.in_person_due = None  # the talk took place
    world.session.flush()
    assert _inbox(world, "Selin").owed[Owed.DANGER] == 0


def test_what_is_due_or_overdue_looks_so(world: World, enter: SignIn, clock: MovingClock) -> None:
    world.file()
    desk = enter("Selin")
    desk.get("/team")
    late = re.compile(r'class="state amber">(?:(?!</span>).)*überfällig seit', re.DOTALL)
    assert not late.search(desk.page.text)
    clock.forward(days=6)
    desk = enter("Selin")
    desk.get("/team")
    assert late.search(desk.page.text)


def test_key_words_to_compare_stand_in_the_inbox(world: World, enter: SignIn) -> None:
    world.add("Nora", "Frau Blum", Role.CONTACT_PERSON)
    desk = enter("Selin")
    desk.get("/team")
    assert "Wartet auf Sie" not in desk.main
    world.person("Nora").state = PersonState.ACCEPTED
    world.session.flush()
    desk.get("/team")
    assert "Eine Person liest erst mit, wenn jemand ihre Schlüsselwörter verglichen hat." in desk.main
    desk.follow("Wörter vergleichen")
    assert desk.page.request.path == "/team/vergleichen"


def test_an_answer_is_due_on_the_promised_day(world: World) -> None:
    filed, _ = world.file()
    report = world.report(filed)
    assert _inbox(world, "Selin").rows[0].answer_by == report.answer_due == date(2026, 11, 27)
    _case(world, report).status = CaseStatus.RUNNING
    report.last_hour = datetime(2026, 12, 1, 9, tzinfo=UTC)
    world.session.flush()
    assert _inbox(world, "Selin").rows[0].answer_by == date(2026, 11, 27)  # a second letter moves nothing back


def test_overdue_counts_as_due(world: World, clock: MovingClock) -> None:
    world.file()
    assert _inbox(world, "Selin").owed[Owed.DUE] == 0
    clock.forward(days=4)
    assert _inbox(world, "Selin").owed[Owed.DUE] == 1
    assert _inbox(world, "Selin", owed=Owed.DUE).total == 1
    assert _inbox(world, "Selin", owed=Owed.DANGER).total == 0


def test_a_person_left_out_finds_no_trace_in_rows_and_counters(world: World) -> None:
    choice = ReaderChoice(Wish.TEAM, left_out=world.ids("Jan"))
    world.file(choice=choice, answers=Answers(1, True, {"text": "Er ist gemein."}))
    for tab in Tab:
        found = _inbox(world, "Jan", tab=tab)
        assert (found.total, found.rows, found.schools, found.longest) == (0, (), {}, None)
        assert not any(found.owed.values())
        assert not any(found.tabs.values())
    assert _inbox(world, "Selin").total == 1


@pytest.mark.parametrize("name", ["Leyla", "Renate", "Piotr"])
def test_who_stands_by_leads_or_coordinates_finds_nothing(world: World, name: str) -> None:
    world.file()
    assert _inbox(world, name).total == 0


def test_what_a_child_erased_is_gone_at_once_unless_the_team_must_keep_it(world: World) -> None:
    plain, danger = world.file()[0], world.file(answers=Answers(1, True, {"text": "Hilfe"}))[0]
    for filed in (plain, danger):
        erasure.erase(world.session, world.report(filed), world.clock.today())
    found = _inbox(world, "Selin")
    assert [row.case_id for row in found.rows] == [world.report(danger).case_id]
    assert found.rows[0].waiting_since is None


def test_cases_of_a_lost_key_are_counted_but_not_listed(world: World) -> None:
    world.file()
    person = world.person("Selin")
    new_key = b"another key id.."
    found = inbox(world.session, person.id, new_key, world.clock.now())
    assert found.total == 0
    assert world.session.scalar(select(waiting_for_access(person.id, new_key))) == 1
    assert world.session.scalar(select(waiting_for_access(person.id, person.key_id or b""))) == 0


def test_a_person_with_two_schools_can_look_at_one(world: World, session: Session, enter: SignIn) -> None:
    other = make_school(session, "M4T2", "198766", "Am Hafen")
    first, office = world.school, ReaderChoice(Wish.CITY)
    world.file(choice=office)
    world.school = other
    world.file(choice=office)
    assert set(_inbox(world, "Leyla").schools) == {first.id, other.id}
    assert [row.school_id for row in _inbox(world, "Leyla", seat=inbox_seat(frozenset({other.id}))).rows] == [other.id]
    desk = enter("Leyla")
    page = desk.get("/team").text
    assert "Gesamtschule Lindenpark" in page
    assert "Gesamtschule Am Hafen" in page
    desk.get(f"/team?schule={other.id}")
    assert desk.main.count("Antwort bis") == 1


def test_the_page_says_nothing_of_what_was_written(world: World, enter: SignIn) -> None:
    filed, _ = world.file(answers=Answers(1, True, {"was": ("worte",), "text": "Zauberwort Ahornsirup"}))
    desk = enter("Selin")
    page = desk.get("/team").text
    assert "Ahornsirup" not in page
    assert "gemeine Sachen" not in page
    assert "Gefahr" in desk.main
    assert "wartet seit weniger als 1 Stunde" in desk.main
    assert "niemand zuständig" in desk.main
    assert f"/team/fall/{world.report(filed).case_id}" in page


def test_the_empty_inbox_says_what_else_there_is(enter: SignIn) -> None:
    desk = enter("Selin")
    desk.get("/team")
    assert "Niemand wartet." in desk.main
    assert "/unterricht" in desk.page.text


@pytest.mark.parametrize("address", ["?seite=99999999999999999999", "?schule=99999999999999999999", "?liste=x&nur=y"])
@pytest.mark.parametrize("tab", ["offen", "zu"])
def test_nonsense_in_the_address_is_no_error(world: World, enter: SignIn, address: str, tab: str) -> None:
    world.file()
    enter("Selin").get(f"/team{address}&liste={tab}")


@pytest.mark.both
def test_two_who_take_over_at_once_are_told(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    case = world.report(filed).case_id
    selin, jan = enter("Selin"), enter("Jan")
    both: list[Browser] = [selin, jan]
    for desk in both:
        desk.get("/team")
    selin.press("Übernehmen")
    assert "Sie sind jetzt zuständig" in selin.main
    jan.press("Übernehmen")
    assert "Zuständig ist jetzt Selin" in jan.main
    world.session.expire_all()
    assert world.session.get_one(Case, case).owner_id == world.person("Selin").id


def test_who_has_waited_more_school_days_stands_first(world: World, clock: MovingClock) -> None:
    """A movable free day at one school: there a child has waited longer by the clock, but not in school."""
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    resting, busy = world.report(world.file()[0]), world.report(world.file()[0])
    for report, school, hours in ((resting, world.school, 73), (busy, other, 72)):
        report.last_hour = clock.hour() - timedelta(hours=hours)
        report.answer_due = clock.today() + timedelta(days=9)
        _case(world, report).school_id = report.school_id = school.id
    world.session.add_all(
        FreeDay(school_id=world.school.id, day=clock.today() - timedelta(days=days)) for days in (1, 2)
    )
    world.session.flush()
    assert [row.case_id for row in _inbox(world, "Selin").rows] == [busy.case_id, resting.case_id]


@pytest.mark.both
def test_the_filter_takes_a_school_or_the_seat_in_the_city(world: World, enter: SignIn) -> None:
    """A person has a seat at a school and in the city's team: the work of each seat can be shown by itself."""
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    world.session.add(
        Seat(
            school_id=None, person_id=world.person("Selin").id, role=Role.CITY_TEAM, shown_name="Frau Aydin",
            on_duty=True, state=SeatState.ACTIVE, started_on=TODAY,
        )
    )  # fmt: skip
    here, there = world.report(world.file()[0]).case_id, world.report(world.file()[0]).case_id
    world.session.get_one(Case, there).school_id = other.id
    desk = enter("Selin")
    for asked, expected in (
        ("", {here, there}),
        ("stadt", {there}),
        (str(world.school.id), {here}),
        ("x", {here, there}),
    ):
        page = desk.get(f"/team?schule={asked}").text
        assert {case for case in (here, there) if f"/team/fall/{case}" in page} == expected, asked
    assert "Nur als Stelle der Stadt" in desk.main


@pytest.mark.both
@pytest.mark.parametrize("tab", [Tab.OPEN, Tab.CLOSED])
def test_the_inbox_asks_eight_questions_at_most(world: World, database: Database, enter: SignIn, tab: Tab) -> None:
    """Sign-in's two included, with cases of several schools, owners, open ones and closed."""
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    fill(world.session, world, 20, 20)
    for case in world.session.query(Case).limit(10):
        case.school_id = other.id
    desk, asked = enter("Selin"), list[str]()

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engine = database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        desk.get(f"/team?liste={tab.value}")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    questions = [statement for statement in asked if statement.startswith("SELECT")]
    assert 3 <= len(questions) <= 8, questions
    assert "/team/fall/" in desk.page.text
