"""From nothing to the first sign-in, with the commands of the operator's guide, from any folder."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bullying_desk.app import create_app
from bullying_desk.clock import BERLIN, Clock
from bullying_desk.commands.console import mark
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import load_keys
from bullying_desk.schools.models import School, SchoolState
from tests.accounts.conftest import Hands
from tests.moving_clock import MovingClock
from tests.operations.conftest import Operator
from tests.serving import COMMAND, open_instance

pytestmark = pytest.mark.sqlite
PASSWORD = "sieben stille enten segeln"


def _schools(folder: Path) -> dict[SchoolState, int]:
    database = Database(Settings(instance=folder).url)
    with database.transaction(write=False) as session:
        rows = session.execute(select(School.state, func.count()).group_by(School.state)).all()
        return {row[0]: row[1] for row in rows}


def test_migrate_makes_keys_that_only_the_owner_reads(operator: Operator) -> None:
    said = operator.done("migrate")
    assert "show-pepper" in said
    assert {path.name for path in (operator.folder / "keys").iterdir()} == {"pepper", "session", "salt"}
    for path in (operator.folder / "keys", *(operator.folder / "keys").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    before = [path.read_bytes() for path in sorted((operator.folder / "keys").iterdir())]
    assert "show-pepper" not in operator.done("migrate")  # a second time changes nothing
    assert [path.read_bytes() for path in sorted((operator.folder / "keys").iterdir())] == before


def test_the_pepper_is_shown_only_after_a_yes(operator: Operator) -> None:
    operator.done("migrate")
    refused = operator.run("show-pepper", typed="n\n")
    assert refused.exit_code == 1
    assert "Check digits" not in refused.output
    shown = operator.run("show-pepper", typed="y\n")
    assert shown.exit_code == 0
    assert re.search(r"Check digits: \d{4} \d{4}", shown.output)


def test_exactly_171_schools_come_from_the_official_file(operator: Operator, shared: Path) -> None:
    operator.done("migrate")
    file = str(shared / "data" / "schools" / "schuldaten_dortmund_2026-05.csv")
    assert _schools(operator.folder) == {}
    operator.done("import-schools", file, "--dry-run")
    assert _schools(operator.folder) == {}
    operator.done("import-schools", file, "--yes")
    assert _schools(operator.folder) == {SchoolState.KNOWN: 171}
    operator.done("import-schools", file, "--yes")  # again: nothing joins, nothing is lost
    assert _schools(operator.folder) == {SchoolState.KNOWN: 171}


def test_a_school_joins_with_date_and_signatory(operator: Operator, shared: Path) -> None:
    operator.done("migrate")
    file = str(shared / "data" / "schools" / "schuldaten_dortmund_2026-05.csv")
    operator.done("import-schools", file, "--yes")
    with Database(Settings(instance=operator.folder).url).transaction(write=False) as session:
        number = session.scalars(select(School.number).order_by(School.number)).first()
    assert number is not None
    today = Clock().now().astimezone(BERLIN).strftime("%d.%m.%Y")
    operator.done("join", number, "--date", today, "--signatory", "Renate Okonkwo")
    assert _schools(operator.folder) == {SchoolState.KNOWN: 170, SchoolState.JOINED: 1}
    operator.done("pause", number, "--reason", "Umbau")
    operator.done("resume", number)
    operator.refused("join", "000000", "--date", today, "--signatory", "Niemand")
    assert operator.run("join", number, "--date", "gestern", "--signatory", "x").exit_code == 2


def test_the_first_coordinator_comes_in_and_signs_in(operator: Operator) -> None:
    operator.done("migrate")
    (operator.folder / "settings.toml").write_text('base_url = "https://localhost"\n', "utf-8")
    said = operator.done("invite-first", "Karin Schulte", "Karin@stadt.example")
    [secret] = re.findall(r"https://localhost/team/einladung/(\S+)", said)
    operator.refused("confirm-first", "karin@stadt.example")  # nobody has accepted yet
    settings, clock = Settings(instance=operator.folder, base_url="https://localhost"), MovingClock(Clock().now())
    app = create_app(settings, clock=clock, database=Database(settings.url), keys=load_keys(settings.keys))
    karin = Hands(app, clock)
    karin.get(f"/team/einladung/{secret}")
    found = re.search(r'translate="no">((?:[A-Z2-7]{4} ?){8})</b>', karin.page)
    assert found is not None
    key = found[1].replace(" ", "")
    assert karin.post("/team/einladung", secret=secret, password=PASSWORD, code=karin.code(key)).status_code == 200
    assert "is active" in operator.done("confirm-first", "karin@stadt.example")
    clock.forward(seconds=60)
    karin.get("/team/anmelden")
    karin.post("/team/anmelden", email="karin@stadt.example", password=PASSWORD, code=karin.code(key))
    assert karin.get("/stadt/schulen").status_code == 200
    operator.refused("confirm-first", "karin@stadt.example")  # only the very first


def test_tick_says_what_it_did_and_may_be_run_twice(operator: Operator) -> None:
    operator.done("migrate")
    first, second = operator.done("tick"), operator.done("tick")
    assert first == second
    assert "mails sent: 0" in first


def test_a_demonstration_refuses_everything_real(operator: Operator, shared: Path, tmp_path: Path) -> None:
    operator.done("migrate")
    (operator.folder / "settings.toml").write_text("demo = true\n", "utf-8")
    file = str(shared / "data" / "schools" / "schuldaten_dortmund_2026-05.csv")
    operator.refused("import-schools", file, "--yes")
    assert "only served on this machine" in operator.refused("run", "--host", "192.0.2.1")


def test_changed_settings_make_no_real_instance_out_of_a_demonstration(operator: Operator, shared: Path) -> None:
    operator.done("migrate")
    with open_instance(operator.folder)[0].transaction() as session:
        mark(session, Clock())
    file = str(shared / "data" / "schools" / "schuldaten_dortmund_2026-05.csv")
    for words in (["tick"], ["import-schools", file, "--yes"], ["invite-first", "Karin Vogt", "k@stadt.example"]):
        assert "can never become a real one" in operator.refused(*words)


def test_the_installed_command_works_from_any_folder(tmp_path: Path) -> None:
    """Migrations are found from any folder; exit codes are for scripts."""
    env = {**os.environ, "BULLYING_DESK_INSTANCE": str(tmp_path / "here")}

    def run(*words: str) -> int:
        done = subprocess.run([str(COMMAND), *words], cwd=tmp_path, env=env, capture_output=True, check=False)
        return done.returncode

    assert run("migrate") == 0
    assert (tmp_path / "here" / "desk.db").exists()
    assert run("no-such-command") == 2
