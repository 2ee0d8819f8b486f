"""What the database holds of a report: columns that may be read by the program, and sealed bytes.

What may be a column at all is settled in docs/sealing.md, "What stays readable". The door, the words, the name and who
was left out are sealed. Every time is a full hour, every id random.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base, RandomId, UtcDateTime
from bullying_desk.rights.models import Member, Right


class Urgency(StrEnum):
    """How fast the team must act; a person sets it (P4). `none` until then; danger is a fact of its own."""

    NONE = "none"
    LOW = "niedrig"
    MEDIUM = "mittel"
    HIGH = "hoch"
    ACUTE = "akut"


def is_acute(danger: bool, urgency: Urgency) -> bool:
    """Whether a case is dangerous: declared so at arrival, or judged acute. There is no second rule anywhere."""
    return danger or urgency is Urgency.ACUTE


class CaseStatus(StrEnum):
    """The status of the work, as coded by staff."""

    NEW = "new"
    RUNNING = "running"
    DORMANT = "dormant"
    CLOSED = "closed"


class Writer(StrEnum):
    """Who wrote last."""

    REPORTER = "reporter"
    STAFF = "staff"


class ReporterState(StrEnum):
    """The reporter's word about the end: nothing yet, better, or finished."""

    OPEN = "open"
    BETTER = "better"
    FINISHED = "finished"
    ERASING = "erasing"  # erased by the child: closed and hidden at once, destroyed after seven days


class GrantState(StrEnum):
    """A person reads, stands by (closed until released), is asked to read, or reads no longer."""

    OPEN = "open"
    STANDBY = "standby"
    OFFERED = "offered"  # a colleague was asked and has not said yes: as closed as standby
    ENDED = "ended"


class ReaderReason(StrEnum):
    """Why a person reads; the child sees it in its own words."""

    CHOSEN = "chosen"  # the child chose the team or this person
    STAND_BY_RULE = "stand_by_rule"  # stands by without having been chosen: so it is done for everybody
    PAPER = "paper"  # a slip from the box goes to the whole team; on paper one can only leave people out
    NO_TEAM = "no_team"  # the school has no team: the city's office was all there was
    CITY_CHOSEN = "city_chosen"  # the child chose the city's office
    TOO_FEW = "too_few"  # fewer than two readers were left
    DETOUR = "detour"  # a key was not usable; the city's team reads instead
    ADDED_BY_CHILD = "added_by_child"
    NEW_IN_TEAM = "new_in_team"
    ABSENCE = "absence"  # released from standby
    OVERDUE = "overdue"
    UNSEEN = "unseen"  # acute, and nobody had opened it within the school hour
    HOLIDAYS = "holidays"  # a long break: the city's team answers
    SHARED = "shared"  # "mitlesen lassen"
    HANDED_OVER = "handed_over"
    DANGER = "danger"  # somebody of the school, whom only danger let in: the reporter wanted nobody there
    RESTORED = "restored"  # a colleague who had lost both keys


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class Case(Right, RandomId, Base):
    """The file staff keep about one or more reports; made with its first report. The work on it is in `cases/`."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_state", "status", "danger"),
        Index("ix_case_file_closed", "status", "closed_hour"),
    )

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    status: Mapped[CaseStatus] = mapped_column(_enum(CaseStatus), default=CaseStatus.NEW)
    danger: Mapped[bool] = mapped_column(default=False)
    urgency: Mapped[Urgency] = mapped_column(_enum(Urgency), default=Urgency.NONE)
    kind: Mapped[str | None] = mapped_column(String(20))  # as coded in the first assessment
    owner_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    epoch: Mapped[int] = mapped_column(default=1)
    opened_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date)  # the day staff have set themselves ("Wiedervorlage")
    urgency_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the full hour since this urgency counts
    in_person_due: Mapped[date | None] = mapped_column(Date)  # acute: staff meet the child that day
    plan_due: Mapped[date | None] = mapped_column(Date)
    measure_on: Mapped[date | None] = mapped_column(Date)  # the last measure, from which the follow-ups count
    follow_ups: Mapped[int] = mapped_column(default=0)  # how many of the two are done
    follow_up_due: Mapped[date | None] = mapped_column(Date)  # the last day of the next follow-up's window
    closed_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(40))
    hold_until: Mapped[date | None] = mapped_column(Date)  # staff keep it until this day, with a reason in the file
    archive: Mapped[str] = mapped_column(String(10), default="")  # cases.holding.Archive: is it offered to the archive?
    second_asked_by: Mapped[int | None] = mapped_column(BigInteger)  # whose proposal waits for a second person's word

    reports: Mapped[list[Report]] = relationship(back_populates="case")

    covered = (
        "school_id", "status", "danger", "urgency", "owner_id", "epoch", "opened_hour", "urgency_hour", "closed_hour",
        "outcome", "hold_until", "archive",
    )  # fmt: skip
    listed, kept, of = False, False, ("case_file", "id")

    @property
    def is_acute(self) -> bool:
        """Whether it is dangerous, by readable columns."""
        return is_acute(self.danger, self.urgency)


class Report(Right, RandomId, Base):
    """One report with its own secret, conversation, receipt and readers."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_waiting", "last_writer", "reporter_state"),)

    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id"), index=True)
    home_case_id: Mapped[int | None] = mapped_column(BigInteger, index=True)  # whose file waits while it is linked
    linked_epoch: Mapped[int | None]  # the first epoch of the case that is about this report, where it was linked
    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    arrived_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    danger: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=1)
    locator: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # under the pepper layer
    receipt_public_half: Mapped[bytes] = mapped_column(LargeBinary)  # under the pepper layer
    receipt_kept: Mapped[bool] = mapped_column(default=False)  # "Ich habe den Code": the words are never shown again
    answer_due: Mapped[date] = mapped_column(Date)  # the date promised to the child; may get earlier, never later
    last_writer: Mapped[Writer] = mapped_column(_enum(Writer), default=Writer.REPORTER)
    last_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    letters: Mapped[int] = mapped_column(default=0)  # the last number in the conversation; the report itself is 1
    reporter_state: Mapped[ReporterState] = mapped_column(_enum(ReporterState), default=ReporterState.OPEN)
    erase_on: Mapped[date | None] = mapped_column(Date)
    kept_for_team: Mapped[bool] = mapped_column(default=False)  # erased by the child, but staff must keep it until then
    hold_until: Mapped[date | None] = mapped_column(Date)  # staff hold the report until this day, with a reason on file
    escalation: Mapped[int] = mapped_column(default=0)  # steps taken over a missed promise: deputy 1, city's team 2
    unseen_step: Mapped[int] = mapped_column(default=0)  # the same steps where something acute was not even seen
    reporter_read: Mapped[int] = mapped_column(default=0)  # up to which letter the reporter has read
    emptied_on: Mapped[date | None] = mapped_column(Date)  # its conversation was destroyed by the city's period
    left_out: Mapped[int] = mapped_column(default=0)  # the newest revision of the list of people left out
    answer_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when our newest answer counts (`waiting`)

    case: Mapped[Case] = relationship(back_populates="reports")

    covered = (
        "case_id", "home_case_id", "linked_epoch", "school_id", "arrived_hour", "danger", "epoch", "answer_due",
        "last_writer", "last_hour", "letters", "reporter_state", "erase_on", "kept_for_team", "hold_until",
        "escalation", "unseen_step", "emptied_on", "left_out", "answer_from",
    )  # fmt: skip
    listed, kept, of = False, False, ("report", "id")


class ReportEpoch(Member, Base):
    """The commitment to one epoch's secret, under the pepper layer."""

    __tablename__ = "report_epoch"
    __table_args__ = WITHOUT_COUNTING_ROWID

    report_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[bytes] = mapped_column(LargeBinary)

    of = ("report", "report_id")


class CaseEpoch(Right, Base):
    """The same for the case's secret, which the reporter never holds."""

    __tablename__ = "case_epoch"
    __table_args__ = WITHOUT_COUNTING_ROWID

    case_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[bytes] = mapped_column(LargeBinary)
    shut: Mapped[bool] = mapped_column(default=False)  # about a report taken out again: nobody new gets it

    covered = ("commitment", "shut")
    listed, kept, of = False, False, ("case_file", "case_id")


class ReportGrant(Right, RandomId, Base):
    """One epoch's `ReportSecret`, sealed to one reader: a person, or the reporter (no person)."""

    __tablename__ = "report_grant"
    __table_args__ = (
        UniqueConstraint("report_id", "epoch", "person_id"),
        Index("ix_report_grant_person", "person_id", "state", "key_id"),
        CheckConstraint("state <> 'standby' OR person_id IS NOT NULL", name="standby_is_a_person"),
    )

    report_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    state: Mapped[GrantState] = mapped_column(_enum(GrantState), default=GrantState.OPEN)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # under the pepper layer for the reporter and for standby
    own: Mapped[bytes | None] = mapped_column(LargeBinary)  # re-wrapped under a key from the person's seed
    reason: Mapped[ReaderReason | None] = mapped_column(_enum(ReaderReason))
    granted_by: Mapped[int | None] = mapped_column(BigInteger)  # None: at intake, or by the child
    because_of: Mapped[int | None] = mapped_column(BigInteger)  # the reader who is away
    since_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    until_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_read_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_letters: Mapped[int] = mapped_column(default=0)

    covered = (
        "report_id", "epoch", "person_id", "key_id", "state", "reason", "granted_by", "because_of", "since_hour",
        "until_hour",
    )  # fmt: skip
    listed, kept, of = False, False, ("report", "report_id")


class CaseGrant(Right, RandomId, Base):
    """One epoch's `CaseSecret`, sealed to one member of staff; never to a reporter."""

    __tablename__ = "case_grant"
    __table_args__ = (
        UniqueConstraint("case_id", "epoch", "person_id"),
        Index("ix_case_grant_person", "person_id", "state"),
    )

    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    state: Mapped[GrantState] = mapped_column(_enum(GrantState), default=GrantState.OPEN)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    own: Mapped[bytes | None] = mapped_column(LargeBinary)
    since_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    until_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)

    covered = ("case_id", "epoch", "person_id", "key_id", "state", "since_hour", "until_hour")
    listed, kept, of = False, False, ("case_file", "case_id")


class Record(RandomId, Base):
    """One sealed text: the report, a letter, the name, the list of people left out, a note.

    `owner_id` is a report's or a case's id. `sequence` counts within one owner and kind only.
    """

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("owner_id", "kind", "side", "sequence", "revision"),)

    owner_id: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    side: Mapped[str] = mapped_column(String(10))
    sequence: Mapped[int]
    revision: Mapped[int] = mapped_column(default=0)
    hour: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    shown_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # an answer that can be taken back until then


# The box on the wall and its paper slips: who empties it, which sheets were printed, which numbers came back.
#
# Of a slip the server keeps, under the pepper, where its report will be found and the public half it is sealed to. The
# words are on the child's paper only. Once a slip is typed in, both are deleted, so that no row leads from a number to
# a report.


class SlipState(StrEnum):
    """A slip is out in the school, was typed in, or was declared void."""

    OPEN = "open"
    USED = "used"
    VOID = "void"


class ContactBox(RandomId, Base):
    """A school's box. `spot` says in words where it is; `reminded_on`: the last day of a reminder."""

    __tablename__ = "contact_box"

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), unique=True)
    spot: Mapped[str] = mapped_column(Text, default="")
    reminded_on: Mapped[date | None] = mapped_column(Date)


class BoxKeeper(RandomId, Base):
    """A contact person who empties the box of the seat's school."""

    __tablename__ = "box_keeper"

    seat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("seat.id"), unique=True)


class SlipSheet(RandomId, Base):
    """One printed sheet of slips; sheets and slips are counted for each school from one."""

    __tablename__ = "slip_sheet"
    __table_args__ = (UniqueConstraint("school_id", "number"),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    number: Mapped[int]
    printed_on: Mapped[date] = mapped_column(Date)
    printed_by: Mapped[int] = mapped_column(BigInteger)  # a person


class PaperSlip(RandomId, Base):
    """One slip by the number on its other half. It has no time: nobody may learn when it came back."""

    __tablename__ = "paper_slip"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        CheckConstraint("(state = 'open') = (locator IS NOT NULL)", name="only_an_open_one_leads_somewhere"),
        CheckConstraint("(locator IS NULL) = (public_half IS NULL)", name="both_or_neither"),
    )

    sheet_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("slip_sheet.id"), index=True)
    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    number: Mapped[int]
    state: Mapped[SlipState] = mapped_column(
        Enum(SlipState, native_enum=False, length=8, values_callable=lambda members: [m.value for m in members]),
        default=SlipState.OPEN,
    )
    locator: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # under the pepper layer
    public_half: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the pepper layer


# The rows of "Hat es aufgehört?": from which day it is asked, and since which hour it is answered.
#
# The answer itself is a letter of the conversation, sealed like every other.


class Round(StrEnum):
    """Why it is asked: the team wants to know now, or so many weeks have passed since the last measure."""

    TEAM = "team"
    TWO_WEEKS = "two_weeks"
    EIGHT_WEEKS = "eight_weeks"


_ROUND = Enum(Round, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class ReportQuestion(RandomId, Base):
    """One question to the reporter. The page shows it from `ask_on` until it is answered; no notice is sent."""

    __tablename__ = "report_question"
    __table_args__ = (UniqueConstraint("report_id", "round"),)

    report_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"))
    round: Mapped[Round] = mapped_column(_ROUND)
    ask_on: Mapped[date] = mapped_column(Date, index=True)
    answered_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)
