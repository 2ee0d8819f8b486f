"""Names of colleagues as staff see them, who reads a whole case, and who has opened it (read from the trail)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.models import Case, GrantState, Report, ReportGrant

MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Looker:
    """A person who has opened a case: the last time, and whether they saw the reporter's name."""

    person_id: int
    last_at: datetime
    saw_name: bool


def names_of(session: Session, people: Iterable[int | None]) -> dict[int, str]:
    """Return names by person id."""
    wanted = {person for person in people if person is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def second_people(me: Counsellor, case: Case) -> list[int]:
    """Return who else reads every report of the case: any of them may be the second person."""
    reports = me.session.scalars(select(Report.id).where(Report.case_id == case.id)).all()
    query = (
        select(ReportGrant.person_id, ReportGrant.report_id)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .where(Report.case_id == case.id, ReportGrant.state == GrantState.OPEN, ReportGrant.person_id.is_not(None))
    )
    reads: dict[int, set[int]] = {}
    for person, report in me.session.execute(query):
        reads.setdefault(person or 0, set()).add(report)
    return sorted(person for person, held in reads.items() if held == set(reports) and person != me.person_id)


def lookers(session: Session, case_id: int, reports: Iterable[int]) -> list[Looker]:
    """Return who has opened these reports of a case, the latest first."""
    shown, found = set(reports), dict[int, Looker]()
    entries = trail.entries_about(session, case_id, Event.REPORT_OPENED, Event.NAME_OPENED, limit=MOST_ENTRIES)
    for entry in entries:
        if entry.actor_id is None or entry.facts.get("report") not in shown:
            continue
        before = found.get(entry.actor_id, Looker(entry.actor_id, entry.at, saw_name=False))
        saw_name = before.saw_name or entry.event == Event.NAME_OPENED.code
        found[entry.actor_id] = Looker(entry.actor_id, before.last_at, saw_name)
    return list(found.values())
