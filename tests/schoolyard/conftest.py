"""A school whose team has a week: hours, rooms, days at school, one person without a yes to be named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import Absence, FreeDay, OfficeHour, Place
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world


@dataclass
class Yard:
    """A school with a week, and hands that change it."""

    world: World
    session: Session

    def __post_init__(self) -> None:
        self.school_id = self.world.school.id

    def hour(self, name: str | None, weekday: int, starts: str, ends: str, room: str = "") -> None:
        seat_id = self.world.seats[name].id if name else None
        place_id = None
        if room:
            place = Place(id=random_id(), school_id=self.school_id, seat_id=seat_id, name=room)
            self.session.add(place)
            self.session.flush()
            place_id = place.id
        self.session.add(
            OfficeHour(
                school_id=self.school_id,
                seat_id=seat_id,
                place_id=place_id,
                weekday=weekday,
                starts=time.fromisoformat(starts),
                ends=time.fromisoformat(ends),
            )
        )
        self.session.flush()

    def away(self, name: str, first: str, last: str) -> None:
        self.session.add(
            Absence(
                school_id=self.school_id,
                seat_id=self.world.seats[name].id,
                first_day=date.fromisoformat(first),
                last_day=date.fromisoformat(last),
            )
        )
        self.session.flush()

    def free(self, day: str, *, half: bool = False) -> None:
        self.session.add(FreeDay(school_id=self.school_id, day=date.fromisoformat(day), half=half))
        self.session.flush()


@pytest.fixture
def yard(session: Session, keys: Keyring, clock: MovingClock) -> Yard:
    """Tuesday 9:30–10:00 and 11:00–13:30 Frau Aydin, Tuesday 10:15 Herr Brandt, Frau Okafor at school on Tuesdays."""
    world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    yard = Yard(world, session)
    yard.hour("Selin", 1, "09:30", "10:00", "Raum B 104")
    yard.hour("Selin", 1, "11:00", "13:30", "Raum B 104")
    yard.hour("Jan", 1, "10:15", "10:45", "Raum A 012")
    yard.hour("Jan", 3, "10:15", "10:45", "Raum A 012")
    world.seats["Amara"].days_present = "di,fr"
    session.commit()
    return yard


def at(text: str) -> datetime:
    """Return a moment given as Dortmund's time."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)
