"""The languages of the public pages, and the catalogue of each: what is translated, and what is still missing.

A catalogue is `translations/<code>/LC_MESSAGES/public.po`. It holds only what pupils, parents and visitors read; the
pages of staff are German. It is read at the start from its source, so there is no second file that could be stale.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parent.parent / "translations"
SOURCE: Final = "de"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code (BCP 47), its name in itself, and its direction."""

    code: str
    name: str
    invitation: str  # „Du kannst in deiner Sprache schreiben.“ The first page says it in every language.
    right_to_left: bool = False

    @property
    def locale(self) -> str:
        """The name by which Babel knows it, for dates, numbers and lists."""
        return self.code.partition("-")[0]

    @property
    def direction(self) -> str:
        """The value of HTML's `dir`."""
        return "rtl" if self.right_to_left else "ltr"

    @property
    def path(self) -> Path:
        """The catalogue."""
        return FOLDER / self.code / "LC_MESSAGES" / "public.po"


GERMAN: Final = Language(SOURCE, "Deutsch", "Du kannst in deiner Sprache schreiben.")
# REVIEW: no native reader has seen these sentences.
TRANSLATED: Final = (
    Language("en", "English", "You can write in your own language."),
    Language("tr", "Türkçe", "Kendi dilinde yazabilirsin."),
    Language("ar", "العربية", "يمكنك الكتابة بلغتك.", right_to_left=True),
    Language("uk", "Українська", "Ти можеш писати своєю мовою."),
    Language("ru", "Русский", "Ты можешь писать на своём языке."),
    Language("pl", "Polski", "Możesz pisać w swoim języku."),
    Language("ro", "Română", "Poți scrie în limba ta."),
    Language("bg", "Български", "Можеш да пишеш на своя език."),
)


class Part(Enum):
    """The parts of a catalogue. The value is the comment that marks a message in it."""

    JOURNEY = "part 1: the way of a report, help, errors"
    AROUND = "part 2: pages around it"
    PRINTS = "part 3: prints"


@dataclass(frozen=True)
class Texts:
    """The catalogue of one language as the program uses it. `missing` counts what is not translated, by part."""

    language: Language
    spoken: gettext.NullTranslations
    missing: dict[Part, int]
    counted: dict[Part, int]

    @property
    def offered(self) -> bool:
        """Whether the language is offered: everything of the way of a report is translated, to the last sentence."""
        return self.speaks(Part.JOURNEY)

    def speaks(self, part: Part) -> bool:
        """Whether everything of a part is translated. A page is in one language, never half in German."""
        return self.counted.get(part, 0) > 0 and not self.missing.get(part, 0)


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its head."""
    return (each for each in catalogue if each.id)


def part_of(message: Message) -> Part:
    """Return the part that a message is marked with."""
    marks = set(message.auto_comments)
    return next((part for part in Part if part.value in marks), Part.JOURNEY)


def is_translated(message: Message) -> bool:
    """Whether a message has all its forms, and nobody has marked it as uncertain."""
    said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return not message.fuzzy and bool(said) and all(said)


def read(language: Language) -> Catalog:
    """Read the source of a catalogue; an empty one where there is none yet."""
    if not language.path.is_file():
        return Catalog(language.code, project="bullying-desk", version="public", charset="utf-8", fuzzy=False)
    with language.path.open("rb") as file:
        return read_po(file, locale=language.code)


@cache
def texts_of(language: Language) -> Texts:
    """Return the catalogue of a language, read once."""
    if language == GERMAN:
        return Texts(GERMAN, gettext.NullTranslations(), {}, dict.fromkeys(Part, 1))
    return compiled(language, read(language))


def compiled(language: Language, catalogue: Catalog) -> Texts:
    """Return a catalogue as the program uses it."""
    missing, counted = dict.fromkeys(Part, 0), dict.fromkeys(Part, 0)
    for message in messages(catalogue):
        part = part_of(message)
        counted[part] += 1
        missing[part] += not is_translated(message)
    file = BytesIO()
    write_mo(file, catalogue)
    return Texts(language, gettext.GNUTranslations(BytesIO(file.getvalue())), missing, counted)
