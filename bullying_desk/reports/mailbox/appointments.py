"""Appointments: staff offer two or three times in a letter; the reporter takes one by one press, or none.

When and where stands in the letter, sealed like every letter. A row says only that this person has offered a time in
that letter. Each five minutes of an offered time are kept under the pepper and are unique. So no time of a person is
offered twice, and the rows tell no time. Who has database and pepper can try the few possible times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from itertools import pairwise
from typing import Any, Final, cast

from sqlalchemy import BindParameter, ScalarSelect, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.night import Counts, Night
from bullying_desk.reports import opening_many, record_kinds
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.letters import Fact, Letter, Slot
from bullying_desk.reports.mailbox.models import Appointment, AppointmentTime
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import GrantState, Record, Report, Writer
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.explaining import question_words
from bullying_desk.schools.breaks import is_school_day
from bullying_desk.schools.models import Absence, Seat
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
    NO_SCHOOL = "no school on that day"
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


class Decline(StrEnum):
    """What the reporter says instead of taking a time."""

    NONE_FITS = "keiner"
    WRITE = "schreiben"
    CANNOT_COME = "doch-nicht"


SAID: Final = {
    Decline.NONE_FITS: _("Keiner passt."),
    Decline.WRITE: _("Ich möchte lieber nur schreiben."),
    Decline.CANNOT_COME: _("Ich kann doch nicht kommen."),
}


@dataclass(frozen=True, slots=True)
class Meeting:
    """An offered or agreed time that is not over. `away`: its person is entered as absent on that day."""

    id: int
    person_id: int
    by: str
    slot: Slot
    agreed: bool
    away: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form of the desk holds: ticked proposals, typed days with times, and the place of the typed ones."""

    ticked: tuple[str, ...]
    typed: tuple[tuple[date | None, time | None], ...]
    place: str


# At the desk: offering, and taking an offer back.


def check(session: Session, person_id: int, report: Report, slots: Sequence[Slot], now: datetime) -> None:
    """Refuse times that no child could keep. Raises SlotsRefused."""
    if not FEWEST <= len(slots) <= MOST:
        raise SlotsRefused(Why.NUMBER)
    starts = sorted(each.start for each in slots)
    if any(later - earlier < LASTS for earlier, later in pairwise(starts)):
        raise SlotsRefused(Why.TAKEN)
    calendar, today = school_calendar(session, report.school_id), now.astimezone(BERLIN).date()
    away = _away(session, [person_id])
    for slot in slots:
        day = slot.start.date()
        if slot.start <= now or day > today + timedelta(days=AHEAD):
            raise SlotsRefused(Why.PAST)
        if not OPENS <= slot.start.hour < CLOSES or slot.start.minute % 5 or slot.start.second:
            raise SlotsRefused(Why.HOUR)
        if not is_school_day(calendar, day):
            raise SlotsRefused(Why.NO_SCHOOL)
        if not slot.place or len(slot.place) > LONGEST_PLACE:
            raise SlotsRefused(Why.PLACE)
        if _is_away(away, person_id, day):
            raise SlotsRefused(Why.AWAY)


def free(session: Session, pepper_layer: PepperLayer, person_id: int, slots: Sequence[Slot]) -> list[Slot]:
    """Return those of the times that this person has not offered or agreed."""
    claims = [_claims(pepper_layer, person_id, slot, every=True) for slot in slots]
    query = select(AppointmentTime.claim).where(AppointmentTime.claim.in_([one for some in claims for one in some]))
    taken = set(session.scalars(query))
    return [slot for slot, own in zip(slots, claims, strict=True) if taken.isdisjoint(own)]


def words_of(slots: Iterable[Slot]) -> str:
    """Return the lines that stand below the letter, so that they are read wherever it is read."""
    lines = [f"– {slot.words}, {slot.place}" for slot in slots]
    return "\n".join([_("Diese Zeiten kann ich anbieten:"), *lines])


def _off(slot: Slot) -> str:
    return _("Der Termin fällt aus: %(when)s.") % {"when": slot.words}


def _coming(slot: Slot) -> str:
    return _("Ich komme: %(when)s. Ort: %(place)s.") % {"when": slot.words, "place": slot.place}


def as_the_reporter_reads(letter: Letter) -> str:
    """Return a letter's text: what a person typed as it is, what the program wrote in the language of the page.

    The program's sentences are sealed in German, because staff read them too.
    """
    if letter.writer is Writer.REPORTER:
        if letter.fact is Fact.MEETING and letter.slots:
            return _coming(letter.slots[0])
        return _(letter.text) if letter.text in SAID.values() else letter.text
    if not letter.slots:
        return question_words(letter.text)
    if letter.fact is Fact.NO_MEETING:
        return _off(letter.slots[0])
    with in_german():
        german = words_of(letter.slots)
    typed = letter.text.removesuffix(german)
    return letter.text if typed == letter.text else typed + words_of(letter.slots)


def enter(session: Session, pepper_layer: PepperLayer, report: Report, letter: Letter, now: datetime) -> None:
    """Keep the times of a letter free for its report; an earlier offer of the same person there ends.

    Raises SlotsRefused where the person has offered one of them to anybody.
    """
    person_id = letter.author_id or 0
    _forget(session, report, Appointment.person_id == person_id, Appointment.agreed.is_(False))
    if len(free(session, pepper_layer, person_id, letter.slots)) < len(letter.slots):
        raise SlotsRefused(Why.TAKEN)
    offered_on = now.astimezone(BERLIN).date()
    for number, slot in enumerate(letter.slots):
        row = Appointment(id=random_id(), report_id=report.id, person_id=person_id, letter=letter.number, slot=number)
        row.offered_on = offered_on
        session.add(row)
        session.flush()
        claims = _claims(pepper_layer, person_id, slot)
        session.add_all(AppointmentTime(id=random_id(), appointment_id=row.id, claim=claim) for claim in claims)
    try:
        session.flush()
    except IntegrityError:  # another page was faster
        raise SlotsRefused(Why.TAKEN) from None


def withdraw(session: Session, secrets: Secrets, report: Report, now: datetime, author: tuple[int, str]) -> bool:
    """Take all times of a report back. Returns whether one was agreed: then a letter tells the reporter."""
    agreed = [one for one in living(session, secrets, report, now) if one.agreed]
    _forget(session, report)
    for one in agreed:
        text, slots = _off(one.slot), (one.slot,)
        letters.write_letter(session, secrets, report, text, now=now, author=author, fact=Fact.NO_MEETING, slots=slots)
    return bool(agreed)


def count_agreed(person_id: BindParameter[int]) -> ScalarSelect[int]:
    """Count a person's agreed times, as a part of another query."""
    query = select(func.count()).select_from(Appointment)
    return query.where(Appointment.person_id == person_id, Appointment.agreed).scalar_subquery()


def agreed_times(
    session: Session, pepper_layer: PepperLayer, key: PersonKey, person_id: int, now: datetime
) -> list[tuple[int, Slot]]:
    """Return a person's agreed times that are not over, with their cases, earliest first: three questions in all.

    What they read no longer, or does not open, is left out.
    """
    query = select(Report.case_id, Appointment.slot, Record).join(Report, Report.id == Appointment.report_id)
    place = (Record.owner_id == Appointment.report_id) & (Record.sequence == Appointment.letter)
    mine = (Appointment.person_id == person_id, Appointment.agreed, Record.author_id == person_id)
    of_letter = Record.kind == record_kinds.LETTER
    rows = session.execute(query.join(Record, place & of_letter).where(*mine)).all()
    reports = sorted({record.owner_id for _case, _number, record in rows})
    secrets, found = opening_many.open_secrets(session, pepper_layer, key, person_id, reports), list[tuple[int, Slot]]()
    for case_id, number, record in rows:
        with suppress(KeyError, SealingError):
            slot = letters.open_letter(secrets[record.owner_id, record.epoch], record).slots[number]
            found += [(case_id, slot)] if slot.start + LASTS > now else []
    return sorted(found, key=lambda pair: pair[1].start)


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
    away, found = _away(session, [row.person_id for row in rows]), []
    for row in rows:
        letter = by_number.get(row.letter)
        if letter is None or letter.author_id != row.person_id or row.person_id not in reading:
            continue
        slot = letter.slots[row.slot]
        if slot.start + (LASTS if row.agreed else timedelta()) > now:
            absent = _is_away(away, row.person_id, slot.start.date())
            found.append(Meeting(row.id, row.person_id, letter.by, slot, row.agreed, absent))
    return tuple(sorted(found, key=lambda one: one.slot.start))


def lapsed(written: Sequence[Letter], meetings: Iterable[Meeting], now: datetime) -> Slot | None:
    """Return a time the reporter has taken and that no longer counts, so that nobody comes for nothing.

    None where one of both sides has said so in a later letter.
    """
    taken = [one for one in written if one.fact in {Fact.MEETING, Fact.NO_MEETING}]
    if not taken or taken[-1].fact is Fact.NO_MEETING or not taken[-1].slots:
        return None
    slot = taken[-1].slots[0]
    stands = any(one.agreed and one.slot.start == slot.start for one in meetings)
    return None if stands or slot.start <= now else slot


# The reporter's side.


def take(me: Reporter, appointment_id: int) -> None:
    """Take one of the offered times: the others are free again. A second press changes nothing. Raises SlotGone.

    A time that was agreed with somebody else is called off by a letter.
    """
    found = {one.id: one for one in living(me.session, me.secrets, me.report, me.now)}
    one = found.get(appointment_id)
    if one is None or one.away:
        raise SlotGone
    if one.agreed:
        return
    me.session.get_one(Appointment, one.id).agreed = True
    me.session.flush()
    _forget(me.session, me.report, Appointment.id != one.id)
    with in_german():  # staff read it
        text = _coming(one.slot)
        called_off = [(_off(other.slot), other.slot) for other in found.values() if other.agreed]
    for said, slot in called_off:  # somebody waits there
        letters.write_as_reporter(me, said, after=me.report.letters, fact=Fact.NO_MEETING, slots=(slot,))
    letters.write_as_reporter(me, text, after=me.report.letters, fact=Fact.MEETING, slots=(one.slot,))


def decline(me: Reporter, how: Decline) -> None:
    """Say no to what is offered, or that one cannot come after all. Where there is nothing left, nothing happens."""
    agreed = how is Decline.CANNOT_COME
    if not _forget(me.session, me.report, Appointment.agreed.is_(agreed)):
        return
    fact = Fact.NO_MEETING if agreed else Fact.NONE
    with in_german():  # staff read it
        said = _(SAID[how])
    letters.write_as_reporter(me, said, after=me.report.letters, fact=fact)


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


Away = list[tuple[int, date, date]]


def _away(session: Session, people: Iterable[int]) -> Away:
    query = select(Absence, Seat).join(Seat, Seat.id == Absence.seat_id).where(Seat.person_id.in_(set(people)))
    return [(seat.person_id, one.first_day, one.last_day) for one, seat in session.execute(query)]


def _is_away(away: Away, person_id: int, day: date) -> bool:
    return any(person == person_id and first <= day <= last for person, first, last in away)
