"""Public pages shrink, pages with secrets never do."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

GZIP = {"Accept-Encoding": "gzip"}


def test_a_public_page_is_compressed_and_opens_again(client: FlaskClient) -> None:
    plain, packed = client.get("/hilfe"), client.get("/hilfe", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 2 < len(plain.data)


@pytest.mark.parametrize("address", ["/zurueck", "/danke", "/team/anmelden", "/team/einladung", "/gespraech"])
def test_a_page_with_words_or_letters_is_never_compressed(client: FlaskClient, address: str) -> None:
    assert "Content-Encoding" not in client.get(address, headers=GZIP).headers


def test_whoever_brings_a_cookie_gets_plain_pages(client: FlaskClient) -> None:
    client.set_cookie("__Host-z", "something", domain="localhost", secure=True)
    assert "Content-Encoding" not in client.get("/hilfe", headers=GZIP).headers
