"""Nobody's name is shown online without that person's own recorded yes."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.schools.models import ContactFunction, FreeDay, OfficeHour, Place, School, Seat, SeatRole, SeatState
from bullying_desk.schools.register.importing import apply_import, plan_import
from bullying_desk.schools.register.membership import find_school
from bullying_desk.schools.team import (
    initials,
    office_hours,
    places_for_everybody,
    public_team,
    readable_seats,
    school_calendar,
)
from tests.schools.register_text import HERE, SCHOOLS, parsed

DAY = date(2026, 11, 24)


@pytest.fixture
def school(session: Session) -> School:
    apply_import(session, plan_import(session, parsed(SCHOOLS), HERE), DAY)
    return find_school(session, "999002")


def _seat(session: Session, school: School | None, name: str, **given: object) -> Seat:
    person = Person(email=f"{name.replace(' ', '.').lower()}@example.org", name=name, made_on=DAY)
    session.add(person)
    session.flush()
    usual: dict[str, object] = {
        "role": SeatRole.CONTACT_PERSON,
        "state": SeatState.ACTIVE,
        "started_on": DAY,
        "shown_name": name,
        "languages": "Deutsch, Türkisch",
        "function": ContactFunction.SCHOOL_SOCIAL_WORKER,
    }
    seat = Seat(school_id=school.id if school else None, person_id=person.id, **(usual | given))
    session.add(seat)
    session.flush()
    return seat


def test_the_name_is_shown_only_with_a_recorded_yes(session: Session, school: School) -> None:
    named = _seat(session, school, "Frau Aydin", public_since=DAY)
    _seat(session, school, "Herr Brandt", function=ContactFunction.COUNSELLING_TEACHER)
    _seat(session, school, "Frau Okafor", public_since=DAY + timedelta(days=1), shown_function="Lehrerin für Kunst")
    session.add(Place(school_id=school.id, seat_id=named.id, name="Raum B 104", way="Das ist neben der Bücherei"))
    session.flush()
    faces = {face.initials: face for face in public_team(session, school.id, DAY)}
    assert faces["A"].shown_name == "Frau Aydin"
    assert faces["A"].rooms == ("Raum B 104. Das ist neben der Bücherei.",)
    assert (faces["B"].shown_name, faces["B"].label) == (None, "Beratungslehrkraft")
    assert (faces["O"].shown_name, faces["O"].label) == (None, "Lehrerin für Kunst")
    assert "Brandt" not in repr(faces["B"])


def test_only_active_contact_persons_of_this_school_can_read(session: Session, school: School) -> None:
    other = find_school(session, "999003")
    active = _seat(session, school, "Frau Aydin")
    _seat(session, school, "Herr Alt", state=SeatState.ENDED, ended_on=DAY)
    _seat(session, school, "Frau Neu", state=SeatState.INVITED)
    _seat(session, school, "Herr Haupt", role=SeatRole.SCHOOL_HEAD)
    _seat(session, school, "Frau Plan", role=SeatRole.SCHOOL_COORDINATOR)
    _seat(session, other, "Herr Fern")
    _seat(session, None, "Frau Stadt", role=SeatRole.CITY_TEAM)
    assert readable_seats(session, school.id) == [active]
    assert [face.seat_id for face in public_team(session, school.id, DAY)] == [active.id]


def test_office_hours_by_weekday_without_those_who_left(session: Session, school: School) -> None:
    here, gone = (
        _seat(session, school, "Frau Aydin"),
        _seat(session, school, "Herr Alt", state=SeatState.ENDED, ended_on=DAY),
    )
    room = Place(school_id=school.id, name="Beratungsraum", way="2. Stock")
    session.add(room)
    session.flush()
    for seat_id, weekday, starts in ((here.id, 1, 11), (None, 1, 9), (gone.id, 2, 9), (here.id, 4, 8)):
        hour = OfficeHour(
            school_id=school.id, seat_id=seat_id, weekday=weekday, starts=time(starts, 5), ends=time(13, 30)
        )
        hour.place_id = room.id if seat_id is None else None
        session.add(hour)
    session.flush()
    week = office_hours(session, school.id)
    assert sorted(week) == [1, 4]
    assert [(hour.starts, hour.ends, hour.room, hour.seat_id) for hour in week[1]] == [
        ("9:05", "13:30", "Beratungsraum", None),
        ("11:05", "13:30", "", here.id),
    ]
    assert [place.name for place in places_for_everybody(session, school.id)] == ["Beratungsraum"]


def test_the_schools_own_free_days(session: Session, school: School) -> None:
    session.add_all(
        [FreeDay(school_id=school.id, day=DAY), FreeDay(school_id=school.id, day=DAY + timedelta(days=1), half=True)]
    )
    session.flush()
    calendar = school_calendar(session, school.id)
    assert not calendar.is_school_day(DAY)
    assert calendar.is_school_day(DAY + timedelta(days=1))
    assert school_calendar(session, find_school(session, "999003").id).is_school_day(DAY)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Frau Aydin", "A"),
        ("Herr Dr. Jan Brandt", "JB"),
        ("Ngozi Okafor-Weiß", "NO"),
        ("Élodie Brun", "ÉB"),
        ("Frau", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(("role", "at_school"), [(SeatRole.CONTACT_PERSON, False), (SeatRole.CITY_TEAM, True)])
def test_a_school_role_needs_a_school_and_a_city_role_has_none(
    session: Session, school: School, role: SeatRole, at_school: bool
) -> None:
    with pytest.raises(IntegrityError):
        _seat(session, school if at_school else None, "Frau Falsch", role=role)


def test_nobody_has_the_same_living_seat_twice(session: Session, school: School) -> None:
    seat = _seat(session, school, "Frau Aydin")
    again = Seat(
        school_id=school.id, person_id=seat.person_id, role=seat.role, shown_name="Frau Aydin", started_on=DAY
    )  # fmt: skip
    seat.state, seat.ended_on = SeatState.ENDED, DAY
    session.add(again)
    session.flush()
    session.add(Seat(school_id=school.id, person_id=seat.person_id, role=seat.role, shown_name="x", started_on=DAY))
    with pytest.raises(IntegrityError):
        session.flush()


def test_days_present_are_weekdays(session: Session, school: School) -> None:
    assert _seat(session, school, "Frau Aydin", days_present="mo,mi,fr").weekdays == (0, 2, 4)
