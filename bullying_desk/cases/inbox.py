"""The inbox in the order of need: who is in danger, who has waited longest, what is mine, what waits for the child.

It is made from readable columns only and shows a person what they hold a grant for, and nothing else: who was left
out of a report finds no trace of it (decisions 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum, IntEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from bullying_desk.cases.clocks import SchoolClocks
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    Report,
    ReporterState,
    ReportGrant,
    Urgency,
    Writer,
)
from bullying_desk.resources import case_name

PAGE = 50


class Need(IntEnum):
    """Why a case stands where it stands; smaller is sooner."""

    DANGER_UNOWNED = 1
    DANGER_MINE = 2
    CHILD_WAITS = 3
    DUE = 4
    QUIET = 5
    WAITING_FOR_CHILD = 6


class Tab(Enum):
    """The views of the inbox."""

    OPEN = "offen"
    MINE = "meine"
    UNOWNED = "ohne"
    DORMANT = "ruht"
    CLOSED = "zu"


OPEN_STATES = (CaseStatus.NEW, CaseStatus.RUNNING)
VISIBLE: ColumnElement[bool] = or_(Report.reporter_state != ReporterState.ERASING, Report.kept_for_team)
"""What the desk may show: not what a child has erased, unless the team has to keep it (`reports.erasure`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the list shows it. Times are full hours; there is no word of the report."""

    case_id: int
    school_id: int
    status: CaseStatus
    urgency: Urgency
    danger: bool
    owner_id: int | None
    due_on: date | None
    waiting_since: datetime | None  # since when somebody waits for us; None: we wait for them
    answer_by: date | None  # by when they are to be answered
    last_hour: datetime
    last_writer: Writer
    reporter_state: ReporterState
    unseen: bool
    need: Need = Need.QUIET

    @property
    def name(self) -> str:
        """The neutral two-word name."""
        return case_name(self.case_id)

    @property
    def is_open(self) -> bool:
        """Whether it stands among the open cases: a closed or resting one does as soon as somebody waits."""
        return self.status in OPEN_STATES or self.waiting_since is not None

    def is_due(self, today: date) -> bool:
        """Whether an answer or the team's own date is due today or overdue."""
        return any(day is not None and day <= today for day in (self.answer_by, self.due_on))


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of rows, what each tab holds, and the three counters that count only what we owe."""

    rows: tuple[Row, ...]
    total: int
    page: int
    tabs: dict[Tab, int]  # all but CLOSED, which is not counted
    schools: frozenset[int]  # of everything that is not closed: what there is to choose from
    danger: int
    waiting: int
    due: int
    next_due: date | None  # the team's own next date after today, where nothing else is to be done
    longest: Row | None  # who has waited longest

    @property
    def pages(self) -> int:
        """How many pages there are, at least one; of closed cases, how many are known."""
        return max(1, -(-self.total // PAGE))


def inbox(
    session: Session,
    person_id: int,
    key_id: bytes,
    now: datetime,
    today: date,
    *,
    answer_school_days: int,
    tab: Tab = Tab.OPEN,
    page: int = 1,
    school_id: int | None = None,
) -> Inbox:
    """Return one page of what a person may read with their present key, in the order of need.

    `school_id` narrows everything to one school. The counters count all of it, whatever the tab.
    """
    everything = _living(session, person_id, key_id, today, answer_school_days)
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
        shown, total, page = _page_of(sorted(listed[tab], key=lambda row: order(row, person_id)), page)
    waiting = [row for row in open_ones if row.waiting_since is not None]
    ahead = [row.due_on for row in open_ones if row.due_on is not None and row.due_on > today]
    return Inbox(
        rows=tuple(shown),
        total=total,
        page=page,
        tabs={each: len(rows) for each, rows in listed.items()},
        schools=frozenset(row.school_id for row in everything),
        danger=sum(row.danger and (row.owner_id is None or row.waiting_since is not None) for row in open_ones),
        waiting=len(waiting),
        due=sum(row.is_due(today) for row in open_ones),
        next_due=min(ahead, default=None),
        longest=min(waiting, key=lambda row: row.waiting_since or now, default=None),
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


COLUMNS = (
    Case.id,
    Case.school_id,
    Case.status,
    Case.urgency,
    Case.danger,
    Case.owner_id,
    Case.due_on,
    Report.last_writer,
    Report.last_hour,
    Report.answer_due,
    Report.letters,
    ReportGrant.seen_letters,
    Report.reporter_state,
)


def _held_by(session: Session, person_id: int, key_id: bytes) -> ColumnElement[bool]:
    """Say which grants count: the current epoch's, open, and sealed to the person's present key."""
    holder: ColumnElement[int] = ReportGrant.person_id.expression
    if session.get_bind().dialect.name == "sqlite":
        # SQLite, which counts nothing beforehand, would walk through every grant a person ever got: 20,000 closed
        # cases to find 500 open ones. A plus hides the column from its index, so that it begins with the state.
        holder = UnaryExpression(holder, operator=custom_op("+"), type_=BigInteger())
    return (
        (ReportGrant.report_id == Report.id)
        & (ReportGrant.epoch == Report.epoch)
        & (holder == person_id)
        & (ReportGrant.state == GrantState.OPEN)
        & (ReportGrant.key_id == key_id)
    )


def _readable(held: ColumnElement[bool], *which: ColumnElement[bool]) -> Select[Any]:
    joined = select(*COLUMNS).join_from(Case, Report, Report.case_id == Case.id).join(ReportGrant, held)
    return joined.where(VISIBLE, *which)


def _living(session: Session, person_id: int, key_id: bytes, today: date, answer_school_days: int) -> list[Row]:
    """Return what is open or rests, and whatever else somebody waits in."""
    held = _held_by(session, person_id, key_id)
    resting = (*OPEN_STATES, CaseStatus.DORMANT)
    waits = (Report.last_writer == Writer.REPORTER, Report.reporter_state == ReporterState.OPEN)
    found: list[Sequence[Any]] = [
        *session.execute(_readable(held, Case.status.in_(resting))),
        *session.execute(_readable(held, Case.status == CaseStatus.CLOSED, *waits)),
    ]
    clocks = SchoolClocks(session, {values[1] for values in found}, answer_school_days)
    return _gather(found, person_id, today, clocks)


def _gather(
    found: Iterable[Sequence[Any]], person_id: int, today: date, clocks: SchoolClocks | None = None
) -> list[Row]:
    """Fold a case's reports into one row: it waits since its longest waiting reporter."""
    cases: dict[int, list[Sequence[Any]]] = {}
    for values in found:
        cases.setdefault(values[0], []).append(values)
    return [_row(parts, person_id, today, clocks) for parts in cases.values()]


def _row(parts: list[Sequence[Any]], person_id: int, today: date, clocks: SchoolClocks | None) -> Row:
    case_id, school, status, urgency, danger, owner, due_on = parts[0][:7]
    waiting = [part for part in parts if part[7] is Writer.REPORTER and part[12] is ReporterState.OPEN]
    last = max(parts, key=lambda part: part[8])
    answered = status is not CaseStatus.NEW
    by = [clocks.answer_by(school, part[9], part[8], answered_before=answered) for part in waiting if clocks]
    since = min((part[8] for part in waiting), default=None)
    due = any(day is not None and day <= today for day in (*by, due_on))
    return Row(
        case_id=case_id,
        school_id=school,
        status=status,
        urgency=urgency,
        danger=danger,
        owner_id=owner,
        due_on=due_on,
        waiting_since=since,
        answer_by=min(by, default=None),
        last_hour=last[8],
        last_writer=last[7],
        reporter_state=last[12],
        unseen=any(part[10] > part[11] for part in parts),
        need=_need(danger, owner, person_id, since, due, due_on, last),
    )


def _need(
    danger: bool,
    owner: int | None,
    person_id: int,
    since: datetime | None,
    due: bool,
    due_on: date | None,
    last: Sequence[Any],
) -> Need:
    if danger and owner is None:
        return Need.DANGER_UNOWNED
    if danger and owner == person_id:
        return Need.DANGER_MINE
    if since is not None:
        return Need.CHILD_WAITS
    if due:
        return Need.DUE
    we_wait = last[7] is Writer.STAFF and last[12] is ReporterState.OPEN and due_on is None and owner is not None
    return Need.WAITING_FOR_CHILD if we_wait else Need.QUIET


def _closed(
    session: Session, person_id: int, key_id: bytes, page: int, school_id: int | None
) -> tuple[list[Row], int, int]:
    """Closed cases are many (20,000 in a big city over years): the database turns their pages, the newest first.

    They are not counted; one row more than a page holds tells that there is a next page.
    """
    held = _held_by(session, person_id, key_id)
    mine = exists().where(Report.case_id == Case.id, VISIBLE).where(held)
    query = select(Case.id).where(Case.status == CaseStatus.CLOSED, mine)
    if school_id is not None:
        query = query.where(Case.school_id == school_id)
    page = max(1, page)
    newest = query.order_by(Case.closed_hour.desc(), Case.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
    wanted = list(session.scalars(newest))
    rows = _gather(session.execute(_readable(held, Case.id.in_(wanted[:PAGE]))), person_id, date.min)
    return sorted(rows, key=lambda row: wanted.index(row.case_id)), (page - 1) * PAGE + len(wanted), page
