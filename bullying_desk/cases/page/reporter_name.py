"""The reporter's name: one press for the person responsible where the child said "sprecht mich an", else a reason.

The reason is sealed into the case's file; the trail says that the name was opened, not why.
"""

from __future__ import annotations

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import departures, notes, sheets
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.sheets import Kind
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import NameGiven, NameLevel
from bullying_desk.reports.models import Case, Report
from bullying_desk.web.language import _


class ReasonMissing(ValueError):
    """This person needs a reason to see this name."""


def is_one_press(me: Counsellor, case: Case, level: NameLevel) -> bool:
    """Whether the name needs no reason: the responsible one, and a child who wants to be spoken to."""
    return case.owner_id == me.person_id and level is NameLevel.SCHOOL


def open_name(me: Counsellor, found: FoundCase, report: Report, reason: str) -> NameGiven:
    """Open the reporter's name: an entry in the trail, and the reason in the case's file where one is needed.

    A person who reads a part of the case holds no key of its file; their reason becomes a private note.
    Raises ReasonMissing, NoteTooLong, UnsealRefused, ReaderExcluded, RecordMissing, AnswersUnreadable,
    ConversationGone.
    """
    if report.emptied_on is not None:
        raise opening.ConversationGone("conversation")
    departures.renew(me.session, me.layer, found.reports)
    secrets = opening.open_report_secrets(me.session, me.layer, me.key, me.person_id, report, hour=me.hour)
    given = opening.read_name(me.session, secrets, report)
    if given.level is NameLevel.NONE:
        return given
    if not is_one_press(me, found.case, given.level):
        _keep_reason(me, found, reason.replace("\r\n", "\n").strip())
    case = found.case.id
    trail.record(me.session, Event.NAME_OPENED, me.now, actor=me.person_id, subject=case, report=report.id)
    return given


def _keep_reason(me: Counsellor, found: FoundCase, reason: str) -> None:
    if not reason:
        raise ReasonMissing
    try:
        sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.NAME, {"reason": reason})
    except notes.NoCaseKey:
        notes.write_private_note(me, found, _("Namen angesehen. Grund: %(reason)s") % {"reason": reason})
