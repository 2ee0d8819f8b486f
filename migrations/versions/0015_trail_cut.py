"""The trail can be shortened under a seal

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The same words as in audit/models.py on that day.
TABLES = ("audit_entry", "audit_link", "audit_anchor")
CUT = "(SELECT coalesce(max(number), 0) FROM audit_anchor)"
GONE = f"SELECT 1 FROM audit_link WHERE entry_id = OLD.id AND number <= {CUT}"  # noqa: S608 - fixed words
KEPT = {
    "audit_entry": f"WHEN NOT EXISTS ({GONE}) ",
    "audit_link": f"WHEN OLD.number > {CUT} ",
}
SQLITE = (
    "DROP TRIGGER audit_entry_no_delete",
    "DROP TRIGGER audit_link_no_delete",
    "CREATE TRIGGER audit_anchor_no_update BEFORE UPDATE ON audit_anchor "
    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {KEPT.get(table, '')}"
        "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
        for table in TABLES
    ),
)
POSTGRES = (
    "DROP TRIGGER audit_entry_append_only ON audit_entry",
    "DROP TRIGGER audit_link_append_only ON audit_link",
    "CREATE FUNCTION audit_cut_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_TABLE_NAME = 'audit_link' THEN IF OLD.number <= {CUT} THEN RETURN OLD; END IF; "
    "ELSIF TG_TABLE_NAME = 'audit_entry' THEN "
    f"IF EXISTS ({GONE}) THEN RETURN OLD; END IF; "
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
SQLITE_BACK = (
    "DROP TRIGGER audit_entry_no_delete",
    "DROP TRIGGER audit_link_no_delete",
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
        for table in TABLES[:2]
    ),
)
POSTGRES_BACK = (
    *(f"DROP TRIGGER {table}_{name} ON {table}" for table in TABLES[:2] for name in ("append_only", "cut")),
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()"
        for table in TABLES[:2]
    ),
)


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """Nothing was cut yet."""
    op.create_table(
        "audit_anchor",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pepper_id", sa.SmallInteger(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_anchor")),
    )
    for statement in SQLITE if _sqlite() else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """A program that knows no anchors could not verify a shortened trail any more."""
    for statement in SQLITE_BACK if _sqlite() else POSTGRES_BACK:
        op.execute(statement)
    op.drop_table("audit_anchor")
    if not _sqlite():
        op.execute("DROP FUNCTION audit_cut_guard()")
