"""Asks the city's front server whether a recorded connection stays closed to a later quantum computer.

The server is offered a single way to agree on a key, X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem), and no key share. A
server that knows it asks for the share (HelloRetryRequest, RFC 8446, 4.1.4); any other server ends the connection. So
no cryptography is needed here, and nothing is ever sent over the connection.
"""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from urllib.parse import urlsplit

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
