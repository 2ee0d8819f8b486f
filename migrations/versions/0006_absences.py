"""Absences with a stand-in, duty of the city's team, steps over a missed promise

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up. An absence without a stand-in is covered by the city's team, as before."""
    op.add_column("absence", sa.Column("stand_in_id", sa.BigInteger(), nullable=True))
    op.add_column("absence", sa.Column("entered_by", sa.BigInteger(), nullable=True))
    op.add_column("report", sa.Column("escalation", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("report_grant", sa.Column("because_of", sa.BigInteger(), nullable=True))
    op.create_table(
        "duty_period",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "last_day IS NULL OR first_day <= last_day", name=op.f("ck_duty_period_first_day_before_last_day")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_duty_period_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_period")),
    )
    op.create_index("ix_duty_period_seat_id", "duty_period", ["seat_id"])


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("duty_period")
    op.drop_column("report_grant", "because_of")
    op.drop_column("report", "escalation")
    op.drop_column("absence", "entered_by")
    op.drop_column("absence", "stand_in_id")
