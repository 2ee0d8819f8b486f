"""The table of principle P6, line by line: whom a report is sealed to."""

from __future__ import annotations

import pytest

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState
from bullying_desk.reports.models import ReaderReason
from bullying_desk.reports.readers.routing import (
    NobodyCanRead,
    ReaderChoice,
    ReaderPlan,
    StandInMissing,
    TeamNotOffered,
    WaitingNotOffered,
    Wish,
    plan_readers,
)
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.keys import PersonKey
from tests.world import World

TEAM = ("Selin", "Jan", "Amara")
CITY = ("Leyla", "Tomasz")


def plan(world: World, choice: ReaderChoice, unusable: frozenset[int] = frozenset()) -> ReaderPlan:
    return plan_readers(world.session, world.pepper_layer, world.school.id, choice, unusable=unusable)


def at_once(found: ReaderPlan) -> frozenset[int]:
    return frozenset(one.who.person_id for one in found.at_once)


def city_joined(found: ReaderPlan) -> bool:
    """Whether the city's team reads though the reporter did not choose it."""
    return any(one.reason in {ReaderReason.TOO_FEW, ReaderReason.DETOUR} for one in found.at_once)


def standby(found: ReaderPlan) -> frozenset[int]:
    return frozenset(one.who.person_id for one in found.standby)


def test_the_whole_team_reads_and_two_of_the_city_stand_by(world: World) -> None:
    found = plan(world, ReaderChoice(Wish.TEAM))
    assert at_once(found) == world.ids(*TEAM)
    assert standby(found) == world.ids(*CITY)
    assert {one.reason for one in found.at_once} == {ReaderReason.CHOSEN}
    assert {one.reason for one in found.standby} == {ReaderReason.STAND_BY_RULE}


def test_whoever_is_left_out_of_the_team_is_nowhere_in_the_plan(world: World) -> None:
    found = plan(world, ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    assert at_once(found) == world.ids("Selin", "Amara")
    assert world.person("Jan").id not in at_once(found) | standby(found)


def test_named_persons_read_and_the_city_stands_by(world: World) -> None:
    found = plan(world, ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Amara")))
    assert at_once(found) == world.ids("Selin", "Amara")
    assert standby(found) == world.ids(*CITY)


def test_the_citys_team_is_chosen_only_where_it_was_ticked(world: World) -> None:
    named = world.ids("Selin", "Amara")
    by_rule = plan(world, ReaderChoice(Wish.NAMED, named=named))
    ticked = plan(world, ReaderChoice(Wish.NAMED, named=named, city_named=True))
    assert {one.reason for one in by_rule.standby} == {ReaderReason.STAND_BY_RULE}
    assert {one.reason for one in ticked.standby} == {ReaderReason.CITY_CHOSEN}


def test_who_lets_it_wait_is_read_by_nobody_else(world: World) -> None:
    named = world.ids("Selin", "Amara")
    found = plan(world, ReaderChoice(Wish.NAMED, named=named, waits=True))
    assert (at_once(found), standby(found)) == (named, frozenset())
    broken = plan(world, ReaderChoice(Wish.NAMED, named=named, waits=True), unusable=world.ids("Amara"))
    assert (at_once(broken), standby(broken)) == (world.ids("Selin"), frozenset())


def test_waiting_needs_two_who_were_ticked(world: World) -> None:
    for choice in (ReaderChoice(Wish.TEAM, waits=True), ReaderChoice(Wish.NAMED, world.ids("Selin"), waits=True)):
        with pytest.raises(WaitingNotOffered):
            plan(world, choice)


def test_on_a_slip_nobody_ticks_the_team_and_where_nothing_else_is_there_nobody_chooses_the_city(world: World) -> None:
    assert {one.reason for one in plan(world, ReaderChoice(Wish.TEAM, paper=True)).at_once} == {ReaderReason.PAPER}
    only = plan(world, ReaderChoice(Wish.CITY, city_only=True))
    assert {one.reason for one in only.at_once} == {ReaderReason.NO_TEAM}


def test_one_named_person_has_another_named_one_as_stand_in(world: World) -> None:
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=world.person("Amara").id)
    found = plan(world, choice)
    assert (at_once(found), standby(found)) == (world.ids("Selin"), world.ids("Amara"))
    assert {one.reason for one in found.standby} == {ReaderReason.CHOSEN}
    assert not city_joined(found)


def test_a_stand_in_who_is_left_out_is_replaced_by_the_city(world: World) -> None:
    jan = world.ids("Jan")
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Amara"), stand_in=next(iter(jan)), left_out=jan)
    assert standby(plan(world, choice)) == world.ids(*CITY)


def test_the_citys_office_reads_alone(world: World) -> None:
    found = plan(world, ReaderChoice(Wish.CITY))
    assert (at_once(found), standby(found)) == (world.ids(*CITY), frozenset())
    assert {one.reason for one in found.at_once} == {ReaderReason.CITY_CHOSEN}


def test_of_the_city_those_on_duty_read_and_at_least_two(world: World) -> None:
    world.add("Mehmet", "Herr Kaya", Role.CITY_TEAM)
    assert at_once(plan(world, ReaderChoice(Wish.CITY))) == world.ids(*CITY)
    world.seats["Tomasz"].on_duty = False
    world.session.flush()
    found = at_once(plan(world, ReaderChoice(Wish.CITY)))
    assert len(found) == 2
    assert world.person("Leyla").id in found


@pytest.mark.parametrize("wish", [Wish.CITY, Wish.NAMED])
def test_where_an_adult_is_meant_school_persons_read_only_if_ticked(world: World, wish: Wish) -> None:
    named = world.ids("Selin") if wish is Wish.NAMED else frozenset()
    choice = ReaderChoice(wish, named=named, stand_in=world.person("Amara").id, adult=True)
    found = plan(world, choice)
    assert at_once(found) == (named or world.ids(*CITY))
    assert standby(found) == (world.ids(*CITY) if named else frozenset())


def test_where_an_adult_is_meant_the_team_is_not_offered(world: World) -> None:
    with pytest.raises(TeamNotOffered):
        plan(world, ReaderChoice(Wish.TEAM, adult=True))


@pytest.mark.parametrize(
    "choice",
    [
        ReaderChoice(Wish.TEAM, left_out=frozenset({1, 2})),
        ReaderChoice(Wish.NAMED, named=frozenset({0, 1}), left_out=frozenset({1})),
    ],
    ids=["team", "named"],
)
def test_fewer_than_two_left_after_leaving_out_means_the_city_at_once(world: World, choice: ReaderChoice) -> None:
    numbered = [world.person(name).id for name in TEAM]
    real = ReaderChoice(
        choice.wish,
        named=frozenset(numbered[one] for one in choice.named),
        left_out=frozenset(numbered[one] for one in choice.left_out),
    )
    found = plan(world, real)
    assert at_once(found) == {numbered[0]} | world.ids(*CITY)
    assert standby(found) == frozenset()
    assert city_joined(found)


def test_a_team_of_one_is_joined_by_the_city(world: World) -> None:
    world.remove(["Jan", "Amara"])
    assert at_once(plan(world, ReaderChoice(Wish.TEAM))) == world.ids("Selin", *CITY)


def test_an_empty_team_never_means_a_dead_button(world: World) -> None:
    world.remove(TEAM)
    found = plan(world, ReaderChoice(Wish.TEAM))
    assert at_once(found) == world.ids(*CITY)


def test_where_nobody_is_left_at_all_it_is_said(world: World) -> None:
    world.remove([*TEAM, *CITY])
    with pytest.raises(NobodyCanRead):
        plan(world, ReaderChoice(Wish.TEAM))


def test_a_wrong_directory_tag_is_an_alarm_and_a_detour_to_the_city(world: World) -> None:
    """An attacker with the database put their own key in Selin's place: it carries no tag of ours."""
    world.person("Selin").public_half = PersonKey.generate().public_half
    world.session.flush()
    found = plan(world, ReaderChoice(Wish.TEAM))
    assert at_once(found) == world.ids("Jan", "Amara", *CITY)
    assert [(alarm.person_id, alarm.what) for alarm in found.alarms] == [(world.person("Selin").id, "tag")]
    assert {one.reason for one in found.at_once} == {ReaderReason.CHOSEN, ReaderReason.DETOUR}


@pytest.mark.parametrize("tag", [None, b"", b"\x01\x01" + bytes(32)])
def test_a_missing_tag_is_the_same_alarm(world: World, tag: bytes | None) -> None:
    world.person("Jan").directory_tag = tag
    world.session.flush()
    assert [alarm.person_id for alarm in plan(world, ReaderChoice(Wish.TEAM)).alarms] == [world.person("Jan").id]


def test_a_key_that_failed_at_sealing_is_an_alarm_too(world: World) -> None:
    found = plan(world, ReaderChoice(Wish.TEAM), unusable=world.ids("Amara"))
    assert at_once(found) == world.ids("Selin", "Jan", *CITY)
    assert [(alarm.person_id, alarm.what) for alarm in found.alarms] == [(world.person("Amara").id, "half")]


def test_a_stand_in_with_a_wrong_tag_is_an_alarm_and_the_next_one_stands_by(world: World) -> None:
    world.add("Mehmet", "Herr Kaya", Role.CITY_TEAM)
    world.person("Leyla").directory_tag = directory_tag(world.pepper_layer, 1, world.key("Leyla").public_half)
    world.session.flush()
    found = plan(world, ReaderChoice(Wish.TEAM))
    assert standby(found) == world.ids("Tomasz", "Mehmet")
    assert [alarm.person_id for alarm in found.alarms] == [world.person("Leyla").id]


@pytest.mark.parametrize("state", [PersonState.INVITED, PersonState.ACCEPTED, PersonState.LEFT])
def test_nobody_reads_before_the_key_words_are_compared(world: World, state: PersonState) -> None:
    world.person("Jan").state = state
    world.session.flush()
    found = plan(world, ReaderChoice(Wish.TEAM))
    assert at_once(found) == world.ids("Selin", "Amara")
    assert found.alarms == ()


def test_head_and_coordinator_read_nothing_by_their_role(world: World) -> None:
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Renate", "Piotr", "Selin", "Amara"))
    found = plan(world, choice)
    assert at_once(found) == world.ids("Selin", "Amara")


def test_somebody_with_two_seats_reads_once(world: World) -> None:
    """Selin is a contact and sits in the city's office too: left out means left out of both."""
    from bullying_desk.schools.models import Seat, SeatState

    selin = world.person("Selin")
    world.session.add(
        Seat(
            person_id=selin.id, role=Role.CITY_TEAM, shown_name="Frau Aydin", on_duty=True,
            state=SeatState.ACTIVE, started_on=world.seats["Selin"].started_on,
        )
    )  # fmt: skip
    world.session.flush()
    found = plan(world, ReaderChoice(Wish.TEAM))
    people = [one.who.person_id for one in (*found.at_once, *found.standby)]
    assert len(people) == len(set(people))
    hidden = plan(world, ReaderChoice(Wish.CITY, left_out=frozenset({selin.id})))
    assert selin.id not in at_once(hidden)


def test_without_a_citys_team_one_named_person_needs_a_colleague_beside_them(world: World) -> None:
    world.remove(CITY)
    selin, amara = world.ids("Selin"), world.person("Amara").id
    for choice in (
        ReaderChoice(Wish.NAMED, named=selin),
        ReaderChoice(Wish.NAMED, named=selin, stand_in=amara, adult=True),  # no stand-in is asked for there
        ReaderChoice(Wish.NAMED, named=selin, stand_in=amara, left_out=frozenset({amara})),
    ):
        with pytest.raises(StandInMissing):
            plan(world, choice)
    found = plan(world, ReaderChoice(Wish.NAMED, named=selin, stand_in=amara))
    assert (at_once(found), standby(found)) == (selin, frozenset({amara}))
    assert at_once(plan(world, ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Jan"), adult=True)))
    world.remove(["Jan", "Amara"])  # a team of one still takes reports
    assert at_once(plan(world, ReaderChoice(Wish.NAMED, named=selin))) == selin
