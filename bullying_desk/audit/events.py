"""Every event the trail may hold, each with its exact keys: a word that is not declared cannot slip in."""

from __future__ import annotations

from enum import Enum


class Event(Enum):
    """Name in the trail, and the keys its facts must have (ids, codes and counts only, never text somebody typed)."""

    # accounts
    PERSON_INVITED = ("person.invited", ("by_letter",))
    INVITATION_ACCEPTED = ("person.accepted", ())
    KEY_WORDS_COMPARED = ("person.compared", ("matched",))
    SIGNED_IN = ("person.signed_in", ())
    SIGN_IN_REFUSED = ("person.sign_in_refused", ())
    SIGNED_OUT = ("person.signed_out", ("everywhere",))
    PASSWORD_CHANGED = ("person.password_changed", ("by_recovery",))
    SECOND_FACTOR_CHANGED = ("person.second_factor_changed", ())
    RECOVERY_CODE_MADE = ("person.recovery_code_made", ())
    SEAT_GIVEN = ("seat.given", ("seat", "role", "school"))
    SEAT_ENDED = ("seat.ended", ("seat", "role", "school"))
    PERSON_LEFT = ("person.left", ())
    REINVITED = ("person.reinvited", ())
    ACCESS_RESTORED = ("person.access_restored", ("grants",))
    NAME_MADE_PUBLIC = ("seat.public", ("seat", "public"))
    # schools
    SCHOOLS_IMPORTED = ("schools.imported", ("added", "changed", "closed"))
    SCHOOL_JOINED = ("school.joined", ())
    SCHOOL_PAUSED = ("school.paused", ())
    SCHOOL_RESUMED = ("school.resumed", ())
    TEAM_CHANGED = ("school.team_changed", ("what",))
    ABSENCE_ENTERED = ("absence.entered", ("seat", "person", "day", "until"))
    ABSENCE_ENDED = ("absence.ended", ("seat", "day"))
    DUTY_GIVEN = ("duty.given", ("seat", "day", "until"))
    DUTY_ENDED = ("duty.ended", ("seat", "day"))
    # reports and cases
    REPORT_WRITTEN_DOWN = ("report.written_down", ("report",))
    REPORT_OPENED = ("report.opened", ("report",))
    NAME_OPENED = ("report.name_opened", ("report",))
    LETTER_SENT = ("report.letter_sent", ("report",))
    CASE_TAKEN = ("case.taken", ())
    CASE_TAKEN_FROM = ("case.taken_from", ("person",))
    CASE_GIVEN_BACK = ("case.given_back", ())
    CASE_HANDED_OVER = ("case.handed_over", ("person",))
    CASE_ASKED = ("case.asked", ("person", "kind", "whole", "consent"))
    CASE_ASKED_BACK = ("case.asked_back", ("person", "kind", "whole"))
    CASE_ASKED_YES = ("case.asked_yes", ("person", "kind", "whole"))
    CASE_ASKED_NO = ("case.asked_no", ("person", "kind", "whole"))
    CASE_SHARE_ENDED = ("case.share_ended", ("person", "kind", "whole"))
    NEWCOMER_ASKED = ("case.newcomer_asked", ("report", "person"))
    CASES_SEARCHED = ("case.searched", ("looked", "found"))
    CASE_LINKED = ("case.linked", ("report", "case"))
    CASE_UNLINKED = ("case.unlinked", ("report", "case"))
    CASE_DATE = ("case.date", ("day",))
    CASE_URGENCY = ("case.urgency", ("urgency",))
    CASE_SEEN = ("case.seen_in_person", ())
    PROMISE_EARLIER = ("report.promise_earlier", ("report", "day"))
    CASE_STATE = ("case.state", ("state",))
    CASE_PRINTED = ("case.printed", ("shape", "full"))
    NOTE_WRITTEN = ("case.note_written", ("private",))
    READER_AT_INTAKE = ("report.reader_at_intake", ("report", "person", "reason", "state"))
    SHEET_WRITTEN = ("case.sheet_written", ())
    QUESTION_ASKED = ("case.question_asked", ("report",))
    PSEUDONYMISED_PRINT = ("case.pseudonymised_print", ())
    READER_ASKED = ("report.reader_asked", ("report", "person", "reason"))
    READER_ADDED = ("report.reader_added", ("report", "person", "reason"))
    READER_REMOVED = ("report.reader_removed", ("report", "person", "reason"))
    STANDBY_RELEASED = ("report.standby_released", ("report", "person", "reason"))
    READERS_FEW = ("report.readers_few", ("report", "left"))
    ESCALATED = ("report.escalated", ("report", "step", "released"))
    KEY_ALARM = ("key.alarm", ("person", "what"))
    # what goes: `why` is child, time or copy (it was destroyed before and a copy had brought it back)
    REPORT_DESTROYED = ("report.destroyed", ("report", "why"))
    CONVERSATION_DESTROYED = ("report.conversation_destroyed", ("report",))
    CASE_DESTROYED = ("case.destroyed", ("why",))
    ACCOUNT_EMPTIED = ("person.emptied", ("why",))
    HOLD_SET = ("case.hold_set", ("day",))
    HOLD_ENDED = ("case.hold_ended", ())
    ARCHIVE_SAID = ("case.archive", ("state",))
    UNREAD_WARNED = ("case.unread_warned", ())
    REQUEST_ENTERED = ("request.entered", ("art",))
    REQUEST_CHANGED = ("request.changed", ("state",))
    COPY_RESTORED = ("instance.restored", ("links", "again"))
    # the service
    SETTING_CHANGED = ("setting.changed", ("name",))
    PEPPER_CHANGED = ("pepper.changed", ("pepper",))
    TRAIL_READ = ("trail.read", ())
    DEMONSTRATION = ("instance.demonstration", ())

    def __init__(self, code: str, keys: tuple[str, ...]) -> None:
        self.code = code
        self.keys = keys
