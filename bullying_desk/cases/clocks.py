"""School time at the desk: by when somebody is to be answered, and how long they have been waiting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import FreeDay
from bullying_desk.web.language import SOURCE_LANGUAGE, _, catalogue, german_date

_HOUR = timedelta(hours=1)


class SchoolClocks:
    """The calendars of some schools, read from the database at once."""

    def __init__(self, session: Session, school_ids: Iterable[int], answer_school_days: int) -> None:
        self._session, self._answer_school_days = session, answer_school_days
        self._calendars: dict[int, SchoolCalendar] = {}
        self.add(school_ids)

    def add(self, school_ids: Iterable[int]) -> None:
        """Read the calendars of more schools."""
        wanted = set(school_ids) - set(self._calendars)
        free: dict[int, list[date]] = defaultdict(list)
        half: dict[int, list[date]] = defaultdict(list)
        if wanted:
            query = select(FreeDay.school_id, FreeDay.day, FreeDay.half).where(FreeDay.school_id.in_(wanted))
            for school, day, is_half in self._session.execute(query):
                (half if is_half else free)[school].append(day)
        self._calendars.update({school: SchoolCalendar(free[school], half[school]) for school in wanted})

    def answer_by(self, school_id: int, promised: date, written: datetime, *, answered_before: bool) -> date:
        """Return the day by which whoever waits is to be answered: the date they were promised, and no other.

        Each letter that nobody waited with before was promised a date of its own (`reports.letters`).
        """
        return promised

    def calendar(self, school_id: int) -> SchoolCalendar:
        """Return the calendar of one of the schools."""
        return self._calendars[school_id]

    def school_days(self, school_id: int, since: datetime, now: datetime) -> int:
        """Return how many school days have passed since somebody wrote; all days where the calendar has run out."""
        return self.school_days_until(school_id, since, now.astimezone(BERLIN).date())

    def school_days_until(self, school_id: int, since: datetime, today: date) -> int:
        """Say the same of a day."""
        first = since.astimezone(BERLIN).date()
        try:
            return self._calendars[school_id].school_days_between(first, today)
        except CalendarRunOut:
            return max((today - first).days, 0)

    def waiting_words(self, school_id: int, since: datetime, now: datetime) -> str:
        """Say how long somebody has been waiting: „seit etwa 2 Stunden“ today, else „seit 2 Schultagen“.

        `since` is a full hour, so hours are said as „etwa“.
        """
        first, today = since.astimezone(BERLIN).date(), now.astimezone(BERLIN).date()
        if first == today:
            hours = (now - since) // _HOUR
            if hours < 1:
                return _("seit weniger als 1 Stunde")
            return _("seit etwa 1 Stunde") if hours == 1 else _("seit etwa %(n)s Stunden") % {"n": hours}
        try:
            return self._calendars[school_id].waiting_words(first, today, catalogue(SOURCE_LANGUAGE))
        except CalendarRunOut:
            return _("seit %(day)s") % {"day": german_date(first)}
