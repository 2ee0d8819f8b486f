"""Whatever is done to the trail afterwards is found: changed, removed, put in, swapped, cut off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bullying_desk.audit import chain, kept_head
from bullying_desk.audit.chain import Head, extend, head, head_of
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry, AuditLink
from bullying_desk.audit.trail import record
from bullying_desk.audit.verifying import Bent, Verdict, verify
from bullying_desk.clock import full_hour
from bullying_desk.database import Database, random_id
from bullying_desk.sealing.pepper import Pepper, PepperLayer

MORNING = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)
LAYER = PepperLayer(Pepper(bytes(range(32))))
ROWS = 12


def write(session: Session, count: int, start: datetime = MORNING) -> None:
    for n in range(count):
        at = start + timedelta(seconds=7 * n + 1)
        record(session, Event.REPORT_OPENED, at, actor=7, subject=random_id(), report=2**62 + n)
    session.flush()


@pytest.fixture
def trail(database: Database) -> Iterator[Session]:
    """A linked trail of ROWS entries, in a session that may change what the triggers guard."""
    with database.transaction() as session:
        write(session, ROWS)
    with database.transaction() as session:
        assert extend(session, LAYER, MORNING + timedelta(minutes=5)) == ROWS
    with database.session(write=True) as session:
        unguard(session)
        yield session
        session.rollback()


def unguard(session: Session) -> None:
    """What a person with the right to change the schema does. Rolled back at the end."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f'DROP TRIGGER "{name}"'))


def look(session: Session, *known: Head) -> Verdict:
    session.flush()
    return verify(session, LAYER, known)


def entry_at(session: Session, number: int) -> AuditEntry:
    session.expire_all()
    return session.get_one(AuditEntry, session.get_one(AuditLink, number).entry_id)


def test_an_untouched_trail_is_whole(trail: Session) -> None:
    verdict = look(trail, *([known] if (known := head(trail)) else []))
    assert (verdict.linked, verdict.open_tail, verdict.fault) == (ROWS, 0, None)
    assert verdict.head is not None
    assert head_of(f" {verdict.head.words}\n") == verdict.head


CHANGES: dict[str, Callable[[AuditEntry], dict[str, Any]]] = {
    "at": lambda row: {"at": row.at + timedelta(microseconds=1)},
    "event": lambda row: {"event": "report.name_opened"},
    "actor": lambda row: {"actor_id": 8},
    "nobody": lambda row: {"actor_id": None},
    "subject": lambda row: {"subject_id": (row.subject_id or 0) - 1},
    "fact": lambda row: {"facts": {"report": row.facts["report"] + 1}},
    "number as text": lambda row: {"facts": {"report": str(row.facts["report"])}},
    "more facts": lambda row: {"facts": {**row.facts, "x": None}},
    "id": lambda row: {"id": row.id ^ 1},
}
LINK_CHANGES: dict[str, Callable[[AuditLink], dict[str, Any]]] = {
    "mac": lambda row: {"mac": bytes([row.mac[0] ^ 1]) + row.mac[1:]},
    "linked_at": lambda row: {"linked_at": row.linked_at + timedelta(seconds=1)},
    "pepper": lambda row: {"pepper_id": 2},
    "entry": lambda row: {"entry_id": row.entry_id ^ 1},
}
ACTS = [*CHANGES, *LINK_CHANGES, "remove entry", "remove link", "remove both", "swap", "swap links", "put in", "late"]


@given(act=st.sampled_from(ACTS), number=st.integers(1, ROWS), other=st.integers(1, ROWS))
@tuned(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_bending_is_found_and_named(trail: Session, act: str, number: int, other: int) -> None:
    known = head(trail)
    assert known is not None
    with trail.begin_nested() as point:
        first = bend(trail, act, number, other)
        fault = look(trail, known).fault
        point.rollback()
    trail.expire_all()
    if first is None:
        assert fault is None
    else:
        assert fault is not None
        assert fault.number == first
    assert look(trail, known).fault is None


def bend(session: Session, act: str, number: int, other: int) -> int | None:
    """Do it, and return the number of the first link that must be named (0: an entry without one; None: nothing)."""
    entry, link = entry_at(session, number), session.get_one(AuditLink, number)
    if act in CHANGES:
        session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(CHANGES[act](entry)))
    elif act in LINK_CHANGES:
        session.execute(update(AuditLink).where(AuditLink.number == number).values(LINK_CHANGES[act](link)))
    elif act.startswith("remove"):
        if act != "remove link":
            session.execute(delete(AuditEntry).where(AuditEntry.id == entry.id))
        if act != "remove entry":
            session.execute(delete(AuditLink).where(AuditLink.number == number))
    elif act.startswith("swap"):
        return swap(session, act, number, other)
    elif act == "late":
        old = MORNING - timedelta(days=other)
        record(session, Event.CASE_TAKEN, old, actor=7, subject=9)
        return 0
    else:
        return put_in(session, number)
    return number


def swap(session: Session, act: str, number: int, other: int) -> int | None:
    """Two acts change places: their contents, or the links that point at them."""
    if number == other:
        return None
    one, two = entry_at(session, number), entry_at(session, other)
    if act == "swap":
        values = [{"at": each.at, "subject_id": each.subject_id, "facts": each.facts} for each in (two, one)]
        for each, value in zip((one.id, two.id), values, strict=True):
            session.execute(update(AuditEntry).where(AuditEntry.id == each).values(value))
    else:
        for place, target in ((number, 1), (other, one.id), (number, two.id)):
            session.execute(update(AuditLink).where(AuditLink.number == place).values(entry_id=target))
    return min(number, other)


def put_in(session: Session, number: int) -> int:
    """An act that nobody did, with a link between two real ones; the later links move up."""
    for later in range(ROWS, number - 1, -1):
        session.execute(update(AuditLink).where(AuditLink.number == later).values(number=later + 1))
    made = {"id": random_id(), "at": MORNING, "event": "case.taken", "actor_id": 7, "subject_id": 9, "facts": {}}
    session.execute(insert(AuditEntry), [made])
    row = {"entry_id": made["id"], "linked_at": MORNING, "pepper_id": 1, "mac": bytes(32), "number": number}
    session.execute(insert(AuditLink), [row])
    return number


@given(left=st.integers(0, ROWS - 1))
@tuned(max_examples=ROWS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_cut_end_is_found_by_an_earlier_head(trail: Session, left: int) -> None:
    known = head(trail)
    assert known is not None
    with trail.begin_nested() as point:
        gone = trail.scalars(select(AuditLink.entry_id).where(AuditLink.number > left)).all()
        trail.execute(delete(AuditLink).where(AuditLink.number > left))
        assert look(trail, known).fault is not None  # the links alone
        trail.execute(delete(AuditEntry).where(AuditEntry.id.in_(gone)))
        fault = look(trail, known).fault
        assert fault is not None
        assert (fault.kind, fault.number) == (Bent.CUT, ROWS)
        assert look(trail).fault is None  # without a head from elsewhere nothing shows it; so it is mailed
        write(trail, ROWS, MORNING + timedelta(minutes=6))
        extend(trail, LAYER, MORNING + timedelta(minutes=9))
        fault = look(trail, known).fault
        assert fault is not None
        assert fault.kind is Bent.ANOTHER_HEAD
        point.rollback()
    trail.expire_all()


def test_another_pepper_confirms_nothing(trail: Session) -> None:
    assert verify(trail, PepperLayer(Pepper(bytes(32)))).fault is not None


def test_the_database_refuses_to_bend_entries_and_links(database: Database) -> None:
    with database.transaction() as session:
        write(session, 2)
        extend(session, LAYER, MORNING + timedelta(hours=1))
    for statement in ("UPDATE audit_link SET number = 9", "DELETE FROM audit_link", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(text(statement))


def test_what_carries_a_full_hour_waits_for_its_end(database: Database) -> None:
    """A number between two moments of staff would give away the minute in which a child changed something."""
    hour = full_hour(MORNING)
    with database.transaction() as session:
        record(session, Event.KEY_ALARM, hour, subject=3, person=4, what="tag")
        write(session, 2)
        assert extend(session, LAYER, MORNING + timedelta(minutes=1)) == 2
        assert extend(session, LAYER, hour + timedelta(minutes=59)) == 0
        write(session, 1, hour + timedelta(minutes=59))
        assert extend(session, LAYER, hour + timedelta(hours=1)) == 2
        assert entry_at(session, 3).at == hour  # and is placed by its hour, not by when it was written
        assert verify(session, LAYER).fault is None


@pytest.mark.parametrize("machines", [2, 4])
def test_machines_that_tick_at_once_make_one_chain(
    database: Database, machines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "BATCH", 5)
    with database.transaction() as session:
        write(session, 40)
    start, counts = threading.Barrier(machines), list[int]()

    def tick() -> None:
        start.wait()
        while True:
            with database.transaction() as session:
                done = extend(session, LAYER, MORNING + timedelta(minutes=9))
            counts.append(done)
            if done < 5:
                return

    threads = [threading.Thread(target=tick) for _ in range(machines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with database.transaction(write=False) as session:
        verdict = verify(session, LAYER)
    assert (sum(counts), verdict.linked, verdict.open_tail, verdict.fault) == (40, 40, 0, None)


def test_the_kept_head_moves_on_and_refuses_a_chain_that_contradicts_it(trail: Session, tmp_path: Path) -> None:
    assert kept_head.keep(trail, tmp_path)
    first = kept_head.kept(tmp_path)
    assert first == head(trail)
    assert (tmp_path / kept_head.NAME).stat().st_mode & 0o077 == 0
    write(trail, 1, MORNING + timedelta(minutes=6))
    extend(trail, LAYER, MORNING + timedelta(minutes=7))
    assert kept_head.keep(trail, tmp_path)
    newest = kept_head.kept(tmp_path)
    assert newest is not None
    assert newest.number == ROWS + 1
    trail.execute(delete(AuditLink).where(AuditLink.number > ROWS))
    trail.expire_all()
    assert not kept_head.keep(trail, tmp_path)
    assert kept_head.kept(tmp_path) == newest
    assert look(trail, replace(newest)).fault is not None


@pytest.mark.parametrize("typed", ["", "5", "5-", "x-" + "0" * 64, "5-" + "0" * 63, "0-" + "0" * 64, "5-" + "g" * 64])
def test_what_is_no_head_is_refused(typed: str) -> None:
    with pytest.raises(chain.HeadUnreadable):
        head_of(typed)


def test_a_tail_of_several_batches_is_linked_and_verifies(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long 100,000 rows take is measured by `dev.py bench trail`."""
    monkeypatch.setattr(chain, "BATCH", 40)
    count = 100
    rows = [
        {"id": random_id(), "at": MORNING + timedelta(seconds=n), "event": "report.opened", "actor_id": 7,
         "subject_id": n, "facts": {"report": n}}
        for n in range(count)
    ]  # fmt: skip
    with database.transaction() as session:
        session.execute(insert(AuditEntry), rows)
    linked: list[int] = []
    while sum(linked) < count:
        with database.transaction() as session:
            linked.append(extend(session, LAYER, MORNING + timedelta(days=3)))
    with database.transaction(write=False) as session:
        verdict = verify(session, LAYER)
    assert linked == [40, 40, 20]
    assert (verdict.linked, verdict.fault) == (count, None)
