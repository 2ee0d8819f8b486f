"""Retention: periods, holds, tombstones, the officer's register

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    op.add_column("case_file", sa.Column("hold_until", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("archive", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("report", sa.Column("emptied_on", sa.Date(), nullable=True))
    op.create_table(
        "tombstone",
        sa.Column("mark", sa.LargeBinary(length=17), nullable=False),
        sa.Column("destroyed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_tombstone")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tombstone_destroyed_on"), "tombstone", ["destroyed_on"])
    op.create_table(
        "retention_period",
        sa.Column("authority", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "kind", name=op.f("pk_retention_period")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_retention_run")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention_warning",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_retention_warning_case_id_case_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_retention_warning")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "privacy_request",
        sa.Column("art", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extension", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_table(
        "privacy_request_text",
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["privacy_request.id"],
            name=op.f("fk_privacy_request_text_request_id_privacy_request"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_privacy_request_text_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request_text")),
    )
    op.create_index(op.f("ix_privacy_request_text_request_id"), "privacy_request_text", ["request_id"])
    op.create_index(op.f("ix_privacy_request_text_person_id"), "privacy_request_text", ["person_id"])


def downgrade() -> None:
    """Go one step down."""
    for table in (
        "privacy_request_text",
        "privacy_request",
        "retention_warning",
        "retention_run",
        "retention_period",
        "tombstone",
    ):
        op.drop_table(table)
    op.drop_column("report", "emptied_on")
    op.drop_column("case_file", "archive")
    op.drop_column("case_file", "hold_until")
