"""The inbox as a page: rows in words, what the tabs and counters hold, and what else waits for this person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases import people
from bullying_desk.cases.inbox import Inbox, Owed, Tab, inbox, waiting_for_access
from bullying_desk.cases.lines import Line, lines
from bullying_desk.cases.restoring import Offer, offers
from bullying_desk.schools.models import School


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the inbox somebody wants to see."""

    tab: Tab = Tab.OPEN
    page: int = 1
    school_id: int | None = None
    owed: Owed | None = None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything the page shows. `schools` by id, only where there is more than one to choose from."""

    inbox: Inbox
    lines: tuple[Line, ...]
    schools: dict[int, str]
    longest: str
    offers: tuple[Offer, ...]
    locked: int


def page(
    session: Session,
    person_id: int,
    key_id: bytes,
    now: datetime,
    today: date,
    asked: Asked,
    answer_school_days: int,
) -> DeskPage:
    """Put the inbox together for one person and their present key."""
    found = inbox(
        session,
        person_id,
        key_id,
        today,
        answer_school_days=answer_school_days,
        tab=asked.tab,
        page=asked.page,
        school_id=asked.school_id,
        owed=asked.owed,
    )
    found.clocks.add(row.school_id for row in found.rows)
    schools = _schools(session, found)
    names = people.names_of(session, {row.owner_id for row in found.rows})
    longest = found.longest
    since = longest.waiting_since if longest else None
    return DeskPage(
        inbox=found,
        lines=tuple(lines(found.rows, found.clocks, names, schools, person_id, now, today)),
        schools=schools,
        longest=found.clocks.waiting_words(longest.school_id, since, now) if longest and since else "",
        offers=tuple(offers(session, person_id, key_id)),
        locked=waiting_for_access(session, person_id, key_id),
    )


def _schools(session: Session, found: Inbox) -> dict[int, str]:
    """Return the names of the schools there is something of, in alphabetical order; nothing where it is only one."""
    wanted = found.schools | {row.school_id for row in found.rows}
    if len(wanted) < 2:
        return {}
    named = [(school.shown_name, school.id) for school in session.scalars(select(School).where(School.id.in_(wanted)))]
    return {school_id: name for name, school_id in sorted(named)}
