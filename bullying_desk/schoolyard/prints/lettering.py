"""Words as typst takes them: whatever a school is called, nobody writes code into a poster by a name.

Every word reaches typst inside a string literal of a value that a fixed sheet reads; no word is ever part of a sheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from bullying_desk.pdf.fonts import NO_SHAPE

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]

_CONTROLS = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def shown(text: str) -> str:
    """Return the text as it can be printed: no controls or turned writing, nothing the fonts have no shape for."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if unicodedata.category(sign) in _CONTROLS else sign for sign in plain)
    return " ".join(NO_SHAPE.sub(" ", plain).split()).replace("\u00ad", "")


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
