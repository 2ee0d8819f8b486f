"""Every check of the project. The tables at the end show what was slow, what it cost, and what could not run."""

from __future__ import annotations

import os
import secrets
import signal
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from workshop import browser, office, postgres
from workshop.places import BIN, CACHE, Running, StrPath, WorkshopRefused, complain, in_ci, run, say, start

LINT = ("format", "style", "types", "imports")
ALL = (*LINT, "sqlite", "postgres", "migrations", "browser")
PATIENCE = 1800  # seconds after which a part counts as hanging
TYPED = ("bullying_desk", "dev.py", "workshop", "tests")


@dataclass
class Outcome:
    """The result of one part. `missing` says why a part could not run, and is empty where it did."""

    part: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: str = ""
    seconds: float = 0.0
    cpu: float = 0.0
    slowest: list[tuple[float, str]] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        """Whether this part makes the whole test fail."""
        return self.failed > 0 or (bool(self.missing) and in_ci())


def check(parts: Sequence[str], pytest_arguments: Sequence[str] = ()) -> int:
    """Run the named parts, print the tables, and return 0 where all passed, else 1.

    The browser part runs beside the others, which go one after the other: a browser also waits, so two cores stay busy.
    """
    # A stop from outside cleans up as Ctrl-C does: no database server stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Some machines tell Python to keep no compiled code: then each of eight test processes rewrites all test files.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    begin = time.monotonic()
    with ExitStack() as stack:
        beside = _begin_browser(stack, pytest_arguments) if "browser" in parts and len(parts) > 1 else None
        outcomes = []
        for part in [part for part in ALL if part in parts]:
            say(f"\n=== {part} " + "=" * (70 - len(part)))
            outcomes.append(_timed(part, stack, pytest_arguments, beside))
    return _report(outcomes, time.monotonic() - begin)


SOAK = (
    "tests/access/test_hostile.py",
    "tests/rights/test_adversary.py",
    "tests/notices/test_ticking.py::test_ticks_of_two_machines_at_once_send_each_notice_once",
)


def soak(requests: int, edits: int, ticks: int, seed: int | None = None) -> int:
    """Send hostile requests, edit the database past the program, let machines tick at once: as often as wished."""
    chosen = secrets.randbelow(10**9) if seed is None else seed
    say(f"{requests} requests and {edits} edits from seed {chosen}, {ticks} ticks of two machines at once")
    env = {
        "BULLYING_DESK_FUZZ": str(requests),
        "BULLYING_DESK_FUZZ_SEED": str(chosen),
        "BULLYING_DESK_ADVERSARY": str(edits),
        "BULLYING_DESK_ADVERSARY_SEED": str(chosen),
        "BULLYING_DESK_TICKS": str(ticks),
    }
    return run([BIN / "python", "-m", "pytest", "-q", "--timeout=0", *SOAK], env=env)


def _timed(part: str, stack: ExitStack, arguments: Sequence[str], beside: Beside | None) -> Outcome:
    """Run one part, or wait for the browser part that runs already."""
    begin, server = time.monotonic(), postgres.cpu_seconds()
    try:
        if part == "browser" and beside is not None:
            return beside.outcome()
        outcome = _PARTS[part](part, stack, arguments)
    except WorkshopRefused as refusal:
        outcome = Outcome(part, missing=str(refusal))
    outcome.seconds = time.monotonic() - begin
    outcome.cpu += postgres.cpu_seconds() - server
    return outcome


@dataclass
class Beside:
    """The browser part while the others run, or why it cannot run. What it prints is shown at its end."""

    running: Running | None
    begin: float
    missing: str = ""

    def outcome(self) -> Outcome:
        """Wait until it ends."""
        if self.running is None:
            raise WorkshopRefused(self.missing)
        code = self.running.wait(PATIENCE)
        say(self.running.printed())
        outcome = _outcome("browser", code, self.running)
        outcome.seconds = time.monotonic() - self.begin
        return outcome


def _begin_browser(stack: ExitStack, arguments: Sequence[str]) -> Beside:
    begin = time.monotonic()
    try:
        env = browser.tools()
    except WorkshopRefused as refusal:
        return Beside(None, begin, str(refusal))
    running = _start_pytest("browser", ["-m", "browser", *arguments], env, _file("browser.log"))
    stack.callback(running.stop)
    return Beside(running, begin)


def _tool(*command: str) -> Callable[[str, ExitStack, Sequence[str]], Outcome]:
    def part(name: str, _stack: ExitStack, _arguments: Sequence[str]) -> Outcome:
        running = start([BIN / command[0], *command[1:]], cpu=_file(f"{name}.cpu"))
        well = running.wait(PATIENCE) == 0
        return Outcome(name, passed=int(well), failed=int(not well), cpu=running.cpu_seconds())

    return part


def _sqlite(part: str, _stack: ExitStack, arguments: Sequence[str]) -> Outcome:
    office.ensure()
    return _pytest(part, ["-m", "not browser", "--ignore=tests/migrations", *arguments], {})


def _postgres(part: str, stack: ExitStack, arguments: Sequence[str]) -> Outcome:
    settings = {"BULLYING_DESK_TEST_POSTGRES": postgres.cluster(stack)}
    return _pytest(part, ["-m", "not browser", "--ignore=tests/migrations", *arguments], settings)


def _migrations(part: str, stack: ExitStack, arguments: Sequence[str]) -> Outcome:
    here = _pytest(part, ["tests/migrations", *arguments], {})
    try:
        settings = {"BULLYING_DESK_TEST_POSTGRES": postgres.cluster(stack)}
    except WorkshopRefused as refusal:
        here.missing = here.missing or str(refusal)
        return here
    there = _pytest(part, ["tests/migrations", *arguments], settings)
    return Outcome(
        part,
        here.passed + there.passed,
        here.failed + there.failed,
        here.skipped + there.skipped,
        here.missing or there.missing,
        cpu=here.cpu + there.cpu,
        slowest=here.slowest + there.slowest,
    )


def _browser(part: str, _stack: ExitStack, arguments: Sequence[str]) -> Outcome:
    return _pytest(part, ["-m", "browser", *arguments], browser.tools())


def _pytest(part: str, arguments: Sequence[str], env: dict[str, str]) -> Outcome:
    running = _start_pytest(part, arguments, env)
    return _outcome(part, running.wait(PATIENCE), running)


def _start_pytest(part: str, arguments: Sequence[str], env: dict[str, str], output: Path | None = None) -> Running:
    results = _file(f"{part}.xml")
    results.unlink(missing_ok=True)
    # Eight tests of migrations take less than the start of two more processes.
    count = "0" if part == "migrations" else "2"
    workers = [] if any(word == "-n" or word.startswith("-n=") for word in arguments) else ["-n", count]
    # Neighbours stay together, so that what a module makes is made once; whoever has finished takes from the others.
    command: list[StrPath] = [BIN / "pytest", "-q", *workers, "--dist=worksteal", f"--junitxml={results}", *arguments]
    return start(command, env=env, output=output, cpu=_file(f"{part}.cpu"))


def _file(name: str) -> Path:
    file = CACHE / "results" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _outcome(part: str, code: int, running: Running) -> Outcome:
    if code == 5:
        return Outcome(part, missing="there is no test for it")
    outcome = _counted(part, _file(f"{part}.xml"))
    outcome.cpu = running.cpu_seconds()
    if code != 0 and outcome.failed == 0:
        outcome.failed = 1  # a run that broke off before it could count
    return outcome


def _counted(part: str, results: Path) -> Outcome:
    if not results.is_file():
        return Outcome(part)
    outcome = Outcome(part)
    root = ElementTree.parse(results).getroot()
    for suite in root.iter("testsuite"):
        count = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        outcome.failed += count["failures"] + count["errors"]
        outcome.skipped += count["skipped"]
        outcome.passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    outcome.slowest = [
        (float(test.get("time", "0")), f"{part}: {test.get('classname')}::{test.get('name')}")
        for test in root.iter("testcase")
    ]
    return outcome


def _report(outcomes: Sequence[Outcome], seconds: float) -> int:
    _report_slowest(outcomes)
    say(f"\n{'part':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}{'CPU seconds':>13}")
    for each in outcomes:
        counts = f"{each.passed:>8}{each.failed:>8}{each.skipped:>9}"
        say(f"{each.part:<12}{counts}{each.seconds:>9.0f}{each.cpu:>13.0f}")
    say(f"{'all':<12}{'':>25}{seconds:>9.0f}{sum(each.cpu for each in outcomes):>13.0f}")
    for each in outcomes:
        if each.missing:
            complain(f"NOT CHECKED: {each.part}: {each.missing}")
    bad = [each for each in outcomes if each.is_bad]
    missing = sum(bool(each.missing) for each in outcomes) if in_ci() else 0
    passed, failed, skipped = (sum(getattr(each, key) for each in outcomes) for key in ("passed", "failed", "skipped"))
    say(f"\ntotal: {passed} passed, {failed + missing} failed, {skipped} skipped")
    return 1 if bad else 0


def _report_slowest(outcomes: Sequence[Outcome]) -> None:
    slowest = sorted((test for each in outcomes for test in each.slowest), reverse=True)[:10]
    if slowest:
        say("\nthe ten slowest tests, in seconds")
    for seconds, name in slowest:
        say(f"{seconds:>8.1f}  {name}")


_PARTS: dict[str, Callable[[str, ExitStack, Sequence[str]], Outcome]] = {
    "format": _tool("ruff", "format", "--check", "."),
    "style": _tool("ruff", "check", "."),
    "types": _tool("mypy", "--strict", *TYPED),
    "imports": _tool("lint-imports", "--no-logo"),
    "sqlite": _sqlite,
    "postgres": _postgres,
    "migrations": _migrations,
    "browser": _browser,
}
