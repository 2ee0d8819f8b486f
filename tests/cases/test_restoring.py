"""A colleague who lost both keys gets back what they read, from a person who still reads it, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations import credentials
from bullying_desk.accounts.models import InvitationKind, Person, PersonState
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import AccessWaits, CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.readers import regrants
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import open_as_reporter, open_report_secrets
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.resources import case_name
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.receipts import Receipt
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def _lose_both_keys(world: World, name: str, *, compared: bool = True) -> None:
    """Invite a person again: the old keys are gone, new ones are made, and the new words are compared."""
    person: Person = world.person(name)
    credentials.reinvite(world.session, person, InvitationKind.LETTER, world.person("Piotr").id, world.clock.now())
    key = PersonKey.generate()
    person.public_half, person.key_id = key.public_half, key.key_id
    person.directory_tag = directory_tag(world.pepper_layer, person.id, key.public_half)
    person.state = PersonState.ACTIVE if compared else PersonState.ACCEPTED
    for seat in world.session.scalars(select(Seat).where(Seat.person_id == person.id)):
        seat.state = SeatState.ACTIVE if compared else SeatState.INVITED
    world.keys[person.id] = key
    world.session.flush()


def _file(world: World, choice: ReaderChoice | None = None) -> tuple[Report, Receipt]:
    filed, receipt = world.file(choice=choice)
    return world.report(filed), receipt


def test_one_press_gives_back_reports_and_notes(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    selin = at_desk("Selin")
    case = find_case(selin, report.case_id).case
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "vorher")
    _lose_both_keys(world, "Jan")
    jan = at_desk("Jan")
    with pytest.raises(AccessWaits) as waits:
        find_case(jan, report.case_id)
    assert waits.value.readers == world.ids("Selin", "Amara")
    [offer] = regrants.offers(world.session, selin.person_id, selin.key.key_id)
    assert (offer.person_id, offer.name, offer.cases) == (jan.person_id, "Jan Brandt", 1)
    assert regrants.restore(selin, jan.person_id) == 1
    found = find_case(jan, report.case_id)
    assert [note.text for note in notes.team_notes(jan, case, open_case_secrets(jan, found.case))] == ["vorher"]
    lines = {line.person_id: line for line in readership.readers_of(world.session, report)}
    assert lines[jan.person_id].reason is ReaderReason.RESTORED
    assert regrants.offers(world.session, selin.person_id, selin.key.key_id) == []
    events = [entry.event for entry in world.session.scalars(select(AuditEntry)) if entry.actor_id == selin.person_id]
    assert {"report.reader_added", "person.access_restored"} <= set(events)
    assert open_as_reporter(world.session, world.pepper_layer, receipt.key, report)


def test_a_head_whom_the_child_left_out_gets_nothing_back(world: World, at_desk: AtDesk) -> None:
    """Leyla read by the city; now she heads the school, and the child had left the head out."""
    sent = Submission(
        world.school.id, Answers(1, False, {"text": "Es geht um die Schule."}), NameGiven(),
        ReaderChoice(Wish.CITY), LeftOut(head=True),
    )  # fmt: skip
    report = world.report(
        file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms())
    )
    _lose_both_keys(world, "Leyla")
    tomasz, leyla = at_desk("Tomasz"), world.person("Leyla")
    world.session.add(
        Seat(school_id=world.school.id, person_id=leyla.id, role=Role.SCHOOL_HEAD, shown_name="Frau Demir",
             state=SeatState.ACTIVE, started_on=world.clock.today())
    )  # fmt: skip
    world.session.flush()
    assert regrants.restore(tomasz, leyla.id) == 0
    with pytest.raises((CaseUnknown, AccessWaits)):
        find_case(at_desk("Leyla"), report.case_id)


def test_nothing_is_given_before_the_new_words_are_compared(world: World, at_desk: AtDesk) -> None:
    _file(world)
    _lose_both_keys(world, "Jan", compared=False)
    selin = at_desk("Selin")
    assert regrants.offers(world.session, selin.person_id, selin.key.key_id) == []
    assert regrants.restore(selin, world.person("Jan").id) == 0


def test_who_was_left_out_gets_nothing_back(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    _lose_both_keys(world, "Jan")
    assert regrants.restore(at_desk("Selin"), world.person("Jan").id) == 0
    with pytest.raises(CaseUnknown):
        find_case(at_desk("Jan"), report.case_id)


def test_who_was_left_out_gets_nothing_back_even_where_an_old_grant_was_forgotten(
    world: World, at_desk: AtDesk
) -> None:
    report, receipt = _file(world)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Jan"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, world.clock.hour())
    jans = select(ReportGrant).where(ReportGrant.person_id == world.person("Jan").id)
    for grant in world.session.scalars(jans):
        grant.state = GrantState.OPEN
    _lose_both_keys(world, "Jan")
    assert regrants.restore(at_desk("Selin"), world.person("Jan").id) == 0


def test_who_was_taken_away_by_the_child_gets_nothing_back(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    granting.end_reader(world.session, report, world.person("Jan").id, world.clock.hour())
    _lose_both_keys(world, "Jan")
    assert regrants.restore(at_desk("Selin"), world.person("Jan").id) == 0


def test_who_reads_nothing_can_give_nothing(world: World, at_desk: AtDesk) -> None:
    _file(world, ReaderChoice(Wish.NAMED, named=world.ids("Jan", "Amara")))
    _lose_both_keys(world, "Jan")
    selin = at_desk("Selin")
    assert regrants.offers(world.session, selin.person_id, selin.key.key_id) == []
    assert regrants.restore(selin, world.person("Jan").id) == 0


def test_who_has_left_the_school_gets_nothing_back(world: World, at_desk: AtDesk) -> None:
    _file(world)
    _lose_both_keys(world, "Jan")
    world.remove(["Jan"])
    assert regrants.restore(at_desk("Selin"), world.person("Jan").id) == 0


def test_a_key_without_a_valid_tag_is_an_alarm(world: World, at_desk: AtDesk) -> None:
    _file(world)
    _lose_both_keys(world, "Jan")
    world.person("Jan").directory_tag = bytes(34)
    assert regrants.restore(at_desk("Selin"), world.person("Jan").id) == 0
    alarm = world.session.scalars(select(AuditEntry).where(AuditEntry.event == "key.alarm")).one()
    assert alarm.facts == {"person": world.person("Jan").id, "what": "tag"}


def test_epochs_the_child_began_meanwhile_are_given_too(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    _lose_both_keys(world, "Jan", compared=False)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Amara"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, world.clock.hour())
    person = world.person("Jan")
    person.state = PersonState.ACTIVE
    for seat in world.session.scalars(select(Seat).where(Seat.person_id == person.id)):
        seat.state = SeatState.ACTIVE
    world.session.flush()
    assert regrants.restore(at_desk("Selin"), person.id) == 1
    jan = at_desk("Jan")
    opened = open_report_secrets(world.session, world.pepper_layer, jan.key, jan.person_id, report)
    assert set(opened) == {1, report.epoch}


def test_a_stand_in_with_a_new_key_stands_by_again_and_still_reads_nothing(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    _lose_both_keys(world, "Leyla")
    leyla = at_desk("Leyla")
    grants = select(ReportGrant).where(ReportGrant.person_id == leyla.person_id)
    # A reader's grant of the old key elsewhere makes the offer; here only the stand-in's is sealed anew.
    assert regrants.restore(at_desk("Selin"), leyla.person_id) == 0
    assert {grant.state for grant in world.session.scalars(grants)} == {GrantState.STANDBY}
    with pytest.raises(CaseUnknown):
        find_case(leyla, report.case_id)
    hour, reason = world.clock.hour(), ReaderReason.ABSENCE
    granting.release_standby(world.session, world.pepper_layer, report, leyla.person_id, reason, hour)
    assert open_report_secrets(world.session, world.pepper_layer, leyla.key, leyla.person_id, report)


def test_an_old_grant_does_not_open_with_the_new_key(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    _lose_both_keys(world, "Jan")
    jan = at_desk("Jan")
    with pytest.raises(UnsealRefused):
        open_report_secrets(world.session, world.pepper_layer, jan.key, jan.person_id, report)


def test_on_the_pages(world: World, enter: SignIn) -> None:
    report, _ = _file(world)
    _lose_both_keys(world, "Jan")
    jan, selin = enter("Jan"), enter("Selin")
    jan.get("/team")
    assert "1 Fall ist noch mit Ihrem alten Schlüssel verschlossen." in jan.main
    assert case_name(report.case_id) not in jan.main
    jan.get(f"/team/fall/{report.case_id}", 403)
    assert "Selin Aydin" in jan.main
    selin.get("/team")
    assert "Jan Brandt hat einen neuen Schlüssel" in selin.main
    selin.press("Zugang wieder freigeben")
    assert "Zugang zu 1 Meldung wieder freigegeben" in selin.main
    jan.get("/team")
    jan.follow(case_name(report.case_id))
    assert "hat einen neuen Schlüssel" in jan.main
