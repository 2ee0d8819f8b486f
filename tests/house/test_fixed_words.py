"""One thing has one word in each language, and is called on every page as on its button: see TRANSLATORS.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bullying_desk.guidance.other_languages import LANGUAGES
from bullying_desk.schoolyard.prints import sheet_words
from bullying_desk.texts.catalogues import TRANSLATED, Language, messages, read, texts_of

# Where a German text has the word, its translation has one of these beginnings, whatever its ending. Glossaries name
# the words; a verb or a prefix that comes of the same word counts.
ORDER = ("en", "tr", "ar", "uk", "ru", "pl", "ro", "bg")
STEMS = {
    r"Codes?": ("code", "kod", "رمز|رموز", "код", "код", "kod", "cod", "код"),
    r"Teams?": ("team", "eki[pb]", "فريق", "команд", "команд", "zesp", "echip", "екип"),
    r"Meldung(?:en)?": ("report", "bildirim", "بلاغ", "звернен", "обращени", "zgłosze", "sesiz", "сигнал"),
    r"vertraust": ("trust", "güven", "ثق", "довіря", "доверя", "ufasz", "încredere", "доверие"),
    r"Gefahr": ("danger", "tehlike", "خطر", "небезпе", "опасн", "niebezpiecz", "pericol", "опасн"),
    r"Zettel[ns]?": ("slip", "kâğı", "ورق|أوراق", "запис[оц]?к|записці", "запис[оц]?к", "kart[cek]", "bilet", "бележк"),
    r"Kastens?": ("box", "kutu", "صندوق", "скринь", "ящик", "skrzyn", "cuti", "кути"),
    r"Schulleitung": ("head teacher", "müdür", "إدارة", "дирекці", "дирекци", "dyrekcj", "conducer", "ръководство"),
    r"Stelle der Stadt": (
        "city office", "belediye", "مكتب المدينة", r"міськ\w+ служб", r"городск\w+ служб", r"placówk\w* miejsk",
        r"serviciu\w* (?:al )?orașului", "служб",
    ),
    r"gemein": ("mean", "kötü", "سوء|سيئ|يسيء", "кривд", "обиж", "dokucz", "urât", "лошо"),
    r"Ferien": ("holiday", "tatil", "عطل", "канікул", "каникул", "feri|wakacj", "vacanț", "ваканци"),
    r"Vertretung": ("stand.in", "yedek", "ينوب|نائب", "замін", "замен", "zastęp", "locul", "замест"),
    r"(?:ge)?lösch(?:en|t|st)": ("delet", "sil", "حذف", "видал", "удал", "usu", "șter", "изтри"),
    r"Ansprechperson(?:en)?": (
        "contact pe", "başvuru kişi", "يستمع", "можна звернутися", "можно обратиться", "można się zwrócić",
        r"persoan\w+ de contact", "за контакт",
    ),
}  # fmt: skip
VOWELS = re.compile("[\u064b-\u0652]")  # a vowel sign may stand between two Arabic letters


def _said(language: Language) -> Iterator[tuple[str, str]]:
    for each in messages(read(language)):
        yield from zip(*((t,) if isinstance(t, str) else t for t in (each.id, each.string)), strict=False)


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_each_fixed_word_is_the_same_everywhere(language: Language) -> None:
    pairs = [(source, VOWELS.sub("", said)) for source, said in _said(language)]
    for german, stems in STEMS.items():
        stem = re.compile(stems[ORDER.index(language.code)], re.IGNORECASE)
        found = [(source, said) for source, said in pairs if re.search(rf"\b{german}\b", source)]
        assert found, german
        assert [each for each in found if not stem.search(each[1])] == [], german


# Names in the menus of a browser: they stand in quotation marks too, and are not ours.
BROWSERS = {"Verlauf", "Löschen"}


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_a_name_in_quotation_marks_is_the_name_that_stands_on_the_page(language: Language) -> None:
    pairs = list(_said(language))
    labels = {source.rstrip(".?!"): said.rstrip(".?!؟") for source, said in pairs}
    quoted = [
        (name, source, said)
        for source, said in pairs
        for name in re.findall("„([^“]+?)[.?!]?“", source)
        if name in labels and name not in BROWSERS
    ]
    assert len(quoted) > 25
    assert [each for each in quoted if labels[each[0]] not in each[2]] == []


def test_the_posters_lines_in_other_languages_say_what_the_poster_in_each_says() -> None:
    known = {one.code: (one.asked, one.more) for one in LANGUAGES}
    poster = sheet_words.POSTER
    for language in TRANSLATED:
        said = texts_of(language).spoken.gettext
        assert known[language.code] == (f"{said(poster.frage)} {said(poster.schreib)}", language.invitation)
