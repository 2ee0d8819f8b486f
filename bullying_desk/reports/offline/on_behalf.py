"""An adult of the team writes down what a child has told, and hands the child six words of its own.

A child that spoke to a person has the same rights as one that typed: a report of its own, sealed to the readers it
wishes, a conversation, a receipt. There are two ways here: a talk, and the own access of a child whom a bystander
reported. The words are shown once, to be handed over. They are stored nowhere, and the child can change them.

How a page uses it: call `words_for` (a second submit gives the same words), end the transaction, call `derive_receipt`,
then `write_down`, and show the words only where `may_show` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, Said
from bullying_desk.reports.filing import receipt_cookie
from bullying_desk.reports.filing.intake import Filed, Submission, Terms, file_report
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Report
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.sealing.format.secret_types import SendToken, SessionKey
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import Receipt, ReceiptWords, send_cookie, send_words


@dataclass(frozen=True, slots=True)
class Author:
    """Who of the team writes it down: the person, and the name the child knows."""

    person_id: int
    shown_name: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a child has told, by the door it would have come through. `text` may be empty: then it is only an access.

    `said` holds more answers by the door's codes; `letter` is a first letter of the team, which answers at once.
    """

    school_id: int
    door: int
    choice: ReaderChoice
    text: str = ""
    danger: bool = False
    said: Mapping[str, Said] = field(default_factory=dict)
    name: NameGiven = field(default_factory=NameGiven)
    left_out: LeftOut = field(default_factory=LeftOut)
    readers_words: str = ""
    left_out_words: str = ""
    letter: str = ""
    paper: bool = False

    def submission(self, author: Author, case_id: int | None) -> Submission:
        """Return it in the shape in which a sent form comes in."""
        said = {**self.said, **({"text": self.text} if self.text else {})}
        answers = Answers(
            self.door,
            self.danger,
            said,
            self.readers_words,
            self.left_out_words,
            written_by=author.shown_name,
            wish=self.choice.wish.value,
            paper=self.paper,
        )
        return Submission(
            self.school_id, answers, self.name, self.choice, self.left_out, case_id=case_id, by=author.person_id
        )


def words_for(token: SendToken, key: SessionKey, fields: Iterable[tuple[str, str]], count: int) -> ReceiptWords:
    """Return the words of one filled-in form: a second submit of the same form gives the same words again."""
    return send_words(send_cookie(token, key, receipt_cookie.canonical(fields)), key, count)


def write_down(
    session: Session,
    pepper_layer: PepperLayer,
    told: Told,
    receipt: Receipt,
    author: Author,
    now: datetime,
    terms: Terms,
    *,
    case_id: int | None = None,
) -> Filed:
    """Seal and store it, in a new case or in an existing one; a second submit finds the first one's report.

    The caller has decided whether it may join an existing case (`cases.readers`). Raises NobodyCanRead,
    TeamNotOffered, LetterTooLong.
    """
    filed = file_report(session, pepper_layer, told.submission(author, case_id), receipt, now, terms)
    if not filed.new:
        return filed
    report = session.get_one(Report, filed.report_id)
    if told.letter.strip():
        _write_letter(session, pepper_layer, report, receipt, author, told.letter, now)
    trail.record(
        session, Event.REPORT_WRITTEN_DOWN, now, actor=author.person_id, subject=report.case_id, report=report.id
    )
    session.flush()
    return filed


def may_show(filed: Filed, now: datetime) -> bool:
    """Whether the words may (still) be shown: not after the child has them, and not for longer than after sending."""
    return not filed.receipt_kept and now < filed.arrived_hour + receipt_cookie.RESENT_FOR


def _write_letter(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    receipt: Receipt,
    author: Author,
    text: str,
    now: datetime,
) -> None:
    secrets = open_as_reporter(session, pepper_layer, receipt.key, report)
    letters.write_letter(session, secrets, report, text, now=now, author=(author.person_id, author.shown_name))
