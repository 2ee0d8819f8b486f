"""Nobody is sealed to past the tag check: an addressee is only made where the tag is checked, or for a reporter."""

from __future__ import annotations

import ast

from tests.house.project import modules

MAY_BUILD = {"bullying_desk.sealing.keys", "bullying_desk.sealing.directory"}


def test_addressees_are_made_in_two_places_only() -> None:
    makers = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Addressee"
    }
    assert makers <= MAY_BUILD
    assert makers
