"""The operator's commands: a table, an exit code that scripts can trust, and nothing changed on refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.commands import import_schools, join, pause, resume
from tests.schools.register_text import ALL, HERE, cells, file_text

MANY = [cells(f"9970{n:02}", "02", f"Schule {n}") for n in range(40)]


@dataclass
class Desk:
    """What the console script passes to its commands."""

    database: Database
    clock: Clock
    settings: Settings


@pytest.fixture
def desk(database: Database, clock: Clock, settings: Settings) -> Desk:
    return Desk(database, clock, settings)


def _run(desk: Desk, command: click.Command, *arguments: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments], obj=desk, input=typed)


def _file(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "schuldaten.csv"
    path.write_text(file_text(rows), "utf-8")
    return path


def _count(desk: Desk, *states: SchoolState) -> int:
    with desk.database.session(write=False) as session:
        return session.scalar(select(func.count()).where(School.state.in_(states or tuple(SchoolState)))) or 0


def _imported(desk: Desk, folder: Path, rows: list[dict[str, str]]) -> Result:
    return _run(desk, import_schools, _file(folder, rows), "--municipality", HERE)


def test_import_shows_what_it_did(desk: Desk, tmp_path: Path) -> None:
    result = _imported(desk, tmp_path, ALL)
    assert result.exit_code == 0, result.output
    assert _count(desk, SchoolState.KNOWN) == 6
    shown = {
        line.split("│")[1].strip(): line.split("│")[2].strip() for line in result.output.splitlines() if "│" in line
    }
    assert shown["Schulen"] == "6"
    assert shown["neu"] == "6"
    assert shown["Zeilen, die keine Schule sind"] == "3"


def test_a_dry_run_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    result = _run(desk, import_schools, _file(tmp_path, ALL), "--municipality", HERE, "--dry-run")
    assert result.exit_code == 0
    assert "nichts geändert" in result.output
    assert _count(desk) == 0


def test_the_citys_municipality_is_the_default(desk: Desk, tmp_path: Path) -> None:
    result = _run(desk, import_schools, _file(tmp_path, ALL))
    assert result.exit_code == 1  # this file holds no school of the city in the settings
    assert desk.settings.municipality in result.output


def test_every_municipality(desk: Desk, tmp_path: Path) -> None:
    assert _run(desk, import_schools, _file(tmp_path, ALL), "--municipality", "all").exit_code == 0
    assert _count(desk) == 7


@pytest.mark.parametrize("spoil", [b"", b"\xff\xfe", b"sep=;\nSchulnummer;\n"])
def test_a_broken_file_is_refused_with_line_and_reason(desk: Desk, tmp_path: Path, spoil: bytes) -> None:
    _imported(desk, tmp_path, ALL)
    path = tmp_path / "broken.csv"
    path.write_bytes(spoil)
    result = _run(desk, import_schools, path, "--municipality", HERE, "--yes")
    assert result.exit_code == 1
    assert "Zeile " in result.output
    assert "nichts geändert" in result.output
    assert _count(desk, SchoolState.KNOWN) == 6


def test_called_wrongly(desk: Desk, tmp_path: Path) -> None:
    assert _run(desk, import_schools, tmp_path / "missing.csv").exit_code == 2
    assert _run(desk, import_schools, _file(tmp_path, ALL), "--municipality", "5913").exit_code == 2
    assert _run(desk, join).exit_code == 2


def test_closing_many_schools_needs_a_yes(desk: Desk, tmp_path: Path) -> None:
    _imported(desk, tmp_path, MANY)
    refused = _imported(desk, tmp_path, MANY[3:])
    assert refused.exit_code == 1
    assert "--yes" in refused.output
    assert _count(desk, SchoolState.CLOSED) == 0
    done = _run(desk, import_schools, _file(tmp_path, MANY[3:]), "--municipality", HERE, "--yes")
    assert done.exit_code == 0
    assert "geschlossen: 997000 Schule 0" in done.output
    assert _count(desk, SchoolState.CLOSED) == 3
    assert _count(desk) == 40


def test_at_a_terminal_the_question_is_asked(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _imported(desk, tmp_path, MANY)
    monkeypatch.setattr("bullying_desk.schools.register.commands.asks_somebody", lambda: True)
    path = _file(tmp_path, MANY[3:])
    assert _run(desk, import_schools, path, "--municipality", HERE, typed="n\n").exit_code == 1
    assert _count(desk, SchoolState.CLOSED) == 0
    assert _run(desk, import_schools, path, "--municipality", HERE, typed="y\n").exit_code == 0
    assert _count(desk, SchoolState.CLOSED) == 3


def test_changes_are_named(desk: Desk, tmp_path: Path) -> None:
    _imported(desk, tmp_path, MANY)
    result = _imported(desk, tmp_path, [MANY[0] | {"Strasse": "Neue Str. 1"}, *MANY[1:]])
    assert "Straße: Am Anger 1 → Neue Str. 1" in result.output


def test_join_pause_resume(desk: Desk, tmp_path: Path) -> None:
    _imported(desk, tmp_path, ALL)
    joined = _run(desk, join, "999002", "--date", "24.11.2026", "--signatory", "Frau Demir")
    assert joined.exit_code == 0, joined.output
    assert "Okafor-Gymnasium" in joined.output
    with desk.database.session(write=False) as session:
        school = session.scalars(select(School).where(School.number == "999002")).one()
        assert (school.joined_on, school.joined_signatory) == (date(2026, 11, 24), "Frau Demir")
        key = school.key
    assert _run(desk, pause, key.lower(), "--reason", "Umbau").exit_code == 0
    assert _count(desk, SchoolState.PAUSED) == 1
    assert _run(desk, resume, key).exit_code == 0
    assert _count(desk, SchoolState.JOINED) == 1


def test_join_asks_for_date_and_signatory(desk: Desk, tmp_path: Path) -> None:
    _imported(desk, tmp_path, ALL)
    result = _run(desk, join, "999002", typed="24.11.2026\nFrau Demir\n")
    assert result.exit_code == 0
    assert "unterschrieben" in result.output


def test_refusals_have_exit_code_one_and_a_reason(desk: Desk, tmp_path: Path) -> None:
    _imported(desk, tmp_path, ALL)
    assert "keine Schule" in _run(desk, pause, "000000", "--reason", "x").output
    for result in (
        _run(desk, pause, "000000", "--reason", "x"),
        _run(desk, pause, "999002", "--reason", "x"),
        _run(desk, resume, "999002"),
        _run(desk, join, "999002", "--date", "24.11.2026", "--signatory", " "),
    ):
        assert result.exit_code == 1
        assert "Error: " in result.output
