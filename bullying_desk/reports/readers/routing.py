"""Whom a report is sealed to: the table of principle P6, line by line, and nothing else decides it.

A child chooses who reads. A key that cannot be used, or too few readers, leads to the city's team, never to a lost
report. A person who is left out is left out of everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from bullying_desk.reports.models import ReaderReason
from bullying_desk.reports.readers.candidates import Candidate, Staff, addressee, staff_of
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.pepper import PepperLayer

FEWEST = 2


class NobodyCanRead(Exception):
    """Neither the school nor the city has anybody left to seal to: the page gives help lines and keeps the text."""


class StandInMissing(NobodyCanRead):
    """One named person, no stand-in, and no city's team: another person of the school's team must be chosen too."""


class TeamNotOffered(ValueError):
    """ "The whole team" was chosen though an adult of the school is meant; persons are then ticked one by one."""


class WaitingNotOffered(ValueError):
    """ "Nobody, it waits" was chosen by fewer than two named readers, or where danger was declared."""


class Wish(StrEnum):
    """The reporter's choice."""

    TEAM = "team"
    NAMED = "named"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """Who may read, by person ids. `stand_in`: another named person, or None for the city's team.

    `adult`: an adult of the school is meant, or the reporter came by door 5. `city_named`: the reporter ticked the
    city's team as the stand-in. `waits`: nobody stands in, the report waits. `paper`: a slip, on which nobody ticks
    the team. `city_only`: the city's team was all there was to choose.
    """

    wish: Wish
    named: frozenset[int] = frozenset()
    stand_in: int | None = None
    left_out: frozenset[int] = frozenset()
    adult: bool = False
    city_named: bool = False
    waits: bool = False
    paper: bool = False
    city_only: bool = False


@dataclass(frozen=True, slots=True)
class PlannedReader:
    """A person to seal to, and why."""

    who: Candidate
    to: Addressee
    reason: ReaderReason


@dataclass(frozen=True, slots=True)
class KeyAlarm:
    """A person who was not sealed to: `what` is "tag" or "half" for the key, "right" for the seat or the person."""

    person_id: int
    what: str


@dataclass(frozen=True, slots=True)
class ReaderPlan:
    """Who reads at once, who stands by, and who never reads."""

    at_once: tuple[PlannedReader, ...]
    standby: tuple[PlannedReader, ...]
    left_out: frozenset[int]
    alarms: tuple[KeyAlarm, ...] = ()


def plan_readers(
    session: Session,
    pepper_layer: PepperLayer,
    school_id: int,
    choice: ReaderChoice,
    *,
    unusable: frozenset[int] = frozenset(),
    staff: Staff | None = None,
) -> ReaderPlan:
    """Return whom a report of this school is sealed to.

    `unusable` are persons whose public half failed at sealing; `staff` saves asking again who is in the team.
    Raises NobodyCanRead, StandInMissing, TeamNotOffered, WaitingNotOffered.
    """
    if choice.adult and choice.wish is Wish.TEAM:
        raise TeamNotOffered
    if choice.waits and (choice.wish is not Wish.NAMED or len(choice.named) < FEWEST):
        raise WaitingNotOffered
    pool = _Pool(pepper_layer, choice.left_out, unusable)
    staff = staff or staff_of(session, school_id)
    chosen = [] if choice.wish is Wish.CITY else [one for one in staff.team if _is_chosen(one, choice)]
    at_once = pool.usable(chosen, ReaderReason.PAPER if choice.paper else ReaderReason.CHOSEN)
    standby: list[PlannedReader] = []
    pool.alarms += [KeyAlarm(person, "right") for person in sorted(_broken(staff, choice))]
    detour = bool(pool.alarms)
    if choice.wish is Wish.CITY:
        at_once = pool.on_duty(staff.city, at_once, _of_city(choice))
    elif choice.waits:
        pass  # nobody but those who were ticked, whatever happens to a key
    elif detour or _too_few(choice, at_once):
        reason = ReaderReason.DETOUR if detour else ReaderReason.TOO_FEW
        at_once = at_once + pool.on_duty(staff.city, at_once, reason)
    else:
        standby = _standby(pool, choice, staff, at_once)
    if not at_once:
        raise NobodyCanRead
    if not standby and not staff.city and stand_in_needed(choice, staff.team):
        raise StandInMissing
    return ReaderPlan(tuple(at_once), tuple(standby), choice.left_out, tuple(pool.alarms))


def stand_in_needed(choice: ReaderChoice, team: Iterable[Candidate]) -> bool:
    """Whether, in a city without a team, a single named person leaves a colleague who could stand by unasked.

    A team of one takes reports all the same: one reader is better than a dead button, and the coordinator sees red.
    """
    others = {one.person_id for one in team} - choice.named - choice.left_out
    chosen = {choice.stand_in} if not choice.adult else set()
    return choice.wish is Wish.NAMED and len(choice.named) < FEWEST and bool(others) and not others & chosen


def _of_city(choice: ReaderChoice) -> ReaderReason:
    return ReaderReason.NO_TEAM if choice.city_only else ReaderReason.CITY_CHOSEN


def _broken(staff: Staff, choice: ReaderChoice) -> frozenset[int]:
    """Return who would read by this choice, were their rights not written past the program."""
    people = staff.broken - choice.left_out - {one.person_id for one in staff.city}
    return frozenset() if choice.wish is Wish.CITY else people if choice.wish is Wish.TEAM else people & choice.named


def _is_chosen(one: Candidate, choice: ReaderChoice) -> bool:
    return one.person_id not in choice.left_out and (choice.wish is Wish.TEAM or one.person_id in choice.named)


def _too_few(choice: ReaderChoice, at_once: list[PlannedReader]) -> bool:
    """One named person is enough, since another one stands by; one who is left over is not."""
    if choice.wish is Wish.NAMED and at_once and not choice.named & choice.left_out:
        return False
    return len(at_once) < FEWEST


def _standby(pool: _Pool, choice: ReaderChoice, staff: Staff, at_once: list[PlannedReader]) -> list[PlannedReader]:
    reading = {one.who.person_id for one in at_once}
    if choice.wish is Wish.NAMED and choice.stand_in is not None and not choice.adult:
        named = [one for one in staff.team if one.person_id == choice.stand_in and one.person_id not in reading]
        if found := pool.usable(named, ReaderReason.CHOSEN):
            return found
    waiting: list[PlannedReader] = []
    reason = ReaderReason.CITY_CHOSEN if choice.city_named else ReaderReason.STAND_BY_RULE
    for one in staff.city:
        if len(waiting) < FEWEST and one.person_id not in reading:
            waiting += pool.usable([one], reason)
    return waiting


class _Pool:
    """Turns candidates into readers; remembers the keys that could not be used."""

    def __init__(self, pepper_layer: PepperLayer, left_out: frozenset[int], unusable: frozenset[int]) -> None:
        self._layer, self._left_out, self._unusable = pepper_layer, left_out, unusable
        self.alarms: list[KeyAlarm] = []

    def usable(self, people: Iterable[Candidate], reason: ReaderReason) -> list[PlannedReader]:
        found: list[PlannedReader] = []
        for one in people:
            if one.person_id in self._left_out:
                continue
            to = None if one.person_id in self._unusable else addressee(self._layer, one)
            if to is not None:
                found.append(PlannedReader(one, to, reason))
            elif all(alarm.person_id != one.person_id for alarm in self.alarms):
                self.alarms.append(KeyAlarm(one.person_id, "half" if one.person_id in self._unusable else "tag"))
        return found

    def on_duty(
        self, city: Iterable[Candidate], at_once: list[PlannedReader], reason: ReaderReason
    ) -> list[PlannedReader]:
        """Return everybody on duty, at least two where there are two."""
        reading = {one.who.person_id for one in at_once}
        free = [one for one in self.usable(city, reason) if one.who.person_id not in reading]
        duty = [one for one in free if one.who.on_duty]
        return duty if len(duty) >= FEWEST else free[:FEWEST]
