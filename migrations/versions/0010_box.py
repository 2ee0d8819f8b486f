"""The box on the wall with its slips, and kinds of places

Revision: 0010, after 0009.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATE = sa.Enum("open", "used", "void", name="slipstate", native_enum=False, length=8)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False)


def _school(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f(f"fk_{table}_school_id_school"))


def upgrade() -> None:
    """No school has a box, and every kind of place is off."""
    op.create_table(
        "place_kind",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        _id(),
        _school("place_kind"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_kind")),
        sa.UniqueConstraint("school_id", "kind", name=op.f("uq_place_kind_school_id_kind")),
    )
    op.create_table(
        "contact_box",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("spot", sa.Text(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        _id(),
        _school("contact_box"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_box")),
        sa.UniqueConstraint("school_id", name=op.f("uq_contact_box_school_id")),
    )
    op.create_table(
        "box_keeper",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        _id(),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_box_keeper_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_keeper")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_box_keeper_seat_id")),
    )
    op.create_table(
        "slip_sheet",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=False),
        sa.Column("printed_by", sa.BigInteger(), nullable=False),
        _id(),
        _school("slip_sheet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_sheet")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_slip_sheet_school_id_number")),
    )
    op.create_table(
        "paper_slip",
        sa.Column("sheet_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("locator", sa.LargeBinary(), nullable=True),
        sa.Column("public_half", sa.LargeBinary(), nullable=True),
        _id(),
        sa.CheckConstraint(
            "(state = 'open') = (locator IS NOT NULL)", name=op.f("ck_paper_slip_only_an_open_one_leads_somewhere")
        ),
        sa.CheckConstraint("(locator IS NULL) = (public_half IS NULL)", name=op.f("ck_paper_slip_both_or_neither")),
        sa.ForeignKeyConstraint(["sheet_id"], ["slip_sheet.id"], name=op.f("fk_paper_slip_sheet_id_slip_sheet")),
        _school("paper_slip"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_slip")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_paper_slip_school_id_number")),
        sa.UniqueConstraint("locator", name=op.f("uq_paper_slip_locator")),
    )
    op.create_index(op.f("ix_paper_slip_sheet_id"), "paper_slip", ["sheet_id"])


def downgrade() -> None:
    """Forget boxes, slips and kinds; printed slips then lead nowhere."""
    op.drop_index(op.f("ix_paper_slip_sheet_id"), "paper_slip")
    for table in ("paper_slip", "slip_sheet", "box_keeper", "contact_box", "place_kind"):
        op.drop_table(table)
