"""Text blocks for answers: a person's own ones, and those of a school's team.

Revision: 0026, after 0024.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the empty table."""
    op.create_table(
        "text_block",
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (school_id IS NULL)", name=op.f("ck_text_block_belongs_to_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_text_block_person_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_text_block_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_block")),
    )
    with op.batch_alter_table("text_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_block_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_block_school_id"), ["school_id"], unique=False)


def downgrade() -> None:
    """Drop the text blocks."""
    op.drop_table("text_block")
