"""The rows of the inbox, made from readable columns: which cases a person reads, and how much each needs them.

A person finds only what they hold an open grant for, sealed to their present key. A person who was left out of a report
finds no trace of it (principle P6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from bullying_desk.accounts.models import Person
from bullying_desk.cases.deadlines import Dues, SchoolClocks
from bullying_desk.clock import full_hour
from bullying_desk.reports import record_kinds
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    Record,
    Report,
    ReporterState,
    ReportGrant,
    Urgency,
    Writer,
    is_acute,
)
from bullying_desk.reports.standby import standby
from bullying_desk.resources import case_name
from bullying_desk.schools.models import School
from bullying_desk.schools.school_forms import form_of
from bullying_desk.schools.school_names import shown_name
from bullying_desk.sealing.records import Side


class Need(IntEnum):
    """The reason for a case's place in the list; smaller is sooner."""

    DANGER_UNOWNED = 1
    DANGER_MINE = 2
    CHILD_WAITS = 3
    DUE = 4
    QUIET = 5
    WAITING_FOR_CHILD = 6


OPEN_STATES = (CaseStatus.NEW, CaseStatus.RUNNING)
VISIBLE: ColumnElement[bool] = or_(Report.reporter_state != ReporterState.ERASING, Report.kept_for_team)
"""What the desk may show: not what a child has erased, unless the team has to keep it (`reports.erasure`)."""


class Row(NamedTuple):
    """One case as the list shows it. Times are full hours; there is no word of the report."""

    case_id: int
    school_id: int
    status: CaseStatus
    urgency: Urgency
    danger: bool
    owner_id: int | None
    due_on: date | None
    waiting_since: datetime | None  # since when a reporter waits for us; None: we wait for them
    answer_by: date | None  # the day their answer is due
    last_hour: datetime
    last_writer: Writer
    reporter_state: ReporterState
    unseen: bool
    need: Need = Need.QUIET
    waited: int = 0  # how many school days a reporter has been waiting
    owner: str = ""
    cover_id: int | None = None  # who is responsible while the owner is away (`covering`)
    cover: str = ""
    school: tuple[str, ...] = ()  # as the register names it
    dues: Dues = Dues()  # everything that is due one day, the answer included

    @property
    def name(self) -> str:
        """The neutral two-word name."""
        return case_name(self.case_id)

    @property
    def school_name(self) -> str:
        """The name people use for the school."""
        name, addition, short_name, town, form = self.school
        return shown_name(name, addition, short_name, town, form_of(form).name)

    @property
    def is_dangerous(self) -> bool:
        """Whether danger was declared, or a member of the team has judged it acute."""
        return is_acute(self.danger, self.urgency)

    @property
    def is_open(self) -> bool:
        """Whether it is among the open cases: a closed or resting one is, as soon as a reporter waits."""
        return self.status in OPEN_STATES or self.waiting_since is not None

    def is_due(self, today: date) -> bool:
        """Whether an answer, a talk, the plan, a follow-up or the team's own date is due today or overdue."""
        return self.dues.is_due(today)


_NEWEST_BY_REPORTER: Final = func.coalesce(
    select(func.max(Record.sequence))
    .where(Record.owner_id == Report.id, Record.kind == record_kinds.LETTER, Record.side == Side.REPORTER.value)
    .correlate(Report)
    .scalar_subquery(),
    1,
)
"""The number of the reporter's newest letter; their report is number 1. A colleague's answer is nothing unread."""

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
    _NEWEST_BY_REPORTER,
    ReportGrant.seen_letters,
    Report.reporter_state,
    Person.name,
    School.name,
    School.name_addition,
    School.short_name,
    School.town,
    School.form,
    Case.in_person_due,
    Case.plan_due,
    Case.follow_up_due,
    Report.answer_from,
)
"""What a row is made of, with the names beside it: the inbox asks once, not once more for owners and schools."""


def held_by(
    session: Session, person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]
) -> ColumnElement[bool]:
    """Say which grants count: the current epoch's, open, and sealed to the person's present key."""
    holder: ColumnElement[int | None] = ReportGrant.person_id.expression
    if session.get_bind().dialect.name == "sqlite":
        # SQLite, which counts nothing beforehand, would walk through every grant a person ever got: 20,000 closed
        # cases to find 500 open ones. A plus hides the column from its index, so that it begins with the state.
        holder = UnaryExpression(holder, operator=custom_op("+"))
    return (
        (ReportGrant.report_id == Report.id)
        & (ReportGrant.epoch == Report.epoch)
        & (holder == person_id)
        & (ReportGrant.state == GrantState.OPEN)
        & (ReportGrant.key_id == key_id)
    )


def readable(held: ColumnElement[bool], *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select the columns of the cases a person reads; `which` narrows it."""
    rows: Select[*tuple[Any, ...]] = select(*COLUMNS).join_from(Case, Report, Report.case_id == Case.id)
    named = rows.join(School, School.id == Case.school_id).outerjoin(Person, Person.id == Case.owner_id)
    return named.join(ReportGrant, held).where(VISIBLE, *which)


def gather(
    found: Iterable[Sequence[Any]],
    person_id: int,
    today: date,
    now: datetime,
    clocks: SchoolClocks | None = None,
) -> list[Row]:
    """Fold a case's reports into one row: it waits since its longest waiting reporter.

    `now` decides whether an answer that can be taken back has been shown.
    """
    cases: dict[int, list[Sequence[Any]]] = {}
    for values in found:
        shown = values[22] is not None and values[22] <= now
        seen = (*values[:7], Writer.STAFF, full_hour(values[22]), *values[9:]) if shown else values
        cases.setdefault(values[0], []).append(seen)
    return [_row(parts, person_id, today, clocks) for parts in cases.values()]


def _row(parts: list[Sequence[Any]], person_id: int, today: date, clocks: SchoolClocks | None) -> Row:
    case_id, school, status, urgency, danger, owner, due_on = parts[0][:7]
    waiting = [part for part in parts if part[7] is Writer.REPORTER and part[12] is ReporterState.OPEN]
    last = parts[0] if len(parts) == 1 else max(parts, key=lambda part: part[8])
    since = min((part[8] for part in waiting), default=None)
    # The promised date counts, and no other: the first letter of a waiting time gets its own (`mailbox.letters`).
    answer_by = min((part[9] for part in waiting), default=None) if clocks else None
    dues = Dues(answer_by, parts[0][19], parts[0][20], parts[0][21], due_on)
    return Row(
        case_id=case_id,
        school_id=school,
        status=status,
        urgency=urgency,
        danger=danger,
        owner_id=owner,
        due_on=due_on,
        waiting_since=since,
        answer_by=answer_by,
        last_hour=last[8],
        last_writer=last[7],
        reporter_state=last[12],
        unseen=any(part[10] > part[11] for part in parts),
        need=_need(is_acute(danger, urgency), owner, person_id, since, dues, today, last),
        waited=clocks.school_days_until(school, since, today) if clocks and since is not None else 0,
        owner=parts[0][13] or "",
        school=tuple(parts[0][14:19]),
        dues=dues,
    )


def _need(
    danger: bool,
    owner: int | None,
    person_id: int,
    since: datetime | None,
    dues: Dues,
    today: date,
    last: Sequence[Any],
) -> Need:
    if danger and owner is None:
        return Need.DANGER_UNOWNED
    if danger and (owner == person_id or (dues.in_person is not None and since is None)):
        return Need.DANGER_MINE
    if since is not None:
        return Need.CHILD_WAITS
    if dues.is_due(today):
        return Need.DUE
    we_wait = last[7] is Writer.STAFF and last[12] is ReporterState.OPEN and owner is not None and not any(dues)
    return Need.WAITING_FOR_CHILD if we_wait else Need.QUIET


# The deputy owner during an absence: a colleague who reads the case already, and nobody else.
#
# This lets nobody read anything: it follows from recorded absences and existing grants.


Covers = dict[int, tuple[int, str]]
"""By case: who is responsible meanwhile, as person id and name."""


def covered(session: Session, rows: Iterable[Row], today: date) -> list[Row]:
    """Return the rows, each with who is responsible while its owner is away. Asks one query."""
    found = list(rows)
    covers = covers_of(session, [row.case_id for row in found if row.owner_id], today)
    none = (None, "")
    return [row._replace(cover_id=cover[0], cover=cover[1]) if (cover := covers.get(row.case_id, none))[0] else row
            for row in found]  # fmt: skip


def covers_of(session: Session, cases: Iterable[int], today: date) -> Covers:
    """Return the deputy owner of each case whose owner is away today.

    It is the stand-in, if they read the case; else another reader who is there, by name. Nobody, where nobody else
    reads.
    """
    away = standby.away_on(session, today)
    if not away:
        return {}
    query = (
        select(Report.case_id, Case.school_id, Case.owner_id, Person.id, Person.name)
        .join(Case, Case.id == Report.case_id)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .join(Person, Person.id == ReportGrant.person_id)
        .where(Report.case_id.in_(list(cases)), ReportGrant.state == GrantState.OPEN)
        .where(Person.id != Case.owner_id)
        .order_by(Person.name, Person.id)
    )
    covers: Covers = {}
    for case, school, owner, person, name in session.execute(query):
        if (school, owner or 0) not in away or (school, person) in away:
            continue
        if person == away[school, owner or 0] or case not in covers:
            covers[case] = (person, name)
    return covers


def cover_of(session: Session, case: Case, today: date) -> str:
    """Return who is responsible for one case while its owner is away; nothing where nobody is away."""
    return covers_of(session, [case.id], today).get(case.id, (0, ""))[1] if case.owner_id is not None else ""
