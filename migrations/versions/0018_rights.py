"""Rights carry a tag: whoever can only write to the database makes none

Revision: 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = (
    "school", "person", "invitation", "seat", "seat_proposal", "absence", "duty_period", "free_day", "retention_period",
    "web_session", "case_file", "report", "case_epoch", "report_grant", "case_grant", "case_offer",
)  # fmt: skip


def upgrade() -> None:
    """Nothing is tagged yet: `bullying-desk seal-rights` lists what there is, and a person says yes to it."""
    for table in TABLES:
        op.add_column(table, sa.Column("generation", sa.Integer(), server_default="0", nullable=False))
        op.add_column(table, sa.Column("tag", sa.LargeBinary(length=34), nullable=True))
    op.add_column("person", sa.Column("heavy_digest", sa.LargeBinary(length=16), nullable=True))
    op.add_column("report", sa.Column("left_out", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE report SET left_out = COALESCE((SELECT MAX(revision) FROM record"
        " WHERE record.owner_id = report.id AND record.kind = 'left-out'), 0)"
    )
    op.create_table(
        "right_gone",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("row_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=34), nullable=False),
        sa.PrimaryKeyConstraint("kind", "row_id", name=op.f("pk_right_gone")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the tags away; the rows stay what they are."""
    op.drop_table("right_gone")
    op.drop_column("report", "left_out")
    op.drop_column("person", "heavy_digest")
    for table in TABLES:
        op.drop_column(table, "tag")
        op.drop_column(table, "generation")
