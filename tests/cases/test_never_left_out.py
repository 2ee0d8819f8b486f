"""No sequence of asking, linking, own access, absence, hand-over and new epochs lets a left-out person read.

The test keeps the child's choices in a plain set of its own, so that the program's own list is checked as well.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import absences
from bullying_desk.cases import case_state, departures, notes
from bullying_desk.cases.case_access import AccessWaits, CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, Consent, OfferKind, OfferState
from bullying_desk.cases.readers import (
    admission,
    child_access,
    handover,
    linking,
    newcomers,
    read_along,
    regrants,
    sharing,
)
from bullying_desk.cases.readers.sharing import SharingWish, TooFewReaders
from bullying_desk.reports.doors.answers import Answers, LeftOut
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.models import Report
from bullying_desk.reports.offline.on_behalf import Author, Told
from bullying_desk.reports.opening import ReaderExcluded, open_as_reporter, open_report_secrets
from bullying_desk.reports.readers import readership, routing
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.reports.readers.routing import Wish as Choice
from bullying_desk.reports.standby import deputies
from bullying_desk.schools.models import SeatState
from bullying_desk.sealing.receipts import Receipt
from tests.moving_clock import TUESDAY_MORNING, MovingClock
from tests.world import World, make_school

TEAM, CITY, ELSEWHERE = ("Selin", "Jan", "Amara"), ("Leyla", "Tomasz"), ("Zeynep", "Ravi")
EVERYBODY = (*TEAM, *CITY, *ELSEWHERE)
REFUSALS = (
    sharing.PartlyRead, sharing.ColleagueNotOffered, sharing.NotTheOwner, sharing.AskedAlready, read_along.OfferUnknown,
    read_along.OfferLapsed, read_along.NobodyElseReads, TooFewReaders, linking.NotTogether, linking.AtHome,
    linking.Questioned, linking.OtherSchool, CaseUnknown, AccessWaits, readership.NobodyWouldRead, handover.TooFewLeft,
    notes.NoCaseKey, ReaderExcluded, case_state.TakenMeanwhile, absences.AbsenceRefused, child_access.AccessNotOffered,
    child_access.MustStandApart, routing.NobodyCanRead, sharing.ConsentMissing, admission.NobodyToEnd,
)  # fmt: skip


@dataclass
class Play:
    """Three reports, what their children have chosen, and who acts next."""

    world: World
    clock: MovingClock
    reports: list[tuple[Report, Receipt]] = field(default_factory=list)
    out: dict[int, set[int]] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

    def file(self, wish: Choice, left_out: frozenset[str]) -> None:
        """Let a child write, with these people left out."""
        ids = self.world.ids(*left_out)
        choice = ReaderChoice(wish, named=self.world.ids(*TEAM) - ids, left_out=ids)
        answers = Answers(2, False, {"text": "Sie lachen."}, wish=wish.value)  # a bystander
        filed, receipt = self.world.file(choice=choice, answers=answers)
        self._keep(filed.report_id, receipt, ids)

    def _keep(self, report_id: int, receipt: Receipt, out: frozenset[int]) -> None:
        self.reports.append((self.world.session.get_one(Report, report_id), receipt))
        self.out[report_id] = set(out)

    def access(self, who: int, which: int, more: int) -> None:
        """Open an own access for the child of a case, which also leaves a person out."""
        me, receipt = self.me(who), self.world.receipt()
        found, out = find_case(me, self.report(which).case_id), frozenset({self.me(more).person_id})
        choice = ReaderChoice(Choice.TEAM, left_out=out)
        told = Told(found.case.school_id, 1, choice, left_out=LeftOut(out), letter="Hier kannst du schreiben.")
        author = Author(me.person_id, "Frau Aydin")
        opened = child_access.open_access(me, found, told, receipt, author, Terms(), apart=more % 2 == 0)
        self._keep(opened.filed.report_id, receipt, out)

    def me(self, who: int) -> Counsellor:
        person = self.world.person(EVERYBODY[who % len(EVERYBODY)])
        key = self.world.key(self._name(who))
        return Counsellor(self.world.session, self.world.pepper_layer, person.id, key, self.clock.now())

    def _name(self, who: int) -> str:
        return EVERYBODY[who % len(EVERYBODY)]

    def report(self, which: int) -> Report:
        return self.reports[which % len(self.reports)][0]

    def ask(self, who: int, which: int, more: int) -> None:
        me, report = self.me(who), self.report(which)
        found = find_case(me, report.case_id)
        kind = OfferKind.SHARE if more % 2 else OfferKind.TRANSFER
        if kind is OfferKind.TRANSFER:
            case_state.take_over(me, found.case, seen_owner=found.case.owner_id)
        to = self.me(more // 2).person_id
        only = report.id if kind is OfferKind.SHARE and more % 3 == 0 else None
        far = EVERYBODY[more // 2 % len(EVERYBODY)] in ELSEWHERE and kind is OfferKind.TRANSFER
        school, consent = (self.elsewhere, Consent.IN_PERSON) if far else (None, None)
        until = self.clock.today() + timedelta(days=more % 5)
        sharing.ask(
            me, found, SharingWish(kind, to, only, until, school_id=school, consent=consent, keeps=more % 4 == 0)
        )
        self.asked.add(to)

    @property
    def elsewhere(self) -> int | None:
        """The other school."""
        return self.world.seats["Zeynep"].school_id

    def back(self, who: int, which: int, more: int) -> None:
        """A reader who is back ends their stand-in's reading."""
        me = self.me(who)
        admission.end(me, find_case(me, self.report(which).case_id), self.me(more).person_id)

    def answer(self, _who: int, which: int, more: int) -> None:
        offers = self.world.session.scalars(select(CaseOffer).where(CaseOffer.state == OfferState.OFFERED)).all()
        if offers:
            offer = sorted(offers, key=lambda one: one.id)[which % len(offers)]
            name = next(n for n in EVERYBODY if self.world.person(n).id == offer.to_id)
            asked = read_along.find(self.me(EVERYBODY.index(name)), offer.id)
            me = self.me(EVERYBODY.index(name))
            read_along.say_yes(me, asked) if more % 4 else read_along.say_no(me, asked, "nein")

    def child(self, who: int, which: int, more: int) -> None:
        report, receipt = self.reports[which % len(self.reports)]
        person, session = self.me(who).person_id, self.world.session
        secrets = open_as_reporter(session, self.world.pepper_layer, receipt.key, report)
        leave, join = (frozenset({person}), frozenset[int]()) if more % 3 else (frozenset[int](), frozenset({person}))
        living = readership.current_grants(session, report)
        leave &= frozenset(living)
        change = readership.plan_change(session, self.world.pepper_layer, report, secrets, leave=leave, join=join)
        readership.change_readers(session, self.world.pepper_layer, report, secrets, change, self.clock.hour())
        self.out[report.id] |= leave
        joined = {one.person_id for one, _to, _why in change.joining}
        assert not (joined - join) & self.out[report.id]  # a reader who joins because of too few was never left out
        self.out[report.id] -= join

    def link(self, who: int, which: int, more: int) -> None:
        me, report = self.me(who), self.report(which)
        found = find_case(me, report.case_id)
        if more % 3:
            linking.link(me, found, found.report(report.id), self.report(more).case_id)
        else:
            linking.unlink(me, found, found.report(report.id))

    def time(self, _who: int, _which: int, more: int) -> None:
        self.clock.forward(days=more % 6)
        read_along.end_due(self.world.session, self.world.pepper_layer, self.clock.now())
        deputies.release_for_absences(self.world.session, self.world.pepper_layer, self.clock.now(), ("07:15",))
        deputies.release_unseen(self.world.session, self.world.pepper_layer, self.clock.now(), ("07:15",))
        deputies.release_overdue(self.world.session, self.world.pepper_layer, self.clock.now(), ("07:15",))
        departures.sweep(self.world.session, self.world.pepper_layer, self.clock.now())

    def away(self, who: int, _which: int, more: int) -> None:
        name, today = self._name(who), self.clock.today()
        if name in TEAM:
            days = absences.Days(today, today + timedelta(days=more % 4))
            stand_in = absences.CITY if more % 3 == 0 else self.me(more).person_id
            by = self.world.person("Piotr").id
            absences.enter(self.world.session, self.world.seats[name], days, stand_in, by, self.clock.now())
        deputies.release_for_absences(self.world.session, self.world.pepper_layer, self.clock.now(), ("07:15",))

    def write(self, who: int, which: int, more: int) -> None:
        me = self.me(who)
        case = find_case(me, self.report(which).case_id).case
        notes.write_team_note(me, case, open_case_secrets(me, case), f"Notiz {more}")

    def leave(self, who: int, _which: int, more: int) -> None:
        name = self._name(who)
        seat = self.world.seats[name]
        if seat.state is SeatState.ACTIVE and name in TEAM:
            handover.hand_over(self.me(who), seat, self.me(more).person_id)

    def come(self, who: int, _which: int, more: int) -> None:
        newcomers.let_in(self.me(who), self.me(more).person_id, "Frau Aydin")

    def restore(self, who: int, _which: int, more: int) -> None:
        regrants.restore(self.me(who), self.me(more).person_id)

    def check(self) -> None:
        """No left-out person reads, stands by, is asked, finds the report, or holds the file of its case."""
        session = self.world.session
        session.expire_all()
        strangers = self.world.ids(*ELSEWHERE) - self.asked
        for report, _receipt in self.reports:
            living = set(readership.current_grants(session, report))
            assert not living & self.out[report.id]
            if report.school_id == self.world.school.id:
                assert not living & strangers  # of another school, and never asked
            for who, name in enumerate(EVERYBODY):
                if self.world.person(name).id not in self.out[report.id]:
                    continue
                me = self.me(who)
                with suppress(CaseUnknown, AccessWaits):
                    assert report.id not in {each.id for each in find_case(me, report.case_id).reports}
                with pytest.raises(ReaderExcluded):
                    open_report_secrets(session, self.world.pepper_layer, me.key, me.person_id, report)
                with suppress(CaseUnknown, AccessWaits):
                    case = find_case(me, report.case_id).case
                    assert open_case_secrets(me, case) == {}


Step = Callable[[Play, int, int, int], None]
STEPS: tuple[Step, ...] = (
    Play.ask, Play.ask, Play.ask, Play.answer, Play.answer, Play.child, Play.link, Play.link, Play.link,
    Play.time, Play.away, Play.away, Play.write, Play.leave, Play.come, Play.restore, Play.access, Play.access,
    Play.back,
)  # fmt: skip
numbers = st.integers(0, 29)
steps = st.lists(st.tuples(st.sampled_from(STEPS), numbers, numbers, numbers), min_size=4, max_size=14)
wanted = st.sampled_from([Choice.TEAM, Choice.NAMED])
nobody = st.frozensets(st.sampled_from(EVERYBODY), max_size=2)


@pytest.mark.sqlite
@settings(
    max_examples=20, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(played=steps, out=st.tuples(nobody, nobody, nobody), wishes=st.tuples(wanted, wanted, wanted))
def test_nobody_left_out_ever_reads(
    world: World, clock: MovingClock, played: list[tuple[Step, int, int, int]], out: tuple[frozenset[str], ...],
    wishes: tuple[Choice, ...],
) -> None:  # fmt: skip
    clock.moment = TUESDAY_MORNING
    example = world.session.begin_nested()
    try:
        play = Play(world, clock)
        other = make_school(world.session, key="M4R8", number="198773", name="Nebenan")
        for name in ELSEWHERE:
            world.add(name, f"Frau {name}", Role.CONTACT_PERSON, school=other)
        for wish, left_out in zip(wishes, out, strict=True):
            play.file(wish, left_out)
        for step, who, which, more in played:
            with suppress(*REFUSALS), world.session.begin_nested():
                step(play, who, which, more)
            play.check()
    finally:
        example.rollback()
        world.session.expire_all()
