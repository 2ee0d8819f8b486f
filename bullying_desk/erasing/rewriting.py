"""Rewriting the database's pages, because a page keeps erased bytes to which no row points any more.

SQLite's `secure_delete` zeroes a row in its place. When a page gets full, SQLite moves rows to other pages. Their bytes
may stay in the unused middle of the old page (`rebuildPage` in its source zeroes nothing), and the later deletion does
not reach them. PostgreSQL keeps a deleted row until its page is used again. Both lose these bytes for good only when
tables are rewritten (decision D69).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bullying_desk.database import Database
from bullying_desk.erasing.models import Rewriting
from bullying_desk.night import Counts, Night

# Without these rows nothing of a report or a case can be opened. They are few and short.
OPENING = ("report_grant", "report_epoch", "case_grant", "case_epoch")
# Its rows are written over every few seconds: PostgreSQL keeps each former version.
OVERWRITTEN = ("draft",)
# Large: rewritten only after a letter was taken back.
LETTERS = ("record",)
_ONLY = 1


def ask(session: Session, today: date, *, letters: bool = False) -> None:
    """Ask, in the transaction that destroys, that the next tick rewrites the pages.

    `letters`: a letter was taken back, and the keys of its report go on. So the table of all letters is rewritten too.
    """
    session.execute(_unless_there(session, today))
    session.execute(update(Rewriting).values({"due": True, **({"letters": True} if letters else {})}))


def rewrite_due(database: Database, today: date) -> bool:
    """Rewrite the pages where something was destroyed since, and else once a day: a grant ends in other ways too.

    Returns False where the tables were busy. It stays due then, and the next tick tries again.
    """
    with database.transaction() as session:
        session.execute(_unless_there(session, today))
        last = session.execute(select(Rewriting.day, Rewriting.due, Rewriting.letters)).one()
        if last.day == today and not last.due:
            return True
        # Before the work: a row destroyed meanwhile asks once more.
        session.execute(update(Rewriting).values(day=today, due=False, letters=False))
    done = False
    try:
        done = database.write_anew((*OPENING, *OVERWRITTEN, *(LETTERS if last.letters else ())))
    finally:
        if not done:
            with database.transaction() as session:
                session.execute(update(Rewriting).values(due=True, letters=last.letters))
    return done


def _unless_there(session: Session, today: date) -> Insert:
    row = {"id": _ONLY, "day": today, "due": False, "letters": False}
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(Rewriting).values(row).on_conflict_do_nothing()
    return sqlite.insert(Rewriting).values(row).on_conflict_do_nothing()


def by_night(night: Night) -> Counts:
    """Rewrite the pages that held erased rows, then shorten the log, which has the old pages."""
    anew = rewrite_due(night.database, night.today)
    # Each time, not only after a deletion of this pass: a reader may have kept the log open at the last one.
    shortened = night.database.forget_deleted()
    return {"erased bytes still in pages": 0 if anew else 1, "erased bytes still in the log": 0 if shortened else 1}
