"""The words of prints, which the sheets get as values. They are in sheet_words.yml; the sheets name them in German."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Final

from bullying_desk.schoolyard.prints.lettering import Value
from bullying_desk.texts import Spoken, Text, TextFile
from bullying_desk.web.language import _


@dataclass(frozen=True, slots=True)
class Titles:
    """What the prints are called, and what a code says to a screen reader."""

    poster: Text
    door: Text
    stickers: Text
    cards: Text
    badges: Text
    parents: Text
    slips: Text
    qr_text: Annotated[str, Spoken.of("address")]


@dataclass(frozen=True, slots=True)
class SlipWords:
    """A slip for the box."""

    zu_oben: Text
    zu_unten: Text
    so_geht: Text
    schritte: tuple[Text, ...]
    innen: Text
    zurueck: Text
    zahlen: Text
    wann: Text
    kein_netz: Text
    sage_was: Text
    namenlos: Text
    wem: Text
    mir: Text
    anderen: Text
    gefahr: Text
    ja: Text
    nein: Text
    gefahr_sofort: Text
    gesagt: Text
    nicht_lesen: Text
    kasten: Text
    nummer: Text
    blatt: Text


@dataclass(frozen=True, slots=True)
class PosterWords:
    """The poster."""

    frage: Text
    schreib: Text
    zuhoeren: Text
    scanne: Text
    kein_handy: Text


@dataclass(frozen=True, slots=True)
class DoorWords:
    """The sign of a door, and the week."""

    spricht: Text
    uhr: Text
    niemand_da: Text


@dataclass(frozen=True, slots=True)
class StickerWords:
    """Stickers."""

    zuhoeren: Text
    kein_handy: Text
    telefon: Text


@dataclass(frozen=True, slots=True)
class CardWords:
    """Cards, and badges."""

    telefon: Text


@dataclass(frozen=True, slots=True)
class ParentWords:
    """The sheet for parents."""

    titel: Text
    anfang: Text
    erreichen: Text
    scannen: Text
    tuer: Text
    dann: Text
    schritte: tuple[Text, ...]
    hilft: Text
    rat: tuple[Text, ...]
    noch: Text
    gefahr: Text


@dataclass(frozen=True, slots=True)
class StaffStep:
    """One step of the sheet for staff, in a word and in full."""

    kurz: Text
    lang: Text


@dataclass(frozen=True, slots=True)
class StaffWords:
    """The sheet for staff."""

    titel: Text
    schritte: tuple[StaffStep, ...]
    schadet: Text
    nicht: tuple[Text, ...]
    sofort: Text
    gefahr: Text
    team: Text
    karten: Text


@dataclass(frozen=True, slots=True)
class TextBlockPart:
    """One part of the text block for a school's protection concept."""

    title: Text
    paragraphs: tuple[Annotated[str, Spoken.some_of("school", "address", "team", "line", "number")], ...]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The file: the words of every print."""

    titles: Titles
    slips: SlipWords
    poster: PosterWords
    door: DoorWords
    stickers: StickerWords
    cards: CardWords
    parents: ParentWords
    staff: StaffWords
    text_block: tuple[TextBlockPart, ...]


FILE: Final = TextFile(__file__, SheetWords)
_CONTENT: Final = FILE.read()
TEXT_BLOCK: Final = _CONTENT.text_block
POSTER: Final = _CONTENT.poster
TITLES: Final = _CONTENT.titles
SHEETS: Final[dict[str, object]] = {
    **{
        field.name: getattr(_CONTENT, field.name)
        for field in fields(_CONTENT)
        if field.name not in {"titles", "text_block"}
    },
    "badges": _CONTENT.cards,
    "week": _CONTENT.door,
}


def words_of(sheet: str) -> dict[str, Value]:
    """Return the words of one sheet as the values it reads, translated; nothing for a sheet without words."""
    return _values(SHEETS[sheet]) if sheet in SHEETS else {}


def _values(words: object) -> dict[str, Value]:
    if not is_dataclass(words):
        raise TypeError("the words of a sheet are a dataclass")
    return {field.name: _value(getattr(words, field.name)) for field in fields(words)}


def _value(words: object) -> Value:
    if isinstance(words, str):
        return _(words)
    return [_value(each) for each in words] if isinstance(words, tuple) else _values(words)
