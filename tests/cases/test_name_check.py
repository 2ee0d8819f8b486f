"""A full name in the file is asked about once, and saved where it was meant."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bullying_desk.cases.forms import full_names, mark_of
from bullying_desk.cases.sheets import SHEET
from bullying_desk.reports.models import Record
from tests.cases.conftest import SignIn
from tests.world import World


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gespräch mit Lena Schmidt und Yusuf Öztürk", ["Lena Schmidt", "Yusuf Öztürk"]),
        ("Mia Schulz sagt: Mia Schulz war da", ["Mia Schulz"]),
        ("Emma von Berg", ["Emma von Berg"]),
        ("Bitte Lena Schmidt ansprechen", ["Lena Schmidt"]),
        ("Kind A und Kind B, Klassenleitung Frau Aydin", []),
        ("Lena S. aus der 7b, An Eltern schreiben, Mai Ferien", []),
        ("Lena\nSchmidt steht in der nächsten Zeile", []),
        ("", []),
    ],
)
def test_first_name_and_surname_are_noticed_initials_and_roles_are_not(text: str, names: list[str]) -> None:
    assert full_names([text]) == names


def test_what_was_asked_about_is_not_in_the_mark() -> None:
    assert "Lena" not in mark_of(["Lena Schmidt"])
    assert mark_of(["Lena Schmidt"]) != mark_of(["Lena Schulz"])


def test_the_first_press_asks_and_the_second_saves_but_not_another_name(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    desk = enter("Selin")
    desk.get(f"/team/fall/{world.report(filed).case_id}/blatt/gespraech")
    typed: dict[str, Any] = {"mit": "Lena Schmidt", "am": "24.11.2026", "vereinbart": "Pause", "nicht": "Nichts"}
    desk.press("Speichern", status=422, **typed)
    assert "„Lena Schmidt“" in desk.main
    desk.press("Speichern", status=422, **{**typed, "nicht": "Nichts an Mia Schulz"})
    assert "„Mia Schulz“" in desk.main
    assert "Lena Schmidt" in desk.page.text  # the typed text is still there
    desk.press("Speichern", **{**typed, "nicht": "Nichts an Mia Schulz"})
    world.session.commit()
    assert world.session.scalar(select(func.count()).where(Record.kind == SHEET)) == 1
