"""The people who read and answer, how they joined, and text they typed too late."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, Enum, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base, RandomId, UtcDateTime
from bullying_desk.rights.models import Right
from bullying_desk.schools.models import ContactFunction, SeatRole


class PersonState(StrEnum):
    """How far a person has come. Only `active` ones are ever given a grant."""

    INVITED = "invited"  # a link or letter is out
    ACCEPTED = "accepted"  # has keys and a password; nobody has compared the key words yet
    LOCKED = "locked"  # the owner said „Das war ich nicht“; a coordinator looks
    ACTIVE = "active"  # a second person, not the inviter, has compared six key words by voice or face
    LEFT = "left"


class InvitationKind(StrEnum):
    """By mail: 72 hours. As a printed letter with a short code to type: 21 days."""

    MAIL = "mail"
    LETTER = "letter"


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class Person(Right, RandomId, Base):
    """A member of staff: one account, one key pair, any number of seats."""

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(Text, unique=True)  # lower case, NFC
    name: Mapped[str] = mapped_column(Text)  # "Selin Aydin"; staff see it, pupils see the seat's shown name
    state: Mapped[PersonState] = mapped_column(_enum(PersonState), default=PersonState.INVITED)
    invited_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    compared_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    compared_on: Mapped[date | None] = mapped_column(Date)
    public_half: Mapped[bytes | None] = mapped_column(LargeBinary)  # 1216 bytes, in the clear
    key_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    directory_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_header: Mapped[bytes | None] = mapped_column(LargeBinary)
    verifier: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the pepper layer, like the four below
    password_vault: Mapped[bytes | None] = mapped_column(LargeBinary)
    recovery_vault: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    recovery_made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a code made while signed in
    app_replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a new app in place of a lost phone
    unlocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # links of earlier mails lock it no more
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # replay guard (RFC 6238, 5.2)
    passkey_last: Mapped[int | None] = mapped_column(BigInteger)  # the same for passkeys, in microseconds
    last_sign_in_month: Mapped[date | None] = mapped_column(Date)  # first of the month; nobody watches staff by the day
    made_on: Mapped[date] = mapped_column(Date)
    reminded_on: Mapped[date | None] = mapped_column(Date)  # last mail about an account that is not finished
    left_on: Mapped[date | None] = mapped_column(Date)
    heavy_digest: Mapped[bytes | None] = mapped_column(LargeBinary(16))

    covered = (
        "email", "name", "state", "invited_by", "compared_by", "compared_on", "key_id", "made_on", "left_on",
        "heavy_digest",
    )  # fmt: skip
    heavy = (
        "public_half", "directory_tag", "password_header", "verifier", "password_vault", "recovery_vault",
        "totp_secret", "totp_last_step",
        "recovery_made_at", "app_replaced_at", "unlocked_at", "passkey_last",
    )  # fmt: skip


class Passkey(Right, RandomId, Base):
    """A passkey of a person: what checks its signature and, where it opens the vault by itself, the vault's copy."""

    __tablename__ = "passkey"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # 16 to 1023 bytes
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE_Key (RFC 9052)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 0 where the authenticator counts nothing
    synced: Mapped[bool]  # its maker copies it to other devices
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    vault: Mapped[bytes | None] = mapped_column(LargeBinary)  # under the pepper layer

    covered = ("person_id", "credential_id", "public_key", "sign_count", "synced", "name", "made_at", "vault")


class Invitation(Right, RandomId, Base):
    """A single-use way in; of its secret only a MAC under the pepper is kept."""

    __tablename__ = "invitation"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[InvitationKind] = mapped_column(_enum(InvitationKind))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    covered = ("person_id", "kind", "secret_hash", "made_at", "expires_at", "used_at")


class HeldPost(RandomId, Base):
    """A form that a member of staff sent after the session's end, sealed to their own public half for 24 hours."""

    __tablename__ = "held_post"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(String(200))  # path of the form, without its query
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BarrierMessage(RandomId, Base):
    """What somebody without an account wrote about a barrier: one sealed copy for each coordinator of the city."""

    __tablename__ = "barrier_message"

    message: Mapped[int] = mapped_column(BigInteger, index=True)  # all copies of one text share this number
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_on: Mapped[date] = mapped_column(Date)


# Seats that wait for a second yes (`accounts.second_yes`).


class ProposalState(StrEnum):
    """Whether it is answered. Answered ones stay until their period ends, so that a second submit finds them."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"


class SeatProposal(Right, RandomId, Base):
    """A seat at a school for a person with an account, once a second person has said yes."""

    __tablename__ = "seat_proposal"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    role: Mapped[SeatRole] = mapped_column(
        Enum(SeatRole, native_enum=False, length=32, values_callable=lambda roles: [one.value for one in roles])
    )
    function: Mapped[ContactFunction | None] = mapped_column(
        Enum(ContactFunction, native_enum=False, length=32, values_callable=lambda some: [one.value for one in some])
    )
    shown_name: Mapped[str] = mapped_column(Text)
    employer: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[int] = mapped_column(BigInteger)
    proposed_on: Mapped[date] = mapped_column(Date)
    state: Mapped[ProposalState] = mapped_column(
        Enum(ProposalState, native_enum=False, length=8, values_callable=lambda states: [one.value for one in states]),
        default=ProposalState.OPEN,
    )

    covered = (
        "person_id", "school_id", "role", "function", "shown_name", "employer", "proposed_by", "proposed_on", "state",
    )  # fmt: skip


class RefusedSignIns(Base):
    """How many sign-ins were refused in an hour: of one account, or (0) of addresses that nobody has."""

    __tablename__ = "refused_sign_in"
    __table_args__ = WITHOUT_COUNTING_ROWID

    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tries: Mapped[int]
