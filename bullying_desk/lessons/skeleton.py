"""Lays out the folder of a new lesson, so that a teacher starts from a form and not from an empty page."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

_SLUG: Final = re.compile(r"([a-h])(\d{1,2})(-[a-z0-9]+)+")


class SlugRefused(Exception):
    """The name is no address of a lesson, or there is one already; the message says what to do."""


def write_skeleton(folder: Path, slug: str, today: date | None = None) -> Path:
    """Write a new lesson folder and return it.

    Raises SlugRefused when the name does not fit or the folder exists.
    """
    match = _SLUG.fullmatch(slug)
    if match is None:
        raise SlugRefused(
            "Der Name braucht Buchstabe A–H, Nummer und Wörter: c9-unsere-pause (a–z, 0–9, Bindestriche)."
        )
    target = folder / slug
    if target.exists():
        raise SlugRefused(f"{target} gibt es schon.")
    day = (today or date.today()).isoformat()
    base = files("bullying_desk.lessons").joinpath("skeleton")
    target.mkdir(parents=True)
    guide = folder / "ANLEITUNG.md"
    if not guide.exists():
        guide.write_text(base.joinpath("ANLEITUNG.md").read_text("utf-8"), "utf-8")
    for name in ("lesson.md", "ab1.md", "loesung.md", "elternbrief.md"):
        text = base.joinpath(name).read_text("utf-8")
        text = text.replace("{id}", slug).replace("{modul}", match.group(1).upper()).replace("{nr}", match.group(2))
        (target / name).write_text(text.replace("{heute}", day), "utf-8")
    return target
