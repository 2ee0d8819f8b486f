"""Reading along and handing over: a colleague reads once they say yes, nobody left out is let in, and it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.cases import case_state, notes
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, Consent, OfferKind, OfferState
from bullying_desk.cases.page.opened_case import open_file
from bullying_desk.cases.readers import handover, read_along, regrants, sharing
from bullying_desk.cases.readers.sharing import ColleagueNotOffered, SharingWish
from bullying_desk.reports.doors.answers import Answers, LeftOut
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import ReaderExcluded, open_as_reporter, open_report_secrets, read_left_out
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.reports.readers.routing import Wish as Choice
from bullying_desk.reports.standby import deputies
from bullying_desk.schools.models import SchoolState
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.receipts import Receipt
from tests.cases.conftest import AtDesk
from tests.moving_clock import MovingClock
from tests.world import World, make_school

TIMES = ("07:15",)


def _file(world: World, *named: str, left_out: tuple[str, ...] = ()) -> tuple[Report, Receipt]:
    people = world.ids(*named)
    choice = ReaderChoice(Choice.NAMED, named=people, left_out=world.ids(*left_out))
    filed, receipt = world.file(choice=choice)
    return world.report(filed), receipt


def _own(me: Counsellor, report: Report) -> Case:
    case = find_case(me, report.case_id).case
    case_state.take_over(me, case, seen_owner=case.owner_id)
    return case


def _ask(me: Counsellor, report: Report, to: int, kind: OfferKind = OfferKind.SHARE, **more: object) -> CaseOffer:
    return sharing.ask(me, find_case(me, report.case_id), SharingWish(kind, to, **more))  # type: ignore[arg-type]


def _yes(me: Counsellor, offer: CaseOffer) -> None:
    read_along.say_yes(me, read_along.find(me, offer.id))


def _states(world: World, report: Report) -> dict[str, tuple[GrantState, ReaderReason | None]]:
    by_id = {person.id: name for name, person in world.people.items()}
    world.session.expire_all()
    return {by_id[line.person_id]: (line.state, line.reason) for line in readership.readers_of(world.session, report)}


def _opens(me: Counsellor, report: Report) -> bool:
    try:
        open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report)
    except ReaderExcluded:
        return False
    return True


def test_who_was_asked_reads_with_their_yes_and_the_file_opens_too(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, leyla, amara = at_desk("Selin"), at_desk("Leyla"), at_desk("Amara")
    notes.write_team_note(selin, _own(selin, report), open_case_secrets(selin, _own(selin, report)), "vorher")
    offer = _ask(selin, report, amara.person_id, message="Kannst du mit draufsehen?")
    assert _states(world, report)["Amara"] == (GrantState.OFFERED, ReaderReason.SHARED)
    assert not _opens(amara, report)
    with pytest.raises(CaseUnknown):
        find_case(amara, report.case_id)
    with pytest.raises(read_along.OfferUnknown):
        read_along.find(leyla, offer.id)
    assert [one.id for one in read_along.asked_of(world.session, amara.person_id)] == [offer.id]
    assert read_along.find(amara, offer.id).message == "Kannst du mit draufsehen?"
    _yes(amara, offer)
    _yes(amara, offer)
    assert _states(world, report)["Amara"] == (GrantState.OPEN, ReaderReason.SHARED)
    found = find_case(amara, report.case_id)
    assert [n.text for n in notes.team_notes(amara, found.case, open_case_secrets(amara, found.case))] == ["vorher"]


def test_asking_twice_asks_once(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    assert _ask(selin, report, amara.person_id).id == _ask(selin, report, amara.person_id).id


def test_a_no_leaves_nothing_open(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    read_along.say_no(amara, read_along.find(amara, offer.id), "Ich kenne die Familie.")
    assert "Amara" not in _states(world, report)
    assert offer.state is OfferState.DECLINED
    with pytest.raises(read_along.OfferUnknown):
        read_along.find(amara, offer.id)


def test_taking_back_closes_the_way(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    sharing.take_back(selin, offer)
    with pytest.raises(read_along.OfferUnknown):
        read_along.find(amara, offer.id)
    again = _ask(selin, report, amara.person_id)
    _yes(amara, again)
    read_along.end(world.session, world.pepper_layer, again, selin.person_id, world.clock.now())
    assert _states(world, report)["Amara"][0] is GrantState.ENDED
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    letters.write_letter(world.session, secrets, report, "Neues", now=world.clock.now())
    assert not _opens(amara, report)


def test_a_share_ends_by_its_day_and_the_next_epoch_begins(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer, epoch = _ask(selin, report, amara.person_id, until=clock.today() + timedelta(days=2)), report.epoch
    _yes(amara, offer)
    clock.forward(days=2)
    assert read_along.end_due(world.session, world.pepper_layer, clock.now()) == 0
    assert _opens(amara, report)
    clock.forward(days=1)
    assert read_along.end_due(world.session, world.pepper_layer, clock.now()) == 1
    assert read_along.end_due(world.session, world.pepper_layer, clock.now()) == 0
    assert not _opens(amara, report)
    assert (report.epoch, offer.state) == (epoch, OfferState.ENDED)  # the night work makes no grant
    open_file(at_desk("Jan"), find_case(at_desk("Jan"), report.case_id), report)
    assert report.epoch == epoch + 1
    assert set(_states(world, report)) >= {"Selin", "Jan"}


def test_an_unanswered_question_ends_by_its_day(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    _ask(selin, report, amara.person_id, until=clock.today())
    clock.forward(days=1)
    assert read_along.end_due(world.session, world.pepper_layer, clock.now()) == 1
    assert "Amara" not in _states(world, report)


def test_whom_the_child_took_itself_reads_on_after_the_day(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    report, receipt = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    _yes(amara, _ask(selin, report, amara.person_id, until=clock.today()))
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    for leave, join in (({amara.person_id}, set[int]()), (set[int](), {amara.person_id})):
        change = readership.plan_change(
            world.session, world.pepper_layer, report, secrets, leave=frozenset(leave), join=frozenset(join)
        )
        secrets = readership.change_readers(world.session, world.pepper_layer, report, secrets, change, clock.hour())
    clock.forward(days=1)
    read_along.end_due(world.session, world.pepper_layer, clock.now())
    assert _opens(amara, report)


def test_who_stood_by_stands_by_again_after_looking_on(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, leyla = at_desk("Selin"), at_desk("Leyla")
    assert _states(world, report)["Leyla"][0] is GrantState.STANDBY
    _yes(leyla, _ask(selin, report, leyla.person_id, until=clock.today()))
    assert _opens(leyla, report)
    clock.forward(days=1)
    read_along.end_due(world.session, world.pepper_layer, clock.now())
    assert _states(world, report)["Leyla"] == (GrantState.STANDBY, ReaderReason.STAND_BY_RULE)
    assert not _opens(leyla, report)
    clock.forward(days=9)
    assert deputies.release_overdue(world.session, world.pepper_layer, clock.now(), TIMES) >= 1
    assert _opens(leyla, report)


def test_overdue_never_lets_in_who_was_only_asked(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    _ask(selin, report, amara.person_id)
    clock.forward(days=12)
    deputies.release_overdue(world.session, world.pepper_layer, clock.now(), TIMES)
    assert _states(world, report)["Amara"][0] is GrantState.OFFERED
    assert not _opens(amara, report)


@pytest.mark.parametrize("kind", list(OfferKind))
def test_who_is_left_out_is_not_offered_and_not_taken_by_hand(world: World, at_desk: AtDesk, kind: OfferKind) -> None:
    report, _ = _file(world, "Selin", "Jan", left_out=("Amara",))
    selin = at_desk("Selin")
    _own(selin, report)
    names = {one.person_id for one in sharing.can_be_asked(selin, find_case(selin, report.case_id), kind)}
    assert names
    for nobody in (world.person("Amara").id, world.person("Renate").id, 4711, selin.person_id):
        assert nobody not in names
        with pytest.raises(ColleagueNotOffered):
            _ask(selin, report, nobody, kind)


def test_an_adult_of_the_school_nobody_named_is_not_let_in_by_the_team(world: World, at_desk: AtDesk) -> None:
    choice = ReaderChoice(Choice.NAMED, named=world.ids("Selin", "Jan"), adult=True)
    filed, _ = world.file(choice=choice, answers=Answers(5, False, {"text": "Meine Kollegin."}))
    report, selin = world.report(filed), at_desk("Selin")
    names = {one.person_id for one in sharing.can_be_asked(selin, find_case(selin, report.case_id), OfferKind.SHARE)}
    assert names == world.ids("Leyla", "Tomasz")
    with pytest.raises(ColleagueNotOffered):
        _ask(selin, report, world.person("Amara").id)


def test_whom_the_child_leaves_out_meanwhile_has_no_way_in_and_no_trace(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    report, receipt = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Amara"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, clock.hour())
    assert read_along.asked_of(world.session, amara.person_id) == []
    with pytest.raises(read_along.OfferUnknown):
        read_along.find(amara, offer.id)
    with pytest.raises(ColleagueNotOffered):
        _ask(selin, report, amara.person_id, report_id=report.id)


def test_the_list_of_people_left_out_is_asked_again_at_the_yes(world: World, at_desk: AtDesk) -> None:
    """Even with a closed grant in hand (a database put together by hand), nobody on the list comes in."""
    report, receipt = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    listed = LeftOut(world.ids("Amara"))
    readership.write_left_out(world.session, report, secrets, listed, world.clock.hour())
    with pytest.raises(read_along.OfferLapsed):
        _yes(amara, offer)


def test_a_question_outlives_a_change_of_readers(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    report, receipt = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Jan"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, clock.hour())
    _yes(amara, offer)
    assert _opens(amara, report)


def test_who_reads_only_a_part_asks_nobody(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    other, _ = _file(world, "Selin", "Amara")
    other.case_id = report.case_id
    world.session.flush()
    jan = at_desk("Jan")
    with pytest.raises(sharing.PartlyRead):
        _ask(jan, report, world.person("Leyla").id)


def test_handing_over_here_changes_who_is_responsible_and_who_reads(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    case = _own(selin, report)
    _yes(amara, _ask(selin, report, amara.person_id, OfferKind.TRANSFER))
    assert case.owner_id == amara.person_id
    reading = {name for name, (state, _r) in _states(world, report).items() if state is GrantState.OPEN}
    assert reading == {"Jan", "Amara"}
    assert not _opens(selin, report)


def test_only_who_is_responsible_hands_over_and_only_once(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin = at_desk("Selin")
    with pytest.raises(sharing.NotTheOwner):
        _ask(selin, report, world.person("Amara").id, OfferKind.TRANSFER)
    _own(selin, report)
    _ask(selin, report, world.person("Amara").id, OfferKind.TRANSFER)
    with pytest.raises(sharing.AskedAlready):
        _ask(selin, report, world.person("Leyla").id, OfferKind.TRANSFER)


@pytest.mark.parametrize("state", [SchoolState.JOINED, SchoolState.CLOSED])
def test_to_another_school_only_with_a_yes_and_then_nobody_of_the_old_one_reads(
    world: World, at_desk: AtDesk, state: SchoolState
) -> None:
    """Also where the old school has closed: the case has a way to go on."""
    report, receipt = _file(world, "Selin", "Jan")
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    world.add("Zeynep", "Frau Kaya", Role.CONTACT_PERSON, school=other)
    selin, zeynep = at_desk("Selin"), at_desk("Zeynep")
    case = _own(selin, report)
    world.school.state = state
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "für die neue Schule")
    with pytest.raises(sharing.ConsentMissing):
        _ask(selin, report, zeynep.person_id, OfferKind.TRANSFER, school_id=other.id)
    with pytest.raises(sharing.ConsentMissing):
        _ask(selin, report, zeynep.person_id, school_id=other.id, consent=Consent.IN_PERSON)
    with pytest.raises(ColleagueNotOffered):
        _ask(selin, report, zeynep.person_id, OfferKind.TRANSFER)
    offer = _ask(selin, report, zeynep.person_id, OfferKind.TRANSFER, school_id=other.id, consent=Consent.IN_PERSON)
    _yes(zeynep, offer)
    assert (case.school_id, report.school_id, case.owner_id) == (other.id, other.id, zeynep.person_id)
    reading = {name for name, (s, _r) in _states(world, report).items() if s is GrantState.OPEN}
    assert "Zeynep" in reading
    assert not reading & {"Selin", "Jan"}
    assert len(reading) >= 2
    assert [n.text for n in notes.team_notes(zeynep, case, open_case_secrets(zeynep, case))] == ["für die neue Schule"]
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    letters.write_letter(world.session, secrets, report, "Bin jetzt hier.", now=world.clock.now())
    opened = open_report_secrets(world.session, world.pepper_layer, zeynep.key, zeynep.person_id, report)
    assert letters.read_conversation(world.session, opened, report)[-1].text == "Bin jetzt hier."


def test_a_head_left_out_stays_left_out_at_another_school(world: World, at_desk: AtDesk) -> None:
    choice = ReaderChoice(Choice.NAMED, named=world.ids("Selin", "Jan"))
    filed, receipt = world.file(choice=choice)
    report, selin = world.report(filed), at_desk("Selin")
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    readership.write_left_out(world.session, report, secrets, LeftOut(head=True), world.clock.hour())
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    world.add("Zeynep", "Frau Kaya", Role.CONTACT_PERSON, school=other)
    zeynep = at_desk("Zeynep")
    _own(selin, report)
    wish = {"school_id": other.id, "consent": Consent.CONVERSATION}
    _yes(zeynep, _ask(selin, report, zeynep.person_id, OfferKind.TRANSFER, **wish))
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    assert world.person("Renate").id in read_left_out(world.session, secrets, report).people


def test_asked_grants_lie_under_the_pepper(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    _ask(selin, report, amara.person_id)
    grant = world.session.scalars(
        select(ReportGrant).where(ReportGrant.person_id == amara.person_id, ReportGrant.report_id == report.id)
    ).one()
    grant.state = GrantState.OPEN  # a person with the right to write to the database, and nothing else
    world.session.flush()
    with pytest.raises(UnsealRefused):
        open_report_secrets(world.session, world.pepper_layer, amara.key, amara.person_id, report)


def test_who_leaves_asks_nobody_any_more_and_looks_on_nowhere(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    handover.hand_over(selin, world.seats["Selin"], world.person("Jan").id)
    assert offer.state is OfferState.REVOKED
    assert "Amara" not in _states(world, report)
    jan = at_desk("Jan")
    looks = _ask(jan, report, amara.person_id)
    _yes(amara, looks)
    handover.hand_over(amara, world.seats["Amara"], None)
    assert looks.state is OfferState.ENDED
    assert not _opens(amara, report)


def test_who_lost_everything_and_was_asked_can_still_say_yes(world: World, at_desk: AtDesk) -> None:
    """A new key, compared again: a colleague gives the closed grant back, and it stays closed until the yes."""
    report, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    offer = _ask(selin, report, amara.person_id)
    person, fresh = world.person("Amara"), PersonKey.generate()
    person.public_half, person.key_id = fresh.public_half, fresh.key_id
    person.directory_tag = directory_tag(world.pepper_layer, person.id, fresh.public_half)
    world.keys[person.id] = fresh
    world.session.flush()
    amara = at_desk("Amara")
    assert not _opens(amara, report)
    regrants.restore(selin, amara.person_id)
    assert _states(world, report)["Amara"][0] is GrantState.OFFERED
    _yes(amara, offer)
    assert _opens(amara, report)
