"""How a lesson went is counted: three presses, no text, no time, no person."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.lessons.commands import lessons_cli
from bullying_desk.lessons.library.feedback import NOT_SAID, AnswerUnknown, Tally, count_feedback, tallies
from bullying_desk.lessons.models import LessonFeedback
from tests.lessons.conftest import EXAMPLE

ADDRESS = f"/unterricht/{EXAMPLE}/rueckmeldung"
OWN = {"Sec-Fetch-Site": "same-origin"}


def test_presses_add_up(session: Session) -> None:
    for _ in range(3):
        count_feedback(session, EXAMPLE, "ja", "passt")
    count_feedback(session, EXAMPLE, "", "kurz")
    assert tallies(session) == [Tally(EXAMPLE, "ja", "passt", 3), Tally(EXAMPLE, NOT_SAID, "kurz", 1)]


@pytest.mark.parametrize(("worked", "pace"), [("ja", ""), ("ja", "ewig"), ("super!", "passt"), ("x" * 999, "passt")])
def test_only_what_can_be_pressed_counts(session: Session, worked: str, pace: str) -> None:
    with pytest.raises(AnswerUnknown):
        count_feedback(session, EXAMPLE, worked, pace)
    assert tallies(session) == []


def test_a_row_holds_no_time_and_no_person() -> None:
    assert set(LessonFeedback.__table__.columns.keys()) == {"lesson_id", "worked", "pace", "count"}


def test_the_page_counts_and_thanks(client: FlaskClient, database: Database) -> None:
    page = client.get(f"/unterricht/{EXAMPLE}").text
    assert f'action="{ADDRESS}"' in page
    assert page.count('name="zeit"') == 3
    answer = client.post(ADDRESS, data={"geklappt": "teils", "zeit": "lang"}, headers=OWN)
    assert answer.status_code == 303
    assert "Danke, das ist gezählt." in client.get(answer.headers["Location"]).text
    with database.session(write=False) as session:
        assert tallies(session) == [Tally(EXAMPLE, "teils", "lang", 1)]


def test_other_sites_and_other_words_do_not_count(client: FlaskClient, database: Database) -> None:
    foreign = client.post(ADDRESS, data={"zeit": "lang"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert client.post(ADDRESS, data={"zeit": "nie"}, headers=OWN).status_code == 400
    assert client.post("/unterricht/nix/rueckmeldung", data={"zeit": "lang"}, headers=OWN).status_code == 404
    with database.session(write=False) as session:
        assert tallies(session) == []


@pytest.mark.sqlite
def test_the_city_reads_the_counts(settings: Settings, database: Database) -> None:
    shown = CliRunner().invoke(lessons_cli, ["--instance", str(settings.instance), "feedback"])
    assert "Noch keine Rückmeldung." in shown.output
    with database.session(write=True) as session:
        count_feedback(session, EXAMPLE, "ja", "passt")
        session.commit()
    shown = CliRunner().invoke(lessons_cli, ["--instance", str(settings.instance), "feedback"])
    assert shown.output == f"{EXAMPLE}: geklappt: Ja; Zeit hat gepasst: 1\n"
