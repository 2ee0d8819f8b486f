"""What the pages of retention show: the periods, and what is destroyed when, as counts and dates only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.erasing.default_periods import PERIODS, Kind, Period
from bullying_desk.erasing.models import Tombstone
from bullying_desk.reports.models import Case
from bullying_desk.retention import due
from bullying_desk.retention.changing_periods import EVERYBODY, Periods, load
from bullying_desk.retention.models import RetentionRun
from bullying_desk.retention.words import KIND_WORDS
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.web.language import _

WEEKS = 12
MOST = 20_000


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One kind of data and its number of days; `coming` is (days, from when), `own` those of single authorities."""

    name: str
    since: str
    bounds: Period
    days: int
    coming: tuple[int, date] | None
    own: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """How much is destroyed in one week."""

    monday: date
    conversations: int
    cases: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What is destroyed when, and what is kept beyond its period and why. Counts and dates: no case, no school."""

    weeks: tuple[Week, ...]
    unread: int
    held: int
    archive: int
    quiet: int  # not closed, and nobody has written for half a year
    destroyed: int  # tombstones of the last months
    last_run: date | None


def lines(session: Session, today: date) -> list[PeriodLine]:
    """Return every kind that has a period."""
    now = load(session, today)
    return [_line(now, kind) for kind in PERIODS]


def _line(now: Periods, kind: Kind) -> PeriodLine:
    name, since = KIND_WORDS[kind]
    later = now.coming(kind)
    own = tuple((each, now.days(kind, each)) for each in sorted(now.authorities) if (each, kind) in now.rows)
    coming = (later.days, later.effective_on) if later is not None else None
    return PeriodLine(_(name), _(since), PERIODS[kind], now.days(kind), coming, own)


def authorities(session: Session) -> dict[str, str]:
    """Return the school authorities with schools that take part: number, and count of their schools."""
    query = (
        select(School.authority_number, func.count())
        .where(School.state.in_((SchoolState.JOINED, SchoolState.PAUSED)), School.authority_number != EVERYBODY)
        .group_by(School.authority_number)
    )
    rows = session.execute(query.order_by(School.authority_number)).all()
    return {number: f"{number} ({count})" for number, count in rows}


def preview(session: Session, today: date) -> Preview:
    """Return what is destroyed in the next weeks, and what is kept."""
    now, ahead = load(session, today), timedelta(weeks=WEEKS)
    near = due.case_over(now, today, ahead=ahead) | (
        due.closed_before(now, Kind.CONVERSATION, today, ahead=ahead) & due.has_conversation()
    )
    columns = (Case.closed_hour, Case.outcome, School.authority_number, due.has_conversation())
    query = select(*columns).join(School, School.id == Case.school_id).where(near, due.free(today)).limit(MOST)
    talks, cases = Counter[date](), Counter[date]()
    for closed, outcome, authority, has_talk in session.execute(query):
        if closed is None:
            continue
        talk_on, case_on = now.days_of(closed, outcome, authority)
        talks.update([_monday(max(talk_on, today))] if has_talk else [])
        cases.update([_monday(max(case_on, today))])
    mondays = [_monday(today) + timedelta(weeks=n) for n in range(WEEKS)]
    over = due.case_over(now, today) | (due.closed_before(now, Kind.CONVERSATION, today) & due.has_conversation())

    def kept(*why: object) -> int:
        return session.scalar(select(func.count()).select_from(Case).where(over, *why)) or 0  # type: ignore[arg-type]

    return Preview(
        weeks=tuple(Week(monday, talks[monday], cases[monday]) for monday in mondays),
        unread=kept(due.UNREAD),
        held=kept(~due.not_held(today)),
        archive=kept(Case.archive == due.OFFER),
        quiet=session.scalar(select(func.count()).select_from(Case).where(due.quiet(today))) or 0,
        destroyed=session.scalar(select(func.count()).select_from(Tombstone)) or 0,
        last_run=session.scalar(select(func.max(RetentionRun.day))),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
