"""Changing how many days a kind of data is kept: by the city, and by a school authority for its own schools."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum

from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.erasing.default_periods import PERIODS, Kind
from bullying_desk.erasing.models import RetentionPeriod
from bullying_desk.erasing.periods_in_force import EVERYBODY, Periods, load

__all__ = ["EVERYBODY", "GRACE", "PeriodRefused", "Periods", "Wrong", "day_of", "load", "set_period"]

GRACE = timedelta(days=14)  # a shorter period counts only after that: time to look at the preview, to hold, to offer


class Wrong(Enum):
    """Why a number is refused."""

    TOO_LONG = "above what the law gives as the most"
    TOO_SHORT = "so short that nobody could answer for anything"
    TALK_OUTLIVES_CASE = "a conversation cannot be kept longer than the case it is in"
    ONE_FOR_ALL = "this kind has one number for the whole city"


class PeriodRefused(ValueError):
    """A period is refused; the reason is in `wrong`."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


def set_period(session: Session, authority: str, kind: Kind, days: int, by: int, now: datetime) -> date:
    """Set how long a kind is kept, and return the day from which it counts. The trail records it.

    Raises PeriodRefused.
    """
    today = now.astimezone(BERLIN).date()
    before = load(session, today)
    _check(before, authority, kind, days)
    old = before.days(kind, authority)
    row = before.rows.get((authority, kind))
    if days == old and before.coming(kind, authority) is None:
        return today
    if row is None:
        row = RetentionPeriod(authority=authority, kind=kind)
        session.add(row)
    row.days, row.days_before = days, old
    row.effective_on = today + GRACE if days < old else today
    name = f"aufbewahrung.{kind.value}{'.' + authority if authority else ''}={days}"
    trail.record(session, Event.SETTING_CHANGED, now, actor=by, name=name)
    session.flush()
    return row.effective_on


def _check(before: Periods, authority: str, kind: Kind, days: int) -> None:
    bounds = PERIODS[kind]
    if authority and not bounds.per_authority:
        raise PeriodRefused(Wrong.ONE_FOR_ALL)
    if days > bounds.most:
        raise PeriodRefused(Wrong.TOO_LONG)
    if days < bounds.least:
        raise PeriodRefused(Wrong.TOO_SHORT)
    talk = days if kind is Kind.CONVERSATION else before.days(Kind.CONVERSATION, authority)
    case = days if kind is Kind.CASE else before.days(Kind.CASE, authority)
    if kind in {Kind.CONVERSATION, Kind.CASE} and talk > case:
        raise PeriodRefused(Wrong.TALK_OUTLIVES_CASE)


def day_of(text: str) -> date | None:
    """Read a day from an address; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
