"""Whether a reporter has been shown that a time is off.

Revision: 0033, after 0032.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been shown it as far as the rows know."""
    op.add_column("appointment", sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget it: a time whose absence was deleted stands again."""
    op.drop_column("appointment", "told")
