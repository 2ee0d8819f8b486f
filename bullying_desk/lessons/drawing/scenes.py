"""The scene of each lesson (`scenes.yml`), put together from the kit to one small SVG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from bullying_desk.lessons.drawing.figures import ADULT, Acting, Stature, figure
from bullying_desk.lessons.drawing.kit import INK, kit, short

#: The file name of a lesson's scene; no lesson has a file of its own with this name.
SCENE: Final = "szene.svg"
WIDTH, HEIGHT = 320, 180
_ACTED: Final = 5  # words of a line about a person: name, place, pose, face, look
_OPEN: Final = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    f'<g fill="none" stroke="{INK}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
)


class SceneWrong(ValueError):
    """A line of a scene names something the kit does not have."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: what it shows, its place, and its people and things from the back to the front.

    A line is `PERSON X POSE FACE LOOK [Y [SIZE]]` (the pose as `sit:reads`, if not standing), `THING X Y [SIZE]`, or
    `says|thinks X Y THING left|right` with the tail of the bubble at that side.
    """

    alt: str
    place: str
    lines: tuple[str, ...]


@lru_cache(maxsize=1)
def scenes() -> dict[str, Scene]:
    """Return all scenes, by the id of their lesson."""
    rows = yaml.safe_load(files("bullying_desk.lessons.drawing").joinpath("scenes.yml").read_text("utf-8"))
    return {name: Scene(row["alt"], row["place"], tuple(row["parts"].split("\n"))) for name, row in rows.items()}


def drawn(scene: Scene, stature: Stature) -> str:
    """Return a scene as SVG; the children in it have this stature. Raises SceneWrong."""
    try:
        parts = [kit().places[scene.place], *(_line(line.split(), stature) for line in scene.lines if line.strip())]
    except (KeyError, IndexError, ValueError) as error:
        raise SceneWrong(str(error)) from error
    return f"{_OPEN}{''.join(parts)}</g></svg>"


@lru_cache(maxsize=128)
def scene_drawing(lesson_id: str, stature: Stature) -> str:
    """Return the scene of a lesson as SVG, with children of this stature. Raises KeyError where it has none."""
    return drawn(scenes()[lesson_id], stature)


def _line(words: list[str], stature: Stature) -> str:
    name = words[0]
    if name in ("says", "thinks"):
        return _bubble(name, words[1:])
    if name in kit().people:
        return _acted(words, stature)
    size = f" scale({words[3]})" if len(words) > 3 else ""
    return _placed(kit().things[name], words[1], words[2], size)


def _acted(words: list[str], stature: Stature) -> str:
    person = kit().people[words[0]]
    legs, _, pose = words[2].rpartition(":")
    acting = Acting(legs or "stand", pose, words[3], words[4])
    y, size = (*words[_ACTED:], *("168", "")[len(words) - _ACTED :])
    place = f"translate({words[1]} {y})" + (f" scale({size})" if size else "")
    return figure(person, ADULT if person.adult else stature, acting, place)


def _bubble(kind: str, words: list[str]) -> str:
    x, y, inside, side = words
    shape = kit().things[("bubble" if kind == "says" else "cloud") + side]
    return _placed(shape + _placed(kit().things[inside], "0", "-1", " scale(.8)"), x, y, "")


def _placed(shapes: str, x: str, y: str, size: str) -> str:
    return f'<g transform="translate({short(float(x))} {short(float(y))}){size}">{shapes}</g>'
