"""Times that staff offer in letters, and the times they keep free for them.

Revision: 0027, after 0025.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the empty tables."""
    row = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "appointment",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("id", row, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_appointment_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_report_id"), ["report_id"], unique=False)
    op.create_table(
        "appointment_time",
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.LargeBinary(length=40), nullable=False),
        sa.Column("id", row, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_time_appointment_id_appointment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_time")),
        sa.UniqueConstraint("claim", name=op.f("uq_appointment_time_claim")),
    )
    with op.batch_alter_table("appointment_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_time_appointment_id"), ["appointment_id"], unique=False)


def downgrade() -> None:
    """Forget all offers."""
    op.drop_table("appointment_time")
    op.drop_table("appointment")
