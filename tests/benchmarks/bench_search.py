"""How long the search takes among all 5,600 schools of North Rhine-Westphalia."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.database import random_id
from bullying_desk.schools.keys import new_key
from bullying_desk.schools.models import School, SchoolState
from tests.benchmarks.bench_report import _get
from tests.benchmarks.city import FORMS, NAMES, PLANTS
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.serving import open_instance

SCHOOLS = 5_600
TYPED = (
    "goethe gym",
    "Gesamtsch Linden",
    "anne frank",
    "44137 ber",
    "realschule weihr",
    "müllerstr 12",
    "nowak",
    "qxqxqx",
    "grundschule am berg dortmund",
    "gy",
    "schule",
    "grundschule am berg im tal von der stadt",
    "ba be da le ma su",
    "Haddad-Schule Köln",
)
TOWNS = ("Dortmund", "Köln", "Essen", "Münster", "Bielefeld", "Aachen", "Soest", "Unna", "Hamm", "Siegen")


def figures(folder: Path) -> Iterator[Figure]:
    """Fill a register of the whole country and search as people type."""
    database, keys = open_instance(folder)
    dice, taken = Random(2), set[str]()
    with database.transaction() as session:
        session.add_all(School(**_school(dice, number, taken)) for number in range(SCHOOLS))
    app = create_app(Settings(instance=folder, base_url="https://localhost"), database=database, keys=keys)
    yield Figure("search page, the first since the start", _get(app, "/schule?q=linden")[0], "ms CPU")
    each = sorted((cpu_milliseconds(partial(_get, app, f"/schule?q={typed}"), 7), typed) for typed in TYPED)
    yield Figure("search among 5,600 schools, middle", each[len(each) // 2][0], "ms CPU", most=15)
    yield Figure(f"search, the slowest („{each[-1][1]}“)", each[-1][0], "ms CPU", most=15)


def _school(dice: Random, number: int, taken: set[str]) -> dict[str, object]:
    key = new_key(taken)
    taken.add(key)
    code, form = dice.choice(FORMS)
    named = f"{dice.choice(('Anne', 'Goethe', 'Paul', 'Maria', 'Nelly'))}-{dice.choice(NAMES)}-{form}"
    return {
        "id": random_id(),
        "number": f"{100_000 + number}",
        "key": key,
        "name": dice.choice((named, f"{form} am {dice.choice(PLANTS)}berg", f"Städt. {form} {dice.choice(PLANTS)}")),
        "form": code,
        "street": f"{dice.choice(PLANTS)}str. {dice.randrange(1, 200)}",
        "postcode": f"{dice.randrange(40000, 59999)}",
        "town": dice.choice(TOWNS),
        "municipality": "05913000",
        "authority_number": "",
        "operating_code": "1",
        "state": SchoolState.KNOWN,
    }
