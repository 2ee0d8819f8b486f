"""A colleague leaves: their cases go to another one first, two people can still read, and only then their seat ends.

A leaver does it themselves where they can, because only a reader can let a new reader in. For a person who cannot any
more, the coordinator ends the seat: then nobody new is let in, and the stand-ins are released.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import departures
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import PrivateNote
from bullying_desk.cases.plan import planning
from bullying_desk.cases.readers import admission, sharing
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.reports import locks
from bullying_desk.reports.models import Case, CaseStatus, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.candidates import Candidate, staff_of
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.schools.models import Seat
from bullying_desk.sealing.pepper import PepperLayer


class TooFewLeft(Exception):
    """After this, fewer than two persons could read some report, and the city's team cannot join."""

    def __init__(self, reports: int) -> None:
        super().__init__(reports)
        self.reports = reports


@dataclass(frozen=True, slots=True)
class Survey:
    """What leaving one seat means: reports one reads or stands by for, open cases, private notes, colleagues."""

    seat: Seat
    reports: int
    owned: int
    notes: int
    colleagues: tuple[Candidate, ...]


def survey(me: Counsellor, seat: Seat) -> Survey:
    """Return, before the press, what there is to hand over."""
    # Counted by the database: after years there are 20,000 reports, and their ids alone would take half a second.
    is_open = (Case.owner_id == me.person_id) & (Case.status != CaseStatus.CLOSED)
    counts = _theirs(me.session, me.person_id, seat, func.count(), func.count(Case.id.distinct()).filter(is_open))
    reports, owned = me.session.execute(counts.join(Case, Case.id == Report.case_id)).one()
    about = _theirs(me.session, me.person_id, seat, Report.id).where(Report.case_id == PrivateNote.case_id).exists()
    notes = me.session.scalar(select(func.count()).where(PrivateNote.person_id == me.person_id, about)) or 0
    staff = staff_of(me.session, seat.school_id or 0)
    colleagues = tuple(one for one in (*staff.team, *staff.city) if one.person_id != me.person_id)
    return Survey(seat, reports, owned, notes, colleagues)


def hand_over(me: Counsellor, seat: Seat, to: int | None) -> int:
    """Hand one's open cases to a colleague, make sure that two can read, then leave the seat. Returns how many reports.

    A colleague who is left out of a report, or is no reader at its school, does not get that case. It is then without
    an owner in the lists of those who stay. Raises TooFewLeft, UnsealRefused.
    """
    locks.take_turn(me.session, *me.session.scalars(_theirs(me.session, me.person_id, seat, Report.case_id)))
    reports = _reports(me.session, me.person_id, seat)
    too_few = sum(not _let_in(me, report, to) for report in reports)
    if too_few:
        raise TooFewLeft(too_few)
    for case_id in sorted({report.case_id for report in reports}):
        case = me.session.get_one(Case, case_id, with_for_update=True)
        secrets = open_case_secrets(me, case)
        _give_case(me, case, to)
        planning.pass_on(me, case, secrets, to)
    _end(me.session, me.pepper_layer, reports, me.person_id, me.person_id, me.now)
    _leave(
        Destroyer(me.session, me.pepper_layer, me.today), seat, me.person_id, me.now, {each.case_id for each in reports}
    )
    return len(reports)


def end_seat(session: Session, pepper_layer: PepperLayer, seat: Seat, by: int, now: datetime) -> int:
    """End the seat of a person who cannot hand over; stand-ins are released where fewer than two read.

    Letting in anybody else needs opening, which the coordinator cannot do. Returns how many reports it concerned.
    Raises TooFewLeft where nobody could read one any more.
    """
    locks.take_turn(session, *session.scalars(_theirs(session, seat.person_id, seat, Report.case_id)))
    reports = _reports(session, seat.person_id, seat)
    nobody = sum(not _still_read(session, pepper_layer, report, seat.person_id, by, now) for report in reports)
    if nobody:
        raise TooFewLeft(nobody)
    _end(session, pepper_layer, reports, seat.person_id, by, now)
    destroyer = Destroyer(session, pepper_layer, now.astimezone(BERLIN).date())
    _leave(destroyer, seat, by, now, {report.case_id for report in reports})
    return len(reports)


def _reports(session: Session, person_id: int, seat: Seat) -> list[Report]:
    """Return the reports a person reads or stands by for in this seat: of its school, or of all other schools."""
    return list(session.scalars(_theirs(session, person_id, seat, Report).order_by(Report.id)))


def _theirs(session: Session, person_id: int, seat: Seat, *what: Any) -> Select[Any]:
    """Select something of these reports."""
    query: Select[Any] = (
        select(*what)
        .join_from(Report, ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(ReportGrant.person_id == person_id, ReportGrant.state != GrantState.ENDED)
    )
    if seat.school_id is not None:
        return query.where(Report.school_id == seat.school_id)
    return query.where(Report.school_id.not_in(departures.schools_of(session, person_id)))


def _let_in(me: Counsellor, report: Report, to: int | None) -> bool:
    """Let the colleague in who takes over, then the city's team where fewer than two would read. True where two do.

    Where the reporter wants nobody besides those who were ticked, one who stays is enough: the reporter is asked.
    """
    me.session.refresh(report, with_for_update=True)
    staff = staff_of(me.session, report.school_id)
    known = staff.by_person()
    if readership.current_grants(me.session, report)[me.person_id].state is not GrantState.OPEN:
        return bool(
            admission.reading(me.session, report, known, me.person_id)
        )  # a stand-in only: nobody else is released
    opened = me.open_report(report, reads=False)
    secrets, listed = opened.secrets, opened.left_out
    banned = listed.people | {me.person_id} | (staff.heads if listed.head else frozenset())
    case = me.session.get_one(Case, report.case_id)
    reading = admission.reading(me.session, report, known, me.person_id)
    if listed.alone:
        return bool(reading)
    owned = case.owner_id == me.person_id and case.status is not CaseStatus.CLOSED
    beside = admission.allowed_beside(me, report, known)
    if owned and to in admission.takers(opened, staff) & beside:
        admission.add(me, report, secrets, known, [to], banned | reading, ReaderReason.HANDED_OVER)
    admission.release(me.session, me.pepper_layer, report, me.person_id, me.now)
    reading = admission.reading(me.session, report, known, me.person_id)
    wanted = [person for person in (one.person_id for one in staff.city) if person in beside - banned - reading][
        : max(0, FEWEST - len(reading))
    ]
    admission.add(me, report, secrets, known, wanted, banned, ReaderReason.TOO_FEW)
    return len(admission.reading(me.session, report, known, me.person_id)) >= FEWEST


def _still_read(
    session: Session, pepper_layer: PepperLayer, report: Report, leaver: int, by: int, now: datetime
) -> bool:
    session.refresh(report, with_for_update=True)
    if readership.current_grants(session, report)[leaver].state is GrantState.OPEN:
        return admission.release(session, pepper_layer, report, leaver, now, by)
    return bool(admission.reading(session, report, staff_of(session, report.school_id).by_person(), leaver))


def _give_case(me: Counsellor, case: Case, to: int | None) -> None:
    if case.owner_id != me.person_id or case.status is CaseStatus.CLOSED:
        return
    reports = me.session.scalars(select(Report).where(Report.case_id == case.id)).all()
    reads_all = to is not None and all(admission.reads(me.session, report, to) for report in reports)
    case.owner_id = to if reads_all else None
    if reads_all:
        trail.record(me.session, Event.CASE_HANDED_OVER, me.now, actor=me.person_id, subject=case.id, person=to)
    else:
        trail.record(me.session, Event.CASE_GIVEN_BACK, me.now, actor=me.person_id, subject=case.id)
    me.session.flush()


def _end(
    session: Session, pepper_layer: PepperLayer, reports: list[Report], leaver: int, by: int, now: datetime
) -> None:
    """End the person's grants; where they read, a new epoch begins, and they read nothing written from now on."""
    for report in reports:
        read = admission.reads(session, report, leaver)
        granting.end_reader(session, report, leaver, full_hour(now))
        session.expire(session.get_one(Case, report.case_id), ["owner_id"])
        if read:
            readership.begin_epoch(session, pepper_layer, report, readership.current_grants(session, report).values())
        departures.note_reader(session, Event.READER_REMOVED, report, leaver, ReaderReason.HANDED_OVER, by, now)


def _leave(destroyer: Destroyer, seat: Seat, by: int, now: datetime, cases: set[int]) -> None:
    session, person_id = destroyer.session, seat.person_id
    own = select(PrivateNote.id).where(PrivateNote.case_id.in_(cases), PrivateNote.person_id == person_id)
    for note_id in session.scalars(own).all():
        destroyer.note(note_id)
    sharing.end_for_leaver(session, person_id, cases, full_hour(now))
    departures.end(session, seat, by, now)
