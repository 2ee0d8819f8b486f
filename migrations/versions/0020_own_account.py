"""What keeps an account its owner's: since when a recovery code counts, when a session proved itself, counted refusals

Revision: 0020, after 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both columns stand last among what a tag covers and are empty, so every tag stays valid."""
    op.add_column("person", sa.Column("recovery_made_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("web_session", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "refused_sign_in",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "person_id", name=op.f("pk_refused_sign_in")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget it; who signs in proves themselves again."""
    op.drop_table("refused_sign_in")
    op.drop_column("web_session", "confirmed_at")
    op.drop_column("person", "recovery_made_at")
