"""Words as typst takes them: whatever a school is called, nobody writes code into a poster by a name.

Every word reaches typst inside a string literal of a value that a fixed sheet reads; no word is ever part of a sheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]

# What the shipped fonts hold (Atkinson Hyperlegible, Noto Sans, IBM Plex Sans Arabic): Latin, Greek, Cyrillic, Arabic,
# punctuation, currency. A sign without a letter shape would make typst refuse the whole print (PDF/UA-1, 7.21.7).
_NO_SHAPE = re.compile(
    r"[^\u0020-\u007e\u00a0-\u017f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"
    r"\u0400-\u045f\u0490-\u0491\u060c\u061b\u061f\u0621-\u063a\u0641-\u0652\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06cc"
    r"\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_CONTROLS = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def shown(text: str) -> str:
    """Return the text as it can be printed: no controls or turned writing, nothing the fonts have no shape for."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if unicodedata.category(sign) in _CONTROLS else sign for sign in plain)
    return " ".join(_NO_SHAPE.sub(" ", plain).split()).replace("\u00ad", "")


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
