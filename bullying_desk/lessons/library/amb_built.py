"""Describes lessons for other sites by their built files: sizes and hashes of the downloads."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from bullying_desk.config import Settings
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.library.amb import FileFact, Publisher, amb_block, script_text
from bullying_desk.lessons.library.library import Library


def publisher_of(settings: Settings, base: str) -> Publisher:
    """Return who publishes the programme: the operator, else the service's name; `base` as `https://example.org`."""
    return Publisher(settings.operator_name or settings.service_name, base)


def amb_of(library: Library, lesson: Lesson, publisher: Publisher) -> dict[str, Any]:
    """Return the AMB description of a lesson with its downloads."""
    built = library.built.get(lesson.id)
    made = {ending: FileFact(file.size, file.sha256) for ending, file in built.files.items()} if built else {}
    return amb_block(lesson, publisher, made)


def script(library: Library, lesson: Lesson, publisher: Publisher) -> Markup:
    """Return the description for the page's one `application/ld+json` element."""
    # `script_text` writes <, > and & as \\u escapes: nothing can close the element.
    return Markup(script_text(amb_of(library, lesson, publisher)))  # noqa: S704
