"""The invented schools of the demonstration."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy.orm import Session

from bullying_desk.database import random_id
from bullying_desk.schools.keys import new_key
from bullying_desk.schools.models import School, SchoolState

MUNICIPALITY = "05999999"


def read_city() -> dict[str, Any]:
    """Read the invented schools and people."""
    text = files("bullying_desk.commands.demonstration").joinpath("city.yml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def fill_schools(session: Session, today: date) -> dict[str, School]:
    """Add the schools to the register; returns them by their code in city.yml."""
    schools: dict[str, School] = {}
    taken: set[str] = set()
    for entry in read_city()["schools"]:
        key = new_key(taken)
        taken.add(key)
        state = SchoolState(entry["state"])
        joined = state is SchoolState.JOINED
        school = School(
            id=random_id(),
            number=entry["number"],
            key=key,
            name=entry["name"],
            form=entry["form"],
            street=entry["street"],
            postcode=entry["postcode"],
            town="Musterstadt",
            municipality=MUNICIPALITY,
            authority_number="00000",
            operating_code="1",
            state=state,
            joined_on=today.replace(day=1) if joined else None,
            joined_signatory="Karin Schulte (erfunden)" if joined else None,
        )
        session.add(school)
        schools[entry["code"]] = school
    session.flush()
    return schools
