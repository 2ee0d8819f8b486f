"""Sending what waits in the outbox: by SMTP with retries, or as `.eml` files where no mail server is set."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.notices.models import OutboxMail

Sender = Callable[[EmailMessage], None]
RETRY_AFTER = (1, 5, 15, 60, 240)  # minutes; after the last one every four hours
KEPT_AFTER_SENDING = timedelta(days=2)
BATCH = 100


def deliver(session: Session, settings: Settings, send: Sender, now: datetime) -> tuple[int, int]:
    """Send what is due. Returns (sent, failed).

    Rows are locked on PostgreSQL (`SKIP LOCKED`), so that two machines may tick at once and no mail goes out twice;
    on SQLite the one writer's lock does the same. The caller commits.
    """
    due = select(OutboxMail).where(
        OutboxMail.sent == 0,
        OutboxMail.not_before <= now,
        or_(OutboxMail.next_try.is_(None), OutboxMail.next_try <= now),
    )
    rows = session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)).all()
    sent = failed = 0
    for row in rows:
        try:
            send(message_of(row, settings, now))
        except (OSError, smtplib.SMTPException) as error:
            failed += 1
            minutes = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
            row.attempts += 1
            row.next_try = now + timedelta(minutes=minutes)
            row.failure = type(error).__name__
        else:
            sent += 1
            row.sent, row.body, row.failure = row.id, "", ""
    session.flush()
    session.execute(delete(OutboxMail).where(OutboxMail.sent != 0, OutboxMail.not_before < now - KEPT_AFTER_SENDING))
    return sent, failed


def message_of(row: OutboxMail, settings: Settings, now: datetime) -> EmailMessage:
    """Build the mail. Its date is the full hour, its id random: headers tell nothing either."""
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
    """Return a sender that lays mails into a folder, for instances without a mail server."""

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
