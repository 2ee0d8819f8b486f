"""When the pages that held erased rows were last rewritten

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing has been rewritten; the next night work notes its day."""
    op.create_table(
        "rewriting",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewriting")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget the day."""
    op.drop_table("rewriting")
