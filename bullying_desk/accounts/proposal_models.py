"""Seats that wait for a second yes (`accounts.second_yes`)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, Date, Enum, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId
from bullying_desk.schools.models import ContactFunction, SeatRole


class ProposalState(StrEnum):
    """Whether somebody has answered. Answered ones stay until their period ends, so that a second press finds them."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"


class SeatProposal(RandomId, Base):
    """A seat at a school that somebody with an account is to have, once a second person has said yes."""

    __tablename__ = "seat_proposal"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    role: Mapped[SeatRole] = mapped_column(
        Enum(SeatRole, native_enum=False, length=32, values_callable=lambda roles: [one.value for one in roles])
    )
    function: Mapped[ContactFunction | None] = mapped_column(
        Enum(ContactFunction, native_enum=False, length=32, values_callable=lambda some: [one.value for one in some])
    )
    shown_name: Mapped[str] = mapped_column(Text)
    employer: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[int] = mapped_column(BigInteger)
    proposed_on: Mapped[date] = mapped_column(Date)
    state: Mapped[ProposalState] = mapped_column(
        Enum(ProposalState, native_enum=False, length=8, values_callable=lambda states: [one.value for one in states]),
        default=ProposalState.OPEN,
    )
