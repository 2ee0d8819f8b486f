"""What makes reading rights cheap must not make it believe more: plans by kind of query, rows that were seen before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, aliased

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.rights import checking, head, plans
from bullying_desk.rights.checking import attach, broken
from bullying_desk.rights.errors import UncheckedRead, UncheckedWrite
from bullying_desk.rights.models import keys_of
from bullying_desk.rights.newest import GONE, NewestState
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.pepper import Pepper, PepperLayer
from bullying_desk.web.models import WebSession
from tests.rights.conftest import Attacker
from tests.world import World, make_school

_ONE: Any = select(Seat.shown_name, Seat.state).where(Seat.id == bindparam("seat"))


@pytest.mark.parametrize("name", Seat.covered)
def test_a_row_that_was_believed_once_is_looked_at_again(
    name: str, world: World, session: Session, attacker: Attacker
) -> None:
    seat = world.seats["Jan"]
    session.commit()
    for _ in range(2):
        assert len(session.execute(_ONE, {"seat": seat.id}).all()) == 1
    session.commit()
    more = {"state": SeatState.ENDED} if name == "ended_on" else {}
    attacker.set("seat", seat.id, **more, **{name: _other(attacker.row("seat", id=seat.id)[name], world, name)})
    assert session.execute(_ONE, {"seat": seat.id}).all() == []
    assert [(each.kind, each.row_id) for each in broken(session)] == [("seat", seat.id)]


def _other(value: Any, world: World, name: str) -> Any:
    if name == "person_id":
        return world.person("Leyla").id
    if name == "school_id":
        school = make_school(world.session, "B3DF", "198766", "Hafen").id
        world.session.commit()
        return school
    if name == "role":
        return Role.SCHOOL_COORDINATOR
    if name == "state":
        return SeatState.INVITED
    if name in {"public_since", "started_on", "ended_on"}:
        return world.clock.today()
    if name == "function":
        return next(each for each in type(value) if each is not value)
    return not value if isinstance(value, bool) else "x"


def test_a_seen_row_is_not_believed_with_the_tag_of_another_row(
    world: World, session: Session, attacker: Attacker
) -> None:
    for name in ("Jan", "Selin"):
        assert session.execute(_ONE, {"seat": world.seats[name].id}).all()
    session.commit()
    attacker.set("seat", world.seats["Jan"].id, tag=attacker.row("seat", id=world.seats["Selin"].id)["tag"])
    assert session.execute(_ONE, {"seat": world.seats["Jan"].id}).all() == []


def test_what_was_seen_under_one_pepper_is_not_believed_under_another(world: World, database: Database) -> None:
    with database.transaction(write=False) as session:
        assert session.execute(_ONE, {"seat": world.seats["Jan"].id}).all()
    attach(database, PepperLayer(Pepper(b"x" * 32)))
    with database.transaction(write=False) as session:
        assert session.execute(_ONE, {"seat": world.seats["Jan"].id}).all() == []


def test_few_rows_are_remembered(world: World, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_MOST_SEEN", 3)
    for _ in range(2):
        assert len(session.execute(select(Seat.id, Seat.shown_name)).all()) == len(world.seats)
    assert all(len(each) <= 3 for each in session.info["rights"]._seen.values())


def test_two_queries_of_one_kind_with_names_of_their_own_each_check_their_own_rows(
    world: World, session: Session, attacker: Attacker
) -> None:
    """SQLAlchemy counts the second one the same kind; its columns are others."""
    session.commit()
    attacker.set("seat", world.seats["Jan"].id, shown_name="Frau Aydin")
    for _ in range(2):
        theirs = aliased(Seat)
        query = select(Person.name, theirs.state).join(theirs, theirs.person_id == Person.id)
        found = session.execute(query.where(theirs.school_id == world.school.id)).all()
        assert sorted(name for name, _state in found) == sorted(
            world.person(name).name for name in ("Selin", "Amara", "Renate", "Piotr")
        )


def test_a_whole_row_under_another_name_is_refused(world: World, session: Session) -> None:
    theirs = aliased(Seat)
    with pytest.raises(UncheckedRead):
        session.execute(select(Person, theirs).join(theirs, theirs.person_id == Person.id))


def test_a_query_reads_no_covered_column_twice() -> None:
    query: Any = select(*(getattr(Seat, name) for name in (*keys_of(Seat), *Seat.covered)))
    found = plans.prepared(query)
    assert found is not None
    assert [column.element.name for column in found.plan.extra] == ["generation", "tag"]
    assert plans.prepared(_ONE) is plans.prepared(_ONE)


def test_the_answer_has_the_columns_and_the_order_that_were_asked_for(world: World, session: Session) -> None:
    query = select(Person.email, Seat.shown_name, Person.id).join(Seat, Seat.person_id == Person.id)
    found = session.execute(query.order_by(Seat.shown_name.desc())).mappings().all()
    assert [row["shown_name"] for row in found] == sorted(
        (seat.shown_name for seat in world.seats.values()), reverse=True
    )
    assert all(list(row) == ["email", "shown_name", "id"] for row in found)
    states = session.scalars(select(Seat.state).distinct()).all()
    assert states == [SeatState.ACTIVE]


def test_a_query_whose_columns_are_elsewhere_is_refused(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = plans.prepared(_ONE)
    assert found is not None
    monkeypatch.setattr(found.plan, "width", 5)
    with pytest.raises(UncheckedRead):
        session.execute(_ONE, {"seat": 1})


def test_a_row_that_is_read_again_is_checked_again(world: World, session: Session, attacker: Attacker) -> None:
    seat = world.seats["Jan"]
    session.commit()
    attacker.set("seat", seat.id, employer="x")
    session.refresh(seat)
    assert checking.is_broken(seat)
    session.refresh(seat, ["on_duty"])  # a part of it says nothing about the tag
    assert checking.is_broken(seat)


def test_rights_are_not_deleted_in_bulk_and_what_is_not_kept_is(world: World, session: Session) -> None:
    with pytest.raises(UncheckedWrite):
        session.execute(delete(Seat).where(Seat.id == world.seats["Jan"].id))
    assert not WebSession.kept
    session.execute(delete(WebSession).where(WebSession.id == b"1"))


def test_a_row_inserted_past_the_tags_is_not_believed(world: World, session: Session) -> None:
    row = {**{column.key: getattr(world.seats["Jan"], column.key) for column in Seat.__table__.columns}, "id": 77}
    session.execute(insert(Seat), [{**row, "role": Role.SCHOOL_COORDINATOR}])
    assert session.execute(_ONE, {"seat": 77}).all() == []


def test_a_query_sees_what_the_session_has_changed(world: World, session: Session) -> None:
    world.seats["Jan"].shown_name = "Herr Brandt-Vogt"
    assert session.execute(_ONE, {"seat": world.seats["Jan"].id}).one().shown_name == "Herr Brandt-Vogt"
    world.seats["Jan"].shown_name = "Herr Vogt"
    later = _ONE.execution_options(autoflush=False)
    assert session.execute(later, {"seat": world.seats["Jan"].id}).one().shown_name == "Herr Brandt-Vogt"


def test_the_heavy_columns_of_a_person_are_held_by_their_hash(
    world: World, session: Session, attacker: Attacker
) -> None:
    person = world.person("Jan").id
    session.commit()
    session.expunge_all()
    assert session.get(Person, person) is not None
    session.expunge_all()
    session.commit()
    attacker.set("person", person, public_half=world.key("Selin").public_half)
    assert session.get(Person, person) is None
    assert [each.row_id for each in broken(session)] == [person]


@pytest.mark.parametrize("name", ["id", "generation", "tag", *Seat.covered])
def test_no_right_is_changed_in_bulk(name: str, world: World, session: Session) -> None:
    with pytest.raises(UncheckedWrite):
        session.execute(update(Seat).values({name: None}))


def test_no_bulk_change_touches_what_stands_for_heavy_columns(world: World, session: Session) -> None:
    for name in ("heavy_digest", *Person.heavy):
        with pytest.raises(UncheckedWrite):
            session.execute(update(Person).values({name: None}))
    session.execute(update(Person).values(last_sign_in_month=None))  # decides nothing


def test_the_newest_known_state_decides_what_is_older() -> None:
    tag, other = b"\x01\x01" + b"a" * 32, b"\x01\x01" + b"b" * 32
    known, gone = NewestState(3, tag), NewestState(3, GONE)
    assert known.allows(3, tag)
    assert known.allows(4, other)
    assert not known.allows(3, other)
    assert not known.allows(2, tag)
    assert not known.allows(2, other)
    assert not any(gone.allows(number, each) for number in (2, 3, 4) for each in (tag, GONE))
    assert (str(known), str(gone)) == (f"3 {tag[-16:].hex()}", "3 gone")


def test_what_the_night_work_has_seen_is_still_believed(
    world: World, database: Database, session: Session, settings: Settings
) -> None:
    session.commit()
    with database.transaction(write=False) as look:
        assert head.keep(look, settings.instance) == []
    attach(database, world.pepper_layer, settings.instance)
    with database.transaction(write=False) as look:
        assert len(look.execute(select(Seat.id, Seat.shown_name)).all()) == len(world.seats)
        assert look.get(Seat, world.seats["Jan"].id) is not None
