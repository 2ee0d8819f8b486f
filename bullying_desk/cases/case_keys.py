"""The case's own secret, for what staff write about a case. The readers of its reports decide who holds it.

The child can change who reads a report, but never holds the case's secret. So the desk corrects this when a reader next
opens the case: a new reader gets the secret, and if a reader has left, the next epoch begins without them
(docs/sealing.md, Keys). Only a reader of *every* report of a case holds its secret, as a note may speak of any of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import opening
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.models import Case, CaseEpoch, CaseGrant, GrantState, Report, ReportGrant
from bullying_desk.reports.readers.candidates import addressee, known_to
from bullying_desk.reports.readers.granting import case_epoch_row, case_grant_row
from bullying_desk.sealing.format.errors import PublicHalfUnusable, UnsealRefused
from bullying_desk.sealing.format.secret_types import CaseSecret
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.pepper import PepperPlace

Grants = dict[tuple[int, int], CaseGrant]
"""A case's grants by epoch and person."""


@dataclass(frozen=True, slots=True)
class _Living:
    """A person with a living grant of every report of the case, as a reader or still as a stand-in."""

    state: GrantState
    key_ids: frozenset[bytes]


def open_case_secrets(me: Counsellor, case: Case) -> dict[int, CaseSecret]:
    """Return every epoch's secret of a case that this person may open, after correcting who holds it.

    Empty for a person who reads only some of the case's reports. The case's row must be locked.
    """
    living = _living(me, case)
    mine = living.get(me.person_id)
    if mine is None or mine.state is not GrantState.OPEN:
        return {}
    grants = _grants(me, case)
    secrets = _open_mine(me, case, grants)
    able = _able(me, case, living)
    left = any(epoch == case.epoch and person not in living for epoch, person in grants)
    if me.person_id in able and (case.epoch not in secrets or left):
        case.epoch += 1
        secrets[case.epoch] = _begin_epoch(me, case)
    shut = shut_epochs(me, case)
    for person, to in able.items():
        for epoch, secret in secrets.items():
            held = grants.get((epoch, person))
            if epoch in shut and (held is None or held.state is GrantState.ENDED):
                continue
            _give(me, case, (epoch, secret), held, to, living[person].state)
    me.session.flush()
    return secrets


def begin_next_epoch(me: Counsellor, case: Case) -> int:
    """Begin the file's next epoch at once and give it to everybody who reads every report now. Returns its number.

    It needs no older secret, so a person who reads only a part of the case can do it too.
    """
    living = _living(me, case)
    case.epoch += 1
    secret = _begin_epoch(me, case)
    for person, to in _able(me, case, living).items():
        _give(me, case, (case.epoch, secret), None, to, living[person].state)
    me.session.flush()
    open_case_secrets(me, case)
    return case.epoch


def shut_epochs(me: Counsellor, case: Case) -> set[int]:
    """Return the epochs about a report that was taken out of the case again: nobody new gets them."""
    query = select(CaseEpoch.epoch).where(CaseEpoch.case_id == case.id, CaseEpoch.shut)
    return set(me.session.scalars(query))


def holders(me: Counsellor, case: Case) -> dict[int, set[int]]:
    """Return, by epoch, who of those who read the case now should be able to open it, oneself included."""
    living, found = _living(me, case), defaultdict[int, set[int]](set)
    for (epoch, person), grant in _grants(me, case).items():
        if grant.state is GrantState.OPEN and person in living and grant.key_id in living[person].key_ids:
            found[epoch].add(person)
    return found


def _living(me: Counsellor, case: Case) -> dict[int, _Living]:
    reports = me.session.scalars(select(Report.id).where(Report.case_id == case.id)).all()
    query = (
        select(ReportGrant.person_id, ReportGrant.state, ReportGrant.key_id)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .where(Report.case_id == case.id, ReportGrant.person_id.is_not(None), ReportGrant.state != GrantState.ENDED)
    )
    found: dict[int, list[tuple[GrantState, bytes]]] = defaultdict(list)
    for person, state, key_id in me.session.execute(query):
        found[person or 0].append((state, key_id))
    return {
        person: _Living(
            GrantState.OPEN if all(state is GrantState.OPEN for state, _key in each) else GrantState.STANDBY,
            frozenset(key_id for _state, key_id in each),
        )
        for person, each in found.items()
        if len(each) == len(reports)
    }


def _able(me: Counsellor, case: Case, living: dict[int, _Living]) -> dict[int, Addressee]:
    """Return those to whom something can be sealed now. A person with a lost key first gets back their reports."""
    closed = [person for person, one in living.items() if one.state is not GrantState.OPEN]
    known = known_to(me.session, case.school_id, closed)  # also who was asked at another school
    seen = {person: addressee(me.pepper_layer, known[person]) for person in living if person in known}
    return {
        person: to
        for person, to in seen.items()
        if to is not None and living[person].key_ids == {to.key_id}
    }  # fmt: skip


def _grants(me: Counsellor, case: Case) -> Grants:
    query = select(CaseGrant).where(CaseGrant.case_id == case.id)
    return {(grant.epoch, grant.person_id): grant for grant in me.session.scalars(query)}


def _open_mine(me: Counsellor, case: Case, grants: Grants) -> dict[int, CaseSecret]:
    """Open one's own grants. One that does not open is an alarm; the case goes on without that epoch's notes."""
    found = {}
    for epoch in me.session.scalars(select(CaseEpoch).where(CaseEpoch.case_id == case.id)):
        grant = grants.get((epoch.epoch, me.person_id))
        if grant is None or grant.state is not GrantState.OPEN or grant.key_id != me.key.key_id:
            continue
        commitment = me.pepper_layer.lift(epoch.commitment, PepperPlace.CASE_COMMITMENT, case.id, epoch.epoch)
        try:
            found[epoch.epoch] = opening.open_case_secret(me, grant, commitment)
        except UnsealRefused:
            facts: dict[str, Any] = {"person": me.person_id, "what": "case-grant"}
            trail.record(me.session, Event.KEY_ALARM, me.now, actor=me.person_id, subject=case.id, **facts)
    return found


def _begin_epoch(me: Counsellor, case: Case) -> CaseSecret:
    secret = CaseSecret.generate()
    me.session.add(CaseEpoch(**case_epoch_row(me.pepper_layer, secret, case.id, case.epoch)))
    me.session.flush()
    return secret


def _give(
    me: Counsellor,
    case: Case,
    of: tuple[int, CaseSecret],
    grant: CaseGrant | None,
    to: Addressee,
    state: GrantState,
) -> None:
    """Write a person's grant of one epoch where it is missing, ended, of an older key, or only a stand-in's."""
    if grant is not None and (grant.state, grant.key_id) == (state, to.key_id):
        return
    epoch, secret = of
    try:
        row = case_grant_row(me.pepper_layer, secret, case.id, epoch, to, state, me.hour)
    except PublicHalfUnusable:  # the alarm is raised where their reports are sealed to them
        return
    if grant is None:
        me.session.add(CaseGrant(**row))
        return
    grant.key_id, grant.sealed, grant.state, grant.own = row["key_id"], row["sealed"], state, None
    grant.since_hour, grant.until_hour = me.hour, None
