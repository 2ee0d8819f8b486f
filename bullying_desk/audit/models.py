"""The rows of the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Connection,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId, UtcDateTime


class AuditEntry(RandomId, Base):
    """One act. There is no foreign key: the trail outlives the rows it names, and nothing may change it.

    Acts of staff carry their moment. What happens on the reporter's side carries the full hour.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_id"), Index("ix_audit_entry_at", "at"))

    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditLink(Base):
    """One link of the chain over the entries. Changing, removing or inserting an entry breaks it.

    Links are written by the night work, never in a request. Within a batch they follow the order of the entries' own
    times, and entries of the reporter's side wait for the end of their hour: the number gives away no minute.
    """

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )  # from 1, without a gap
    entry_id: Mapped[int] = mapped_column(BigInteger, unique=True)  # no foreign key: a lost entry must keep its name
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pepper_id: Mapped[int] = mapped_column(SmallInteger)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))  # HMAC-SHA256 over the entry, this row and the link before


class AuditAnchor(Base):
    """Where the trail was shortened: the last link that went, sealed under the pepper. The chain goes on from it."""

    __tablename__ = "audit_anchor"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))  # that of the last link that went
    cut_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pepper_id: Mapped[int] = mapped_column(SmallInteger)
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))  # HMAC-SHA256 over this row and the seal before


# The database itself refuses changes to the trail, whatever a programming error or a stolen session tries. A person who
# may change the schema can still remove the trigger; the chain makes that visible.
# Rows before an anchor may be deleted. `verify` checks that the anchor is the program's own.
TABLES = ("audit_entry", "audit_link", "audit_anchor")
_CUT = "(SELECT coalesce(max(number), 0) FROM audit_anchor)"
_GONE = f"SELECT 1 FROM audit_link WHERE entry_id = OLD.id AND number <= {_CUT}"  # noqa: S608 - fixed words
_SQLITE_KEPT = {
    "audit_entry": f"WHEN NOT EXISTS ({_GONE}) ",
    "audit_link": f"WHEN OLD.number > {_CUT} ",
}
SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER {table}_no_{word.lower()} BEFORE {word} ON {table} "
    f"{_SQLITE_KEPT.get(table, '') if word == 'DELETE' else ''}"
    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    for table in TABLES
    for word in ("UPDATE", "DELETE")
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$",
    "CREATE FUNCTION audit_cut_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_TABLE_NAME = 'audit_link' THEN IF OLD.number <= {_CUT} THEN RETURN OLD; END IF; "
    "ELSIF TG_TABLE_NAME = 'audit_entry' THEN "
    f"IF EXISTS ({_GONE}) THEN RETURN OLD; END IF; "
    "END IF; RAISE EXCEPTION 'the trail is append-only'; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()"
        for table in TABLES
    ),
    *(
        f"CREATE TRIGGER {table}_cut BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_cut_guard()"
        for table in TABLES
    ),
)


def _guard(target: Table, connection: Connection, **_: Any) -> None:
    """Give one table its own triggers; PostgreSQL needs their functions before the first of them."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        if f" ON {target.name} " in statement:
            connection.execute(DDL(statement))  # type: ignore[no-untyped-call]


def _guard_function(target: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        for statement in POSTGRES_GUARDS[:2]:
            connection.execute(DDL(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")))  # type: ignore[no-untyped-call]


for _model in (AuditEntry, AuditLink, AuditAnchor):
    event.listen(_model.__table__, "before_create", _guard_function)
    event.listen(_model.__table__, "after_create", _guard)
