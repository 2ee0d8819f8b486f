"""Brings the city's register up to date from the official file: adds, updates, closes; never deletes, never joins."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.schools.keys import new_key
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.register_file import RegisterRow

# The register's fields of a school in German; everything else (key, state, joined_on, exit_target) belongs to the city.
REGISTER_FIELDS = {
    "name": "Name",
    "name_addition": "Zusatz",
    "short_name": "Kurzname",
    "form": "Schulform",
    "street": "Straße",
    "postcode": "PLZ",
    "town": "Ort",
    "municipality": "Gemeinde",
    "authority_number": "Schulträger",
    "private": "privat",
    "operating_code": "Schulbetrieb",
    "operating_since": "Betrieb seit",
}
CLOSING_LIMIT = 0.05
"""A share of a municipality's open schools: more closings at once are more likely a wrong file than the truth."""


class MunicipalityNotInFile(Exception):
    """The file holds no school of the municipality asked for; importing it would close every school there."""


@dataclass(frozen=True)
class FieldChange:
    """One value that differs between register and file."""

    name: str
    before: object
    after: object

    @property
    def words(self) -> str:
        """The change for people."""
        return f"{REGISTER_FIELDS[self.name]}: {_shown(self.before)} → {_shown(self.after)}"


@dataclass(frozen=True)
class ChangedSchool:
    """A school that the register already has, with the file's differences."""

    school: School
    row: RegisterRow
    fields: tuple[FieldChange, ...]
    reopened: bool = False


@dataclass
class ImportPlan:
    """What an import would do; nothing is written before `apply_import`."""

    municipality: str | None
    added: list[RegisterRow] = field(default_factory=list)
    changed: list[ChangedSchool] = field(default_factory=list)
    closed: list[School] = field(default_factory=list)
    unchanged: list[School] = field(default_factory=list)
    no_schools: list[RegisterRow] = field(default_factory=list)
    dissolved: list[RegisterRow] = field(default_factory=list)  # never known here and already dissolved: not added
    open_before: Counter[str] = field(default_factory=Counter)  # open schools by municipality
    rows: list[RegisterRow] = field(default_factory=list)  # of the file, those that this import reads

    @property
    def digest(self) -> str:
        """A mark of what would change: who has seen one plan does not carry out another."""
        changes = [f"{each.row.number} {each.fields} {each.reopened}" for each in self.changed]
        added = [repr(replace(row, line=0)) for row in self.added]
        said = [sorted(added), sorted(changes), sorted(school.number for school in self.closed)]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]

    @property
    def schools(self) -> int:
        """How many schools with pupils the file holds for this import."""
        return len(self.added) + len(self.changed) + len(self.unchanged)

    @property
    def reopened(self) -> list[ChangedSchool]:
        """The schools that were closed and are in the file again."""
        return [changed for changed in self.changed if changed.reopened]

    @property
    def closes_too_many(self) -> bool:
        """Whether some municipality would lose more than 5 % of its open schools: then a person must confirm."""
        closing = Counter(school.municipality for school in self.closed)
        return any(count > CLOSING_LIMIT * self.open_before[place] for place, count in closing.items())


def plan_import(session: Session, rows: Sequence[RegisterRow], municipality: str | None) -> ImportPlan:
    """Compare the file with the register of one municipality (8 digits), or of every municipality in the file (None).

    A school is recognised by its Schulnummer alone, also where it moved to another municipality.
    Raises MunicipalityNotInFile.
    """
    plan = ImportPlan(municipality)
    wanted = [row for row in rows if municipality in (None, row.municipality)]
    if not any(row.school_form.has_pupils for row in wanted):
        raise MunicipalityNotInFile(municipality or "")
    places = {municipality} if municipality else {row.municipality for row in wanted}
    known = _known_schools(session, places, rows)
    for school in known.values():
        if school.state is not SchoolState.CLOSED:
            plan.open_before[school.municipality] += 1
    for row in rows:
        ours = known.get(row.number)
        # A school that is now in another municipality has moved; it is not gone.
        if row.municipality in places or (ours is not None and ours.municipality in places):
            plan.rows.append(row)
            _sort_in(plan, row, ours)
    kept = {changed.row.number for changed in plan.changed} | {school.number for school in plan.unchanged}
    plan.closed = [
        school
        for school in known.values()
        if school.municipality in places and school.number not in kept and school.state is not SchoolState.CLOSED
    ]
    return plan


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value or "–")


def _known_schools(session: Session, places: Iterable[str], rows: Sequence[RegisterRow]) -> dict[str, School]:
    """Return the schools of these municipalities and those in the file, by Schulnummer."""
    numbers = {row.number for row in rows if row.municipality in set(places)}
    found = session.scalars(select(School).where(School.municipality.in_(places))).all()
    known = {school.number: school for school in found}
    elsewhere = sorted(numbers - known.keys())
    for start in range(0, len(elsewhere), 500):  # SQLite takes a limited number of bound values
        part = elsewhere[start : start + 500]
        known.update(
            {school.number: school for school in session.scalars(select(School).where(School.number.in_(part)))}
        )
    return known


def _sort_in(plan: ImportPlan, row: RegisterRow, school: School | None) -> None:
    if not row.school_form.has_pupils:
        plan.no_schools.append(row)
    elif row.dissolved:
        if school is None:
            plan.dissolved.append(row)
    elif school is None:
        plan.added.append(row)
    else:
        fields = differences(school, row)
        reopened = school.state is SchoolState.CLOSED
        if fields or reopened:
            plan.changed.append(ChangedSchool(school, row, fields, reopened))
        else:
            plan.unchanged.append(school)


def differences(school: School, row: RegisterRow) -> tuple[FieldChange, ...]:
    """Return the file's differences for a school."""
    pairs = ((name, getattr(school, name), getattr(row, name)) for name in REGISTER_FIELDS)
    return tuple(FieldChange(name, before, after) for name, before, after in pairs if before != after)


def apply_import(session: Session, plan: ImportPlan, today: date) -> list[School]:
    """Carry out a plan made in this session; return the schools that are new.

    New schools are only known and get their key. Closed ones stay with everything that belongs to them; a closed
    school that is in the file again is known, and must join again.
    """
    taken = set(session.scalars(select(School.key)))
    added: list[School] = []
    for row in plan.added:
        school = School(number=row.number, key=new_key(taken), state=SchoolState.KNOWN, register_state_of=today)
        _take_over(school, row)
        taken.add(school.key)
        added.append(school)
    session.add_all(added)
    for changed in plan.changed:
        _take_over(changed.school, changed.row)
        changed.school.register_state_of = today
        if changed.reopened:
            _reopen(changed.school)
    for school in plan.unchanged:
        school.register_state_of = today
    for school in plan.closed:
        school.state = SchoolState.CLOSED
    session.flush()
    return added


def _take_over(school: School, row: RegisterRow) -> None:
    for name in REGISTER_FIELDS:
        setattr(school, name, getattr(row, name))


def _reopen(school: School) -> None:
    school.state = SchoolState.KNOWN
    school.joined_on = school.joined_signatory = school.paused_reason = None
