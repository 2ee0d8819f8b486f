"""Offered and agreed times: whose they are and in which letter they stand. When and where is in the letter, sealed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId


class Appointment(RandomId, Base):
    """One time a member of staff has offered in a letter; `agreed`: the reporter has taken it.

    `letter` is the letter's number in the conversation, `slot` the place in its list. The day in the row is the day of
    the offer, never that of the meeting. `told`: the reporter has been shown that it is off, and so it stays.
    """

    __tablename__ = "appointment"

    report_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    letter: Mapped[int]
    slot: Mapped[int]
    agreed: Mapped[bool] = mapped_column(default=False)
    told: Mapped[bool] = mapped_column(default=False)
    offered_on: Mapped[date] = mapped_column(Date)


class AppointmentTime(RandomId, Base):
    """Five minutes of an offered time of one person, under the pepper: no second report gets them."""

    __tablename__ = "appointment_time"

    appointment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("appointment.id", ondelete="CASCADE"), index=True
    )
    claim: Mapped[bytes] = mapped_column(LargeBinary(40), unique=True)
