"""An instance as an operator has it, and the console script to keep it with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bullying_desk.clock import Clock
from bullying_desk.commands import main
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import night
from tests.serving import open_instance
from tests.world import World, layer_of, make_world


@dataclass
class Operator:
    """An operator at the machine. `run` types a command for one instance."""

    folder: Path

    def run(self, *words: str, instance: Path | None = None, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--instance", str(instance or self.folder), *words], input=typed)

    def done(self, *words: str, instance: Path | None = None) -> str:
        """Run a command that must succeed and return its output."""
        found = self.run(*words, instance=instance)
        assert found.exit_code == 0, found.output
        return found.output

    def refused(self, *words: str, instance: Path | None = None) -> str:
        """Run a command that must be refused with a reason: exit code 1 and no traceback."""
        found = self.run(*words, instance=instance)
        assert found.exit_code == 1, found.output
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return found.output


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "instance")


@dataclass
class Kept:
    """A filled instance."""

    folder: Path
    database: Database
    keys: Keyring
    world: World

    def stop(self) -> None:
        """Close the program's open files, as stopping the service does."""
        self.world.session.close()
        self.database.engine.dispose()


def keep_copies(kept: Kept) -> None:
    """Write down that a copy was made and tried out today."""
    night.note_copy(kept.world.session, Clock().now())
    night.note_drill(kept.world.session, Clock().now(), Clock().today())
    kept.world.session.commit()


@pytest.fixture
def kept(operator: Operator) -> Kept:
    """Return an instance with the small city and one report in it, committed."""
    database, keys = open_instance(operator.folder)
    session = database.session(write=True)
    world = make_world(session, layer_of(keys), Clock(), salt=keys.receipt_salt)
    session.commit()
    return Kept(operator.folder, database, keys, world)
