"""Retention in the demonstration: a case on hold, and two requests on the officer's desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import case_retention
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.database import random_id
from bullying_desk.reports.models import Case, CaseStatus
from bullying_desk.retention import requests
from bullying_desk.retention.models import Art, Extension

if TYPE_CHECKING:
    from bullying_desk.commands import Desk


def fill_keeping(desk: Desk, people: dict[str, Invented]) -> None:
    """Put Selin's closed case on hold, and enter an open request and an extended one."""
    layer, now, today = desk.keys.layer, desk.clock.now(), desk.clock.today()
    selin, ruth = people["Selin"], people["Ruth"].person.id
    with desk.database.transaction() as session:
        closed = select(Case.id).where(Case.owner_id == selin.person.id, Case.status == CaseStatus.CLOSED)
        for case_id in session.scalars(closed.limit(1)).all():
            me = Counsellor(session, layer, selin.person.id, selin.key, now)
            case = find_case(me, case_id).case
            case_retention.hold(me, case, today + timedelta(days=120), "Die Schule klärt noch etwas. (Vorführung)")
        for art, ago, who in (
            (Art.ACCESS, 6, "Frau Beispiel, per Brief"),
            (Art.ERASURE, 40, "Herr Muster, per E-Mail"),
        ):
            entry = requests.Entry(random_id(), art, today - timedelta(days=ago))
            row = requests.enter(session, layer, entry, who, ruth, now)
            if ago > 30:
                requests.extend(session, row, Extension.COMPLEX, ruth, now)
