"""Names as people say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bullying_desk.schools.register.register_file import read_register_file
from bullying_desk.schools.school_names import shown_name


@pytest.mark.parametrize(
    ("name", "addition", "short", "form", "shown"),
    [
        ("Okafor-Gymnasium", "Städt. Gymnasium", "Lindenau, Gym Okafor", "Gymnasium", "Okafor-Gymnasium"),
        ("Städt. Gem. Grundschule", "Kleine Gasse", "Lindenau, GG Kleine Gasse", "Grundschule",
         "Grundschule Kleine Gasse"),
        ("Städt. Gem. Hauptschule Anger", "", "Lindenau, GH Anger", "Hauptschule", "Hauptschule Anger"),
        ("Gesamtschule der Stadt Lindenau", "im Schulzentrum Ost", "Lindenau, GE Ost", "Gesamtschule",
         "Gesamtschule Ost"),
        ("Wanda-Kowalska-Schule,Fördersch. m.dem-", "x", "Lindenau, FÖ SQ, ES Wanda-Kowalska-Schule", "Förderschule",
         "Wanda-Kowalska-Schule"),
        ("Lindenauer Berufskolleg für Sport", "und Gymnastik, Ersatzschule", "Lindenau, BK X", "Berufskolleg",
         "Lindenauer Berufskolleg für Sport und Gymnastik"),
        ("Gemeinschaftsgrundschule", "", "", "Grundschule", "Gemeinschaftsgrundschule"),
    ],
)  # fmt: skip
def test_shown_name(name: str, addition: str, short: str, form: str, shown: str) -> None:
    assert shown_name(name, addition, short, "Lindenau", form) == shown


def test_the_real_names_stay_told_apart(shared: Path) -> None:
    rows = read_register_file(shared / "data/schools/schuldaten_dortmund_2026-05.csv")
    names = [
        shown_name(row.name, row.name_addition, row.short_name, row.town, row.school_form.name)
        for row in rows
        if row.school_form.has_pupils
    ]
    assert len(set(names)) == len(names) == 171
    assert not [name for name in names if name.endswith(("-", ",")) or name.startswith(("Städt", "-"))]
    assert {"Grundschule Kleine Kielstraße", "Gesamtschule Gartenstadt", "Georgschule"} <= set(names)
