"""The instance's keys that the database itself keeps, under the pepper."""

from __future__ import annotations

from sqlalchemy import LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base


class InstanceKeys(Base):
    """The salt of all receipts and the keys of former peppers, under the pepper layer. One row.

    A copy of the database and the pepper from the safe are then enough to run it again on another machine. Keys that do
    not belong to a database are noticed before they are used with it.
    """

    __tablename__ = "instance_keys"
    __table_args__ = WITHOUT_COUNTING_ROWID

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
