"""Children find their school: with slips, umlauts, abbreviations, in any order, by street, postcode, key, initials."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bullying_desk.schools.keys import all_keys
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.importing import REGISTER_FIELDS, apply_import, plan_import
from bullying_desk.schools.register.membership import join
from bullying_desk.schools.register.register_file import RegisterRow, read_register_file
from bullying_desk.schools.search import MAX_TYPED, IndexKeeper, SchoolIndex, fold, words
from tests.schools.register_text import HERE, NO_SCHOOLS, SCHOOLS, cells, parsed

Search = Callable[[str], list[str]]
REGISTER = "data/schools/schuldaten_dortmund_2026-05.csv"


def _school(row: RegisterRow, key: str) -> School:
    given = {name: getattr(row, name) for name in REGISTER_FIELDS}
    return School(number=row.number, key=key, state=SchoolState.KNOWN, **given)


def _index(rows: list[RegisterRow]) -> SchoolIndex:
    with_pupils = [row for row in rows if row.school_form.has_pupils]
    return SchoolIndex(_school(row, key) for row, key in zip(with_pupils, all_keys()[::60], strict=False))


@cache
def _dortmund(path: Path) -> SchoolIndex:
    return _index(read_register_file(path))


@pytest.fixture
def found(shared: Path) -> Search:
    """Return a search over the real register that gives names."""
    index = _dortmund(shared / REGISTER)
    return lambda query: [hit.name for hit in index.search(query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("goethe gym", "Goethe-Gymnasium"),
        ("Goethe-Gymnasium", "Goethe-Gymnasium"),
        ("göthe gymnasium", "Goethe-Gymnasium"),
        ("Gothe", "Goethe-Gymnasium"),
        ("GOETHEGYMNASIUM", "Goethe-Gymnasium"),
        ("gymnasium goethe", "Goethe-Gymnasium"),
        ("goehte gym", "Goethe-Gymnasium"),
        ("Gesamtsch Scharnhorst", "Gesamtschule Scharnhorst"),
        ("scharnhorst gesamtschule", "Gesamtschule Scharnhorst"),
        ("hauptschule scharnhorst", "Hauptschule Scharnhorst"),
        ("anne frank", "Anne-Frank-Schule"),
        ("annefrank", "Anne-Frank-Schule"),
        ("anne-frnak", "Anne-Frank-Schule"),
        ("Frank, Anne", "Anne-Frank-Schule"),
        ("afg", "Anne-Frank-Schule"),
        ("44137 ber", "Robert-Bosch-Berufskolleg"),
        ("Kaethe Kolwitz", "Käthe-Kollwitz-Gymnasium"),
        ("käte kollwiz", "Käthe-Kollwitz-Gymnasium"),
        ("KKG", "Käthe-Kollwitz-Gymnasium"),
        ("mlk", "Martin-Luther-King-Gesamtschule"),
        ("martin luter king", "Martin-Luther-King-Gesamtschule"),
        ("Haisenberg", "Heisenberg-Gymnasium Dortmund"),
        ("max plank", "Max-Planck-Gymnasium Dortmund"),
        ("Leibnitz", "Leibniz-Gymnasium"),
        ("bk romberg", "Gisbert-von-Romberg-Berufskolleg"),
        ("BK Bosch", "Robert-Bosch-Berufskolleg"),
        ("berufsschule hoesch", "Leopold-Hoesch-Berufskolleg"),
        ("gs kleine kielstr", "Grundschule Kleine Kielstraße"),
        ("Kleine Kielstrasse", "Grundschule Kleine Kielstraße"),
        ("kielstr.", "Grundschule Kleine Kielstraße"),
        ("grundschule lichtendorf", "Grundschule Lichtendorf"),
        ("kath hauptschule husen", "Kath. Hauptschule Husen"),
        ("peter fischer schule", "Peter-Vischer-Schule"),
        ("erich kestner", "Erich Kästner-Schule"),
        ("brueder grimm", "Brüder-Grimm-Schule"),
        ("Brüninghausen", "Gesamtschule Brünninghausen"),
        ("schule am hafen", "Schule am Hafen"),
        ("hafenschule", "Schule am Hafen"),
        ("uland schule", "Uhlandschule"),
        ("rudolf steiner", "Rudolf-Steiner-Schule"),
        ("albert schweizer rs", "Albert-Schweitzer-Realschule"),
        ("droste hülshof", "Droste-Hülshoff-Realschule"),
        ("frida kalo", "Frida-Kahlo-Schule"),
        ("bach grundschule", "Bachschule"),
        ("dollersweg 14 josef", "Josefschule"),
        ("Mergelteichstraße 51", "Rudolf-Steiner-Schule"),
        ("Stettiner Str. 12", "Goethe-Gymnasium"),
        ("abendrealschule", "Abendrealschule"),
        ("170732", "Westfalen-Kolleg"),
        ("Reinoldus Schiller", "Reinoldus- und Schiller-Gymnasium"),
        ("Sport und Gymnastik", "Dortmunder Berufskolleg für Sport und Gymnastik"),
        ("wanda klinikschule frida", "Frida-Kahlo-Schule"),
    ],
)
def test_the_school_meant_comes_first(found: Search, query: str, first: str) -> None:
    assert found(query)[:1] == [first]


def test_every_school_is_found_by_its_own_name_and_street(shared: Path) -> None:
    index = _dortmund(shared / REGISTER)
    rows = [row for row in read_register_file(shared / REGISTER) if row.school_form.has_pupils]
    for row, key in zip(rows, all_keys()[::60], strict=False):
        assert key in [hit.key for hit in index.search(_school(row, key).shown_name)][:2], row.name
        assert key in [hit.key for hit in index.search(f"{row.street} {row.postcode}")], row.street


def test_all_of_a_postcode_or_street(found: Search) -> None:
    assert set(found("Dollersweg 14")) == {"Bachschule", "Josefschule"}
    assert set(found("44137 ber")) == {"Robert-Bosch-Berufskolleg", "Robert-Schuman-Berufskolleg"}


@pytest.mark.parametrize("query", ["", " ", "?!", "qqqqzzzz", "x" * 5000, "🏫", "' OR 1=1 --", "\x00"])
def test_nonsense_finds_little_and_breaks_nothing(shared: Path, query: str) -> None:
    assert len(_dortmund(shared / REGISTER).search(query)) <= 10


def test_a_key_finds_its_school_and_a_slip_offers_neighbours() -> None:
    index = _index(parsed(SCHOOLS))
    key = index.search("okafor")[0].key
    assert [hit.key for hit in index.search(key.lower())][:1] == [key]
    slip = ("3" if key[0] != "3" else "4") + key[1:]
    assert index.by_key(slip) is None
    assert key in [hit.key for hit in index.nearest(slip)]


def test_only_schools_with_pupils_that_are_open_are_found(session: Session) -> None:
    rows = parsed([*SCHOOLS, *NO_SCHOOLS, *[cells(f"9970{n:02}", "02", f"Ulmenschule {n}") for n in range(30)]])
    apply_import(session, plan_import(session, rows, HERE), date(2026, 11, 24))
    keeper = IndexKeeper()
    assert len(keeper.current(session)) == 36
    assert not keeper.current(session).search("schulamt seminar")
    apply_import(session, plan_import(session, rows[:-1], HERE), date(2026, 11, 25))
    assert "Ulmenschule 29" not in [hit.name for hit in keeper.current(session).search("ulmenschule 29")]


def test_the_index_follows_the_register_and_is_kept_while_nothing_changes(session: Session) -> None:
    apply_import(session, plan_import(session, parsed(SCHOOLS), HERE), date(2026, 11, 24))
    keeper = IndexKeeper()
    index = keeper.current(session)
    assert keeper.current(session) is index
    school = session.get(School, _id_of(session, "999002"))
    assert school is not None
    join(session, school, date(2026, 11, 24), "Frau Demir")
    assert keeper.current(session) is not index
    assert keeper.current(session).search("okafor")[0].state is SchoolState.JOINED


def _id_of(session: Session, number: str) -> int:
    return session.query(School.id).filter(School.number == number).scalar()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Käthe", "kathe"),
        ("KAETHE", "kathe"),
        ("Straße", "strasse"),
        ("Nazım-Łuk", "nazim luk"),
        ("É 1", "e 1"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("street", ["Brügmannstr. 21", "Brügmannstraße 21", "bruegmannstrasse 21"])
def test_streets_are_one_word(street: str) -> None:
    assert words(street) == ["brugmannstr", "21"]


def _invented(count: int) -> list[School]:
    """Return made-up schools with as many different names, streets and places as a whole state has."""
    draw = random.Random(7)
    syllables = [
        *("ba", "be", "du", "ka", "ko", "la", "le", "li", "ma", "me", "na", "ra", "ro", "sa", "su", "ta"),
        *("wal", "ger", "hol", "bach", "berg", "stein", "feld", "mar", "hel", "got", "lich"),
    ]

    def word(length: int) -> str:
        return "".join(draw.choice(syllables) for _ in range(length)).capitalize()

    names = [word(3) for _ in range(1500)]
    places = [word(2) + draw.choice(["dorf", "hausen", "heim", "burg"]) for _ in range(900)]
    kinds = [("02", "schule")] * 5 + [("20", "-Gymnasium"), ("15", "-Gesamtschule"), ("30", "-Berufskolleg")]
    schools = []
    for number, key in enumerate(draw.sample(all_keys(), count), start=100000):
        form, kind = draw.choice(kinds)
        town = draw.choice(places)
        schools.append(
            School(
                number=str(number), key=key, form=form, town=town, municipality=HERE, state=SchoolState.KNOWN,
                name=f"{draw.choice(names)}-{draw.choice(names)}{kind}",
                name_addition=f"im Zentrum {draw.choice(places)}",
                short_name=f"{town}, GG {draw.choice(names)}", street=f"{draw.choice(names)}str. {draw.randrange(200)}",
                postcode=str(draw.randrange(40000, 59999)), private=False,
            )
        )  # fmt: skip
    return schools


def test_a_school_is_found_by_its_name_among_those_of_the_whole_state() -> None:
    """How long that takes is measured by `dev.py bench search`."""
    schools = _invented(5600)
    index = SchoolIndex(schools)
    for school in schools[::400]:
        assert index.search(f"{school.name} {school.town}")[0].key == school.key


def test_only_the_beginning_of_a_long_query_is_read() -> None:
    index = _index(parsed(SCHOOLS))
    assert index.search("okafor" + " " * MAX_TYPED + "kowalska")[0].name == "Okafor-Gymnasium"
