"""Offering times at the desk and taking them as a child: what the tests of appointments share."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.reports.mailbox.letters import Slot
from bullying_desk.reports.mailbox.models import Appointment
from bullying_desk.reports.models import Report
from bullying_desk.schools.models import OfficeHour, Place
from tests.cases.browsing import Browser, forms_of
from tests.world import World

ROOM = "Raum B 104"


def office_hours(world: World, name: str, *weekdays: int, starts: time = time(9, 35), room: str = ROOM) -> None:
    """Give a person office hours in a room of their own."""
    seat = world.seats[name]
    place = Place(id=random_id(), school_id=world.school.id, seat_id=seat.id, name=room)
    world.session.add(place)
    world.session.flush()
    world.session.add_all(
        OfficeHour(
            id=random_id(), school_id=world.school.id, seat_id=seat.id, place_id=place.id, weekday=day, starts=starts,
            ends=time(11, 15),
        )
        for day in weekdays
    )  # fmt: skip
    world.session.flush()


def slot_at(day: int, hour: int = 9, minute: int = 35, month: int = 11) -> Slot:
    """Return a time in that room."""
    return Slot(datetime(2026, month, day, hour, minute, tzinfo=BERLIN), ROOM)


WEDNESDAY, THURSDAY = slot_at(25), slot_at(26)
BOTH = ["2026-11-25T09:35", "2026-11-26T09:35"]


class Child(Browser):
    """A child in their own conversation, come back with six words."""

    def __init__(self, app: Flask, world: World, report: Report, code: str) -> None:
        client = app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        client.environ_base["HTTP_HOST"] = "localhost"
        super().__init__(client, world)
        self.report, self._code = report, code
        self.come_back()

    def come_back(self) -> None:
        """Type the six words, as at the start and after a session's end."""
        self.send("/zurueck", {"code": self._code})

    def take(self, appointment: int) -> None:
        """Press one of the times, or send what another page would."""
        self.send("/gespraech/termin", {"csrf_token": self._token, "nimm": appointment})

    def say_no(self, how: str, to: int) -> None:
        """Press one of the buttons beside the time with this id, or send what another page would."""
        self.send("/gespraech/termin", {"csrf_token": self._token, "nein": how, "zu": to})

    def press_no(self, words: str, how: str) -> None:
        """Press the first button with these words, as the page shows it."""
        self.say_no(how, int(next(form.fields["zu"] for form in forms_of(self.page) if words in form.words)))

    @property
    def _token(self) -> str:
        return next(form.fields["csrf_token"] for form in forms_of(self.page) if "csrf_token" in form.fields)


def offer(desk: Browser, report: Report, status: Any = 303, **typed: Any) -> None:
    """Open the case and send an answer with two times."""
    desk.get(f"/team/fall/{report.case_id}")
    desk.press("Antwort senden", status, **{"text": "Magst du reden?", "slots": BOTH, **typed})


def rows_of(session: Session) -> list[Appointment]:
    """Return the times as the database has them."""
    session.expire_all()
    return list(session.scalars(select(Appointment)))


def times_of(world: World, report: Report) -> list[Appointment]:
    """Return the times of one report."""
    return [row for row in rows_of(world.session) if row.report_id == report.id]
