"""A talk in the yard: with a yes it becomes the child's own report with its words shown once, without one nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from bullying_desk.access.roles import Role
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.models import Case, Report
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard

pytestmark = pytest.mark.sqlite
SAID = {"text": "Die anderen lachen mich aus.", "erzaehlt": "kind", "gefahr": "nein", "lesen": "team", "wunsch": "Ruhe"}


@pytest.fixture
def contact(app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock) -> Hands:
    """Return the hands of a contact person before the form."""
    hands = Hands(app, clock)
    hands.sign_in(make_member(database, keys, clock, "Nils Otte", Role.CONTACT_PERSON, yard.world.school))
    hands.get(f"/team/gespraech/{yard.school_id}")
    return hands


def _rows(yard: Yard) -> list[int]:
    yard.session.rollback()
    tables = (Report, Case, OutboxMail, AuditEntry)
    counts = [yard.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    yard.session.rollback()
    return counts


def _press(hands: Hands, yard: Yard, **fields: str) -> int:
    token = re.search(r'name="token"[^>]*value="([^"]+)"', hands.page)
    assert token
    return hands.post(f"/team/gespraech/{yard.school_id}", token=token[1], **fields).status_code


def _words(page: str) -> list[str]:
    return re.findall(r"<li>(\w+)</li>", page.partition('<ol class="slip')[2].partition("</ol>")[0])


def test_without_a_yes_nothing_is_stored(contact: Hands, yard: Yard) -> None:
    before = _rows(yard)
    assert _press(contact, yard, darf="nein", **SAID) == 200
    assert "Es wurde nichts gespeichert" in contact.page
    assert "lachen mich aus" not in contact.page
    assert _rows(yard) == before


def test_what_is_missing_is_named_and_what_was_typed_stays(contact: Hands, yard: Yard) -> None:
    assert _press(contact, yard, text="Nur ein Satz.") == 422
    assert "Darf ich das aufschreiben?" in contact.page
    assert "Nur ein Satz." in contact.page


def test_the_child_gets_its_own_words_once(contact: Hands, yard: Yard) -> None:
    form = contact.page
    assert _press(contact, yard, darf="ja", **SAID) == 200
    words, reports = _words(contact.page), _rows(yard)[0]
    assert (len(words), reports) == (6, 1)
    handed_over = re.search(r'name="meldung" value="(\d+)"', contact.page)
    assert handed_over
    contact.page = form
    assert _press(contact, yard, darf="ja", **SAID) == 200  # the same submit again: one report, the same words
    assert (_words(contact.page), _rows(yard)[0]) == (words, 1)
    contact.post(f"/team/gespraech/{yard.school_id}/fertig", meldung=handed_over[1])
    contact.page = form
    _press(contact, yard, darf="ja", **SAID)
    assert _words(contact.page) == []
    child = Hands(contact.app, contact.clock)
    child.get("/zurueck")
    assert child.post("/zurueck", code=" ".join(words)).status_code == 303
    page = child.get("/gespraech").text
    assert "Das hat Nils Otte für dich aufgeschrieben" in page
    assert "Die anderen lachen mich aus." in page
