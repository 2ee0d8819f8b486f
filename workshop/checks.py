"""Every check of the project, in order. The table at the end also shows what could not run."""

from __future__ import annotations

import signal
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from workshop import browser, office, postgres
from workshop.places import BIN, CACHE, StrPath, WorkshopRefused, complain, in_ci, run, say

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

    @property
    def is_bad(self) -> bool:
        """Whether this part makes the whole test fail."""
        return self.failed > 0 or (bool(self.missing) and in_ci())


def check(parts: Sequence[str], pytest_arguments: Sequence[str] = ()) -> int:
    """Run the named parts in order, print the table, and return 0 where all passed, else 1."""
    # A stop from outside cleans up as Ctrl-C does: no database server stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outcomes = []
    with ExitStack() as stack:
        for part in [part for part in ALL if part in parts]:
            say(f"\n=== {part} " + "=" * (70 - len(part)))
            begin = time.monotonic()
            try:
                outcome = _PARTS[part](part, stack, pytest_arguments)
            except WorkshopRefused as refusal:
                outcome = Outcome(part, missing=str(refusal))
            outcome.seconds = time.monotonic() - begin
            outcomes.append(outcome)
    return _report(outcomes)


def _tool(*command: str) -> Callable[[str, ExitStack, Sequence[str]], Outcome]:
    def part(name: str, _stack: ExitStack, _arguments: Sequence[str]) -> Outcome:
        well = run([BIN / command[0], *command[1:]]) == 0
        return Outcome(name, passed=int(well), failed=int(not well))

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
    )


def _browser(part: str, _stack: ExitStack, arguments: Sequence[str]) -> Outcome:
    return _pytest(part, ["-m", "browser", *arguments], browser.tools())


def _pytest(part: str, arguments: Sequence[str], env: dict[str, str]) -> Outcome:
    results = CACHE / "results" / f"{part}.xml"
    results.parent.mkdir(parents=True, exist_ok=True)
    results.unlink(missing_ok=True)
    # A browser waits more than it works: a third walker fills the two cores.
    number = "3" if part == "browser" else "2"
    workers = [] if any(word == "-n" or word.startswith("-n=") for word in arguments) else ["-n", number]
    command: list[StrPath] = [BIN / "pytest", "-q", *workers, f"--junitxml={results}", *arguments]
    code = run(command, env=env, seconds=PATIENCE)
    if code == 5:
        return Outcome(part, missing="there is no test for it")
    outcome = _counted(part, results)
    if code != 0 and outcome.failed == 0:
        outcome.failed = 1  # a run that stopped before it could count
    return outcome


def _counted(part: str, results: Path) -> Outcome:
    if not results.is_file():
        return Outcome(part)
    outcome = Outcome(part)
    for suite in ElementTree.parse(results).getroot().iter("testsuite"):
        count = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        outcome.failed += count["failures"] + count["errors"]
        outcome.skipped += count["skipped"]
        outcome.passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    return outcome


def _report(outcomes: Sequence[Outcome]) -> int:
    say(f"\n{'part':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for each in outcomes:
        say(f"{each.part:<12}{each.passed:>8}{each.failed:>8}{each.skipped:>9}{each.seconds:>9.0f}")
    for each in outcomes:
        if each.missing:
            complain(f"NOT CHECKED: {each.part}: {each.missing}")
    bad = [each for each in outcomes if each.is_bad]
    missing = sum(bool(each.missing) for each in outcomes) if in_ci() else 0
    passed, failed, skipped = (sum(getattr(each, key) for each in outcomes) for key in ("passed", "failed", "skipped"))
    say(f"\ntotal: {passed} passed, {failed + missing} failed, {skipped} skipped")
    return 1 if bad else 0


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
