"""Kinds of places with a sticker of their own: a child who scans it finds the kind ticked in the form, and can untick.

Only kinds. A number for a single door would give away who was behind it: there is no such number, each kind has at
least a whole sheet of stickers, and nothing of it is ever a column.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.database import random_id
from bullying_desk.schools.models import PlaceKind
from bullying_desk.texts import mark


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of place. `number` is on stickers and never changes; `code` is the answer it ticks in the form."""

    number: int
    code: str
    label: str


KINDS: Final = (
    Kind(1, "toilette", mark("Toiletten")),
    Kind(2, "hof", mark("Schulhof")),
    Kind(3, "sport", mark("Turnhalle und Umkleiden")),
    Kind(4, "essen", mark("Mensa")),
    Kind(5, "weg", mark("Bus und Haltestelle")),
)
BY_NUMBER: Final = {kind.number: kind for kind in KINDS}


def switched_on(session: Session, school_id: int) -> tuple[Kind, ...]:
    """Return the kinds a school has stickers for."""
    codes = set(session.scalars(select(PlaceKind.kind).where(PlaceKind.school_id == school_id)))
    return tuple(kind for kind in KINDS if kind.code in codes)


def kind_of(session: Session, school_id: int, number: int | None) -> Kind | None:
    """Return the kind of a scanned number, or None where the school has not switched it on."""
    if number not in BY_NUMBER:
        return None
    return next((kind for kind in switched_on(session, school_id) if kind.number == number), None)


def switch(session: Session, school_id: int, codes: Collection[str]) -> None:
    """Switch on exactly these kinds."""
    session.execute(delete(PlaceKind).where(PlaceKind.school_id == school_id))
    known = [kind.code for kind in KINDS if kind.code in codes]
    session.add_all(PlaceKind(id=random_id(), school_id=school_id, kind=code) for code in known)
    session.flush()
