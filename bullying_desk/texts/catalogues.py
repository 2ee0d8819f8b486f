"""The languages of the public pages, and the catalogue of each: what is translated, and what is still missing.

A catalogue is `translations/<code>/LC_MESSAGES/public.po`. It holds only what pupils, parents and visitors read; the
pages of staff are German. It is read at the start from its source, so there is no second file that could be stale.
"""

from __future__ import annotations

import gettext
import re
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
    note: str = ""  # what every page in it says about itself

    @property
    def locale(self) -> str:
        """The name by which Babel knows it, for dates, numbers and lists."""
        return self.code.partition("-")[0]

    @property
    def is_german(self) -> bool:
        """Whether it is German, in Leichte Sprache or not."""
        return self.locale == SOURCE

    @property
    def direction(self) -> str:
        """The value of HTML's `dir`."""
        return "rtl" if self.right_to_left else "ltr"

    @property
    def path(self) -> Path:
        """The catalogue."""
        return FOLDER / self.code / "LC_MESSAGES" / "public.po"


GERMAN: Final = Language(SOURCE, "Deutsch", "Du kannst in deiner Sprache schreiben.")
# German in Leichte Sprache (rules: DIN SPEC 33429). Its catalogue holds only the sentences that are said otherwise; all
# others are easy enough as they are. "simple" is a variant of BCP 47. REVIEW: DIN SPEC 33429 lets a text be called so
# only after people with learning difficulties have checked it; until then name and note say that it is a draft.
EASY: Final = Language(
    "de-simple",
    "Leichte Sprache (Entwurf)",
    "Du kannst so schreiben, wie du willst.",
    note="Das ist ein Entwurf in Leichter Sprache. Noch keine Prüf-Gruppe hat ihn geprüft.",
)
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
        return Catalog(language.locale, project="bullying-desk", version="public", charset="utf-8", fuzzy=False)
    with language.path.open("rb") as file:
        return read_po(file, locale=language.locale)


@cache
def texts_of(language: Language) -> Texts:
    """Return the catalogue of a language, read once."""
    if language == GERMAN:
        return Texts(GERMAN, gettext.NullTranslations(), {}, dict.fromkeys(Part, 1))
    if language == EASY:
        return Texts(EASY, LineByLine(_compiled_file(read(EASY))), {}, dict.fromkeys(Part, 1))
    return compiled(language, read(language))


def compiled(language: Language, catalogue: Catalog) -> Texts:
    """Return a catalogue as the program uses it."""
    missing, counted = dict.fromkeys(Part, 0), dict.fromkeys(Part, 0)
    for message in messages(catalogue):
        part = part_of(message)
        counted[part] += 1
        missing[part] += not is_translated(message)
    return Texts(language, gettext.GNUTranslations(_compiled_file(catalogue)), missing, counted)


def _compiled_file(catalogue: Catalog) -> BytesIO:
    file = BytesIO()
    write_mo(file, catalogue)
    return BytesIO(file.getvalue())


_NEXT_SENTENCE: Final = re.compile(r"(?<=\D[.!?]) (?=[A-ZÄÖÜ„%])")
_AT_ITS_END: Final = re.compile(r"[.!?]$")


class LineByLine(gettext.GNUTranslations):
    """Says each sentence in a line of its own; the style sheet keeps the lines. What is not in it stays German."""

    def gettext(self, message: str) -> str:
        """Return one text."""
        return _lines(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return a text with a number."""
        return _lines(super().ngettext(msgid1, msgid2, n))


def _lines(text: str) -> str:
    """Put each sentence into a line; what may follow on the page begins the next one."""
    return _NEXT_SENTENCE.sub("\n", text) + ("\n" if _AT_ITS_END.search(text) else "")
