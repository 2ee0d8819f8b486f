"""The desk's own rows: private notes, drafts, text blocks, questions to colleagues, and how a case may end."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, Enum, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId, UtcDateTime
from bullying_desk.rights.models import Right


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class Outcome(StrEnum):
    """Why a case is closed, as coded by staff (kept in `Case.outcome`)."""

    STOPPED = "stopped"
    BETTER = "better"
    SETTLED = "settled"
    HANDED_ON = "handed_on"
    WISHED = "wished"
    SILENT = "silent"
    MISTAKE = "mistake"


class OfferKind(StrEnum):
    """What a colleague is asked: to read along for a while, or to take the case over."""

    SHARE = "share"
    TRANSFER = "transfer"


class OfferState(StrEnum):
    """The state of an offer; `ended` for a share that is over."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    ENDED = "ended"


class Consent(StrEnum):
    """Why a case may come to people whom its reporter has not let in: the reporter's yes, or danger.

    Without a yes it never goes to another school. Without a yes or danger, nobody of a school reads what only the
    city's office was to read (decision D87).
    """

    CONVERSATION = "conversation"  # it is in the conversation
    IN_PERSON = "in_person"
    DANGER = "danger"  # the case is acute

    @property
    def is_yes(self) -> bool:
        """Whether the reporter has said yes."""
        return self is not Consent.DANGER


class CaseOffer(Right, RandomId, Base):
    """ "Mitlesen lassen" or "Fall übergeben": who asked whom, for what, until when, and the answer.

    What the two write to each other is sealed to its reader. The grant that goes with it is a `ReportGrant` like any
    other; a person whom a child leaves out loses it, and with it every sight of this row.
    """

    __tablename__ = "case_offer"
    __table_args__ = (Index("ix_case_offer_to_id_state", "to_id", "state"),)

    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[int | None] = mapped_column(BigInteger)  # None: the whole case
    kind: Mapped[OfferKind] = mapped_column(_enum(OfferKind))
    state: Mapped[OfferState] = mapped_column(_enum(OfferState), default=OfferState.OFFERED)
    from_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    school_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("school.id"))  # where the case moves to
    until_day: Mapped[date | None] = mapped_column(Date)
    consent: Mapped[Consent | None] = mapped_column(_enum(Consent))
    keeps: Mapped[bool] = mapped_column(default=False)  # the person who hands over goes on reading
    stood_by: Mapped[bool] = mapped_column(default=False)  # the person stood by before, and will again
    made_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)

    covered = (
        "case_id", "report_id", "kind", "state", "from_id", "to_id", "school_id", "until_day", "consent", "keeps",
        "stood_by", "made_hour", "answered_hour",
    )  # fmt: skip
    listed, kept, of = False, False, ("case_file", "case_id")


class PrivateNote(RandomId, Base):
    """A note sealed to its writer alone (§ 203 StGB); nobody inherits it.

    `key_id` names the writer's key: a note from before a lost key stays closed for good.
    """

    __tablename__ = "private_note"
    __table_args__ = (Index("ix_private_note_case_id_person_id", "case_id", "person_id"),)

    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DraftField(StrEnum):
    """The forms of a case whose typed text is kept until it is sent."""

    ANSWER = "answer"
    NOTE = "note"
    ASSESSMENT = "assessment"
    CLOSING = "closing"


class Draft(RandomId, Base):
    """What a person has typed into a form of a case and not sent, sealed to that person alone.

    `report_id` is the report that an answer is for. `revision` counts how often it was saved; the seal is bound to it.
    No copy of the database holds this table.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_case_id_person_id", "case_id", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"))
    report_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"), index=True)
    field: Mapped[DraftField] = mapped_column(_enum(DraftField))
    revision: Mapped[int]
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_on: Mapped[date] = mapped_column(Date)
    saved_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)  # colleagues see that somebody writes


NAME, HOURS, ROOM = GAPS = ("{name}", "{zeiten}", "{raum}")
"""Gaps of a text for an answer, for the writer's shown name, own hours and own room."""


class TextBlock(RandomId, Base):
    """A short text that staff put into answers: a person's own one, or one of a school's team.

    It says nothing of a case, and stands in the database in the clear.
    """

    __tablename__ = "text_block"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (school_id IS NULL)", name="belongs_to_one"),)

    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
