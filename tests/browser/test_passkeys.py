"""A passkey in a real browser, with its virtual authenticator: added, used beside the password, alone, and removed."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import select

from bullying_desk.accounts.models import Passkey
from bullying_desk.database import Database
from bullying_desk.keyring import load_keys
from bullying_desk.rights.checking import attach
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.looking import wrong_with

SAID = re.compile(r"eingetragen")


def virtual(page: Page, *, prf: bool = True) -> tuple[CDPSession, str]:
    """Give the page's browser a device with a fingerprint reader that always knows its user."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "hasPrf": prf, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices, made["authenticatorId"]


def add(page: Page, name: str, *, alone: bool) -> None:
    page.goto("/team/konto/passkeys/")
    page.get_by_role("link", name="Passkey hinzufügen").click()
    page.get_by_label("Wie soll der Passkey heißen?").fill(name)
    if alone:
        page.get_by_label("Auch ohne Passwort anmelden").check()
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("status").filter(has_text=SAID)).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Abmelden", exact=True).click()
    page.get_by_role("heading", name="Anmelden").wait_for()


def make_older(city: City, name: str) -> None:
    """Let a day pass for a passkey."""
    database = Database(f"sqlite:///{city.instance / 'desk.db'}")
    attach(database, load_keys(city.instance / "keys").pepper_layer)
    with database.transaction() as session:
        row = session.scalars(select(Passkey).where(Passkey.name == name)).one()
        row.made_at -= timedelta(hours=25)
    database.engine.dispose()


def here(city: City) -> str:
    """Return the city's address by name: browsers take no passkey at a number."""
    return city.base_url.replace("127.0.0.1", "localhost")


def test_a_passkey_from_adding_to_removing(city: City, open_page: OpenPage) -> None:
    page, person = open_page(DESKTOP, base_url=here(city)), city.person("data_protection_officer")
    devices, device = virtual(page)
    sign_in(page, city, person, fresh=True)
    add(page, "Schreibtisch", alone=True)
    expect(page.get_by_text("auch ohne Passwort.")).to_be_visible()
    found = wrong_with(page)
    page.goto("/team/konto/passkeys/neu")
    assert found + wrong_with(page) == []

    sign_out(page)
    page.get_by_label("Ihre E-Mail-Adresse").fill(person["email"])
    page.get_by_label("Ihr Passwort").fill(person["password"])
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    page.get_by_role("button", name="Abmelden", exact=True).wait_for()

    sign_out(page)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("alert").filter(has_text="erst ab")).to_be_visible()
    make_older(city, "Schreibtisch")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.get_by_role("button", name="Abmelden", exact=True).wait_for()

    page.goto("/team/konto/passkeys/")
    page.get_by_role("button", name="Entfernen Schreibtisch").click()
    expect(page.get_by_role("status").filter(has_text="Entfernt.")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("alert").filter(has_text="nicht angenommen")).to_be_visible()

    devices.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(
        page.get_by_text("Kein Passkey. Versuchen Sie es noch einmal, oder nehmen Sie den Einmal-Code.")
    ).to_be_visible()


def test_a_device_without_prf_keeps_the_password_beside_it(city: City, open_page: OpenPage) -> None:
    page, person = open_page(PHONE, base_url=here(city)), city.person("lesson_editor")
    virtual(page, prf=False)
    sign_in(page, city, person, fresh=True)
    add(page, "Schlüsselbund", alone=True)
    expect(page.get_by_text(re.compile(r"^Seit .+ Gilt zusammen mit dem Passwort\.$"))).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Dieser Passkey gilt nur zusammen mit dem Passwort.")).to_be_visible()
    expect(page.get_by_label("Ihre E-Mail-Adresse")).to_have_value("")  # nothing was sent
