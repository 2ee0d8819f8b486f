"""Who reads a report: shown to the child, and changed by the child with the rights of the receipt alone.

Each change begins a new epoch: a person who goes reads nothing written afterwards, a new one reads everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.reports import opening, record_kinds
from bullying_desk.reports.doors.answers import LeftOut
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Record, Report, ReportGrant
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import granting
from bullying_desk.reports.readers.candidates import Candidate, addressee, known_to, staff_of
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.schools.models import Seat
from bullying_desk.schools.team import function_words
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.keys import Addressee, reporter_addressee
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.records import RecordPlace, Side, seal_record


class NobodyWouldRead(Exception):
    """After this change nobody could read any more; the child sees it and is asked to choose a person."""


class NobodyWouldStandBy(Exception):
    """Danger was declared or judged: then there must be a stand-in."""


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """One person who reads, stands by, or has read, as the child sees them."""

    person_id: int
    name: str
    function: str
    state: GrantState
    reason: ReaderReason | None
    since_hour: datetime
    until_hour: datetime | None
    instead_of: str = ""  # the shown name of the reader who is away


@dataclass(frozen=True, slots=True)
class Change:
    """The result of a change by the child: shown before the press, and carried out unchanged."""

    stay: tuple[ReportGrant, ...]
    waiting: tuple[ReportGrant, ...]
    gone: frozenset[int]
    joining: tuple[tuple[Candidate, Addressee, ReaderReason], ...]
    unusable: tuple[int, ...] = ()
    alone: bool = False  # nobody stands in any more: the reporter has removed the stand-in

    @property
    def readers(self) -> list[int]:
        """Who reads after this."""
        return [*(grant.person_id or 0 for grant in self.stay), *(who.person_id for who, _to, _why in self.joining)]

    @property
    def stand_ins(self) -> list[int]:
        """Who stands by after this."""
        return [grant.person_id or 0 for grant in self.waiting if grant.state is GrantState.STANDBY]

    @property
    def mark(self) -> str:
        """What the page has said about this change: the press counts only while the same would still happen."""
        parts = (self.readers, self.stand_ins, self.gone)
        return ";".join(",".join(str(person) for person in sorted(part)) for part in parts)

    def joining_for(self, *reasons: ReaderReason) -> list[int]:
        """Return who comes in for one of these reasons."""
        return [who.person_id for who, _to, why in self.joining if why in reasons]


def readers_of(session: Session, report: Report) -> list[ReaderLine]:
    """Return every person with a grant of this report: readers first, then stand-ins, then former readers."""
    grants: dict[int, ReportGrant] = {}
    until: dict[int, datetime] = {}
    query = select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.person_id.is_not(None))
    for grant in session.scalars(query.order_by(ReportGrant.epoch)):
        grants[grant.person_id or 0] = grant  # the newest epoch's row has the present state
        if grant.until_hour is not None:  # a former reader who stands by again: older rows say until when
            until[grant.person_id or 0] = grant.until_hour
    seats = _seats(session, report.school_id, {*grants, *(grant.because_of or 0 for grant in grants.values())})
    lines = [
        ReaderLine(
            person,
            *seats.get(person, ("?", "")),
            grant.state if grant.epoch == report.epoch else GrantState.ENDED,
            grant.reason,
            grant.since_hour,
            until.get(person),
            seats.get(grant.because_of or 0, ("", ""))[0],
        )
        for person, grant in grants.items()
    ]
    order = list(GrantState)
    return sorted(lines, key=lambda line: (order.index(line.state), line.name))


def _seats(session: Session, school_id: int, people: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return name and function by person: of the seat at this school, else of any other."""
    found: dict[int, tuple[str, str]] = {}
    rows = session.scalars(select(Seat).where(Seat.person_id.in_(list(people))))
    for seat in sorted(rows, key=lambda seat: seat.school_id != school_id, reverse=True):
        found[seat.person_id] = (seat.shown_name, function_words(seat) if seat.school_id else "")
    return found


def names_for(session: Session, report: Report) -> dict[int, str]:
    """Return what the child reads for each person of its pages, one name each.

    A person who reads, has read or stands by is named in full; all others as before sending, by their own yes.
    """
    lines = {line.person_id: line.name for line in readers_of(session, report)}
    return {one.person_id: one.name for one in can_be_added(session, report)} | lines


def can_be_added(session: Session, report: Report) -> list[Candidate]:
    """Return whom the child may add: everybody of the school's team and of the city's who does not read yet."""
    reading = {line.person_id for line in readers_of(session, report) if line.state is GrantState.OPEN}
    staff = staff_of(session, report.school_id)
    own = {one.person_id for one in staff.team}
    city = [one for one in staff.city if one.person_id not in own]
    return [one for one in (*staff.team, *city) if one.person_id not in reading]


def plan_change(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    secrets: Secrets,
    *,
    leave: frozenset[int] = frozenset(),
    join: frozenset[int] = frozenset(),
) -> Change:
    """Return what happens if these persons leave and those join.

    Two read, or one with a stand-in: where fewer are left, the city's team makes up for those that are missing, and no
    more. Raises NobodyWouldRead, NobodyWouldStandBy, UnsealRefused.
    """
    listed, staff = opening.read_left_out(session, secrets, report), staff_of(session, report.school_id)
    banned = (listed.people | (staff.heads if listed.head else frozenset())) - join | leave
    grants = current_grants(session, report)
    known = known_to(session, report.school_id, asked(grants))
    unusable = tuple(p for p in {*grants, *join} - leave if p in known and addressee(pepper_layer, known[p]) is None)
    able = {p: g for p, g in grants.items() if p in known and p not in leave and p not in unusable}
    stay = tuple(grant for grant in able.values() if grant.state is GrantState.OPEN)
    reading = {grant.person_id for grant in stay}
    joining = _joiners(pepper_layer, known, join - reading - set(unusable), ReaderReason.ADDED_BY_CHILD)
    count, stand_in = len(stay) + len(joining), any(g.state is GrantState.STANDBY for g in able.values())
    if count == 0 or (count < FEWEST and not stand_in):
        reason = ReaderReason.DETOUR if unusable else ReaderReason.TOO_FEW
        wanted = [one.person_id for one in staff.city if one.person_id not in banned | reading | join]
        joining += _joiners(pepper_layer, known, wanted, reason)[: FEWEST - count]
    coming = {who.person_id for who, _to, _reason in joining}
    waiting = tuple(g for p, g in able.items() if g.state is not GrantState.OPEN and p not in coming)
    if not stay and not joining:
        raise NobodyWouldRead
    stood_by = any(grant.state is GrantState.STANDBY for grant in grants.values())
    alone = listed.alone or (
        stood_by and not any(grant.state is GrantState.STANDBY for grant in waiting) and not coming
    )
    if alone and not listed.alone and session.get_one(Case, report.case_id).is_acute:
        raise NobodyWouldStandBy
    return Change(stay, waiting, leave & set(grants), joining, unusable, alone)


def current_grants(session: Session, report: Report) -> dict[int, ReportGrant]:
    """Return the living grants of the current epoch, readers and stand-ins, by person."""
    query = select(ReportGrant).where(
        ReportGrant.report_id == report.id,
        ReportGrant.epoch == report.epoch,
        ReportGrant.person_id.is_not(None),
        ReportGrant.state != GrantState.ENDED,
    )
    return {grant.person_id or 0: grant for grant in session.scalars(query)}


def asked(grants: Mapping[Any, ReportGrant]) -> list[int | None]:
    """Return who was asked to read and has not said yes: they may have a seat at another school."""
    return [grant.person_id for grant in grants.values() if grant.state is GrantState.OFFERED]


def _joiners(
    pepper_layer: PepperLayer, known: dict[int, Candidate], people: Iterable[int], reason: ReaderReason
) -> tuple[tuple[Candidate, Addressee, ReaderReason], ...]:
    found = [(known[person], addressee(pepper_layer, known[person]), reason) for person in people if person in known]
    return tuple((who, to, why) for who, to, why in found if to is not None)


def change_readers(
    session: Session, pepper_layer: PepperLayer, report: Report, secrets: Secrets, change: Change, hour: datetime
) -> dict[int, ReportSecret]:
    """Carry out a change and return the secrets with the new epoch's.

    The next opening by staff gives a new reader the case's secret, and begins a new one where a reader has gone.
    Raises PublicHalfUnusable.
    """
    for person in change.unusable:
        trail.record(session, Event.KEY_ALARM, hour, subject=report.school_id, person=person, what="tag")
    left_out = opening.read_left_out(session, secrets, report)
    fresh = {**secrets, **begin_epoch(session, pepper_layer, report, [*change.stay, *change.waiting])}
    for person in change.gone:
        granting.end_reader(session, report, person, hour)
        _note(session, Event.READER_REMOVED, report, person, ReaderReason.CHOSEN, hour)
    waited = {grant.person_id for grant in _standing_by(session, report)}
    for who, to, reason in change.joining:
        if who.person_id in waited:
            granting.release_standby(session, pepper_layer, report, who.person_id, reason, hour)
            _note(session, Event.STANDBY_RELEASED, report, who.person_id, reason, hour)
        granting.add_reader(session, pepper_layer, report, fresh, who, to, reason, hour)
        _note(session, Event.READER_ADDED, report, who.person_id, reason, hour)
    joined = {who.person_id for who, _to, _reason in change.joining}
    people = left_out.people - joined | change.gone
    write_left_out(session, report, fresh, LeftOut(people, left_out.head, left_out.somebody_else, change.alone), hour)
    session.flush()
    return fresh


def _note(session: Session, event: Event, report: Report, person: int, reason: ReaderReason, hour: datetime) -> None:
    """Record the child's change: with the full hour, and without an actor."""
    trail.record(session, event, hour, subject=report.case_id, report=report.id, person=person, reason=reason.value)


def begin_epoch(
    session: Session, pepper_layer: PepperLayer, report: Report, carried: Iterable[ReportGrant]
) -> dict[int, ReportSecret]:
    """Begin a new epoch for the reporter and the carried grants; since when, why and how far read go on."""
    half = pepper_layer.lift(report.receipt_public_half, PepperPlace.RECEIPT_PUBLIC_HALF, report.id)
    own = {"reason": ReaderReason.CHOSEN, "since_hour": report.arrived_hour}
    grants: list[tuple[Addressee, GrantState, dict[str, Any]]] = [(reporter_addressee(half), GrantState.OPEN, own)]
    carried = list(carried)
    known = known_to(session, report.school_id, asked({grant.person_id: grant for grant in carried}))
    for grant in carried:
        to = addressee(pepper_layer, known[grant.person_id]) if grant.person_id in known else None
        if to is not None:
            grants.append((to, grant.state, _carried(grant)))
    secret = granting.open_new_epoch(session, pepper_layer, report, grants)
    return {report.epoch: secret}


def _carried(grant: ReportGrant) -> dict[str, Any]:
    columns = ("reason", "granted_by", "because_of", "since_hour", "first_read_hour", "seen_letters")
    return {column: getattr(grant, column) for column in columns}


def _standing_by(session: Session, report: Report) -> list[ReportGrant]:
    query = select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.state == GrantState.STANDBY)
    return list(session.scalars(query))


def write_left_out(session: Session, report: Report, secrets: Secrets, listed: LeftOut, hour: datetime) -> None:
    """Write the list of people left out again, in the current epoch."""
    revision = opening.latest_revision(session, report, record_kinds.LEFT_OUT) + 1
    place = RecordPlace(report.id, report.epoch, record_kinds.LEFT_OUT, Side.SERVICE, 0, revision)
    sealed = seal_record(secrets[report.epoch], place, listed.to_text())
    session.execute(insert(Record), [record_kinds.record_row(place, hour, sealed)])
    report.left_out = revision


# A reader has lost every key, and no colleague can give access back: the child sees it, and can.
#
# The child holds its report's secrets with its six words. So it need not write again: one press seals them to the new
# key, whose key words a second person has compared. Nobody new comes in: only a person who reads already, by name.


@dataclass(frozen=True, slots=True)
class Shut:
    """Nobody can open the report now. `renewed` read it before and have a new key that was compared."""

    renewed: tuple[Candidate, ...]


def shut(session: Session, report: Report) -> Shut | None:
    """Return that nobody can open a report with the key they have now; nothing while one reader can."""
    grants = {p: g for p, g in current_grants(session, report).items() if g.state is GrantState.OPEN}
    found = set(session.scalars(select(Person.id).where(Person.id.in_(grants), Person.state == PersonState.ACTIVE)))
    stale = set(session.scalars(_older(report, found)))
    if found - stale:
        return None
    known = staff_of(session, report.school_id).by_person()
    return Shut(tuple(known[person] for person in sorted(found) if person in known))


def give_back(session: Session, pepper_layer: PepperLayer, report: Report, secrets: Secrets, hour: datetime) -> int:
    """Let readers with a new key read again, everything the child can open. Returns how many; a second submit: none.

    Raises PublicHalfUnusable.
    """
    now = shut(session, report)
    listed, given = opening.read_left_out(session, secrets, report), 0
    for who in now.renewed if now is not None else ():
        to = addressee(pepper_layer, who)
        if to is None or who.person_id in listed.people:
            continue
        granting.add_reader(session, pepper_layer, report, secrets, who, to, ReaderReason.RESTORED, hour)
        facts: dict[str, Any] = {"report": report.id, "person": who.person_id, "reason": ReaderReason.RESTORED.value}
        trail.record(session, Event.READER_ADDED, hour, subject=report.case_id, **facts)
        given += 1
    return given


def _older(report: Report, people: Iterable[int]) -> Select[int | None]:
    """Select people with a grant of any epoch that is sealed to an older key of theirs."""
    return (
        select(ReportGrant.person_id)
        .join(Person, Person.id == ReportGrant.person_id)
        .where(ReportGrant.report_id == report.id, ReportGrant.person_id.in_(people))
        .where(ReportGrant.state == GrantState.OPEN, ReportGrant.key_id != Person.key_id)
    )
