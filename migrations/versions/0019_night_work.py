"""Whose mails are refused, and when the night work ran

Revision: 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No mail counts as refused yet; the next tick says that it ran."""
    op.add_column("outbox_mail", sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_mail", sa.Column("given_up", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "night_work",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("mails_stuck_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night_work")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget both."""
    op.drop_table("night_work")
    op.drop_column("outbox_mail", "given_up")
    op.drop_column("outbox_mail", "refused_since")
