"""What a school keeps for its yard: breaks, who is on duty in them, what is confirmed each year, which prints hang.

No child has a name here. A pair of break helpers is a number, and what one sees of it is its sign („mit gelber Weste“):
whoever takes this database learns no pupil's name. Names are typed for one print and are gone with it.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, Enum, ForeignKey, Index, String, Text, Time
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bullying_desk.database import Base, RandomId


class DutyKind(StrEnum):
    """Who is out in a break."""

    CONTACT = "contact"  # a contact person, named only with their own recorded yes
    HELPERS = "helpers"  # pupils who look after younger ones (Pausen-Buddys)
    MEDIATORS = "mediators"  # pupils who help with quarrels (Streitschlichtung)


class YearPart(StrEnum):
    """What a coordinator confirms at the start of a school year, and whether they were asked to."""

    TEAM = "team"
    ROOMS = "rooms"
    HOURS = "hours"
    DAYS = "days"
    ROSTER = "roster"
    ASKED = "asked"


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class BreakTime(RandomId, Base):
    """A break of one school; where the timetable changes, its duties move along."""

    __tablename__ = "break_time"
    __table_args__ = (CheckConstraint("starts < ends", name="starts_before_it_ends"),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)


class Duty(RandomId, Base):
    """Somebody in one break of one day: a contact person by their seat, pupils by number of pair, heads and sign."""

    __tablename__ = "roster_duty"
    __table_args__ = (
        CheckConstraint("(kind = 'contact') = (seat_id IS NOT NULL)", name="contacts_have_a_seat"),
        CheckConstraint("heads BETWEEN 1 AND 6", name="heads_can_be_counted"),
        Index("ix_roster_duty_school_id_day", "school_id", "day"),
    )

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    day: Mapped[date] = mapped_column(Date)
    break_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("break_time.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DutyKind] = mapped_column(_enum(DutyKind))
    seat_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("seat.id"))
    pair: Mapped[int] = mapped_column(default=0)
    heads: Mapped[int] = mapped_column(default=2)
    sign: Mapped[str] = mapped_column(Text, default="")
    spot: Mapped[str] = mapped_column(Text, default="")

    pause: Mapped[BreakTime] = relationship()


class YearMark(RandomId, Base):
    """One thing that was looked through for a school year (`school_year` 2026 is 2026/27)."""

    __tablename__ = "year_mark"
    __table_args__ = (Index("uq_year_mark_school_id_part", "school_id", "school_year", "part", unique=True),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    school_year: Mapped[int]
    part: Mapped[YearPart] = mapped_column(_enum(YearPart))
    marked_on: Mapped[date] = mapped_column(Date)


class PrintEdition(RandomId, Base):
    """A print that was made and may hang somewhere: its day, and a mark of what it said."""

    __tablename__ = "print_edition"
    __table_args__ = (Index("uq_print_edition_school_id_what", "school_id", "what", "made_on", unique=True),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    what: Mapped[str] = mapped_column(String(16))
    made_on: Mapped[date] = mapped_column(Date)
    said: Mapped[str] = mapped_column(String(64))  # SHA-256 of the print's source without its date


class Tablet(RandomId, Base):
    """The school has a tablet out for its pupils: the pages under `/k/<key>/` are there while this row is."""

    __tablename__ = "school_tablet"

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), unique=True)
    since: Mapped[date] = mapped_column(Date)
