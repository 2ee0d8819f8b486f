"""Who searches the lessons because a child is in danger reads first whom to ring now, and never a guess at a lesson."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.lessons.format.loader import Programme, programme_folder
from bullying_desk.lessons.library.catalogue import Catalogue, Question
from bullying_desk.lessons.library.crisis import crises, crisis_in, reach
from bullying_desk.lessons.library.library import LIBRARY, Library

LANGUAGES = {"de", "en", "tr", "ar", "uk", "ru", "pl", "ro", "bg"}
SUNDAY_NIGHT = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
MONDAY_AFTERNOON = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def _same(moment: datetime) -> datetime:
    return moment


def _rows() -> list[dict[str, dict[str, list[str]]]]:
    found: list[dict[str, dict[str, list[str]]]] = yaml.safe_load(
        (programme_folder().parent / "crisis.yml").read_text("utf-8")
    )
    return found


def _words() -> Iterator[tuple[str, str]]:
    for row in _rows():
        for words in row["words"].values():
            yield from ((str(row["id"]), word.replace("*", "")) for word in words)


def test_every_danger_is_known_in_the_nine_languages() -> None:
    for row in _rows():
        assert set(row["words"]) == LANGUAGES, row["id"]
        assert all(row["words"].values())


def test_every_word_is_noticed_also_inside_a_sentence() -> None:
    for kind, word in _words():
        for query in (word, word.upper(), f"hilfe, {word}!"):
            found = crisis_in(query)
            assert found is not None, query
            assert found.id == kind or crisis_in(word) == found


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("selbstmord", "leben"),
        ("Selbsmord", "leben"),
        ("suizid", "leben"),
        ("mein schüler will nicht mehr leben", "leben"),
        ("ritzen", "verletzen"),
        ("schülerin ritzt sich", "verletzen"),
        ("kinderpornografie", "bilder"),
        ("nudes", "bilder"),
        ("sexueller Missbrauch in der Familie", "missbrauch"),
        ("Vater schlägt Kind", "zuhause"),
        ("суицид", "leben"),
        ("انتحار", "leben"),
        ("İntihar", "leben"),
        ("przemoc domowa", "zuhause"),
    ],
)
def test_what_people_type_is_understood(query: str, kind: str) -> None:
    found = crisis_in(query)
    assert found is not None
    assert found.id == kind


def test_lessons_do_not_speak_of_danger_in_their_titles(programme: Programme) -> None:
    for lesson in programme.lessons:
        for text in (lesson.title, lesson.subtitle, lesson.rule, *lesson.goals):
            assert crisis_in(text) is None, text
    for query in ("sitzen", "blitzen", "leben in der klasse", "missverständnis", "spritzen", "selbstwert"):
        assert crisis_in(query) is None, query


def test_only_lines_that_answer_are_called_open() -> None:
    for crisis in crises():
        night, day = reach(crisis, SUNDAY_NIGHT), reach(crisis, MONDAY_AFTERNOON)
        assert "nummer-gegen-kummer" not in {line.id for line in night.now}
        assert "nummer-gegen-kummer" in {line.id for line in day.now}
        assert any(line.hours == "Immer." or line.hours == "Tag und Nacht." for line in night.now)
        for found in (night, day):
            assert {line.id for line in (*found.now, *found.closed)} == set(crisis.lines)
        assert all(help_lines().by_id(name) for name in crisis.lines)


def test_the_lesson_for_the_staff_stands_first(programme: Programme) -> None:
    catalogue = Catalogue(programme.lessons)
    for kind, word in _words():
        answer = catalogue.answer(Question(words=word))
        assert answer.lessons[0].code == "H2", (kind, word)
        assert not answer.offered
        assert len(answer.lessons) < len(programme.lessons) / 2


@pytest.fixture
def ready(app: Flask, settings: Settings, programme: Programme) -> None:
    app.extensions["services"].keep(LIBRARY, Library(settings.instance, (), Catalogue(programme.lessons), {}))


@pytest.mark.usefixtures("ready")
def test_the_page_says_whom_to_ring_before_any_lesson(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment, offered in ((SUNDAY_NIGHT, False), (MONDAY_AFTERNOON, True)):
        monkeypatch.setattr(app.extensions["services"], "clock", Clock(partial(_same, moment)))
        response = client.get("/unterricht?q=suizid")
        text = response.text
        box = text[text.index('class="note amber crisis"') : text.index('class="books"')]
        assert 'href="tel:112"' in box
        assert ('href="tel:116111"' in box) is offered
        assert "Meinten Sie" not in text
        assert re.search(r'href="/unterricht/h2-', text)
        # The page tells the hour and what was asked: no browser keeps it.
        assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/unterricht?q=wut").headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.usefixtures("ready")
def test_no_hit_and_unknown_filters_are_told(client: FlaskClient) -> None:
    text = client.get("/unterricht?q=xqzwv").text
    assert "Dazu haben wir keine Stunde." in text
    assert 'href="/unterricht?thema=streit"' in text
    assert 'class="books"' not in text
    assert "in anderen Schriften" in client.get("/unterricht?q=不存在").text
    text = client.get("/unterricht?thema=netz").text
    assert "Bei „Thema“ gibt es die Auswahl „netz“ nicht." in text
    assert "Aus Ihren Worten gelesen: Klasse 6." in client.get("/unterricht?q=6.+Klasse").text
