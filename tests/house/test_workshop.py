"""The developers' tool says clearly what is in the way, and its codes are those of any authenticator."""

from __future__ import annotations

import re
import socket
import sys
import time
from pathlib import Path

import pyotp
import pytest

from tests.house.project import ROOT, imported, modules
from workshop import browser, checks, codes, environment, serving
from workshop.places import TOOK_TOO_LONG, WorkshopRefused, run, start


def test_the_workshop_needs_the_standard_library_only() -> None:
    import ast

    # `workshop/catalogues/` reads the program's texts and runs in the environment that the others have made.
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


def test_cpu_seconds_count_what_a_program_started_and_left_behind(tmp_path: Path) -> None:
    """A browser's servers outlive the process that started them; their work is part of the measure."""
    work = "import time\nwhile time.process_time() < 0.6: pass"
    leave = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {work!r}]); sys.exit(3)"
    running = start([sys.executable, "-c", leave], cpu=tmp_path / "cpu")
    assert running.wait(60) == 3
    assert 0.6 <= running.cpu_seconds() < 10


def test_a_program_that_takes_too_long_is_stopped_with_all_it_measures(tmp_path: Path) -> None:
    running = start([sys.executable, "-c", "import time; time.sleep(600)"], cpu=tmp_path / "cpu")
    assert running.wait(2) == TOOK_TOO_LONG
    assert running.process.poll() is not None


def test_what_a_program_prints_is_shown_only_when_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    for code in (0, 1):
        assert run([sys.executable, "-c", f"print('said', {code}); raise SystemExit({code})"], quiet=True) == code
    assert re.findall(r"^said \d", capfd.readouterr().err, re.MULTILINE) == ["said 1"]


def test_the_table_names_the_ten_slowest_tests_and_the_cpu_of_each_part(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tests = tmp_path / "test_times.py"
    tests.write_text(
        "import pytest, time\n@pytest.mark.parametrize('number', range(12))\n"
        "def test_one(number: int) -> None:\n    time.sleep(1.5 if number == 7 else 0.01)\n",
        "utf-8",
    )
    assert checks.check(["sqlite"], ["-p", "no:cacheprovider", "-n", "0", str(tests)]) == 0
    printed = capfd.readouterr().out
    slowest = printed.partition("the ten slowest tests")[2].splitlines()[1:11]
    assert slowest[0].endswith("test_one[7]")
    assert all("sqlite: " in line for line in slowest)
    row = re.search(r"^sqlite +12 +0 +0 +\d+ +(\d+)$", printed, re.MULTILINE)
    assert row is not None
    assert printed.rstrip().endswith("total: 12 passed, 0 failed, 0 skipped")


def test_a_browser_that_cannot_run_beside_the_others_fails_where_it_decides(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def missing() -> dict[str, str]:
        raise WorkshopRefused("chromium is not installed")

    monkeypatch.setattr(browser, "tools", missing)
    empty = tmp_path / "test_nothing.py"
    empty.write_text("def test_nothing() -> None: pass", "utf-8")
    for ci, code in (("true", 1), ("", 0)):
        monkeypatch.setenv("CI", ci)
        arguments = ["-p", "no:cacheprovider", "-n", "0", str(empty)]
        assert checks.check(["sqlite", "browser"], arguments) == code
        printed = capfd.readouterr()
        assert "NOT CHECKED: browser: chromium is not installed" in printed.err
