"""One sealed text into the file of a case, for everybody on the case: notes, sheets and prints write alike."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.kinds import record_row
from bullying_desk.reports.models import Case, Record
from bullying_desk.sealing.records import RecordPlace, Side, seal_record
from bullying_desk.sealing.secret_types import CaseSecret


def put(me: Counsellor, case: Case, secret: CaseSecret, kind: str, text: str) -> int:
    """Seal a text under the secret of the case's present epoch and store it; returns its number within the kind.

    The case's row must be locked, or two writers would take one number.
    """
    query = select(func.max(Record.sequence)).where(Record.owner_id == case.id, Record.kind == kind)
    place = RecordPlace(case.id, case.epoch, kind, Side.STAFF, (me.session.scalar(query) or 0) + 1)
    me.session.execute(insert(Record), [record_row(place, me.hour, seal_record(secret, place, text), me.person_id)])
    return place.sequence
