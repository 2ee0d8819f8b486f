"""The start of a school year, prints that are out of date, the week on paper, the page of the peer mediators."""

from __future__ import annotations

import io
import re
from datetime import date, time

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import team_settings
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.notices.outbox import NEWS_BODY
from bullying_desk.schools import places, roster, year
from bullying_desk.schools.models import Duty, Place
from bullying_desk.schoolyard.prints import editions, facts
from bullying_desk.schoolyard.prints.kit import PLACES
from bullying_desk.schoolyard.roster import roster_week
from tests.accounts.conftest import SAME, Hands, make_member
from tests.guidance.readability import page_text, stats
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard, at
from tests.schoolyard.test_roster import enter

pytestmark = pytest.mark.sqlite
TIMES = ("07:15", "10:00")


def test_coordinators_are_asked_once_when_the_year_has_begun(yard: Yard) -> None:
    session = yard.session
    assert team_settings.remind(session, at("2026-08-25T09:00"), TIMES) == 0  # still holidays
    assert team_settings.remind(session, at("2026-06-25T09:00"), TIMES) == 0
    assert [team_settings.remind(session, at("2026-09-02T09:00"), TIMES) for _again in range(2)] == [1, 0]
    mails = session.scalars(select(OutboxMail)).all()
    assert [(mail.person_id, mail.body) for mail in mails] == [(yard.world.person("Piotr").id, NEWS_BODY)]
    assert team_settings.remind(session, at("2027-09-01T09:00"), TIMES) == 1  # next year again


def test_who_has_confirmed_everything_is_not_asked(yard: Yard) -> None:
    for part in year.PARTS:
        year.confirm(yard.session, yard.school_id, part, date(2026, 9, 2))
    assert team_settings.remind(yard.session, at("2026-09-02T09:00"), TIMES) == 0
    assert year.confirmed(yard.session, yard.school_id, date(2027, 7, 1)).keys() == set(year.PARTS)
    assert year.confirmed(yard.session, yard.school_id, date(2027, 8, 1)) == {}


def test_a_print_is_out_of_date_when_what_it_says_has_changed(yard: Yard) -> None:
    def gathered(day: int) -> facts.Facts:
        return facts.gather(
            yard.session, yard.world.school, "Lindenbank", "https://linde.example", date(2026, 11, day)
        )  # fmt: skip

    def hung(day: int = 27) -> list[editions.Hung]:
        return editions.hung(yard.session, yard.world.school, gathered(day))

    for _twice in range(2):
        marks = editions.marks_of(gathered(24), ["door", "a4", "text", "door"])
        editions.note(yard.session, yard.school_id, date(2026, 11, 24), marks)
    assert [each.true for each in hung()] == [True] * 3
    place = yard.session.scalars(select(Place).where(Place.name == "Raum A 012")).first()
    assert place is not None
    place.name = "Raum C 7"
    now = hung()
    assert [(each.title, each.true) for each in now] == [
        ("Türschild", False),
        ("Plakat", True),
        ("Textbaustein", True),
    ]
    editions.take_down(yard.session, yard.school_id + 1, now[0].id)  # not another school's
    assert len(hung()) == 3
    editions.take_down(yard.session, yard.school_id, now[0].id)
    assert len(hung()) == 2


def test_stickers_of_a_kind_are_out_of_date_once_it_is_switched_off(yard: Yard) -> None:
    def gathered() -> facts.Facts:
        return facts.gather(yard.session, yard.world.school, "Lindenbank", "https://linde.example", date(2026, 11, 24))

    places.switch(yard.session, yard.school_id, ["toilette", "weg"])
    editions.note(yard.session, yard.school_id, date(2026, 11, 24), editions.marks_of(gathered(), [PLACES]))
    places.switch(yard.session, yard.school_id, ["weg"])
    found = editions.hung(yard.session, yard.world.school, gathered())
    assert [(each.title, each.true) for each in found] == [
        ("Aufkleber: Toiletten", False),
        ("Aufkleber: Bus und Haltestelle", True),
    ]


def test_a_week_is_over_after_its_friday_and_makes_room_for_the_next(yard: Yard) -> None:
    def gathered(day: int) -> facts.Facts:
        return facts.gather(yard.session, yard.world.school, "Lindenbank", "https://linde.example", date(2026, 11, day))

    school, kind = yard.world.school, editions.NOTICE
    week = roster_week.roster_week(yard.session, school, date(2026, 11, 23))
    marks = editions.marks_of_week(yard.session, gathered(24), week, kind)
    editions.note(yard.session, school.id, date(2026, 11, 24), marks)
    for day, true, over in ((27, True, False), (28, False, True)):
        [one] = editions.hung(yard.session, school, gathered(day))
        assert (one.true, one.over) == (true, over)
    editions.clear_weeks(yard.session, school.id, editions.INSIDE, date(2026, 11, 30))
    editions.clear_weeks(yard.session, school.id, kind, date(2026, 11, 27))
    assert editions.hung(yard.session, school, gathered(28))
    editions.clear_weeks(yard.session, school.id, kind, date(2026, 11, 30))
    assert editions.hung(yard.session, school, gathered(28)) == []


def test_five_presses_and_two_sheets_of_paper(
    app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.moment = at("2026-11-24T09:31")
    roster.add_break(yard.session, yard.world.school, "1. Pause", time(9, 30), time(9, 50))
    enter(yard, roster.breaks(yard.session, yard.school_id)[0])
    yard.session.commit()
    hands, base = Hands(app, clock), f"/team/schule/{yard.school_id}"
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    yard.session.rollback()
    for part in year.PARTS:
        hands.get(f"{base}/jahr")
        assert hands.post(f"{base}/jahr", teil=part.value).status_code == 303
    assert hands.get(f"{base}/jahr").text.count("bestätigt am") == 5
    board = _words(_taken(hands, f"{base}/dienste/aushang.pdf"))
    for words in (
        "Pausen-Helfer: zwei mit gelber Weste, am Klettergerüst",
        "9:30–10:00",
        "Frau Aydin",
        "Stand: 24.11.2026",
    ):
        assert words in board
    hands.get(f"{base}/dienste/drinnen")
    token = re.search(r'name="csrf_token" value="([^"]+)"', hands.page)
    assert token is not None
    fields = {"csrf_token": token[1], "helpers-3": "Zofia, Emeka"}
    assert "Pausenhilfe 3 (Zofia, Emeka)" in _words(_taken(hands, f"{base}/dienste/drinnen", fields))
    page = page_text(hands.get(f"{base}/jahr").text)
    assert ("Aushang der Woche ab 23.11.2026" in page, page.count("stimmt noch")) == (True, 2)
    yard.session.rollback()
    for duty in yard.session.scalars(select(Duty)):
        duty.spot = "am Tor"
    yard.session.commit()
    assert page_text(hands.get(f"{base}/jahr").text).count("veraltet") == 2
    yard.session.rollback()
    rows = [row for table in Base.metadata.sorted_tables for row in yard.session.execute(select(table))]
    assert "mit gelber Weste" in str(rows)  # the positive control
    assert "Zofia" not in str(rows) + caplog.text + board


def test_the_page_of_the_peer_mediators_can_be_read_by_a_child(yard: Yard, client: FlaskClient) -> None:
    page = client.get("/s/K7M2/pause")
    found = stats(page_text(page.text))
    assert found.longest_words <= 12, found
    assert found.wstf1 <= 4, found
    assert found.lix <= 30, found
    assert "Set-Cookie" not in page.headers
    card = client.get("/s/K7M2/pause/karte")
    assert re.search("Bitte kümmern Sie sich", card.text)


def _words(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def _taken(hands: Hands, address: str, fields: dict[str, str] | None = None) -> bytes:
    method = "GET" if fields is None else "POST"
    answer = hands.client.open(address, method=method, data=fields, base_url="https://localhost", headers=SAME)
    return answer.get_data()
