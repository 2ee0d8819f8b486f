"""A right is believed only with its tag: every covered column of every table of rights, whatever way it is read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from bullying_desk.metadata import TABLES
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach, broken, hint, holds_raw, tagger_of
from bullying_desk.rights.errors import RightBroken, RightsNotAttached, UncheckedRead, UncheckedWrite
from bullying_desk.rights.head import Fault, Found
from bullying_desk.rights.models import keys_of, right_classes, row_id
from bullying_desk.rights.tags import Tagger, digest
from bullying_desk.rights.writing import seal
from bullying_desk.schools.models import Absence, Seat, SeatState
from bullying_desk.sealing.pepper import Pepper, PepperLayer
from tests.migrations.filling import fill
from tests.world import World

CLASSES = right_classes()
assert TABLES


def past_the_program(database: Database, statement: str, **values: Any) -> None:
    """Write as somebody who has the database and nothing else."""
    with database.engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: str(model.__tablename__))
def test_each_covered_column_is_noticed(model: type[Any], session: Session, keys: Keyring) -> None:
    """Of every table of rights: one row, sealed by the program; then each column changed, one at a time."""
    fill(session.connection())
    row = _sealed(session, model)
    assert _holds(model, row, keys.pepper_layer)
    for name in (*keys_of(model), *model.covered, *model.heavy, "generation", "tag"):
        bent = {**row, name: _other(model.__table__.c[name], row[name])}
        assert not _holds(model, bent, keys.pepper_layer), f"{model.__tablename__}.{name}"
        assert row[name] is None or not _holds(model, {**row, name: None}, keys.pepper_layer), (
            f"{model.__tablename__}.{name}"
        )
    swapped = _swap(row, model)
    assert swapped == row or not _holds(model, swapped, keys.pepper_layer)


def _sealed(session: Session, model: type[Any]) -> dict[str, Any]:
    loaded = session.scalars(hint(select(model))).one()
    loaded.generation = 0
    seal(tagger_of(session), loaded)
    session.flush()
    session.expunge_all()
    return dict(session.connection().execute(model.__table__.select()).mappings().one())


def _holds(model: type[Any], row: dict[str, Any], pepper_layer: PepperLayer) -> bool:
    values = [row[name] for name in (*model.covered, *model.heavy)]
    named = row_id([row[name] for name in keys_of(model)])
    return holds_raw(Tagger(pepper_layer), model, named, row["generation"], row["tag"], values)


def _swap(row: dict[str, Any], model: type[Any]) -> dict[str, Any]:
    """Exchange two covered columns: a tag is over places, not over a heap of values."""
    first, second = model.covered[:2]
    return {**row, first: row[second], second: row[first]}


def _other(column: Any, value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    enum = getattr(column.type, "enum_class", None)
    if enum is not None:
        return next((member for member in enum if member is not value), None)
    if isinstance(value, str):
        return value[:-1] + ("a" if value[-1:] != "a" else "b")
    return {"BIGINT": 7, "INTEGER": 7, "DATE": date(2026, 1, 1)}.get(str(column.type).split("(")[0], "x")


def test_a_row_without_its_tag_does_not_come_out_whichever_way_one_asks(
    world: World, database: Database, session: Session
) -> None:
    seat = world.seats["Jan"].id
    past_the_program(database, "UPDATE seat SET shown_name = 'Frau Aydin' WHERE id = :id", id=seat)
    session.expunge_all()
    query = select(Seat).where(Seat.school_id == world.school.id, Seat.role == Role.CONTACT_PERSON)
    names = {"Frau Aydin", "Frau Okafor"}
    assert {one.shown_name for one in session.scalars(query)} == names
    assert session.get(Seat, seat) is None
    columns = select(Seat.shown_name).where(Seat.school_id == world.school.id, Seat.role == Role.CONTACT_PERSON)
    assert sorted(session.scalars(columns)) == sorted(names)
    joined = select(Person.name).join(Seat, Seat.person_id == Person.id).where(Seat.id == seat)
    assert session.scalars(joined).all() == []
    both = select(Seat, Person.name).join(Person, Person.id == Seat.person_id).where(Seat.id == seat)
    assert session.execute(both).all() == []
    assert {(each.kind, each.row_id) for each in broken(session)} == {("seat", seat)}


def test_an_outer_join_that_finds_nothing_is_no_alarm(world: World, session: Session) -> None:
    query = select(Person.name, Absence.first_day).outerjoin(Absence, Absence.stand_in_id == Person.id)
    assert {day for _name, day in session.execute(query)} == {None}
    assert broken(session) == []


def test_a_bad_row_is_never_written_again(world: World, database: Database, session: Session) -> None:
    """A tag would make it good: so a change of a row that was tampered with is refused, not signed."""
    seat = world.seats["Jan"].id
    past_the_program(database, "UPDATE seat SET employer = 'x' WHERE id = :id", id=seat)
    session.expunge_all()
    found = session.scalars(select(Seat).where(Seat.id == seat).execution_options(rights_unchecked=True)).one()
    found.state = SeatState.ENDED
    with pytest.raises(RightBroken):
        session.flush()
    session.rollback()


def test_what_cannot_be_checked_row_by_row_is_refused(world: World, session: Session) -> None:
    for query in (
        select(func.count()).select_from(Seat),
        select(func.max(Seat.started_on)),
        select(Person.id).where(Person.id.in_(select(Seat.person_id))),
        select(Person.id).where(exists().where(Seat.person_id == Person.id)),
        select(select(Seat.id).limit(1).scalar_subquery()),
        select(Seat.role).union(select(Seat.role)),
    ):
        with pytest.raises(UncheckedRead):
            session.execute(query)
    with pytest.raises(UncheckedWrite):
        session.execute(update(Seat).values(state=SeatState.ACTIVE))


def test_a_database_without_its_keys_shows_no_right(world: World, database: Database) -> None:
    other = Database(database.url)
    with other.transaction(write=False) as session, pytest.raises(RightsNotAttached):
        session.scalars(select(Seat)).all()
    attach(other, PepperLayer(Pepper(b"x" * 32)))
    with other.transaction(write=False) as session:
        assert session.scalars(select(Seat)).all() == []
    other.engine.dispose()


def test_each_change_has_the_next_generation_and_another_tag(world: World, session: Session) -> None:
    seat = world.seats["Selin"]
    seen = {(seat.generation, seat.tag)}
    for name in ("Frau A", "Frau B", "Frau Aydin"):
        seat.shown_name = name
        session.flush()
        seen.add((seat.generation, seat.tag))
    assert sorted(generation for generation, _tag in seen) == [1, 2, 3, 4]
    assert len({tag for _generation, tag in seen}) == 4
    person = world.person("Selin")
    before = person.tag
    person.last_sign_in_month = date(2026, 11, 1)  # decides nothing
    session.flush()
    assert person.tag == before


def test_a_heavy_column_is_covered_after_each_change_of_the_programs_own(
    world: World, database: Database, session: Session
) -> None:
    person = world.person("Selin")
    person.password_vault = b"another one"
    session.commit()
    with database.transaction(write=False) as look:
        assert look.get_one(Person, person.id).password_vault == b"another one"
    past_the_program(database, "UPDATE person SET password_vault = :v WHERE id = :id", v=b"a third", id=person.id)
    with database.transaction(write=False) as look:
        assert look.get(Person, person.id) is None


def test_an_older_state_that_is_put_back_is_refused_and_named(
    world: World, database: Database, session: Session, settings: Any
) -> None:
    seat, where = world.seats["Jan"], settings.instance
    attach(database, world.pepper_layer, where)
    table: Any = Seat.__table__
    older = dict(session.connection().execute(table.select().where(table.c.id == seat.id)).mappings().one())
    seat.state, seat.ended_on = SeatState.ENDED, date(2026, 11, 1)
    session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, where) == []
        assert head.keep(look, where) == []
    with database.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == seat.id).values(**older))
    with database.transaction(write=False) as look:
        assert look.get(Seat, seat.id) is None
        assert [(each.kind, each.row_id, each.fault) for each in head.keep(look, where)] == [
            ("seat", seat.id, Fault.BACK)
        ]
        assert len(head.keep(look, where)) == 1  # it does not become good by waiting


def test_deleting_is_named_unless_the_program_did_it_and_then_it_must_not_come_back(
    world: World, database: Database, session: Session, settings: Any
) -> None:
    attach(database, world.pepper_layer, settings.instance)
    day = date(2026, 11, 25)
    made = Absence(school_id=world.school.id, seat_id=world.seats["Jan"].id, first_day=day, last_day=day)
    session.add(made)
    session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == []
        row = dict(look.connection().execute(Absence.__table__.select()).mappings().one())
    session.delete(session.get_one(Absence, made.id))
    session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == []
    with database.engine.begin() as connection:
        connection.execute(insert(Absence).values(**row))
        connection.execute(text("DELETE FROM right_gone"))
    with database.transaction(write=False) as look:
        assert look.scalars(select(Absence)).all() == []
        assert {each.fault for each in head.keep(look, settings.instance)} == {Fault.RETURNED}
    past_the_program(database, "DELETE FROM seat WHERE id = :id", id=world.seats["Selin"].id)
    with database.transaction(write=False) as look:
        assert Fault.MISSING in {each.fault for each in head.keep(look, settings.instance)}


def test_a_machine_that_is_behind_goes_forward_and_a_fork_is_named(
    world: World, database: Database, session: Session, settings: Any
) -> None:
    with database.transaction(write=False) as look:
        head.keep(look, settings.instance)
    behind = (settings.instance / "rights-head").read_text()
    for name in ("Frau A", "Frau B"):
        world.seats["Selin"].shown_name = name
        session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == []
        assert (settings.instance / "rights-head").read_text() != behind
    seat = world.seats["Selin"]
    ended = {"state": SeatState.ENDED, "ended_on": date(2027, 1, 1)}
    facts = [ended.get(name, getattr(seat, name)) for name in Seat.covered]
    forked = Tagger(world.pepper_layer).tag(
        "seat", seat.id, seat.generation, facts
    )  # by another host with the same keys
    change = "UPDATE seat SET tag = :tag, ended_on = '2027-01-01', state = 'ended' WHERE id = :id"
    past_the_program(database, change, tag=forked, id=seat.id)
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == [Found("seat", seat.id, Fault.FORK)]


def test_values_of_different_kinds_never_give_the_same_bytes() -> None:
    values = [None, "", "1", 1, True, False, 0, b"1", b"", date(2026, 1, 1), "2026-01-01", "i1", b"i1"]
    assert len({digest([value]) for value in values}) == len(values)


def test_every_table_of_rights_covers_all_that_is_not_said_to_decide_nothing() -> None:
    """A new column of such a table is a right until this list says that it decides nothing."""
    undecided = {
        "school": {  # what stands on a page, and nothing goes by
            "street",
            "postcode",
            "private",
            "operating_code",
            "operating_since",
            "paused_reason",
            "exit_target",
            "register_state_of",
            "revision",
        },
        "person": {"last_sign_in_month", "reminded_on"},
        "free_day": {"note"},
        "web_session": {"sealed_key", "used_at", "device"},  # sealed under the cookie; a clock for staff; words
        "case_file": {
            "kind",
            "due_on",
            "in_person_due",
            "plan_due",
            "measure_on",
            "follow_ups",
            "follow_up_due",
            "second_asked_by",  # a hint in the inbox; the proposal itself is sealed
        },
        "report": {
            "locator",
            "receipt_public_half",
            "receipt_kept",
            "reporter_read",
        },  # the first two: under the pepper
        "report_grant": {"sealed", "own", "first_read_hour", "seen_letters"},  # the first two: sealed to the reader
        "case_grant": {"sealed", "own"},
        "case_offer": {"message", "answer"},  # sealed
    }
    for model in CLASSES:
        name = str(model.__tablename__)
        rest = set(Base.metadata.tables[name].c.keys()) - {*keys_of(model), *model.covered, *model.heavy}
        assert rest - {"generation", "tag", "heavy_digest"} == undecided.get(name, set()), name


def test_the_same_values_in_another_table_or_row_have_another_tag(keys: Keyring) -> None:
    tagger, values = Tagger(keys.pepper_layer), [1, 2, date(2026, 1, 1)]
    tag = tagger.tag("absence", 7, 3, values)
    assert tagger.holds(tag, "absence", 7, 3, values)
    assert not tagger.holds(tag, "duty_period", 7, 3, values)
    assert not tagger.holds(tag, "absence", 8, 3, values)
    assert not tagger.holds(tag, "absence", 7, 2, values)
    assert not tagger.holds(tag, "absence", 7, 3, [2, 1, date(2026, 1, 1)])
    assert not tagger.holds(tag, "absence", 7, 3, [*values, 4])
    assert tagger.holds(tag, "absence", 7, 3, [*values, None])  # a column added later, and empty
    assert tagger.secret_mac("invitation", b"a") != tagger.secret_mac("invitation", b"b")
    assert tagger.secret_mac("invitation", b"a") != tagger.secret_mac("letter", b"a")
    for broken_tag in (None, b"", "text", tag[:-1], b"\x02" + tag[1:], tag[:1] + b"\x09" + tag[2:]):
        assert not tagger.holds(broken_tag, "absence", 7, 3, values)
