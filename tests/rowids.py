"""Finds tables of SQLite that number their rows behind our back."""

from __future__ import annotations

from sqlalchemy import Connection


def counting_tables(connection: Connection) -> list[str]:
    """Return tables with a hidden rowid that counts up, and so shows which of two children wrote first.

    A table has none when it is made WITHOUT ROWID, or when its random key is the rowid itself (INTEGER PRIMARY KEY).
    """
    counting = []
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    for name, sql in made:
        keys = [row for row in connection.exec_driver_sql(f'PRAGMA table_info("{name}")') if row.pk]
        key_is_rowid = len(keys) == 1 and keys[0].type.upper() == "INTEGER"
        if name != "alembic_version" and "WITHOUT ROWID" not in sql.upper() and not key_is_rowid:
            counting.append(name)
    return counting
