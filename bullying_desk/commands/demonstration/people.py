"""The invented people of the demonstration, with passwords and second factors anyone may know."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.invitations import SeatWish, ensure_person, give_seat
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in import second_factor
from bullying_desk.accounts.sign_in.key_making import give_new_key, lay_second_factor, stretch_new_password
from bullying_desk.commands.demonstration.schools import read_city
from bullying_desk.database import Database, random_id
from bullying_desk.schools.models import WEEKDAYS, ContactFunction, OfficeHour, Place, School, Seat, SeatState
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.slow_hash import SlowHashGate
from bullying_desk.sealing.words import WORDS


@dataclass
class Invented:
    """One person of the demonstration, with everything needed to sign in as them."""

    person: Person
    shown: str
    password: str
    totp_secret: str
    key: PersonKey
    seats: list[tuple[str | None, str]]

    def for_file(self, schools: dict[str, School]) -> dict[str, Any]:
        """Return the person's entry of demo.json."""
        seats = [{"school": schools[code].name if code else None, "role": role} for code, role in self.seats]
        return {
            "name": self.person.name,
            "email": self.person.email,
            "password": self.password,
            "totp_secret": self.totp_secret,
            "seats": seats,
        }


def fill_people(
    database: Database,
    pepper_layer: PepperLayer,
    gate: SlowHashGate,
    schools: dict[str, School],
    today: date,
    advance: Callable[[], None],
) -> dict[str, Invented]:
    """Make all people, active and compared; returns them by first name."""
    found: dict[str, Invented] = {}
    entries = read_city()["people"]
    passwords = {random_id(): "-".join(random.sample(WORDS, 4)) for _entry in entries}
    # On one core the slow hash would be half of the first start; so all cores share it.
    with ThreadPoolExecutor(gate.at_once) as hands:
        stretched = hands.map(lambda of: stretch_new_password(of[0], of[1], gate, b""), passwords.items())
        for entry, (person_id, password), (header, keys) in zip(entries, passwords.items(), stretched, strict=True):
            secret = second_factor.new_secret()
            with database.transaction() as session:
                person = ensure_person(session, entry["name"], _address(entry["name"]), None, today, person_id)
                key, _code = give_new_key(person, pepper_layer, header, keys)
                lay_second_factor(person, pepper_layer, secret)
                person.state, person.compared_on = PersonState.ACTIVE, today
                person.last_sign_in_month = today.replace(day=1)
                for wish in entry["seats"]:
                    _seat(session, person, entry["shown"], wish, schools, today)
            seats = [(wish.get("school"), wish["role"]) for wish in entry["seats"]]
            found[entry["name"].split()[0]] = Invented(person, entry["shown"], password, secret, key, seats)
            advance()
    return found


def _address(name: str) -> str:
    plain = name.lower().translate(str.maketrans("äöüßığčć", "aousigcc"))
    return plain.replace(" ", ".") + "@schule.example"


def _seat(
    session: Session, person: Person, shown: str, wish: dict[str, Any], schools: dict[str, School], today: date
) -> None:
    school = schools[wish["school"]] if "school" in wish else None
    seat = give_seat(
        session, person,
        SeatWish(
            role=Role(wish["role"]), school_id=school.id if school else None, shown_name=shown,
            function=ContactFunction(wish["function"]) if "function" in wish else None,
            languages=wish.get("languages", ""), days_present=wish.get("days", ""), employer=wish.get("employer", ""),
        ),
        today, head_may_coordinate=True,
    )  # fmt: skip
    seat.state = SeatState.ACTIVE
    seat.on_duty = bool(wish.get("duty"))
    if school is not None and "room" in wish:
        seat.public_since = None if wish.get("quiet") else today
        _hours(session, seat, school, wish)


def _hours(session: Session, seat: Seat, school: School, wish: dict[str, Any]) -> None:
    place = Place(id=random_id(), school_id=school.id, seat_id=seat.id, name=wish["room"], way=wish["way"])
    session.add(place)
    session.flush()
    for day in wish["days"].split(","):
        session.add(
            OfficeHour(
                id=random_id(), school_id=school.id, seat_id=seat.id, place_id=place.id,
                weekday=WEEKDAYS.index(day), starts=time(9, 35), ends=time(11, 15),
            )
        )  # fmt: skip
