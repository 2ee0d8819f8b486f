"""When a lost phone was replaced, and when a locked account was opened again

Revision: 0024, after 0023.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both columns stand last among what a tag covers and are empty, so every tag stays valid."""
    op.add_column("person", sa.Column("app_replaced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("unlocked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget it; links in mails already sent no longer count."""
    op.drop_column("person", "unlocked_at")
    op.drop_column("person", "app_replaced_at")
