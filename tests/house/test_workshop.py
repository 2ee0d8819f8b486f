"""The developers' tool says clearly what is in the way, and its codes are those of any authenticator."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

import pyotp
import pytest

from tests.house.project import ROOT, imported, modules
from workshop import checks, codes, environment, serving
from workshop.places import WorkshopRefused


def test_the_workshop_needs_the_standard_library_only() -> None:
    import ast

    for path in [ROOT / "dev.py", *(ROOT / "workshop").glob("*.py")]:
        tops = {name.split(".")[0] for name in imported(ast.parse(path.read_text("utf-8")))}
        assert tops <= sys.stdlib_module_names | {"workshop"}, path.name
    assert modules()


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkshopRefused, match=rf"Port {port} .* another program uses it.*--port \d+"):
            serving.refuse_taken_port(port)
    serving.refuse_taken_port(port)


def test_codes_are_those_of_an_authenticator() -> None:
    secret = pyotp.random_base32(32)
    for moment in (0.0, 59.0, 1_111_111_109.0, time.time()):
        assert codes.totp(secret, moment) == pyotp.TOTP(secret).at(int(moment))


def test_codes_are_for_a_demonstration_only(tmp_path: Path) -> None:
    with pytest.raises(WorkshopRefused, match="no demonstration city"):
        codes.show(str(tmp_path), None)


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "OLDEST", (99, 0))
    with pytest.raises(WorkshopRefused, match="needs Python"):
        environment.ensure("run")


@pytest.mark.parametrize(("ci", "bad"), [("true", True), ("", False)])
def test_what_could_not_run_fails_only_where_it_decides(monkeypatch: pytest.MonkeyPatch, ci: str, bad: bool) -> None:
    monkeypatch.setenv("CI", ci)
    assert checks.Outcome("postgres", missing="PostgreSQL is not installed").is_bad == bad
    assert checks.Outcome("sqlite", passed=1, failed=1).is_bad
    assert not checks.Outcome("sqlite", passed=1, skipped=1).is_bad


def test_a_run_that_found_no_test_counts_as_not_checked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "test_nothing.py"
    empty.write_text("", "utf-8")
    assert checks.check(["sqlite"], ["-p", "no:cacheprovider", "-n", "0", str(empty)]) in {0, 1}
    printed = capfd.readouterr()
    assert "NOT CHECKED: sqlite: there is no test for it" in printed.err
