"""The extra forms of a lesson: 20 minutes, an easier sheet made from the sheet, words with pictures."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bullying_desk.config import Settings
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.lessons.building.build import order_for
from bullying_desk.lessons.building.document import attribution, footer
from bullying_desk.lessons.building.helping import always_open, help_line_words
from bullying_desk.lessons.building.typeset import sheet_size
from bullying_desk.lessons.checks.assets import contrast
from bullying_desk.lessons.format.blocks import Cards, Foreign, inlines_of, plain_passages, walk
from bullying_desk.lessons.format.easier import unknown_parts, with_easier_sheet
from bullying_desk.lessons.format.loader import Programme
from bullying_desk.lessons.format.model import Easier, Lesson
from bullying_desk.lessons.format.picture_words import LANGUAGES, drawing, picture_words
from bullying_desk.lessons.library.catalogue import Catalogue, Question
from bullying_desk.lessons.library.library import LIBRARY, Library


def _lesson(programme: Programme, code: str) -> Lesson:
    return next(one for one in programme.lessons if one.code == code)


@pytest.fixture
def ready(app: Flask, settings: Settings, programme: Programme) -> Library:
    library = Library(settings.instance, (), Catalogue(programme.lessons), {})
    app.extensions["services"].keep(LIBRARY, library)
    return library


def test_every_lesson_can_be_taught_in_20_minutes(programme: Programme) -> None:
    found = Catalogue(programme.lessons).answer(Question(minutes="20"))
    assert len(found.lessons) == len(programme.lessons)
    for lesson in programme.lessons:
        assert lesson.short_form is not None
        assert lesson.short_form.minutes == 20


def test_the_easier_sheet_holds_fewer_tasks_of_the_same_sheet(programme: Programme) -> None:
    for lesson in programme.lessons:
        if lesson.easier_from is None:
            continue
        [easier] = [sheet for sheet in lesson.made_sheets if sheet.variant == "leichter"]
        source = next(sheet for sheet in lesson.sheets if sheet.file == lesson.easier_from.source)
        assert easier.heading == source.heading.replace(":", ", leichter:", 1)
        whole = [text for _, text in plain_passages(source.blocks)]
        less = [text for _, text in plain_passages(easier.blocks)]
        assert "So kannst du anfangen:" in less
        beginnings = {"So kannst du anfangen:", *(f"„{text}“" for text in lesson.easier_from.beginnings)}
        added = set(less) - set(whole)
        assert added <= beginnings <= set(less), lesson.code
        if lesson.easier_from.only:
            assert set(less) - added < set(whole), lesson.code
        assert sheet_size(lesson, larger=True) > sheet_size(lesson)


def test_a_part_is_a_number_a_title_or_a_row(programme: Programme) -> None:
    lesson = _lesson(programme, "B3")
    assert unknown_parts(lesson.sheets[0], ("1", "12", "Anruf 6")) == ()
    assert unknown_parts(lesson.sheets[0], ("13", "Anruf", "1x")) == ("13", "1x")
    fewer = with_easier_sheet(replace(lesson, made_sheets=(), easier_from=Easier("ab1.md", ("2",), ("Ich …",))))
    [cards] = [block for block in fewer.made_sheets[0].blocks if isinstance(block, Cards)]
    assert [card.title for card in cards.cards] == ["Anruf 2"]


def test_every_picture_word_is_whole() -> None:
    assert len(picture_words()) >= 40
    for key, word in picture_words().items():
        assert tuple(language for language, _ in word.say) == LANGUAGES
        assert all(text for _, text in word.say), key
        assert 5 <= len(word.alt) <= 150
        assert not re.search(r"<(?!path|circle|ellipse)", word.draw), key
        strokes = re.findall(r'stroke="(#[0-9a-f]{6})"', word.draw)
        assert all(contrast(colour, "#ffffff") > 4.5 for colour in strokes)
    cyrillic = [
        text for word in picture_words().values() for language, text in word.say if language in ("uk", "ru", "bg")
    ]
    assert not any(re.search("[a-z]", text) for text in cyrillic)


def test_a_sheet_shows_the_picture_of_a_word_large(programme: Programme) -> None:
    lesson = _lesson(programme, "B7")
    large, small = lesson.picture("bild-stopp.svg"), lesson.picture("wort-stopp.svg")
    assert large is not None
    assert small is not None
    assert large.alt == small.alt == picture_words()["stopp"].alt
    assert large.width > small.width
    assert drawing(lesson, "bild-stopp.svg") == drawing(lesson, "wort-stopp.svg")
    assert lesson.picture("bild-froh.svg") is None  # no sheet shows it


def test_who_learns_to_read_late_gets_large_type_without_hyphens(programme: Programme) -> None:
    lesson = _lesson(programme, "E7")
    assert min(lesson.grades) == 5
    assert sheet_size(lesson) == sheet_size(_lesson(programme, "A1")) > sheet_size(_lesson(programme, "E3"))
    assert "hyphenate: false)" in order_for(lesson, {}, "Stadt", "").sheets["sheets.pdf"].split("#context")[0]
    assert {one.only_form for one in programme.lessons} == {"", "Berufskolleg", "Förderschule"}


def test_nobody_at_a_berufskolleg_is_called_a_child(programme: Programme) -> None:
    sheet = order_for(_lesson(programme, "F6"), {}, "Stadt", "").sheets["main.pdf"]
    for gone, instead in (
        ("Das tun die Kinder", "Das tun alle"),
        ("Je Kind einmal kopieren", "Je Person einmal kopieren"),
        ("(je Kind)", "(je Person)"),
        ("Brief nach Hause", "Brief an Betriebe und Eltern"),
        ("Klasse 11", "Berufskolleg · 90 Minuten"),
    ):
        assert gone not in sheet
        assert instead in sheet


@pytest.mark.usefixtures("ready")
def test_the_list_has_school_forms_as_a_filter(client: FlaskClient) -> None:
    page = client.get("/unterricht?schulform=Berufskolleg").text
    assert '<option value="Berufskolleg" selected>' in page
    assert "/unterricht/d7-mobbing-im-betrieb" in page
    assert "/unterricht/d1-spass-streit-oder-mobbing" not in page
    assert "<dd>Berufskolleg</dd>" in page
    assert "Förderschule, Klasse 1–6" in client.get("/unterricht?q=förderschule").text


def test_the_word_sheet_says_each_language(programme: Programme) -> None:
    for lesson in programme.lessons:
        sheets = [sheet for sheet in lesson.made_sheets if sheet.title == "Wörter mit Bild"]
        assert len(sheets) == (0 if lesson.for_staff else 1), lesson.code
        for sheet in sheets:
            inlines = [inline for block in walk(sheet.blocks) for inline in inlines_of(block)]
            languages = [inline.language for inline in inlines if isinstance(inline, Foreign)]
            assert languages == [*LANGUAGES] * len(lesson.word_keys)
    lesson = _lesson(programme, "E2")
    assert drawing(lesson, "wort-wecken.svg").startswith("<svg")
    assert drawing(lesson, "bett.svg") == (lesson.folder / "bett.svg").read_text("utf-8")


def test_the_foot_of_a_sheet_names_author_licence_origin_and_help(programme: Programme) -> None:
    lesson = _lesson(programme, "E4")
    order = order_for(lesson, {}, "Stadt Musterstadt", "https://schule.example")
    foot = footer(lesson, "Stadt Musterstadt", "https://schule.example/unterricht/" + lesson.id)
    for part in (lesson.title, "E4", "Programm der Anlaufstelle", "Stadt Musterstadt", "CC BY-SA 4.0", lesson.id):
        assert part in foot
    assert foot in order.sheets["sheets.pdf"]
    assert help_line_words() in order.sheets["sheets.pdf"]
    words = attribution(lesson, "Stadt Musterstadt", "https://schule.example/unterricht/" + lesson.id)
    for tree in order.trees.values():
        assert all(part in tree for part in ("Musterstadt", "Tag"))
    assert "Programm der Anlaufstelle, herausgegeben von Stadt Musterstadt" in words


def test_the_help_line_is_derived_and_has_one_for_the_night() -> None:
    words = help_line_words()
    for name in ("nummer-gegen-kummer", "telefonseelsorge"):
        assert help_lines().by_id(name).number in words
    assert "14 bis 20 Uhr" in words
    night = [line for line in help_lines().lines if line.number and line.number in words and always_open(line)]
    assert {line.id for line in night} >= {"telefonseelsorge", "police", "ambulance"}
    assert not always_open(help_lines().by_id("nummer-gegen-kummer"))


def test_name_and_date_stand_on_sheets_but_not_on_secret_ones(programme: Programme) -> None:
    shown = order_for(_lesson(programme, "B3"), {}, "Stadt", "").sheets["sheets.pdf"]
    secret = order_for(_lesson(programme, "D5"), {}, "Stadt", "").sheets["sheets.pdf"]
    assert "Name: " in shown
    assert "Datum: " in shown
    assert "Name: " not in secret


@pytest.mark.usefixtures("ready")
def test_safety_stands_before_the_first_step(client: FlaskClient, programme: Programme) -> None:
    for lesson in programme.lessons:
        text = client.get(f"/unterricht/{lesson.id}").text
        box = text.index('class="note amber safety"')
        assert box < text.index("In 1 Minute") < text.index('id="ablauf"')
        head = text[box : text.index("In 1 Minute")]
        assert f"Schutzstufe {lesson.safety.level} von 3." in head
        assert "Entwurf:" in head
        assert "Nicht unterrichten, wenn" in head


@pytest.mark.usefixtures("ready")
def test_the_list_is_short_begins_with_needs_and_shows_the_level(client: FlaskClient, programme: Programme) -> None:
    text = client.get("/unterricht").text
    assert text.index("Was brauchen Sie?") < text.index('class="brief"')
    assert 'class="books"' not in text
    rows = re.findall(
        r"<li>\s*<img class=\"thumb\"[^>]*>\s*<a class=\"tap\" href=\"/unterricht/[a-h]\d+-.*?</li>", text
    )
    assert len(rows) == len(programme.lessons)
    for row in rows:
        assert "Schutzstufe" in row
        assert "Entwurf" in row
    found = client.get("/unterricht?q=zustimmung").text
    assert "Stufe 3 von 3 · Entwurf" in found


@pytest.mark.usefixtures("ready")
def test_the_board_shows_pictures_tables_and_the_sketch(client: FlaskClient) -> None:
    text = client.get("/unterricht/d1-spass-streit-oder-mobbing?ansicht=tafel").text
    assert "<table>" in text
    assert "Tut es weh?" in text
    picture = client.get("/unterricht/b3-petzen-oder-hilfe-holen?ansicht=tafel").text
    assert "/unterricht/b3-petzen-oder-hilfe-holen/zeichen.svg" in picture


@pytest.mark.usefixtures("ready")
def test_pictures_of_words_are_given_out(client: FlaskClient) -> None:
    response = client.get("/unterricht/e2-klassenchat-regeln/wort-wecken.svg")
    assert response.status_code == 200
    assert response.mimetype == "image/svg+xml"
    assert client.get("/unterricht/e2-klassenchat-regeln/wort-froh.svg").status_code == 404
    sheets = client.get("/unterricht/e2-klassenchat-regeln?ansicht=blatt").text
    assert 'lang="ar" dir="rtl"' in sheets
    assert 'id="ab4-leichter"' in sheets
