"""When a person was last reminded of an account that is not finished

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been reminded yet."""
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("reminded_on")
