"""How long a case is kept: when it is destroyed, what keeps it, a hold with a reason, the offer to the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import notes
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.case_list import VISIBLE
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.reports.models import Case, CaseStatus, GrantState, Report, ReportGrant
from bullying_desk.retention import due
from bullying_desk.retention.changing_periods import load
from bullying_desk.schools.models import School
from bullying_desk.web.language import _, short_date

LONGEST_HOLD = timedelta(days=366)  # set again where it is still needed: a forgotten hold must end by itself
SOON = timedelta(days=90)
MOST = 200  # cases on one page


class Archive(StrEnum):
    """Whether a case is to be offered to the archive before it is destroyed (kept in `Case.archive`)."""

    NO = ""
    OFFER = "offer"  # waits for the archive's answer, and is not destroyed meanwhile
    TAKEN = "taken"
    DECLINED = "declined"


class HoldTooLong(ValueError):
    """A hold ends within a year; it can be set again."""


class HoldPassed(ValueError):
    """A hold ends after today."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a case is still there. The days are None while it is open: then nothing has begun to run."""

    talk_on: date | None  # when the conversation is destroyed, or was
    case_on: date | None
    talk_is_gone: bool
    hold_until: date | None
    unread: bool
    archive: Archive

    @property
    def is_kept(self) -> bool:
        """Whether something keeps the case beyond its days."""
        return self.unread or self.hold_until is not None or self.archive is Archive.OFFER


def lifetime(session: Session, case: Case, today: date) -> Lifetime:
    """Say how long a case is still there."""
    return next(life for _case, life in _lifetimes(session, today, Case.id == case.id))


def _lifetimes(session: Session, today: date, *which: ColumnElement[bool]) -> Iterator[tuple[Case, Lifetime]]:
    """Yield cases and how long they are kept, in one query; whichever closed first comes first."""
    emptied = select(func.max(Report.emptied_on)).where(Report.case_id == Case.id).correlate(Case).scalar_subquery()
    columns = (Case, School.authority_number, due.has_conversation(), emptied, due.UNREAD)
    query = select(*columns).join(School, School.id == Case.school_id).where(*which)
    rows = session.execute(query.order_by(Case.closed_hour, Case.id).limit(MOST)).all()
    periods = load(session, today)
    for case, authority, has_talk, emptied_on, unread in rows:
        talk_on = case_on = None
        if case.status is CaseStatus.CLOSED and case.closed_hour is not None:
            talk_on, case_on = periods.days_of(case.closed_hour, case.outcome, authority)
        held = case.hold_until if case.hold_until is not None and case.hold_until > today else None
        gone_on = None if has_talk else emptied_on
        archive = Archive(case.archive)
        yield case, Lifetime(gone_on or talk_on, case_on, gone_on is not None, held, unread, archive)


def hold(me: Counsellor, case: Case, until: date, reason: str) -> None:
    """Keep a case until a day, whatever its period is. The reason is sealed in the case's file.

    Raises HoldPassed, HoldTooLong, and of the notes: NoteEmpty, NoteTooLong, NoCaseKey.
    """
    if until <= me.today:
        raise HoldPassed(until)
    if until > me.today + LONGEST_HOLD:
        raise HoldTooLong(until)
    if not reason.strip():
        raise notes.NoteEmpty
    said = _("Nicht löschen bis %(day)s. Grund: %(reason)s") % {"day": short_date(until), "reason": reason.strip()}
    notes.write_team_note(me, case, open_case_secrets(me, case), said)
    if case.hold_until == until:
        return
    case.hold_until = until  # a child who erases sees the day before it decides (`reports.erasure`)
    trail.record(me.session, Event.HOLD_SET, me.now, actor=me.person_id, subject=case.id, day=until.isoformat())
    me.session.flush()


def end_hold(me: Counsellor, case: Case) -> None:
    """Let the periods count again. Raises NoCaseKey for a partial reader: they do not know what is kept, nor why."""
    if case.hold_until is None:
        return
    _must_read_all(me, case)
    case.hold_until = None
    trail.record(me.session, Event.HOLD_ENDED, me.now, actor=me.person_id, subject=case.id)
    me.session.flush()


def say_archive(me: Counsellor, case: Case, said: Archive) -> None:
    """Enter that a case is to be offered to the archive, or the archive's answer. Raises NoCaseKey."""
    if case.archive == said.value:
        return
    _must_read_all(me, case)
    case.archive = said.value
    trail.record(me.session, Event.ARCHIVE_SAID, me.now, actor=me.person_id, subject=case.id, state=said.value or None)
    me.session.flush()


def _must_read_all(me: Counsellor, case: Case) -> None:
    if case.epoch not in open_case_secrets(me, case):
        raise notes.NoCaseKey


def soon(session: Session, person_id: int, key_id: bytes, today: date) -> list[tuple[Case, Lifetime]]:
    """Return the closed cases a person reads that are kept, or lose something within three months; soonest first."""
    periods = load(session, today)
    near = due.case_over(periods, today, ahead=SOON) | (
        due.closed_before(periods, Kind.CONVERSATION, today, ahead=SOON) & due.has_conversation()
    )
    return list(_lifetimes(session, today, near, Case.id.in_(_mine(person_id, key_id))))


def quiet(session: Session, person_id: int, key_id: bytes, today: date) -> list[Case]:
    """Return the cases a person reads that nobody closes although nobody has written for half a year, oldest first."""
    query = select(Case).where(due.quiet(today), Case.id.in_(_mine(person_id, key_id)))
    return list(session.scalars(query.order_by(Case.opened_hour, Case.id).limit(MOST)))


def _mine(person_id: int, key_id: bytes) -> Select[int]:
    return (
        select(Report.case_id)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(ReportGrant.person_id == person_id, ReportGrant.state == GrantState.OPEN, VISIBLE)
        .where(ReportGrant.key_id == key_id)
    )
