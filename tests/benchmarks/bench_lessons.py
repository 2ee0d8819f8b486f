"""What a built page of the programme costs the server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.lessons.format.loader import load_programme
from bullying_desk.lessons.library.catalogue import Catalogue
from bullying_desk.lessons.library.library import LIBRARY, Library
from tests.benchmarks.bench_report import _get
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.serving import open_instance

LESSON = "/unterricht/b2-stopp-heisst-stopp"


def figures(folder: Path) -> Iterator[Figure]:
    """Read all lessons as a start does, and open one again and again."""
    database, keys = open_instance(folder)
    app = create_app(Settings(instance=folder, base_url="https://localhost"), database=database, keys=keys)
    app.extensions["services"].keep(LIBRARY, Library(folder, (), Catalogue(load_programme().lessons), {}))
    spent = cpu_milliseconds(partial(_get, app, LESSON), 10)
    yield Figure("a lesson's page", spent, "ms CPU", most=5)
