"""Gunicorn serves only real instances: a demonstration stays on its machine, whatever its settings say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bullying_desk.clock import Clock
from bullying_desk.commands.console import mark
from bullying_desk.database import Database
from bullying_desk.keyring import make_keys


@pytest.fixture
def instance(tmp_path: Path, empty_sqlite: Path) -> Path:
    shutil.copyfile(empty_sqlite, tmp_path / "desk.db")
    make_keys(tmp_path / "keys")
    return tmp_path


def load(instance: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import bullying_desk.wsgi"],
        env={**os.environ, "BULLYING_DESK_INSTANCE": str(instance)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.sqlite
def test_a_real_instance_is_served(instance: Path) -> None:
    loaded = load(instance)
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.sqlite
def test_a_demonstration_is_not(instance: Path) -> None:
    (instance / "settings.toml").write_text("demo = true\n", "utf-8")
    assert "DemonstrationRefused" in load(instance).stderr


@pytest.mark.sqlite
def test_nor_one_whose_settings_were_changed(instance: Path) -> None:
    database = Database(f"sqlite:///{instance / 'desk.db'}")
    with database.transaction() as session:
        mark(session, Clock())
    database.engine.dispose()
    assert "DemonstrationRefused" in load(instance).stderr


@pytest.mark.sqlite
def test_a_database_that_was_put_back_is_not_served_before_it_is_cleaned(instance: Path) -> None:
    (instance / "restored").touch()
    loaded = load(instance)
    assert loaded.returncode != 0
    assert "RestoreUnfinished" in loaded.stderr
