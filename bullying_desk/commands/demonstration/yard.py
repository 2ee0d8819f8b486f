"""Breaks and a duty roster for the invented schools that take part, this week and until the holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from sqlalchemy.orm import Session

from bullying_desk.schools import roster
from bullying_desk.schools.models import DutyKind, School, Tablet
from bullying_desk.schools.roster import Wish
from bullying_desk.schools.team import readable_seats, school_calendar

BREAKS = (("1. Pause", time(9, 30), time(9, 50)), ("2. Pause", time(11, 25), time(11, 45)))
HELPERS = Wish(DutyKind.HELPERS, None, 1, 2, "mit gelber Weste", "am Klettergerüst")
MEDIATORS = Wish(DutyKind.MEDIATORS, None, 2, 2, "mit grüner Mütze", "an der Bank")


def fill_yard(session: Session, schools: Iterable[School], today: date) -> None:
    """Give each school that takes part two breaks, a roster and a tablet."""
    for school in schools:
        if not school.takes_reports:
            continue
        for name, starts, ends in BREAKS:
            roster.add_break(session, school, name, starts, ends)
        session.add(Tablet(school_id=school.id, since=today))
        calendar, monday = school_calendar(session, school.id), roster.monday_of(today)
        seats = readable_seats(session, school.id)[:1]
        contacts = [Wish(DutyKind.CONTACT, seat.id, 0, 1, "", "am Tor") for seat in seats]
        for pause, wish in zip(roster.breaks(session, school.id), (HELPERS, MEDIATORS), strict=True):
            for each in (wish, *contacts):
                roster.add(session, school, calendar, monday, range(5), pause.id, each)
        if any(roster.week(session, school.id, monday)):
            roster.carry_on(session, school, calendar, monday, to_holidays=True)
