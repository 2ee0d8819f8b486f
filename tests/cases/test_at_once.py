"""Two at once on PostgreSQL: one result, nobody left out gains a grant, and nobody meets an error they cannot read.

Each act runs as a page does: in a transaction of its own, with the locks its page takes. Both begin at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases import case_state
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, OfferKind, OfferState
from bullying_desk.cases.readers import handover, linking, read_along, sharing
from bullying_desk.cases.readers.sharing import SharingWish
from bullying_desk.database import Database
from bullying_desk.reports import locks
from bullying_desk.reports.models import Case, GrantState, Report, ReportGrant
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.reports.readers.routing import Wish as Choice
from bullying_desk.schools.models import Seat
from bullying_desk.sealing.receipts import Receipt
from tests.world import World

pytestmark = pytest.mark.postgres
TIMES = 3
Act = Callable[[Session], object]
KIND_REFUSALS = (
    CaseUnknown, sharing.AskedAlready, sharing.ColleagueNotOffered, sharing.PartlyRead, sharing.NotTheOwner,
    linking.AtHome,
    read_along.OfferUnknown, read_along.OfferLapsed, linking.NotTogether, linking.Questioned, case_state.TakenMeanwhile,
    handover.TooFewLeft,
)  # fmt: skip
"""What a page has words for. Anything else, a deadlock above all, fails the test."""


@dataclass
class Town:
    """A stored small city in which two people can act at once."""

    world: World
    database: Database

    def file(self, *named: str, left_out: tuple[str, ...] = ()) -> tuple[Report, Receipt]:
        choice = ReaderChoice(Choice.NAMED, self.world.ids(*named), None, self.world.ids(*left_out))
        filed, receipt = self.world.file(choice=choice)
        return self.world.report(filed), receipt

    def me(self, session: Session, name: str) -> Counsellor:
        world = self.world
        return Counsellor(session, world.pepper_layer, world.person(name).id, world.key(name), world.clock.now())

    def at_once(self, *acts: Act) -> list[object]:
        """Let them act at the same moment; returns each result, a refusal as its kind."""
        self.world.session.commit()
        start = Barrier(len(acts), timeout=20)

        def run(act: Act) -> object:
            with self.database.transaction() as session:
                session.execute(select(1))
                start.wait()
                return act(session)

        def guarded(act: Act) -> object:
            try:
                return run(act)
            except KIND_REFUSALS as refusal:
                return type(refusal)

        with ThreadPoolExecutor(len(acts)) as pool:
            found = list(pool.map(guarded, acts))
        self.world.session.expire_all()
        return found

    def living(self, report: Report) -> dict[int, GrantState]:
        grants = readership.current_grants(self.world.session, report)
        return {person: grant.state for person, grant in grants.items()}


@pytest.fixture
def town(world: World, database: Database) -> Town:
    return Town(world, database)


def _ask(town: Town, who: str, case_id: int, to: str, kind: OfferKind = OfferKind.SHARE) -> Act:
    wish = SharingWish(kind, town.world.person(to).id)

    def act(session: Session) -> object:
        me = town.me(session, who)
        sharing.ask(me, find_case(me, case_id), wish)
        return True

    return act


def test_two_who_ask_the_same_colleague_ask_once(town: Town) -> None:
    report, _receipt = town.file("Selin", "Jan")
    assert town.at_once(_ask(town, "Selin", report.case_id, "Amara"), _ask(town, "Jan", report.case_id, "Amara"))
    offers = town.world.session.scalars(select(CaseOffer)).all()
    amara = town.world.person("Amara").id
    rows = town.world.session.scalars(select(ReportGrant).where(ReportGrant.person_id == amara)).all()
    assert (len(offers), [row.state for row in rows]) == (1, [GrantState.OFFERED])


def test_of_two_who_take_over_one_is_responsible_and_the_other_is_told(town: Town) -> None:
    report, _receipt = town.file("Selin", "Jan")

    def take(who: str) -> Act:
        def act(session: Session) -> object:
            me = town.me(session, who)
            case_state.take_over(me, find_case(me, report.case_id).case, seen_owner=None)
            return me.person_id

        return act

    found = town.at_once(take("Selin"), take("Jan"))
    assert case_state.TakenMeanwhile in found
    assert town.world.session.get_one(Case, report.case_id).owner_id in found


@pytest.mark.parametrize("_time", range(TIMES))
def test_a_child_who_leaves_somebody_out_while_they_say_yes_is_heard(town: Town, _time: int) -> None:
    report, receipt = town.file("Selin", "Jan")
    _ask(town, "Selin", report.case_id, "Amara")(town.world.session)
    offer = town.world.session.scalars(select(CaseOffer)).one()
    amara, report_id = town.world.person("Amara").id, report.id

    def says_yes(session: Session) -> object:
        me = town.me(session, "Amara")
        read_along.say_yes(me, read_along.find(me, offer.id))
        return True

    def leaves_out(session: Session) -> object:
        mine, pepper_layer = locks.take_turn_for_report(session, report_id), town.world.pepper_layer
        secrets = open_as_reporter(session, pepper_layer, receipt.key, mine)
        change = readership.plan_change(session, pepper_layer, mine, secrets, leave=frozenset({amara}))
        readership.change_readers(session, pepper_layer, mine, secrets, change, town.world.clock.hour())
        return True

    assert town.at_once(says_yes, leaves_out)[1] is True
    assert amara not in town.living(report)
    rows = town.world.session.scalars(select(ReportGrant).where(ReportGrant.person_id == amara)).all()
    assert all(row.sealed == b"" and row.own is None for row in rows)


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_reports_put_into_each_others_case_end_in_one(town: Town, _time: int) -> None:
    first, second = town.file("Selin", "Jan")[0], town.file("Selin", "Jan")[0]
    cases = {first.case_id, second.case_id}

    def put(who: str, report_id: int, from_id: int, to_id: int) -> Act:
        def act(session: Session) -> object:
            locks.take_turn(session, from_id, to_id)
            me = town.me(session, who)
            found = find_case(me, from_id)
            return linking.link(me, found, found.report(report_id), to_id).id

        return act

    found = town.at_once(
        put("Selin", first.id, first.case_id, second.case_id), put("Jan", second.id, second.case_id, first.case_id)
    )
    assert CaseUnknown in found  # the second one finds the case empty, or the report gone
    assert first.case_id == second.case_id in cases


def test_who_links_and_who_asks_at_once_let_nobody_in_who_is_left_out_of_the_other(town: Town) -> None:
    """Amara is left out of the second report; asked about the first, she must not come into a case with both."""
    first, second = town.file("Selin", "Jan")[0], town.file("Selin", "Jan", left_out=("Amara",))[0]

    def link(session: Session) -> object:
        locks.take_turn(session, second.case_id, first.case_id)
        me = town.me(session, "Selin")
        found = find_case(me, second.case_id)
        return linking.link(me, found, found.report(second.id), first.case_id).id

    case_id = first.case_id
    found = town.at_once(link, _ask(town, "Jan", case_id, "Amara"))
    assert any(isinstance(each, type) for each in found)  # one of the two is refused
    amara = town.world.person("Amara").id
    assert amara not in town.living(second)
    assert not (amara in town.living(first) and first.case_id == second.case_id)


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_who_leave_at_once_leave_readers_behind(town: Town, _time: int) -> None:
    """Each alone would leave two readers; together they must not leave a child with nobody."""
    report, _receipt = town.file("Selin", "Jan")
    amara = town.world.person("Amara").id

    def leave(who: str) -> Act:
        seat_id = town.world.seats[who].id

        def act(session: Session) -> object:
            return handover.hand_over(town.me(session, who), session.get_one(Seat, seat_id), amara)

        return act

    town.at_once(leave("Selin"), leave("Jan"))
    reading = [person for person, state in town.living(report).items() if state is GrantState.OPEN]
    assert len(reading) >= 2
    assert not set(reading) & (town.world.ids("Selin", "Jan") if len(reading) > 2 else set())


def test_one_who_says_yes_and_one_who_takes_the_question_back(town: Town) -> None:
    report, _receipt = town.file("Selin", "Jan")
    _ask(town, "Selin", report.case_id, "Amara")(town.world.session)
    offer_id = town.world.session.scalars(select(CaseOffer.id)).one()

    def says_yes(session: Session) -> object:
        me = town.me(session, "Amara")
        read_along.say_yes(me, read_along.find(me, offer_id))
        return True

    def takes_back(session: Session) -> object:
        me = town.me(session, "Selin")
        find_case(me, report.case_id)
        sharing.take_back(me, session.get_one(CaseOffer, offer_id))
        return True

    town.at_once(says_yes, takes_back)
    state = town.world.session.get_one(CaseOffer, offer_id).state
    reads = town.living(report).get(town.world.person("Amara").id) is GrantState.OPEN
    assert reads is (state is OfferState.ACCEPTED)
