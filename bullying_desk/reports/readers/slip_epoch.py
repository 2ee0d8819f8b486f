"""The text of a slip from the box has an epoch of its own: the slip's words do not open it (decision D59).

A child's half may have been copied on the way to the box. So a slip's report begins with an epoch that is granted to
staff who read or stand by, and never to the reporter. The conversation is the next epoch, which the words open as
usual. When the child adds a reader, another reader passes the first epoch on at their next opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.reports import record_kinds
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.models import GrantState, Report, ReportGrant
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.candidates import addressee, known_to
from bullying_desk.sealing.format.errors import PublicHalfUnusable
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.records import RecordPlace, Side, seal_name, seal_record

BENEATH: Final = 1  # the epoch of a slip's text
CONVERSATION: Final = 2  # the epoch in which a slip's conversation begins


def slip_records(
    answers: Answers, name: NameGiven, report_id: int, secret: ReportSecret, hour: datetime
) -> list[dict[str, Any]]:
    """Seal a slip's text, and the name on it."""
    text = RecordPlace(report_id, BENEATH, record_kinds.SLIP, Side.REPORTER, 1)
    called = RecordPlace(report_id, BENEATH, record_kinds.SLIP_NAME, Side.REPORTER, 0)
    return [
        record_kinds.record_row(text, hour, seal_record(secret, text, answers.to_text())),
        record_kinds.record_row(called, hour, seal_name(secret, called, name.to_text())),
    ]


def hand_on(
    session: Session, pepper_layer: PepperLayer, report: Report, secrets: Mapping[int, ReportSecret], left_out: LeftOut
) -> None:
    """Give the slip's epoch to each person who reads or stands by now and does not hold it: the child could not.

    `secrets` are a reader's. A person on the list of people left out gets nothing. A key that cannot be sealed to
    waits; the alarm is raised where the report itself is sealed to it.
    """
    if report.epoch < CONVERSATION or BENEATH not in secrets or _reporter_holds(session, report):
        return
    of_this = (ReportGrant.report_id == report.id, ReportGrant.epoch == BENEATH, ReportGrant.state != GrantState.ENDED)
    held = set(session.scalars(select(ReportGrant.person_id).where(*of_this)))
    grants = readership.current_grants(session, report)
    missing = {person: grant for person, grant in grants.items() if person not in held | left_out.people}
    if not missing:
        return
    known, only = known_to(session, report.school_id, readership.asked(grants)), {BENEATH: secrets[BENEATH]}
    for person, grant in missing.items():
        to = addressee(pepper_layer, known[person]) if person in known else None
        if to is None or to.key_id != grant.key_id or grant.reason is None:
            continue
        who, since, by = known[person], grant.since_hour, grant.granted_by
        with suppress(PublicHalfUnusable):
            granting.add_reader(session, pepper_layer, report, only, who, to, grant.reason, since, by, grant.state)


def _reporter_holds(session: Session, report: Report) -> bool:
    own = (ReportGrant.report_id == report.id, ReportGrant.epoch == BENEATH, ReportGrant.person_id.is_(None))
    return session.scalars(select(ReportGrant.id).where(*own)).first() is not None
