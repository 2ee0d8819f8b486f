"""Words with a picture and in eight more languages, for children who learn German: one sheet of each lesson.

A sheet may also show such a picture large, as `![](bild-stopp.svg)`: for children who do not read yet.
The drawings stand as shapes in `picture_words.yml`, so that a new word is one entry and not one more file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from bullying_desk.lessons.drawing.figures import stature_of
from bullying_desk.lessons.drawing.scenes import SCENE, scene_drawing, scenes
from bullying_desk.lessons.format.blocks import (
    Block,
    Break,
    Card,
    Cards,
    Figure,
    Foreign,
    Inline,
    Paragraph,
    Text,
    walk,
)
from bullying_desk.lessons.format.model import Lesson, Picture, Sheet
from bullying_desk.lessons.format.vocabulary import AUTHOR

#: File names of these pictures begin so; no lesson has a file of its own with such a name.
PREFIX: Final = "wort-"
#: File names of the same pictures, large, on a sheet of a lesson.
LARGE: Final = "bild-"
_LARGE_WIDTH: Final = 4.6  # centimetres
_SCENE_WIDTH: Final = 7.0
SHEET: Final = "woerter"
LANGUAGES: Final = ("en", "tr", "ar", "uk", "ru", "pl", "ro", "bg")
_COLUMNS: Final = 2
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" fill="none" stroke="#22304f" stroke-width="4" '
    'stroke-linecap="round" stroke-linejoin="round">{}</svg>'
)


@dataclass(frozen=True, slots=True)
class PictureWord:
    """One word: as it stands on the card, what its picture shows, and the word in eight languages."""

    key: str
    word: str
    alt: str
    say: tuple[tuple[str, str], ...]
    draw: str

    @property
    def file(self) -> str:
        """The name of its picture."""
        return f"{PREFIX}{self.key}.svg"


@lru_cache(maxsize=1)
def picture_words() -> dict[str, PictureWord]:
    """Return all words, by key."""
    rows = yaml.safe_load(files("bullying_desk.lessons").joinpath("picture_words.yml").read_text("utf-8"))
    return {key: _word(key, row) for key, row in rows.items()}


def _word(key: str, row: dict[str, Any]) -> PictureWord:
    return PictureWord(key, row["word"], row["alt"], tuple((name, row["say"][name]) for name in LANGUAGES), row["draw"])


def with_scene(lesson: Lesson) -> Lesson:
    """Return a lesson with its scene, if one is drawn for it."""
    scene = scenes().get(lesson.id)
    if scene is None:
        return lesson
    picture = Picture(SCENE, scene.alt, AUTHOR, lesson.licence, _SCENE_WIDTH)
    return replace(lesson, made_pictures=(*lesson.made_pictures, picture))


def with_word_sheet(lesson: Lesson) -> Lesson:
    """Return a lesson with the sheet of its picture words, and the pictures for it."""
    lesson = replace(lesson, made_pictures=(*lesson.made_pictures, *_large_pictures(lesson)))
    words = [picture_words()[key] for key in lesson.word_keys if key in picture_words()]
    if not words:
        return lesson
    sheet = Sheet(SHEET, "Wörter mit Bild", "karten", "Gruppe", _blocks(words), named=False)
    pictures = tuple(Picture(word.file, word.alt, AUTHOR, lesson.licence, 2.6) for word in words)
    made = (*lesson.made_pictures, *pictures)
    return replace(lesson, made_sheets=(*lesson.made_sheets, sheet), made_pictures=made)


def _large_pictures(lesson: Lesson) -> tuple[Picture, ...]:
    """Return the pictures of words that the lesson's sheets show large; an unknown one stays out, and is noticed."""
    sheets = [sheet for sheet in (*lesson.sheets, lesson.solution, lesson.letter) if sheet is not None]
    files = [block.file for sheet in sheets for block in walk(sheet.blocks) if isinstance(block, Figure)]
    named = [(file, _word_of(file)) for file in dict.fromkeys(files) if file.startswith(LARGE)]
    return tuple(
        Picture(file, word.alt, AUTHOR, lesson.licence, _LARGE_WIDTH) for file, word in named if word is not None
    )


def _word_of(file: str) -> PictureWord | None:
    """Return the word a file name means (`wort-stopp.svg`, `bild-stopp.svg`), None where it is another file."""
    for prefix in (PREFIX, LARGE):
        if file.startswith(prefix):
            return picture_words().get(file.removeprefix(prefix).removesuffix(".svg"))
    return None


def _blocks(words: Iterable[PictureWord]) -> tuple[Block, ...]:
    about = Paragraph((Text("Hängt die Karten auf. Sprecht die Wörter in euren Sprachen."),), 1)
    return (about, Cards(_COLUMNS, tuple(_card(word) for word in words), 1))


def _card(word: PictureWord) -> Card:
    said: list[Inline] = []
    for number, (language, text) in enumerate(word.say):
        if number:
            said.append(Break() if number == len(word.say) // 2 else Text(" · "))
        said.append(Foreign(language, text))
    return Card(word.word, (Figure(word.file, "", 1), Paragraph(tuple(said), 1)))


def drawing(lesson: Lesson, file: str) -> str:
    """Return a picture of a lesson as SVG: its scene, a word's shapes, small or large, or the lesson's own file.

    Raises OSError where the lesson's folder has no such file.
    """
    if file == SCENE and lesson.scene is not None:
        return scene_drawing(lesson.id, stature_of(lesson.grades))
    word = _word_of(file)
    if word is not None:
        return _SVG.format(word.draw)
    return (lesson.folder / file).read_text("utf-8")
