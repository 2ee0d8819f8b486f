"""The officer's questions whether somebody knows of a case, and the answers, both sealed.

Revision: 0031, after 0028.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the empty table."""
    op.create_table(
        "privacy_question",
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_key_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_privacy_question_person_id_person")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["privacy_request.id"],
            name=op.f("fk_privacy_question_request_id_privacy_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_question")),
    )
    with op.batch_alter_table("privacy_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_privacy_question_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_privacy_question_request_id"), ["request_id"], unique=False)


def downgrade() -> None:
    """Forget all questions and answers."""
    op.drop_table("privacy_question")
