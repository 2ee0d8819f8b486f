"""Fills a demonstration city, so that everyone can try the program without one real child in it.

A demonstration is marked for ever in its trail: it refuses real schools, real mail, and any address but loopback.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress
from sqlalchemy import select

from bullying_desk.commands.console import SETTINGS, mark
from bullying_desk.commands.demonstration.casework import fill_casework, fill_plans
from bullying_desk.commands.demonstration.people import fill_people
from bullying_desk.commands.demonstration.schools import fill_schools, read_city
from bullying_desk.commands.demonstration.stories import (
    fill_absences,
    fill_box,
    fill_keeping,
    fill_stories,
    fill_together,
    fill_yard,
    read_stories,
)
from bullying_desk.reports.offline import slips
from bullying_desk.schools.models import School
from bullying_desk.sealing.receipts import new_slip
from bullying_desk.sealing.slow_hash import SlowHashGate

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk


@click.command()
@click.pass_obj
def demo(desk: Desk) -> None:
    """Fill an empty instance with an invented city; all sign-ins and codes go to demo.json."""
    _refuse_anything_real(desk)
    (desk.folder / "settings.toml").write_text(SETTINGS, "utf-8")
    with Progress(transient=True) as bar:
        known = _fill(desk, bar)
    path = desk.folder / "demo.json"
    path.touch(mode=0o600)
    path.chmod(0o600)  # before it holds a password
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")
    found = {name: len(known[name]) for name in ("schools", "people", "receipts")}
    click.echo("{schools} schools, {people} people, {receipts} reports.".format(**found) + f" Sign-ins: {path}")


def _refuse_anything_real(desk: Desk) -> None:
    with desk.database.transaction(write=False) as session:
        if session.scalar(select(School.id).limit(1)) is not None:
            raise click.ClickException("this instance holds schools already; a demonstration needs an empty one")
    if (desk.folder / "settings.toml").exists():
        raise click.ClickException("settings.toml exists; a demonstration writes its own settings")


def _fill(desk: Desk, bar: Progress) -> dict[str, Any]:
    pepper_layer, gate, stories = desk.keys.pepper_layer, SlowHashGate(), read_stories()
    task = bar.add_task("Filling the demonstration city", total=len(stories) + len(read_city()["people"]))

    def advance() -> None:
        bar.advance(task)

    with desk.database.transaction() as session:
        mark(session, desk.clock)
        schools = fill_schools(session, desk.clock.today())
    people = fill_people(desk.database, pepper_layer, gate, schools, desk.clock.today(), advance)
    with desk.database.transaction() as session:
        fill_absences(session, people, desk.clock)
        fill_yard(session, [session.get_one(School, school.id) for school in schools.values()], desk.clock.today())
    salt = desk.keys.receipt_salt
    receipts = fill_stories(desk.database, pepper_layer, gate, salt, schools, people, stories, desk.clock, advance)
    receipts += fill_casework(desk, people)
    fill_plans(desk, people)
    fill_together(desk, people)
    made = [new_slip(salt, gate) for _each in range(slips.A_SHEET)]
    with desk.database.transaction() as session:
        fill_box(session, pepper_layer, next(iter(schools.values())), made, desk.clock.now())
    fill_keeping(desk, people)
    return {
        "base_url": "http://127.0.0.1:8000",
        "schools": [{"name": s.shown_name, "key": s.key, "state": s.state.value} for s in schools.values()],
        "people": [person.for_file(schools) for person in people.values()],
        "receipts": receipts,
    }
