"""What people write about barriers, sealed to the city's coordinators.

Revision: 0032, after 0029.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the empty table."""
    op.create_table(
        "barrier_message",
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_barrier_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_message")),
    )
    with op.batch_alter_table("barrier_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_barrier_message_message"), ["message"], unique=False)
        batch_op.create_index(batch_op.f("ix_barrier_message_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Forget all messages."""
    op.drop_table("barrier_message")
