"""Sending the mails in the outbox: by SMTP with retries, or as `.eml` files where no mail server is set."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.night import Counts, Night
from bullying_desk.notices.models import OutboxMail
from bullying_desk.notices.night import note_mails
from bullying_desk.notices.outbox import NO_REPLY, URGENT

Sender = Callable[[EmailMessage], None]
RETRY_AFTER = (1, 5, 15, 60, 240)  # minutes; after the last one every four hours
KEPT_AFTER_SENDING = timedelta(days=2)
BATCH = 100
TAKEN_FOR = timedelta(minutes=30)  # if a sender dies on the way, others take its mails after this time
PERMANENT_FOR = timedelta(days=3)  # so long a refusal for good is tried again: a full mailbox is emptied, a typo mended
REFUSED_FOR = timedelta(days=7)  # the same for a refusal for now
GIVEN_UP_SHOWN = timedelta(days=30)
MAIL_SECONDS = 40  # so long a pass sends mails; the next one begins after a minute
MAILS_FAILED = "mails failed"
log = logging.getLogger("bullying_desk")


class ServerAway(Exception):
    """The mail server cannot be used: no mail goes out, to nobody. The message is the kind of error."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one mail was not taken: the kind of error, and whether the server says that it is for good."""

    kind: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of taken mails, by row id: None was sent. `away`: the kind of error that stopped the rest, or ""."""

    mails: Mapping[int, Refusal | None]
    away: str = ""

    @property
    def sent(self) -> int:
        """How many went out."""
        return sum(refusal is None for refusal in self.mails.values())

    @property
    def failed(self) -> int:
        """How many were tried and did not go out; a server that is away counts as one."""
        return len(self.mails) - self.sent + bool(self.away)


def take_due(session: Session, now: datetime, *, urgent: bool) -> list[OutboxMail]:
    """Take the mails that are due, so that nobody else sends them. The caller commits before the first one goes out.

    Danger has a queue of its own. On PostgreSQL rows are locked (`SKIP LOCKED`), so that two machines may tick at once
    and no mail goes out twice. On SQLite the one writer's lock does the same. A slow mail server must never hold that
    lock, because children write meanwhile. So sending happens outside any transaction, and only its outcome is written
    in the next one.
    """
    due = select(OutboxMail).where(
        OutboxMail.sent == 0,
        OutboxMail.given_up.is_(False),
        (OutboxMail.kind == URGENT) if urgent else (OutboxMail.kind != URGENT),
        OutboxMail.not_before <= now,
        or_(OutboxMail.next_try.is_(None), OutboxMail.next_try <= now),
    )
    # What was never tried comes first: closed mailboxes add up, and must not stand before everybody else's mails.
    order = (OutboxMail.attempts, OutboxMail.not_before)
    rows = list(session.scalars(due.order_by(*order).limit(BATCH).with_for_update(skip_locked=True)))
    for row in rows:
        row.next_try = now + TAKEN_FOR
    session.flush()
    return rows


def send_taken(rows: Iterable[OutboxMail], settings: Settings, send: Sender, now: datetime) -> Outcome:
    """Send the taken mails, with no transaction open.

    Only a server that cannot be used stops the rest. A refusal is that one recipient's alone.
    """
    mails: dict[int, Refusal | None] = {}
    for row in rows:
        try:
            send(message_of(row, settings, now))
        except ServerAway as away:
            return Outcome(mails, str(away))
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            mails[row.id] = Refusal(type(error).__name__, all(code >= 500 for code in codes))
        except smtplib.SMTPResponseException as error:
            mails[row.id] = Refusal(type(error).__name__, error.smtp_code >= 500)
        except Exception as error:
            # Any error: the standard library's header parser fails at odd addresses with AttributeError, TypeError or
            # IndexError, and one mistyped address must not keep back the mail about a child in danger.
            mails[row.id] = Refusal(type(error).__name__, True)
        else:
            mails[row.id] = None
    return Outcome(mails)


def enter_outcome(session: Session, rows: Iterable[OutboxMail], outcome: Outcome, now: datetime) -> None:
    """Write down the outcome of the taken mails. Sent ones lose their text at once."""
    stopped = bool(outcome.away)
    for taken in rows:
        row = session.get(OutboxMail, taken.id)
        if row is None:
            continue
        if row.id not in outcome.mails:
            # The first one not tried is the one the server broke off at: it goes back, others are tried before it.
            row.attempts += stopped
            row.failure = outcome.away if stopped else row.failure
            row.next_try = now + (_pause(row) if stopped else timedelta(minutes=RETRY_AFTER[0]))
            stopped = False
        elif (refusal := outcome.mails[row.id]) is not None:
            _refused(session, row, refusal, now)
        else:
            row.sent, row.body, row.failure, row.refused_since = row.id, "", "", None
            session.execute(delete(OutboxMail).where(OutboxMail.address == row.address, OutboxMail.given_up.is_(True)))
    session.flush()


def _refused(session: Session, row: OutboxMail, refusal: Refusal, now: datetime) -> None:
    """Try again later and later; give up where this address has been refused for days."""
    row.attempts += 1
    row.failure, row.next_try = refusal.kind, now + _pause(row)
    row.refused_since = row.refused_since or now
    session.flush()
    known = select(func.min(OutboxMail.refused_since)).where(OutboxMail.address == row.address, OutboxMail.sent == 0)
    since = session.scalar(known) or now
    if now - since >= (PERMANENT_FOR if refusal.permanent else REFUSED_FOR):
        row.given_up, row.body, row.next_try = True, "", None


def _pause(row: OutboxMail) -> timedelta:
    """Return how long a mail waits after so many attempts; danger never longer than five minutes."""
    minutes = RETRY_AFTER[max(0, min(row.attempts, len(RETRY_AFTER)) - 1)]
    return timedelta(minutes=min(minutes, 5) if row.kind == URGENT else minutes)


def forget_sent(session: Session, now: datetime) -> int:
    """Delete mails two days after they were due, and what was given up after 30 days. Returns how many."""
    gone = session.execute(
        delete(OutboxMail).where(
            or_(
                (OutboxMail.sent != 0) & (OutboxMail.not_before < now - KEPT_AFTER_SENDING),
                OutboxMail.given_up.is_(True) & (OutboxMail.not_before < now - GIVEN_UP_SHOWN),
            )
        )
    )
    return int(cast(Any, gone).rowcount)


def message_of(row: OutboxMail, settings: Settings, now: datetime) -> EmailMessage:
    """Build the mail. Its date is the full hour and its id random: headers give nothing away either."""
    message, domain = EmailMessage(), (settings.mail_from or "portal@invalid").rpartition("@")[2]
    message["From"] = settings.mail_from or "portal@invalid"
    message["To"] = row.address
    message["Subject"] = row.subject
    message["Date"] = format_datetime(full_hour(now))
    message["Message-ID"] = f"<{row.id:x}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Reply-To"] = f"nicht-antworten@{domain}"  # the city's server refuses it: no child's name is kept
    message.set_content(row.body + NO_REPLY)
    return message


def _connected(settings: Settings, context: ssl.SSLContext | None, stack: ExitStack) -> smtplib.SMTP:
    """Return a connection that may send. An error while it is closed changes nothing: the mail was taken."""
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20)
    stack.callback(_close, server)
    if context is not None:
        server.starttls(context=context)
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password)
    return server


def try_server(settings: Settings) -> str:
    """Return the kind of error with which the mail server refuses us before any mail, "" where it would take one."""
    try:
        with ExitStack() as stack:
            context = ssl.create_default_context() if settings.smtp_starttls else None
            _connected(settings, context, stack)
    except OSError as error:
        return type(error).__name__
    return ""


def _close(server: smtplib.SMTP) -> None:
    with suppress(OSError):
        server.quit()
    server.close()


def _concerns_all(error: smtplib.SMTPException) -> bool:
    """Whether the server would answer every mail of ours like this: it hangs up, goes down, or refuses the sender."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == 421 for code, _words in error.recipients.values())
    if isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused)):
        return True
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == 421


def smtp_sender(settings: Settings) -> Sender:
    """Return a sender over the operator's mail server; TLS is checked against the system's authorities."""
    context = ssl.create_default_context() if settings.smtp_starttls else None  # reads all authorities: once a tick

    def send(message: EmailMessage) -> None:
        with ExitStack() as stack:
            try:
                server = _connected(settings, context, stack)
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(type(error).__name__) from error
            try:
                server.send_message(message)
            except OSError as error:  # smtplib's errors are of this kind too
                if isinstance(error, smtplib.SMTPException) and not _concerns_all(error):
                    raise
                raise ServerAway(type(error).__name__) from error

    return send


def file_sender(folder: Path) -> Sender:
    """Return a sender that writes mails into a folder, for instances without a mail server."""

    def send(message: EmailMessage) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        mail = folder / f"{name}.eml"
        mail.touch(mode=0o600)  # an invitation is in it
        mail.write_bytes(message.as_bytes())

    return send


def sender_for(settings: Settings) -> Sender:
    """Choose by the settings; a demonstration never sends a mail to anyone."""
    if settings.smtp_host and not settings.demo:
        return smtp_sender(settings)
    return file_sender(settings.instance / "mails")


def by_night(night: Night) -> Counts:
    """Take, send, write down, danger first; batch by batch, as long as there is time before the next tick."""
    send, sent, failed, until = sender_for(night.settings), 0, 0, time.monotonic() + MAIL_SECONDS
    for urgent in (True, False):
        more = True
        while more:
            outcome, more = _send_batch(night, send, urgent=urgent)
            sent, failed = sent + outcome.sent, failed + outcome.failed
            if outcome.away:
                log.error("night work: the mail server takes nothing: %s", outcome.away)
                return {"mails sent": sent, MAILS_FAILED: failed}
            more = more and time.monotonic() < until
    with night.transaction() as session:
        forget_sent(session, night.now)
    return {"mails sent": sent, MAILS_FAILED: failed}


def _send_batch(night: Night, send: Sender, *, urgent: bool) -> tuple[Outcome, bool]:
    """Send one batch, and say whether there may be more. No transaction ever waits for the mail server."""
    with night.transaction() as session:
        taken = take_due(session, night.now, urgent=urgent)
    outcome = send_taken(taken, night.settings, send, night.now)
    if taken:
        with night.transaction() as session:
            enter_outcome(session, taken, outcome, night.now)
            note_mails(session, night.now, stuck=bool(outcome.away), sent=outcome.sent > 0)
    return outcome, len(taken) == BATCH
