"""The state of a case: taking it over, giving it back, resting, closing, opening again, one's own date for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, CaseStatus, Report
from bullying_desk.reports.waiting import waiting


class TakenMeanwhile(Exception):
    """A colleague has taken the case over since the page was shown."""

    def __init__(self, owner_id: int | None) -> None:
        super().__init__(owner_id)
        self.owner_id = owner_id


class NotYours(Exception):
    """Only the person responsible can give a case back."""


class SomebodyWaits(Exception):
    """A reporter waits for an answer: such a case neither rests nor closes."""


class StillAcute(Exception):
    """A dangerous case does not rest: it would leave the list of danger on one person's word."""


class OutcomeMissing(ValueError):
    """A case closes with a reason."""


class ClosesElsewhere(ValueError):
    """A case closes on what is known of its outcome (`ending.closing`), and in no other way."""


class DatePassed(ValueError):
    """The date to look again must be in the future."""


def take_over(me: Counsellor, case: Case, *, seen_owner: int | None) -> None:
    """Become responsible. `seen_owner` is who was when the page was shown. Raises TakenMeanwhile."""
    before = case.owner_id
    if before == me.person_id:
        return
    if before != seen_owner:
        raise TakenMeanwhile(before)
    case.owner_id = me.person_id
    if before is None:
        trail.record(me.session, Event.CASE_TAKEN, me.now, actor=me.person_id, subject=case.id)
    else:
        trail.record(me.session, Event.CASE_TAKEN_FROM, me.now, actor=me.person_id, subject=case.id, person=before)
    me.session.flush()


def give_back(me: Counsellor, case: Case) -> None:
    """End being responsible; the case moves up in everybody's list. Raises NotYours."""
    if case.owner_id is None:
        return
    if case.owner_id != me.person_id:
        raise NotYours
    case.owner_id = None
    trail.record(me.session, Event.CASE_GIVEN_BACK, me.now, actor=me.person_id, subject=case.id)
    me.session.flush()


def set_state(me: Counsellor, case: Case, status: CaseStatus) -> None:
    """Let a case run or rest. Raises SomebodyWaits and StillAcute (for resting), ClosesElsewhere."""
    if status is CaseStatus.NEW or case.status is status:
        return
    if status is CaseStatus.CLOSED:
        raise ClosesElsewhere
    if status is not CaseStatus.RUNNING and somebody_waits(me, case):
        raise SomebodyWaits
    if status is CaseStatus.DORMANT and case.is_acute:
        raise StillAcute
    let_answers_go(me, case)
    case.status, case.closed_hour, case.outcome = status, None, None
    trail.record(me.session, Event.CASE_STATE, me.now, actor=me.person_id, subject=case.id, state=status.value)
    me.session.flush()


def somebody_waits(me: Counsellor, case: Case) -> bool:
    """Whether any reporter of the case waits for an answer, also one whose report this person does not read."""
    # An answer that can still be taken back counts here: it goes out with the next step (`let_answers_go`).
    query = select(Report.id).where(Report.case_id == case.id, waiting(me.now), Report.answer_from.is_(None))
    return me.session.scalar(query.limit(1)) is not None


def let_answers_go(me: Counsellor, case: Case) -> None:
    """Show the reporters of a case at once what could still be taken back: it is closed or rests."""
    for report in me.session.scalars(select(Report).where(Report.case_id == case.id)).all():
        letters.show_at_once(me.session, report, me.now)


def look_again_on(me: Counsellor, case: Case, day: date | None) -> None:
    """Set the date on which the case comes up again ("Wiedervorlage"), or none. Raises DatePassed."""
    if day is not None and day < me.today:
        raise DatePassed(day)
    if day == case.due_on:
        return
    case.due_on = day
    said = day.isoformat() if day is not None else None
    trail.record(me.session, Event.CASE_DATE, me.now, actor=me.person_id, subject=case.id, day=said)
    me.session.flush()


def follow_plan(me: Counsellor, case: Case, upcoming: date | None, ours: Collection[date]) -> None:
    """Bring a case up on the day of its next measure. A day that a person has set stays.

    `ours` are all days the plan has ever set: only such a day is the plan's to move.
    """
    if case.status is CaseStatus.CLOSED or case.due_on == upcoming:
        return
    if case.due_on is not None and case.due_on not in ours:
        return
    case.due_on = upcoming
    said = upcoming.isoformat() if upcoming is not None else None
    trail.record(me.session, Event.CASE_DATE, me.now, actor=me.person_id, subject=case.id, day=said)
