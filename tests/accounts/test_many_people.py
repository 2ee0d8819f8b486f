"""Many people come in at once: reminders that pester nobody, two coordinators at the same moment, two seats."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bullying_desk.access.identity import Identity, SeatIdentity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.city.coordination import remind_all
from bullying_desk.accounts.invitations import newcomers
from bullying_desk.accounts.invitations.invitations import RolesExclude, SeatWish, ensure_person, give_seat
from bullying_desk.accounts.models import HeldPost, Person
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.config import Settings
from bullying_desk.database import Database, random_id
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import School
from tests.moving_clock import MovingClock


def test_nobody_is_reminded_twice_in_a_week(database: Database, settings: Settings, clock: MovingClock) -> None:
    with database.transaction() as session:
        ensure_person(session, "Selin Aydin", "selin@schule.example", None, clock.today())
        assert remind_all(session, settings, clock.now()) == 1
        assert remind_all(session, settings, clock.now()) == 0
        ensure_person(session, "Jan Brandt", "jan@schule.example", None, clock.today())
        assert remind_all(session, settings, clock.now() + timedelta(days=1)) == 1
        assert remind_all(session, settings, clock.now() + timedelta(days=7)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxMail)) == 3


@pytest.mark.postgres
def test_two_first_invitations_of_one_address_at_once_are_one_person(database: Database, clock: MovingClock) -> None:
    entered, met = threading.Barrier(2), []

    def invite() -> None:
        with database.transaction() as session:
            session.scalar(select(Person.id))
            entered.wait(timeout=10)
            met.append(ensure_person(session, "Jan Brandt", "jan@schule.example", None, clock.today()).id)

    both = [threading.Thread(target=invite) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=20)
    assert len(met) == 2
    assert len(set(met)) == 1


def test_whoever_has_two_seats_at_a_school_is_shown_once(
    database: Database, school: School, clock: MovingClock
) -> None:
    asking = Identity(1, "Karin Vogt", (SeatIdentity(2, Role.CITY_COORDINATOR, None, "Karin Vogt"),), active=True)
    with database.transaction() as session:
        person = ensure_person(session, "Selin Aydin", "selin@schule.example", None, clock.today())
        for role in (Role.CONTACT_PERSON, Role.SCHOOL_COORDINATOR):
            give_seat(session, person, SeatWish(role, school.id), clock.today(), head_may_coordinate=False)
        seen = newcomers.newcomers(session, asking, clock.today())
    assert [one.name for one in seen] == ["Selin Aydin"]


def test_what_somebody_typed_too_late_goes_with_them(database: Database, clock: MovingClock) -> None:
    with database.transaction() as session:
        person = ensure_person(session, "Jan Brandt", "jan@schule.example", None, clock.today())
        session.add(HeldPost(id=random_id(), person_id=person.id, sealed=b"x", address="/", expires_at=clock.now()))
        session.flush()
        late_posts.forget_of(session, person.id)
        assert session.scalar(select(func.count()).select_from(HeldPost)) == 0


@pytest.mark.parametrize("role", [Role.CONTACT_PERSON, Role.CITY_TEAM, Role.SCHOOL_HEAD])
def test_whoever_reads_reports_does_not_control_who_reads_them(
    database: Database, school: School, clock: MovingClock, role: Role
) -> None:
    """The trail shows the officer that there is a case: a person who was left out of it would learn so."""
    officer = SeatWish(Role.DATA_PROTECTION_OFFICER)
    reader = SeatWish(role, None if role.of_city else school.id)
    for first, second in ((officer, reader), (reader, officer)):
        with database.transaction() as session:
            person = ensure_person(session, "Jan Brandt", f"{first.role.value}@b.example", None, clock.today())
            give_seat(session, person, first, clock.today(), head_may_coordinate=False)
            with pytest.raises(RolesExclude):
                give_seat(session, person, second, clock.today(), head_may_coordinate=False)


def test_whoever_heads_a_school_is_nobody_of_the_citys_team(
    database: Database, school: School, clock: MovingClock
) -> None:
    """The team of the city is the second line of every school, also of the own one."""
    head, team = SeatWish(Role.SCHOOL_HEAD, school.id), SeatWish(Role.CITY_TEAM)
    for first, second in ((head, team), (team, head)):
        with database.transaction() as session:
            person = ensure_person(session, "Jan Brandt", f"{first.role.value}@c.example", None, clock.today())
            give_seat(session, person, first, clock.today(), head_may_coordinate=False)
            with pytest.raises(RolesExclude):
                give_seat(session, person, second, clock.today(), head_may_coordinate=False)
