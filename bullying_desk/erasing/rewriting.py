"""Writing the database's pages anew, for erased bytes that a page keeps where no row points any more.

SQLite's `secure_delete` zeroes a row where it lies. When a page gets full, SQLite moves rows to other pages, and what
the old page had of them may stay in its unused middle (`rebuildPage` of its source zeroes nothing); nobody finds it
there when the row is deleted. PostgreSQL keeps a deleted row until its page is used again (decision D69).
Both lose these bytes for good only when tables are written anew.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bullying_desk.database import Database
from bullying_desk.erasing.models import Rewriting

# Without these rows nothing of a report or a case can be opened; they are few and short.
OPENING = ("report_grant", "report_epoch", "case_grant", "case_epoch")
_ONLY = 1


def ask(session: Session, today: date) -> None:
    """Say, in the transaction that destroys, that the pages are to be written anew by the next tick."""
    session.execute(_unless_there(session, today))
    session.execute(update(Rewriting).values(due=True))


def rewrite_due(database: Database, today: date) -> bool:
    """Write the pages anew where something was destroyed since, and else once a day: a grant ends on other ways too.

    Returns False where somebody kept the tables busy; it stays due then, and the next tick tries again.
    """
    with database.transaction() as session:
        session.execute(_unless_there(session, today))
        last = session.execute(select(Rewriting.day, Rewriting.due)).one()
        if last.day == today and not last.due:
            return True
        # Before the work: what is destroyed meanwhile asks once more.
        session.execute(update(Rewriting).values(day=today, due=False))
    done = False
    try:
        done = database.write_anew(OPENING)
    finally:
        if not done:
            with database.transaction() as session:
                session.execute(update(Rewriting).values(due=True))
    return done


def _unless_there(session: Session, today: date) -> Insert:
    row = {"id": _ONLY, "day": today, "due": False}
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(Rewriting).values(row).on_conflict_do_nothing()
    return sqlite.insert(Rewriting).values(row).on_conflict_do_nothing()
