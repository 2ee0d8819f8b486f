"""Seats that wait for a second yes

Revision: 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLE = sa.Enum(
    "contact_person", "school_coordinator", "school_head", "city_team", "city_coordinator", "data_protection_officer",
    "lesson_editor", name="role", native_enum=False, length=32,
)  # fmt: skip
FUNCTION = sa.Enum(
    "counselling_teacher", "school_social_worker", "trusted_teacher", name="contactfunction", native_enum=False,
    length=32,
)  # fmt: skip
STATE = sa.Enum("open", "agreed", "declined", name="proposalstate", native_enum=False, length=8)


def upgrade() -> None:
    """Nothing waits yet; existing seats stay."""
    op.create_table(
        "seat_proposal",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("function", FUNCTION, nullable=True),
        sa.Column("shown_name", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_seat_proposal_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_seat_proposal_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_proposal")),
    )
    op.create_index(op.f("ix_seat_proposal_person_id"), "seat_proposal", ["person_id"])
    op.create_index(op.f("ix_seat_proposal_school_id"), "seat_proposal", ["school_id"])


def downgrade() -> None:
    """Forget what waits: it has given nobody anything."""
    op.drop_index(op.f("ix_seat_proposal_school_id"), "seat_proposal")
    op.drop_index(op.f("ix_seat_proposal_person_id"), "seat_proposal")
    op.drop_table("seat_proposal")
