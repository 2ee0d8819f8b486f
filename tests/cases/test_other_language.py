"""A letter in another language: guessed on opening, stored nowhere; who speaks it, never somebody who is left out."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.page.answering import Hint, guess_language, language_hint, start_in, starts_in
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.texts.catalogues import TRANSLATED, messages, read
from tests.cases.browsing import forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

pytestmark = pytest.mark.sqlite
LETTERS = Path(__file__).parent / "letters"
TURKISH = "Okulda bana her gün kötü şeyler söylüyorlar. Lütfen yardım edin."


def _said(code: str) -> list[str]:
    language = next(each for each in TRANSLATED if each.code == code)
    texts = [each.string for each in messages(read(language)) if isinstance(each.string, str)]
    return [each for each in texts if len(each.split()) >= 5]


@pytest.mark.parametrize("code", [each.code for each in TRANSLATED])
def test_sentences_of_the_catalogues_are_guessed(code: str) -> None:
    """The words of the guess were typed without looking at them. Not to say is allowed, to say another is not."""
    found = [guess_language(each) for each in _said(code)]
    assert len(found) > 400
    assert found.count(code) / len(found) > 0.8
    assert len([each for each in found if each not in {code, None}]) / len(found) < 0.01


def test_german_is_never_marked() -> None:
    german = [each.id for each in messages(read(TRANSLATED[0])) if isinstance(each.id, str)]
    lines = [line for path in LETTERS.iterdir() for line in path.read_text("utf-8").splitlines()]
    german += [line for line in lines if line[:1] != "#"]
    assert len(german) > 1_000
    assert not [each for each in german if guess_language(each)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Evet, gelirim", "tr"), ("ابني لا يريد الذهاب", "ar"), ("من می ترسم پدرم", None), ("", None), ("???", None),
        ("ok", None), ("Elif, Mert, Ayşe", None),
        ("I don't want to go to school", "en"), ("Hallo ich bin Bogdan", None),
        ("Я боюся йти до школи, бо вони мене б'ють", "uk"), ("Я боюсь идти в школу, потому что они меня бьют", "ru"),
        ("Страх ме е да ходя на училище, защото ме удрят", "bg"), ("Mi-e frică să merg la școală", "ro"),
        ("Boję się iść do szkoły", "pl"), ("x" * 20_000, None),
    ],
)  # fmt: skip
def test_letters_as_they_come(said: str, code: str | None) -> None:
    assert guess_language(said) == code


@pytest.mark.parametrize("polite", [False, True])
def test_every_language_has_beginnings_that_say_what_they_mean(polite: bool) -> None:
    for language in TRANSLATED:
        begun = starts_in(language.code, polite=polite)
        assert len(begun) == (1 if polite else 3), language.code
        hint = Hint(language.code, True, begun, (), False)
        assert all(one.text != one.means and start_in(hint, one.code) == one.text for one in begun)
        assert start_in(hint, "danke") == start_in(hint, "9") == start_in(None, "0") == ""
    assert starts_in("fr", polite=polite) == ()


def _file(world: World, said: str, left_out: str = "") -> int:
    choice = ReaderChoice(
        Wish.NAMED, world.ids("Selin", "Amara"), left_out=world.ids(left_out) if left_out else frozenset()
    )
    filed, _receipt = world.file(answers=Answers(1, False, {"text": said}), choice=choice)
    return world.report(filed).case_id


def test_the_page_says_perhaps_and_names_whom_one_can_ask(world: World, enter: SignIn) -> None:
    world.seats["Jan"].languages = "Deutsch, Türkisch"
    world.seats["Leyla"].languages = "türkisch"
    world.seats["Renate"].languages = "Türkisch"  # the head reads nothing and is asked nothing
    open_to_jan, without_jan = _file(world, TURKISH), _file(world, TURKISH, "Jan")
    german = _file(world, "Sie lachen mich jeden Tag aus.")
    selin = enter("Selin")
    selin.get(f"/team/fall/{open_to_jan}")
    assert "Vielleicht auf Türkisch geschrieben" in selin.main
    assert "Herr Brandt" in selin.main.partition("sprechen nach eigener Angabe")[2][:80]
    assert "Renate" not in selin.main
    selin.get(f"/team/fall/{without_jan}")
    assert "Vielleicht auf Türkisch geschrieben" in selin.main
    assert (
        "Herr Brandt" not in selin.main.partition("Vielleicht auf")[2].partition("Textanfang")[0]
    )  # left out: not named
    world.seats["Selin"].languages = "Türkisch"
    selin.get(f"/team/fall/{open_to_jan}")
    assert "sprechen Sie laut Ihren Angaben selbst" in selin.main
    selin.get(f"/team/fall/{german}")
    assert "Vielleicht auf" not in selin.main


def test_the_guess_is_written_down_nowhere(world: World, at_desk: AtDesk) -> None:
    me, case = at_desk("Selin"), _file(world, TURKISH)
    found = find_case(me, case)
    world.session.flush()
    said = Answers(1, False, {"text": TURKISH})
    seen = language_hint(me, found, said, ())
    assert seen is not None
    assert seen.guessed
    assert not world.session.dirty | world.session.new
    world.session.commit()
    names = world.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
    dump = "".join(repr(row) for name in names for row in world.session.execute(text(f'SELECT * FROM "{name}"')))
    assert "Türkisch" not in dump
    assert "'tr'" not in dump


def test_an_answer_begins_in_the_childs_language(world: World, enter: SignIn) -> None:
    case = _file(world, TURKISH)
    selin = enter("Selin")
    selin.get(f"/team/fall/{case}")
    assert "Das heißt: Danke. Das war mutig." in selin.main
    selin.follow("In Gefahr?")
    assert parse_qs(urlsplit(selin.page.request.url).query)["anfang"] == ["1"]  # an address names no child's language
    first = starts_in("tr", polite=False)[1].text
    assert first in selin.page.text
    selin.press("Antwort senden", text=first)
    assert first in selin.page.text


def test_everybody_sets_their_own_languages(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    selin, seat = enter("Selin"), world.seats["Selin"]
    selin.get("/team/konto")
    selin.press("Speichern", sprachen="Deutsch,\u202e Türkisch " + "x" * 200)
    world.session.refresh(seat)
    assert seat.languages.startswith("Deutsch, Türkisch")
    assert len(seat.languages) == 80
    jan = enter("Jan")
    jan.get("/team/konto")
    token = forms_of(jan.page)[0].fields["csrf_token"]
    jan.send(f"/team/konto/sprachen/{seat.id}", {"csrf_token": token, "sprachen": "Klingonisch"}, 404)
    world.session.refresh(seat)
    assert "Klingonisch" not in seat.languages
