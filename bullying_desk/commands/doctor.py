"""`bullying-desk doctor`: a check of an instance, one line for each thing that must be mended."""

from __future__ import annotations

import secrets
import socket
import ssl
import stat
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from cryptography.x509 import load_der_x509_certificate

from bullying_desk.config import Settings
from bullying_desk.keyring import is_rotating
from bullying_desk.keyring.kept import compare

if TYPE_CHECKING:
    from bullying_desk.commands import Desk

NEEDED = (
    "base_url",
    "operator_name",
    "operator_address",
    "operator_email",
    "operator_phone",
    "privacy_officer",
    "accessibility_email",
    "mail_from",
    "smtp_host",
)
SOON = timedelta(days=30)


@click.command()
@click.option("--pepper-digits", help="The check digits from the safe, to compare with the pepper in use.")
@click.option("--offline", is_flag=True, help="Do not ask the front server and the mail server.")
@click.pass_obj
def doctor(desk: Desk, pepper_digits: str | None, offline: bool) -> None:
    """Check the instance and say what is wrong. Exit code 1 if it must be mended before real children write."""
    settings = desk.settings
    problems = [*_settings_problems(settings), *_security_txt_problems(settings, desk.clock.today())]
    for path in (settings.keys, *settings.keys.glob("*")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            problems.append(f"{path} can be read by others: chmod go-rwx")
    digits = desk.keys.pepper.check_digits()
    if pepper_digits is not None and pepper_digits.replace(" ", "") != digits.replace(" ", ""):
        problems.append("the pepper's check digits are not the ones from the safe")
    if is_rotating(settings.keys):
        problems.append("the pepper is being changed: stop the service and run `rotate-pepper` again to finish")
    problems += _marks_problems(desk)
    problems += _font_problems()
    problems += _copies_problems(desk)
    problems += _database_problems(desk)
    problems += [] if offline else [*_line_problems(settings.base_url), *_mail_problems(settings)]
    for problem in problems:
        click.echo(f"- {problem}")
    if problems:
        raise SystemExit(1)
    click.echo(f"All is well. Check digits of the pepper: {digits}")


def _settings_problems(settings: Settings) -> list[str]:
    """Name what is empty, or still holds the dots of the guide."""
    problems = []
    for name in NEEDED:
        if not getattr(settings, name):
            problems.append(f"setting {name} is empty")
    for each in fields(settings):
        if isinstance(value := getattr(settings, each.name), str) and ("…" in value or "..." in value):
            problems.append(f"setting {each.name} still holds the dots of the guide")
    if not settings.tls:
        problems.append("tls is off: only a demonstration may run like this")
    if not settings.trusted_proxies:
        problems.append("trusted_proxies is 0: behind nginx all callers count as one network")
    if settings.database_url.startswith("postgresql") and settings.limits_storage.startswith("memory:"):
        problems.append("limits_storage is memory: more than one process would count abuse each for itself")
    if settings.limits_storage.startswith(("redis", "valkey")):
        problems += _limits_problems(settings.limits_storage)
    return problems


def _security_txt_problems(settings: Settings, today: date) -> list[str]:
    if not settings.security_contact:
        return []
    until = settings.security_until
    if until is None:
        return ["security_contact needs security_expires: without a day there is no /.well-known/security.txt"]
    if until < today + SOON:
        return [f"/.well-known/security.txt ends on {until}: set a later security_expires"]
    return []


def _limits_problems(storage: str) -> list[str]:
    from limits.errors import ConfigurationError
    from limits.storage import storage_from_string

    try:
        return [] if storage_from_string(storage).check() else ["the store of limits does not answer"]
    except ConfigurationError:
        return ["limits_storage needs the package `redis`: pip install -r requirements/shared.txt"]


def _mail_problems(settings: Settings) -> list[str]:
    from bullying_desk.notices import delivery

    if not settings.smtp_host:
        return []  # told as an empty setting
    failure = delivery.try_server(settings)
    return [f"the mail server refuses us: {failure}"] if failure else []


def _font_problems() -> list[str]:
    """Name missing fonts: without them prints in Arabic, Turkish or Cyrillic fail, or are set from other letters."""
    from bullying_desk.pdf import typesetting

    install = "pip install -r requirements/run.txt"
    try:
        return [f"the font {family} of prints is missing: {install}" for family in typesetting.missing_families()]
    except ModuleNotFoundError as missing:
        return [f"the package {missing.name} of prints is missing: {install}"]


def _marks_problems(desk: Desk) -> list[str]:
    from bullying_desk.erasing import tombstones
    from bullying_desk.retention import returning

    problems = []
    try:
        tombstones.kept(desk.folder)
    except tombstones.TombstonesUnreadable as error:
        problems.append(
            f"{error} is damaged: put its newest copy back, or an old database may bring erased things back"
        )
    if returning.is_unfinished(desk.folder):
        problems.append("a copy was put back: run `bullying-desk migrate` before the service starts")
    return problems


def _copies_problems(desk: Desk) -> list[str]:
    """Name what is missing for going on after a lost machine. `watch` tells people when the last copy is old."""
    from bullying_desk.commands import sealed_copies
    from bullying_desk.notices.running import running

    problems = []
    try:
        sealed_copies.check_recipients(desk.settings)
    except click.ClickException as error:
        problems.append(error.message)
    if not desk.settings.backup_recipients:
        problems.append("setting backup_recipients is empty: `bullying-desk backup-key` makes a key for copies")
    with desk.database.transaction(write=False) as session:
        known = running(session, desk.clock.now())
    drilled = known.last.drilled_on if known.last is not None else None
    if known.drill_is_old:
        when = f"was on {drilled}" if drilled is not None else "was never made"
        problems.append(f"the last drill {when}: try the newest copy out with `bullying-desk drill`")
    for left in desk.folder.glob("*.moved"):
        problems.append(f"{left} holds everything from before the move, also what is erased since: delete it")
    return problems


def _database_problems(desk: Desk) -> list[str]:
    from bullying_desk.accounts.city.overview import school_lines
    from bullying_desk.commands.rights import rights_problems
    from bullying_desk.commands.watching import alarms
    from bullying_desk.schooldays import runs_out
    from bullying_desk.schools.models import SchoolState

    problems = rights_problems(desk)
    with desk.database.transaction(write=False) as session:
        if not compare(session, desk.keys):
            problems.append("the database keeps no salt yet: run `bullying-desk migrate`")
        problems += [each.line for each in alarms(session, desk.folder, desk.clock.now())]
        lines = school_lines(session, desk.settings.municipality)
        if not any(line.state is SchoolState.JOINED for line in lines):
            problems.append("no school has joined: `bullying-desk join NUMBER`")
        for line in lines:
            if line.state is SchoolState.JOINED and line.compared < 2:
                problems.append(f"{line.name} ({line.number}) has fewer than two readers")
    if ends := runs_out(desk.clock.today()):
        problems.append(f"school holidays are only known until {ends}: update the library `holidays`")
    return problems


def _line_problems(base_url: str) -> list[str]:
    from bullying_desk.commands.doctor import NotReached, offers_hybrid

    if not base_url.startswith("https://"):
        return []  # reported as a problem of its own: tls is off
    try:
        if offers_hybrid(base_url):
            return []
    except NotReached:
        return [f"nobody answers at {base_url} (`--offline` leaves this out)"]
    return ["the front server does not offer X25519MLKEM768: who records a connection today may open it one day"]


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
