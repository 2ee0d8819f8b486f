"""The columns of every table of rights: a generation that only grows, and a tag. Marks of deleted rows, and sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, LargeBinary, Select, String, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base
from bullying_desk.rights.tags import digest


class Member:
    """Mix-in for a table whose rows belong to a report or a case, and count in its sum (`rights.sets`).

    `of` names the table of the report or case, and the column with its id.
    """

    of: ClassVar[tuple[str, str] | None] = None


class Right(Member):
    """Mix-in for a table whose rows decide who reads, signs in or acts.

    Its rows are tagged when they are written and checked when they are read (`rights.checking`). A class names the
    columns of its tag in `covered`, and those too heavy for every check in `heavy`: of these the tag covers a hash in
    the column `heavy_digest` of the table.
    """

    generation: Mapped[int] = mapped_column(default=0)
    tag: Mapped[bytes | None] = mapped_column(LargeBinary(34))

    # UPDATE and DELETE name the generation that was read. Who read an older one gets StaleDataError, and the whole
    # request is undone: else a change would be lost, and the sum of the report would be wrong for ever.
    __mapper_args__ = {"version_id_col": generation, "version_id_generator": False}  # noqa: RUF012 - SQLAlchemy's shape

    covered: ClassVar[tuple[str, ...]]
    heavy: ClassVar[tuple[str, ...]] = ()
    kept: ClassVar[bool] = True
    """Whether its rows stand in the head beside the database (`rights.head`)."""
    listed: ClassVar[bool] = True
    """Whether queries for single columns are checked too. Where not, only whole rows are rights."""

    lacking: ClassVar[Callable[[], Select[int]] | None] = None
    """Returns a query for rows without what always belongs to them in tables that are no rights."""


class RightGone(Base):
    """A right that the program itself has deleted: it must not come back, and its absence is no attack."""

    __tablename__ = "right_gone"
    __table_args__ = WITHOUT_COUNTING_ROWID

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    generation: Mapped[int]
    tag: Mapped[bytes] = mapped_column(LargeBinary(34))


class RightSet(Base):
    """The sum of all rows of one report or case: one of them that is deleted or older is missing in it."""

    __tablename__ = "right_set"
    __table_args__ = WITHOUT_COUNTING_ROWID

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    owner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    generation: Mapped[int]
    total: Mapped[bytes] = mapped_column(LargeBinary(32))
    tag: Mapped[bytes] = mapped_column(LargeBinary(34))


def member_classes() -> list[type[Any]]:
    """Return every table whose rows count in the sum of a report or a case, by the name of its table."""
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Member)]
    return sorted((model for model in found if model.of), key=lambda model: str(model.__tablename__))


def right_classes() -> list[type[Any]]:
    """Return every table of rights that is known so far, by the name of its table."""
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Right)]
    return sorted(found, key=lambda model: str(model.__tablename__))


def right_table(name: str) -> type[Any] | None:
    """Return the table of rights of this name, or None for any other table."""
    return next((model for model in right_classes() if model.__tablename__ == name), None)


def keys_of(model: type[Any]) -> tuple[str, ...]:
    """Return the names of the attributes that make a table's primary key."""
    if model not in _keys:
        mapper = cast("Mapper[Any]", inspect(model))
        _keys[model] = tuple(str(mapper.get_property_by_column(column).key) for column in mapper.primary_key)
    return _keys[model]


_keys: dict[type[Any], tuple[str, ...]] = {}


def row_id(keys: Sequence[Any]) -> int | bytes:
    """Return a row's name in its tag: its id, or a number made of a key of several columns."""
    if len(keys) == 1:
        only: int | bytes = keys[0]
        return only
    return int.from_bytes(digest(keys)[:8], "big") >> 1


def id_of(row: Any) -> int | bytes:
    """Return a loaded row's name in its tag."""
    return row_id([getattr(row, name) for name in keys_of(type(row))])
