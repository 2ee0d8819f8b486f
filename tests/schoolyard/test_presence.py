"""Who is there now, and who comes next: right over weekdays, weekends, holidays, half days, absences and the night."""

from __future__ import annotations

import pytest

from bullying_desk.schools.presence import Board, Here, Presence, who_is_there
from tests.schoolyard.conftest import Yard, at

TUESDAY = "2026-11-24"


def board(yard: Yard, moment: str) -> Board:
    return who_is_there(yard.session, yard.school_id, at(moment))


def of(board: Board, label: str) -> Presence:
    return next(each for each in board.people if (each.face.label if each.face else "team") == label)


@pytest.mark.parametrize(
    ("moment", "aydin", "brandt", "okafor"),
    [
        ("2026-11-24T07:59", Here.LATER, Here.LATER, Here.UNKNOWN),  # before school
        ("2026-11-24T08:00", Here.LATER, Here.LATER, Here.HOUSE),
        ("2026-11-24T09:30", Here.NOW, Here.LATER, Here.HOUSE),
        ("2026-11-24T09:59", Here.NOW, Here.LATER, Here.HOUSE),
        ("2026-11-24T10:00", Here.LATER, Here.LATER, Here.HOUSE),  # between two hours
        ("2026-11-24T10:20", Here.LATER, Here.NOW, Here.HOUSE),
        ("2026-11-24T13:29", Here.NOW, Here.OTHER_DAY, Here.HOUSE),
        ("2026-11-24T13:30", Here.OTHER_DAY, Here.OTHER_DAY, Here.HOUSE),  # after the last one
        ("2026-11-24T15:00", Here.OTHER_DAY, Here.OTHER_DAY, Here.UNKNOWN),  # school is over
        ("2026-11-24T23:30", Here.OTHER_DAY, Here.OTHER_DAY, Here.UNKNOWN),
        ("2026-11-25T10:00", Here.OTHER_DAY, Here.OTHER_DAY, Here.UNKNOWN),  # Wednesday: nobody's day
        ("2026-11-28T10:00", Here.OTHER_DAY, Here.OTHER_DAY, Here.UNKNOWN),  # Saturday
        ("2026-12-29T10:20", Here.OTHER_DAY, Here.OTHER_DAY, Here.UNKNOWN),  # a Tuesday in the Christmas holidays
    ],
)
def test_one_week(yard: Yard, moment: str, aydin: Here, brandt: Here, okafor: Here) -> None:
    found = board(yard, moment)
    assert [of(found, name).here for name in ("Frau Aydin", "Herr Brandt", "Frau Okafor")] == [aydin, brandt, okafor]


def test_it_says_until_when_where_and_how_long(yard: Yard) -> None:
    found = of(board(yard, "2026-11-24T09:40"), "Frau Aydin")
    assert (str(found.until), found.room, found.minutes_left) == ("10:00:00", "Raum B 104", 20)


def test_the_next_hour_lies_behind_the_holidays(yard: Yard) -> None:
    found = of(board(yard, "2026-12-29T10:20"), "Herr Brandt")
    assert found.begins == at("2027-01-07T10:15")  # the first Thursday of school in the new year


def test_summer_holidays_are_looked_over(yard: Yard) -> None:
    found = of(board(yard, "2027-07-20T10:00"), "Frau Aydin")
    assert found.begins is not None
    assert found.begins > at("2027-08-30T00:00")


def test_the_order_is_who_can_be_found_first(yard: Yard) -> None:
    found = board(yard, "2026-11-24T10:20")
    assert [each.face.label for each in found.people if each.face] == ["Herr Brandt", "Frau Okafor", "Frau Aydin"]
    assert found.anybody_now
    assert not board(yard, "2026-11-25T10:00").anybody_now


def test_a_movable_day_is_no_school_day(yard: Yard) -> None:
    yard.free(TUESDAY)
    found = board(yard, f"{TUESDAY}T10:20")
    assert not found.is_school_day
    assert not found.anybody_now
    assert of(found, "Herr Brandt").begins == at("2026-11-26T10:15")


def test_a_half_day_ends_at_noon(yard: Yard) -> None:
    yard.free(TUESDAY, half=True)
    found = of(board(yard, f"{TUESDAY}T11:30"), "Frau Aydin")
    assert (found.here, str(found.until)) == (Here.NOW, "12:00:00")
    assert of(board(yard, f"{TUESDAY}T12:00"), "Frau Aydin").here is Here.OTHER_DAY
    assert of(board(yard, f"{TUESDAY}T12:00"), "Frau Okafor").here is Here.UNKNOWN


def test_who_is_absent_is_not_there_and_the_next_hour_is_after_it(yard: Yard) -> None:
    yard.away("Jan", "2026-11-23", "2026-11-26")
    found = of(board(yard, f"{TUESDAY}T10:20"), "Herr Brandt")
    assert found.here is Here.ABSENT
    assert found.begins == at("2026-12-01T10:15")
    assert of(board(yard, "2026-11-27T10:20"), "Herr Brandt").here is Here.OTHER_DAY  # back again, no hour today


def test_an_absence_counts_on_its_first_and_its_last_day(yard: Yard) -> None:
    yard.away("Jan", TUESDAY, "2026-11-26")
    states = [of(board(yard, f"{day}T10:20"), "Herr Brandt").here for day in ("2026-11-24", "2026-11-26", "2026-12-01")]
    assert states == [Here.ABSENT, Here.ABSENT, Here.NOW]


def test_the_team_as_a_whole_has_hours_too(yard: Yard) -> None:
    yard.hour(None, 1, "09:00", "09:45", "Bank im Hof")
    found = of(board(yard, f"{TUESDAY}T09:40"), "team")
    assert (found.here, found.room) == (Here.NOW, "Bank im Hof")


def test_without_a_recorded_yes_there_is_no_name(yard: Yard) -> None:
    yard.world.seats["Jan"].public_since = None
    yard.session.flush()
    faces = [each.face for each in board(yard, f"{TUESDAY}T10:20").people if each.face]
    assert "Herr Brandt" not in {face.label for face in faces}
    assert "Beratungslehrkraft" in {face.label for face in faces}


def test_who_has_left_is_not_on_the_board(yard: Yard) -> None:
    yard.world.remove(["Jan"])
    assert "Herr Brandt" not in {each.face.label for each in board(yard, f"{TUESDAY}T10:20").people if each.face}


def test_beyond_the_known_calendar_nobody_is_promised(yard: Yard) -> None:
    found = board(yard, "2035-05-08T10:20")
    assert not found.is_school_day
    assert {each.here for each in found.people} == {Here.UNKNOWN}


def test_the_hour_is_dortmunds_in_summer_and_in_winter(yard: Yard) -> None:
    assert of(board(yard, "2026-09-29T10:20"), "Herr Brandt").here is Here.NOW
    assert of(board(yard, "2026-11-24T10:20"), "Herr Brandt").here is Here.NOW
