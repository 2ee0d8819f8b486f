"""Mails to the owner of an account at each change of what opens it: who did not make the change can react at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in import locking
from bullying_desk.config import Settings
from bullying_desk.notices.outbox import write_mail
from bullying_desk.web.language import _

SUBJECT = _("Ihr Konto: {service}")
BODY = _(
    "Guten Tag {name},\n\n"
    "an Ihrem Konto bei „{service}“ ist etwas geschehen:\n\n"
    "{what}\n\n"
    "Waren Sie das selbst? Dann ist nichts zu tun.\n"
    "Waren Sie es nicht? Mit diesem Link sperren Sie das Konto sofort, ohne sich anzumelden. "
    "Er gilt 14 Tage lang und nur einmal:\n\n"
    "{link}\n\n"
    "Sagen Sie es dann der Stelle der Stadt: {contact}\n"
)
RECOVERY_CODE = _("Es gibt einen neuen Wiederherstellungs-Code. Der alte gilt nicht mehr, der neue gilt ab morgen.")
OTHER_APP = _("Eine andere App für Einmal-Codes ist verbunden. Alle Geräte sind abgemeldet.")
NEW_PHONE = _(
    "Mit Passwort und Wiederherstellungs-Code ist eine andere App für Einmal-Codes verbunden. Alle Geräte sind "
    "abgemeldet. Der Code ist verbraucht, ein neuer gilt ab morgen."
)
# Not its name: a stranger who adds a passkey must not write to the owner through us.
PASSKEY_ADDED = _("Es gibt einen neuen Passkey. Er gilt zusammen mit dem Passwort.")
PASSKEY_ALONE = _("Es gibt einen neuen Passkey. Ab morgen öffnet er das Konto auch ohne Passwort.")
PASSKEY_REMOVED = _("Ein Passkey ist entfernt. Andere Geräte sind abgemeldet.")
APP_REMOVED = _(
    "Die App für Einmal-Codes ist entfernt. Es gelten nur noch die Passkeys. Andere Geräte sind abgemeldet."
)
PASSWORD = _("Das Passwort ist geändert. Alle Geräte sind abgemeldet.")
RECOVERED = _("Mit dem Wiederherstellungs-Code ist ein neues Passwort gewählt. Alle Geräte sind abgemeldet.")
WRONG_CODES = _(
    "Jemand kennt Ihr Passwort und hat fünfmal einen falschen Einmal-Code oder Passkey benutzt. "
    "Ändern Sie Ihr Passwort."
)


def tell(session: Session, settings: Settings, person: Person, what: str, now: datetime) -> None:
    """Write the mail; it goes out at once and names no school and no case. Its link locks the account."""
    service = settings.service_name
    contact = settings.operator_email or settings.operator_name or service
    link = f"{settings.base_url}/team/war-ich-nicht/{locking.link_token(session, person, now)}"
    body = BODY.format(name=person.name, service=service, what=what, contact=contact, link=link)
    write_mail(session, person.id, person.email, SUBJECT.format(service=service), body, now)
