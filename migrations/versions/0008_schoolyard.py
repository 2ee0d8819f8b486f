"""Breaks and their duty roster, the yearly check, editions of prints, tablets

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KIND = sa.Enum("contact", "helpers", "mediators", name="dutykind", native_enum=False, length=16)
PART = sa.Enum("team", "rooms", "hours", "days", "roster", "asked", name="yearpart", native_enum=False, length=16)


def _id() -> sa.Column[int]:
    return sa.Column(
        "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
    )  # fmt: skip


def _of_school(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f(f"fk_{table}_school_id_school"))
    return sa.Column("school_id", sa.BigInteger(), nullable=False), key


def upgrade() -> None:
    """No school has a break, a roster, a print or a tablet yet."""
    op.create_table(
        "break_time",
        *_of_school("break_time"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        _id(),
        sa.CheckConstraint("starts < ends", name=op.f("ck_break_time_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_time")),
    )
    op.create_index(op.f("ix_break_time_school_id"), "break_time", ["school_id"])
    op.create_table(
        "roster_duty",
        *_of_school("roster_duty"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("break_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("pair", sa.Integer(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("spot", sa.Text(), nullable=False),
        _id(),
        sa.CheckConstraint(
            "(kind = 'contact') = (seat_id IS NOT NULL)", name=op.f("ck_roster_duty_contacts_have_a_seat")
        ),
        sa.CheckConstraint("heads BETWEEN 1 AND 6", name=op.f("ck_roster_duty_heads_can_be_counted")),
        sa.ForeignKeyConstraint(
            ["break_id"], ["break_time.id"], name=op.f("fk_roster_duty_break_id_break_time"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_roster_duty_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_duty")),
    )
    op.create_index("ix_roster_duty_school_id_day", "roster_duty", ["school_id", "day"])
    op.create_index(op.f("ix_roster_duty_break_id"), "roster_duty", ["break_id"])
    op.create_table(
        "year_mark",
        *_of_school("year_mark"),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("part", PART, nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        _id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_mark")),
    )
    op.create_index("uq_year_mark_school_id_part", "year_mark", ["school_id", "school_year", "part"], unique=True)
    op.create_table(
        "print_edition",
        *_of_school("print_edition"),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("said", sa.String(64), nullable=False),
        _id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_edition")),
    )
    op.create_index("uq_print_edition_school_id_what", "print_edition", ["school_id", "what", "made_on"], unique=True)
    op.create_table(
        "school_tablet",
        *_of_school("school_tablet"),
        sa.Column("since", sa.Date(), nullable=False),
        _id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_tablet")),
        sa.UniqueConstraint("school_id", name=op.f("uq_school_tablet_school_id")),
    )


def downgrade() -> None:
    """Forget them all."""
    for table in ("school_tablet", "print_edition", "year_mark", "roster_duty", "break_time"):
        op.drop_table(table)
