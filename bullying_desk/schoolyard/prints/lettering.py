"""Words as typst takes them: whatever a school is called, nobody writes code into a poster by a name.

Every word reaches typst inside a string literal of a value that a fixed sheet reads; no word is ever part of a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bullying_desk.pdf.shapes import printable, without_font

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]


def shown(text: str) -> str:
    """Return the text as it can be printed, in one line: no controls, a number for a sign without a font."""
    return " ".join(printable(text).split())


def no_font(value: Value) -> tuple[str, ...]:
    """Return the signs in a value that no font has, each once."""
    if isinstance(value, str):
        return without_font(value)
    if isinstance(value, int):
        return ()
    inside = value.values() if isinstance(value, Mapping) else value
    return tuple(dict.fromkeys(sign for each in inside for sign in no_font(each)))


def literal(value: Value) -> str:
    """Return a value as typst writes it: a string literal, a number, an array or a dictionary."""
    if isinstance(value, str):
        safe = shown(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{safe}"'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        pairs = [f"{_name(key)}: {literal(each)}" for key, each in value.items()]
        return f"({', '.join(pairs) or ':'})"
    return "(" + "".join(f"{literal(each)}, " for each in value) + ")"


def values(facts: Mapping[str, Value]) -> str:
    """Return `#let` lines that give the sheets their facts. Raises ValueError for a name that is none."""
    return "".join(f"#let {_name(name)} = {literal(value)}\n" for name, value in facts.items())


def _name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z_]*", name):
        raise ValueError("a fact's name is made of small letters")
    return name
