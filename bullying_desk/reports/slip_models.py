"""The box on the wall and its paper slips: who empties it, which sheets were printed, which numbers came back.

Of a slip the server keeps where its report will be found and the public half it is sealed to, under the pepper; the
words stand on the child's paper only. Once a slip is typed in both are taken out, so that no row leads from a number
to a report.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, Enum, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId


class SlipState(StrEnum):
    """A slip is out in the school, was typed in, or was declared void."""

    OPEN = "open"
    USED = "used"
    VOID = "void"


class ContactBox(RandomId, Base):
    """A school's box. `spot` says in words where it hangs; `reminded_on`: the last day a reminder was written."""

    __tablename__ = "contact_box"

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), unique=True)
    spot: Mapped[str] = mapped_column(Text, default="")
    reminded_on: Mapped[date | None] = mapped_column(Date)


class BoxKeeper(RandomId, Base):
    """A contact person who empties the box of the seat's school."""

    __tablename__ = "box_keeper"

    seat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("seat.id"), unique=True)


class SlipSheet(RandomId, Base):
    """One printed sheet of slips; sheets and slips are counted for each school from one."""

    __tablename__ = "slip_sheet"
    __table_args__ = (UniqueConstraint("school_id", "number"),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    number: Mapped[int]
    printed_on: Mapped[date] = mapped_column(Date)
    printed_by: Mapped[int] = mapped_column(BigInteger)  # a person


class PaperSlip(RandomId, Base):
    """One slip by the number on its other half. It has no time: when it came back is nobody's business."""

    __tablename__ = "paper_slip"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        CheckConstraint("(state = 'open') = (locator IS NOT NULL)", name="only_an_open_one_leads_somewhere"),
        CheckConstraint("(locator IS NULL) = (public_half IS NULL)", name="both_or_neither"),
    )

    sheet_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("slip_sheet.id"), index=True)
    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    number: Mapped[int]
    state: Mapped[SlipState] = mapped_column(
        Enum(SlipState, native_enum=False, length=8, values_callable=lambda members: [m.value for m in members]),
        default=SlipState.OPEN,
    )
    locator: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # under the pepper layer
    public_half: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the pepper layer
