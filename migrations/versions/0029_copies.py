"""When the last copy was made, when one was last tried out, and the figures of the hour

Revision: 0029, after 0030.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All of it is empty until the next copy, drill and night work."""
    op.add_column("night_work", sa.Column("backed_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("night_work", sa.Column("drilled_on", sa.Date(), nullable=True))
    op.add_column("night_work", sa.Column("figures", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget it."""
    for name in ("figures", "drilled_on", "backed_up_at"):
        op.drop_column("night_work", name)
