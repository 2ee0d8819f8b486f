"""Text blocks: short texts that staff keep and put into answers, with their own hours and room filled in.

A person's own blocks are seen by nobody else. A team's blocks are seen and kept by all contact persons of the school.
They stand in the clear, so they say nothing of a case; the form asks once where a text looks like a full name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from babel.dates import get_day_names
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.cases.models import HOURS, NAME, ROOM, TextBlock
from bullying_desk.database import random_id
from bullying_desk.schools.models import OfficeHour, School, Seat
from bullying_desk.schools.team import contact_seats, hours_of
from bullying_desk.sealing.format import signs
from bullying_desk.web.language import _

LONGEST_TITLE: Final = 40
LONGEST_TEXT: Final = 2_000
MOST: Final = 30
"""Blocks of one person, and of one team: more would be no help beside an answer."""


class BlockUnknown(Exception):
    """There is no such block of this person or of a team of theirs."""


class BlocksFull(Exception):
    """This person or team has as many blocks as there may be."""


class BlockChanged(Exception):
    """A colleague has changed this block since the page was opened."""


@dataclass(frozen=True, slots=True)
class TypedBlock:
    """A block as typed. `school_id`: of this school's team, None: of the person."""

    title: str
    text: str
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A block beside an answer: `code` names it in an address, `text` is filled in."""

    code: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """A school where the person is in the team: its name, its team's blocks, what stands for hours and room."""

    school_id: int
    name: str
    blocks: tuple[TextBlock, ...]
    hours: str
    room: str


def mark_of(block: TextBlock) -> str:
    """Return a value by which a later change of the block is noticed."""
    return sha256(f"{block.title}\n{block.text}".encode()).hexdigest()[:16]


def own(session: Session, who: Identity) -> tuple[TextBlock, ...]:
    """Return the person's own blocks by title."""
    return _blocks(session, TextBlock.person_id == who.person_id)


def teams(session: Session, who: Identity) -> tuple[OwnTeam, ...]:
    """Return the schools where the person is a contact person, with the blocks of each team."""
    found = []
    for seat in contact_seats(session, who.person_id):
        school = session.get(School, seat.school_id)
        if school is not None:
            blocks = _blocks(session, TextBlock.school_id == school.id)
            found.append(OwnTeam(school.id, school.shown_name, blocks, *_hours_and_room(session, seat)))
    return tuple(sorted(found, key=lambda team: team.name))


def offered(session: Session, person_id: int, school_id: int, name: str) -> tuple[Offered, ...]:
    """Return what stands beside an answer to a report of a school: own blocks, then its team's, filled in.

    A gap for which the roster holds nothing stays as it is, and no answer goes out with it.
    """
    seat = next((each for each in contact_seats(session, person_id) if each.school_id == school_id), None)
    of = [TextBlock.person_id == person_id, *([TextBlock.school_id == school_id] if seat is not None else [])]
    blocks = sorted(_blocks(session, or_(*of)), key=lambda block: block.school_id is not None)
    wants = any(gap in block.text for block in blocks for gap in (HOURS, ROOM))
    hours, room = _hours_and_room(session, seat) if seat is not None and wants else ("", "")
    return tuple(Offered(f"b{block.id}", block.title, _filled(block.text, name, hours, room)) for block in blocks)


def text_of(blocks: Iterable[Offered], code: str) -> str:
    """Return the text of one of them; nothing for an unknown code."""
    return next((one.text for one in blocks if one.code == code), "")


def _filled(text: str, name: str, hours: str, room: str) -> str:
    for gap, words in ((HOURS, hours), (ROOM, room), (NAME, name)):
        text = text.replace(gap, words) if words else text
    return text


def find(session: Session, who: Identity, block_id: int) -> TextBlock:
    """Return a block this person may change. Raises BlockUnknown."""
    block = session.get(TextBlock, block_id)
    mine = block is not None and (block.person_id == who.person_id or block.school_id in _school_ids(session, who))
    if block is None or not mine:
        raise BlockUnknown
    return block


def add(session: Session, who: Identity, wanted: TypedBlock) -> None:
    """Keep one more block; the same one a second time is the same block. Raises BlockUnknown, BlocksFull."""
    if wanted.school_id is not None and wanted.school_id not in _school_ids(session, who):
        raise BlockUnknown
    person = who.person_id if wanted.school_id is None else None
    of = TextBlock.person_id == person if person is not None else TextBlock.school_id == wanted.school_id
    title, text = tidy(wanted.title), tidy(wanted.text)
    if session.scalars(select(TextBlock.id).where(of, TextBlock.title == title, TextBlock.text == text)).first():
        return
    if (session.scalar(select(func.count()).select_from(TextBlock).where(of)) or 0) >= MOST:
        raise BlocksFull
    session.add(TextBlock(id=random_id(), person_id=person, school_id=wanted.school_id, title=title, text=text))
    session.flush()


def change(session: Session, block: TextBlock, seen: str, wanted: TypedBlock) -> None:
    """Change title and text. `seen` is the mark of what the page showed. Raises BlockChanged."""
    session.refresh(block, with_for_update=True)
    title, text = tidy(wanted.title), tidy(wanted.text)
    if seen != mark_of(block) and (block.title, block.text) != (title, text):
        raise BlockChanged
    block.title, block.text = title, text
    session.flush()


def tidy(text: str) -> str:
    """Return a typed text without control characters, which PostgreSQL refuses in part, and without blank ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return signs.without(lines, {signs.CONTROL, signs.BROKEN}, keep="\n").strip()


def _blocks(session: Session, of: ColumnElement[bool]) -> tuple[TextBlock, ...]:
    return tuple(sorted(session.scalars(select(TextBlock).where(of)), key=lambda block: block.title.casefold()))


def _school_ids(session: Session, who: Identity) -> set[int | None]:
    return {seat.school_id for seat in contact_seats(session, who.person_id)}


def _hours_and_room(session: Session, seat: Seat) -> tuple[str, str]:
    hours = hours_of(session, seat)
    times = (_time(hour) for hour in hours)
    rooms = dict.fromkeys(hour.place.name for hour in hours if hour.place is not None)
    return ", ".join(times), _(" oder ").join(rooms)


def _time(hour: OfficeHour) -> str:
    day = get_day_names("wide", locale="de")[hour.weekday]
    starts, ends = (f"{each.hour}:{each:%M}" for each in (hour.starts, hour.ends))
    return _("%(day)s %(starts)s bis %(ends)s Uhr") % {"day": day, "starts": starts, "ends": ends}
