"""The public pages keep their frame, say what is true, and betray nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from bullying_desk.web import sessions
from bullying_desk.web.request import Services

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

PAGES = [
    "/",
    "/hilfe",
    "/leichte-sprache",
    "/datenschutz",
    "/barrierefreiheit",
    "/impressum",
    "/verlauf-loeschen",
    "/fuer-eltern",
]
BETRAYING = re.compile(r"mobb|bully|meld|opfer|täter|gewalt|anlaufstelle|hilferuf", re.IGNORECASE)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_the_way_out_first_and_then_the_help(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    stops = re.findall(r'<(?:a|button|input)\b[^>]*?(?:\bhref="([^"]*)"|>)', answer.text)
    assert stops[:3] == ["#inhalt", "/weg", "/hilfe"]
    assert len(re.findall(r"<h1\b", answer.text)) == 1
    assert len(re.findall(r'class="btn"', answer.text)) <= 1
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", PAGES)
def test_title_and_address_betray_nothing(client: FlaskClient, address: str) -> None:
    title = re.search(r"<title>(.*?)</title>", client.get(address).text)
    assert title is not None
    assert title[1].endswith(" – Lindenbank")
    assert not BETRAYING.search(title[1] + address)


def test_danger_comes_before_the_five_doors(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.index("Gefahr? Hilfe jetzt") < page.index("/schule?w=")
    assert len(set(re.findall(r"/schule\?w=([a-z]{10})\"", page))) == 5
    assert 'href="/zurueck"' in page


def test_the_page_in_plain_words_does_not_claim_to_be_checked(client: FlaskClient) -> None:
    assert "noch nicht geprüft" in client.get("/leichte-sprache").text


def test_the_privacy_page_names_every_attacker_of_the_threat_table(client: FlaskClient) -> None:
    page = client.get("/datenschutz").text
    attackers = re.findall(r"<h3>(.*?)</h3>", page)
    wanted = [
        "unsere Daten.",
        "ganzen Computer",
        "offene Gerät",
        "das Passwort und die Zahl",
        "in unsere Daten schreiben",
        "während er läuft",
        "tut so",
        "früher im Team",
        "Zettel aus dem Kasten",
        "Gerät der Schule",
        "schneidet alles im Netz mit",
    ]
    assert len(attackers) == len(wanted)
    assert all(part in said for part, said in zip(wanted, attackers, strict=True))
    assert "Entwurf" in page
    assert "Nach 15 Minuten" in page


def _with_settings(app: Flask, **values: Any) -> None:
    services: Services = app.extensions["services"]
    services.settings = replace(services.settings, **values)
    app.jinja_env.globals["settings"] = services.settings
    app.jinja_env.cache = {}  # a template that was read has the settings of the start


def test_what_the_operator_has_not_filled_in_is_said_aloud(app: Flask, client: FlaskClient) -> None:
    assert client.get("/impressum").text.count("Fehlt noch:") == 4
    assert client.get("/barrierefreiheit").text.count("Fehlt noch:") == 2
    assert client.get("/datenschutz").text.count("Fehlt noch:") == 2
    _with_settings(
        app,
        operator_name="Stadt <Beispiel>",
        operator_address="Marktplatz 1\n44135 Beispiel",
        operator_email="post@stadt.example",
        operator_phone="0231 000",
        privacy_officer="Amina Kowalski",
        accessibility_email="hallo@stadt.example",
        accessibility_status_date="1. Oktober 2026",
    )
    for address in ("/impressum", "/barrierefreiheit", "/datenschutz"):
        assert "Fehlt noch:" not in client.get(address).text
    assert "Stadt &lt;Beispiel&gt;" in client.get("/impressum").text
    assert "Amina Kowalski" in client.get("/datenschutz").text


def test_search_engines_may_read_the_programme_and_nothing_else(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert [line for line in lines if line.startswith("Allow")] == ["Allow: /unterricht"]
    assert "Disallow: /" in lines
    assert lines[-1] == "Sitemap: https://localhost/unterricht/sitemap.xml"


def test_weaknesses_are_reported_where_the_operator_says(app: Flask, client: FlaskClient) -> None:
    address = "/.well-known/security.txt"
    assert client.get(address).status_code == 404
    _with_settings(app, security_contact="sicherheit@stadt.example")
    assert client.get(address).status_code == 404  # RFC 9116: without a day nobody may believe it
    _with_settings(app, security_expires="2027-06-30")
    answer = client.get(address)
    assert answer.mimetype == "text/plain"
    assert answer.text.splitlines() == [
        "Contact: mailto:sicherheit@stadt.example",
        "Expires: 2027-06-30T23:59:59Z",
        "Preferred-Languages: de, en",
        "Canonical: https://localhost/.well-known/security.txt",
    ]
    _with_settings(app, security_contact="https://stadt.example/melden")
    assert "Contact: https://stadt.example/melden" in client.get(address).text
    _with_settings(app, security_expires="2026-11-01")
    assert client.get(address).status_code == 404


def test_leaving_goes_to_a_harmless_page_and_clears_what_a_page_may_clear(client: FlaskClient) -> None:
    answer = client.get("/weg")
    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).hostname == "klexikon.zum.de"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == b""


@pytest.mark.parametrize(
    ("address", "languages", "host"),
    [
        ("/weg", "de-DE,de;q=0.9,en;q=0.8", "klexikon.zum.de"),
        ("/weg/2", "de-DE,de;q=0.9,tr;q=0.8", "de.wikipedia.org"),
        ("/weg", "tr-TR,tr;q=0.9,de;q=0.8", "tr.wikipedia.org"),
        ("/weg/2", "uk", "uk.wikipedia.org"),
        ("/weg", "xx,*;q=0.1", "klexikon.zum.de"),
        ("/weg", "", "klexikon.zum.de"),
        ("/weg?l=ar", "de", "klexikon.zum.de"),  # the language of our page is nobody's business
    ],
)
def test_leaving_goes_where_this_age_and_this_device_would_be(
    client: FlaskClient, address: str, languages: str, host: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": languages})
    assert (answer.status_code, urlsplit(answer.location).hostname) == (303, host)


def test_leaving_ends_the_session_on_the_server(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []
    monkeypatch.setattr(sessions, "leave", lambda db: ended.append(db))
    client.get("/weg")
    assert len(ended) == 1


def test_leaving_works_while_the_database_does_not(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_db: object) -> None:
        sessions.current().forget = True
        raise OperationalError("DELETE", {}, Exception("disk full"))

    monkeypatch.setattr(sessions, "leave", broken)
    client.set_cookie(sessions.REPORTER_COOKIE, "brought", domain="localhost", secure=True)
    answer = client.get("/weg")
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(each.startswith(f"{sessions.REPORTER_COOKIE}=;") for each in cookies)
