"""The night work in one idempotent pass (architecture.md, Data): safe to run twice, or on two machines at once."""

from __future__ import annotations

from datetime import datetime

from bullying_desk.accounts import late_posts, trail_head
from bullying_desk.audit import chain, kept_head
from bullying_desk.cases import follow_ups
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import delivery
from bullying_desk.reports import erasure, overdue
from bullying_desk.retention import engine, returning
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web import sessions


def tick_once(database: Database, settings: Settings, keys: Keyring, clock: Clock) -> dict[str, int]:
    """Send mails, end sessions, destroy what is due. Each part has a transaction of its own.

    Returns a count for each part, under its plain name.
    """
    now, layer = clock.now(), PepperLayer(keys.pepper)
    finish = returning.finish_restoring if returning.is_unfinished(settings.instance) else returning.settle
    again = finish(database, layer, settings.instance, now)
    with database.transaction() as session:
        released = overdue.release_overdue(session, layer, now, settings.notice_times)
    linked, contradicted = _chain(database, settings, keys, now)
    sent, failed = _mail(database, settings, now)
    with database.transaction() as session:
        ended = sessions.clean(session, now, settings.idle_minutes, settings.session_hours)
    with database.transaction() as session:
        late = late_posts.forget_expired(session, now)
    with database.transaction() as session:
        destroyed = erasure.destroy_due(session, layer, now)
    over = engine.run(database, layer, now, settings.notice_times)
    returning.settle(database, layer, settings.instance, now)
    # Each time, not only after a deletion of this pass: where a reader kept the log open the last one had to give up.
    forgotten = database.forget_deleted()
    return {
        "stand-ins let in": released,
        "reporters to be asked": _questions(database, settings, clock),
        "entries linked": linked,
        "trail contradicts its kept head": contradicted,
        "mails sent": sent,
        "mails failed": failed,
        "sessions ended": ended,
        "late posts forgotten": late,
        "reports destroyed": destroyed,
        **over,
        "destroyed again after a copy": again,
        "erased bytes still in the log": 0 if forgotten else 1,
    }


def _questions(database: Database, settings: Settings, clock: Clock) -> int:
    """Put down when reporters are asked whether it has stopped."""
    with database.transaction() as session:
        return follow_ups.plan_questions(session, settings.clocks, clock.today())


def _mail(database: Database, settings: Settings, now: datetime) -> tuple[int, int]:
    """Take, send, enter: the mail server is never waited for inside a transaction."""
    with database.transaction() as session:
        taken = delivery.take_due(session, now)
    outcome = delivery.send_taken(taken, settings, delivery.sender_for(settings), now) if taken else {}
    with database.transaction() as session:
        delivery.forget_sent(session, now)
        return delivery.enter_outcome(session, taken, outcome, now)


def _chain(database: Database, settings: Settings, keys: Keyring, now: datetime) -> tuple[int, int]:
    """Link the trail's open tail in short transactions, mail the day's head, and keep it beside the database."""
    layer, linked, batch = PepperLayer(keys.pepper), 0, chain.BATCH
    while batch == chain.BATCH:
        with database.transaction() as session:
            batch = chain.extend(session, layer, now)
            if batch < chain.BATCH:
                trail_head.mail_head(session, now)
        linked += batch
    with database.transaction(write=False) as session:
        return linked, 0 if kept_head.keep(session, settings.instance) else 1
