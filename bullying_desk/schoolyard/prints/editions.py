"""Which prints may be on a school's walls, and whether they are still true (decision D60)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.schools.models import PrintEdition, School
from bullying_desk.schools.places import BY_NUMBER
from bullying_desk.schoolyard.prints import week_prints
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.schoolyard.prints.facts import Facts, gather
from bullying_desk.schoolyard.prints.kit import PLACES, PRINTS, TEXT_BLOCK, shares
from bullying_desk.schoolyard.prints.lettering import Value
from bullying_desk.schoolyard.roster import roster_week
from bullying_desk.schoolyard.roster.roster_week import RosterWeek
from bullying_desk.texts.catalogues import GERMAN
from bullying_desk.web.language import _, language_name

TITLES = {**{wish: made.title for wish, made in PRINTS.items()}, TEXT_BLOCK: _("Textbaustein")}
NOTICE, INSIDE = "week", "inside"
WEEKS = {NOTICE: _("Aushang der Woche ab %(day)s"), INSIDE: _("Dienste für drinnen, Woche ab %(day)s")}
_A_WEEK = re.compile(r"(week|inside)-(\d{6})")
_A_PLACE = re.compile(r"place-(\d)")
_A_LANGUAGE = re.compile(r"([\w-]+)-([a-z]{2})")
_SCHOOL_WEEK = timedelta(days=4)
_DATED = frozenset({"stand"})  # differs each day and is no news


@dataclass(frozen=True, slots=True)
class Hung:
    """One edition of one print. `true` while a print of today would say the same, `over` once its week is past."""

    id: int
    title: str
    made_on: date
    true: bool
    over: bool = False


def marks_of(facts: Facts, wishes: Iterable[str], codes: Iterable[str] = (GERMAN.code,)) -> dict[str, str]:
    """Return the prints of some orders, each with the hash of its facts: one for each language and kind of places.

    `facts` are the German ones: whatever makes a German print untrue makes the others untrue.
    """
    return {
        what if code == GERMAN.code else f"{what}-{code}": said
        for code, some in shares(codes, wishes).items()
        for what, said in _marks(facts, some).items()
    }


def _marks(facts: Facts, wanted: list[str]) -> dict[str, str]:
    found = {wish: _said_by(facts, wish) for wish in wanted if wish in TITLES}
    return found | (
        {f"place-{number}": _on_stickers(facts, number) for number in facts.places} if PLACES in wanted else {}
    )


def note(session: Session, school_id: int, day: date, marks: Mapping[str, str]) -> None:
    """Note which prints were made. The same print of the same day is one edition, also by two submits at once."""
    for what, said in marks.items():
        query = select(PrintEdition).where(
            PrintEdition.school_id == school_id, PrintEdition.what == what, PrintEdition.made_on == day
        )
        found = session.scalars(query).one_or_none()
        if found is not None:
            found.said = said
            continue
        try:
            with session.begin_nested():
                session.add(PrintEdition(school_id=school_id, what=what, made_on=day, said=said))
                session.flush()
        except IntegrityError:
            continue  # another request has just noted it
    session.flush()


def marks_of_week(session: Session, said: Facts, week: RosterWeek, kind: str) -> dict[str, str]:
    """Return the mark of a week's print, as it is before it is printed."""
    return {f"{kind}-{week.monday:%y%m%d}": _on_week(session, said, week, kind)}


def clear_weeks(session: Session, school_id: int, kind: str, today: date) -> None:
    """Delete past weeks: a new week's print replaces the one before on the wall."""
    for each in session.scalars(select(PrintEdition).where(PrintEdition.school_id == school_id)):
        monday = _monday_of(each.what, kind)
        if monday is not None and monday + _SCHOOL_WEEK < today:
            session.delete(each)
    session.flush()


def hung(session: Session, school: School, facts: Facts) -> list[Hung]:
    """Return the editions that may be on the walls, untrue ones first."""
    query = select(PrintEdition).where(PrintEdition.school_id == school.id)
    found = [one for each in session.scalars(query) if (one := _hung(session, school, facts, each)) is not None]
    return sorted(found, key=lambda each: (each.true, each.title, each.made_on, each.id))


def hung_now(session: Session, school: School, service: str, base_url: str, today: date) -> list[Hung]:
    """Return the same, compared with today's facts; none where the service has no address for prints yet."""
    try:
        said = gather(session, school, service, base_url, today)
    except AddressMissing:
        return []
    return hung(session, school, said)


def take_down(session: Session, school_id: int, edition_id: int) -> None:
    """Note that an edition is no longer on a wall; one of another school stays."""
    session.execute(delete(PrintEdition).where(PrintEdition.id == edition_id, PrintEdition.school_id == school_id))


def _hung(session: Session, school: School, facts: Facts, each: PrintEdition) -> Hung | None:
    foreign = _A_LANGUAGE.fullmatch(each.what)
    what, tongue = (foreign[1], f" ({language_name(foreign[2])})") if foreign else (each.what, "")
    if what in TITLES:
        return Hung(each.id, _(TITLES[what]) + tongue, each.made_on, each.said == _said_by(facts, what))
    if place := _A_PLACE.fullmatch(what):
        number = int(place[1])
        title = _("Aufkleber: %(kind)s") % {"kind": _(BY_NUMBER[number].label)} + tongue
        return Hung(each.id, title, each.made_on, each.said == _on_stickers(facts, number))
    for kind, words in WEEKS.items():
        if monday := _monday_of(each.what, kind):
            title, over = _(words) % {"day": f"{monday:%d.%m.%Y}"}, monday + _SCHOOL_WEEK < facts.edition
            week = roster_week.roster_week(session, school, monday)
            return Hung(
                each.id, title, each.made_on, not over and each.said == _on_week(session, facts, week, kind), over
            )
    return None


def _monday_of(what: str, kind: str) -> date | None:
    found = _A_WEEK.fullmatch(what)
    if found is None or found[1] != kind:
        return None
    year, month, day = (int(found[2][start : start + 2]) for start in (0, 2, 4))
    return date(2000 + year, month, day)


def _said_by(facts: Facts, wish: str) -> str:
    """Return a hash of a print's facts. A change of its layout changes nothing, a new room or name does."""
    if wish == TEXT_BLOCK:
        return _mark({name: facts.values[name] for name in ("schule", "dienst", "adresse")})
    return _mark(_told(facts, PRINTS[wish].sheet))


def _on_stickers(facts: Facts, number: int) -> str:
    """Stickers of a kind that was switched off lead past it: they are no longer true."""
    return _mark({**_told(facts, "stickers"), "art": number if number in facts.places else 0})


def _on_week(session: Session, facts: Facts, week: RosterWeek, kind: str) -> str:
    """The names of pupils that were typed for a print are no part of it: nothing of them is kept, not even a mark."""
    days = week_prints.notice_days(session, facts, week) if kind == NOTICE else week_prints.inside_days(week, {})
    return _mark({**_told(facts, "week"), "tage": days})


def _told(facts: Facts, sheet: str) -> dict[str, Value]:
    folder = files("bullying_desk.schoolyard") / "sheets"
    text = "".join((folder / f"{name}.typ").read_text("utf-8") for name in ("common", sheet))
    words = set(re.findall(r"[a-z_]+", text))
    return {name: value for name, value in facts.values.items() if name in words and name not in _DATED}


def _mark(told: Mapping[str, Value]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
