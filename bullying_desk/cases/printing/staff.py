"""Colleagues on paper: by what they do, not by name, so that no print makes a list of who said what to whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.cases.finding import FoundCase
from bullying_desk.cases.printing.blackening import name_words
from bullying_desk.reports.models import ReportGrant
from bullying_desk.schools.models import ContactFunction, Seat
from bullying_desk.web.language import _

_TITLES = (("Frau", "Fr."), ("Herr", "Herrn", "Hr."))
_WORDS = {
    ContactFunction.COUNSELLING_TEACHER: "Beratungslehrkraft",
    ContactFunction.SCHOOL_SOCIAL_WORKER: "Schulsozialarbeit",
    ContactFunction.TRUSTED_TEACHER: "Vertrauenslehrkraft",
}


@dataclass(frozen=True, slots=True)
class Called:
    """What stands for a name where it can only mean the colleague, and the words that merely go.

    A last name alone goes without a role: a pupil may bear it, too, and would be taken for the counsellor.
    """

    roles: dict[str, str]
    words: frozenset[str]


def called(session: Session, found: FoundCase) -> Called:
    """Return how everybody of the school, of the city, and whoever ever read the case is called on paper."""
    readers = select(ReportGrant.person_id).where(ReportGrant.report_id.in_([report.id for report in found.reports]))
    reading = set(session.scalars(readers))
    here = or_(Seat.school_id == found.case.school_id, Seat.school_id.is_(None), Seat.person_id.in_(readers))
    rows = session.execute(select(Seat, Person.name).join(Person, Person.id == Seat.person_id).where(here))
    seats: dict[int, tuple[Seat, str]] = {}
    for seat, name in sorted(rows, key=lambda row: (row[0].started_on, row[0].id)):
        seats.setdefault(seat.person_id, (seat, name))
    count, of = Counter[str](), Counter(_role(seat) for seat, _name in seats.values())
    roles: dict[str, str] = {}
    words: set[str] = set()
    for person, (seat, name) in seats.items():
        role = _role(seat)
        count[role] += 1
        shown = f"{role} {count[role]}" if of[role] > 1 else role
        parts = name_words(name)
        words |= set(parts if person in reading else parts[-1:])
        for spoken in _spoken(seat.shown_name, name, parts):
            roles.setdefault(spoken, shown)
    return Called(roles, frozenset(words))


def _role(seat: Seat) -> str:
    if seat.school_id is None:
        return _("Stelle der Stadt")
    if seat.role.value == "school_head":
        return _("Schulleitung")
    return _WORDS[seat.function] if seat.function else _("Ansprechperson")


def _spoken(shown: str, name: str, parts: list[str]) -> list[str]:
    """Return how people call a colleague without doubt: whole, or by title and last name."""
    whole = [each.strip() for each in (shown, name) if len(name_words(each)) > 1]
    first = shown.split()[0] if shown.split() else ""
    titles = next((forms for forms in _TITLES if first in forms), tuple(each for forms in _TITLES for each in forms))
    return [*whole, *(f"{title} {parts[-1]}" for title in titles if parts)]
