"""Giving access back to a colleague who lost both keys: by a person who still reads, report by report.

The colleague was invited again, and a second person has compared their new key words. They get back what they read
before, except where a child has left them out since. The child sees it, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Exists, Select, exists, or_, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.case_list import VISIBLE
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports import locks
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import granting
from bullying_desk.reports.readers.candidates import addressee, staff_of
from bullying_desk.rights.checking import hint
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.keys import Addressee


@dataclass(frozen=True, slots=True)
class RegrantOffer:
    """A colleague whose access one can give back, and to how many cases."""

    person_id: int
    name: str
    cases: int


def _other_key() -> ColumnElement[bool]:
    # Two ranges instead of "is not", which an index can answer.
    return or_(ReportGrant.key_id < Person.key_id, ReportGrant.key_id > Person.key_id)


def _colleagues(person_id: int | BindParameter[int]) -> Select[int, str]:
    sealed_before = exists().where(
        ReportGrant.person_id == Person.id, ReportGrant.state == GrantState.OPEN, _other_key()
    )
    return select(Person.id, Person.name).where(
        Person.state == PersonState.ACTIVE, Person.id != person_id, sealed_before
    )


def somebody_has_a_new_key(person_id: int | BindParameter[int]) -> Exists:
    """Say, as a part of a query, whether there may be anything to offer at all."""
    return _colleagues(person_id).exists()


def offers(session: Session, person_id: int, key_id: bytes) -> list[RegrantOffer]:
    """Return the colleagues with a new key who read something that this person reads with their own."""
    found = []
    for colleague, name in session.execute(_colleagues(person_id)).all():
        both = session.execute(hint(_reports_of_both(person_id, key_id, colleague)))
        cases = len({case for _report, case in both})
        if cases:
            found.append(RegrantOffer(colleague, name, cases))
    return found


def restore(me: Counsellor, person_id: int) -> int:
    """Give a colleague's access back wherever one reads oneself, in one press. Returns to how many reports.

    A report they are left out of, or at whose school they have no seat any more, is not given back.
    Raises UnsealRefused.
    """
    both = me.session.execute(hint(_reports_of_both(me.person_id, me.key.key_id, person_id))).all()
    reports = me.session.scalars(select(Report).where(Report.id.in_([report for report, _case in both]))).all()
    locks.take_turn(me.session, *(report.case_id for report in reports))
    given = [report for report in reports if _restore_one(me, report, person_id)]
    for case_id in {report.case_id for report in given}:
        open_case_secrets(me, me.session.get_one(Case, case_id, with_for_update=True))
    if given:
        facts = {"grants": len(given)}
        trail.record(me.session, Event.ACCESS_RESTORED, me.now, actor=me.person_id, subject=person_id, **facts)
    me.session.flush()
    return len(given)


def _reports_of_both(person_id: int, key_id: bytes, colleague: int) -> Select[int, int]:
    """Select the reports the person reads, and in which the colleague has living grants of an older key."""
    theirs = exists().where(
        ReportGrant.report_id == Report.id,
        ReportGrant.person_id == colleague,
        ReportGrant.state != GrantState.ENDED,
        Person.id == colleague,
        Person.state == PersonState.ACTIVE,
        _other_key(),
    )
    mine = exists().where(
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.person_id == person_id,
        ReportGrant.state == GrantState.OPEN,
        ReportGrant.key_id == key_id,
    )
    return select(Report.id, Report.case_id).where(mine, theirs, VISIBLE)


def _restore_one(me: Counsellor, report: Report, person_id: int) -> bool:
    me.session.refresh(report, with_for_update=True)
    opened, staff = me.open_report(report, reads=False), staff_of(me.session, report.school_id)
    secrets, listed = opened.secrets, opened.left_out
    who = staff.by_person().get(person_id)
    if who is None or person_id in listed.people | (staff.heads if listed.head else frozenset()):
        return False
    to = addressee(me.pepper_layer, who)
    if to is None:
        facts: dict[str, int | str] = {"person": person_id, "what": "tag"}
        trail.record(me.session, Event.KEY_ALARM, me.now, actor=me.person_id, subject=report.school_id, **facts)
        return False
    if _stood_by(me, report, person_id, secrets, to):
        return False
    reason = ReaderReason.RESTORED
    granting.add_reader(me.session, me.pepper_layer, report, secrets, who, to, reason, me.hour, granted_by=me.person_id)
    trail.record(
        me.session,
        Event.READER_ADDED,
        me.now,
        actor=me.person_id,
        subject=report.case_id,
        report=report.id,
        person=person_id,
        reason=reason.value,
    )
    return True


def _stood_by(me: Counsellor, report: Report, person_id: int, secrets: dict[int, ReportSecret], to: Addressee) -> bool:
    """Seal a stand-in's closed grants to their new key: they stay closed. False where the person was a reader."""
    query = select(ReportGrant).where(
        ReportGrant.report_id == report.id, ReportGrant.person_id == person_id, ReportGrant.state != GrantState.ENDED
    )
    grants = me.session.scalars(query).all()
    if any(grant.state is GrantState.OPEN for grant in grants):
        return False
    for grant in grants:
        if grant.epoch in secrets:
            secret = secrets[grant.epoch]
            row = granting.report_grant_row(me.pepper_layer, secret, report.id, grant.epoch, to, GrantState.STANDBY)
            grant.key_id, grant.sealed = row["key_id"], row["sealed"]
    return True
