"""A case goes over to somebody else: here, in the city's office, or at another school with the child's yes.

At another school the case and its reports belong to that school from then on; whoever read at the old one reads no
longer, and an old head who was left out is left out by name, since the new school has another head.
"""

from __future__ import annotations

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import admitting
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer
from bullying_desk.reports import readership
from bullying_desk.reports.answers import LeftOut
from bullying_desk.reports.models import Case, CaseStatus, GrantState, ReaderReason, Report
from bullying_desk.reports.readers import staff_of
from bullying_desk.reports.routing import FEWEST


class TooFewReaders(Exception):
    """After this fewer than two persons could read, and the city's team cannot join."""


def take_over(me: Counsellor, case: Case, offer: CaseOffer, reports: list[Report]) -> None:
    """Become responsible for a case one reads now; the giver reads on only where they said so. Raises TooFewReaders."""
    case.owner_id = me.person_id
    if case.status is CaseStatus.NEW:
        case.status = CaseStatus.RUNNING
    for report in reports:
        if offer.school_id is not None:
            _move(me, report, offer.school_id)
    if offer.school_id is not None:
        case.school_id = offer.school_id
        me.session.flush()
    for report in reports:
        _set_right(me, offer, report)
    case.owner_id = me.person_id  # whoever went took it along
    facts = {"person": me.person_id}
    trail.record(me.session, Event.CASE_HANDED_OVER, me.now, actor=offer.from_id, subject=case.id, **facts)
    me.session.flush()


def _move(me: Counsellor, report: Report, school_id: int) -> None:
    opened = admitting.open_to_admit(me, report)
    listed = opened.listed
    report.school_id = school_id
    if listed.head:
        people = listed.people | opened.staff.heads
        everybody = LeftOut(people, listed.head, listed.somebody_else)
        readership.write_left_out(me.session, report, opened.secrets, everybody, me.hour)
    me.session.flush()


def _set_right(me: Counsellor, offer: CaseOffer, report: Report) -> None:
    """Let those go who go, and see that two read."""
    known = staff_of(me.session, report.school_id).by_person()
    living = readership.current_grants(me.session, report)
    leaves = set() if offer.keeps and offer.school_id is None else {offer.from_id}
    gone = {person for person in living if person not in known or person in leaves} - {me.person_id}
    admitting.join_city_after(me, admitting.open_to_admit(me, report), gone)
    if len(_now_reading(me, report) - gone) < FEWEST:
        raise TooFewReaders
    for person in sorted(gone):
        admitting.reads_no_longer(
            me.session, me.layer, report, person, ReaderReason.HANDED_OVER, offer.from_id, me.now
        )  # fmt: skip


def _now_reading(me: Counsellor, report: Report) -> set[int]:
    grants = readership.current_grants(me.session, report).items()
    return {person for person, grant in grants if grant.state is GrantState.OPEN}
