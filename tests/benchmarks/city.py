"""The demonstration city scaled to 171 schools: the database of a city of Dortmund's size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.config import Settings
from bullying_desk.database import Database, random_id
from bullying_desk.keyring import Keyring
from bullying_desk.schools.keys import new_key
from bullying_desk.schools.models import ContactFunction, School, SchoolState, Seat, SeatState
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.pepper import PepperLayer
from tests.serving import open_instance
from tests.world import SINCE

SCHOOLS = 171
NAMES = (
    "Aydin",
    "Brandt",
    "Okafor",
    "Nowak",
    "Demir",
    "Wilk",
    "Petrova",
    "Haddad",
    "Schulte",
    "Nguyen",
    "Costa",
    "Kaya",
)
PLANTS = (
    "Linden",
    "Eichen",
    "Weiher",
    "Hafen",
    "Berg",
    "Garten",
    "Park",
    "Wiesen",
    "Mühlen",
    "Stein",
    "Sonnen",
    "Wald",
)
FORMS = (("02", "Grundschule"), ("10", "Realschule"), ("15", "Gesamtschule"), ("20", "Gymnasium"), ("30", "Kolleg"))


@dataclass(frozen=True)
class City:
    """A filled instance."""

    settings: Settings
    database: Database
    keys: Keyring
    school_keys: tuple[str, ...]


def fill_city(folder: Path, schools: int = SCHOOLS, seed: int = 3) -> City:
    """Fill an instance: every school joined, with three contacts, a coordinator and a head; a city's office of four."""
    database, keys = open_instance(folder)
    with database.transaction() as session:
        made = fill(session, keys.pepper_layer, schools, seed)
    return City(Settings(instance=folder, base_url="https://localhost"), database, keys, tuple(made))


def fill(session: Session, pepper_layer: PepperLayer, schools: int, seed: int) -> list[str]:
    """Add schools and their people; returns the schools' keys. Flushes."""
    dice, taken = Random(seed), set[str]()
    for number in range(schools):
        key = new_key(taken)
        taken.add(key)
        school = _school(dice, number, key)
        session.add(school)
        session.flush()
        functions = tuple(ContactFunction)
        for place in range(3):
            _person(session, pepper_layer, dice, Role.CONTACT_PERSON, school.id, functions[place % len(functions)])
        _person(session, pepper_layer, dice, Role.SCHOOL_COORDINATOR, school.id)
        _person(session, pepper_layer, dice, Role.SCHOOL_HEAD, school.id)
    for _ in range(4):
        _person(session, pepper_layer, dice, Role.CITY_TEAM, None)
    session.flush()
    return sorted(taken)


def _school(dice: Random, number: int, key: str) -> School:
    code, form = dice.choice(FORMS)
    return School(
        id=random_id(), number=f"{190_000 + number}", key=key, name=f"{form} {dice.choice(PLANTS)}straße {number}",
        form=code, street=f"{dice.choice(PLANTS)}straße {number}", postcode=f"44{dice.randrange(100, 400)}",
        town="Dortmund", municipality="05913000", authority_number="", operating_code="1",
        state=SchoolState.JOINED, joined_on=SINCE, joined_signatory="Renate Okonkwo",
    )  # fmt: skip


def _person(
    session: Session, pepper_layer: PepperLayer, dice: Random, role: Role, school_id: int | None,
    function: ContactFunction | None = None,
) -> None:  # fmt: skip
    key, person_id, name = PersonKey.generate(), random_id(), dice.choice(NAMES)
    session.add(
        Person(
            id=person_id, email=f"{person_id:x}@schule.example", name=f"Kim {name}", state=PersonState.ACTIVE,
            public_half=key.public_half, key_id=key.key_id, made_on=SINCE,
            directory_tag=directory_tag(pepper_layer, person_id, key.public_half),
        )
    )  # fmt: skip
    session.flush()
    session.add(
        Seat(
            id=random_id(), school_id=school_id, person_id=person_id, role=role, function=function,
            shown_name=f"Frau {name}", public_since=SINCE, on_duty=True, state=SeatState.ACTIVE, started_on=SINCE,
        )
    )  # fmt: skip
