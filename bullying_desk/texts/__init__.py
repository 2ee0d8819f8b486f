"""Texts for people as content: YAML files beside their domain, read once into typed, frozen data.

Others import `Text`, `Spoken`, `Every`, `TextFile`, `TextsWrong`, and `mark` for the few texts that stay in Python.
`extraction` is for Babel alone.
"""

from __future__ import annotations

from bullying_desk.texts.files import TextFile
from bullying_desk.texts.reading import Every, Spoken, Text, TextsWrong

__all__ = ["Every", "Spoken", "Text", "TextFile", "TextsWrong", "mark"]


def mark(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text
