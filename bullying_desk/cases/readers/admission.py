"""Letting people into a report: who may be asked, who reads, stand-ins where too few do, and the end of reading.

A session that has opened the list of people left out writes every new grant here; nothing else makes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit.events import Event
from bullying_desk.cases import case_keys, departures
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.clock import full_hour
from bullying_desk.reports.doors.answers import LeftOut
from bullying_desk.reports.doors.doors import STAFF
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import OpenedReport
from bullying_desk.reports.readers import granting, inviting, readership
from bullying_desk.reports.readers.candidates import Candidate, Staff, addressee, staff_of
from bullying_desk.reports.readers.routing import FEWEST, Wish
from bullying_desk.reports.standby import deputies, standby
from bullying_desk.schools.models import Seat
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.pepper import PepperLayer


@dataclass(frozen=True, slots=True)
class OpenedByReader:
    """One report, opened by a reader who lets a colleague in: its secrets, and who must never read it."""

    opened: OpenedReport
    staff: Staff

    @property
    def report(self) -> Report:
        """The report."""
        return self.opened.report

    @property
    def secrets(self) -> dict[int, ReportSecret]:
        """Its secrets by epoch."""
        return self.opened.secrets

    @property
    def listed(self) -> LeftOut:
        """The reporter's own list of people left out."""
        return self.opened.left_out

    @property
    def banned(self) -> frozenset[int]:
        """The people left out, including the head of school where the reporter said so."""
        return self.listed.people | (self.staff.heads if self.listed.head else frozenset())


def open_to_admit(me: Counsellor, report: Report) -> OpenedByReader:
    """Open a report to let a colleague in, its row locked. Raises ReaderExcluded, UnsealRefused."""
    me.session.refresh(report, with_for_update=True)
    opened = OpenedByReader(me.open_report(report, reads=False), staff_of(me.session, report.school_id))
    _ = opened.listed  # a missing list refuses here, before anybody is let in
    return opened


def may_be_asked(me: Counsellor, opened: OpenedByReader, *, agreed: bool = False) -> frozenset[int]:
    """Return who may be let into a report by the team: nobody left out, nobody who may be the adult who is meant.

    `agreed`: also people of a school that was not to hear of it; whether they may is then asked (`sharing.ask`).
    """
    people = takers(opened.opened, opened.staff)
    if agreed and not is_doubtful(opened.opened):
        people |= frozenset(one.person_id for one in opened.staff.team)
    return people - opened.banned - {me.person_id}


def may_be_asked_elsewhere(me: Counsellor, opened: OpenedByReader, school_id: int) -> frozenset[int]:
    """Return who of another school's team may take over: nobody who is left out or also works at this school.

    Where an unnamed adult of the school is meant, it may be a person with a seat at both, now or before.
    """
    team = {one.person_id for one in staff_of(me.session, school_id).team}
    if is_doubtful(opened.opened):
        # Also a person who has left this school: it may be the adult who is meant.
        here = select(Seat.person_id).where(Seat.school_id == opened.report.school_id)
        team -= set(me.session.scalars(here))
    return frozenset(team) - opened.banned - {me.person_id}


def takers(opened: OpenedReport, staff: Staff) -> frozenset[int]:
    """Return who may take over: only the city's team, where an adult of the school is meant who is in no list.

    Only the child knows who that is; of the school's team only people the child has ticked read (principle P6). Also
    where the school was not to hear of it.
    """
    team = () if is_doubtful(opened) or is_outside(opened) else staff.team
    return frozenset(one.person_id for one in (*staff.city, *team))


def allowed_beside(me: Counsellor, report: Report, people: Iterable[int]) -> frozenset[int]:
    """Return who of these may come into the report's case at all: other reports in it may leave them out.

    Nobody can know the list of a report they do not read: there, only people with a grant of it may come in.
    """
    allowed = frozenset(people)
    others = select(Report).where(Report.case_id == report.case_id, Report.id != report.id).order_by(Report.id)
    for other in me.session.scalars(others):
        grants = readership.current_grants(me.session, other)
        mine = grants.get(me.person_id)
        if mine is None or mine.state is not GrantState.OPEN or mine.key_id != me.key.key_id:
            allowed &= grants.keys()
            continue
        opened = open_to_admit(me, other)
        allowed -= opened.banned | strangers(me, opened, allowed)
    return allowed


def strangers(me: Counsellor, opened: OpenedByReader, people: Iterable[int]) -> frozenset[int]:
    """Return who of these a report keeps away without naming them: members of the team without a grant.

    They may be the unnamed adult it means, or the school was not to hear of it.
    """
    if not (is_doubtful(opened.opened) or is_outside(opened.opened)):
        return frozenset()
    team = {one.person_id for one in opened.staff.team} - readership.current_grants(me.session, opened.report).keys()
    return frozenset(people) & team


def is_doubtful(opened: OpenedReport) -> bool:
    """Whether an adult of the school is meant who is in no list; where nobody can know any more, yes."""
    if opened.report.emptied_on is not None:
        return True
    listed, door = opened.left_out, opened.answers.door
    return listed.head or listed.somebody_else or door == STAFF.number


def is_outside(opened: OpenedReport) -> bool:
    """Whether the school was not to hear of it: the city's office alone was chosen, or was all there was (D87)."""
    return opened.report.emptied_on is not None or opened.answers.wish == Wish.CITY.value


def reading(session: Session, report: Report, known: dict[int, Candidate], leaver: int) -> set[int]:
    """Return who reads and can be sealed to, without the one who leaves."""
    grants = readership.current_grants(session, report)
    return {p for p, g in grants.items() if g.state is GrantState.OPEN and p in known and p != leaver}


def add(
    me: Counsellor,
    report: Report,
    secrets: dict[int, ReportSecret],
    known: dict[int, Candidate],
    people: Iterable[int | None],
    banned: set[int] | frozenset[int],
    reason: ReaderReason,
) -> None:
    """Let some people read; people who are banned, unknown or without a usable key are left out."""
    for person in people:
        who = known.get(person or 0)
        to = addressee(me.pepper_layer, who) if who is not None and who.person_id not in banned else None
        if who is None or to is None:
            continue
        granting.add_reader(
            me.session, me.pepper_layer, report, secrets, who, to, reason, me.hour, granted_by=me.person_id
        )
        departures.note_reader(me.session, Event.READER_ADDED, report, who.person_id, reason, me.person_id, me.now)


def release(
    session: Session, pepper_layer: PepperLayer, report: Report, leaver: int, now: datetime, by: int | None = None
) -> bool:
    """Release stand-ins until two read. True where anybody reads after this.

    `by`: a person who ends a colleague's reading; they come last, and only where nobody else would read.
    """
    known = staff_of(session, report.school_id).by_person()
    grants = readership.current_grants(session, report)
    waiting = [p for p, g in grants.items() if g.state is GrantState.STANDBY and p in known and p != leaver]
    reads_now = reading(session, report, known, leaver)
    others = [person for person in waiting if person != by]
    waiting = others if others or reads_now else waiting
    for person in waiting[: max(0, FEWEST - len(reads_now))]:
        granting.release_standby(session, pepper_layer, report, person, ReaderReason.TOO_FEW, full_hour(now))
        departures.note_reader(session, Event.STANDBY_RELEASED, report, person, ReaderReason.TOO_FEW, leaver, now)
        reads_now.add(person)
    return bool(reads_now)


def reads(session: Session, report: Report, person: int) -> bool:
    """Whether a person reads a report now."""
    grant = readership.current_grants(session, report).get(person)
    return grant is not None and grant.state is GrantState.OPEN


def reads_no_longer(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    person: int,
    why: ReaderReason,
    by: int | None,
    now: datetime,
) -> None:
    """End a person's reading of a report, begin the next epoch for those who stay, and enter it."""
    granting.end_reader(session, report, person, full_hour(now))
    session.expire(session.get_one(Case, report.case_id), ["owner_id"])
    readership.begin_epoch(session, pepper_layer, report, readership.current_grants(session, report).values())
    departures.note_reader(session, Event.READER_REMOVED, report, person, why, by, now)


def join_city_after(me: Counsellor, opened: OpenedByReader, gone: set[int]) -> None:
    """Let the city's team in where fewer than two would read without those who go.

    Where the reporter wants nobody besides those who were ticked, only the reporter replaces them.
    """
    report, known = opened.report, opened.staff.by_person()
    stay = reading(me.session, report, known, 0) - gone
    if opened.listed.alone and stay:
        return
    banned = opened.banned | stay | gone
    city = [one.person_id for one in opened.staff.city if one.person_id not in banned]
    beside = allowed_beside(me, report, city)
    free = [person for person in city if person in beside]
    add(me, report, opened.secrets, known, free[: max(0, FEWEST - len(stay))], banned, ReaderReason.TOO_FEW)


# A reader is back: one press ends their stand-in's reading.
#
# A clock lets a stand-in in and never takes a grant away (decision D28), because nobody forgets what they have read. A
# person can close the next epoch to them. Then the stand-in stands by again, as on the day the child wrote, and may be
# let in again. The child sees both.


COVERING = (ReaderReason.ABSENCE, ReaderReason.HOLIDAYS)


class NobodyToEnd(Exception):
    """Nobody reads here as the stand-in of a person who is back: it has ended, or never was."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A person who still reads as a stand-in, and in which reports."""

    person_id: int
    reports: tuple[Report, ...]


def still_reading(me: Counsellor, case: Case, reports: Iterable[Report]) -> list[StandIn]:
    """Return the stand-ins this person may end: in cases they are responsible for, or whose absent reader they were.

    Nobody while the asking person is away or the holidays go on; never a stand-in who is responsible meanwhile.
    """
    found: dict[int, list[Report]] = {}
    away = standby.away_on(me.session, me.today)
    for report in reports:
        grants = readership.current_grants(me.session, report)
        if (report.school_id, me.person_id) in away or deputies.in_break(me.session, report.school_id, me.today):
            continue
        for person, grant in grants.items():
            if _may_end(me, case, grant) and (report.school_id, grant.because_of or 0) not in away:
                found.setdefault(person, []).append(report)
    return [StandIn(person, tuple(theirs)) for person, theirs in found.items()]


def end(me: Counsellor, found: FoundCase, person_id: int) -> None:
    """End a stand-in's reading: they stand by again, and the next epoch of report and file begins.

    Raises NobodyToEnd.
    """
    case = found.case
    ended = [one for one in still_reading(me, case, found.reports) if one.person_id == person_id]
    if not ended:
        raise NobodyToEnd
    for report in ended[0].reports:
        me.session.refresh(report, with_for_update=True)
        grant = readership.current_grants(me.session, report).get(person_id)
        if grant is None or not _may_end(me, case, grant) or not reads(me.session, report, me.person_id):
            continue
        why = grant.reason or ReaderReason.ABSENCE
        inviting.stand_by_again(me.session, me.pepper_layer, report, person_id, me.hour)
        readership.begin_epoch(
            me.session, me.pepper_layer, report, readership.current_grants(me.session, report).values()
        )
        departures.note_reader(me.session, Event.READER_REMOVED, report, person_id, why, me.person_id, me.now)
    case_keys.begin_next_epoch(me, case)


def _may_end(me: Counsellor, case: Case, grant: ReportGrant) -> bool:
    if grant.state is not GrantState.OPEN or grant.reason not in COVERING:
        return False
    if grant.person_id in {me.person_id, case.owner_id}:
        return False
    return me.person_id in {case.owner_id, grant.because_of}
