"""The inbox in the order of need: who is in danger, who has waited longest, what is mine, what waits for the child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from bullying_desk.cases.clocks import SchoolClocks
from bullying_desk.cases.rows import OPEN_STATES, VISIBLE, Need, Row, gather, held_by, readable
from bullying_desk.reports.models import Case, CaseStatus, GrantState, Report, ReporterState, ReportGrant, Writer

PAGE = 50


class Tab(Enum):
    """The views of the inbox."""

    OPEN = "offen"
    MINE = "meine"
    UNOWNED = "ohne"
    DORMANT = "ruht"
    CLOSED = "zu"


class Owed(Enum):
    """What the three counters count: only what we owe."""

    DANGER = "gefahr"
    WAITING = "wartet"
    DUE = "faellig"

    def counts(self, row: Row, today: date) -> bool:
        """Whether an open row is counted here."""
        if self is Owed.DANGER:
            return row.danger and (row.owner_id is None or row.waiting_since is not None)
        return row.waiting_since is not None if self is Owed.WAITING else row.is_due(today)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of rows, what each tab holds, and the three counters that count only what we owe."""

    rows: tuple[Row, ...]
    total: int
    page: int
    tabs: dict[Tab, int]  # all but CLOSED, which is not counted
    schools: frozenset[int]  # of everything that is not closed: what there is to choose from
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
    today: date,
    *,
    answer_school_days: int,
    tab: Tab = Tab.OPEN,
    page: int = 1,
    school_id: int | None = None,
    owed: Owed | None = None,
) -> Inbox:
    """Return one page of what a person may read with their present key, in the order of need.

    `school_id` narrows everything to one school, `owed` the list to what a counter counts. The counters count all of
    it, whatever the tab.
    """
    everything, clocks = _living(session, person_id, key_id, today, answer_school_days)
    found = [row for row in everything if school_id in (None, row.school_id)]
    open_ones = [row for row in found if row.is_open]
    listed = {
        Tab.OPEN: open_ones,
        Tab.MINE: [row for row in open_ones if row.owner_id == person_id],
        Tab.UNOWNED: [row for row in open_ones if row.owner_id is None],
        Tab.DORMANT: [row for row in found if row.status is CaseStatus.DORMANT and not row.is_open],
    }
    if tab is Tab.CLOSED:
        shown, total, page = _closed(session, person_id, key_id, page, school_id)
    else:
        wanted = [row for row in listed[tab] if owed is None or owed.counts(row, today)]
        shown, total, page = _page_of(sorted(wanted, key=lambda row: order(row, person_id)), page)
    waiting = [row for row in open_ones if row.waiting_since is not None]
    ahead = [row.due_on for row in open_ones if row.due_on is not None and row.due_on > today]
    return Inbox(
        rows=tuple(shown),
        total=total,
        page=page,
        tabs={each: len(rows) for each, rows in listed.items()},
        schools=frozenset(row.school_id for row in everything),
        owed={each: sum(each.counts(row, today) for row in open_ones) for each in Owed},
        next_due=min(ahead, default=None),
        longest=min(waiting, key=lambda row: row.waiting_since or row.last_hour, default=None),
        clocks=clocks,
    )


def order(row: Row, person_id: int) -> tuple[int, bool, datetime, int]:
    """Say where a row stands; smaller is sooner.

    Hours of waiting put two children of one school in the same order as school time does.
    """
    mine_first = row.need is Need.QUIET and row.owner_id not in {None, person_id}
    since = row.waiting_since
    if since is None and row.need is Need.DUE and row.due_on is not None:
        since = datetime.combine(row.due_on, time(), UTC)
    return (row.need, mine_first, since or row.last_hour, row.case_id)


def waiting_for_access(session: Session, person_id: int, key_id: bytes) -> int:
    """Return how many cases a person once read and cannot open with their present key."""
    query = (
        select(func.count(Report.case_id.distinct()))
        .join(ReportGrant, ReportGrant.report_id == Report.id)
        .where(
            ReportGrant.person_id == person_id,
            ReportGrant.state == GrantState.OPEN,
            or_(ReportGrant.key_id < key_id, ReportGrant.key_id > key_id),  # as ranges, which an index can answer
            VISIBLE,
        )
    )
    return session.scalar(query) or 0


def _page_of(rows: list[Row], page: int) -> tuple[list[Row], int, int]:
    last = max(1, -(-len(rows) // PAGE))
    page = min(max(1, page), last)
    return rows[(page - 1) * PAGE : page * PAGE], len(rows), page


def _living(
    session: Session, person_id: int, key_id: bytes, today: date, answer_school_days: int
) -> tuple[list[Row], SchoolClocks]:
    """Return what is open or rests, and whatever else somebody waits in."""
    held = held_by(session, person_id, key_id)
    resting = (*OPEN_STATES, CaseStatus.DORMANT)
    waits = (Report.last_writer == Writer.REPORTER, Report.reporter_state == ReporterState.OPEN)
    found: list[Sequence[Any]] = [
        *session.execute(readable(held, Case.status.in_(resting))),
        *session.execute(readable(held, Case.status == CaseStatus.CLOSED, *waits)),
    ]
    clocks = SchoolClocks(session, {values[1] for values in found}, answer_school_days)
    return gather(found, person_id, today, clocks), clocks


def _closed(
    session: Session, person_id: int, key_id: bytes, page: int, school_id: int | None
) -> tuple[list[Row], int, int]:
    """Closed cases are many (20,000 in a big city over years): the database turns their pages, the newest first.

    They are not counted; one row more than a page holds tells that there is a next page.
    """
    held = held_by(session, person_id, key_id)
    mine = exists().where(Report.case_id == Case.id, VISIBLE).where(held)
    query = select(Case.id).where(Case.status == CaseStatus.CLOSED, mine)
    if school_id is not None:
        query = query.where(Case.school_id == school_id)
    page = max(1, page)
    newest = query.order_by(Case.closed_hour.desc(), Case.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
    wanted = list(session.scalars(newest))
    rows = gather(session.execute(readable(held, Case.id.in_(wanted[:PAGE]))), person_id, date.min)
    return sorted(rows, key=lambda row: wanted.index(row.case_id)), (page - 1) * PAGE + len(wanted), page
