"""How long the page of a case takes that has 200 letters and notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bullying_desk.app import create_app
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.keyring import load_keys, make_keys
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Report
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.rights.checking import attach
from bullying_desk.sealing.receipts import Receipt
from tests.benchmarks.bench_inbox import browser
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.conftest import load_models
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import World, layer_of, make_world

LETTERS, NOTES, TIMES = 150, 50, 15


def figures(folder: Path) -> Iterator[Figure]:
    """Write a long conversation and open its page again and again."""
    settings = Settings(instance=folder, base_url="https://localhost")
    make_keys(settings.keys)
    load_models()
    database, clock, keys = Database(settings.url), MovingClock(), load_keys(settings.keys)
    attach(database, keys.pepper_layer)
    Base.metadata.create_all(database.engine)
    with database.session(write=True) as session:
        world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
        filed, receipt = world.file()
        report = world.report(filed)
        _write(world, report, receipt)
        session.commit()
    app = create_app(settings, clock=clock, database=database, keys=keys)
    sign_in(app, client := browser(app), world, "Selin")
    address = f"/team/fall/{report.case_id}"
    assert client.get(address).text.count("Nachricht Nummer") == LETTERS
    spent = cpu_milliseconds(lambda: client.get(address), TIMES)
    yield Figure(f"case page with {LETTERS + NOTES} entries", spent, "ms CPU", most=60)


def _write(world: World, report: Report, receipt: Receipt) -> None:
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    selin, now = world.person("Selin").id, world.clock.now()
    for number in range(LETTERS):
        author = (selin, "Frau Aydin") if number % 2 else None
        text = f"Nachricht Nummer {number}. " + "Das ist ein Satz. " * 20
        letters.write_letter(world.session, secrets, report, text, now=now, author=author)
    me = Counsellor(world.session, world.pepper_layer, selin, world.key("Selin"), now)
    case = find_case(me, report.case_id).case
    for number in range(NOTES):
        notes.write_team_note(me, case, open_case_secrets(me, case), f"Notiz {number}")
