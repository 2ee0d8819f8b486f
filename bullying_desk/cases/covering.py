"""Who is responsible while somebody is away: a colleague who reads the case already, and nobody else.

Being responsible meanwhile lets nobody read anything: it is read from recorded absences and from grants there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.cases.rows import Row
from bullying_desk.reports.models import Case, GrantState, Report, ReportGrant
from bullying_desk.schools.models import Absence, Seat, SeatState

Covers = dict[int, tuple[int, str]]
"""By case: who is responsible meanwhile, as person id and name."""


def covered(session: Session, rows: Iterable[Row], today: date) -> list[Row]:
    """Return the rows, each with who is responsible while its owner is away. Asks one question."""
    found = list(rows)
    covers = covers_of(session, [row.case_id for row in found if row.owner_id], today)
    none = (None, "")
    return [row._replace(cover_id=cover[0], cover=cover[1]) if (cover := covers.get(row.case_id, none))[0] else row
            for row in found]  # fmt: skip


def covers_of(session: Session, cases: Iterable[int], today: date) -> Covers:
    """Return who is responsible meanwhile for those of the cases whose owner is away today.

    The stand-in, if they read the case; else whoever else reads it and is there, by name. Nobody, where nobody else
    reads.
    """
    absent, reader_away = _away(today).subquery(), _away(today).subquery()
    query = (
        select(Report.case_id, Person.id, Person.name, absent.c.stand_in_id)
        .join(Case, Case.id == Report.case_id)
        .join(absent, (absent.c.person_id == Case.owner_id) & (absent.c.school_id == Case.school_id))
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .join(Person, Person.id == ReportGrant.person_id)
        .outerjoin(reader_away, (reader_away.c.person_id == Person.id) & (reader_away.c.school_id == Case.school_id))
        .where(Report.case_id.in_(list(cases)), ReportGrant.state == GrantState.OPEN)
        .where(Person.id != Case.owner_id, reader_away.c.person_id.is_(None))
        .order_by(Person.name, Person.id)
    )
    covers: Covers = {}
    for case, person, name, stand_in in session.execute(query):
        if person == stand_in or case not in covers:
            covers[case] = (person, name)
    return covers


def cover_of(session: Session, case: Case, today: date) -> str:
    """Return who is responsible for one case while its owner is away; nothing where nobody is away."""
    return covers_of(session, [case.id], today).get(case.id, (0, ""))[1] if case.owner_id is not None else ""


def _away(today: date) -> Select[int, int, int | None]:
    return (
        select(Absence.school_id, Seat.person_id, Absence.stand_in_id)
        .join(Seat, Seat.id == Absence.seat_id)
        .where(Absence.first_day <= today, Absence.last_day >= today, Seat.state == SeatState.ACTIVE)
    )
