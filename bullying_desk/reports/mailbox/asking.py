"""Asking the reporter whether it has stopped, and taking the answer as a letter of theirs.

Nobody can be called: the question waits in the conversation and shows when they come back. If the answer is that it
goes on, the case is at the top of the team's list again, even if it was closed.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.letters import GOES_ON, Fact, Step
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import Case, CaseStatus, Report, ReporterState, ReportQuestion, Round


class NotAsked(Exception):
    """Nobody has asked, or the question was answered."""


def ask(session: Session, report: Report, why: Round, day: date) -> None:
    """Let a question show from a day on; a question of the same round is moved or asked again."""
    known = session.scalars(_of(report).where(ReportQuestion.round == why)).one_or_none()
    if known is None:
        session.add(ReportQuestion(report_id=report.id, round=why, ask_on=day))
    else:
        known.ask_on, known.answered_hour = day, None
    session.flush()


def plan(session: Session, report: Report, two_weeks: date, eight_weeks: date) -> None:
    """Ask two and eight weeks after the last measure; a day that is known and answered is not asked again."""
    for why, day in ((Round.TWO_WEEKS, two_weeks), (Round.EIGHT_WEEKS, eight_weeks)):
        known = session.scalars(_of(report).where(ReportQuestion.round == why)).one_or_none()
        if known is None or known.ask_on != day:
            ask(session, report, why, day)


def questions_of(session: Session, report: Report) -> list[ReportQuestion]:
    """Return every question to this reporter, the soonest first."""
    return list(session.scalars(_of(report).order_by(ReportQuestion.ask_on, ReportQuestion.id)))


def open_question(session: Session, report: Report, today: date) -> ReportQuestion | None:
    """Return the question that shows today, or None."""
    if report.reporter_state is ReporterState.ERASING:
        return None
    asked = _of(report).where(ReportQuestion.ask_on <= today, ReportQuestion.answered_hour.is_(None))
    return session.scalars(asked.order_by(ReportQuestion.ask_on.desc(), ReportQuestion.id).limit(1)).first()


def answer(me: Reporter, step: Step, text: str, *, own: bool, after: int) -> None:
    """Take the answer: a letter of theirs, and the case again where it goes on. A second submit writes none.

    `own`: the affected person answers, so the follow-up that was due is held.
    Raises NotAsked (a text has been taken as a letter), LetterTooLong, ConversationClosed.
    """
    question = open_question(me.session, me.report, me.today)
    if question is None:
        if text.strip():  # another window has answered: what was typed here arrives all the same, once
            letters.write_as_reporter(me, text, after=after, fact=Fact.HOW, step=step)
        raise NotAsked
    letters.write_as_reporter(me, text, after=after, fact=Fact.HOW, step=step)
    shown = _of(me.report).where(ReportQuestion.ask_on <= me.today, ReportQuestion.answered_hour.is_(None))
    for each in me.session.scalars(shown):
        each.answered_hour = me.hour
    if own:
        _follow_up_held(me.session, me.report, question.round)
    if step in GOES_ON:
        _bring_up(me)
    elif me.report.reporter_state is not ReporterState.OPEN:
        _let_it_be_seen(me)
    me.session.flush()


def _follow_up_held(session: Session, report: Report, why: Round) -> None:
    """Count the answer of the affected person as the follow-up that was due (`cases.deadlines`)."""
    case = session.get_one(Case, report.case_id, with_for_update=True)
    if why is Round.TEAM or case.follow_up_due is None:
        return
    done, last = (1, Round.EIGHT_WEEKS) if why is Round.TWO_WEEKS else (2, None)
    case.follow_ups = max(case.follow_ups, done)
    later = session.scalars(_of(report).where(ReportQuestion.round == last)).one_or_none() if last else None
    case.follow_up_due = later.ask_on if later is not None and case.follow_ups < 2 else None


def _bring_up(me: Reporter) -> None:
    """Open a case again that was closed or rested: it has not stopped."""
    case = me.session.get_one(Case, me.report.case_id, with_for_update=True)
    if case.status in {CaseStatus.CLOSED, CaseStatus.DORMANT}:
        case.status, case.closed_hour, case.outcome = CaseStatus.RUNNING, None, None
        state = CaseStatus.RUNNING.value
        trail.record(me.session, Event.CASE_STATE, me.hour, subject=case.id, state=state)


def _let_it_be_seen(me: Reporter) -> None:
    """Put an open case among what is due today: no reporter waits, but a reader must see the answer and decide."""
    case = me.session.get_one(Case, me.report.case_id, with_for_update=True)
    if case.status is CaseStatus.CLOSED or (case.due_on is not None and case.due_on <= me.today):
        return
    case.due_on = me.today
    trail.record(me.session, Event.CASE_DATE, me.hour, subject=case.id, day=me.today.isoformat())


def _of(report: Report) -> Select[ReportQuestion]:
    return select(ReportQuestion).where(ReportQuestion.report_id == report.id)
