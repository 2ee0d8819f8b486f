"""Daily life in the demonstration city: absences, the box, requests, colleagues who read along, the roster."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import case_retention
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.database import random_id
from bullying_desk.reports.models import Case, CaseStatus
from bullying_desk.retention import requests
from bullying_desk.retention.models import Art, Extension

if TYPE_CHECKING:
    from bullying_desk.commands import Desk
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import absences, duty
from bullying_desk.accounts.team.absences import Days
from bullying_desk.cases.models import OfferKind
from bullying_desk.cases.readers import read_along, sharing
from bullying_desk.cases.readers.sharing import SharingWish
from bullying_desk.clock import Clock
from bullying_desk.commands.demonstration.casework import cases_of
from bullying_desk.reports.offline import emptying, slips
from bullying_desk.schools import places
from bullying_desk.schools.models import School, Seat, SeatRole, SeatState
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import PaperSlip

if TYPE_CHECKING:
    from bullying_desk.commands import Desk
from collections.abc import Iterable
from datetime import date, time

from bullying_desk.schools import roster
from bullying_desk.schools.models import DutyKind, Tablet
from bullying_desk.schools.roster import DutyWish
from bullying_desk.schools.team import readable_seats, school_calendar


def fill_keeping(desk: Desk, people: dict[str, Invented]) -> None:
    """Put Selin's closed case on hold, and enter an open request and an extended one."""
    pepper_layer, now, today = desk.keys.pepper_layer, desk.clock.now(), desk.clock.today()
    selin, ruth = people["Selin"], people["Ruth"].person.id
    with desk.database.transaction() as session:
        closed = select(Case.id).where(Case.owner_id == selin.person.id, Case.status == CaseStatus.CLOSED)
        for case_id in session.scalars(closed.limit(1)).all():
            me = Counsellor(session, pepper_layer, selin.person.id, selin.key, now)
            case = find_case(me, case_id).case
            case_retention.hold(me, case, today + timedelta(days=120), "Die Schule klärt noch etwas. (Vorführung)")
        for art, ago, who in (
            (Art.ACCESS, 6, "Frau Beispiel, per Brief"),
            (Art.ERASURE, 40, "Herr Muster, per E-Mail"),
        ):
            entry = requests.Entry(random_id(), art, today - timedelta(days=ago))
            row = requests.enter(session, pepper_layer, entry, who, ruth, now)
            if ago > 30:
                requests.extend(session, row, Extension.COMPLEX, ruth, now)


# In the demonstration city one person is away next week, and the city's team has duty over the next holidays.


AWAY, STANDS_IN, ON_DUTY, COORDINATOR = "Paul", "Fatou", "Viktor", "Karin"


def fill_absences(session: Session, people: dict[str, Invented], clock: Clock) -> None:
    """Enter an absence as the person would, and duty as the city's coordinator would."""
    now, today = clock.now(), clock.today()
    away = people[AWAY].person.id
    seat = session.scalars(select(Seat).where(Seat.person_id == away, Seat.role == Role.CONTACT_PERSON)).one()
    days = Days(today + timedelta(days=7), today + timedelta(days=9))
    absences.enter(session, seat, days, people[STANDS_IN].person.id, away, now)
    breaks = duty.long_breaks([], today)
    office = session.scalars(select(Seat).where(Seat.person_id == people[ON_DUTY].person.id)).one()
    if breaks:
        ahead = breaks[0].days
        duty.give(session, office.id, ahead.first, ahead.last, people[COORDINATOR].person.id, now)


# The demonstration's box: it is at the first school, one sheet of slips is printed, and toilets have stickers.


def fill_box(session: Session, pepper_layer: PepperLayer, school: School, made: list[PaperSlip], now: datetime) -> None:
    """Put up the box, with its keeper and one sheet. Nobody has the words of this sheet."""
    query = select(Seat).where(
        Seat.school_id == school.id, Seat.role == SeatRole.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
    )
    keeper = session.scalars(query.order_by(Seat.shown_name)).first()
    if keeper is None:
        return
    emptying.set_box(session, school.id, "neben der Bücherei", {keeper.id})
    places.switch(session, school.id, ["toilette"])
    slips.keep_sheets(
        session, pepper_layer, school.id, slips.next_sheet(session, school.id), made, keeper.person_id, now
    )


# Two people on a case, in the demonstration: one colleague is asked to read along, another one does so already.


def fill_together(desk: Desk, people: dict[str, Invented]) -> None:
    """Let two people ask a member of the city's team about their first running case; one has said yes."""
    by_id = {one.person.id: one for one in people.values()}
    with desk.database.transaction() as session:
        for name, answered in (("Jan", False), ("Olena", True)):
            for me, found in cases_of(desk, session, people, name, CaseStatus.RUNNING):
                asked = [one for one in sharing.can_be_asked(me, found, OfferKind.SHARE) if one.person_id in by_id]
                if not asked:
                    continue
                day, words = me.today + timedelta(days=14), "Magst du mit draufsehen? Ich bin unsicher."
                wish = SharingWish(OfferKind.SHARE, asked[0].person_id, until=day, message=words)
                offer = sharing.ask(me, found, wish)
                if answered:
                    other = by_id[offer.to_id]
                    them = Counsellor(session, me.pepper_layer, other.person.id, other.key, me.now)
                    read_along.say_yes(them, read_along.find(them, offer.id))


# Breaks and a duty roster for the invented schools that take part, this week and until the holidays.


BREAKS = (("1. Pause", time(9, 30), time(9, 50)), ("2. Pause", time(11, 25), time(11, 45)))
HELPERS = DutyWish(DutyKind.HELPERS, None, 1, 2, "mit gelber Weste", "am Klettergerüst")
MEDIATORS = DutyWish(DutyKind.MEDIATORS, None, 2, 2, "mit grüner Mütze", "an der Bank")


def fill_yard(session: Session, schools: Iterable[School], today: date) -> None:
    """Give each school that takes part two breaks, a roster and a tablet."""
    for school in schools:
        if not school.takes_reports:
            continue
        for name, starts, ends in BREAKS:
            roster.add_break(session, school, name, starts, ends)
        session.add(Tablet(school_id=school.id, since=today))
        calendar, monday = school_calendar(session, school.id), roster.monday_of(today)
        seats = readable_seats(session, school.id)[:1]
        contacts = [DutyWish(DutyKind.CONTACT, seat.id, 0, 1, "", "am Tor") for seat in seats]
        for pause, wish in zip(roster.breaks(session, school.id), (HELPERS, MEDIATORS), strict=True):
            for each in (wish, *contacts):
                roster.add(session, school, calendar, monday, range(5), pause.id, each)
        if any(roster.week(session, school.id, monday)):
            roster.carry_on(session, school, calendar, monday, to_holidays=True)
