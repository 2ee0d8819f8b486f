"""The inbox as a page: rows in words, what the tabs and counters hold, and what else waits for this person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.cases.beside import Beside, beside
from bullying_desk.cases.inbox import Inbox, Owed, Seat, Tab, inbox, names_of
from bullying_desk.cases.lines import Line, lines

CITY = "stadt"
"""What the filter calls one's seat in the city; schools are called by their ids."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the inbox somebody wants to see. `seat` is a school's id, `CITY`, or nothing for all."""

    tab: Tab = Tab.OPEN
    page: int = 1
    seat: str = ""
    owed: Owed | None = None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything the page shows. `seats`: what the filter offers, by its value, where there is a choice at all."""

    inbox: Inbox
    lines: tuple[Line, ...]
    seats: dict[str, str]
    longest: str
    beside: Beside


def page(
    session: Session,
    who: Identity,
    key_id: bytes,
    now: datetime,
    today: date,
    asked: Asked,
    answer_school_days: int,
) -> DeskPage:
    """Put the inbox together for one person and their present key, in four questions to the database at most."""
    found = inbox(
        session,
        who.person_id,
        key_id,
        today,
        answer_school_days=answer_school_days,
        tab=asked.tab,
        page=asked.page,
        seat=_seat(who, asked.seat),
        owed=asked.owed,
    )
    schools = found.schools | names_of(found.rows)
    longest = found.longest
    since = longest.waiting_since if longest else None
    return DeskPage(
        inbox=found,
        lines=tuple(lines(found.rows, found.clocks, schools if len(schools) > 1 else {}, who.person_id, now, today)),
        seats=_seats(who, schools),
        longest=found.clocks.waiting_words(longest.school_id, since, now) if longest and since else "",
        beside=beside(session, who.person_id, key_id, now, today),
    )


def _seat(who: Identity, asked: str) -> Seat | None:
    if asked == CITY:
        return Seat(who.schools(Role.CONTACT_PERSON), only=False)
    is_school = asked.isascii() and asked.isdigit() and int(asked) < 2**63
    return Seat(frozenset({int(asked)})) if is_school else None


def _seats(who: Identity, schools: dict[int, str]) -> dict[str, str]:
    """Say what one can choose from: the schools there is something of, and the city's seat beside one at a school."""
    found = {str(school): name for school, name in schools.items()}
    if who.has_role(Role.CITY_TEAM) and who.schools(Role.CONTACT_PERSON) & set(schools):
        found = {CITY: "", **found}
    return found if len(found) > 1 else {}
