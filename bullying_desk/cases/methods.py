"""All methods by the code that stands in the address, and the lessons beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bullying_desk.cases.method_shape import Method
from bullying_desk.cases.methods_at_work import AT_WORK_METHODS
from bullying_desk.cases.methods_child import CHILD_METHODS
from bullying_desk.cases.methods_more import MORE_AT_WORK, MORE_METHODS
from bullying_desk.reports.questions import mark

METHODS: Final[Mapping[str, Method]] = {
    method.code: method for method in (*CHILD_METHODS, *MORE_METHODS, *AT_WORK_METHODS, *MORE_AT_WORK)
}
"""By the code that stands in the address."""
LESSONS: Final = (
    ("d1-spass-streit-oder-mobbing", mark("Spaß, Streit oder Mobbing?")),
    ("d3-vom-zuschauen-zum-helfen", mark("Vom Zuschauen zum Helfen")),
    ("c4-alle-dabei", mark("Alle dabei? Ausgrenzung in der Pause")),
    ("d5-warum-schweigen-alle", mark("Warum schweigen alle?")),
    ("e4-cybermobbing-hilfekette", mark("Cybermobbing: sichern, melden, Hilfe holen")),
    ("h4-sicher-unterrichten", mark("Für Lehrkräfte: Diese Stunden sicher unterrichten")),
)
"""Lessons of the programme that fit beside the talks: address and title."""
