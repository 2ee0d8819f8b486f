"""Renders single templates and components with what the program gives every template, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.paths import TEMPLATES
from bullying_desk.web import language

ADDRESSES = {
    "guidance.start": "/",
    "guidance.help_now": "/hilfe",
    "schools.find": "/schule",
    "mailbox.come_back": "/zurueck",
    "lessons.index": "/unterricht",
}
GLOBALS: dict[str, Any] = {
    "lines_now": lambda audience="pupils": help_lines().always(audience),
    "lines_always": lambda audience="pupils": help_lines().always(audience),
    "lines_with_hours": lambda audience="pupils": help_lines().with_hours(audience),
    "door_word": lambda door, school="": "abcdefghkm",
    "service_name": "Lindenbank",
    "lang": "de",
    "text_dir": "ltr",
    "demo": False,
    "identity": None,
    "desk_nav": [],
    "calendar_ends": None,
    "tablet": None,
    "exit_url": "/weg",
    "help_url": "/hilfe",
    "url_for": lambda endpoint, **_values: ADDRESSES.get(endpoint, f"/{endpoint}"),
    "request": SimpleNamespace(path="/", method="GET", endpoint="", blueprint=None),
    "speech": language.speech,
    "ways": lambda **_values: [],
    "first_pages": language.FIRST_PAGES,
    "invitations": language.invitations,
    "language_field": str,
    "session_seconds": 1800,
    "session_mark": "",
    "static_url": lambda name: f"/static/{name}",
}


def environment() -> Environment:
    """Return Jinja set up as the program sets it up."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    jinja.globals.update(GLOBALS)
    jinja.filters.update(language.FILTERS)
    return jinja


def render(source: str, **values: Any) -> str:
    """Render a piece of template text."""
    return environment().from_string(source).render(**values)


def macro(name: str, call: str, **values: Any) -> str:
    """Render one component: `macro("icon", "icon('exit')")`."""
    return render(f'{{% from "components/{name}.html" import {name} %}}{{{{ {call} }}}}', **values)
