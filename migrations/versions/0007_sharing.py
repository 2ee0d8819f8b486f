"""Cases with colleagues who read along, cases handed over, reports linked to another case

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    op.add_column("report", sa.Column("home_case_id", sa.BigInteger(), nullable=True))
    op.add_column("report", sa.Column("linked_epoch", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_report_home_case_id"), "report", ["home_case_id"])
    op.add_column("case_epoch", sa.Column("shut", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "case_offer",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("consent", sa.String(length=16), nullable=True),
        sa.Column("keeps", sa.Boolean(), nullable=False),
        sa.Column("stood_by", sa.Boolean(), nullable=False),
        sa.Column("made_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_offer_case_id_case_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_case_offer_from_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_case_offer_to_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_case_offer_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_offer")),
    )
    op.create_index(op.f("ix_case_offer_case_id"), "case_offer", ["case_id"])
    op.create_index("ix_case_offer_to_id_state", "case_offer", ["to_id", "state"])


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("case_offer")
    op.drop_column("case_epoch", "shut")
    op.drop_index(op.f("ix_report_home_case_id"), table_name="report")
    op.drop_column("report", "linked_epoch")
    op.drop_column("report", "home_case_id")
