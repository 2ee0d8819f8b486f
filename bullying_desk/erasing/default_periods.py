"""The kinds of data the city keeps, how long each may be kept, and the longest time the law allows.

REVIEW: every default, every ceiling and every reason here is a proposal; no lawyer has read it. VO-DV I § 9 NRW names
five years (from the end of the year in which a file was closed) as the most for pupils' data, VO-DV II one to five
years for staff: ceilings, not targets (Art. 5(1)(e) GDPR).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FIVE_YEARS = 5 * 365
BACKUPS_LIVE = 35  # days; deploy/README.md asks the city to delete copies after that


class Kind(StrEnum):
    """A kind of data. Those in PERIODS have a period in days. The others end with another row, or never."""

    MISTAKE = "versehen"  # a report that was a mistake or a try-out
    CONVERSATION = "gespraech"
    CASE = "fallakte"
    PRIVATE_NOTE = "eigene-notiz"
    DRAFT = "entwurf"  # what staff have typed and not sent
    SLIP = "zettel"  # the words of paper slips that nobody used
    ROSTER = "plan"  # absences, duty of the city's team
    YARD = "hofplan"  # duties in breaks: must outlive the summer holidays, when last year's plan is copied
    INVITATION = "einladung"
    ACCOUNT = "konto"  # of people who have left
    REQUEST = "antrag"  # requests under Art. 15 to 21 GDPR
    BARRIER = "huerde"  # what somebody without an account wrote about a barrier
    TRAIL = "protokoll"  # who did what; its oldest part is cut under a seal
    MARK = "loeschzeichen"  # that a row was destroyed, against its return from a copy
    # without a period of their own
    SESSION = "sitzung"  # ends by itself within hours
    MAIL = "post"  # the outbox: the text is deleted on sending, the row after two days
    SCHOOL = "schule"  # the public register, rooms, hours, free days: no pupil, no secret
    FIGURES = "zahlen"  # counts without persons
    RUNNING = "betrieb"  # the program's own notes: settings, when a task last ran


@dataclass(frozen=True, slots=True)
class Period:
    """Days after which a kind of data is destroyed: the proposal, the least and the most a city may set."""

    days: int
    least: int
    most: int
    per_authority: bool = False  # each school authority (Schulträger) may have its own


PERIODS: dict[Kind, Period] = {
    # after a case was closed
    Kind.MISTAKE: Period(30, 7, 365, per_authority=True),
    Kind.CONVERSATION: Period(90, 14, FIVE_YEARS, per_authority=True),
    Kind.CASE: Period(365, 30, FIVE_YEARS, per_authority=True),
    Kind.PRIVATE_NOTE: Period(365, 7, FIVE_YEARS, per_authority=True),
    # after the day it was saved
    Kind.DRAFT: Period(14, 1, 14),
    # after the last day it was valid
    Kind.SLIP: Period(2 * 365, 90, FIVE_YEARS),  # from the day of printing: a stack lasts two school years
    Kind.ROSTER: Period(30, 1, 365),
    Kind.YARD: Period(90, 60, 365),
    Kind.INVITATION: Period(30, 1, 365),
    # after the last seat ended, the request was closed, the destruction
    Kind.ACCOUNT: Period(365, 30, FIVE_YEARS),
    Kind.REQUEST: Period(3 * 365, 365, FIVE_YEARS),
    Kind.BARRIER: Period(365, 60, 2 * 365),  # from the day it came; the answer has six weeks (BITVNRW § 5)
    # after each entry's own day
    Kind.TRAIL: Period(3 * 365, 365, FIVE_YEARS),
    # must outlive every copy that could bring a row back; a tombstone says nothing, so the margin is wide
    Kind.MARK: Period(400, BACKUPS_LIVE + 10, 2 * 365),
}
