"""A second yes before a school's coordinator makes a reader of a person who has an account already.

The key words of such a person were compared long ago, perhaps by people of another school: nobody here was asked. So
there is no seat before the city's coordinator, or another coordinator or contact person of this school, has said yes.
Until then it is a row of a table that only this module reads: no grant, list or stand-in can find it (decision D72).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.invitations import SeatWish, check_roles, give_seat
from bullying_desk.accounts.invitations.newcomers import tell_team
from bullying_desk.accounts.models import Person, PersonState, ProposalState, SeatProposal
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.clock import BERLIN
from bullying_desk.schools.models import School, Seat, SeatState

SAYS_YES = (Role.CONTACT_PERSON, Role.SCHOOL_COORDINATOR)


class ProposalUnknown(Exception):
    """There is no such proposal for this person to answer."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal as a page shows it. `mine`: the viewer has made it and can only take it back."""

    proposal: SeatProposal
    person: Person
    school: School
    proposer: str
    mine: bool


def needs_a_second_yes(session: Session, person: Person, wish: SeatWish) -> bool:
    """Whether this seat would be more than what the person's key words are still to be compared for.

    Not for a person who is invited for the first time (the comparison is the second yes), nor for a seat they have.
    """
    living = session.scalars(select(Seat).where(Seat.person_id == person.id, Seat.state != SeatState.ENDED)).all()
    if any(seat.role == wish.role and seat.school_id == wish.school_id for seat in living):
        return False
    return person.state is not PersonState.INVITED or bool(living)


def propose(
    session: Session, person: Person, wish: SeatWish, by: int, now: datetime, *, head_may_coordinate: bool
) -> bool:
    """Let a seat wait for its second yes; asked twice, it is one proposal. Returns whether it is new.

    Raises RolesExclude.
    """
    check_roles(session, person, wish, head_may_coordinate=head_may_coordinate)
    same = select(SeatProposal.id).where(
        SeatProposal.person_id == person.id,
        SeatProposal.school_id == wish.school_id,
        SeatProposal.role == wish.role,
        SeatProposal.state == ProposalState.OPEN,
    )
    if session.scalars(same).first() is not None or wish.school_id is None:
        return False
    today = now.astimezone(BERLIN).date()
    session.add(
        SeatProposal(
            person_id=person.id, school_id=wish.school_id, role=wish.role, function=wish.function,
            shown_name=wish.shown_name or person.name, employer=wish.employer, proposed_by=by, proposed_on=today,
        )
    )  # fmt: skip
    facts: dict[str, int | str | None] = {"role": wish.role.value, "school": wish.school_id}
    record(session, Event.SEAT_PROPOSED, now, actor=by, subject=person.id, **facts)
    session.flush()
    return True


def may_answer(who: Identity, proposal: SeatProposal) -> bool:
    """Whether a person may say no to it; its proposer takes it back that way."""
    if not who.active or who.person_id == proposal.person_id:
        return False
    return who.may(Permission.MANAGE_CITY) or proposal.school_id in who.schools(*SAYS_YES)


def may_agree(who: Identity, proposal: SeatProposal) -> bool:
    """Whether a person may say yes: never its proposer, nor the owner of the seat."""
    return may_answer(who, proposal) and who.person_id != proposal.proposed_by


def waiting_for(session: Session, who: Identity) -> list[Waiting]:
    """Return the open proposals a person may answer, the oldest first."""
    query = (
        select(SeatProposal, Person, School)
        .join(Person, Person.id == SeatProposal.person_id)
        .join(School, School.id == SeatProposal.school_id)
        .where(SeatProposal.state == ProposalState.OPEN, Person.state != PersonState.LEFT)
        .order_by(SeatProposal.proposed_on, Person.name)
    )
    if not who.may(Permission.MANAGE_CITY):
        query = query.where(SeatProposal.school_id.in_(who.schools(*SAYS_YES)))
    rows = [(one, person, school) for one, person, school in session.execute(query) if may_answer(who, one)]
    by = {one.proposed_by for one, _person, _school in rows}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(by))).all())
    return [
        Waiting(one, person, school, names.get(one.proposed_by, ""), one.proposed_by == who.person_id)
        for one, person, school in rows
    ]


def count_open() -> ScalarSelect[int]:
    """Select how many proposals are open, as part of another question: mostly none."""
    return select(func.count()).where(SeatProposal.state == ProposalState.OPEN).scalar_subquery()


def answer(session: Session, who: Identity, proposal_id: int, *, agreed: bool, now: datetime, head_may: bool) -> bool:
    """Say yes or no, once; returns whether the seat is there. Raises ProposalUnknown, RolesExclude."""
    one = session.get(SeatProposal, proposal_id, with_for_update=True, populate_existing=True)
    if one is None or not (may_agree(who, one) if agreed else may_answer(who, one)):
        raise ProposalUnknown
    if one.state is not ProposalState.OPEN:
        return one.state is ProposalState.AGREED
    person = session.get_one(Person, one.person_id)
    if agreed and person.state is not PersonState.LEFT:
        wish = SeatWish(one.role, one.school_id, one.shown_name, one.function, employer=one.employer)
        seat = give_seat(session, person, wish, now.astimezone(BERLIN).date(), head_may_coordinate=head_may)
        facts: dict[str, int | str | None] = {"seat": seat.id, "role": seat.role.value, "school": seat.school_id}
        record(session, Event.SEAT_GIVEN, now, actor=who.person_id, subject=person.id, **facts)
        tell_team(session, [seat], now)
        one.state = ProposalState.AGREED
    else:
        declined: dict[str, int | str | None] = {"role": one.role.value, "school": one.school_id}
        record(session, Event.SEAT_DECLINED, now, actor=who.person_id, subject=person.id, **declined)
        one.state = ProposalState.DECLINED
    session.flush()
    return one.state is ProposalState.AGREED
