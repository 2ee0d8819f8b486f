"""The day's work: destroying what is over, once a day, in small transactions, on any number of machines.

Each batch asks again what is due. So the work may be interrupted, repeated, or run twice at once (row locks on
PostgreSQL, one writer on SQLite). When nothing is left the day is written down; the day's other ticks ask one row.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from sqlalchemy import column, delete, exists, func, select, table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail, verifying
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.database import Database
from bullying_desk.erasing import drafts, rewriting
from bullying_desk.erasing.default_periods import PERIODS, Kind
from bullying_desk.erasing.destroying import Destroyer, destroy_outdated
from bullying_desk.erasing.registry import TABLES
from bullying_desk.night import Counts, Night
from bullying_desk.reports import record_kinds
from bullying_desk.reports.mailbox.mailbox import end_sessions
from bullying_desk.reports.models import Case, CaseStatus, PaperSlip, Record, Report, SlipSheet, SlipState
from bullying_desk.retention import due, emptied_accounts, returning, warning
from bullying_desk.retention.changing_periods import Periods, load
from bullying_desk.retention.models import RetentionRun
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

BATCH = 100
NOTES = table("private_note", column("id"), column("case_id"))  # the model belongs to a room above
WARNED = "cases warned of"
JUMPED = "waits a day after a jump of the clock"
# A machine whose clock has run ahead must not empty a city: after such a gap nothing is destroyed before the next day.
JUMP = timedelta(days=30)

Step = Callable[[Destroyer, Periods, datetime], int]
"""Does one batch and returns how many; fewer than BATCH means that nothing is left."""


def run(database: Database, pepper_layer: PepperLayer, now: datetime, notice_times: tuple[str, ...]) -> dict[str, int]:
    """Do the day's work unless it is done. Returns what was destroyed, by its plain name."""
    today = now.astimezone(BERLIN).date()
    with database.transaction(write=False) as session:
        last = session.scalar(select(func.max(RetentionRun.day)))
    if last == today:
        return dict.fromkeys((*STEPS, WARNED, JUMPED), 0)
    if last is not None and today - last > JUMP:
        _write_down(database, today)
        return {**dict.fromkeys((*STEPS, WARNED), 0), JUMPED: 1}
    counts = {name: _until_done(database, pepper_layer, now, step) for name, step in STEPS.items()}
    counts[WARNED] = 0
    with suppress(IntegrityError), database.transaction() as session:  # another machine warns of the same at once
        counts[WARNED] = warning.warn(session, now, notice_times)
    _write_down(database, today)
    return {**counts, JUMPED: 0}


def _write_down(database: Database, today: date) -> None:
    with suppress(IntegrityError), database.transaction() as session:  # another machine has written it at once
        session.execute(delete(RetentionRun).where(RetentionRun.day != today))
        session.merge(RetentionRun(day=today))


def _until_done(database: Database, pepper_layer: PepperLayer, now: datetime, step: Step) -> int:
    total, batch = 0, BATCH
    today = now.astimezone(BERLIN).date()
    while batch >= BATCH:
        with database.transaction() as session:
            batch = step(Destroyer(session, pepper_layer, today), load(session, today), now)
        total += batch
    return total


def _cases(destroyer: Destroyer, periods: Periods, now: datetime) -> int:
    """Empty the cases whose period is over."""
    session, today = destroyer.session, destroyer.today
    over = due.case_over(periods, today)
    ids = _locked(session, over, today)
    for case_id in ids:
        destroyer.case(case_id)
        trail.record(session, Event.CASE_DESTROYED, full_hour(now), subject=case_id, why="time")
    return len(ids)


def _conversations(destroyer: Destroyer, periods: Periods, now: datetime) -> int:
    """Destroy the conversations of cases whose file is kept longer. The child's words then open nothing."""
    session, today = destroyer.session, destroyer.today
    over = due.closed_before(periods, Kind.CONVERSATION, today) & due.has_conversation()
    ids = _locked(session, over, today)
    query = select(Report).where(Report.case_id.in_(ids), Report.emptied_on.is_(None))
    for report in session.scalars(query).all():
        _empty(session, destroyer.pepper_layer, report, today)
        facts = {"report": report.id}
        trail.record(session, Event.CONVERSATION_DESTROYED, full_hour(now), subject=report.case_id, **facts)
    session.flush()
    return len(ids)


def _empty(session: Session, pepper_layer: PepperLayer, report: Report, today: date) -> None:
    end_sessions(session, report)
    # The list of people left out stays until the case goes: it decides who may still become a reader of the file.
    session.execute(delete(Record).where(Record.owner_id == report.id, Record.kind != record_kinds.LEFT_OUT))
    report.locator = pepper_layer.lay(secrets.token_bytes(32), PepperPlace.LOCATOR)  # no six words lead here any more
    report.emptied_on = today
    drafts.destroy_of_report(session, report.id, today)
    rewriting.ask(session, today)


def _notes(destroyer: Destroyer, periods: Periods, _now: datetime) -> int:
    """Destroy private notes on closed cases."""
    session, today = destroyer.session, destroyer.today
    over = due.closed_before(periods, Kind.PRIVATE_NOTE, today) & due.free(today)
    query = select(NOTES.c.id).join(Case, Case.id == NOTES.c.case_id).where(over).limit(BATCH)
    ids = session.scalars(query).all()
    for note_id in ids:
        destroyer.note(note_id)
    return len(ids)


def _accounts(destroyer: Destroyer, periods: Periods, now: datetime) -> int:
    """Empty the accounts of people who left, unless a case still names them as its owner."""
    session, today = destroyer.session, destroyer.today
    before = today - timedelta(days=periods.days(Kind.ACCOUNT))
    owns = exists().where(Case.owner_id == Person.id, Case.status != CaseStatus.CLOSED)
    query = select(Person.id).where(
        Person.state == PersonState.LEFT,
        Person.left_on < before,
        Person.email.not_like(f"%{emptied_accounts.NOWHERE}"),
        ~owns,
    )
    ids = session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)).all()
    for person_id in ids:
        emptied_accounts.empty_account(destroyer, person_id)
        trail.record(session, Event.ACCOUNT_EMPTIED, full_hour(now), subject=person_id, why="time")
    return len(ids)


def _slips(destroyer: Destroyer, periods: Periods, _now: datetime) -> int:
    """Declare old, unused paper slips void: what their words would lead to is deleted."""
    session = destroyer.session
    before = destroyer.today - timedelta(days=periods.days(Kind.SLIP))
    old = select(SlipSheet.id).where(SlipSheet.printed_on < before)
    query = select(PaperSlip).where(PaperSlip.state == SlipState.OPEN, PaperSlip.sheet_id.in_(old)).limit(BATCH)
    slips = session.scalars(query.with_for_update(skip_locked=True)).all()
    for slip in slips:
        slip.state, slip.locator, slip.public_half = SlipState.VOID, None, None
    session.flush()
    return len(slips)


def _outdated(destroyer: Destroyer, periods: Periods, now: datetime) -> int:
    """Destroy rows whose last day is long over: one statement for each table, so never a second batch."""
    count = 0
    for name, kept in TABLES.items():
        if kept.kind in PERIODS and (kept.day or kept.moment) and kept.kind is not Kind.MARK:
            days = timedelta(days=periods.days(kept.kind))
            count += destroy_outdated(destroyer.session, name, kept, destroyer.today - days, now - days)
    return min(count, BATCH - 1)


def _trail(destroyer: Destroyer, periods: Periods, now: datetime) -> int:
    """Shorten the trail under a seal. While a case is held, nothing from its time is cut: a hold is for a dispute."""
    session, today = destroyer.session, destroyer.today
    before = datetime.combine(today - timedelta(days=periods.days(Kind.TRAIL)), time(), BERLIN)
    held = session.scalar(select(func.min(Case.opened_hour)).where(~due.not_held(today)))
    try:
        return verifying.cut(session, destroyer.pepper_layer, min(before, held or before), now)
    except verifying.TrailBent:  # `audit verify` names the place; a person looks before anything is cut
        return 0


def _locked(session: Session, over: object, today: date) -> list[int]:
    query = select(Case.id).where(over, due.free(today)).limit(BATCH)  # type: ignore[arg-type]
    return list(session.scalars(query.with_for_update(of=Case, skip_locked=True)))


STEPS: dict[str, Step] = {
    "cases destroyed": _cases,
    "conversations destroyed": _conversations,
    "private notes destroyed": _notes,
    "accounts emptied": _accounts,
    "paper slips declared void": _slips,
    "outdated rows destroyed": _outdated,
    "entries of the trail cut": _trail,
}


def by_night(night: Night) -> Counts:
    """Destroy what is over, and put its tombstones into the file at once, not at the next tick."""
    over = run(night.database, night.pepper_layer, night.now, night.settings.notice_times)
    returning.by_night(night)
    return over
