"""Reads the front matter of a lesson and keeps the line of each value, so that an error can point at it."""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

import yaml

#: A way into the data, as ("phasen", 2, "min").
Way: TypeAlias = tuple[str | int, ...]


class FrontMatterUnreadable(Exception):
    """The front matter is not YAML; `line` counts from 1 in the file."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


_Fastest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml takes a tenth of the time


class _Loader(_Fastest):  # type: ignore[misc]
    """Whole numbers, true and false; everything else stays text.

    YAML 1.1 would turn `3.2` into a number, `2026-11-23` into a date and `Nein` nearly into a truth value;
    a teacher who writes a lesson means the words.
    """


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])

_TOO_DEEP: Final = 12
_ENTRY: Final = re.compile(r"^(\s*(?:- )?[a-z_]+: )([^\s\"'\[{>|&*!#].*)$")
_ITEM: Final = re.compile(r"^(\s*- )(?![a-z_]+: )([^\s\"'\[{>|&*!#-].*)$")
_SCALAR: Final = re.compile(r": [|>][+-]?\s*$")
#: The comma before the next entry in { }: one with an even number of quotation marks behind it, so none in a text.
_NEXT: Final = re.compile(r',\s+(?=[a-z_]+: )(?=(?:[^"]*"[^"]*")*[^"]*$)')
_FLOW: Final = re.compile(r"^(\s*(?:- |[a-z_]+: ))\{(.*)\}\s*$")


def _quoted(value: str) -> str:
    return '"' + value.rstrip().replace("\\", "\\\\").replace('"', '\\"') + '"'


def _forgiving(text: str) -> str:
    """Quote texts that YAML would misread: `sagen: „Ruft: Stopp!“` is meant as words, and so is a comma in { }."""
    lines = []
    inside: int | None = None  # how far a text of several lines (| or >) is indented: it is left as it is
    for line in text.split("\n"):
        if inside is not None and (not line.strip() or len(line) - len(line.lstrip()) > inside):
            lines.append(line)
            continue
        inside = len(line) - len(line.lstrip(" -")) if _SCALAR.search(line) else None
        if match := _FLOW.match(line):
            entries = [entry.partition(": ") for entry in _NEXT.split(match.group(2).strip())]
            if all(colon for _, colon, _ in entries):
                inner = ", ".join(f"{key}: {_in_flow(value.strip())}" for key, _, value in entries)
                line = f"{match.group(1)}{{{inner}}}"
        elif (match := _ENTRY.match(line) or _ITEM.match(line)) and re.search(r": |:$| #", match.group(2)):
            line = match.group(1) + _quoted(match.group(2))
        lines.append(line)
    return "\n".join(lines)


def _in_flow(value: str) -> str:
    return _quoted(value) if value[:1] not in "\"'[{" and re.search(r"[,:#\[\]{}]", value) else value


def read_located(text: str, first_line: int) -> tuple[Any, dict[Way, int]]:
    """Read YAML; return (data, line of each value).

    `first_line` is the line of the file on which `text` begins. Raises FrontMatterUnreadable with the line; also for
    anchors and aliases, which no lesson needs and which can blow up a small file into a huge one.
    """
    forgiven = _forgiving(text)
    loader = _Loader(forgiven)
    lines: dict[Way, int] = {}
    try:
        _refuse_depth(forgiven, first_line)
        node = loader.get_single_node()
        if node is None:
            return None, lines
        _locate(node, (), first_line, lines, set())
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontMatterUnreadable(first_line + (mark.line if mark else 0), str(error.problem)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise FrontMatterUnreadable(first_line, str(error)) from error
    finally:
        loader.dispose()


def _refuse_depth(text: str, first_line: int) -> None:
    """Refuse a text that nests too deeply, before the nodes are built: libyaml would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _TOO_DEEP and event.start_mark:
            raise FrontMatterUnreadable(first_line + event.start_mark.line, "zu tief verschachtelt")


def _locate(node: yaml.Node, way: Way, first_line: int, lines: dict[Way, int], seen: set[int]) -> None:
    lines[way] = first_line + node.start_mark.line
    if id(node) in seen:  # an alias: the same node in two places
        raise FrontMatterUnreadable(lines[way], "Verweise mit & und * gibt es hier nicht")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in names:
                raise FrontMatterUnreadable(first_line + key.start_mark.line, f"„{name}“ steht zweimal")
            names.add(name)
            _locate(value, (*way, name), first_line, lines, seen)
            lines[(*way, name)] = first_line + key.start_mark.line
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _locate(value, (*way, position), first_line, lines, seen)


def line_of(lines: dict[Way, int], way: Way) -> int:
    """Return the line of a value, or of the nearest thing around it."""
    while way and way not in lines:
        way = way[:-1]
    return lines.get(way, 1)
