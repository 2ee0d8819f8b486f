"""The name a school is shown under: people know „Kleine Kielstraße“, the register says „Städt. Gem. Grundschule“."""

from __future__ import annotations


def shown_name(name: str, addition: str, short_name: str, form_name: str) -> str:
    """Return the name that pupils recognise, without inventing any word the register does not hold."""
    return name
