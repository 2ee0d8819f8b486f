"""The facts on a school's prints: its address, who is there when (names only with their own yes), who helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from bullying_desk.guidance.help_lines import HelpLine, help_lines
from bullying_desk.guidance.other_languages import LANGUAGES
from bullying_desk.schools import places
from bullying_desk.schools.models import School
from bullying_desk.schools.presence import Board, Presence
from bullying_desk.schools.team import OfficeTime, office_hours, public_team
from bullying_desk.schoolyard.prints import sheet_words
from bullying_desk.schoolyard.prints.addresses import AddressMissing, QrCode, ShortAddress, qr_code, short_address
from bullying_desk.schoolyard.prints.lettering import Value
from bullying_desk.texts.catalogues import GERMAN, Language
from bullying_desk.web.language import PARAMETER, _, speech

CHILD_LINE: Final = "telefonseelsorge"  # paper hangs at night too: it names who answers around the clock
DAYS: Final = (_("Montag"), _("Dienstag"), _("Mittwoch"), _("Donnerstag"), _("Freitag"))


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one school's prints: `scanned` for the code, `values` by the names that the sheets know.

    `language`: what the values are written in. `places`: numbers of the kinds of places that the school switched on.
    """

    key: str
    edition: date
    scanned: str
    values: Mapping[str, Value]
    places: tuple[int, ...] = ()
    language: Language = GERMAN


def gather(session: Session, school: School, service: str, base_url: str, today: date) -> Facts:
    """Return the facts for a school's prints on `today`, in the language that is spoken now.

    Raises AddressMissing where the service has no address.
    """
    language = speech().spoken
    short = short_address(base_url, school.key, query_of(language))
    line = help_lines().by_id(CHILD_LINE)
    faces = public_team(session, school.id, today)
    said: dict[str, Value] = {
        "schule": school.shown_name,
        "dienst": service,
        "adresse": short.typed,
        "schluessel": school.key,
        "stand": _("Stand: %(day)s") % {"day": f"{today:%d.%m.%Y}"},
        "nummer": line.number,
        "nummer_name": line.name,
        "nummer_zeiten": _(line.hours),
        "nummer_kosten": _(line.cost),
        "sprachen": _other_languages(language),
        "schilder": _signs(session, school, today),
        "namen": [{"wer": face.label, "aufgabe": face.shown_function if face.shown_name else ""} for face in faces],
        "hilfe_team": [_line(each) for each in help_lines().more_for("staff")],
        "hilfe_eltern": [_line(each) for each in help_lines().more_for("parents")],
    }
    kinds = tuple(kind.number for kind in places.switched_on(session, school.id))
    return Facts(school.key, today, short.scanned, said, kinds, language)


def query_of(language: Language) -> str:
    """Return what leads a printed address to the pages in a language; nothing for German."""
    return "" if language == GERMAN else f"?{PARAMETER}={language.code}"


def _other_languages(own: Language) -> list[Value]:
    """Return the poster's question in every language but its own."""
    others: list[Value] = [
        {"code": one.code, "name": one.name, "satz": one.asked, "richtung": one.direction}
        for one in LANGUAGES
        if one.code != own.code
    ]
    poster = sheet_words.POSTER
    german = {"code": "de", "name": GERMAN.name, "satz": f"{poster.frage} {poster.schreib}", "richtung": "ltr"}
    return others if own == GERMAN else [german, *others]


def _line(line: HelpLine) -> Value:
    return {"name": line.name, "nummer": line.number or line.web, "zeiten": _(line.hours)}


def _signs(session: Session, school: School, today: date) -> list[Value]:
    """Return the door signs: one for each person with hours, one for the team's own hours, else one with the code."""
    week = [time for times in office_hours(session, school.id).values() for time in times]
    faces = {face.seat_id: face for face in public_team(session, school.id, today)}
    signs: list[Value] = []
    for seat_id, face in faces.items():
        times = [time for time in week if time.seat_id == seat_id]
        if times:
            role = face.shown_function if face.shown_name else ""
            signs.append(_sign(face.label, role, face.languages, _("Hier bin ich für dich da:"), times))
    of_all = [time for time in week if time.seat_id is None]
    if of_all or not signs:
        signs.append(_sign(_("Das Team"), "", "", _("Hier sind wir für dich da:") if of_all else "", of_all))
    return signs


def _sign(who: str, role: str, languages: str, greeting: str, times: list[OfficeTime]) -> Value:
    lines = [{"tag": _(DAYS[time.weekday]), "von": time.starts, "bis": time.ends, "raum": time.room} for time in times]
    return {"wer": who, "aufgabe": role, "sprachen": languages, "anrede": greeting, "zeiten": lines}


# The screen in the foyer: six people at a time in large type, readable at four metres.


PEOPLE: Final = 6  # fill a screen of 1,920 × 1,080 px; more go to a second one
_ALONE, _IN_TURN = 60, 20  # seconds until the screen asks again


@dataclass(frozen=True, slots=True)
class WallSheet:
    """One screen; `following` is the number of the next sheet, from 1."""

    board: Board
    people: tuple[Presence, ...]
    page: int
    pages: int

    @property
    def following(self) -> int:
        """The sheet after this one; after the last comes the first."""
        return self.page % self.pages + 1

    @property
    def seconds(self) -> int:
        """How long the sheet stays."""
        return _ALONE if self.pages == 1 else _IN_TURN


def sheet(board: Board, page: str) -> WallSheet:
    """Return one sheet of a board; a page that is no number, or is not there, is the first."""
    pages = max(-(-len(board.people) // PEOPLE), 1)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 3 else 1
    number = number if 1 <= number <= pages else 1
    return WallSheet(board, board.people[(number - 1) * PEOPLE : number * PEOPLE], number, pages)


def address(base_url: str, key: str) -> tuple[ShortAddress, QrCode] | None:
    """Return the school's short address with its code, or None where the service has no address yet."""
    try:
        short = short_address(base_url, key)
    except AddressMissing:
        return None
    return short, qr_code(short.scanned)
