"""The inbox as a page: rows in words, the numbers of tabs and counters, and what else waits for this person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import HeldPost
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.cases import colleagues
from bullying_desk.cases.inbox.queue import Inbox, Owed, Seat, Tab, inbox, names_of, waiting_for_access
from bullying_desk.cases.inbox.row_words import Line, lines
from bullying_desk.cases.models import CaseOffer
from bullying_desk.cases.readers import newcomers, read_along, regrants
from bullying_desk.cases.readers.newcomers import Newcomer
from bullying_desk.cases.readers.regrants import Offer
from bullying_desk.retention import asking, warning

CITY = "stadt"
"""What the filter calls one's seat in the city; schools are called by their ids."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the inbox to show. `seat` is a school's id, `CITY`, or None for all."""

    tab: Tab = Tab.OPEN
    page: int = 1
    seat: str = ""
    owed: Owed | None = None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything the page shows. `seats`: the filter's choices by value, where there is a choice at all."""

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
    """Return the choices: the schools with cases, and the city's seat beside one at a school."""
    found = {str(school): name for school, name in schools.items()}
    if who.has_role(Role.CITY_TEAM) and who.schools(Role.CONTACT_PERSON) & set(schools):
        found = {CITY: "", **found}
    return found if len(found) > 1 else {}


# Notices beside the list in the inbox: rare things that wait for this person, asked for in one query.


@dataclass(frozen=True, slots=True)
class Beside:
    """Mostly all of it is empty. `asked`: a colleague's questions, with the name of the colleague."""

    locked: int
    offers: tuple[Offer, ...]
    held: tuple[HeldPost, ...]
    unread_kept: tuple[int, ...]  # closed cases that are over but for something unread
    asked: tuple[tuple[CaseOffer, str], ...]
    newcomers: tuple[Newcomer, ...]
    requests: tuple[asking.Asked, ...]  # the data protection officer's questions


def beside(session: Session, person_id: int, key_id: bytes, now: datetime, today: date) -> Beside:
    """Ask once which of it exists at all, then load only that."""
    locked, keys, late, unread, questions, new, officer = session.execute(
        select(
            waiting_for_access(person_id, key_id),
            regrants.somebody_has_a_new_key(person_id),
            late_posts.count_held(person_id, now),
            warning.count_warned(person_id, key_id),
            read_along.count_asked(person_id),
            newcomers.somebody_is_new(person_id, key_id, today),
            asking.count_waiting(person_id, key_id),
        )
    ).one()
    return Beside(
        locked=locked,
        offers=tuple(regrants.offers(session, person_id, key_id)) if keys else (),
        held=tuple(late_posts.held_for(session, person_id, now)) if late else (),
        unread_kept=tuple(warning.warned(session, person_id, key_id)) if unread else (),
        asked=_asked(session, person_id) if questions else (),
        newcomers=tuple(newcomers.newcomers(session, person_id, key_id, today)) if new else (),
        requests=tuple(asking.waiting(session, person_id, key_id)) if officer else (),
    )


def _asked(session: Session, person_id: int) -> tuple[tuple[CaseOffer, str], ...]:
    offers = read_along.asked_of(session, person_id)
    names = colleagues.names_of(session, [offer.from_id for offer in offers])
    return tuple((offer, names.get(offer.from_id, "?")) for offer in offers)
