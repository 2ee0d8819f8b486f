"""Reads YAML into frozen dataclasses; the type hints are the schema.

Every scalar is read as it is written and then turned into its field's type. So `110`, `nein` and `2026-11-23` stay
words where a field wants words. A field of type `Text` is for people: it is translated, and Babel extracts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import yaml

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class TextsWrong(Exception):
    """A file of texts has a fault; the message names file, line, entry and what is wrong."""


@dataclass(frozen=True)
class Spoken:
    """Marks a field as text for people. `holes`: its placeholders, `names` for `%(names)s`; all of them, or some."""

    holes: frozenset[str] = frozenset()
    all: bool = True

    @classmethod
    def of(cls, *holes: str) -> Spoken:
        """Return the mark of a text that must hold exactly these placeholders."""
        return cls(frozenset(holes))

    @classmethod
    def some_of(cls, *holes: str) -> Spoken:
        """Return the mark of a text that may hold these placeholders and no others."""
        return cls(frozenset(holes), all=False)


@dataclass(frozen=True)
class _Complete:
    """Marks a mapping that needs every member of its enumeration."""


Text = Annotated[str, Spoken()]
"""A text for people, without placeholders."""
Every = Annotated[Mapping[K, V], _Complete()]
"""A table with one row for every member of an enumeration."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text for people: its line in the file and the comment lines above it."""

    line: int
    text: str
    comments: tuple[str, ...]


_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HOLE: Final = re.compile(r"%\((\w+)\)s")
_KEYS: Final = ("code", "id", "number")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Reader:
    """Reads one file. `said` collects its texts for people on the way."""

    def __init__(self, name: str, source: str) -> None:
        self.said: list[Said] = []
        self._name = name
        self._source = source
        self._lines = source.splitlines()

    def read(self, kind: type[T]) -> T:
        """Return the file as `kind`. Raises TextsWrong."""
        try:
            node = yaml.compose(self._source, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise TextsWrong(f"{self._name}, line {line}: no YAML: {error.problem}") from error
        if node is None:
            raise TextsWrong(f"{self._name}, line 1: the file is empty")
        return cast(T, self._value(node, kind, ""))

    def _value(self, node: yaml.Node, hint: Any, way: str) -> Any:
        spoken: object = None
        if get_origin(hint) is Annotated:
            hint, spoken = get_args(hint)[:2]
        origin = get_origin(hint)
        if origin in (Union, UnionType):
            if node.tag.endswith(":null"):
                return None
            return self._value(node, next(each for each in get_args(hint) if each is not NoneType), way)
        if origin in (tuple, frozenset):
            return self._several(node, origin, get_args(hint), way)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._table(node, get_args(hint), spoken is not None, way)
        if is_dataclass(hint):
            return self._entry(node, cast(type, hint), way)
        return self._single(node, hint, spoken, way)

    def _single(self, node: yaml.Node, hint: Any, spoken: object, way: str) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            self._wrong(node, way, "one value is expected here, not a list or a table")
        words = str(node.value).strip()
        if not words:
            self._wrong(node, way, "it is empty")
        if isinstance(spoken, Spoken):
            return self._spoken(node, words, spoken, way)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self._member(node, words, hint, way)
        if hint is str:
            return words
        try:
            return _SCALARS[hint](words)
        except (KeyError, ValueError):
            self._wrong(node, way, f"„{words}“ is no {hint.__name__}")

    def _spoken(self, node: yaml.Node, words: str, spoken: Spoken, way: str) -> str:
        text = re.sub(r"\n+", "\n\n", words)  # an empty line between paragraphs, however many stand in the file
        held = set(_HOLE.findall(text))
        if not held <= spoken.holes or (spoken.all and held != spoken.holes) or "%" in _HOLE.sub("", text):
            wanted = ", ".join(f"%({hole})s" for hole in sorted(spoken.holes)) or "none"
            self._wrong(node, way, f"its placeholders must be: {wanted}")
        if '"' in text or "  " in text:
            self._wrong(node, way, "it holds a straight quotation mark or two blanks in a row")
        line = node.start_mark.line
        self.said.append(Said(line + 1, text, self._comments(line)))
        return text

    def _comments(self, line: int) -> tuple[str, ...]:
        found: list[str] = []
        while line > 0 and self._lines[line - 1].lstrip().startswith("#"):
            line -= 1
            found.insert(0, self._lines[line].strip().lstrip("# "))
        return tuple(found)

    def _member(self, node: yaml.Node, words: str, hint: type[Enum], way: str) -> Enum:
        members = {member.name.lower(): member for member in hint}
        if words not in members:
            self._wrong(node, way, f"„{words}“ is none of: {', '.join(members)}")
        return members[words]

    def _several(self, node: yaml.Node, origin: type, args: tuple[Any, ...], way: str) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            self._wrong(node, way, "a list is expected here")
        fixed = origin is tuple and (len(args) != 2 or args[1] is not Ellipsis)
        if fixed and len(node.value) != len(args):
            self._wrong(node, way, f"{len(args)} values are expected here, not {len(node.value)}")
        hints = args if fixed else (args[0],) * len(node.value)
        values = [
            self._value(each, hint, f"{way}[{place}]")
            for place, (each, hint) in enumerate(zip(node.value, hints, strict=True), 1)
        ]
        keys = [key for value in values if (key := _key_of(value, plain=origin is frozenset)) is not None]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                self._wrong(node.value[place], way, f"„{key}“ stands there twice")
        return origin(values)

    def _table(self, node: yaml.Node, args: tuple[Any, ...], complete: bool, way: str) -> Mapping[Any, Any]:
        found: dict[Any, Any] = {}
        for name, key, value in self._pairs(node, way):
            found[self._single(key, args[0], None, way)] = self._value(value, args[1], f"{way}.{name}")
        missing = [each.name.lower() for each in args[0] if each not in found] if complete else []
        if missing:
            self._wrong(node, way, f"missing: {', '.join(missing)}")
        return found

    def _entry(self, node: yaml.Node, kind: type, way: str) -> Any:
        known = _fields(kind)
        given: dict[str, Any] = {}
        for name, key, value in self._pairs(node, way):
            if name not in known:
                self._wrong(key, way, f"unknown entry „{name}“; known: {', '.join(known)}")
            field, hint = known[name]
            given[field.name] = self._value(value, hint, f"{way}.{name}" if way else name)
            if name == "code" and not _CODE.fullmatch(given[name]):
                self._wrong(value, way, f"„{given[name]}“ is no code: small letters, digits and - only")
        missing = [name for name, (field, _hint) in known.items() if field.name not in given and _is_needed(field)]
        if missing:
            self._wrong(node, way, f"missing: {', '.join(missing)}")
        try:
            return kind(**given)
        except ValueError as error:
            self._wrong(node, way, str(error))

    def _pairs(self, node: yaml.Node, way: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, way, "a table of „name: value“ is expected here")
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self._wrong(key, way, f"„{name}“ stands there twice")
            seen.add(name)
            yield name, key, value

    def _wrong(self, node: yaml.Node, way: str, what: str) -> NoReturn:
        place = f"{self._name}, line {node.start_mark.line + 1}"
        raise TextsWrong(f"{place}{f', {way}' if way else ''}: {what}")


def _key_of(value: Any, *, plain: bool) -> object:
    """Return the value that may occur only once: the code of an entry, or a member of a set; None for all else."""
    if not is_dataclass(value):
        return value if plain else None
    return next((getattr(value, name) for name in _KEYS if hasattr(value, name)), None)


def _is_needed(field: Field[Any]) -> bool:
    return field.init and field.default is MISSING and field.default_factory is MISSING


@cache
def _fields(kind: type) -> dict[str, tuple[Field[Any], Any]]:
    """Return the fields of an entry by their names in the file; the field `for_` is written `for`."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name.rstrip("_"): (field, hints[field.name]) for field in fields(kind) if field.init}


def _truth(words: str) -> bool:
    return {"true": True, "false": False}[words]


_SCALARS: Final[Mapping[type, Callable[[str], Any]]] = {int: int, bool: _truth, date: date.fromisoformat}
