"""How long a search takes over 1,000 readable cases of three sealed records each: a report and two letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.inbox import case_search
from bullying_desk.cases.inbox.case_search import Wanted, Where
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.keyring import load_keys, make_keys
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.opening import open_report_secrets
from bullying_desk.rights.checking import attach
from bullying_desk.sealing.format.secret_types import ReceiptLocator
from bullying_desk.sealing.keys import ReceiptKey
from bullying_desk.sealing.receipts import Receipt
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.conftest import load_models
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world

CASES, TIMES = 1_000, 5
WORDS = (
    "Pause Hof Klasse Handy Gruppe lachen Angst schlagen Schule Bus Freund Weg Tasche Treppe Sport gestern heute immer",
    "wieder niemand alle mich dich haben werden nicht und oder aber dann wenn weil",
)


def figures(folder: Path) -> Iterator[Figure]:
    """Write 1,000 cases as the program writes them, and look for a word in them again and again."""
    settings = Settings(instance=folder, base_url="https://localhost")
    make_keys(settings.keys)
    load_models()
    database, clock, keys = Database(settings.url), MovingClock(), load_keys(settings.keys)
    attach(database, keys.pepper_layer)
    Base.metadata.create_all(database.engine)
    with database.session(write=True) as session:
        world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
        _fill(world)
        session.commit()
    with database.session(write=True) as session:
        me = _desk(session, world)
        assert case_search.search(me, Wanted("Elefanten")).found == CASES // 100
        yield _figure("case search, a rare word in 1,000 cases", me, "Elefanten", 400)
        yield _figure("case search, two words that are everywhere", me, "geschlagen Pausen", 400)


def _figure(name: str, me: Counsellor, words: str, most: float) -> Figure:
    spent = cpu_milliseconds(lambda: case_search.search(me, Wanted(words, where=Where.ALL)), TIMES)
    return Figure(name, spent, "ms CPU", most=most)


def _desk(session: Session, world: World) -> Counsellor:
    return Counsellor(session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), world.clock.now())


def _fill(world: World) -> None:
    dice, me = Random(11), _desk(world.session, world)
    for number in range(CASES):
        text = _story(dice) + (" Ein Elefant." if number % 100 == 0 else "")
        receipt = Receipt(ReceiptLocator.generate(), ReceiptKey.generate())
        report = world.report(world.file(receipt, answers=Answers(1, False, {"was": ("worte",), "text": text}))[0])
        secrets = open_report_secrets(world.session, world.pepper_layer, me.key, me.person_id, report, hour=me.hour)
        for author in ((me.person_id, "Frau Aydin"), None):
            letters.write_letter(world.session, secrets, report, _story(dice), now=me.now, author=author)
    world.session.flush()


def _story(dice: Random) -> str:
    return (
        " ".join(dice.choice(" ".join(WORDS).split()) + dice.choice(("", "", "", "n", "en", "t")) for _ in range(80))
        + "."
    )
