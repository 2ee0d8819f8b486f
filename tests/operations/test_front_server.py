"""The front server is asked whether it agrees on keys that a later quantum computer does not open."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bullying_desk.commands import watching
from bullying_desk.commands.watching import NotReached, certificate_ends, client_hello, offers_hybrid
from tests.operations.conftest import Kept, Operator, keep_copies

pytestmark = pytest.mark.sqlite
COMPLETE = """
base_url = "{address}"
operator_name = "Stadt Musterstadt"
operator_address = "Musterplatz 1"
operator_email = "portal@example.org"
mail_from = "portal@example.org"
smtp_host = "mail.example.org"
operator_phone = "0231 50-0"
privacy_officer = "datenschutz@example.org"
accessibility_email = "barrierefrei@example.org"
trusted_proxies = 1
backup_recipients = ["age1rnfewkkak6w6jn3lw9my9ajmaqm3ws0k8cksg7xm2avxq2mv8q3qv3zmhc"]
"""
# The beginning of OpenSSL 4.0's answer to this hello: record, ServerHello, the fixed "ask again", group 11EC.
ASKS_AGAIN = bytes.fromhex(
    "160303003402000030 0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c 00 1302 00"
    "000800330002 11ec 0000".replace(" ", "")
)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection at a time and give the address."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _address = door.accept()
                with line, suppress(OSError):
                    answer(line)

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://127.0.0.1:{door.getsockname()[1]}"
    door.shutdown(socket.SHUT_RDWR)  # also for the thread that waits for the next one
    door.close()


def _asks_again(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(ASKS_AGAIN)


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    """Return a TLS server of this machine's OpenSSL that agrees on X25519 alone."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "portal.example.org")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(1), today + timedelta(1))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "server.pem"
    path.write_bytes(secret + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.set_ecdh_curve("prime256v1")
    return context


def test_a_server_that_asks_for_the_hybrid_share_offers_it() -> None:
    with answering(_asks_again) as address:
        assert offers_hybrid(address)


def test_the_end_of_a_certificate_is_read_though_nobody_vouches_for_it(certified: ssl.SSLContext) -> None:
    with answering(lambda line: certified.wrap_socket(line, server_side=True).close()) as address:
        left = certificate_ends(address) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(days=1)


def test_watch_tells_of_a_certificate_that_ends(operator: Operator, kept: Kept, certified: ssl.SSLContext) -> None:
    keep_copies(kept)
    operator.done("tick")
    with answering(lambda line: certified.wrap_socket(line, server_side=True).close()) as address:
        (kept.folder / "settings.toml").write_text(f'base_url = "{address}"\n', "utf-8")
        assert "the certificate of the front server ends on" in operator.run("watch").output
    assert "the certificate of the front server ends on" in operator.run("watch").output  # nobody answers: still known
    assert "the certificate of the front server ends on" in operator.run("doctor", "--offline").output


def test_a_server_without_it_ends_the_talk(certified: ssl.SSLContext) -> None:
    with answering(lambda line: certified.wrap_socket(line, server_side=True).close()) as address:
        assert not offers_hybrid(address)


@pytest.mark.parametrize(
    "nonsense", [b"", b"\x15\x03\x03\x00\x02\x02\x28", b"HTTP/1.1 400\r\n\r\n", b"\x16\x03\x03\xff"]
)
def test_whatever_else_comes_is_no_offer(nonsense: bytes) -> None:
    def say(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(nonsense)

    with answering(say) as address:
        assert not offers_hybrid(address)


def test_nobody_answers() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    door.close()
    with pytest.raises(NotReached):
        offers_hybrid(f"https://127.0.0.1:{port}")


def test_only_the_hybrid_group_is_offered_and_no_share() -> None:
    hello = client_hello("portal.example.org")
    assert hello[5 + 4 :].count(bytes.fromhex("000a00040002 11ec".replace(" ", ""))) == 1
    assert hello.endswith(bytes.fromhex("003300020000"))
    assert int.from_bytes(hello[3:5], "big") == len(hello) - 5


def test_doctor_says_what_the_front_server_lacks(
    operator: Operator, kept: Kept, certified: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 2.0)
    settings = kept.folder / "settings.toml"
    with answering(lambda line: certified.wrap_socket(line, server_side=True).close()) as address:
        settings.write_text(COMPLETE.format(address=address), "utf-8")
        assert "does not offer X25519MLKEM768" in operator.refused("doctor")
        keep_copies(kept)
        operator.done("tick")
        assert "All is well" in operator.done("doctor", "--offline")
    assert "nobody answers" in operator.refused("doctor")
