"""What the print kits of a whole city cost: one poster, one kit, and 171 schools by the operator's command."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import select

from bullying_desk.pdf import worker
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.importing import apply_import, plan_import
from bullying_desk.schools.register.register_file import read_register_file
from bullying_desk.schoolyard.prints import kit
from tests.benchmarks.bench_search import _school
from tests.benchmarks.figures import Figure, memory_mebibytes
from tests.schoolyard.prints import FACTS
from tests.serving import COMMAND, open_instance

# The official file of the whole city if it is there, else as many invented schools.
REGISTER = Path(__file__).parents[3] / "shared" / "data" / "schools" / "schuldaten_dortmund_2026-05.csv"
SCHOOLS = 171
SINCE = FACTS.edition


def figures(folder: Path) -> Iterator[Figure]:
    """Print one poster and one kit as a coordinator does, then the kits of every school of a city."""
    yield Figure(
        "poster, with its child process", _spent(lambda: worker.run(kit.order_for(FACTS, ["a4"]))), "s CPU", most=0.5
    )
    yield Figure("a school's kit, with its child process", _spent(lambda: worker.run(kit.order_for(FACTS))), "s CPU")
    count = _register(folder / "instance")
    seconds, cpu, memory = _print_all(folder / "instance", folder / "druck")
    made = list((folder / "druck").glob("*.zip"))
    yield Figure("schools printed", len(made), "kits", least=count)
    yield Figure(f"kits of {count} schools, CPU of all processes", cpu, "s CPU", most=480)
    yield Figure(f"kits of {count} schools, by the clock", seconds, "s", most=240)
    yield Figure("memory of command and children together", memory, "MiB", most=600)


def _register(instance: Path) -> int:
    database, _keys = open_instance(instance)
    with database.transaction() as session:
        if REGISTER.exists():
            apply_import(session, plan_import(session, read_register_file(REGISTER), None), SINCE)
        else:
            dice, taken = Random(3), set[str]()
            session.add_all(School(**_school(dice, number, taken)) for number in range(SCHOOLS))
        known = session.scalars(select(School).where(School.state == SchoolState.KNOWN)).all()
        for school in known:
            school.state, school.joined_on, school.joined_signatory = SchoolState.JOINED, SINCE, "Bench"
    database.engine.dispose()
    return len(known)


def _print_all(instance: Path, target: Path) -> tuple[float, float, float]:
    """Return seconds by the clock, CPU seconds of all processes, and the most memory they held together."""
    env = {**os.environ, "BULLYING_DESK_INSTANCE": str(instance), "BULLYING_DESK_BASE_URL": "https://linde.example"}
    begin, used, most = time.monotonic(), _children(), 0.0
    with (instance / "said").open("wb") as said:
        command = [str(COMMAND), "print-kit", "--to", str(target)]
        running = subprocess.Popen(command, env=env, stdout=said, stderr=subprocess.STDOUT)
        while running.poll() is None:
            most = max(most, _memory_of_tree(running.pid))
            time.sleep(0.2)
    if running.returncode:
        sys.stderr.write((instance / "said").read_text("utf-8"))
    return time.monotonic() - begin, _children() - used, most


def _memory_of_tree(pid: int) -> float:
    try:
        own = memory_mebibytes(pid)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return own + sum(_memory_of_tree(int(child)) for child in children)


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _spent(work: object) -> float:
    assert callable(work)
    begin = time.process_time() + _children()
    work()
    return time.process_time() + _children() - begin
