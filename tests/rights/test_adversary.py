"""A thousand edits of the database by chance, and after each handful everybody uses the program honestly.

Nobody ever reads what the honest history did not give them, and each edit of a right is named by `doctor`. The run of
the tests makes EDITS of them from one seed; `dev.py soak --edits 100000` makes as many as one likes, from another seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DBAPIError, NoResultFound, StatementError
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in.signing_in import identity_of
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import AnswersUnreadable
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import ReaderExcluded, RecordMissing
from bullying_desk.reports.readers import granting, inviting, readership
from bullying_desk.reports.readers.candidates import addressee, staff_of
from bullying_desk.reports.readers.routing import NobodyCanRead, ReaderChoice, Wish
from bullying_desk.reports.standby import deputies
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach
from bullying_desk.rights.errors import RightsError
from bullying_desk.rights.models import RightSet, keys_of, member_classes, right_classes, row_id
from bullying_desk.schools.models import Absence, SeatState
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.receipts import Receipt
from tests.world import SINCE, World, make_school

EDITS = int(os.environ.get("BULLYING_DESK_ADVERSARY", "1000"))
AT_ONCE = 100
SEED = int(os.environ.get("BULLYING_DESK_ADVERSARY_SEED", "20261130"))
# What the program itself says where a row is not what it was: nothing is read, and that is all this test asks.
REFUSED = (
    RightsError, SealingError, ReaderExcluded, RecordMissing, NobodyCanRead, NoResultFound, AnswersUnreadable,
    readership.NobodyWouldRead, granting.GrantMissing, DBAPIError, StatementError, KeyError, LookupError, TypeError,
    ValueError, AttributeError,
)  # fmt: skip


@dataclass
class Town:
    """The city, its reports with the receipts, and what the honest history allows."""

    world: World
    reports: dict[int, Receipt] = field(default_factory=dict)
    allowed: dict[int, frozenset[int]] = field(default_factory=dict)
    left_out: dict[int, frozenset[int]] = field(default_factory=dict)
    roles: dict[int, frozenset[tuple[Role, int | None]]] = field(default_factory=dict)
    older: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    honest: dict[tuple[str, Any], dict[str, Any]] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        return self.world.session


@pytest.fixture
def town(world: World) -> Town:
    """Reports of each kind of choice, an absence, somebody who was asked, and older states of every row."""
    session, town = world.session, Town(world)
    other = make_school(session, "B3DF", "198766", "Hafen")
    world.add("Zeynep", "Frau Kaya", Role.CONTACT_PERSON, school=other)
    world.add("Emre", "Herr Can", Role.CONTACT_PERSON, school=other)
    jan, selin = world.person("Jan").id, world.person("Selin").id
    for choice in (
        ReaderChoice(Wish.TEAM),
        ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")),
        ReaderChoice(Wish.NAMED, frozenset({selin}), world.person("Amara").id),
        ReaderChoice(Wish.NAMED, frozenset({selin}), None, adult=True, left_out=world.ids("Jan", "Renate")),
        ReaderChoice(Wish.CITY),
    ):
        filed, receipt = world.file(choice=choice)
        town.reports[filed.report_id], town.left_out[filed.report_id] = receipt, choice.left_out
    session.commit()
    town.older = _rows(session)
    _work_honestly(town)
    for seat in (world.seats["Emre"],):
        seat.state, seat.ended_on = SeatState.ENDED, SINCE
    day = world.clock.today()
    session.add(Absence(school_id=world.school.id, seat_id=world.seats["Jan"].id, first_day=day,
                        last_day=day + timedelta(days=2), stand_in_id=selin, entered_by=jan))  # fmt: skip
    session.commit()
    grants = session.execute(select(ReportGrant.report_id, ReportGrant.person_id)).all()
    for table, rows in _rows(session).items():
        names = [column.name for column in Base.metadata.tables[table].primary_key]
        town.honest.update({(table, tuple(row[name] for name in names)): row for row in rows})
    town.allowed = {one: frozenset(p for r, p in grants if r == one and p is not None) for one in town.reports}
    for person in session.scalars(select(Person.id)).all():
        found = identity_of(session, person)
        town.roles[person] = frozenset((seat.role, seat.school_id) for seat in found.seats) if found else frozenset()
    return town


def _work_honestly(town: Town) -> None:
    """Somebody opens, somebody is asked to look on, and the child of the first report lets somebody go."""
    world, session = town.world, town.session
    first, hour = next(iter(town.reports)), world.clock.hour()
    report = session.get_one(Report, first)
    secrets = opening.open_report_secrets(
        session, world.pepper_layer, world.key("Selin"), world.person("Selin").id, report
    )
    leyla = staff_of(session, world.school.id).by_person()[world.person("Leyla").id]
    to = addressee(world.pepper_layer, leyla)
    assert to is not None
    granting.add_reader(session, world.pepper_layer, report, secrets, leyla, to, ReaderReason.SHARED, hour,
                        world.person("Selin").id, GrantState.OFFERED)  # fmt: skip
    theirs = opening.open_as_reporter(session, world.pepper_layer, town.reports[first].key, report)
    change = readership.plan_change(session, world.pepper_layer, report, theirs, leave=world.ids("Amara"))
    readership.change_readers(session, world.pepper_layer, report, theirs, change, hour)
    town.left_out[first] = world.ids("Amara")
    session.flush()


def _rows(session: Session) -> dict[str, list[dict[str, Any]]]:
    connection = session.connection()
    return {
        table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
        for table in Base.metadata.sorted_tables
    }


@pytest.mark.slow
@pytest.mark.sqlite  # the rules are the same on PostgreSQL, where a run takes minutes
def test_no_edit_of_the_database_makes_anybody_read_more(town: Town, database: Database, settings: Settings) -> None:
    dice, session = Random(SEED), town.session
    faults, known = head.look(session, {})
    assert faults == []
    # The night work has passed: the newest rights are written down, and sessions refuse what is older.
    head.write(settings.instance, known)
    attach(database, town.world.pepper_layer, settings.instance)
    session.info.update(database.session_info)
    session.commit()
    for step in _uses(town):  # the control: without an edit each of these uses goes through
        _undone(session, step)
    rounds, edits = 0, 0
    while edits < EDITS:
        with session.begin_nested() as undone:
            made = [edit for edit in (_edit(dice, town) for _ in range(AT_ONCE)) if edit is not None]
            edits += len(made)
            session.expunge_all()
            _nothing_goes_unnamed(town, known, made)
            for step in _uses(town):
                _undone(session, lambda step=step: _try(step))
            undone.rollback()
        session.expunge_all()
        rounds += 1
    assert head.look(session, known)[0] == []  # all of it was undone: the next round began from the honest state
    assert rounds >= EDITS // AT_ONCE


def _undone(session: Session, step: Any) -> None:
    with session.begin_nested() as nested:
        step()
        session.expunge_all()
        nested.rollback()
    session.expunge_all()


def _try(step: Any) -> None:
    try:
        step()
    except REFUSED:
        return


# --- the attacker -----------------------------------------------------------------------------------------------


def _edit(dice: Random, town: Town) -> tuple[str, str, Any] | None:
    """Make one edit past the program. Returns kind, table and key of the row, None where the database refused."""
    connection = town.session.connection()
    table = dice.choice([table for table in Base.metadata.sorted_tables if not table.name.startswith("audit_")])
    rows = [dict(row) for row in connection.execute(table.select()).mappings()]
    kind = dice.choice(("change", "change", "insert", "copy", "swap", "older", "delete"))
    try:
        with town.session.begin_nested():  # a connection asked for in here is behind the savepoint
            return _make(dice, town.session.connection(), table, rows, town.older.get(table.name, []), kind)
    except (DBAPIError, StatementError, LookupError):
        return None


def _make(
    dice: Random, connection: Connection, table: Table, rows: list[Any], older: list[Any], kind: str
) -> tuple[str, str, Any] | None:
    keys = [column.name for column in table.primary_key]
    if not rows or not keys:
        return None
    row, other = dice.choice(rows), dice.choice(rows)
    where = [table.c[name] == row[name] for name in keys]
    free = [column.name for column in table.columns if column.name not in keys]
    if kind == "delete":
        connection.execute(table.delete().where(*where))
    elif kind in {"insert", "copy"}:
        fresh = {**row, keys[0]: _fresh(dice, row[keys[0]])}
        for name in dice.sample(free, min(len(free), 2 if kind == "insert" else 1)):
            fresh[name] = dice.choice(rows)[name] if kind == "copy" else _value(dice, table, name, rows)
        connection.execute(table.insert(), [fresh])
        row = fresh
    elif kind == "older":
        found = [each for each in older if all(each[name] == row[name] for name in keys) and each != row]
        if not found:
            return None
        connection.execute(table.update().where(*where).values({name: found[0][name] for name in free}))
    elif kind == "swap":
        names = dice.sample(free, dice.randint(1, len(free)))
        connection.execute(table.update().where(*where).values({name: other[name] for name in names}))
    else:
        name = dice.choice(free)
        connection.execute(table.update().where(*where).values({name: _value(dice, table, name, rows)}))
    return kind, table.name, tuple(row[name] for name in keys)


def _fresh(dice: Random, value: Any) -> Any:
    if isinstance(value, bytes):
        return dice.randbytes(len(value))
    number = dice.getrandbits(62) + 1
    return str(number) if isinstance(value, str) else number


def _value(dice: Random, table: Table, name: str, rows: list[Any]) -> Any:
    """Return another value of the column: one of another row, of its kind, or one made up."""
    column, value = table.c[name], dice.choice(rows)[name]
    enum = getattr(column.type, "enum_class", None)
    if enum is not None:
        return dice.choice(list(enum))
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(hours=dice.choice((-100, -1, 1, 100)))
    if isinstance(value, date):
        return value + timedelta(days=dice.choice((-40, -1, 1, 40)))
    if isinstance(value, int) and not column.foreign_keys:
        return value + dice.choice((-1, 1, 2))
    return value


def _nothing_goes_unnamed(town: Town, known: Any, made: list[tuple[str, str, Any]]) -> None:
    """Each right that is not as the honest history left it is named: the row, or the report or case it belongs to.

    A session is the only right that may be deleted unseen: that signs somebody out.
    """
    session = town.session
    named = {(each.kind, each.row_id) for each in head.look(session, known)[0]}
    known_models: tuple[Any, ...] = (*right_classes(), *member_classes(), RightSet)
    models = {str(model.__tablename__): model for model in known_models}
    for _kind, table, keys in made:
        model = models.get(table)
        if model is None or _decides(model, town.honest.get((table, keys))) == _decides(
            model, _find(session, model, keys)
        ):
            continue
        if table != "web_session" or _find(session, model, keys) is not None:
            assert _names(model, town, table, keys) & named, (table, keys)


def _names(model: type[Any], town: Town, table: str, keys: Any) -> set[tuple[str, int | bytes]]:
    """Return what `doctor` may say where a row is wrong."""
    if model is RightSet:
        return {keys, (f"{keys[0]}/set", keys[1])}
    names = {(table, row_id(keys))}
    for row in (town.honest.get((table, keys)), _find(town.session, model, keys)):
        if model.of and row is not None:
            owner, owner_id = model.of[0], row[model.of[1]]
            names |= {(owner, owner_id), (f"{owner}/set", owner_id)}
    return names


def _decides(model: type[Any], row: Any) -> dict[str, Any] | None:
    """Return those columns of a row that decide."""
    if row is None or not hasattr(model, "covered"):
        return None if row is None else {name: row[name] for name in keys_of(model)}
    return {name: row[name] for name in (*keys_of(model), *model.covered, *model.heavy, "generation", "tag")}


def _find(session: Session, model: type[Any], keys: Any) -> Any:
    table = model.__table__
    names = keys_of(model)
    where = [table.c[name] == value for name, value in zip(names, keys, strict=True)]
    return session.connection().execute(table.select().where(*where)).mappings().one_or_none()


# --- honest use -------------------------------------------------------------------------------------------------


def _uses(town: Town) -> Iterator[Any]:
    for name in town.world.people:
        yield lambda name=name: _signs_in(town, name)
    for report in town.reports:
        yield lambda report=report: _opens(town, report, "Selin")
        yield lambda report=report: _child_changes_readers(town, report)
    for choice in (Wish.TEAM, Wish.NAMED, Wish.CITY):
        yield lambda choice=choice: _somebody_reports(town, choice)
    yield lambda: _the_night_passes(town)
    yield lambda: _the_asked_says_yes(town)


def _signs_in(town: Town, name: str) -> None:
    person = town.world.people[name].id
    found = identity_of(town.session, person)
    roles = {(seat.role, seat.school_id) for seat in found.seats} if found is not None else set()
    assert roles <= town.roles[person], (name, roles)


def _opens(town: Town, report_id: int, name: str) -> None:
    world, person = town.world, town.world.people[name].id
    report = town.session.get_one(Report, report_id)
    if person in _readers_now(town, report):
        opening.open_report_secrets(town.session, world.pepper_layer, world.keys[person], person, report)
    _only_allowed_grants(town, report_id)


def _readers_now(town: Town, report: Report) -> set[int | None]:
    query = select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.epoch == report.epoch)
    return {grant.person_id for grant in town.session.scalars(query.where(ReportGrant.state == GrantState.OPEN))}


def _only_allowed_grants(town: Town, report_id: int, more: frozenset[int] = frozenset()) -> None:
    """Try to open the report with the key of each person whom any grant names, whatever its state says."""
    report = town.session.get_one(Report, report_id)
    named = set(town.session.scalars(select(ReportGrant.person_id).where(ReportGrant.report_id == report_id)))
    for person in town.world.keys.keys() & {one or 0 for one in named}:
        try:
            opening.open_report_secrets(town.session, town.world.pepper_layer, town.world.keys[person], person, report)
        except REFUSED:
            continue
        assert person in town.allowed.get(report_id, frozenset()) | more, person


def _child_changes_readers(town: Town, report_id: int) -> None:
    world, session = town.world, town.session
    report = session.get_one(Report, report_id)
    secrets = opening.open_as_reporter(session, world.pepper_layer, town.reports[report_id].key, report)
    gone = world.ids("Selin")
    change = readership.plan_change(session, world.pepper_layer, report, secrets, leave=gone)
    readership.change_readers(session, world.pepper_layer, report, secrets, change, world.clock.hour())
    city = world.ids("Leyla", "Tomasz")  # who reads where fewer than two are left
    assert not {who.person_id for who, _to, _why in change.joining} & (town.left_out[report_id] - gone)
    _only_allowed_grants(town, report_id, city - town.left_out[report_id])


def _somebody_reports(town: Town, wish: Wish) -> None:
    world, session = town.world, town.session
    named = world.ids("Selin") if wish is Wish.NAMED else frozenset()
    out = world.ids("Jan") if wish is not Wish.CITY else frozenset()
    choice = ReaderChoice(wish, named, world.person("Amara").id if named else None, out)
    filed, _receipt = world.file(choice=choice)
    session.flush()
    team = world.ids("Selin", "Amara") if wish is not Wish.CITY else frozenset()
    _only_allowed_grants(town, filed.report_id, team | world.ids("Leyla", "Tomasz"))


def _the_night_passes(town: Town) -> None:
    world, session = town.world, town.session
    now = world.clock.now() + timedelta(days=1)
    deputies.release_for_absences(session, world.pepper_layer, now, ("07:15",))
    deputies.release_unseen(session, world.pepper_layer, now, ("07:15",))
    for report in town.reports:
        _try(lambda report=report: _only_allowed_grants(town, report))


def _the_asked_says_yes(town: Town) -> None:
    world, session = town.world, town.session
    report = session.get_one(Report, next(iter(town.reports)))
    for name in world.people:
        person = world.people[name].id
        _try(lambda person=person: inviting.say_yes(
            session, world.pepper_layer, report, person, ReaderReason.SHARED, world.clock.hour()
        ))  # fmt: skip
    _only_allowed_grants(town, report.id)
