"""The city's own periods, when the work was last done, warnings, and the officer's register of requests."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, Date, Enum, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base, RandomId


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class RetentionRun(Base):
    """The last day on which all of the work was done: later ticks of that day do nothing."""

    __tablename__ = "retention_run"
    __table_args__ = WITHOUT_COUNTING_ROWID

    day: Mapped[date] = mapped_column(Date, primary_key=True)


class RetentionWarning(Base):
    """Says that a case's readers were warned: something unread would go if it were not kept for being unread."""

    __tablename__ = "retention_warning"
    __table_args__ = WITHOUT_COUNTING_ROWID

    case_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    warned_on: Mapped[date] = mapped_column(Date)


class Art(StrEnum):
    """What a person asks for, by the article of the GDPR."""

    ACCESS = "15"
    RECTIFICATION = "16"
    ERASURE = "17"
    RESTRICTION = "18"
    PORTABILITY = "20"
    OBJECTION = "21"


class RequestState(StrEnum):
    """The state of a request."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"  # with reasons, and with the way to the supervisory authority (Art. 12(4))


class Extension(StrEnum):
    """Why the month was not enough: the two reasons Art. 12(3) knows."""

    COMPLEX = "complex"
    MANY = "many"


class PrivacyRequest(RandomId, Base):
    """One request. No column says who asks, and what about: see PrivacyRequestText."""

    __tablename__ = "privacy_request"

    art: Mapped[Art] = mapped_column(_enum(Art))
    received_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    extension: Mapped[Extension | None] = mapped_column(_enum(Extension))
    state: Mapped[RequestState] = mapped_column(_enum(RequestState), default=RequestState.OPEN)
    closed_on: Mapped[date | None] = mapped_column(Date)


class PrivacyRequestText(RandomId, Base):
    """Who asks and how to reach them, as far as needed: sealed once for each officer."""

    __tablename__ = "privacy_request_text"

    request_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("privacy_request.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Knows(StrEnum):
    """Whether somebody knows of a case."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"


class PrivacyQuestion(RandomId, Base):
    """An officer asked one person whether they know of a case: sealed to them, the answer to the officer."""

    __tablename__ = "privacy_question"

    request_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("privacy_request.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    officer_id: Mapped[int] = mapped_column(BigInteger)
    asked_on: Mapped[date] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)
    answer_key_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class PrivacyAsk(RandomId, Base):
    """An officer asked the person responsible for a case to prepare an answer; the text is sealed to that person.

    The officer sees the two days and nothing else of it.
    """

    __tablename__ = "privacy_ask"

    request_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("privacy_request.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
