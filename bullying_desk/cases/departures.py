"""What a leaving could not see: a report that came in at the same time still names the leaver as a reader.

On PostgreSQL a report may be filed between the reading and the commit of a leaving (`handover`). It is then sealed to a
seat that ends in the same moment. The night work ends such grants. The report's next epoch begins when the desk next
opens it, because only a reader may begin one (docs/sealing.md, Keys).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import READER_ROLES, Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in import late_posts, passkeys
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.models import TextBlock
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.erasing import drafts
from bullying_desk.night import Counts, Night
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.reports.standby import standby
from bullying_desk.rights.checking import broken, hint
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.sessions import end_all_of_person

# A reader let in by a person, not by a seat, may have a seat elsewhere: a colleague of another school who was asked.
_BY_PERSON = (ReaderReason.SHARED, ReaderReason.HANDED_OVER, ReaderReason.DANGER, ReaderReason.ADDED_BY_CHILD)


def sweep(session: Session, pepper_layer: PepperLayer, now: datetime) -> int:
    """End the grants of people who have left the seat they read by; returns how many.

    Where fewer than two would read, stand-ins are released; if they are still fewer, it is an alarm in the trail.
    """
    found = session.execute(hint(_left_behind().with_for_update(of=Report, skip_locked=True))).all()
    if not _seats_hold(session, {person for _report, person in found}):
        return 0  # a seat that was written from outside ends no right and lets no stand-in in
    for report, person in found:
        granting.end_reader(session, report, person, full_hour(now))
        facts: dict[str, Any] = {"report": report.id, "person": person, "reason": ReaderReason.HANDED_OVER.value}
        trail.record(session, Event.READER_REMOVED, now, subject=report.case_id, **facts)
    session.flush()
    for report in {report.id: report for report, _person in found}.values():
        _keep_two(session, pepper_layer, report, now)
    return len(found)


def _seats_hold(session: Session, people: set[int]) -> bool:
    session.scalars(select(Seat).where(Seat.person_id.in_(people))).all()
    return all(each.kind != Seat.__tablename__ for each in broken(session))


def renew(session: Session, pepper_layer: PepperLayer, reports: Iterable[Report]) -> None:
    """Begin the next epoch of each report whose present one a former reader holds: they read nothing new."""
    by_id = {report.id: report for report in reports}
    query = (
        select(ReportGrant.report_id)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .where(ReportGrant.report_id.in_(by_id), ReportGrant.until_hour.is_not(None))
        .where(ReportGrant.state.in_((GrantState.ENDED, GrantState.STANDBY)))  # it may be a colleague who read along
    )
    for report_id in set(session.scalars(query)):
        report = by_id[report_id]
        session.refresh(report, with_for_update=True)
        readership.begin_epoch(session, pepper_layer, report, readership.current_grants(session, report).values())


def _left_behind() -> Any:
    """Select (report, person) of living grants whose person has no seat any more to hold them by."""
    ended, living, here = aliased(Seat), aliased(Seat), aliased(Seat)
    reads = ended.role.in_(READER_ROLES)
    of_this = or_(ended.role == Role.CITY_TEAM, ended.school_id == Report.school_id)
    still_here = exists().where(
        here.person_id == ReportGrant.person_id,
        here.state != SeatState.ENDED,
        or_(here.role == Role.CITY_TEAM, and_(here.role == Role.CONTACT_PERSON, here.school_id == Report.school_id)),
    )
    somewhere = exists().where(
        living.person_id == ReportGrant.person_id, living.state != SeatState.ENDED, living.role.in_(READER_ROLES)
    )
    left = exists().where(
        ended.person_id == ReportGrant.person_id, ended.state == SeatState.ENDED, reads, or_(of_this, ~somewhere)
    )
    return (
        select(Report, ReportGrant.person_id)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(
            ReportGrant.person_id.in_(select(Seat.person_id).where(Seat.state == SeatState.ENDED)),
            ReportGrant.state != GrantState.ENDED,
            left,
            ~still_here,
            or_(~somewhere, ReportGrant.reason.not_in(_BY_PERSON), ReportGrant.reason.is_(None)),
        )
        .order_by(Report.id, ReportGrant.person_id)
    )


def _keep_two(session: Session, pepper_layer: PepperLayer, report: Report, now: datetime) -> None:
    [around] = standby.rounds(session, [report], {})
    waiting = (*around.deputies, *around.city)[: max(0, FEWEST - len(around.reading))]
    let_in = standby.let_in(session, pepper_layer, report, waiting, ReaderReason.TOO_FEW, now)
    left = len(around.reading) + len(let_in)
    if left < FEWEST:
        facts: dict[str, Any] = {"report": report.id, "left": left}
        trail.record(session, Event.READERS_FEW, now, subject=report.school_id, **facts)


# The end of a seat, and of the account with its last one: sessions end at once, the vault is emptied.


class SeatUnknown(Exception):
    """There is no such living seat of this person, or at a school they coordinate."""


def own_seat(session: Session, person_id: int, seat_id: int) -> Seat:
    """Return one of a person's own seats that read. Raises SeatUnknown."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.person_id != person_id or seat.state is SeatState.ENDED or seat.role not in READER_ROLES:
        raise SeatUnknown
    return seat


def reading_seats(session: Session, person_id: int) -> list[Seat]:
    """Return a person's own living seats that read."""
    query = select(Seat).where(Seat.person_id == person_id, Seat.state != SeatState.ENDED, Seat.role.in_(READER_ROLES))
    return list(session.scalars(query.order_by(Seat.started_on, Seat.id)))


def coordinated_seat(session: Session, who: Identity, seat_id: int) -> Seat:
    """Return a contact person's seat at a school that this person coordinates, not their own. Raises SeatUnknown."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.state is SeatState.ENDED or seat.role is not Role.CONTACT_PERSON:
        raise SeatUnknown
    if seat.school_id not in who.schools(Role.SCHOOL_COORDINATOR) or seat.person_id == who.person_id:
        raise SeatUnknown
    return seat


def schools_of(session: Session, person_id: int) -> list[int]:
    """Return the schools where a person has a living seat as a contact person."""
    query = select(Seat.school_id).where(
        Seat.person_id == person_id, Seat.role == Role.CONTACT_PERSON, Seat.state != SeatState.ENDED
    )
    return [school for school in session.scalars(query) if school is not None]


def end(session: Session, seat: Seat, by: int, now: datetime) -> None:
    """End a seat; with the last one the account is closed: no session, no vault, no second factor is left.

    Own text blocks go with the last seat that reads.
    """
    today = now.astimezone(BERLIN).date()
    seat.state, seat.ended_on, seat.public_since = SeatState.ENDED, today, None
    facts = {"seat": seat.id, "role": seat.role.value, "school": seat.school_id}
    trail.record(session, Event.SEAT_ENDED, now, actor=by, subject=seat.person_id, **facts)
    session.flush()
    if not reading_seats(session, seat.person_id):
        session.execute(delete(TextBlock).where(TextBlock.person_id == seat.person_id))
    living = select(Seat.id).where(Seat.person_id == seat.person_id, Seat.state != SeatState.ENDED)
    if session.scalars(living.limit(1)).first() is not None:
        return
    person = session.get_one(Person, seat.person_id)
    person.state, person.left_on = PersonState.LEFT, today
    person.password_header = person.verifier = person.password_vault = None
    person.recovery_vault = person.totp_secret = None
    end_all_of_person(session, person.id)
    late_posts.forget_of(session, person.id)
    passkeys.forget_of(session, person.id)
    drafts.destroy_of_person(session, person.id, today)
    trail.record(session, Event.PERSON_LEFT, now, actor=by, subject=person.id)
    session.flush()


def note_reader(
    session: Session, event: Event, report: Report, person: int, reason: ReaderReason, by: int | None, now: datetime
) -> None:
    """Enter that a person reads from now on, or no longer."""
    facts = {"report": report.id, "person": person, "reason": reason.value}
    trail.record(session, event, now, actor=by, subject=report.case_id, **facts)


def by_night(night: Night) -> Counts:
    """End the grants of people who have left."""
    if night.bent:
        return {"grants of leavers ended": 0}  # a seat that is gone may have been taken past the program
    with night.transaction() as session:
        return {"grants of leavers ended": sweep(session, night.pepper_layer, night.now)}
