"""What can be ticked as having happened: words for every child, acts apart from insults, older reports as they were."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from bullying_desk.cases.views.inbox import SearchForm
from bullying_desk.lessons.library.catalogue import OLDER, YOUNGER
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import ANSWERS, DOORS, Question, holds
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.reports.test_writing import opened
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

OLD = {
    1: {
        "gruppe": "Jemand ist gemein wegen Hautfarbe, Sprache, Religion oder Behinderung.",
        "koerper": "Jemand fasst mich an. Oder jemand redet schlecht über meinen Körper.",
    },
    2: {
        "gruppe": "Jemand ist gemein wegen Hautfarbe, Sprache, Religion oder Behinderung.",
        "koerper": "Jemand fasst das Kind an. Oder jemand redet schlecht über seinen Körper.",
    },
    3: {
        "gruppe": "Abwerten wegen Herkunft, Sprache, Religion, Behinderung, Aussehen oder Geschlecht",
        "koerper": "Sexuelle Worte, Gesten oder Übergriffe",
    },
    5: {
        "gruppe": "Abwerten wegen Herkunft, Religion, Behinderung, Alter oder Geschlecht",
        "koerper": "Sexuelle Worte, Gesten oder Übergriffe",
    },
}
OLD[4] = OLD[3]
WHY = {"aussehen", "kleidung", "herkunft", "religion", "behinderung", "geschlecht", "liebe", "unklar"}
ACTS = {"worte", "merkmal", "anfassen", "sexworte"}


def _question(door: int, code: str) -> Question:
    found = DOORS[door].question(code)
    assert found is not None
    return found


@pytest.mark.parametrize("door", sorted(DOORS))
def test_an_older_report_says_what_it_said(door: int) -> None:
    for code, words in OLD[door].items():
        shown = Answers(door, False, {"was": (code, "worte")}).pairs(lambda text: text)
        assert any(answer.startswith(f"{words} · ") for _label, answer in shown)


@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_door_asks_for_the_reason_and_keeps_acts_apart(client: FlaskClient, world: World, door: int) -> None:
    world.session.commit()
    page = look(client, f"/s/K7M2/schreiben/{door}").text
    assert {code for code in WHY | {"alter"} if f'name="grund" type="checkbox" value="{code}"' in page} >= WHY
    assert {code for code in ACTS if f'name="was" type="checkbox" value="{code}"' in page} == ACTS
    assert not [code for code in OLD[door] if f'value="{code}"' in page]
    labels = {code: _question(door, "was").label_of(code) for code in ACTS}
    assert len(set(labels.values())) == len(ACTS)
    assert holds(_question(door, "grund").when, {"was": ["merkmal"]})
    assert not holds(_question(door, "grund").when, {"was": ["worte"]})


def _sent(client: FlaskClient, world: World, **said: Any) -> Answers:
    world.session.commit()
    address = "/s/K7M2/schreiben/1"
    press(client, address, filled(look(client, address), lesen="team", **said))
    report, secrets = opened(world, words_on(look(client, "/danke")))
    return opening.read_answers(world.session, secrets, report)


def test_the_reason_reaches_the_readers(client: FlaskClient, world: World) -> None:
    answers = _sent(client, world, was=["merkmal"], grund=["liebe", "kleidung"])
    assert answers.said["grund"] == ("liebe", "kleidung")
    assert "In wen man sich verliebt · Kleidung oder wenig Geld" in dict(answers.pairs(lambda text: text)).values()


def test_a_reason_without_its_kind_is_left_out(client: FlaskClient, world: World) -> None:
    assert "grund" not in _sent(client, world, was=["worte"], grund=["liebe"]).said


def test_staff_find_sexual_acts_apart_from_insults_and_older_reports_too() -> None:
    kinds = {choice.code: choice for choice in ANSWERS["for_adults"]}
    assert kinds["anfassen"].label != kinds["sexworte"].label
    assert "exuell" not in kinds["worte"].label + kinds["merkmal"].label
    offered = dict(tuple(one)[:2] for one in SearchForm.what.kwargs["choices"])
    assert offered["koerper"] == f"{OLD[3]['koerper']} (ältere Meldungen)"
    assert {"anfassen", "sexworte", "merkmal"} <= offered.keys()


def test_every_kind_has_its_lessons() -> None:
    for choice in ANSWERS["for_adults"]:
        if choice.code != "anderes":
            assert choice.code in YOUNGER
            assert choice.code in OLDER


def test_silence_about_the_parents_is_explained_beside_the_question(client: FlaskClient, world: World) -> None:
    world.session.commit()
    words = main_of(look(client, "/s/K7M2/schreiben/1"))
    question = words.index("Dürfen deine Eltern davon wissen?")
    assert "Ohne dein Ja sagen wir zu Hause nichts." in words[question : question + 300]
