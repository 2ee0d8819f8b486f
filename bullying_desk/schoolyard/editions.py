"""Which prints may hang in a school, and whether they still say what is true."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.schools.yard_models import PrintEdition
from bullying_desk.schoolyard.facts import Facts
from bullying_desk.schoolyard.kit import PRINTS, TEXT_BLOCK

TITLES = {**{wish: made.title for wish, made in PRINTS.items()}, TEXT_BLOCK: "Textbaustein"}
_DATED = frozenset({"stand"})  # differs each day and says nothing new


@dataclass(frozen=True, slots=True)
class Hung:
    """One edition of one print; `true` while it says what a print of today would say."""

    id: int
    title: str
    made_on: date
    true: bool


def said_by(facts: Facts, wish: str) -> str:
    """Return a mark of the facts a print tells. A change of its layout changes nothing, a new room or name does."""
    if wish == TEXT_BLOCK:
        told = {name: facts.values[name] for name in ("schule", "dienst", "adresse")}
    else:
        names = ("common", PRINTS[wish].sheet)
        sheet = "".join(
            (files("bullying_desk.schoolyard") / "sheets" / f"{name}.typ").read_text("utf-8") for name in names
        )
        words = set(re.findall(r"[a-z_]+", sheet))
        told = {name: value for name, value in facts.values.items() if name in words and name not in _DATED}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def note(session: Session, school_id: int, facts: Facts, wishes: Iterable[str]) -> None:
    """Put down which prints were made; the same print of the same day is one edition.

    Stickers of places are left out: they say an address and a code, which stay.
    """
    for wish in (each for each in dict.fromkeys(wishes) if each in TITLES):
        query = select(PrintEdition).where(
            PrintEdition.school_id == school_id, PrintEdition.what == wish, PrintEdition.made_on == facts.edition
        )
        found, said = session.scalars(query).one_or_none(), said_by(facts, wish)
        if found is None:
            session.add(PrintEdition(school_id=school_id, what=wish, made_on=facts.edition, said=said))
        else:
            found.said = said
    session.flush()


def hung(session: Session, school_id: int, facts: Facts) -> list[Hung]:
    """Return the editions that may hang, the untrue ones first."""
    query = select(PrintEdition).where(PrintEdition.school_id == school_id)
    known = [each for each in session.scalars(query) if each.what in TITLES]
    found = [Hung(each.id, TITLES[each.what], each.made_on, each.said == said_by(facts, each.what)) for each in known]
    return sorted(found, key=lambda each: (each.true, each.title, each.made_on, each.id))


def take_down(session: Session, school_id: int, edition_id: int) -> None:
    """Put down that an edition hangs no longer; one of another school stays."""
    session.execute(delete(PrintEdition).where(PrintEdition.id == edition_id, PrintEdition.school_id == school_id))
