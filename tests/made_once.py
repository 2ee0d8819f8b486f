"""What all tests of one process share, because making it anew for each test costs more than the test itself.

Nothing here holds data of a test: only statements as SQL text, templates as Python code, and the code that builds
addresses. Each is found again by all that it was made from, so a changed source gives a new entry.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

import bullying_desk.database


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
    """Templates turned into Python, shared by the programs of all tests."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put in what is known, if the template is still the same."""
        checksum, code = self._known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just made."""
        if bucket.code is not None:
            self._known[bucket.key] = (bucket.checksum, bucket.code)


TEMPLATES = _Templates()


def share_address_builders() -> None:
    """Let equal rules of all programs share the function that builds their address.

    Werkzeug writes and compiles two functions for each rule: a tenth of a second for one program, which every test
    makes anew. The function depends on the rule's text and defaults only; it reads the converters from the rule
    that it is bound to.
    """
    make: Callable[..., Callable[..., tuple[str, str]]] = Rule._compile_builder
    known: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}

    def look_up(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return make(self, append_unknown)  # a default is built in by its converter
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in known:
            known[key] = make(self, append_unknown)
        return known[key]

    Rule._compile_builder = look_up  # type: ignore[method-assign]
