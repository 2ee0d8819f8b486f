"""The trail is shortened by the program alone: under a seal, as an entry of its own, and never a bent part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bullying_desk.audit import kept_head, verifying
from bullying_desk.audit.chain import Head, extend, head
from bullying_desk.audit.models import AuditAnchor, AuditEntry, AuditLink
from bullying_desk.audit.verifying import Bent, TrailBent, cut, verify
from bullying_desk.database import Database
from tests.audit.test_chain import LAYER, MORNING, entry_at, look, unguard, write

ROWS = 12
YEARS = timedelta(days=3 * 365)
NOW = MORNING + YEARS + timedelta(days=1)
BEFORE = NOW - YEARS


@pytest.fixture
def trail(database: Database) -> Iterator[Session]:
    """Twelve entries of three years ago and three of today, all linked; the guards of the database are in place."""
    with database.transaction() as session:
        write(session, ROWS)
    with database.transaction() as session:
        extend(session, LAYER, MORNING + timedelta(minutes=5))
        write(session, 3, NOW - timedelta(hours=2))
    with database.transaction() as session:
        assert extend(session, LAYER, NOW) == 3
    with database.session(write=True) as session:
        yield session
        session.rollback()


def test_the_oldest_links_go_and_the_chain_still_verifies(trail: Session, tmp_path: Path) -> None:
    old, newest = Head(3, trail.get_one(AuditLink, 3).mac), head(trail)
    assert newest is not None
    assert kept_head.keep(trail, tmp_path)
    assert cut(trail, LAYER, BEFORE, NOW) == ROWS
    assert trail.scalars(select(AuditLink.number).order_by(AuditLink.number)).all() == [13, 14, 15]
    verdict = look(trail, newest, old)  # a head from before the cut proves nothing any more, and contradicts nothing
    assert (verdict.linked, verdict.open_tail, verdict.fault) == (3, 1, None)
    assert verdict.cut is not None
    assert verify(trail, LAYER, (), [verdict.cut]).fault is None
    other = verify(trail, LAYER, (), [Head(verdict.cut.number, bytes(32))]).fault
    assert other is not None
    # the cut is an entry itself, is linked like any other, and the kept head follows
    entry = trail.scalars(select(AuditEntry).where(AuditEntry.event == "trail.cut")).one()
    assert entry.facts == {"links": ROWS, "anchor": verdict.cut.mac.hex()[:32]}
    assert extend(trail, LAYER, NOW + timedelta(minutes=1)) == 1
    assert kept_head.keep(trail, tmp_path)
    followed = kept_head.kept(tmp_path)
    assert followed is not None
    assert followed.number == 16
    assert look(trail, followed).fault is None


def test_there_is_a_cut_a_month_and_the_newest_link_stays(trail: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "BATCH", 5)
    assert [cut(trail, LAYER, BEFORE, NOW) for _again in range(4)] == [5, 5, 2, 0]  # the day's cut in parts
    assert look(trail).fault is None
    extend(trail, LAYER, NOW + timedelta(hours=1))
    later = NOW + timedelta(days=20)
    assert cut(trail, LAYER, later, later) == 0
    later = NOW + timedelta(days=28)
    cuts = [cut(trail, LAYER, later, later) for _again in range(2)]
    assert cuts == [5, 0]
    assert len(trail.scalars(select(AuditLink)).all()) == 1
    assert look(trail).fault is None


BENDINGS: dict[str, Callable[[Session], object]] = {
    "changed after the cut": lambda s: s.execute(
        update(AuditEntry).where(AuditEntry.id == entry_at(s, 14).id).values(actor_id=8)
    ),
    "more cut by hand": lambda s: s.execute(delete(AuditLink).where(AuditLink.number == 13)),
    "anchor taken away": lambda s: s.execute(delete(AuditAnchor)),
    "anchor moved by hand": lambda s: (
        s.execute(delete(AuditLink).where(AuditLink.number == 13)),
        s.execute(update(AuditAnchor).values(number=13)),
    ),
    "seal changed": lambda s: s.execute(update(AuditAnchor).values(seal=bytes(32))),
    "link before changed": lambda s: s.execute(update(AuditAnchor).values(mac=bytes(32))),
    "entry of the cut removed": lambda s: s.execute(delete(AuditEntry).where(AuditEntry.event == "trail.cut")),
}


@pytest.mark.parametrize("bending", BENDINGS)
def test_bending_after_a_cut_is_found(trail: Session, bending: str) -> None:
    cut(trail, LAYER, BEFORE, NOW)
    assert look(trail).fault is None
    unguard(trail)
    BENDINGS[bending](trail)
    trail.expire_all()
    assert look(trail).fault is not None


@pytest.mark.parametrize("with_anchor", [False, True])
def test_a_cut_by_hand_is_found(trail: Session, with_anchor: bool) -> None:
    """Even with an anchor added by a person who may write to the database, and whom its triggers believe."""
    gone = select(AuditLink.entry_id).where(AuditLink.number <= 4)
    if with_anchor:
        mac = trail.get_one(AuditLink, 4).mac
        trail.add(AuditAnchor(number=4, mac=mac, cut_at=NOW, pepper_id=1, seal=bytes(32)))
        trail.flush()
    else:
        with pytest.raises(DBAPIError), trail.begin_nested():
            trail.execute(text("DELETE FROM audit_link WHERE number <= 4"))
        unguard(trail)
    trail.execute(delete(AuditEntry).where(AuditEntry.id.in_(gone)))
    trail.execute(delete(AuditLink).where(AuditLink.number <= 4))
    trail.expire_all()
    fault = look(trail).fault
    assert fault is not None
    assert fault.kind is (Bent.ANCHOR if with_anchor else Bent.LINK_MISSING)


def test_a_bent_part_is_not_cut_away(trail: Session) -> None:
    with trail.begin_nested() as point:
        unguard(trail)
        trail.execute(update(AuditEntry).where(AuditEntry.id == entry_at(trail, 2).id).values(actor_id=8))
        trail.expire_all()
        with pytest.raises(TrailBent):
            cut(trail, LAYER, BEFORE, NOW)
        point.rollback()


def test_the_guards_still_refuse_what_lies_after_the_anchor(trail: Session) -> None:
    cut(trail, LAYER, BEFORE, NOW)
    for statement in (
        "DELETE FROM audit_link", "DELETE FROM audit_entry", "DELETE FROM audit_anchor",
        "UPDATE audit_anchor SET number = 14",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), trail.begin_nested():
            trail.execute(text(statement))
