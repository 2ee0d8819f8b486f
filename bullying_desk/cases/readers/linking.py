"""Linking: two reports tell of the same thing, so one is put into the other's case. It can be taken out again.

A link is refused while a person who reads one of the two, stands by for it or was asked to, is left out of the other
(principle P3). The person who links reads both entirely, so the lists of people left out can be opened. The refusal
names nobody. The report's own case waits with its file until the report is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import case_keys, deadlines, sheets
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Standing
from bullying_desk.cases.case_access import CaseUnknown, FoundCase, find_case
from bullying_desk.cases.case_list import VISIBLE
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, OfferState
from bullying_desk.cases.readers import admission, sharing
from bullying_desk.cases.readers.admission import OpenedByReader
from bullying_desk.cases.sheets import Kind
from bullying_desk.config import ClockValues
from bullying_desk.database import random_id
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.mailbox.letters import USUAL
from bullying_desk.reports.models import Case, CaseEpoch, CaseStatus, GrantState, Report, ReportGrant
from bullying_desk.reports.readers import readership
from bullying_desk.resources import case_name


class NotTogether(Exception):
    """Not everybody on the one may know of the other. Nobody learns who."""


class OtherSchool(Exception):
    """The two belong to different schools."""


class AtHome(Exception):
    """The report belongs to this case and cannot be taken out of it."""


class Questioned(Exception):
    """A colleague is being asked about one of the cases; that must be answered first."""


@dataclass(frozen=True, slots=True)
class Other:
    """A case one could link to."""

    case_id: int
    name: str


def others(me: Counsellor, found: FoundCase) -> list[Other]:
    """Return the other cases of the school this person reads that are not closed, by name."""
    query = (
        select(Case.id)
        .join(Report, Report.case_id == Case.id)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(
            ReportGrant.person_id == me.person_id,
            ReportGrant.state == GrantState.OPEN,
            ReportGrant.key_id == me.key.key_id,
            VISIBLE,
            Case.school_id == found.case.school_id,
            Case.status != CaseStatus.CLOSED,
            Case.id != found.case.id,
        )
    )
    named = [Other(case_id, case_name(case_id)) for case_id in set(me.session.scalars(query))]
    return sorted(named, key=lambda other: other.name)


def link(me: Counsellor, found: FoundCase, report: Report, other_id: int, values: ClockValues = USUAL) -> Case:
    """Put a report into another case. Its readers stay its readers; the file begins a new epoch at once.

    Where the other case is more urgent, the date promised to this reporter gets earlier.

    Raises CaseUnknown for a case one does not read, PartlyRead, NotTogether, OtherSchool, Questioned.
    """
    if other_id == found.case.id:
        return found.case
    other = find_case(me, other_id)
    if other.case.school_id != report.school_id:
        raise OtherSchool
    _no_question(me, found.case.id, other_id)
    ours = [each for each in sharing.open_all(me, found) if each.report.id == report.id]
    _refuse_apart(me, ours, sharing.open_all(me, other))
    secrets = case_keys.open_case_secrets(me, found.case)  # the file stays behind: corrected while one still reads it
    was = assessing.standing(me, found.case, secrets)
    home = report.home_case_id or found.case.id
    _move_shares(me, report, found.case.id, other.case.id)
    report.case_id, report.home_case_id = other.case.id, home if home != other.case.id else None
    other.case.danger = other.case.danger or found.case.is_acute
    _carry_hold(me, found.case, other.case)
    if other.case.status in (CaseStatus.DORMANT, CaseStatus.CLOSED):
        other.case.status, other.case.closed_hour, other.case.outcome = CaseStatus.RUNNING, None, None
    me.session.flush()
    deadlines.linked(me, other.case, report, values)
    report.linked_epoch = case_keys.begin_next_epoch(me, other.case)
    _carry(me, other.case, was)
    facts = {"report": report.id, "case": found.case.id}
    trail.record(me.session, Event.CASE_LINKED, me.now, actor=me.person_id, subject=other.case.id, **facts)
    me.session.flush()
    return other.case


def _carry(me: Counsellor, case: Case, was: Standing) -> None:
    """Let level and flags of the other case count here too, until the next assessment: lowering takes two people."""
    secrets = case_keys.open_case_secrets(me, case)
    now = assessing.standing(me, case, secrets)
    if case.epoch in secrets and (was.level > now.level or was.flags - now.flags):
        said: dict[str, Said] = {"level": was.level, "flags": tuple(sorted(was.flags))}
        sheets.write(me, case, secrets, Kind.CARRIED, said, before=now.file)


def unlink(me: Counsellor, found: FoundCase, report: Report) -> Case:
    """Take a report out again: back into its own case and file, or into a new case where that one went on without it.

    A reader of the report may do it. Notes written while it was linked stay with those who hold them; nobody new gets
    them. An acute case stays dangerous on both sides: lowering it takes two people. Raises AtHome, Questioned.
    """
    home_id, first = report.home_case_id, report.linked_epoch
    if home_id is None:
        raise AtHome
    _no_question(me, found.case.id, home_id)
    case_keys.open_case_secrets(me, found.case)
    back = _home(me, report, home_id, admission.open_to_admit(me, report))
    back.danger = back.danger or found.case.is_acute
    _carry_hold(me, found.case, back)
    _move_shares(me, report, found.case.id, back.id)
    report.case_id, report.home_case_id, report.linked_epoch = back.id, None, None
    linked = (CaseEpoch.case_id == found.case.id, CaseEpoch.epoch >= (first or 1))
    for epoch in me.session.scalars(select(CaseEpoch).where(*linked)):
        epoch.shut = True
    me.session.flush()
    case_keys.begin_next_epoch(me, found.case)
    case_keys.open_case_secrets(me, back)
    facts = {"report": report.id, "case": back.id}
    trail.record(me.session, Event.CASE_UNLINKED, me.now, actor=me.person_id, subject=found.case.id, **facts)
    me.session.flush()
    return back


def _carry_hold(me: Counsellor, before: Case, after: Case) -> None:
    """Let a hold go along: it counts for every report in the case, and nobody is to escape it by taking one out."""
    until = before.hold_until
    if until is None or until <= me.today or (after.hold_until is not None and after.hold_until >= until):
        return
    after.hold_until = until
    trail.record(me.session, Event.HOLD_SET, me.now, actor=me.person_id, subject=after.id, day=until.isoformat())


def _home(me: Counsellor, report: Report, home_id: int, opened: OpenedByReader) -> Case:
    """Return the case the report goes back to: its own, unless a person on it now may not know of the report."""
    home = me.session.get(Case, home_id, with_for_update=True)
    if home is not None and home.school_id == report.school_id:
        try:
            waiting = me.session.scalars(select(Report.id).where(Report.case_id == home_id).limit(1)).first()
            if waiting is not None:
                _refuse_apart(me, [opened], sharing.open_all(me, find_case(me, home_id)))
            return home
        except (NotTogether, CaseUnknown, sharing.PartlyRead):
            pass
    fresh = Case(
        id=random_id(), school_id=report.school_id, status=CaseStatus.RUNNING, danger=report.danger,
        owner_id=me.person_id, opened_hour=report.arrived_hour, epoch=0,
    )  # fmt: skip
    me.session.add(fresh)
    me.session.flush()
    return fresh


def _move_shares(me: Counsellor, report: Report, old: int, new: int) -> None:
    """Move the reading along with the report: its last day must still find it."""
    alone = len(me.session.scalars(select(Report.id).where(Report.case_id == old)).all()) == 1
    for offer in sharing.living_offers(me.session, old):
        if offer.report_id == report.id or (offer.report_id is None and alone):
            offer.case_id, offer.report_id = new, report.id
        elif offer.report_id is None:
            me.session.add(
                CaseOffer(
                    id=random_id(), case_id=new, report_id=report.id, kind=offer.kind, state=offer.state,
                    from_id=offer.from_id, to_id=offer.to_id, until_day=offer.until_day, stood_by=offer.stood_by,
                    made_hour=offer.made_hour, answered_hour=offer.answered_hour,
                )
            )  # fmt: skip
    me.session.flush()


def _refuse_apart(me: Counsellor, ours: Iterable[OpenedByReader], theirs: Iterable[OpenedByReader]) -> None:
    ours, theirs = list(ours), list(theirs)
    for one, another in ((ours, theirs), (theirs, ours)):
        living = {person for each in one for person in readership.current_grants(me.session, each.report)}
        if any(living & each.banned or admission.strangers(me, each, living) for each in another):
            raise NotTogether


def _no_question(me: Counsellor, *cases: int) -> None:
    asked = select(CaseOffer.id).where(CaseOffer.case_id.in_(cases), CaseOffer.state == OfferState.OFFERED)
    if me.session.scalars(asked.limit(1)).first() is not None:
        raise Questioned
