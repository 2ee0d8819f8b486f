"""The register follows the official file: adds, updates, closes; never deletes, never joins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.schools.keys import is_key
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.importing import ImportPlan, MunicipalityNotInFile, apply_import, plan_import
from bullying_desk.schools.register.membership import join, pause
from bullying_desk.schools.register.register_file import read_register_file
from tests.schools.register_text import ALL, HERE, NEIGHBOUR, SCHOOLS, cells, parsed

TODAY = date(2026, 11, 24)
LATER = date(2027, 5, 3)
MANY = [cells(f"9970{n:02}", "02", f"Schule {n}") for n in range(40)]


def _import(session: Session, rows: list[dict[str, str]], place: str | None = HERE, today: date = TODAY) -> ImportPlan:
    plan = plan_import(session, parsed(rows), place)
    apply_import(session, plan, today)
    session.commit()
    return plan


def _schools(session: Session) -> dict[str, School]:
    session.expire_all()
    return {school.number: school for school in session.scalars(select(School))}


def test_first_import_adds_the_schools_of_one_municipality_and_joins_none(session: Session) -> None:
    plan = _import(session, ALL)
    assert (len(plan.added), len(plan.no_schools), plan.schools) == (6, 3, 6)
    schools = _schools(session)
    assert set(schools) == {row["Schulnummer"] for row in SCHOOLS}
    assert {school.state for school in schools.values()} == {SchoolState.KNOWN}
    assert all(is_key(school.key) for school in schools.values())
    assert len({school.key for school in schools.values()}) == 6
    assert schools["010017"].shown_name == "Grundschule Kleine Gasse"
    assert schools["010017"].register_state_of == TODAY


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    _import(session, ALL)
    keys = {number: school.key for number, school in _schools(session).items()}
    plan = _import(session, ALL, today=LATER)
    assert (len(plan.added), len(plan.changed), len(plan.closed), len(plan.unchanged)) == (0, 0, 0, 6)
    assert {number: school.key for number, school in _schools(session).items()} == keys
    assert _schools(session)["010017"].register_state_of == LATER


def test_a_change_is_told_by_field_and_keeps_what_is_the_citys(session: Session) -> None:
    _import(session, ALL)
    before = _schools(session)["999002"]
    join(session, before, TODAY, "Frau Demir")
    key = before.key
    rows = [SCHOOLS[0], SCHOOLS[1] | {"Strasse": "Neue Str. 3", "Schulbezeichnung_1": "Okafor-Schule"}, *SCHOOLS[2:]]
    plan = _import(session, rows)
    assert {(change.name, change.before, change.after) for change in plan.changed[0].fields} == {
        ("street", "Brückenstr. 12", "Neue Str. 3"),
        ("name", "Okafor-Gymnasium", "Okafor-Schule"),
    }
    after = _schools(session)["999002"]
    assert (after.street, after.key, after.state) == ("Neue Str. 3", key, SchoolState.JOINED)
    assert after.joined_signatory == "Frau Demir"


def test_a_school_that_is_gone_is_closed_and_stays(session: Session) -> None:
    _import(session, MANY)
    plan = _import(session, MANY[1:])
    assert [school.number for school in plan.closed] == ["997000"]
    assert not plan.closes_too_many
    assert _schools(session)["997000"].state is SchoolState.CLOSED
    again = _import(session, MANY[1:])
    assert again.closed == []
    assert not again.closes_too_many


@pytest.mark.parametrize("code", ["5", "9"])
def test_a_dissolved_school_is_closed_and_never_added(session: Session, code: str) -> None:
    _import(session, MANY)
    gone = MANY[0] | {"Schulbetriebsschluessel": code}
    never = cells("998001", "02", "Alte Schule", Schulbetriebsschluessel=code)
    plan = _import(session, [gone, never, *MANY[1:]])
    assert [school.number for school in plan.closed] == ["997000"]
    assert [row.number for row in plan.dissolved] == ["998001"]
    assert "998001" not in _schools(session)


def test_a_school_that_comes_back_is_known_and_must_join_anew(session: Session) -> None:
    _import(session, MANY)
    school = _schools(session)["997000"]
    join(session, school, TODAY, "Herr Nowak")
    pause(session, school, "Umbau")
    key = school.key
    _import(session, MANY[1:])
    plan = _import(session, MANY)
    assert [changed.row.number for changed in plan.reopened] == ["997000"]
    back = _schools(session)["997000"]
    assert (back.state, back.key, back.joined_on, back.paused_reason) == (SchoolState.KNOWN, key, None, None)


@pytest.mark.parametrize(("gone", "too_many"), [(2, False), (3, True)])
def test_more_than_five_percent_is_too_many(session: Session, gone: int, too_many: bool) -> None:
    _import(session, MANY)  # 40 schools: 5 % are 2
    assert plan_import(session, parsed(MANY[gone:]), HERE).closes_too_many is too_many


def test_one_municipality_cannot_hide_behind_a_big_one(session: Session) -> None:
    small = [row | {"Gemeindeschluessel": NEIGHBOUR, "Schulnummer": f"88{row['Schulnummer'][2:]}"} for row in MANY[:2]]
    _import(session, MANY + small, None)
    plan = plan_import(session, parsed(MANY + small[1:]), None)
    assert len(plan.closed) == 1
    assert plan.closes_too_many


def test_planning_writes_nothing(session: Session) -> None:
    _import(session, MANY)
    plan_import(session, parsed(MANY[3:] + SCHOOLS), HERE)
    assert not session.dirty
    assert not session.new
    assert {school.state for school in _schools(session).values()} == {SchoolState.KNOWN}


def test_other_municipalities_are_left_alone(session: Session) -> None:
    _import(session, ALL, None)
    assert "888001" in _schools(session)
    plan = _import(session, SCHOOLS)
    assert plan.closed == []
    assert _schools(session)["888001"].state is SchoolState.KNOWN


def test_a_school_that_moved_to_another_municipality_is_not_closed(session: Session) -> None:
    _import(session, MANY)
    plan = _import(session, [MANY[0] | {"Gemeindeschluessel": NEIGHBOUR}, *MANY[1:]])
    assert plan.closed == []
    moved = _schools(session)["997000"]
    assert (moved.municipality, moved.state) == (NEIGHBOUR, SchoolState.KNOWN)


def test_a_file_without_the_municipality_is_refused(session: Session) -> None:
    _import(session, SCHOOLS)
    with pytest.raises(MunicipalityNotInFile):
        plan_import(session, parsed(SCHOOLS), "05111000")


def test_dortmund_gets_exactly_171_schools(session: Session, shared: Path) -> None:
    rows = read_register_file(shared / "data/schools/schuldaten_dortmund_2026-05.csv")
    plan = plan_import(session, rows, "05913000")
    apply_import(session, plan, TODAY)
    session.commit()
    schools = _schools(session)
    assert len(schools) == 171
    assert len(plan.no_schools) == 7
    assert len({school.key for school in schools.values()}) == 171
    assert not [school for school in schools.values() if school.takes_reports]
    assert sum(school.authority_number != "10297" for school in schools.values()) == 14


def test_a_file_of_the_whole_state_is_read_in_seconds(session: Session) -> None:
    rows = parsed([cells(f"{100000 + n}", "02", f"Schule {n}") for n in range(5600)])
    apply_import(session, plan_import(session, rows, HERE), TODAY)
    plan = plan_import(session, rows, HERE)
    assert len(plan.unchanged) == 5600
