"""The inbox in the order of need: who is in danger, who has waited longest, what is mine, what waits for the child.

It is made from readable columns only and shows a person what they hold a grant for, and nothing else: who was left
out of a report finds no trace of it (decisions 6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

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
    answer_due: date
    last_hour: datetime
    unseen: bool
    need: Need

    @property
    def name(self) -> str:
        """The neutral two-word name."""
        return case_name(self.case_id)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of rows, and the three counters that count only what we owe."""

    rows: tuple[Row, ...]
    total: int
    page: int
    danger: int
    waiting: int
    due: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def inbox(session: Session, person_id: int, today: date, *, tab: Tab = Tab.OPEN, page: int = 1) -> Inbox:
    """Return one page of what a person may read, in the order of need, 50 rows a page."""
    if tab is Tab.CLOSED:
        return _closed(session, person_id, today, page)
    states = (CaseStatus.DORMANT,) if tab is Tab.DORMANT else OPEN_STATES
    rows = _gather(session.execute(_readable(person_id, states)).all(), person_id, today)
    shown = [row for row in rows if _belongs(row, tab, person_id)]
    shown.sort(key=lambda row: (row.need, row.waiting_since or row.last_hour, row.case_id))
    last = max(1, -(-len(shown) // PAGE))
    page = min(max(1, page), last)
    return Inbox(
        rows=tuple(shown[(page - 1) * PAGE : page * PAGE]),
        total=len(shown),
        page=page,
        danger=sum(row.danger and (row.owner_id is None or row.waiting_since is not None) for row in rows),
        waiting=sum(row.waiting_since is not None for row in rows),
        due=sum(_is_due(row, today) for row in rows),
    )


def _belongs(row: Row, tab: Tab, person_id: int) -> bool:
    if tab is Tab.MINE:
        return row.owner_id == person_id
    return row.owner_id is None if tab is Tab.UNOWNED else True


def _is_due(row: Row, today: date) -> bool:
    by_promise = row.waiting_since is not None and row.answer_due <= today
    return by_promise or (row.due_on is not None and row.due_on <= today)


def _readable(person_id: int, states: Iterable[CaseStatus]) -> Select[Any]:
    columns = (
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
    return (
        select(*columns)
        .join(Report, Report.case_id == Case.id)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(
            Case.status.in_(tuple(states)),
            ReportGrant.person_id == person_id,
            ReportGrant.state == GrantState.OPEN,
            Report.reporter_state != ReporterState.ERASING,
        )
    )


def _gather(found: Iterable[Any], person_id: int, today: date) -> list[Row]:
    """Fold a case's reports into one row: it waits since its longest waiting reporter."""
    cases: dict[int, Row] = {}
    for values in found:
        row = _row(values, person_id, today)
        before = cases.get(row.case_id)
        cases[row.case_id] = row if before is None else _fold(before, row)
    return list(cases.values())


def _row(values: Any, person_id: int, today: date) -> Row:
    (case_id, school, status, urgency, danger, owner, due_on, writer, hour, answer_due, letters, seen, state) = values
    waits = writer is Writer.REPORTER and state is ReporterState.OPEN
    row = Row(
        case_id=case_id,
        school_id=school,
        status=status,
        urgency=urgency,
        danger=bool(danger),
        owner_id=owner,
        due_on=due_on,
        waiting_since=hour if waits else None,
        answer_due=answer_due,
        last_hour=hour,
        unseen=letters > seen,
        need=Need.QUIET,
    )
    return _with_need(row, person_id, today)


def _fold(one: Row, other: Row) -> Row:
    first, second = sorted((one, other), key=lambda row: (row.need, row.waiting_since or row.last_hour))
    return Row(
        **{name: getattr(first, name) for name in Row.__slots__ if name not in {"unseen", "last_hour", "answer_due"}},
        unseen=first.unseen or second.unseen,
        last_hour=max(first.last_hour, second.last_hour),
        answer_due=min(first.answer_due, second.answer_due),
    )


def _with_need(row: Row, person_id: int, today: date) -> Row:
    if row.danger and row.owner_id is None:
        need = Need.DANGER_UNOWNED
    elif row.danger and row.owner_id == person_id and row.waiting_since is not None:
        need = Need.DANGER_MINE
    elif row.waiting_since is not None:
        need = Need.CHILD_WAITS
    elif row.due_on is not None and row.due_on <= today:
        need = Need.DUE
    else:
        need = Need.QUIET if row.status is CaseStatus.NEW or row.due_on is not None else Need.WAITING_FOR_CHILD
    return Row(**{name: getattr(row, name) for name in Row.__slots__ if name != "need"}, need=need)


def _closed(session: Session, person_id: int, today: date, page: int) -> Inbox:
    """Closed cases are many (20,000 in a big city over years): the database pages them, newest first."""
    query = _readable(person_id, (CaseStatus.CLOSED,))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    last = max(1, -(-total // PAGE))
    page = min(max(1, page), last)
    ordered = query.order_by(Case.closed_hour.desc(), Case.id).limit(PAGE).offset((page - 1) * PAGE)
    rows = _gather(session.execute(ordered).all(), person_id, today)
    return Inbox(rows=tuple(rows), total=total, page=page, danger=0, waiting=0, due=0)
