"""The chain over the trail: each link confirms one entry and all before it, under a key that no database holds.

HMAC-SHA256 (RFC 2104) with the pepper's audit key. The night work writes the links in batches; a request only adds
its entry. Entries without a link yet are the open tail.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import exists, insert, select, text
from sqlalchemy.orm import Session

from bullying_desk.audit.models import AuditAnchor, AuditEntry, AuditLink
from bullying_desk.clock import full_hour
from bullying_desk.sealing.pepper import PepperLayer

BATCH = 2_000
FIRST = bytes(32)  # the value before the first link
# Links follow the entries' own times. An entry much older than the newest linked one was not written by the program,
# which gives an entry its moment or its full hour. Such an entry is never linked, and `verify` names it.
LATE = timedelta(minutes=75)
_LOCK = 4_812_607_311  # any number, the same on every machine that ticks


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link. A person who keeps these two values notices later if the end was cut off."""

    number: int
    mac: bytes

    @property
    def words(self) -> str:
        """The head as people copy it: `4711-` and 64 hexadecimal digits."""
        return f"{self.number}-{self.mac.hex()}"


class HeadUnreadable(ValueError):
    """The typed text is no head value."""


def head_of(words: str) -> Head:
    """Read a head from a mail; blanks do not matter. Raises HeadUnreadable."""
    number, _, digits = "".join(words.split()).partition("-")
    try:
        head = Head(int(number), bytes.fromhex(digits))
    except ValueError as error:
        raise HeadUnreadable from error
    if len(head.mac) != 32 or head.number < 1:
        raise HeadUnreadable
    return head


def link_mac(key: bytes, previous: bytes, link: Sequence[Any], entry: Sequence[Any]) -> bytes:
    """Return what confirms one link.

    `link` is (number, linked_at, pepper_id), `entry` is (id, at, event, actor, subject, facts): the whole row.
    """
    number, linked_at, pepper_id = link
    entry_id, at, event, actor, subject, facts = entry
    fields = [
        previous.hex(),
        number,
        _moment(linked_at),
        pepper_id,
        entry_id,
        _moment(at),
        event,
        actor,
        subject,
        facts,
    ]
    # JSON with sorted keys is unambiguous: text is quoted, numbers are not, and no field can run into the next one.
    written = json.dumps(["audit-link-1", *fields], sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, written.encode("ascii"), "sha256")


def anchor_seal(key: bytes, previous: bytes, anchor: AuditAnchor) -> bytes:
    """Return the seal that confirms that the program shortened the trail here, and made all cuts before."""
    fields = [previous.hex(), anchor.number, anchor.mac.hex(), _moment(anchor.cut_at), anchor.pepper_id]
    written = json.dumps(["audit-cut-1", *fields], separators=(",", ":"))
    return hmac.digest(key, written.encode("ascii"), "sha256")


def newest_anchor(session: Session) -> AuditAnchor | None:
    """Return where the trail was last shortened, or None where it is whole from its first day."""
    return session.scalars(select(AuditAnchor).order_by(AuditAnchor.number.desc()).limit(1)).first()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def head(session: Session) -> Head | None:
    """Return the newest link, or None where nothing is linked yet."""
    newest = _newest(session)
    return Head(newest.number, newest.mac) if newest is not None else None


def extend(session: Session, pepper_layer: PepperLayer, now: datetime) -> int:
    """Link the open tail, at most BATCH entries. Returns how many; while it is BATCH, call again in a new transaction.

    Two machines may do this at once: the second waits for the first one's commit and goes on after its last link.
    Entries that carry the current full hour wait for its end, so that no number gives away a child's minute.
    """
    lock(session)
    newest, since = _newest(session), earliest(session)
    number, previous = (newest.number, newest.mac) if newest is not None else (0, FIRST)
    key, links = pepper_layer.audit_key().reveal(), []
    for entry in _open_tail(session, since, now):
        number += 1
        previous = link_mac(key, previous, (number, now, pepper_layer.current_id), entry)
        row = {
            "number": number,
            "entry_id": entry[0],
            "linked_at": now,
            "pepper_id": pepper_layer.current_id,
            "mac": previous,
        }
        links.append(row)
    if links:
        session.execute(insert(AuditLink), links)
    return len(links)


def lock(session: Session) -> None:
    """Let one machine at a time write the chain, until its transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def earliest(session: Session) -> datetime | None:
    """Return the time before which no entry is linked any more, or None where nothing is linked yet."""
    query = select(AuditEntry.at, AuditLink.linked_at).select_from(AuditLink)
    query = query.outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
    found = session.execute(query.order_by(AuditLink.number.desc()).limit(1)).first()
    return (found.at or found.linked_at) - LATE if found is not None else None


def _newest(session: Session) -> AuditLink | None:
    return session.scalars(select(AuditLink).order_by(AuditLink.number.desc()).limit(1)).first()


def _open_tail(session: Session, since: datetime | None, now: datetime) -> Sequence[Any]:
    query = select(*ENTRY).where(
        ~exists().where(AuditLink.entry_id == AuditEntry.id), AuditEntry.at <= now, AuditEntry.at != full_hour(now)
    )
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    return session.execute(query.order_by(AuditEntry.at, AuditEntry.id).limit(BATCH)).all()


ENTRY = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.event,
    AuditEntry.actor_id,
    AuditEntry.subject_id,
    AuditEntry.facts,
)
