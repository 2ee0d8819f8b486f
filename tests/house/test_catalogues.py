"""The catalogues of the public pages are whole, current and true: see TRANSLATORS.md."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.texts.catalogues import (
    EASY,
    GERMAN,
    TRANSLATED,
    Language,
    Part,
    compiled,
    messages,
    read,
    texts_of,
)
from tests.house.project import TEMPLATES
from workshop import catalogues
from workshop.catalogues import readable
from workshop.catalogues.readable import Readable

NEWEST = catalogues.template()
ENGLISH = next(each for each in TRANSLATED if each.code == "en")
RENEW = "run `python3 dev.py languages`"


def test_the_template_is_what_the_program_says_today() -> None:
    assert catalogues.TEMPLATE.read_bytes() == catalogues.written(NEWEST), RENEW


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_a_catalogue_has_no_fault(language: Language) -> None:
    """Nothing stale, nothing uncertain, the same placeholders and numbers, all plural forms, one way of writing it."""
    catalogue = read(language)
    assert catalogues.faults(language, catalogue, NEWEST) == [], RENEW
    assert language.path.read_bytes() == catalogues.written(catalogue), RENEW


def test_leichte_sprache_says_otherwise_only_what_the_program_says_today() -> None:
    catalogue = read(EASY)
    found = catalogues.faults(EASY, catalogue, NEWEST)
    assert [each for each in found if not each.startswith("not in the catalogue yet")] == []
    said = {each.id: each.string for each in messages(catalogue)}
    assert not [text for text, easy in said.items() if not easy or easy == text]
    spoken = texts_of(EASY).spoken
    assert spoken.gettext("Hier steht nichts davon. Es bleibt so. Am 3. Mai") == (
        "Hier steht nichts davon.\nEs bleibt so.\nAm 3. Mai"
    )
    assert spoken.gettext("Schulsozialarbeit") == "Schul-Sozialarbeit"


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_translators_read_the_true_state(language: Language) -> None:
    """The glossary of each language says how much is translated, and who has read it."""
    said = catalogues.glossary_of(language).read_text("utf-8")
    assert catalogues.state_line(read(language)) in said, RENEW
    assert "Read by a native reader: " in said


def test_translators_read_how_long_the_longest_sentences_are_today() -> None:
    said = readable.PAGE.read_text("utf-8")
    for language in (GERMAN, *TRANSLATED):
        row = rf"^\| {language.code} \| {readable.longest(language)} \| \d+ ?% \|$"
        assert re.search(row, said, re.MULTILINE), f"{language.code}: run `python3 dev.py languages --readable`"


def test_words_outside_the_commonest_are_counted() -> None:
    def tokens(text: str, _code: str) -> list[str]:
        return re.findall(r"\w+", text.lower())

    words = sorted({word for each in readable.sentences(ENGLISH) for word in tokens(each, "en")})
    everything = readable.measured(ENGLISH, lambda _code, _count: words, tokens)
    nothing = readable.measured(ENGLISH, lambda _code, _count: [], tokens)
    assert (everything.uncommon, nothing.uncommon) == (0, 1)
    assert "| en | 20 | 4% |" in readable.table([Readable(ENGLISH, 20, 0.041)], date(2026, 11, 30), "a list")


def test_the_template_holds_what_the_public_reads_and_not_the_desk() -> None:
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in messages(NEWEST)}
    assert {"Hier kannst du sagen, was los ist.", "Schnell weg", "Mir passiert etwas.", "heute Vormittag"} <= ids
    assert not {"Ersteinschätzung", "Fälle", "Zuständigkeit", "Glauben."} & ids
    assert min(counted for _done, counted in catalogues.state(NEWEST).values()) > 20


def test_a_list_of_names_stands_beside_no_word_for_one_person() -> None:
    """One sentence has to fit one name and several: translators meet the same placeholder."""
    ids = [each.id if isinstance(each.id, str) else " ".join(each.id) for each in messages(NEWEST)]
    for_one = r"%\((?:names|ticked)\)s (?:hat|ist|liest|darf|kann|war)\b|Person\b[^.?!]*: ?%\((?:names|ticked)\)s"
    assert [each for each in ids if re.search(for_one, each)] == []
    assert re.search(for_one, "%(names)s hat einen Schlüssel.")
    assert re.search(for_one, "Um diese Person geht es: %(names)s.")


# Where somebody is told to press something; the names in a browser's own menus are not ours.
PRESSED = re.compile(r"\b(?:drück|tippe?n? |klick|wähle?n? |knopf)", re.IGNORECASE)
BROWSERS = "templates/guidance/clear_history.html"


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_what_is_to_be_pressed_is_called_as_it_stands_on_the_page(language: Language) -> None:
    catalogue = list(messages(read(language)))
    labels = {str(each.id).rstrip("."): str(each.string).rstrip(".") for each in catalogue}
    named = [
        (source, name, said)
        for each in catalogue
        for source, said in zip(*((t,) if isinstance(t, str) else t for t in (each.id, each.string)), strict=False)
        if PRESSED.search(source) and not any(path == BROWSERS for path, _line in each.locations)
        for name in re.findall("„([^“]+?)\\.?“", source)
    ]
    assert len(named) > 12
    assert [(source, name) for source, name, _said in named if name not in labels] == []
    assert [(source, labels[name]) for source, name, said in named if labels[name] not in said] == []


def test_each_door_has_a_name_of_its_own_and_the_start_page_says_it() -> None:
    start = (TEMPLATES / "guidance" / "start.html").read_text("utf-8")
    titles = [door.title for door in DOORS.values()]
    assert all(f"_('{title}')" in start for title in titles)
    assert not [(one, other) for one in titles for other in titles if one != other and one.rstrip(".") in other]


SOURCE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Ruf an: 116 111. Das liest %(name)s."
msgstr ""

msgid "Das lesen: [-ohne]."
msgstr ""

msgid "Warte %(num)s Minute."
msgid_plural "Warte %(num)s Minuten."
msgstr[0] ""
msgstr[1] ""

#. part 2: pages around it
msgid "Impressum"
msgstr ""
"""
Forms = str | tuple[str, ...]
WELL: dict[str, Forms] = {
    "Ruf an: 116 111. Das liest %(name)s.": "Call 116 111. %(name)s reads this.",
    "Das lesen: [-ohne].": "These people read it: [-ohne].",
    "Warte %(num)s Minute.": ("Wait %(num)s minute.", "Wait %(num)s minutes."),
}


def _small(said: dict[str, Forms], *, fuzzy: bool = False) -> tuple[Catalog, Catalog]:
    """Return a small template, and a English catalogue of it with some texts said otherwise."""
    newest = read_po(BytesIO(SOURCE.encode()))
    english = Catalog("en", fuzzy=False)
    english.update(newest)
    for message in messages(english):
        key = message.id if isinstance(message.id, str) else message.id[0]
        message.string = said.get(key.split(" ")[0], WELL.get(key, ""))
        if fuzzy and key.startswith("Ruf"):
            message.flags.add("fuzzy")
    return newest, english


@pytest.mark.parametrize(
    ("word", "said", "fault"),
    [
        ("Ruf", "Call 116 111. Somebody reads this.", "placeholders"),
        ("Ruf", "Call 116 111. %(person)s reads this.", "placeholders"),
        ("Ruf", "Call 116 117. %(name)s reads this.", "numbers"),
        ("Ruf", "Call ١١٦ ١١١. %(name)s reads this.", "numbers"),
        ("Ruf", "<b>Call</b> 116 111. %(name)s reads this.", "markup"),
        ("Das", "These people read it.", "placeholders"),
        ("Warte", ("Wait %(num)s minutes.",), "plural forms"),
        ("Warte", ("Wait %(n)s minute.", "Wait %(n)s minutes."), "unknown placeholders"),
    ],
)
def test_the_check_finds_each_fault(word: str, said: Forms, fault: str) -> None:
    newest, well = _small({})
    assert catalogues.faults(ENGLISH, well, newest) == []
    newest, english = _small({word: said})
    found = catalogues.faults(ENGLISH, english, newest)
    assert found
    assert all(fault in each for each in found)


def test_a_language_is_offered_when_the_way_of_a_report_is_whole() -> None:
    _newest, english = _small({})
    texts = compiled(ENGLISH, english)
    assert texts.offered
    assert texts.missing == {Part.JOURNEY: 0, Part.AROUND: 1, Part.PRINTS: 0}
    assert not texts.speaks(Part.AROUND)
    for broken in (_small({"Ruf": ""}), _small({}, fuzzy=True), _small({"Warte": ("Wait %(num)s minute.", "")})):
        assert not compiled(ENGLISH, broken[1]).offered


def test_a_changed_sentence_is_missing_and_its_old_translation_is_kept() -> None:
    """Never an old translation beneath a new sentence about who reads."""
    newest, english = _small({})
    changed = read_po(BytesIO(re.sub(r"Das liest %\(name\)s", "Nur %(name)s liest das", SOURCE).encode()))
    english.update(changed, no_fuzzy_matching=True)
    assert catalogues.state(english)[Part.JOURNEY] == (2, 3)
    assert "%(name)s reads this." in catalogues.written(english).decode()
    assert [each for each in catalogues.faults(ENGLISH, english, newest) if each.startswith("not in the program")]
