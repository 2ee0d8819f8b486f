"""`bullying-desk watch`: what needs a person is mailed to people by name, also where the night work does not run.

Started each hour by a timer of its own. `doctor` says the same on the screen.
"""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from cryptography.x509 import load_der_x509_certificate
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.trail import record
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.notices import delivery, night
from bullying_desk.notices.models import OutboxMail
from bullying_desk.notices.running import LEAST_FREE, OLD_COPY, running
from bullying_desk.schools.models import Seat, SeatState

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

TOLD = "alarms-told"  # a file in the instance folder: which alarm was mailed on which day
DAY = timedelta(days=1)
SUBJECT = "Portal: Bitte nachsehen"
BODY = """Guten Tag,

das Portal braucht jemanden, der nachsieht:

{lines}

Die IT der Stadt sieht mehr mit `bullying-desk doctor`.
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that needs a person: a short name, a line for the operator, a sentence for the mail."""

    name: str
    line: str
    sentence: str


def alarms(session: Session, instance: Path, now: datetime) -> list[Alarm]:
    """Return what is wrong now. No name, no school, nothing of any report."""
    return [
        *_night(session, now),
        *_mails(session, now),
        *_keys(session, now),
        *_copies(session, now),
        *_disk(instance),
        *_certificate(session, now),
    ]


def _night(session: Session, now: datetime) -> Iterable[Alarm]:
    last = night.last(session)
    if last is not None and night.jumped(last, now):
        held = "Nobody is let in and nothing is destroyed until somebody has looked: `bullying-desk confirm-clock`"
        yield Alarm("clock", f"{_clocks(last.ran_at, now)} {held}",
                    "Die Uhr des Servers ist gesprungen, oder die Nachtarbeit stand mehrere Tage still. Bis die IT der "
                    "Stadt die Uhr bestätigt, springt keine Vertretung ein, und nichts wird gelöscht.")  # fmt: skip
    elif last is None or now - last.ran_at > night.LATE:
        when = last.ran_at.isoformat(timespec="minutes") if last is not None else "never"
        yield Alarm("night", f"the night work (`tick`) last ran: {when}",
                    "Die Nachtarbeit läuft nicht. Das Portal verschickt keine E-Mails, auch keine bei "
                    "Gefahr.")  # fmt: skip
    elif last.failed:
        yield Alarm(
            "parts", f"parts of the night work failed: {last.failed}", "Ein Teil der Nachtarbeit ist gescheitert."
        )


def _clocks(before: datetime, now: datetime) -> str:
    said = (each.isoformat(timespec="minutes") for each in (now, before))
    return "The clock says {}; the night work last ran at {}.".format(*said)


def _mails(session: Session, now: datetime) -> Iterable[Alarm]:
    last = night.last(session)
    if last is not None and last.mails_stuck_since is not None and now - last.mails_stuck_since > night.LATE:
        since = last.mails_stuck_since.isoformat(timespec="minutes")
        yield Alarm("mail", f"the mail server has taken no mail since {since}",
                    "Der Mailserver nimmt nichts an. Niemand erfährt von neuen Meldungen.")  # fmt: skip
    refused = len(night.refused(session, now))
    if refused:
        yield Alarm("refused", f"mails to {refused} people are refused (page /stadt/schulen?fehlt=1)",
                    f"E-Mails kommen nicht an. Zahl der Personen: {refused}. Wer das ist, steht im Portal "
                    "unter „Schulen“ bei „Was fehlt“.")  # fmt: skip


def _keys(session: Session, now: datetime) -> Iterable[Alarm]:
    query = select(AuditEntry.id).where(AuditEntry.event == Event.KEY_ALARM.code, AuditEntry.at > now - DAY)
    if session.scalars(query.limit(1)).first() is not None:
        yield Alarm("keys", "a key or a right did not hold within the last day: see the trail, event key.alarm",
                    "Ein Schlüssel oder ein Recht passt nicht zu dem, was festgehalten ist. Jemand kann die Datenbank "
                    "verändert haben. Näheres steht im Protokoll.")  # fmt: skip


def _copies(session: Session, now: datetime) -> Iterable[Alarm]:
    last = night.last(session)
    made = last.backed_up_at if last is not None else None
    if made is None or now - made > OLD_COPY:
        when = f"of {made.astimezone(BERLIN):%Y-%m-%d}" if made is not None else "missing"
        yield Alarm("copy", f"the newest copy is {when}: see bullying-desk-backup.service",
                    "Es gibt keine neue Sicherung. Geht der Server jetzt verloren, fehlen die letzten "
                    "Meldungen.")  # fmt: skip


def _disk(instance: Path) -> Iterable[Alarm]:
    free = shutil.disk_usage(instance).free
    if free < LEAST_FREE:
        yield Alarm("disk", f"only {free // 1024 // 1024} MB are free", "Der Speicherplatz des Servers geht zu Ende.")


def _certificate(session: Session, now: datetime) -> Iterable[Alarm]:
    known = running(session, now)
    if known.certificate_ends:
        yield Alarm("certificate", f"the certificate of the front server ends on {known.certificate_until}",
                    f"Das Zertifikat gilt nur bis zum {known.certificate_until:%d.%m.%Y}. Danach warnt jeder Browser "
                    "vor dem Portal.")  # fmt: skip


def _look_at_certificate(desk: Desk, now: datetime) -> None:
    """Write down when the front server's certificate ends; where nobody answers, what was seen last stays."""
    if desk.settings.base_url.startswith("https://"):
        with suppress(NotReached), desk.database.transaction() as session:
            night.note_certificate(session, now, certificate_ends(desk.settings.base_url))


@click.command()
@click.pass_obj
def watch(desk: Desk) -> None:
    """Mail what is wrong to the operator and to the city's coordinators, each thing once a day; exit code 1 then.

    The mails go straight to the mail server. Where that is what fails, only the exit code is left for your monitoring.
    """
    now, addresses = desk.clock.now(), {desk.settings.operator_email} - {""}
    try:
        _look_at_certificate(desk, now)
        with desk.database.transaction(write=False) as session:
            found = alarms(session, desk.folder, now)
            addresses |= _people(session)
    except SQLAlchemyError as error:
        found = [Alarm("database", f"the database fails: {type(error).__name__}", "Die Datenbank antwortet nicht.")]
    told, today = _told(desk.folder), desk.clock.today()
    fresh = [each for each in found if told.get(each.name) != today]
    for each in found:
        click.echo(f"- {each.line}", err=True)
    if fresh and _sent(desk, sorted(addresses), fresh, now):
        known = {each.name: told[each.name] for each in found if each.name in told}
        _keep(desk.folder, {**known, **{each.name: today for each in fresh}})
    if found:
        raise SystemExit(1)
    click.echo("Nothing needs a person.")


def _people(session: Session) -> set[str]:
    query = select(Person.email).join(Seat, Seat.person_id == Person.id).where(
        Seat.role.in_((Role.CITY_COORDINATOR, Role.DATA_PROTECTION_OFFICER)), Seat.state == SeatState.ACTIVE
    )  # fmt: skip
    return set(session.scalars(query.where(Person.state == PersonState.ACTIVE)))


def _sent(desk: Desk, addresses: list[str], found: list[Alarm], now: datetime) -> bool:
    body = BODY.format(lines="\n".join(f"– {each.sentence}" for each in found))
    rows = [
        OutboxMail(id=random_id(), person_id=0, kind="alarm", address=each, subject=SUBJECT, body=body, not_before=now)
        for each in addresses
    ]
    outcome = delivery.send_taken(rows, desk.settings, delivery.sender_for(desk.settings), now)
    return outcome.sent > 0


def _told(instance: Path) -> dict[str, date]:
    with suppress(OSError, ValueError):
        return {name: date.fromisoformat(day) for name, day in json.loads((instance / TOLD).read_text("utf-8")).items()}
    return {}


def _keep(instance: Path, told: dict[str, date]) -> None:
    text = json.dumps({name: day.isoformat() for name, day in told.items()}, sort_keys=True)
    (instance / TOLD).write_text(text + "\n", "utf-8")


@click.command("confirm-clock")
@click.option("--yes", is_flag=True, help="Do not ask whether the time is right.")
@click.pass_obj
def confirm_clock(desk: Desk, yes: bool) -> None:
    """Say that this machine's clock is right, after it has jumped or the machine was off for days.

    Until then the night work lets nobody in and destroys nothing. Set a wrong clock right instead: then nothing is to
    be confirmed.
    """
    now = desk.clock.now()
    with desk.database.transaction(write=False) as session:
        last = night.last(session)
    if last is None or not night.jumped(last, now):
        click.echo("Nothing to confirm: the clock has not jumped.")
        return
    click.echo(_clocks(last.ran_at, now))
    if not yes:
        click.confirm("Is it that time now?", abort=True)
    with desk.database.transaction() as session:
        night.confirm(session, now)
        record(session, Event.CLOCK_CONFIRMED, now, day=last.ran_at.date().isoformat())
    click.echo("The night work goes on with its next run.")


# Whether a connection that is recorded now stays closed to a later quantum computer. The front server is offered a
# single way to agree on a key, X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem), and no key share. A server that knows it
# asks for the share (HelloRetryRequest, RFC 8446, 4.1.4); any other server ends the connection. So no cryptography is
# needed here, and nothing is ever sent over the connection.

X25519MLKEM768 = 0x11EC
PATIENCE = 5.0  # seconds
# The value that a ServerHello carries instead of a random number when it asks again (RFC 8446, 4.1.3).
_ASKS_AGAIN = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
_HANDSHAKE, _CLIENT_HELLO = 22, 1


class NotReached(Exception):
    """No server answers at the address."""


def offers_hybrid(base_url: str) -> bool:
    """Return whether the server at an https address agrees on keys with X25519MLKEM768. Raises NotReached."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        with socket.create_connection((host, parts.port or 443), timeout=PATIENCE) as line:
            line.sendall(client_hello(host))
            return _ASKS_AGAIN in _first_record(line)
    except OSError as error:
        raise NotReached from error


def certificate_ends(base_url: str) -> datetime:
    """Return when the certificate of the server at an https address ends. Raises NotReached.

    The certificate is only read: one that has ended, or that nobody vouches for, is named too.
    """
    parts = urlsplit(base_url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), timeout=PATIENCE) as line,
            context.wrap_socket(line, server_hostname=parts.hostname) as closed,
        ):
            found = closed.getpeercert(binary_form=True)
    except OSError as error:
        raise NotReached from error
    return load_der_x509_certificate(found or b"").not_valid_after_utc


def client_hello(host: str) -> bytes:
    """Return a ClientHello for TLS 1.3 that offers X25519MLKEM768 alone, in its record."""
    name = host.encode("idna")
    extensions = b"".join(
        _number(code) + _sized(body)
        for code, body in (
            (0, _sized(b"\x00" + _sized(name))),  # server_name
            (10, _sized(_number(X25519MLKEM768))),  # supported_groups
            (13, _sized(bytes.fromhex("04030503060308040805080608070808"))),  # signature_algorithms
            (43, b"\x02\x03\x04"),  # supported_versions: TLS 1.3
            (51, _sized(b"")),  # key_share: none yet
        )
    )
    hello = (
        b"\x03\x03"
        + secrets.token_bytes(32)
        + b"\x20"
        + secrets.token_bytes(32)  # a session id, because older boxes on the way expect one
        + _sized(bytes.fromhex("130113021303"))
        + b"\x01\x00"
        + _sized(extensions)
    )
    handshake = bytes([_CLIENT_HELLO]) + len(hello).to_bytes(3, "big") + hello
    return bytes([_HANDSHAKE]) + b"\x03\x01" + _sized(handshake)


def _first_record(line: socket.socket) -> bytes:
    """Return the body of the first handshake record; nothing where the server sends something else or closes."""
    head = _read(line, 5)
    if len(head) < 5 or head[0] != _HANDSHAKE:
        return b""
    return _read(line, int.from_bytes(head[3:], "big"))


def _read(line: socket.socket, count: int) -> bytes:
    found = b""
    with suppress(ConnectionError):
        while len(found) < count and (more := line.recv(count - len(found))):
            found += more
    return found


def _number(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _sized(body: bytes) -> bytes:
    return _number(len(body)) + body
