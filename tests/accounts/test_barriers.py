"""What anybody writes about a barrier reaches the city's coordinators, and nobody else, and no mail."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bullying_desk.access.roles import Role
from bullying_desk.accounts.city import barriers
from bullying_desk.accounts.city.barriers import FILE, measured
from bullying_desk.accounts.models import BarrierMessage
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.retention.engine import run
from bullying_desk.web.language import short_date
from bullying_desk.web.limits import Budget
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock
from workshop.accessibility import KINDS, counted

pytestmark = pytest.mark.sqlite
PAGE = "/barrierefreiheit"
TEXT = "Auf der Seite „Hilfe jetzt“ liest mein Programm die Nummern nicht vor. Tel. 0231 4711"
SAME = {"Sec-Fetch-Site": "same-origin"}


def _open(client: FlaskClient) -> dict[str, str]:
    page = client.get(PAGE, base_url="https://localhost").text
    found = re.search(r'name="page"[^>]*value="([^"]+)"', page)
    return {"page": unescape(found[1])} if found else {}


def _send(client: FlaskClient, text: str = TEXT, **fields: str) -> TestResponse:
    data = {**_open(client), "text": text, **fields}
    return client.post(PAGE, data=data, base_url="https://localhost", headers=SAME)


def _rows(database: Database) -> int:
    with database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(BarrierMessage)) or 0


def test_it_reaches_each_coordinator_sealed_and_in_no_mail(
    client: FlaskClient, hands: Hands, coordinator: Member, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    make_member(database, keys, clock, "Ada Nowak", Role.CITY_COORDINATOR)
    make_member(database, keys, clock, "Ines Kaya", Role.DATA_PROTECTION_OFFICER)
    assert "zurzeit sind es 2" in client.get(PAGE).text
    answer = _send(client)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?ok=1")
    assert "Ihre Nachricht ist angekommen" in client.get(answer.location).text
    with database.transaction(write=False) as session:
        rows = session.scalars(select(BarrierMessage)).all()
        assert len(rows) == 2
        assert not [row for row in rows if b"Nummern" in row.sealed]
        assert session.scalars(select(OutboxMail)).all() == []
    hands.sign_in(coordinator)
    assert "1 Mensch hat geschrieben" in unescape(hands.get("/stadt/schulen").text)
    page = unescape(hands.get("/stadt/huerden").text)
    assert TEXT in page
    assert f"Antwort bis {short_date(clock.today() + timedelta(days=42))}" in page


def test_settled_by_one_is_settled_for_all_and_on_record(
    client: FlaskClient, hands: Hands, coordinator: Member, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    make_member(database, keys, clock, "Ada Nowak", Role.CITY_COORDINATOR)
    _send(client)
    hands.sign_in(coordinator)
    address = re.search(r'action="(/stadt/huerden/\d+/erledigt)"', hands.get("/stadt/huerden").text)
    assert address is not None
    for _ in range(2):  # a second press finds it gone
        assert hands.post(address[1]).status_code == 303
        hands.get("/stadt/huerden")
    assert _rows(database) == 0
    with database.transaction(write=False) as session:
        acts = [each.event for each in session.scalars(select(AuditEntry)) if each.event == "barrier.settled"]
    assert len(acts) == 1
    assert "Kein Hinweis wartet." in hands.page


def test_without_anybody_who_could_read_it_the_page_says_so_and_takes_nothing(
    client: FlaskClient, database: Database
) -> None:
    page = client.get(PAGE).text
    assert "Gerade kann hier niemand lesen" in page
    assert "<textarea" not in page
    answer = _send(client, page="von früher")
    assert (answer.status_code, _rows(database)) == (503, 0)
    assert "nicht angekommen" in answer.text


def test_sent_twice_from_one_page_it_is_one_message(
    client: FlaskClient, coordinator: Member, database: Database
) -> None:
    given = _open(client)
    for text in (TEXT, TEXT, f"{TEXT} Und noch etwas."):
        assert _send(client, text, **given).status_code == 303
    assert _rows(database) == 2  # changed and sent again, nothing of it is lost


@pytest.mark.parametrize("text", ["", "  \r\n ", "ж" * (barriers.LONGEST + 1)], ids=["nothing", "blanks", "too long"])
def test_a_bad_text_comes_back_with_what_to_do(
    client: FlaskClient, coordinator: Member, database: Database, text: str
) -> None:
    answer = _send(client, text)
    assert (answer.status_code, _rows(database)) == (422, 0)
    assert "<title>Fehler: " in answer.text
    assert text.strip() in answer.text


def test_other_sites_and_too_many_are_refused(client: FlaskClient, coordinator: Member, database: Database) -> None:
    given = {**_open(client), "text": TEXT}
    strange = client.post(PAGE, data=given, base_url="https://localhost", headers={"Sec-Fetch-Site": "cross-site"})
    assert strange.status_code == 403
    limit = int(Budget.BARRIERS_OF_NETWORK.value.split()[0])
    answers = [_send(client, f"{TEXT} {number}").status_code for number in range(limit + 1)]
    assert answers == [303] * limit + [429]
    assert _rows(database) == limit


def test_the_way_to_write_about_being_hurt_stands_above_the_field(client: FlaskClient, coordinator: Member) -> None:
    for page in (client.get(PAGE).text, _send(client, "").text):
        assert page.index("Ist jemand gemein zu dir?") < page.index("/schule?w=") < page.index("<textarea")


def test_it_is_deleted_after_its_period_and_with_the_person(
    client: FlaskClient, coordinator: Member, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    assert "nach spätestens 365 Tagen" in client.get(PAGE).text
    _send(client)
    clock.forward(days=364)
    _night(database, keys, clock)
    assert _rows(database) == 1
    clock.forward(days=2)
    _night(database, keys, clock)
    assert _rows(database) == 0


def _night(database: Database, keys: Keyring, clock: MovingClock) -> None:
    run(database, keys.pepper_layer, clock.now(), ())


# ---- what programs found ----


def test_the_statement_shows_what_was_measured(client: FlaskClient) -> None:
    said = json.loads(FILE.read_text("utf-8"))
    assert set(said["counts"]) == set(KINDS)
    assert date.fromisoformat(said["day"]) <= date.today()
    assert measured().run >= 100
    page = unescape(client.get(PAGE).text)
    for one in measured().counts.values():
        assert f"Prüfungen: {one.run}, mit einem Fund: {one.failed}" in page
    assert ("Die Programme haben nichts gefunden." in page) == (measured().failed == 0)
    assert "Menschen mit Behinderung und eine unabhängige Stelle haben die Seiten noch nicht geprüft." in page


def test_each_kind_of_test_is_there_and_failures_are_counted(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    assert all((root / path).is_file() for paths in KINDS.values() for path in paths)
    report = tmp_path / "report.xml"
    states, pages = "tests.browser.test_states", "tests.browser.test_every_page"
    cases = f'<testcase classname="{states}"/><testcase classname="{states}"><failure/></testcase>'
    cases += f'<testcase classname="{pages}"><error/></testcase><testcase classname="{pages}"><skipped/></testcase>'
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", "utf-8")
    counts = counted(report)
    assert (counts["states"], counts["pages"]) == ({"run": 2, "failed": 1}, {"run": 1, "failed": 1})
    assert counts["words"] == {"run": 0, "failed": 0}
