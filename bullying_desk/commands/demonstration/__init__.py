"""Fills a demonstration city, so that everyone can see and try the program without one real child in it.

A demonstration is marked for ever in its trail: it refuses real schools, real mail, and any address but loopback.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress
from sqlalchemy import select

from bullying_desk.commands.demonstration.marking import SETTINGS, mark
from bullying_desk.commands.demonstration.people import fill_people
from bullying_desk.commands.demonstration.schools import fill_schools
from bullying_desk.commands.demonstration.stories import fill_stories, read_stories
from bullying_desk.schools.models import School
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.slow_hash import SlowHashGate

if TYPE_CHECKING:
    from bullying_desk.commands import Desk


@click.command()
@click.pass_obj
def demo(desk: Desk) -> None:
    """Fill an empty instance with an invented city; all sign-ins and codes go to demo.json."""
    with desk.database.transaction(write=False) as session:
        if session.scalar(select(School.id).limit(1)) is not None:
            raise click.ClickException("this instance holds schools already; a demonstration needs an empty one")
    settings = desk.folder / "settings.toml"
    if settings.exists():
        raise click.ClickException(f"{settings} exists; a demonstration writes its own settings")
    settings.write_text(SETTINGS, "utf-8")
    layer, gate = PepperLayer(desk.keys.pepper), SlowHashGate()
    stories = read_stories()
    with Progress(transient=True) as bar:
        task = bar.add_task("Filling the demonstration city", total=len(stories) + 25)
        with desk.database.transaction() as session:
            mark(session, desk.clock)
            schools = fill_schools(session, desk.clock.today())
        people = fill_people(desk.database, layer, gate, schools, desk.clock.today(), lambda: bar.advance(task))
        receipts = fill_stories(
            desk.database,
            layer,
            gate,
            desk.keys.receipt_salt,
            schools,
            people,
            stories,
            desk.clock,
            lambda: bar.advance(task),
        )
    known: dict[str, Any] = {
        "base_url": "http://127.0.0.1:8000",
        "schools": [{"name": s.shown_name, "key": s.key, "state": s.state.value} for s in schools.values()],
        "people": [person.for_file(schools) for person in people.values()],
        "receipts": receipts,
    }
    path = desk.folder / "demo.json"
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.chmod(path, 0o600)
    click.echo(f"{len(schools)} schools, {len(people)} people, {len(receipts)} reports. Sign-ins: {path}")
