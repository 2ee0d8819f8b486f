"""One town for all questions: it is built once, and no question changes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.keyring import load_keys, make_keys
from tests.access.town import Town, build
from tests.conftest import load_models
from tests.moving_clock import MovingClock
from tests.world import layer_of, make_world


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return the town; from now on every commit is undone, so that all questions meet the same town."""
    instance: Path = tmp_path_factory.mktemp("town")
    settings = Settings(instance=instance, base_url="https://localhost", metrics_networks=("0.0.0.0/0",))
    clock = MovingClock()
    make_keys(settings.keys)
    load_models()
    database, keys = Database(settings.url), load_keys(settings.keys)
    Base.metadata.create_all(database.engine)
    app = create_app(settings, clock=clock, database=database, keys=keys)
    with database.session(write=True) as session:
        world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
        town = build(app, database, world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", undo)
        yield town
    database.engine.dispose()


def undo(session: Session) -> None:
    """Take the place of a commit: everything is written, read back, and undone."""
    session.flush()
    session.expunge_all()  # loaded values stay readable, as after a commit
    session.rollback()
