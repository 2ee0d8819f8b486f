"""Appointments: staff offer two or three times in a letter; the reporter takes one by one press, or none.

When and where stands in the letter, sealed like every letter. A row says only that this person has offered a time in
that letter. Each five minutes of an offered time are kept under the pepper and are unique. So no time of a person is
offered twice, and the rows tell no time. Who has database and pepper can try the few possible times.

A time is off while its person is entered as absent on that day, there is no school then, or the school pauses. What
the reporter has been shown as off stays off (`told`), also where the absence is deleted: nobody reads "it is off" and
is awaited after all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise
from typing import Any, Final, cast

from sqlalchemy import BindParameter, ScalarSelect, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.night import Counts, Night
from bullying_desk.reports import opening_many, record_kinds
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.letters import Fact, Letter, Slot
from bullying_desk.reports.mailbox.meetings import SAID, Decline, Meeting, Off, coming_words, off_words
from bullying_desk.reports.mailbox.models import Appointment, AppointmentTime
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import GrantState, Record, Report
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import readership
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools.breaks import is_school_day
from bullying_desk.schools.models import Absence, School, SchoolState, Seat
from bullying_desk.schools.team import school_calendar
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.web.language import _, in_german

FEWEST, MOST = 2, 3
LASTS: Final = timedelta(minutes=30)
STEP: Final = timedelta(minutes=5)
AHEAD: Final = 14
"""Days: a child reads it in time, and the rows can go after as many."""
OPENS, CLOSES = 7, 18
"""Between these hours of the day a time may begin."""
LONGEST_PLACE: Final = 60
KEY: Final = "%Y-%m-%dT%H:%M"
"""How a proposed time is named in a form."""


class Why(Enum):
    """Why times are refused."""

    NUMBER = "fewer than two, or more than three"
    NO_SCHOOL = "no school then"
    PAUSED = "the school pauses"
    PAST = "over, or too far ahead"
    HOUR = "outside the day, or not in steps of five minutes"
    PLACE = "no place, or too long a name for one"
    AWAY = "the person is entered as absent on that day"
    TAKEN = "the person has offered this time already, or one that overlaps it"
    HALF = "a day without a time, or a time without a day"


class SlotsRefused(ValueError):
    """These times cannot be offered."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class SlotGone(Exception):
    """This time is over, was withdrawn, or was never offered here."""


@dataclass(frozen=True, slots=True)
class OwnTime:
    """An agreed time of one's own that is not over, and where it is."""

    case_id: int
    school_id: int
    slot: Slot
    off: Off | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form of the desk holds: ticked proposals, typed days with times, and the place of the typed ones."""

    ticked: tuple[str, ...] = ()
    typed: tuple[tuple[date | None, time | None], ...] = ()
    place: str = ""


NOTHING: Final = Chosen()


# At the desk: offering, and taking an offer back.


def check(session: Session, person_id: int, report: Report, slots: Sequence[Slot], now: datetime) -> None:
    """Refuse times that no child could keep. Raises SlotsRefused."""
    if not FEWEST <= len(slots) <= MOST:
        raise SlotsRefused(Why.NUMBER)
    starts = sorted(each.start for each in slots)
    if any(later - earlier < LASTS for earlier, later in pairwise(starts)):
        raise SlotsRefused(Why.TAKEN)
    today, known = now.astimezone(BERLIN).date(), _Days(session, [person_id])
    for slot in slots:
        day = slot.start.date()
        if slot.start <= now or day > today + timedelta(days=AHEAD):
            raise SlotsRefused(Why.PAST)
        if not OPENS <= slot.start.hour < CLOSES or slot.start.minute % 5 or slot.start.second:
            raise SlotsRefused(Why.HOUR)
        if not slot.place or len(slot.place) > LONGEST_PLACE:
            raise SlotsRefused(Why.PLACE)
        if off := known.off(report.school_id, person_id, slot):
            raise SlotsRefused({Off.AWAY: Why.AWAY, Off.PAUSED: Why.PAUSED}.get(off, Why.NO_SCHOOL))


def free(session: Session, pepper_layer: PepperLayer, person_id: int, slots: Sequence[Slot]) -> list[Slot]:
    """Return those of the times that this person has not offered or agreed."""
    claims = [_claims(pepper_layer, person_id, slot, every=True) for slot in slots]
    query = select(AppointmentTime.claim).where(AppointmentTime.claim.in_([one for some in claims for one in some]))
    taken = set(session.scalars(query))
    return [slot for slot, own in zip(slots, claims, strict=True) if taken.isdisjoint(own)]


def enter(session: Session, pepper_layer: PepperLayer, report: Report, letter: Letter, now: datetime) -> None:
    """Keep the times of a letter free for its report; an earlier offer of the same person there ends.

    Raises SlotsRefused where the person has offered one of them to anybody; the session can be used on.
    """
    person_id = letter.author_id or 0
    ends = or_(Appointment.agreed.is_(False), Appointment.told)
    _forget(session, report, Appointment.person_id == person_id, ends)
    if len(free(session, pepper_layer, person_id, letter.slots)) < len(letter.slots):
        raise SlotsRefused(Why.TAKEN)
    common = {"report_id": report.id, "person_id": person_id, "letter": letter.number}
    offered_on, rows, claims = now.astimezone(BERLIN).date(), [], list[dict[str, Any]]()
    for number, slot in enumerate(letter.slots):
        rows.append(Appointment(id=random_id(), slot=number, offered_on=offered_on, **common))
        kept = _claims(pepper_layer, person_id, slot)
        claims += [{"id": random_id(), "appointment_id": rows[-1].id, "claim": claim} for claim in kept]
    claims.sort(key=lambda row: row["claim"])  # two that offer the same times wait in one order, never for each other
    try:
        with session.begin_nested():
            session.add_all(rows)
            session.flush()
            session.execute(insert(AppointmentTime), claims)
    except IntegrityError:  # another page was faster
        raise SlotsRefused(Why.TAKEN) from None


@dataclass(frozen=True, slots=True)
class Whose:
    """Times of one person in a report: those that are offered, or those that are agreed."""

    person_id: int
    agreed: bool


def withdraw(
    session: Session, secrets: Secrets, report: Report, now: datetime, author: tuple[int, str], whose: Whose
) -> bool:
    """Take a person's times of a report back. Returns whether one was agreed: then a letter tells the reporter."""
    found = [one for one in living(session, secrets, report, now) if one.person_id == whose.person_id]
    agreed = [one for one in found if one.agreed and whose.agreed]
    _forget(session, report, Appointment.person_id == whose.person_id, Appointment.agreed.is_(whose.agreed))
    for one in agreed:
        text, slots = off_words(one.slot), (one.slot,)
        letters.write_letter(session, secrets, report, text, now=now, author=author, fact=Fact.NO_MEETING, slots=slots)
    return bool(agreed)


def count_agreed(person_id: BindParameter[int]) -> ScalarSelect[int]:
    """Count a person's agreed times, as a part of another query."""
    query = select(func.count()).select_from(Appointment)
    return query.where(Appointment.person_id == person_id, Appointment.agreed).scalar_subquery()


def agreed_times(
    session: Session, pepper_layer: PepperLayer, key: PersonKey, person_id: int, now: datetime
) -> list[OwnTime]:
    """Return a person's agreed times that are not over, earliest first: four questions, and two for each school.

    What they read no longer, or does not open, is left out.
    """
    query = select(Report.case_id, Report.school_id, Appointment.slot, Appointment.told, Record)
    place = (Record.owner_id == Appointment.report_id) & (Record.sequence == Appointment.letter)
    mine = (Appointment.person_id == person_id, Appointment.agreed, Record.author_id == person_id)
    of_letter = Record.kind == record_kinds.LETTER
    joined = query.join(Report, Report.id == Appointment.report_id).join(Record, place & of_letter)
    rows = session.execute(joined.where(*mine)).all()
    reports = sorted({row.Record.owner_id for row in rows})
    secrets, found = opening_many.open_secrets(session, pepper_layer, key, person_id, reports), list[OwnTime]()
    known = _Days(session, [person_id] if rows else [])
    for case_id, school_id, number, told, record in rows:
        with suppress(KeyError, SealingError):
            slot = letters.open_letter(secrets[record.owner_id, record.epoch], record).slots[number]
            off = known.off(school_id, person_id, slot, told=told)
            found += [OwnTime(case_id, school_id, slot, off)] if slot.start + LASTS > now else []
    return sorted(found, key=lambda one: one.slot.start)


# For both sides.


def living(session: Session, secrets: Secrets, report: Report, now: datetime) -> tuple[Meeting, ...]:
    """Return what is offered and agreed in a report and not over, earliest first; only of people who read it."""
    rows = session.scalars(select(Appointment).where(Appointment.report_id == report.id)).all()
    if not rows:
        return ()
    first = min(row.letter for row in rows)
    by_number = {one.number: one for one in letters.read_conversation(session, secrets, report, after=first - 1)}
    grants = readership.current_grants(session, report)
    reading = {person for person, grant in grants.items() if grant.state is GrantState.OPEN}
    known, found = _Days(session, [row.person_id for row in rows]), []
    for row in rows:
        letter = by_number.get(row.letter)
        if letter is None or letter.author_id != row.person_id or row.person_id not in reading:
            continue
        slot = letter.slots[row.slot]
        if slot.start + (LASTS if row.agreed else timedelta()) > now:
            off = known.off(report.school_id, row.person_id, slot, told=row.told)
            found.append(Meeting(row.id, row.person_id, row.letter, letter.by, slot, row.agreed, off))
    return tuple(sorted(found, key=lambda one: one.slot.start))


# The reporter's side.


def note_told(session: Session, meetings: Iterable[Meeting]) -> None:
    """Note which times the reporter is shown as off: from now on they are, and can be offered to anybody anew."""
    off = [one.id for one in meetings if one.off not in {None, Off.TOLD}]
    if off:
        session.execute(update(Appointment).where(Appointment.id.in_(off)).values(told=True))
        session.execute(delete(AppointmentTime).where(AppointmentTime.appointment_id.in_(off)))


def take(me: Reporter, appointment_id: int) -> None:
    """Take one of the offered times: the others are free again. A second press changes nothing. Raises SlotGone.

    A time that was agreed before is called off in the same letter: nobody waits for an answer to it.
    """
    found = {one.id: one for one in living(me.session, me.secrets, me.report, me.now)}
    one = found.get(appointment_id)
    if one is None or not one.stands:
        raise SlotGone
    if one.agreed:
        return
    me.session.get_one(Appointment, one.id).agreed = True
    me.session.flush()
    _forget(me.session, me.report, Appointment.id != one.id)
    with in_german():  # staff read it
        slots = (one.slot, *(other.slot for other in found.values() if other.agreed and other.stands))
        text = coming_words(slots)
    letters.write_as_reporter(me, text, after=me.report.letters, fact=Fact.MEETING, slots=slots)


def decline(me: Reporter, how: Decline, appointment_id: int) -> None:
    """Say no to the offer of the person with this time, or that one cannot come to it. What is off changes nothing.

    Where somebody else has offered times too, the letter names whom it answers: their times stay.
    """
    found = living(me.session, me.secrets, me.report, me.now)
    one = next((each for each in found if each.id == appointment_id and each.stands), None)
    agreed = how is Decline.CANNOT_COME
    if one is None or one.agreed is not agreed:
        return
    same = [each for each in found if each.agreed is agreed and each.stands]
    own = tuple(each.slot for each in same if each.person_id == one.person_id)
    _forget(me.session, me.report, Appointment.person_id == one.person_id, Appointment.agreed.is_(agreed))
    with in_german():  # staff read it
        said = _(SAID[how])
    to = f" ({one.by})" if len(own) < len(same) else ""
    fact = Fact.NO_MEETING if agreed else Fact.NONE
    letters.write_as_reporter(me, said + to, after=me.report.letters, fact=fact, slots=own)


def by_night(night: Night) -> Counts:
    """Remove the rows of times that are over: nobody may offer a time more than 14 days ahead."""
    with night.transaction() as session:
        before = night.now.astimezone(BERLIN).date() - timedelta(days=AHEAD)
        gone = cast(Any, session.execute(delete(Appointment).where(Appointment.offered_on < before)))
        return {"times removed": int(gone.rowcount)}


def _forget(session: Session, report: Report, *which: Any) -> int:
    session.flush()
    gone = session.execute(delete(Appointment).where(Appointment.report_id == report.id, *which))
    return int(cast(Any, gone).rowcount)


def _claims(pepper_layer: PepperLayer, person_id: int, slot: Slot, *, every: bool = False) -> list[bytes]:
    """Return each five minutes of a time of one person under the pepper; `every`: under each pepper held."""
    first = int(slot.start.timestamp()) // int(STEP.total_seconds())
    found: list[bytes] = []
    for cell in range(first, first + LASTS // STEP):
        plain = person_id.to_bytes(8, "big") + cell.to_bytes(8, "big")
        place = PepperPlace.APPOINTMENT
        found += pepper_layer.lay_with_each(plain, place) if every else (pepper_layer.lay(plain, place),)
    return found


class _Days:
    """On which days a person can be met at a school: asked once, for some people."""

    def __init__(self, session: Session, people: Iterable[int]) -> None:
        query = select(Absence, Seat.person_id).join(Seat, Seat.id == Absence.seat_id)
        found = session.execute(query.where(Seat.person_id.in_(set(people))))
        self._away = [(one.school_id, person, one.first_day, one.last_day) for one, person in found]
        self._session, self._calendars = session, dict[int, SchoolCalendar]()
        self._paused = set[int]()

    def off(self, school_id: int, person_id: int, slot: Slot, *, told: bool = False) -> Off | None:
        """Return why nobody can be met there then. An absence at another school says nothing."""
        day, here = slot.start.date(), (school_id, person_id)
        if any((school, who) == here and first <= day <= last for school, who, first, last in self._away):
            return Off.AWAY
        if school_id not in self._calendars:
            self._calendars[school_id] = school_calendar(self._session, school_id)
            if self._session.get_one(School, school_id).state is SchoolState.PAUSED:
                self._paused.add(school_id)
        calendar = self._calendars[school_id]
        if school_id in self._paused:
            return Off.PAUSED
        if not is_school_day(calendar, day) or (calendar.is_half_day(day) and slot.start >= calendar.opening(day)[1]):
            return Off.NO_SCHOOL
        return Off.TOLD if told else None
