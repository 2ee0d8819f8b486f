"""From which day a reporter is asked whether it has stopped

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bullying_desk.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROUND = sa.Enum("team", "two_weeks", "eight_weeks", name="round", native_enum=False, length=16)


def upgrade() -> None:
    """Nobody has been asked yet."""
    op.create_table(
        "report_question",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("round", ROUND, nullable=False),
        sa.Column("ask_on", sa.Date(), nullable=False),
        sa.Column("answered_hour", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_question_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_question")),
        sa.UniqueConstraint("report_id", "round", name=op.f("uq_report_question_report_id_round")),
    )
    op.create_index(op.f("ix_report_question_ask_on"), "report_question", ["ask_on"])


def downgrade() -> None:
    """Forget the questions; the answers are letters and stay."""
    op.drop_index(op.f("ix_report_question_ask_on"), "report_question")
    op.drop_table("report_question")
