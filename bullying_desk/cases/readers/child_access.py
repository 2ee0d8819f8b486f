"""An own access for the child whom a bystander's, a parent's or a teacher's case is about.

The child gets a report and a conversation of its own, with the readers it wishes, and six words that only it will have.
The first reporter learns nothing of it. It is in the same case unless that would leave a trace for a person whom the
child, or the first reporter, has left out: then it becomes a case of its own (decision D51).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy import func, select

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.doors.answers import Answers, LeftOut
from bullying_desk.reports.filing.intake import Filed, Terms, find_filed
from bullying_desk.reports.models import GrantState, Report, ReportGrant
from bullying_desk.reports.offline import on_behalf
from bullying_desk.reports.offline.on_behalf import Author, Told
from bullying_desk.reports.readers.routing import ReaderPlan, plan_readers
from bullying_desk.sealing.receipts import Receipt

AFFECTED_CHILD = 1
"""The door through which the affected child would have come."""
ABOUT_SOMEBODY = frozenset({2, 3, 4})
"""The doors of people who write about a child that has not written itself."""


class Apart(Enum):
    """Why the child's report cannot lie in the same case."""

    LEFT_OUT_READS = "somebody whom the child leaves out reads this case"
    READS_LEFT_OUT = "somebody whom the first reporter has left out is to read the child's report"
    NOBODY_READS_BOTH = "nobody would read the whole case any more"
    NOT_ALL_READ = "whoever opens it reads only a part of the case"


class AccessNotOffered(Exception):
    """No report here is about a child, or the child has written itself."""


class MustStandApart(Exception):
    """The access must become a case of its own; `why` gives the reason, `people` are the persons concerned."""

    def __init__(self, why: Apart, people: frozenset[int]) -> None:
        super().__init__(why.value)
        self.why, self.people = why, people


@dataclass(frozen=True, slots=True)
class OpenedAccess:
    """The access as it was made. `apart`: in a case of its own."""

    filed: Filed
    case_id: int
    apart: bool


def is_offered(me: Counsellor, found: FoundCase) -> bool:
    """Whether there is a child to open an access for: a report is about it, and it has not written itself.

    An earlier access with lost words is no hindrance: nothing can show the words again.
    """
    said = _answers(me, found)
    typed = any(one.door == AFFECTED_CHILD and not one.written_by for one in said)
    return not typed and any(one.door in ABOUT_SOMEBODY for one in said)


def has_access(me: Counsellor, found: FoundCase) -> bool:
    """Whether an access was made already."""
    return any(one.door == AFFECTED_CHILD and one.written_by for one in _answers(me, found))


def left_out_before(me: Counsellor, found: FoundCase) -> LeftOut:
    """Return whom the reporters of this case have left out, as far as one reads them.

    Where a conversation is destroyed, nobody knows any more: then the head counts as left out.
    """
    listed = [_left_out(me, report) for report in _living(found)]
    people = frozenset[int]().union(*(one.people for one in listed))
    unknown = len(listed) < len(found.reports)
    return LeftOut(people, unknown or any(one.head for one in listed), any(one.somebody_else for one in listed))


def doors_of(me: Counsellor, found: FoundCase) -> list[int]:
    """Return the doors of the case's reports, as far as one reads them; a child's, where nothing is left to read."""
    return [one.door for one in _answers(me, found)] or [AFFECTED_CHILD]


def open_access(
    me: Counsellor, found: FoundCase, told: Told, receipt: Receipt, author: Author, terms: Terms, *, apart: bool
) -> OpenedAccess:
    """Make the child's report; a second submit finds the first one's.

    Raises AccessNotOffered, MustStandApart (unless `apart`), NobodyCanRead, TeamNotOffered, LetterTooLong.
    """
    if (filed := find_filed(me.session, me.pepper_layer, receipt)) is not None:
        case_id = me.session.get_one(Report, filed.report_id).case_id
        return OpenedAccess(filed, case_id, case_id != found.case.id)
    if not is_offered(me, found):
        raise AccessNotOffered
    joins: int | None = None
    if not apart:
        told = _together(me, found, told)
        joins = found.case.id
    now = me.now
    filed = on_behalf.write_down(me.session, me.pepper_layer, told, receipt, author, now, terms, case_id=joins)
    case_id = me.session.get_one(Report, filed.report_id).case_id
    return OpenedAccess(filed, case_id, apart)


def hand_over(me: Counsellor, report_id: int) -> None:
    """Note that the child has its words: they are not shown again. Only for the person who has made the access."""
    report = me.session.get(Report, report_id)
    if report is None:
        return
    made = trail.entries_about(me.session, report.case_id, Event.REPORT_WRITTEN_DOWN)
    if any(entry.actor_id == me.person_id and entry.facts.get("report") == report_id for entry in made):
        report.receipt_kept = True
        me.session.flush()


def _together(me: Counsellor, found: FoundCase, told: Told) -> Told:
    """Return the text to write down in the same case. Raises MustStandApart."""
    in_case = me.session.scalar(select(func.count()).select_from(Report).where(Report.case_id == found.case.id))
    if in_case != len(_living(found)):
        raise MustStandApart(Apart.NOT_ALL_READ, frozenset())
    before, plan = left_out_before(me, found), plan_readers(me.session, me.pepper_layer, told.school_id, told.choice)
    if hidden := told.left_out.people & _holders(me, found):
        raise MustStandApart(Apart.LEFT_OUT_READS, hidden)
    if shown := _people(plan) & before.people:
        raise MustStandApart(Apart.READS_LEFT_OUT, shown)
    if not _readers_of_all(me, found) & {one.who.person_id for one in plan.at_once}:
        raise MustStandApart(Apart.NOBODY_READS_BOTH, frozenset())
    own = told.left_out
    listed = LeftOut(own.people | before.people, own.head or before.head, own.somebody_else or before.somebody_else)
    return replace(told, left_out=listed, choice=replace(told.choice, left_out=told.choice.left_out | before.people))


def _answers(me: Counsellor, found: FoundCase) -> list[Answers]:
    return [me.open_report(report).answers for report in _living(found)]


def _living(found: FoundCase) -> list[Report]:
    """The reports whose conversation is still there; of one that is destroyed there is nothing to open."""
    return [report for report in found.reports if report.emptied_on is None]


def _people(plan: ReaderPlan) -> frozenset[int]:
    return frozenset(one.who.person_id for one in (*plan.at_once, *plan.standby))


def _holders(me: Counsellor, found: FoundCase) -> frozenset[int]:
    """Return everybody who reads a report of the case or stands by for one."""
    return frozenset(person for grants in _grants(me, found).values() for person in grants)


def _readers_of_all(me: Counsellor, found: FoundCase) -> frozenset[int]:
    reading = [
        {person for person, state in grants.items() if state is GrantState.OPEN}
        for grants in _grants(me, found).values()
    ]
    return frozenset(set.intersection(*reading)) if reading else frozenset()


def _grants(me: Counsellor, found: FoundCase) -> dict[int, dict[int, GrantState]]:
    query = (
        select(ReportGrant.report_id, ReportGrant.person_id, ReportGrant.state)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .where(
            Report.case_id == found.case.id,
            ReportGrant.person_id.is_not(None),
            ReportGrant.state != GrantState.ENDED,
        )
    )
    grants: dict[int, dict[int, GrantState]] = {report.id: {} for report in found.reports}
    for report_id, person, state in me.session.execute(query):
        grants[report_id][person or 0] = state
    return grants


def _left_out(me: Counsellor, report: Report) -> LeftOut:
    return me.open_report(report).left_out
