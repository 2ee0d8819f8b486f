"""The check at the start of a school year: team, rooms, hours, free days, roster; one press confirms each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.schools.models import School, YearMark, YearPart

PARTS = (YearPart.TEAM, YearPart.ROOMS, YearPart.HOURS, YearPart.DAYS, YearPart.ROSTER)
FIRST_MONTH, LAST_MONTH = 8, 10  # when coordinators are reminded; NRW's school year begins on 1 August (SchulG § 7)


def school_year(day: date) -> int:
    """Return the school year of a day by the year it began in."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def confirmed(session: Session, school_id: int, today: date) -> dict[YearPart, date]:
    """Return what was confirmed for this school year, and when."""
    query = select(YearMark).where(YearMark.school_id == school_id, YearMark.school_year == school_year(today))
    return {mark.part: mark.marked_on for mark in session.scalars(query) if mark.part in PARTS}


def confirm(session: Session, school_id: int, part: YearPart, today: date) -> None:
    """Put down that something was looked through; twice is once, with the newer day."""
    query = select(YearMark).where(
        YearMark.school_id == school_id, YearMark.school_year == school_year(today), YearMark.part == part
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        session.add(YearMark(school_id=school_id, school_year=school_year(today), part=part, marked_on=today))
    else:
        found.marked_on = today
    session.flush()


def to_be_asked(session: Session, today: date) -> list[School]:
    """Return the schools that take part, have not confirmed all of it and were not asked yet this year."""
    marks = select(YearMark).where(YearMark.school_year == school_year(today))
    done: dict[int, set[YearPart]] = {}
    for mark in session.scalars(marks):
        done.setdefault(mark.school_id, set()).add(mark.part)
    schools = [school for school in session.scalars(select(School).order_by(School.id)) if school.takes_reports]
    return [
        school
        for school in schools
        if YearPart.ASKED not in done.get(school.id, set()) and not done.get(school.id, set()).issuperset(PARTS)
    ]
