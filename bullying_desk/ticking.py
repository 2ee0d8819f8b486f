"""The night work in one idempotent pass (architecture.md, Data): safe to run twice, or on two machines at once."""

from __future__ import annotations

from bullying_desk.accounts import late_posts
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import delivery
from bullying_desk.reports import erasure
from bullying_desk.web import sessions


def tick_once(database: Database, settings: Settings, keys: Keyring, clock: Clock) -> dict[str, int]:
    """Send mails, end sessions, destroy what is due. Each part has a transaction of its own.

    Returns a count for each part, under its plain name.
    """
    now = clock.now()
    with database.transaction() as session:
        sent, failed = delivery.deliver(session, settings, delivery.sender_for(settings), now)
    with database.transaction() as session:
        ended = sessions.clean(session, now, settings.idle_minutes, settings.session_hours)
    with database.transaction() as session:
        late = late_posts.forget_expired(session, now)
    with database.transaction() as session:
        destroyed = erasure.destroy_due(session, clock.today())
    forgotten = database.forget_deleted() if ended or late or destroyed else True
    return {
        "mails sent": sent,
        "mails failed": failed,
        "sessions ended": ended,
        "late posts forgotten": late,
        "reports destroyed": destroyed,
        "erased bytes still in the log": 0 if forgotten else 1,
    }
