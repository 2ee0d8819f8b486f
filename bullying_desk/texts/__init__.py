"""Texts for people as content: YAML files beside their domain, read once into typed, frozen data.

Others import `Text`, `Spoken`, `Every`, `TextFile` and `TextsWrong`. `extraction` is for Babel alone.
"""

from __future__ import annotations

from bullying_desk.texts.files import TextFile
from bullying_desk.texts.reading import Every, Spoken, Text, TextsWrong

__all__ = ["Every", "Spoken", "Text", "TextFile", "TextsWrong"]
