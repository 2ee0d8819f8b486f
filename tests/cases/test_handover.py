"""Leaving: the cases are handed over first, two can still read, and then the access ends at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import case_state, departures, notes
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import PrivateNote
from bullying_desk.cases.readers import handover
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import ReaderExcluded, open_as_reporter, open_report_secrets
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.web.models import WebSession
from tests import rights_by_hand
from tests.cases.conftest import AtDesk, SignIn
from tests.world import SINCE, World, make_school


def _file(world: World, choice: ReaderChoice | None = None) -> tuple[Report, Receipt]:
    filed, receipt = world.file(choice=choice)
    return world.report(filed), receipt


def _named(world: World, *names: str) -> ReaderChoice:
    return ReaderChoice(Wish.NAMED, named=world.ids(*names))


def _readers(world: World, report: Report) -> dict[str, ReaderReason | None]:
    by_id = {person.id: name for name, person in world.people.items()}
    lines = readership.readers_of(world.session, report)
    return {by_id[line.person_id]: line.reason for line in lines if line.state is GrantState.OPEN}


def _own(world: World, me: Counsellor, report: Report) -> Case:
    case = find_case(me, report.case_id).case
    case_state.take_over(me, case, seen_owner=case.owner_id)
    return case


def test_cases_go_to_the_colleague_and_the_access_ends(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    selin, jan = at_desk("Selin"), at_desk("Jan")
    case = _own(world, selin, report)
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "vorher")
    notes.write_private_note(selin, find_case(selin, case.id), "nur ich")
    assert handover.hand_over(selin, world.seats["Selin"], jan.person_id) == 1
    world.session.expire_all()
    assert world.session.get_one(Case, case.id).owner_id == jan.person_id
    with pytest.raises(CaseUnknown):
        find_case(selin, case.id)
    assert set(_readers(world, report)) == {"Jan", "Amara"}
    assert report.epoch == 2
    assert (world.seats["Selin"].state, world.person("Selin").state) == (SeatState.ENDED, PersonState.LEFT)
    assert world.person("Selin").password_vault is None
    assert world.session.scalar(select(func.count()).select_from(PrivateNote)) == 0
    found = find_case(jan, case.id)
    assert [note.text for note in notes.team_notes(jan, case, open_case_secrets(jan, found.case))] == ["vorher"]
    # New text is sealed in an epoch the leaver never held.
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    letters.write_letter(world.session, secrets, report, "Hallo?", now=world.clock.now())
    with pytest.raises(ReaderExcluded):
        open_report_secrets(world.session, world.pepper_layer, selin.key, selin.person_id, report)
    opened = open_report_secrets(world.session, world.pepper_layer, jan.key, jan.person_id, report)
    assert letters.read_conversation(world.session, opened, report)[-1].text == "Hallo?"


def test_a_colleague_who_did_not_read_is_let_in_and_the_child_sees_it(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, _named(world, "Selin", "Jan"))
    selin = at_desk("Selin")
    case = _own(world, selin, report)
    handover.hand_over(selin, world.seats["Selin"], world.person("Amara").id)
    assert _readers(world, report) == {"Jan": ReaderReason.CHOSEN, "Amara": ReaderReason.HANDED_OVER}
    world.session.expire_all()
    assert world.session.get_one(Case, case.id).owner_id == world.person("Amara").id
    amara = at_desk("Amara")
    opened = open_report_secrets(world.session, world.pepper_layer, amara.key, amara.person_id, report)
    assert letters.read_conversation(world.session, opened, report)[0].text == "Sie lachen mich aus."
    assert open_as_reporter(world.session, world.pepper_layer, receipt.key, report).keys() == {1, 2}


def test_only_owned_open_cases_let_a_colleague_in(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, _named(world, "Selin", "Jan"))
    selin = at_desk("Selin")
    handover.hand_over(selin, world.seats["Selin"], world.person("Amara").id)
    assert "Amara" not in _readers(world, report)


def test_who_was_left_out_never_gets_the_case(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, ReaderChoice(Wish.TEAM, left_out=world.ids("Amara")))
    selin, amara = at_desk("Selin"), at_desk("Amara")
    case = _own(world, selin, report)
    handover.hand_over(selin, world.seats["Selin"], amara.person_id)
    with pytest.raises(CaseUnknown):
        find_case(amara, case.id)
    world.session.expire_all()
    assert world.session.get_one(Case, case.id).owner_id is None
    assert "Amara" not in _readers(world, report)
    assert len(_readers(world, report)) >= 2


def test_stand_ins_are_released_where_fewer_than_two_would_read(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, _named(world, "Selin"))
    selin = at_desk("Selin")
    case = _own(world, selin, report)
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "vorher")
    handover.hand_over(selin, world.seats["Selin"], None)
    assert _readers(world, report) == {"Leyla": ReaderReason.TOO_FEW, "Tomasz": ReaderReason.TOO_FEW}
    leyla = at_desk("Leyla")
    found = find_case(leyla, case.id)
    assert [note.text for note in notes.team_notes(leyla, case, open_case_secrets(leyla, found.case))] == ["vorher"]


def test_the_city_joins_where_nobody_stands_by(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    standby = select(ReportGrant).where(ReportGrant.state == GrantState.STANDBY)
    for grant in world.session.scalars(standby):
        world.session.delete(grant)
    world.remove(["Amara"])
    selin = at_desk("Selin")
    handover.hand_over(selin, world.seats["Selin"], None)
    assert _readers(world, report).keys() & {"Leyla", "Tomasz"}
    assert len(_readers(world, report)) >= 2


def test_nobody_leaves_while_too_few_would_read(world: World, at_desk: AtDesk) -> None:
    _file(world)
    world.remove(["Jan", "Amara", "Leyla", "Tomasz"])
    with pytest.raises(handover.TooFewLeft):
        handover.hand_over(at_desk("Selin"), world.seats["Selin"], None)


def test_a_stand_in_who_leaves_releases_nobody(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, _named(world, "Selin"))
    leyla = at_desk("Leyla")
    handover.hand_over(leyla, world.seats["Leyla"], None)
    assert set(_readers(world, report)) == {"Selin"}
    assert report.epoch == 1
    grants = {grant.person_id: grant for grant in world.session.scalars(select(ReportGrant))}
    assert grants[leyla.person_id].state is GrantState.ENDED
    assert grants[leyla.person_id].sealed == b""
    assert grants[world.person("Tomasz").id].state is GrantState.STANDBY


def test_somebody_with_two_seats_leaves_only_one(world: World, at_desk: AtDesk) -> None:
    other = make_school(world.session, "M4T2", "198766", "Am Hafen")
    seat = Seat(school_id=other.id, person_id=world.person("Selin").id, role=Role.CONTACT_PERSON)
    seat.shown_name, seat.state, seat.started_on = "Frau Aydin", SeatState.ACTIVE, SINCE
    world.session.add(seat)
    world.session.flush()
    here, _ = _file(world)
    selin = at_desk("Selin")
    handover.hand_over(selin, seat, None)
    assert find_case(selin, here.case_id).reports == (here,)
    assert world.person("Selin").state is PersonState.ACTIVE
    with pytest.raises(departures.SeatUnknown):
        departures.own_seat(world.session, selin.person_id, seat.id)


def test_the_coordinator_ends_a_seat_without_reading_anything(world: World) -> None:
    report, _ = _file(world, _named(world, "Selin"))
    case = world.session.get_one(Case, report.case_id)
    case.owner_id = world.person("Selin").id
    world.session.flush()
    now = world.clock.now()
    handover.end_seat(world.session, world.pepper_layer, world.seats["Selin"], world.person("Piotr").id, now)
    world.session.expire_all()
    assert set(_readers(world, report)) == {"Leyla", "Tomasz"}
    assert world.session.get_one(Case, case.id).owner_id is None
    assert report.epoch == 2
    events = world.session.scalars(select(AuditEntry.event)).all()
    assert {"seat.ended", "person.left", "report.reader_removed", "report.standby_released"} <= set(events)


def test_the_coordinator_cannot_leave_a_report_without_any_reader(world: World) -> None:
    _file(world, _named(world, "Selin"))
    world.remove(["Leyla", "Tomasz"])
    with pytest.raises(handover.TooFewLeft):
        handover.end_seat(
            world.session, world.pepper_layer, world.seats["Selin"], world.person("Piotr").id, world.clock.now()
        )


@pytest.mark.both
def test_on_the_pages_one_hands_over_and_is_signed_out(world: World, enter: SignIn) -> None:
    report, _ = _file(world)
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Übernehmen")
    selin.get("/team/konto")
    selin.follow("Ich verlasse das Team")
    assert "Sie lesen 1 Meldung. Sie sind für 1 offenen Fall zuständig." in selin.main
    selin.press("Übergeben und gehen", status=422)
    assert "Bestätigen Sie, dass Sie gehen." in selin.main
    seat, jan = world.seats["Selin"].id, world.person("Jan").id
    typed: dict[str, Any] = {f"s{seat}-sure": "y", f"s{seat}-colleague": str(jan)}
    selin.press("Übergeben und gehen", **typed)
    assert selin.page.request.path == "/team/anmelden"
    assert rights_by_hand.count(world.session, WebSession, WebSession.person_id == world.person("Selin").id) == 0
    selin.get("/team", status=303)
    desk = enter("Jan")
    desk.get("/team?liste=meine")
    assert "Zuständig: Sie" in desk.main


def test_on_the_pages_a_refusal_changes_nothing(world: World, enter: SignIn) -> None:
    report, _ = _file(world)
    world.remove(["Jan", "Amara", "Leyla", "Tomasz"])
    selin = enter("Selin")
    selin.get("/team/uebergabe")
    typed: dict[str, Any] = {f"s{world.seats['Selin'].id}-sure": "y"}
    selin.press("Übergeben und gehen", status=422, **typed)
    assert "nicht mehr zwei Menschen lesen" in selin.main
    selin.get(f"/team/fall/{report.case_id}")


def test_on_the_pages_the_coordinator_ends_a_seat(world: World, enter: SignIn) -> None:
    report, _ = _file(world)
    piotr, jan = enter("Piotr"), enter("Jan")
    jan.get(f"/team/fall/{report.case_id}")
    seat = world.seats["Jan"].id
    piotr.get(f"/team/schule/person/{seat}")
    piotr.follow("Aus dem Team nehmen")
    piotr.press("Zugang beenden", status=422)
    piotr.press("Zugang beenden", sure="y")
    assert "Gespeichert." in piotr.main
    assert "Jan Brandt" not in piotr.main
    jan.get("/team", status=303)
    piotr.get(f"/team/schule/person/{seat}/ende", status=404)


@pytest.mark.parametrize("name", ["Leyla", "Renate", "Piotr"])
def test_nobody_ends_a_seat_that_is_not_theirs_to_end(world: World, enter: SignIn, name: str) -> None:
    desk = enter("Piotr")
    desk.get(f"/team/schule/person/{world.seats[name].id}/ende", status=404)
    enter("Selin").get(f"/team/schule/person/{world.seats['Jan'].id}/ende", status=404)
