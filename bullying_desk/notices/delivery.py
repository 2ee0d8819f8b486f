"""Sending the mails in the outbox: by SMTP with retries, or as `.eml` files where no mail server is set."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.notices.models import OutboxMail

Sender = Callable[[EmailMessage], None]
RETRY_AFTER = (1, 5, 15, 60, 240)  # minutes; after the last one every four hours
KEPT_AFTER_SENDING = timedelta(days=2)
BATCH = 100
TAKEN_FOR = timedelta(minutes=30)  # if a sender dies on the way, others take its mails after this time
GIVE_UP_AFTER = 3  # failures in a row: the mail server is away, and each further try would cost its whole timeout


def take_due(session: Session, now: datetime) -> list[OutboxMail]:
    """Take the mails that are due, so that nobody else sends them. The caller commits before the first one goes out.

    On PostgreSQL rows are locked (`SKIP LOCKED`), so that two machines may tick at once and no mail goes out twice. On
    SQLite the one writer's lock does the same. A slow mail server must never hold that lock, because children write
    meanwhile. So sending happens outside any transaction, and only its outcome is written in the next one.
    """
    due = select(OutboxMail).where(
        OutboxMail.sent == 0,
        OutboxMail.not_before <= now,
        or_(OutboxMail.next_try.is_(None), OutboxMail.next_try <= now),
    )
    rows = list(session.scalars(due.order_by(OutboxMail.not_before).limit(BATCH).with_for_update(skip_locked=True)))
    for row in rows:
        row.next_try = now + TAKEN_FOR
    session.flush()
    return rows


def send_taken(rows: list[OutboxMail], settings: Settings, send: Sender, now: datetime) -> dict[int, str]:
    """Send the taken mails, with no transaction open. Returns the kind of failure ("" for sent) by row id.

    Rows missing in the answer were not tried, because the mail server had failed several times in a row.
    """
    outcome: dict[int, str] = {}
    for row in rows:
        try:
            send(message_of(row, settings, now))
        except Exception as error:
            # Any error: the standard library's header parser fails at odd addresses with AttributeError, TypeError or
            # IndexError, and one mistyped address must not keep back the mail about a child in danger.
            outcome[row.id] = type(error).__name__
        else:
            outcome[row.id] = ""
        if len(outcome) >= GIVE_UP_AFTER and all(list(outcome.values())[-GIVE_UP_AFTER:]):
            break
    return outcome


def enter_outcome(session: Session, rows: list[OutboxMail], outcome: dict[int, str], now: datetime) -> tuple[int, int]:
    """Write down the outcome of the taken mails. Returns (sent, failed). Sent ones lose their text at once."""
    for taken in rows:
        row = session.get(OutboxMail, taken.id)
        if row is None:
            continue
        failure = outcome.get(row.id)
        if failure is None:
            row.next_try = now + timedelta(minutes=RETRY_AFTER[0])
        elif failure:
            minutes = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
            row.attempts += 1
            row.next_try = now + timedelta(minutes=minutes)
            row.failure = failure
        else:
            row.sent, row.body, row.failure = row.id, "", ""
    session.flush()
    return sum(not failure for failure in outcome.values()), sum(bool(failure) for failure in outcome.values())


def forget_sent(session: Session, now: datetime) -> int:
    """Delete mails two days after they were due. Returns how many."""
    gone = session.execute(
        delete(OutboxMail).where(OutboxMail.sent != 0, OutboxMail.not_before < now - KEPT_AFTER_SENDING)
    )
    return int(cast(Any, gone).rowcount)


def message_of(row: OutboxMail, settings: Settings, now: datetime) -> EmailMessage:
    """Build the mail. Its date is the full hour and its id random: headers give nothing away either."""
    message = EmailMessage()
    message["From"] = settings.mail_from or "portal@invalid"
    message["To"] = row.address
    message["Subject"] = row.subject
    message["Date"] = format_datetime(full_hour(now))
    message["Message-ID"] = f"<{row.id:x}@{(settings.mail_from or 'portal@invalid').rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.body)
    return message


def smtp_sender(settings: Settings) -> Sender:
    """Return a sender over the operator's mail server; TLS is checked against the system's authorities."""

    def send(message: EmailMessage) -> None:
        context = ssl.create_default_context()
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20) as server:
            if settings.smtp_starttls:
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message)

    return send


def file_sender(folder: Path) -> Sender:
    """Return a sender that writes mails into a folder, for instances without a mail server."""

    def send(message: EmailMessage) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(message.as_bytes())

    return send


def sender_for(settings: Settings) -> Sender:
    """Choose by the settings; a demonstration never sends a mail to anyone."""
    if settings.smtp_host and not settings.demo:
        return smtp_sender(settings)
    return file_sender(settings.instance / "mails")
