#!/usr/bin/env python3
"""The one tool for developers: `run` shows the program, `test` checks all of it, `lint` and `bench` parts of it.

Needs Python 3.11 and nothing else. It downloads what is missing and checks it against the pinned hashes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from workshop import checks, codes, components, environment, serving
from workshop.places import BIN, WorkshopRefused, complain, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 success, 1 a failure, 2 a wrong call."""
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if rest and given.command not in {"test", "bench", "languages"}:
        parser.error(f"unknown: {' '.join(rest)}")
    try:
        if given.command == "run":
            return serving.serve(port=given.port, instance=given.instance, demo=not given.no_demo)
        if given.command == "code":
            return codes.show(given.instance, given.email)
        environment.ensure("dev")
        if given.command == "lint":
            return checks.check(checks.LINT)
        if given.command == "components":
            return components.known_weaknesses() if given.ask else components.write()
        if given.command == "languages":
            return run([BIN / "python", "-m", "workshop.catalogues", *rest])
        if given.command == "soak":
            return checks.soak(given.requests, given.edits, given.ticks, given.seed)
        if given.command == "bench":
            return run([BIN / "python", "-m", "tests.benchmarks", *rest])
        return checks.check(given.only or checks.ALL, rest)
    except WorkshopRefused as refusal:
        complain(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description="Run and check the contact point.")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("run", help="serve the program on this machine, with a demonstration city")
    start.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000)")
    start.add_argument("--instance", help="folder of the data (default: BULLYING_DESK_INSTANCE, else ./instance)")
    start.add_argument("--no-demo", action="store_true", help="start with an empty database")
    test = commands.add_parser(
        "test", help="run every check; anything else on the line goes to pytest", allow_abbrev=False
    )
    test.add_argument("--only", action="append", choices=checks.ALL, help="run this part only (may be repeated)")
    code = commands.add_parser("code", help="show the six digits a person of the demonstration city signs in with")
    code.add_argument("email", nargs="?", help="that person's address (default: everyone)")
    code.add_argument("--instance", help="folder of the data (default: BULLYING_DESK_INSTANCE, else ./instance)")
    commands.add_parser("lint", help="format, style, types and import contracts")
    made_of = commands.add_parser("components", help="list the libraries (CycloneDX) and their licences")
    made_of.add_argument("--ask", action="store_true", help="ask a public service for known weaknesses")
    commands.add_parser("languages", help="bring the catalogues of the public pages up to date", add_help=False)
    soak = commands.add_parser(
        "soak", help="hostile requests, edits of the database, ticks at once, for hours if you like"
    )
    soak.add_argument("--requests", type=int, default=200_000, help="how many hostile requests (default: 200000)")
    soak.add_argument("--edits", type=int, default=5_000, help="how many edits of the database (default: 5000)")
    soak.add_argument("--ticks", type=int, default=1_000, help="how often two machines tick at once (default: 1000)")
    soak.add_argument("--seed", type=int, help="begin from this number (default: one by chance, which is shown)")
    commands.add_parser("bench", help="measure what the program must reach", add_help=False)
    return parser


if __name__ == "__main__":
    sys.exit(main())
