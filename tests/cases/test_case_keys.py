"""The case's secret follows who reads: who leaves opens nothing written afterwards, who comes opens everything."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import notes, opening
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.models import Case, CaseEpoch, CaseGrant, GrantState, ReaderReason, Record, Report
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.pepper import PepperPlace
from bullying_desk.sealing.receipts import Receipt
from tests.cases.conftest import AtDesk
from tests.world import World


def _file(world: World, choice: ReaderChoice | None = None) -> tuple[Report, Receipt]:
    filed, receipt = world.file(choice=choice)
    return world.report(filed), receipt


def _change(world: World, report: Report, receipt: Receipt, *, leave: str = "", join: str = "") -> None:
    """Let the child change who reads, with the rights of the receipt alone."""
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    gone, coming = world.ids(*leave.split()), world.ids(*join.split())
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=gone, join=coming)
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, world.clock.hour())


def _note(me: Counsellor, report: Report, text: str) -> None:
    case = find_case(me, report.case_id).case
    notes.write_team_note(me, case, open_case_secrets(me, case), text)


def _read(me: Counsellor, report: Report) -> list[str | None]:
    case = find_case(me, report.case_id).case
    return [note.text for note in notes.team_notes(me, case, open_case_secrets(me, case))]


def _grant(world: World, case_id: int, epoch: int, name: str) -> CaseGrant | None:
    person = world.person(name).id
    query = select(CaseGrant).where(CaseGrant.case_id == case_id, CaseGrant.epoch == epoch)
    return world.session.scalars(query.where(CaseGrant.person_id == person)).one_or_none()


def test_the_team_reads_one_anothers_notes(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    _note(at_desk("Selin"), report, "Sportplan geprüft.")
    _note(at_desk("Jan"), report, "Mit der Klassenleitung gesprochen.")
    for name in ("Selin", "Jan", "Amara"):
        assert _read(at_desk(name), report) == ["Mit der Klassenleitung gesprochen.", "Sportplan geprüft."]
    assert world.session.get_one(Case, report.case_id).epoch == 1


def test_an_opened_grant_is_rewrapped_and_still_opens(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    _note(at_desk("Selin"), report, "Notiz")
    grant = _grant(world, report.case_id, 1, "Selin")
    assert grant is not None
    assert grant.own is not None
    assert len(grant.own) == 81
    grant.sealed = b""
    assert _read(at_desk("Selin"), report) == ["Notiz"]


def test_who_was_taken_away_opens_nothing_written_afterwards(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    jan = at_desk("Jan")
    _note(jan, report, "vorher")
    kept = _grant(world, report.case_id, 1, "Jan")
    assert kept is not None
    old_copy = CaseGrant(
        case_id=kept.case_id, epoch=1, person_id=kept.person_id, key_id=kept.key_id, sealed=kept.sealed, own=kept.own
    )
    _change(world, report, receipt, leave="Jan")
    with pytest.raises(CaseUnknown):
        find_case(jan, report.case_id)
    _note(at_desk("Selin"), report, "nachher")
    case = world.session.get_one(Case, report.case_id)
    assert case.epoch == 2
    assert _grant(world, case.id, 2, "Jan") is None
    # With an old copy of the database, Jan's own key and the old grant open the old epoch and not the new one.
    epochs = {row.epoch: row for row in world.session.scalars(select(CaseEpoch).where(CaseEpoch.case_id == case.id))}
    place = (PepperPlace.CASE_COMMITMENT, case.id)
    old_secret = opening.open_case_secret(jan, old_copy, world.pepper_layer.lift(epochs[1].commitment, *place, 1))
    with pytest.raises(UnsealRefused):
        opening.open_case_secret(jan, old_copy, world.pepper_layer.lift(epochs[2].commitment, *place, 2))
    records = {record.epoch: record for record in world.session.scalars(select(Record).where(Record.kind == "note"))}
    assert opening.open_entry(old_secret, records[1])["text"] == "vorher"
    with pytest.raises(UnsealRefused):
        opening.open_entry(old_secret, records[2])
    assert _read(at_desk("Selin"), report) == ["nachher", "vorher"]


def test_who_the_child_adds_is_given_the_notes_at_the_next_opening(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Jan")))
    _note(at_desk("Selin"), report, "vorher")
    _change(world, report, receipt, join="Amara")
    _note(at_desk("Jan"), report, "Amara liest jetzt mit.")
    assert _read(at_desk("Amara"), report) == ["Amara liest jetzt mit.", "vorher"]


def test_whoever_comes_first_and_holds_no_secret_begins_an_epoch_of_their_own(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Jan")))
    _note(at_desk("Selin"), report, "vorher")
    _change(world, report, receipt, join="Amara")
    _note(at_desk("Amara"), report, "Ich bin neu hier.")
    assert _read(at_desk("Amara"), report) == ["Ich bin neu hier.", None]
    assert _read(at_desk("Selin"), report) == ["Ich bin neu hier.", "vorher"]
    assert _read(at_desk("Amara"), report) == ["Ich bin neu hier.", "vorher"]


def test_who_comes_back_is_given_the_secret_again(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    _note(at_desk("Selin"), report, "eins")
    _change(world, report, receipt, leave="Jan")
    _note(at_desk("Selin"), report, "zwei")
    _change(world, report, receipt, join="Jan")
    _note(at_desk("Selin"), report, "drei")
    assert _read(at_desk("Jan"), report) == ["drei", "zwei", "eins"]


def test_a_stand_in_opens_notes_only_when_released(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    _change(world, report, receipt, leave="Jan")
    _note(at_desk("Selin"), report, "Notiz")
    grant = _grant(world, report.case_id, 2, "Leyla")
    assert grant is not None
    assert grant.state is GrantState.STANDBY
    leyla, commitment = at_desk("Leyla"), _commitment(world, report.case_id, 2)
    with pytest.raises(CaseUnknown):
        find_case(leyla, report.case_id)
    with pytest.raises(UnsealRefused):
        opening.open_case_secret(leyla, grant, commitment)
    hour = world.clock.hour()
    granting.release_standby(world.session, world.pepper_layer, report, leyla.person_id, ReaderReason.ABSENCE, hour)
    assert _read(leyla, report) == ["Notiz"]


def _commitment(world: World, case_id: int, epoch: int) -> bytes:
    row = world.session.get_one(CaseEpoch, (case_id, epoch))
    return world.pepper_layer.lift(row.commitment, PepperPlace.CASE_COMMITMENT, case_id, epoch)


def test_who_reads_only_one_of_two_reports_holds_no_secret_of_the_case(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    other, receipt = _file(world)
    _note(at_desk("Selin"), report, "vor dem Verbinden")
    other.case_id = report.case_id
    world.session.flush()
    _change(world, other, receipt, leave="Jan")
    _note(at_desk("Selin"), report, "spricht von beiden")
    jan = at_desk("Jan")
    found = find_case(jan, report.case_id)
    assert found.reports == (report,)
    assert open_case_secrets(jan, found.case) == {}
    assert notes.team_notes(jan, found.case, {}) == []
    with pytest.raises(notes.NoCaseKey):
        notes.write_team_note(jan, found.case, {}, "Notiz")


def test_a_swapped_grant_is_an_alarm_and_the_case_goes_on(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world)
    _note(at_desk("Selin"), report, "vorher")
    mine, theirs = _grant(world, report.case_id, 1, "Jan"), _grant(world, report.case_id, 1, "Amara")
    assert mine is not None
    assert theirs is not None
    mine.sealed = theirs.sealed
    jan = at_desk("Jan")
    _note(jan, report, "nachher")
    assert _read(jan, report) == ["nachher", None]
    assert _read(at_desk("Selin"), report) == ["nachher", "vorher"]
    alarms = world.session.scalars(select(AuditEntry).where(AuditEntry.event == Event.KEY_ALARM.code)).all()
    assert {(entry.subject_id, entry.facts["what"]) for entry in alarms} == {(report.case_id, "case-grant")}


def test_what_does_not_open_says_who_reads_it_and_what_to_do(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Jan")))
    _note(at_desk("Selin"), report, "vorher")
    _change(world, report, receipt, join="Amara")
    jan, selin = world.person("Jan").name, world.person("Selin").name
    waits = _closed(at_desk("Amara"), report)
    assert f"{jan}, {selin}" in waits
    assert "den Fall einmal aufzurufen" in waits
    _read(at_desk("Jan"), report)
    assert _closed(at_desk("Amara"), report) == ""  # the promise is kept
    mine, theirs = _grant(world, report.case_id, 1, "Jan"), _grant(world, report.case_id, 1, "Selin")
    assert mine is not None
    assert theirs is not None
    mine.own = theirs.sealed
    broken = _closed(at_desk("Jan"), report)
    assert "Ihr Zugang öffnet diesen Eintrag nicht" in broken
    assert jan not in broken
    record = world.session.scalars(select(Record).where(Record.kind == "note")).one()
    record.sealed = record.sealed[:-1] + bytes([record.sealed[-1] ^ 1])
    assert "beschädigt" in _closed(at_desk("Selin"), report)
    _change(world, report, receipt, leave="Amara")
    for grant in world.session.scalars(select(CaseGrant).where(CaseGrant.epoch == 1)):
        grant.state = GrantState.ENDED
    world.session.flush()
    assert "niemand, der jetzt mitliest" in _closed(at_desk("Selin"), report)


def _closed(me: Counsellor, report: Report) -> str:
    case = find_case(me, report.case_id).case
    return notes.team_notes(me, case, open_case_secrets(me, case))[-1].closed
