"""Comparing the trail with its chain, and cutting it when its period is over: only what verifies is cut.

A cut takes the oldest links away, and a sealed anchor takes their place. It holds the last link that went, under the
pepper's audit key. So the chain goes on from it, and `verify` still works. The cut is an entry of the trail and is in
the officers' mails. A person who removes rows by hand cannot make an anchor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.chain import ENTRY, FIRST, Head, anchor_seal, earliest, link_mac, lock, newest_anchor
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditAnchor, AuditEntry, AuditLink
from bullying_desk.clock import BERLIN
from bullying_desk.sealing.format.errors import PepperUnknown
from bullying_desk.sealing.pepper import PepperLayer


class Bent(Enum):
    """What is wrong at the first wrong place."""

    CHANGED = "the entry, its link or their order was changed"
    ENTRY_MISSING = "the entry was removed"
    LINK_MISSING = "the link was removed"
    KEY_UNKNOWN = "the link names a pepper that is not there"
    ANCHOR = "the trail was shortened here, and not by the program"
    INSERTED = "the entry was put in later"
    CUT = "the end was cut off: this link is known from an earlier head, and is not there"
    ANOTHER_HEAD = "the end was cut off and written anew: the link is another one than an earlier head says"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bent row: the link's number (0 for an entry that has none), the entry's id (0 where it is gone)."""

    kind: Bent
    number: int
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check of the whole trail."""

    linked: int
    open_tail: int
    head: Head | None
    fault: Fault | None
    cut: Head | None = None  # the link up to which the trail was shortened, and the seal on it


def verify(
    session: Session, pepper_layer: PepperLayer, known: Iterable[Head] = (), cuts: Iterable[Head] = ()
) -> Verdict:
    """Recompute every link, and compare the chain with heads that were kept elsewhere. Names the first wrong row.

    Without a head from elsewhere, a cut-off end looks like a short trail. A head from before the place where the trail
    was shortened (`cuts`, kept elsewhere too) proves nothing any more.
    """
    anchor = newest_anchor(session)
    macs = {anchor.number: anchor.mac} if anchor is not None else {}
    fault = _anchors(session, pepper_layer, {each.number: each.mac for each in cuts}) or _walk(
        session, pepper_layer, macs
    )
    fault = fault or _late_entry(session) or _contradicted(macs, known)
    linked = session.scalar(select(func.count()).select_from(AuditLink)) or 0
    newest = Head(max(macs), macs[max(macs)]) if macs else None
    cut = Head(anchor.number, anchor.seal) if anchor is not None else None
    return Verdict(linked, unlinked(session), newest, fault, cut)


def first_fault(session: Session, pepper_layer: PepperLayer, last: int) -> Fault | None:
    """Return what is wrong between the last cut and a link, or None."""
    anchor = newest_anchor(session)
    macs = {anchor.number: anchor.mac} if anchor is not None else {}
    return _anchors(session, pepper_layer, {}) or _walk(session, pepper_layer, macs, last)


def _anchors(session: Session, pepper_layer: PepperLayer, known: dict[int, bytes]) -> Fault | None:
    """Recompute the seals of all cuts. The newest must be in the trail, and no entry may speak of a later one."""
    previous, newest = b"", 0
    for anchor in session.scalars(select(AuditAnchor).order_by(AuditAnchor.number)):
        try:
            right = anchor_seal(pepper_layer.audit_key(anchor.pepper_id).reveal(), previous, anchor)
        except PepperUnknown:
            return Fault(Bent.KEY_UNKNOWN, anchor.number)
        if anchor.seal != right or known.pop(anchor.number, right) != right:
            return Fault(Bent.ANCHOR, anchor.number)
        previous, newest = anchor.seal, anchor.number
    said = session.scalars(select(AuditEntry.facts).where(AuditEntry.event == Event.TRAIL_CUT.code)).all()
    told = {facts["links"]: facts["anchor"] for facts in said}
    if known or any(number > newest for number in told) or (newest and told.get(newest) != previous.hex()[:32]):
        return Fault(Bent.ANCHOR, newest)
    return None


def _walk(session: Session, pepper_layer: PepperLayer, macs: dict[int, bytes], last: int | None = None) -> Fault | None:
    """Recompute the chain from its first link, or from the last cut (`macs` holds that place), up to `last`.

    `macs` collects the values that were right.
    """

    @cache
    def key(pepper_id: int) -> bytes:
        return pepper_layer.audit_key(pepper_id).reveal()

    columns = (AuditLink.number, AuditLink.linked_at, AuditLink.pepper_id, AuditLink.entry_id, AuditLink.mac)
    query = select(*columns, *ENTRY).outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
    query = query.where(AuditLink.number <= last) if last is not None else query
    start, previous = max(macs.items(), default=(0, FIRST))
    rows = session.execute(query.order_by(AuditLink.number).execution_options(yield_per=2_000))
    for expected, (number, linked_at, pepper_id, entry_id, mac, *entry) in enumerate(rows, start + 1):
        if number != expected:
            return Fault(Bent.LINK_MISSING, expected)
        if entry[0] is None:
            return Fault(Bent.ENTRY_MISSING, number, entry_id)
        try:
            right = link_mac(key(pepper_id), previous, (number, linked_at, pepper_id), entry)
        except PepperUnknown:
            return Fault(Bent.KEY_UNKNOWN, number, entry_id)
        if mac != right:
            return Fault(Bent.CHANGED, number, entry_id)
        macs[number] = previous = mac
    return None


def _late_entry(session: Session) -> Fault | None:
    since = earliest(session)
    if since is None:
        return None
    late = select(AuditEntry.id).where(~exists().where(AuditLink.entry_id == AuditEntry.id), AuditEntry.at < since)
    found = session.scalar(late.order_by(AuditEntry.at, AuditEntry.id).limit(1))
    return Fault(Bent.INSERTED, 0, found) if found is not None else None


def _contradicted(macs: dict[int, bytes], known: Iterable[Head]) -> Fault | None:
    for head in sorted(known, key=lambda each: each.number):
        if head.number < min(macs, default=0):
            continue  # from before the place where the trail was shortened
        if head.number not in macs:
            return Fault(Bent.CUT, head.number)
        if macs[head.number] != head.mac:
            return Fault(Bent.ANOTHER_HEAD, head.number)
    return None


def unlinked(session: Session) -> int:
    """Count the open tail: entries without a link (yet)."""
    query = select(func.count()).select_from(AuditEntry).where(~exists().where(AuditLink.entry_id == AuditEntry.id))
    return session.scalar(query) or 0


BATCH = 5_000
APART = timedelta(days=28)  # one cut a month: each one is an entry, and a line that the officer keeps


class TrailBent(Exception):
    """The part to be cut does not verify, so it stays."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind.value)
        self.fault = fault


def cut(session: Session, pepper_layer: PepperLayer, before: datetime, now: datetime) -> int:
    """Delete the oldest links and their entries from before a moment. Returns how many, at most BATCH.

    The newest link always stays. Raises TrailBent.
    """
    lock(session)
    anchor = newest_anchor(session)
    start = anchor.number if anchor is not None else 0
    if anchor is not None and not _may_again(anchor, now):
        return 0
    last = min(_last_before(session, before), start + BATCH)
    if last <= start:
        return 0
    if (fault := first_fault(session, pepper_layer, last)) is not None:
        raise TrailBent(fault)
    mac = session.scalars(select(AuditLink.mac).where(AuditLink.number == last)).one()
    made = AuditAnchor(number=last, mac=mac, cut_at=now, pepper_id=pepper_layer.current_id)
    made.seal = anchor_seal(pepper_layer.audit_key().reveal(), anchor.seal if anchor is not None else b"", made)
    session.add(made)
    session.flush()
    gone = select(AuditLink.entry_id).where(AuditLink.number <= last)
    session.execute(delete(AuditEntry).where(AuditEntry.id.in_(gone)), execution_options={"synchronize_session": False})
    session.execute(delete(AuditLink).where(AuditLink.number <= last), execution_options={"synchronize_session": False})
    session.expire_all()
    trail.record(session, Event.TRAIL_CUT, now, links=last, anchor=made.seal.hex()[:32])
    return last - start


def _may_again(anchor: AuditAnchor, now: datetime) -> bool:
    """Whether a month has passed since the last cut, or today's cut is not finished."""
    days = [moment.astimezone(BERLIN).date() for moment in (anchor.cut_at, now)]
    return days[0] == days[1] or now - anchor.cut_at >= APART


def _last_before(session: Session, before: datetime) -> int:
    """Return the number up to which every link's entry is from before a moment; never the newest link's."""
    newest = session.scalar(select(AuditLink.number).order_by(AuditLink.number.desc()).limit(1)) or 0
    kept = select(AuditLink.number).join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
    first = session.scalar(kept.where(AuditEntry.at >= before).order_by(AuditLink.number).limit(1))
    return min(first or newest, newest) - 1
