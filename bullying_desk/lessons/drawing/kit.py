"""What scenes are made of (`kit.yml`): people and their looks, faces, poses, places, things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

INK: Final = "#22304f"
#: Shapes of faces and hair are written for a head of this radius.
HEAD: Final = 20.0
_COARSE: Final = 8


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person: skin, hair, clothes, and what they use (glasses, hearing aid, wheelchair, cane)."""

    name: str
    skin: str
    hair: str
    style: str
    top: str
    accent: str
    legs: str
    pattern: str = ""
    skirt: bool = False
    adult: bool = False
    beard: bool = False
    uses: str = ""


@dataclass(frozen=True, slots=True)
class Kit:
    """All parts, by name. `hair` has (behind the head, over it), `arms` the elbow and the hand in lengths of an arm."""

    people: dict[str, Person]
    hair: dict[str, tuple[str, str]]
    faces: dict[str, tuple[str, str, str]]
    arms: dict[str, tuple[float, float, float, float]]
    poses: dict[str, tuple[str, str]]
    places: dict[str, str]
    things: dict[str, str]


@lru_cache(maxsize=1)
def kit() -> Kit:
    """Return the kit."""
    rows = yaml.safe_load(files("bullying_desk.lessons.drawing").joinpath("kit.yml").read_text("utf-8"))
    return Kit(
        people={name: _person(name, line) for name, line in rows["people"].items()},
        hair={name: _two(line) for name, line in rows["hair"].items()},
        faces={name: _three(line) for name, line in rows["faces"].items()},
        arms={name: _four(line) for name, line in rows["arms"].items()},
        poses={name: (line.split()[0], line.split()[1]) for name, line in rows["poses"].items()},
        places=_shapes(rows["places"]),
        things=_shapes(rows["things"]),
    )


def _shapes(rows: dict[str, str]) -> dict[str, str]:
    return {name: re.sub(r">\s+<", "><", shapes.strip()) for name, shapes in rows.items()}


def _person(name: str, line: str) -> Person:
    skin, hair, style, top, accent, legs, *rest = line.split()
    flags: dict[str, Any] = {flag: True for flag in ("skirt", "adult", "beard") if flag in rest}
    pattern = next((word for word in rest if word in PATTERNS), "")
    uses = next((word for word in rest if word in AIDS), "")
    return Person(name, skin, hair, style, top, accent, legs, pattern, uses=uses, **flags)


def _two(line: str) -> tuple[str, str]:
    back, _, front = line.partition("|")
    return back.strip(), front.strip()


def _three(line: str) -> tuple[str, str, str]:
    eyes, brows, mouth = (part.strip() for part in line.split("|"))
    return eyes, brows, mouth


def _four(line: str) -> tuple[float, float, float, float]:
    a, b, c, d = (float(part) for part in line.split())
    return a, b, c, d


PATTERNS: Final = frozenset({"stripes", "dots", "star", "zip", "bib", "blazer", "vest", "apron", "pocket"})
AIDS: Final = frozenset({"glasses", "hearing", "wheelchair", "cane"})


def short(number: float) -> str:
    """Return a number with no more digits than one sees: drawings are downloaded often."""
    text = f"{number:.0f}" if abs(number) >= _COARSE else f"{number:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def scaled(path: str, factor: float, dx: float = 0.0, dy: float = 0.0) -> str:
    """Return a path made larger or smaller; what stands after a capital letter is moved by (dx, dy)."""

    def turned(match: re.Match[str]) -> str:
        letter, numbers = match[1], [float(one) for one in re.findall(r"-?\d*\.?\d+", match[2])]
        if letter == "a":
            return "a" + " ".join(_arc(numbers, factor))
        if letter in "Hh":
            return letter + " ".join(short(one * factor + (dx if letter == "H" else 0)) for one in numbers)
        if letter in "Vv":
            return letter + " ".join(short(one * factor + (dy if letter == "V" else 0)) for one in numbers)
        moved = (dx, dy) if letter.isupper() else (0.0, 0.0)
        return letter + " ".join(short(one * factor + moved[at % 2]) for at, one in enumerate(numbers))

    return re.sub(r"([MLHVCQaZhvlqcz])([^MLHVCQaZhvlqcz]*)", turned, path)


def _arc(numbers: list[float], factor: float) -> list[str]:
    rx, ry, turn, large, sweep, x, y = numbers
    grown = [short(one * factor) for one in (rx, ry, x, y)]
    return [*grown[:2], *(short(one) for one in (turn, large, sweep)), *grown[2:]]
