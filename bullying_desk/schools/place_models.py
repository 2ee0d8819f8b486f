"""Which kinds of places of a school have stickers that say the kind. Off for all of them until somebody says so."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId


class PlaceKind(RandomId, Base):
    """One kind that a school has switched on: never one door or one corner, always every place of its kind."""

    __tablename__ = "place_kind"
    __table_args__ = (UniqueConstraint("school_id", "kind"),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(12))
