"""A reader is back: one press ends their stand-in's reading.

A clock lets a stand-in in and never takes a grant away (decision D28), because nobody forgets what they have read. A
person can close the next epoch to them. Then the stand-in stands by again, as on the day the child wrote, and may be
let in again. The child sees both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bullying_desk.audit.events import Event
from bullying_desk.cases import case_keys, departures
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.readers import admission
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import inviting, readership
from bullying_desk.reports.standby import deputies, standby

COVERING = (ReaderReason.ABSENCE, ReaderReason.HOLIDAYS)


class NobodyToEnd(Exception):
    """Nobody reads here as the stand-in of a person who is back: it has ended, or never was."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A person who still reads as a stand-in, and in which reports."""

    person_id: int
    reports: tuple[Report, ...]


def still_reading(me: Counsellor, case: Case, reports: Iterable[Report]) -> list[StandIn]:
    """Return the stand-ins this person may end: in cases they are responsible for, or whose absent reader they were.

    Nobody while the asking person is away or the holidays go on; never a stand-in who is responsible meanwhile.
    """
    found: dict[int, list[Report]] = {}
    away = standby.away_on(me.session, me.today)
    for report in reports:
        grants = readership.current_grants(me.session, report)
        if (report.school_id, me.person_id) in away or deputies.in_break(me.session, report.school_id, me.today):
            continue
        for person, grant in grants.items():
            if _may_end(me, case, grant) and (report.school_id, grant.because_of or 0) not in away:
                found.setdefault(person, []).append(report)
    return [StandIn(person, tuple(theirs)) for person, theirs in found.items()]


def end(me: Counsellor, found: FoundCase, person_id: int) -> None:
    """End a stand-in's reading: they stand by again, and the next epoch of report and file begins.

    Raises NobodyToEnd.
    """
    case = found.case
    ended = [one for one in still_reading(me, case, found.reports) if one.person_id == person_id]
    if not ended:
        raise NobodyToEnd
    for report in ended[0].reports:
        me.session.refresh(report, with_for_update=True)
        grant = readership.current_grants(me.session, report).get(person_id)
        if grant is None or not _may_end(me, case, grant) or not admission.reads(me.session, report, me.person_id):
            continue
        why = grant.reason or ReaderReason.ABSENCE
        inviting.stand_by_again(me.session, me.layer, report, person_id, me.hour)
        readership.begin_epoch(me.session, me.layer, report, readership.current_grants(me.session, report).values())
        departures.note_reader(me.session, Event.READER_REMOVED, report, person_id, why, me.person_id, me.now)
    case_keys.begin_next_epoch(me, case)


def _may_end(me: Counsellor, case: Case, grant: ReportGrant) -> bool:
    if grant.state is not GrantState.OPEN or grant.reason not in COVERING:
        return False
    if grant.person_id in {me.person_id, case.owner_id}:
        return False
    return me.person_id in {case.owner_id, grant.because_of}
