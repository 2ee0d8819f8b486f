"""Shortening the trail when its period is over: the oldest links go, and a sealed anchor takes their place.

The anchor holds the last link that went, under the pepper's audit key. So the chain goes on from it, and `verify` still
works. The cut is an entry of the trail and is in the officers' mails. A person who removes rows by hand cannot make an
anchor. Only what verifies is cut, because a cut must not take the traces of tampering along.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.chain import anchor_seal, lock, newest_anchor
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditAnchor, AuditEntry, AuditLink
from bullying_desk.audit.verifying import Fault, first_fault
from bullying_desk.clock import BERLIN
from bullying_desk.sealing.pepper import PepperLayer

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
