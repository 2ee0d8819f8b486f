"""The inbox as a page: rows in words, the numbers of tabs and counters, and what else waits for this person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, LargeBinary, Select, bindparam, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations import key_words, second_yes
from bullying_desk.accounts.models import HeldPost
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.cases import colleagues
from bullying_desk.cases.inbox import first_steps, queue
from bullying_desk.cases.inbox.queue import Inbox, Owed, Seat, Tab, inbox, living, names_of, waiting_for_access
from bullying_desk.cases.inbox.row_words import Line, lines
from bullying_desk.cases.models import CaseOffer
from bullying_desk.cases.readers import newcomers, read_along, regrants
from bullying_desk.cases.readers.newcomers import Newcomer
from bullying_desk.cases.readers.regrants import RegrantOffer
from bullying_desk.clock import BERLIN
from bullying_desk.reports.mailbox import appointments
from bullying_desk.reports.mailbox.letters import Slot
from bullying_desk.retention import asking, knowing, warning
from bullying_desk.rights.checking import hint
from bullying_desk.web.language import _

CITY = "stadt"
"""What the filter calls one's seat in the city; schools are called by their ids."""


@dataclass(frozen=True, slots=True)
class WaitingQuestions:
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
    session: Session, who: Identity, key_id: bytes, now: datetime, today: date, asked: WaitingQuestions
) -> DeskPage:
    """Put the inbox together for one person and their present key, with at most four queries."""
    found = inbox(
        session,
        who.person_id,
        key_id,
        now,
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
        beside=beside(session, who, key_id, now, today),
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
    offers: tuple[RegrantOffer, ...]
    held: tuple[HeldPost, ...]
    unread_kept: tuple[int, ...]  # closed cases that are over but for something unread
    asked: tuple[tuple[CaseOffer, str], ...]
    newcomers: tuple[Newcomer, ...]
    requests: tuple[asking.Asked, ...]  # the data protection officer wants an answer prepared
    questions: tuple[knowing.Question, ...]  # … or asks whether this person knows of a case
    to_compare: int  # colleagues whose key words this person may compare
    to_agree: int  # seats that wait for this person's yes
    is_new: bool  # this person began within the last month and has a first step to do
    agreed: int  # one's own agreed meetings, also those that are over and wait for the night work
    to_decide: tuple[int, ...]  # cases in which a colleague's proposal waits for a second person's word


def beside(session: Session, who: Identity, key_id: bytes, now: datetime, today: date) -> Beside:
    """Ask once which of it exists at all, then load only that."""
    person_id = who.person_id
    asked = {"me": person_id, "key": key_id, "now": now, "since": today - newcomers.NEW_FOR}
    asked["began"] = today - first_steps.OFFERED_FOR
    found = session.execute(_there_is(), asked).one()
    locked, keys, late, unread, questions, new, officer, known, accepted, proposed, lowered, agreed, began = found
    return Beside(
        locked=locked,
        offers=tuple(regrants.offers(session, person_id, key_id)) if keys else (),
        held=tuple(late_posts.held_for(session, person_id, now)) if late else (),
        unread_kept=tuple(warning.warned(session, person_id, key_id)) if unread else (),
        asked=_asked(session, person_id) if questions else (),
        newcomers=tuple(newcomers.newcomers(session, person_id, key_id, today)) if new else (),
        requests=tuple(asking.waiting(session, person_id, key_id)) if officer else (),
        questions=tuple(knowing.waiting(session, person_id, key_id)) if known else (),
        to_compare=len(key_words.waiting_for(session, who)) if accepted else 0,
        to_agree=sum(not one.mine for one in second_yes.waiting_for(session, who)) if proposed else 0,
        is_new=bool(began),
        agreed=agreed,
        to_decide=tuple(queue.proposals_of_others(session, person_id, key_id)) if lowered else (),
    )


@cache
def _there_is() -> Select[*tuple[Any, ...]]:
    """Return the query for what exists at all. It is built once: building it costs more than asking."""
    me, key = bindparam("me", type_=BigInteger), bindparam("key", type_=LargeBinary)
    return hint(
        select(
            waiting_for_access(me, key),
            regrants.somebody_has_a_new_key(me),
            late_posts.count_held(me, bindparam("now", type_=HeldPost.expires_at.type)),
            warning.count_warned(me, key),
            read_along.count_asked(me),
            newcomers.somebody_is_new(me, key, bindparam("since", type_=Date)),
            asking.count_waiting(me, key),
            knowing.count_waiting(me, key),
            key_words.somebody_accepted(),
            second_yes.count_open(),
            queue.count_proposals(me, key),
            appointments.count_agreed(me),
            first_steps.something_open(me, bindparam("began", type_=Date)),
        )
    )


def _asked(session: Session, person_id: int) -> tuple[tuple[CaseOffer, str], ...]:
    offers = read_along.asked_of(session, person_id)
    names = colleagues.names_of(session, [offer.from_id for offer in offers])
    return tuple((offer, names.get(offer.from_id, "?")) for offer in offers)


# One's own dates as a calendar file (RFC 5545): a day and "Termin im Portal", nothing else.
#
# A calendar is on phones, on servers of others and on the wall of a staff room. So it has no name of a case, no count
# and no school. Two dates on one day are one entry, and an entry's id gives away only its day. An agreed meeting is
# "Termin" with its time, without place.


def own_days(session: Session, person_id: int, key_id: bytes, now: datetime) -> list[date]:
    """Return the days on which something is due in the person's own cases; overdue things are due today."""
    today, (rows, _clocks) = now.astimezone(BERLIN).date(), living(session, person_id, key_id, now)
    mine = [row for row in rows if person_id in {row.owner_id, row.cover_id}]
    days = [day for row in mine for day in row.dues.days()]
    return sorted({max(day, today) for day in [*days, *asking.days_of(session, person_id, key_id)]})


def calendar(days: Iterable[date], meetings: Iterable[Slot], person_id: int, now: datetime) -> bytes:
    """Return the calendar file. The same day keeps its mark, so that a second download doubles nothing."""
    from icalendar import CLASS, TRANSP, Calendar, Event  # where it works: the server holds 9 MB less until then

    spans: list[tuple[str, date, date, str, TRANSP]] = [
        (f"{day:%Y%m%d}", day, day + timedelta(days=1), _("Termin im Portal"), TRANSP.TRANSPARENT) for day in days
    ]
    starts = (one.start.astimezone(UTC) for one in meetings)
    spans += [(f"{each:%Y%m%dT%H%M}", each, each + appointments.LASTS, _("Termin"), TRANSP.OPAQUE) for each in starts]
    file = Calendar({"PRODID": "-//portal//termine//DE", "VERSION": "2.0"})  # `new` would add a random mark
    for name, start, end, summary, busy in spans:
        mark = hashlib.sha256(f"{person_id}/{name}".encode()).hexdigest()[:20]
        file.add_component(
            Event.new(
                uid=f"{mark}@portal",
                stamp=now.astimezone(UTC),
                start=start,
                end=end,
                summary=summary,
                classification=CLASS.PRIVATE,
                transparency=busy,
            )
        )
    data: bytes = file.to_ical()
    return data
