"""The inbox in the order of need: danger, the longest wait, one's own cases, then cases that wait for the child."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    LargeBinary,
    ScalarSelect,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from bullying_desk.cases.case_list import (
    OPEN_STATES,
    VISIBLE,
    Need,
    Row,
    covered,
    gather,
    held_by,
    readable,
)
from bullying_desk.cases.deadlines import SchoolClocks
from bullying_desk.clock import BERLIN
from bullying_desk.reports.models import (
    Case,
    CaseGrant,
    CaseStatus,
    GrantState,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.rights.checking import hint

PAGE = 50


class Tab(Enum):
    """The views of the inbox."""

    OPEN = "offen"  # every open case one reads: one's own and the team's
    MINE = "meine"
    UNOWNED = "ohne"
    DORMANT = "ruht"
    CLOSED = "zu"


@dataclass(frozen=True, slots=True)
class Seat:
    """One of a person's seats: by its school, or the city's (`only` is False: all schools but one's own)."""

    schools: frozenset[int]
    only: bool = True

    def holds(self, school_id: int) -> bool:
        """Whether a case of this school is work of this seat."""
        return (school_id in self.schools) is self.only


class Owed(Enum):
    """What the three counters count: only what the desk owes."""

    DANGER = "gefahr"
    WAITING = "wartet"
    DUE = "faellig"

    def counts(self, row: Row, today: date) -> bool:
        """Whether an open row is counted here."""
        if self is Owed.DANGER:
            waits = row.owner_id is None or row.waiting_since is not None
            return row.is_dangerous and (waits or row.dues.in_person is not None)  # until the child was met
        return row.waiting_since is not None if self is Owed.WAITING else row.is_due(today)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of rows, the number of each tab, and the three counters of what the desk owes."""

    rows: tuple[Row, ...]
    total: int
    page: int
    tabs: dict[Tab, int]  # without CLOSED, which is not counted
    schools: dict[int, str]  # name by id, of all cases that are not closed: the filter's choices
    owed: dict[Owed, int]
    next_due: date | None  # the team's own next date after today, where nothing else is to be done
    longest: Row | None  # who has waited longest
    clocks: SchoolClocks

    @property
    def pages(self) -> int:
        """How many pages there are, at least one; of closed cases, how many are known."""
        return max(1, -(-self.total // PAGE))


def inbox(
    session: Session,
    person_id: int,
    key_id: bytes,
    now: datetime,
    *,
    tab: Tab = Tab.OPEN,
    page: int = 1,
    seat: Seat | None = None,
    owed: Owed | None = None,
) -> Inbox:
    """Return one page of what a person may read with their present key, in the order of need.

    `seat` narrows everything to one school or to the city's seat, `owed` narrows the list to a counter's cases. The
    counters count all of it, whatever the tab.
    """
    today = now.astimezone(BERLIN).date()
    everything, clocks = living(session, person_id, key_id, now)
    if tab is not Tab.CLOSED:  # which has nobody to answer, and questions enough
        everything = covered(session, everything, today)
    found = [row for row in everything if seat is None or seat.holds(row.school_id)]
    open_ones = [row for row in found if row.is_open]
    listed = {
        Tab.OPEN: open_ones,
        Tab.MINE: [row for row in open_ones if person_id in {row.owner_id, row.cover_id}],
        Tab.UNOWNED: [row for row in open_ones if row.owner_id is None],
        Tab.DORMANT: [row for row in found if row.status is CaseStatus.DORMANT and not row.is_open],
    }
    if tab is Tab.CLOSED:
        shown, total, page = _closed(session, person_id, key_id, now, page, seat)
    else:
        wanted = [row for row in listed[tab] if owed is None or owed.counts(row, today)]
        shown, total, page = _page_of(sorted(wanted, key=lambda row: order(row, person_id)), page)
    waiting = [row for row in open_ones if row.waiting_since is not None]
    ahead = [day for row in open_ones for day in row.dues.days() if day > today]
    return Inbox(
        rows=tuple(shown),
        total=total,
        page=page,
        tabs={each: len(rows) for each, rows in listed.items()},
        schools=names_of({row.school_id: row for row in everything}.values()),
        owed={each: sum(each.counts(row, today) for row in open_ones) for each in Owed},
        next_due=min(ahead, default=None),
        longest=min(waiting, key=lambda row: (-row.waited, row.waiting_since or row.last_hour), default=None),
        clocks=clocks,
    )


@dataclass(frozen=True, slots=True)
class NextCase:
    """The case to be answered next, and how many wait for an answer in all."""

    case_id: int
    waiting: int


def next_case(session: Session, person_id: int, key_id: bytes, now: datetime, after: int) -> NextCase | None:
    """Return which case comes next in the order of need once the case `after` is answered; None where nobody waits."""
    rows, _clocks = living(session, person_id, key_id, now)
    waiting = [row for row in rows if row.waiting_since is not None and row.case_id != after]
    if not waiting:
        return None
    first = min(covered(session, waiting, now.astimezone(BERLIN).date()), key=lambda row: order(row, person_id))
    return NextCase(first.case_id, len(waiting))


def names_of(rows: Iterable[Row]) -> dict[int, str]:
    """Return the names of the rows' schools by id, in alphabetical order."""
    return dict(sorted({row.school_id: row.school_name for row in rows}.items(), key=lambda named: named[::-1]))


def order(row: Row, person_id: int) -> tuple[int, bool, int, datetime, int]:
    """Return the place of a row; smaller is sooner.

    The longest wait in school days comes first; on the same day, the earlier text. Without school time, a child on its
    school's free day would come before one who has waited a day longer in class.
    """
    mine_first = row.need is Need.QUIET and row.owner_id is not None and person_id not in {row.owner_id, row.cover_id}
    since = row.waiting_since
    if since is None and row.need is Need.DUE and (first := row.dues.next()) is not None:
        since = datetime.combine(first[1], time(), UTC)
    return (row.need, mine_first, -row.waited, since or row.last_hour, row.case_id)


def waiting_for_access(person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> ScalarSelect[int]:
    """Select how many cases a person once read and cannot open with their present key."""
    return (
        select(func.count(Report.case_id.distinct()))
        .join(ReportGrant, ReportGrant.report_id == Report.id)
        .where(
            ReportGrant.person_id == person_id,
            ReportGrant.state == GrantState.OPEN,
            or_(ReportGrant.key_id < key_id, ReportGrant.key_id > key_id),  # as ranges, which an index can answer
            VISIBLE,
        )
        .scalar_subquery()
    )


def count_proposals(person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> ScalarSelect[int]:
    """Select in how many cases a colleague's proposal waits that this person may decide, as a part of a query."""
    return select(func.count()).select_from(Case).where(*_decidable(person_id, key_id)).scalar_subquery()


def proposals_of_others(session: Session, person_id: int, key_id: bytes) -> list[int]:
    """Return these cases: lowering a danger, or closing an acute case, takes two people who read all of it."""
    query = select(Case.id).where(*_decidable(person_id, key_id)).order_by(Case.opened_hour, Case.id)
    return list(session.scalars(hint(query)))


def _decidable(
    person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]
) -> tuple[ColumnElement[bool], ...]:
    holds = exists().where(
        CaseGrant.case_id == Case.id,
        CaseGrant.epoch == Case.epoch,
        CaseGrant.person_id == person_id,
        CaseGrant.state == GrantState.OPEN,
        CaseGrant.key_id == key_id,
    )
    return Case.second_asked_by.is_not(None), Case.second_asked_by != person_id, holds


def _page_of(rows: list[Row], page: int) -> tuple[list[Row], int, int]:
    last = max(1, -(-len(rows) // PAGE))
    page = min(max(1, page), last)
    return rows[(page - 1) * PAGE : page * PAGE], len(rows), page


def living(session: Session, person_id: int, key_id: bytes, now: datetime) -> tuple[list[Row], SchoolClocks]:
    """Return open and resting cases, and every other case in which a reporter waits."""
    found = session.execute(_both(session), {"me": person_id, "key": key_id}).all()
    clocks = SchoolClocks(session, {values[1] for values in found})
    return gather(found, person_id, now.astimezone(BERLIN).date(), now, clocks), clocks


def _both(session: Session) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the query for living cases, built once for each kind of database: building costs more than asking."""
    kind = session.get_bind().dialect.name
    if kind not in _BUILT:
        held = held_by(session, bindparam("me", type_=BigInteger), bindparam("key", type_=LargeBinary))
        resting = (*OPEN_STATES, CaseStatus.DORMANT)
        waits = (
            Report.last_writer == Writer.REPORTER,
            Report.reporter_state == ReporterState.OPEN,
        )
        # Two selects in one question, not one with "or": each has an index to begin with.
        living = readable(held, Case.status.in_(resting)), readable(held, Case.status == CaseStatus.CLOSED, *waits)
        _BUILT[kind] = hint(union_all(*living))
    return _BUILT[kind]


_BUILT: dict[str, CompoundSelect[*tuple[Any, ...]]] = {}


def _closed(
    session: Session, person_id: int, key_id: bytes, now: datetime, page: int, seat: Seat | None
) -> tuple[list[Row], int, int]:
    """Return a page of closed cases, the newest first. There are many (20,000 in a big city): the database pages them.

    They are not counted; one row more than a page holds says that there is a next page.
    """
    held = held_by(session, person_id, key_id)
    mine = exists().where(Report.case_id == Case.id, VISIBLE).where(held)
    query = select(Case.id).where(Case.status == CaseStatus.CLOSED, mine)
    if seat is not None:
        query = query.where(Case.school_id.in_(seat.schools) if seat.only else Case.school_id.not_in(seat.schools))
    page = max(1, page)
    newest = query.order_by(Case.closed_hour.desc(), Case.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
    wanted = newest.subquery()
    found = hint(readable(held).join(wanted, wanted.c.id == Case.id))
    rows = gather(session.execute(found.order_by(Case.closed_hour.desc(), Case.id.desc())), person_id, date.min, now)
    return rows[:PAGE], (page - 1) * PAGE + len(rows), page
