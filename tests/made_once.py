"""What all tests of one process share, because making it anew for each test costs more than the test itself.

Nothing here holds data of a test: only statements as SQL text, templates as Python code, what is made of addresses, and
the lessons that ship. Each is found again by all that it was made from, so a changed source gives a new entry.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

import bullying_desk.database
from tests.browser.support.processes import folder, write_whole

if TYPE_CHECKING:
    from bullying_desk.lessons.format.model import Lesson
    from bullying_desk.lessons.format.problems import Problem


def share_sql(first: Engine) -> None:
    """Let all engines of this process share the statements they have turned into SQL; each test has its own engine."""
    make_engine = bullying_desk.database.make_engine

    def make_alike(url: str) -> Engine:
        engine = make_engine(url)
        if engine.dialect.name == first.dialect.name:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    bullying_desk.database.make_engine = make_alike


class _Templates(BytecodeCache):
    """Templates turned into Python, shared by the programs of all tests, and by the processes of a run."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put in what is known, if the template is still the same."""
        checksum, code = self._known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code
        elif (file := self._file(bucket)).exists():
            bucket.bytecode_from_string(file.read_bytes())  # of another source it is left out
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just made."""
        self._keep(bucket)
        write_whole(self._file(bucket), bucket.bytecode_to_string())

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key] = (bucket.checksum, bucket.code)

    def _file(self, bucket: Bucket) -> Path:
        return folder() / "templates" / bucket.key


TEMPLATES = _Templates()


def share_addresses() -> None:
    """Let equal rules of all programs share what Werkzeug makes of an address.

    Werkzeug reads each rule piece by piece, and writes and compiles two functions that build its address: a tenth of a
    second for one program, which every test makes anew. All of it depends on the rule's text and the map's converters
    alone. A rule with defaults is left to Werkzeug: a default is built in by its converter.
    """
    compile_alone: Callable[[Rule], None] = Rule.compile
    known: dict[tuple[Any, ...], Rule] = {}

    def compile_once(self: Rule) -> None:
        if self.defaults or self.map is None:
            compile_alone(self)
            return
        place = (self.map.host_matching, self.host, self.subdomain, *self.map.converters.items())
        key = (self.rule, self.merge_slashes, *place)
        first = known.get(key)
        if first is None:
            compile_alone(self)
            known[key] = self
            return
        self._parts, self._trace, self._converters = first._parts, first._trace, first._converters
        self.arguments.update(first._converters)
        self._build, self._build_unknown = (
            each.__func__.__get__(self)  # type: ignore[attr-defined]
            for each in (first._build, first._build_unknown)
        )

    Rule.compile = compile_once  # type: ignore[method-assign]


@cache
def share_lessons() -> None:
    """Let all programs share the lessons, and the index of their words, as long as no file of a lesson changes.

    Each program reads them with its first page of the programme: two seconds.
    """
    # Imported here, so that a broken page does not stop the tests of the layers below.
    from bullying_desk.lessons.format import loader
    from bullying_desk.lessons.library import catalogue, library
    from bullying_desk.lessons.library.search import Index

    load_lesson, load_programme = loader.load_lesson, loader.load_programme
    lessons: dict[object, tuple[Lesson | None, tuple[Problem, ...]]] = {}
    programmes: dict[object, loader.Programme] = {}
    indexes: dict[object, Index] = {}

    def lesson_once(folder: Path) -> tuple[Lesson | None, list[Problem]]:
        state = _state(folder)
        if state not in lessons:
            lesson, problems = load_lesson(folder)
            lessons[state] = (lesson, tuple(problems))
        return lessons[state][0], list(lessons[state][1])

    def programme_once(instance: Path | None = None) -> loader.Programme:
        state = tuple(_state(folder) for folder, _own in loader.lesson_folders(instance))
        if state not in programmes:
            programmes[state] = load_programme(instance)
        return programmes[state]

    def index_once(given: tuple[Lesson, ...]) -> Index:
        state = tuple(id(lesson) for lesson in given)  # the index keeps them, so no id is given away again
        if state not in indexes:
            indexes[state] = Index(given)
        return indexes[state]

    for module, name, once in (
        (loader, "load_lesson", lesson_once),
        (loader, "load_programme", programme_once),
        (library, "load_programme", programme_once),
        (catalogue, "Index", index_once),
    ):
        setattr(module, name, once)


def _state(folder: Path) -> tuple[object, ...]:
    """Return what changes with each change of a lesson's files."""
    with os.scandir(folder) as files:
        stats = {file.name: file.stat() for file in files}
    return (folder, *((name, stats[name].st_mtime_ns, stats[name].st_size) for name in sorted(stats)))
