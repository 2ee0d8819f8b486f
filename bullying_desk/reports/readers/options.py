"""Whether a school takes reports today, the people a reporter there can choose from, and the sentences about them.

The sentences depend on the ticks, by the same rules as `routing.plan_readers`. A test files every combination of ticks
and compares the form's sentences with the written grants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from sqlalchemy.orm import Session

from bullying_desk.reports.readers import candidates
from bullying_desk.reports.readers.candidates import Candidate, Staff
from bullying_desk.reports.readers.explaining import names
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.web.language import _


class Openness(Enum):
    """What a school's page offers (principle P1)."""

    FULL = "the school's own team reads"
    CITY = "only the city's office reads, because the city has switched that on"
    SHUT = "a kind page with help lines"


def openness(school: School, today: date, *, reach_city: Callable[[], bool]) -> Openness:
    """Say whether a school takes reports: from the day it joined; a known or resting one only through the city.

    `reach_city` is asked where that matters: every page of a school comes by here.
    """
    if school.state is SchoolState.JOINED and school.joined_on is not None and school.joined_on <= today:
        return Openness.FULL
    has_pupils = school.state is not SchoolState.CLOSED and school.school_form.has_pupils
    return Openness.CITY if has_pupils and reach_city() else Openness.SHUT


def reader_options(session: Session, school: School, how: Openness, city_office: str) -> ReaderOptions:
    """Return the people a reporter of this school can choose from."""
    staff = candidates.staff_of(session, school.id)
    return ReaderOptions(staff if how is Openness.FULL else replace(staff, team=()), city_office)


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """Whom a reporter of this school can choose from, as the form and its page need it."""

    staff: Staff
    city_office: str

    @property
    def team(self) -> tuple[Candidate, ...]:
        """The school's contact persons."""
        return self.staff.team

    @property
    def city(self) -> bool:
        """Whether the city's office has anybody."""
        return bool(self.staff.city)

    @property
    def anybody(self) -> bool:
        """Whether there is anybody at all to seal to."""
        return self.city or bool(self.team)

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything of this that a page shows: two that are equal look the same."""
        return (self.city, self.city_office, *((one.seat_id, one.name, one.function) for one in self.team))

    @property
    def seats(self) -> list[tuple[str, str]]:
        """The team as choices of a field."""
        return [(str(one.seat_id), one.name) for one in self.team]

    def people(self, seats: list[str] | None) -> frozenset[int]:
        """Return the persons behind chosen seats."""
        return frozenset(one.person_id for one in self.team if str(one.seat_id) in (seats or ()))

    def names(self, people: frozenset[int]) -> str:
        """Return the names of some persons of the team as one phrase."""
        return names(one.name for one in self.team if one.person_id in people)

    @property
    def all_names(self) -> str:
        """The whole team as one phrase."""
        return names(one.name for one in self.team)

    @property
    def functions(self) -> dict[str, str]:
        """The function of each person at the school, by the value of their choice."""
        return {str(one.seat_id): one.function for one in self.team}


_PLACE = re.compile(r"(\[-?\w+\])")


@dataclass(frozen=True, slots=True)
class ReaderSentence:
    """A sentence about readers that is true while `when` holds (the rules of `doors.holds`).

    In `text`, "[wer]" is replaced by the names ticked in the field `wer`, "[-ohne]" by those not ticked in `ohne`.
    """

    when: str
    text: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """Return the places and the words between them, in order: (field, "") or ("", words)."""
        found = [piece for piece in _PLACE.split(self.text) if piece]
        return [(piece[1:-1], "") if _PLACE.fullmatch(piece) else ("", piece) for piece in found]


def reader_sentences(options: ReaderOptions, *, polite: bool, own: bool) -> list[ReaderSentence]:
    """Return the form's sentences about readers, each with the answers under which it is true.

    `own`: the reporter is affected as staff of the school (door 5): then an adult of the school is always meant.
    """
    said = [*([] if own else _of_team(options, polite)), *_of_city(options, polite), *_of_named(options, polite, own)]
    return [ReaderSentence(when, text) for when, text in said]


def plain_sentences(options: ReaderOptions, *, polite: bool, own: bool) -> list[str]:
    """Return the same for a page without scripts: each sentence names its choice."""
    city, found = options.city_office, []
    if options.team and not own:
        found.append(_("„Alle aus dem Team“: Das lesen %(names)s.") % {"names": options.all_names})
    if options.team:
        ticked = _("die Personen mit Ihrem Kreuz") if polite else _("die Personen mit deinem Kreuz")
        found.append(_("„Nur diese Personen“: Das lesen %(ticked)s.") % {"ticked": ticked})
    if options.team and options.city:
        found.append(_("Ist niemand davon da? Oder antwortet niemand? Dann liest: %(city)s.") % {"city": city})
        found.append(
            _("Es sei denn, Sie wählen dafür jemand anderen.") if polite else _("Außer du wählst dafür etwas anderes.")
        )
    if options.team and options.city and not own:
        found.append(_("Bleibt vom Team nur eine Person übrig? Dann liest auch: %(city)s.") % {"city": city})
    if options.city:
        where = _("An der Schule liest es dann niemand.") if polite else _("An deiner Schule liest es dann niemand.")
        reads = _("Jemand von außen: Das liest %(city)s.") % {"city": city}
        found.append(f"{reads} {where} {school_hears(polite=polite)}")
    return found


def _of_team(options: ReaderOptions, polite: bool) -> Iterator[tuple[str, str]]:
    count, city = len(options.team), options.city_office
    two, one = f"lesen=team;ohne<{count - 1}", f"lesen=team;ohne>{count - 2};ohne<{count}"
    yield two, _("Das lesen: [-ohne].")
    if not options.city:
        yield one, _("Das liest: [-ohne].")
        return
    yield two, _away(several=True) % city + " " + _("So machen wir es immer.")
    yield one, _("Das lesen: [-ohne] und %s.") % city
    yield f"lesen=team;ohne>{count - 1}", _("Das liest: %s.") % city
    two_read = _("Es sollen immer zwei Personen lesen können.") if polite else _("Immer 2 Menschen sollen es lesen.")
    yield f"lesen=team;ohne>{count - 2}", two_read


def _of_city(options: ReaderOptions, polite: bool) -> Iterator[tuple[str, str]]:
    yield "lesen=stadt", _("Das liest: %s.") % options.city_office
    if options.team:
        yield "lesen=stadt", _("An der Schule liest es niemand.") if polite else _("An deiner Schule liest es niemand.")
    yield "lesen=stadt", school_hears(polite=polite)


def school_hears(*, polite: bool) -> str:
    """Say when the school hears of a report that only the city's office reads (`cases.readers.sharing`)."""
    if polite:
        return _("Die Schule erfährt davon nur, wenn Sie Ja sagen oder jemand in großer Gefahr ist.")
    return _("Deine Schule erfährt nichts davon. Außer du sagst Ja. Oder jemand ist in großer Gefahr.")


def _of_named(options: ReaderOptions, polite: bool, own: bool) -> Iterator[tuple[str, str]]:
    one, more = "lesen=einzeln;wer>0;wer<2", "lesen=einzeln;wer>1"
    yield one, _("Das liest: [wer].")
    yield more, _("Das lesen: [wer].")
    chosen = _("Das haben Sie so gewählt.") if polite else _("Das hast du so gewählt.")
    for ticks, words in ((one, _away(several=False)), (more, _away(several=True))):
        if not own:
            yield (
                f"{ticks};vertretung={'|'.join(seat for seat, _n in options.seats)}",
                words % "[vertretung]" + f" {chosen}",
            )
        if options.city:
            yield f"{ticks};vertretung=stadt", f"{words % options.city_office} {chosen}"
            yield f"{ticks};vertretung!=*", words % options.city_office + " " + _("So machen wir es immer.")
        else:
            yield f"{ticks};vertretung!=*", _("Sonst liest es niemand.")
    waits = _("Ist niemand davon da, wartet Ihre Nachricht.") if polite else _("Ist niemand davon da? Dann wartet es.")
    yield f"{more};vertretung=warten", _("Sonst liest es niemand.") + " " + waits


def _away(*, several: bool) -> str:
    if several:
        return _("Nur falls niemand davon da ist oder antwortet, liest: %s.")
    return _("Nur falls die Person nicht da ist oder nicht antwortet, liest: %s.")
