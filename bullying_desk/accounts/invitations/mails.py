"""The texts of mails and letters to staff. Plain words, no school's affairs, one link at most: the invitation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bullying_desk.accounts.invitations.invitations import Invited
from bullying_desk.notices.outbox import write_mail

INVITATION = """Guten Tag {name},

Sie sind eingeladen, bei „{service}“ mitzuarbeiten.
Bitte öffnen Sie diesen Link in Ihrem Browser. Er gilt 72 Stunden und nur einmal:

{base}/team/einladung/{secret}

Sie wählen dort ein Passwort und verbinden eine App für Einmal-Codes.
Danach vergleicht eine Kollegin oder ein Kollege mit Ihnen sechs Wörter.

Sie haben das nicht erwartet? Dann löschen Sie diese Nachricht und fragen Sie in Ihrer Schule nach.
"""
REMINDER = """Guten Tag {name},

Ihr Konto bei „{service}“ ist noch nicht fertig: {what}
Bitte melden Sie sich, sobald Sie Zeit haben, bei der Person, die in Ihrer Schule dafür zuständig ist.

{base}/team/anmelden
"""


def mail_invitation(session: Session, invited: Invited, service: str, base_url: str, now: datetime) -> None:
    """Put the mail with the link into the outbox; after sending, the outbox forgets its text."""
    body = INVITATION.format(name=invited.person.name, service=service, base=base_url, secret=invited.secret)
    write_mail(session, invited.person.id, invited.person.email, f"Einladung: {service}", body, now)


def mail_reminder(
    session: Session, person: int, email: str, name: str, what: str, service: str, base_url: str, now: datetime
) -> None:
    """Remind a person of the missing step (`what` is a whole sentence)."""
    body = REMINDER.format(name=name, service=service, what=what, base=base_url)
    write_mail(session, person, email, f"Erinnerung: {service}", body, now)
