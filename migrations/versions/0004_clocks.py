"""Due dates of a case: in person, the plan, the follow-ups

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("urgency_hour", "in_person_due", "plan_due", "measure_on", "follow_ups", "follow_up_due")


def upgrade() -> None:
    """Go one step up."""
    op.add_column("case_file", sa.Column("urgency_hour", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_file", sa.Column("in_person_due", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("plan_due", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("measure_on", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("follow_ups", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("case_file", sa.Column("follow_up_due", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go one step down; the columns go without a new table, which other tables point at."""
    for name in reversed(COLUMNS):
        op.drop_column("case_file", name)
