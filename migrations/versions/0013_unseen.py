"""How many steps were taken where an acute report was not seen

Revision: 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No step was taken."""
    op.add_column("report", sa.Column("unseen_step", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Forget the steps; the trail still has them."""
    op.drop_column("report", "unseen_step")
