"""A sum for all rows of each report and case: one that is deleted or put back is missed in it

Revision: 0025, after 0026.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The sums of what is there need the pepper: `bullying-desk migrate` writes them afterwards, once."""
    op.create_table(
        "right_set",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("total", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=34), nullable=False),
        sa.PrimaryKeyConstraint("kind", "owner_id", name=op.f("pk_right_set")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget the sums."""
    op.drop_table("right_set")
