"""Opening what is sealed: the only place on this floor that holds opened secrets.

A person or the reporter opens their own grants, each checked against the report's commitment. Nobody finds a report
without a grant of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from bullying_desk.database import may_write, stay
from bullying_desk.reports import record_kinds
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.models import GrantState, Record, Report, ReportEpoch, ReportGrant
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.secret_types import ReportSecret, SessionKey, SessionSecret
from bullying_desk.sealing.grants import wrap_own_report_grant
from bullying_desk.sealing.keys import PersonKey, ReceiptKey
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

Secrets = Mapping[int, ReportSecret]
"""A report's secrets by epoch, as far as the opener holds grants."""


class ReaderExcluded(Exception):
    """The person holds no open grant of this report: to them it does not exist."""


class RecordMissing(Exception):
    """A text that every report has is missing, or is in an epoch the opener holds no grant of."""


class ConversationGone(RecordMissing):
    """The city's period has destroyed the conversation; only the file of the case is left."""


@dataclass(frozen=True)
class OpenedReport:
    """One report, opened once for a reader. Each text is decrypted at its first use and kept as long as this object.

    `secrets` are the report's secrets by epoch. The texts raise as `read_answers`, `read_left_out` and `read_name`.
    """

    session: Session = field(repr=False)
    report: Report
    secrets: dict[int, ReportSecret] = field(repr=False)

    @cached_property
    def answers(self) -> Answers:
        """What was said."""
        return read_answers(self.session, self.secrets, self.report)

    @cached_property
    def left_out(self) -> LeftOut:
        """The people who must never read this report."""
        return read_left_out(self.session, self.secrets, self.report)

    @cached_property
    def name(self) -> NameGiven:
        """The reporter's name, or that none was given."""
        return read_name(self.session, self.secrets, self.report)


@dataclass(frozen=True, slots=True)
class WholeReport:
    """All that the page of a case shows of one report. `conversation` has the report itself and all letters."""

    answers: Answers
    left_out: LeftOut
    name: NameGiven
    conversation: tuple[tuple[Record, str], ...] = field(repr=False)


def open_report_secrets(
    session: Session,
    pepper_layer: PepperLayer,
    key: PersonKey,
    person_id: int,
    report: Report,
    *,
    hour: datetime | None = None,
) -> dict[int, ReportSecret]:
    """Return every epoch's secret this person may open.

    A grant opened for the first time is re-wrapped for its reader, and `hour` is noted as when it was first read.
    Raises ReaderExcluded, UnsealRefused (GrantOfAnotherSecret: an alarm naming `granted_by`).
    """
    found: dict[int, ReportSecret] = {}
    laid = _commitments(session, report)
    for grant in _open_grants(session, report, person_id):
        secret = _open(pepper_layer, grant, key, person_id, laid[grant.epoch])
        if grant.own is None and may_write(session):
            grant.own = wrap_own_report_grant(secret, report.id, grant.epoch, key, person_id)
        if grant.first_read_hour is None and hour is not None:
            stay(session, partial(_note_reading, session, inspect(grant).identity or (), hour))
        found[grant.epoch] = secret
    if report.epoch not in found:
        raise ReaderExcluded(person_id)
    return found


def _note_reading(session: Session, identity: tuple[int, ...], hour: datetime) -> None:
    grant = session.get(ReportGrant, identity)
    if grant is not None and grant.first_read_hour is None:
        grant.first_read_hour = hour


def open_as_reporter(
    session: Session, pepper_layer: PepperLayer, key: ReceiptKey, report: Report
) -> dict[int, ReportSecret]:
    """Return every epoch's secret with the key pair of the receipt. Raises ReaderExcluded, UnsealRefused."""
    found: dict[int, ReportSecret] = {}
    laid = _commitments(session, report)
    for grant in _open_grants(session, report, None):
        sealed = pepper_layer.lift(grant.sealed, PepperPlace.REPORTER_GRANT, report.id, grant.epoch)
        commitment = pepper_layer.lift(laid[grant.epoch], PepperPlace.REPORT_COMMITMENT, report.id, grant.epoch)
        found[grant.epoch] = unseal.open_report_grant(sealed, key, report.id, grant.epoch, REPORTER, commitment)
    if report.epoch not in found:
        raise ReaderExcluded("reporter")
    return found


def reporter_key(sealed: bytes, secret: SessionSecret, key: SessionKey, key_id: bytes) -> ReceiptKey:
    """Return the receipt's key pair from an open session's row and cookie. Raises UnsealRefused."""
    return unseal.open_reporter_session(sealed, secret, key, key_id)


def read_text(secrets: Secrets, record: Record) -> str:
    """Open one text of a report. Raises RecordMissing where its epoch is not the opener's, UnsealRefused."""
    [opened] = read_texts(secrets, [record])
    return opened


def read_texts(secrets: Secrets, records: Sequence[Record]) -> list[str]:
    """Open several texts of a report in one go. Raises RecordMissing, UnsealRefused."""
    for record in records:
        if record.epoch not in secrets:
            raise RecordMissing(record.kind)
    places = [record_kinds.place_of(record) for record in records]
    under_own_key = dict.fromkeys((record_kinds.NAME, record_kinds.SLIP_NAME), unseal.open_name)
    return [
        under_own_key.get(record.kind, unseal.open_record)(secrets[record.epoch], place, record.sealed)
        for record, place in zip(records, places, strict=True)
    ]


def read_whole(session: Session, secrets: Secrets, report: Report) -> WholeReport:
    """Open what the page of a case shows of a report: with one query, and each text once.

    Letters in an epoch that the opener does not hold are left out. Raises as `read_answers` and `read_left_out`.
    """
    _refuse_emptied(report, record_kinds.REPORT)
    shown = (record_kinds.REPORT, record_kinds.LETTER, record_kinds.NAME, record_kinds.LEFT_OUT)
    query = select(Record).where(Record.owner_id == report.id, Record.kind.in_(shown))
    rows = session.scalars(query.order_by(Record.sequence, Record.revision)).all()
    newest = {row.kind: row for row in rows}
    first, name, left_out = (
        _counting(report, kind, newest.get(kind))
        for kind in (record_kinds.REPORT, record_kinds.NAME, record_kinds.LEFT_OUT)
    )
    later = [row for row in rows if row.kind == record_kinds.LETTER and row.epoch in secrets]
    said, named, listed, *texts = read_texts(secrets, [first, name, left_out, *later])
    return WholeReport(
        answers=whole_answers(session, secrets, said, report),
        left_out=LeftOut.from_text(listed),
        name=_whole_name(session, secrets, named, report),
        conversation=((first, said), *zip(later, texts, strict=True)),
    )


def read_answers(session: Session, secrets: Secrets, report: Report) -> Answers:
    """Open the form's text. Raises RecordMissing (ConversationGone), UnsealRefused, AnswersUnreadable."""
    _refuse_emptied(report, record_kinds.REPORT)
    return whole_answers(session, secrets, read_text(secrets, _latest(session, report, record_kinds.REPORT)), report)


def whole_answers(session: Session, secrets: Secrets, opened: str, report: Report) -> Answers:
    """Read an opened report; with the text of a slip from the box, if the opener holds its epoch."""
    answers = Answers.from_text(opened)
    slip = _beneath(session, secrets, report, record_kinds.SLIP) if answers.paper else None
    return answers if slip is None else Answers.from_text(read_text(secrets, slip))


def read_name(session: Session, secrets: Secrets, report: Report) -> NameGiven:
    """Open the reporter's last name, else the one on a slip; its opening by staff goes into the trail.

    Raises RecordMissing (ConversationGone), UnsealRefused, AnswersUnreadable.
    """
    _refuse_emptied(report, record_kinds.NAME)
    [opened] = read_texts(secrets, [_latest(session, report, record_kinds.NAME)])
    return _whole_name(session, secrets, opened, report)


def _whole_name(session: Session, secrets: Secrets, opened: str, report: Report) -> NameGiven:
    given = NameGiven.from_text(opened)
    slip = _beneath(session, secrets, report, record_kinds.SLIP_NAME) if given.level is NameLevel.NONE else None
    return given if slip is None else NameGiven.from_text(*read_texts(secrets, [slip]))


def read_left_out(session: Session, secrets: Secrets, report: Report) -> LeftOut:
    """Open the list of people who must never read this report: to be asked before every later grant or link.

    Raises RecordMissing, UnsealRefused, AnswersUnreadable.
    """
    return LeftOut.from_text(read_text(secrets, _latest(session, report, record_kinds.LEFT_OUT)))


def latest_revision(session: Session, report: Report, kind: str) -> int:
    """Return the number of the newest revision of the name or of the list of people left out."""
    return _latest(session, report, kind).revision


def _refuse_emptied(report: Report, kind: str) -> None:
    if report.emptied_on is not None:
        raise ConversationGone(kind)


def _latest(session: Session, report: Report, kind: str) -> Record:
    query = select(Record).where(Record.owner_id == report.id, Record.kind == kind)
    return _counting(report, kind, session.scalars(query.order_by(Record.revision.desc()).limit(1)).one_or_none())


def _counting(report: Report, kind: str, record: Record | None) -> Record:
    """Return the newest text of a kind, if it is the one that counts. Raises RecordMissing."""
    if record is None or (kind == record_kinds.LEFT_OUT and record.revision != report.left_out):
        raise RecordMissing(kind)  # a restored older list would let a left-out person in again
    return record


def _beneath(session: Session, secrets: Secrets, report: Report, kind: str) -> Record | None:
    """Return the text in the epoch of a slip, if there is one and the opener holds it (decision D59)."""
    query = select(Record).where(Record.owner_id == report.id, Record.kind == kind, Record.epoch.in_(secrets))
    return session.scalars(query).one_or_none()


def _open_grants(session: Session, report: Report, person_id: int | None) -> list[ReportGrant]:
    whose = ReportGrant.person_id.is_(None) if person_id is None else ReportGrant.person_id == person_id
    query = select(ReportGrant).where(ReportGrant.report_id == report.id, whose)
    return list(session.scalars(query.where(ReportGrant.state == GrantState.OPEN)))


def _commitments(session: Session, report: Report) -> dict[int, bytes]:
    """Return the commitments of a report's epochs, each under the pepper layer."""
    rows = session.scalars(select(ReportEpoch).where(ReportEpoch.report_id == report.id))
    return {row.epoch: row.commitment for row in rows}


def _open(pepper_layer: PepperLayer, grant: ReportGrant, key: PersonKey, person_id: int, laid: bytes) -> ReportSecret:
    commitment = pepper_layer.lift(laid, PepperPlace.REPORT_COMMITMENT, grant.report_id, grant.epoch)
    if grant.own is not None:
        return unseal.open_own_report_grant(grant.own, key, grant.report_id, grant.epoch, person_id, commitment)
    return unseal.open_report_grant(grant.sealed, key, grant.report_id, grant.epoch, person_id, commitment)
