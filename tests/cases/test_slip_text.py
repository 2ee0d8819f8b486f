"""The text of a slip: its words open nothing of it, not with database and pepper; readers of the team open it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.inbox import case_search
from bullying_desk.cases.page.opened_case import CaseFile, open_file, open_name
from bullying_desk.cases.papers.timeline import open_course
from bullying_desk.clock import full_hour
from bullying_desk.reports import opening, record_kinds
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.filing.intake import Filed
from bullying_desk.reports.mailbox import letters, mailbox
from bullying_desk.reports.models import Record, Report, ReportEpoch, ReportGrant
from bullying_desk.reports.readers import readership, slip_epoch
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.pepper import PepperPlace
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.sealing.records import seal_record
from tests.cases.conftest import AtDesk
from tests.world import World

STORY = "Sie nehmen mir das Pausenbrot weg."
SLIP = Answers(1, False, {"text": STORY, "gesagt": "meiner Oma"}, written_by="Frau Aydin", wish="team", paper=True)
NAME = NameGiven(NameLevel.TEAM, "Mira", "5b")


def _slip(world: World, choice: ReaderChoice | None = None) -> tuple[Report, Receipt]:
    filed, receipt = world.file(answers=SLIP, name=NAME, choice=choice)
    return _of(world, filed), receipt


def _of(world: World, filed: Filed) -> Report:
    return world.report(filed)


def _look(me: Counsellor, report: Report) -> CaseFile:
    return open_file(me, find_case(me, report.case_id), report)


def test_the_words_with_database_and_pepper_open_nothing_of_what_it_says(world: World) -> None:
    report, receipt = _slip(world)
    session, pepper_layer, key = world.session, world.pepper_layer, receipt.key
    mine = opening.open_as_reporter(session, pepper_layer, key, report)
    assert set(mine) == {slip_epoch.CONVERSATION}
    grants = session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id)).all()
    assert {one.epoch for one in grants if one.person_id is None} == {slip_epoch.CONVERSATION}
    below = [one for one in grants if one.epoch == slip_epoch.BENEATH]
    assert below
    row = session.get_one(ReportEpoch, (report.id, slip_epoch.BENEATH))
    commitment = pepper_layer.lift(row.commitment, PepperPlace.REPORT_COMMITMENT, report.id, slip_epoch.BENEATH)
    for grant in below:
        for reader in (REPORTER, grant.person_id):
            assert reader is not None
            with pytest.raises(UnsealRefused):
                unseal.open_report_grant(grant.sealed, key, report.id, slip_epoch.BENEATH, reader, commitment)
    opened = []
    for record in session.scalars(select(Record).where(Record.owner_id == report.id)):
        place = record_kinds.place_of(record)
        for forged in {place, replace(place, epoch=slip_epoch.CONVERSATION)}:
            for how in (unseal.open_record, unseal.open_name):
                try:
                    opened.append(how(mine[slip_epoch.CONVERSATION], forged, record.sealed))
                except UnsealRefused:
                    continue
    assert len(opened) == 3, "the control: what the words do open is opened"
    assert not any(secret in text for text in opened for secret in (STORY, "Oma", "Mira", "5b"))
    told = opening.read_answers(session, mine, report)
    assert (told.paper, told.said, told.written_by) == (True, {}, "Frau Aydin")
    assert opening.read_name(session, mine, report) == NameGiven()
    assert letters.read_conversation(session, mine, report)[0].text == ""


def test_after_a_new_code_and_new_letters_it_stays_shut(world: World) -> None:
    report, receipt = _slip(world)
    mine = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    fresh = world.receipt()
    mine = mailbox.renew_receipt(world.session, world.pepper_layer, report, mine, fresh)
    assert slip_epoch.BENEATH not in mine
    assert slip_epoch.BENEATH not in opening.open_as_reporter(world.session, world.pepper_layer, fresh.key, report)


def test_the_desk_reads_it_as_the_reports_first_text(world: World, at_desk: AtDesk) -> None:
    report, _ = _slip(world)
    for name in ("Selin", "Jan", "Amara"):
        file = _look(at_desk(name), report)
        assert (file.answers.text, file.name_level) == (STORY, NameLevel.TEAM)
        assert ("Wem ist es schon gesagt?", "meiner Oma") in file.pairs
    me = at_desk("Selin")
    found = find_case(me, report.case_id)
    assert open_name(me, found, report, "Ich sehe sie morgen.") == NAME
    assert STORY in str(open_course(me, found))
    hits = case_search.search(me, case_search.Wanted("Pausenbrot")).lines
    assert [places for _line, places in hits] == [{case_search.Place.REPORT}]


def _with_amara_for_jan(world: World) -> Report:
    report, receipt = _slip(world, ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Jan")))
    session, pepper_layer, hour = world.session, world.pepper_layer, full_hour(world.clock.now())
    mine = opening.open_as_reporter(session, pepper_layer, receipt.key, report)
    change = readership.plan_change(
        session, pepper_layer, report, mine, leave=world.ids("Jan"), join=world.ids("Amara")
    )
    readership.change_readers(session, pepper_layer, report, mine, change, hour)
    return report


def test_whom_the_child_lets_in_reads_it_once_a_reader_has_opened_the_case(world: World, at_desk: AtDesk) -> None:
    report = _with_amara_for_jan(world)
    session, amara = world.session, at_desk("Amara")
    file = _look(amara, report)
    assert (file.answers.text, file.answers.paper, file.name_level) == ("", True, NameLevel.NONE)
    _look(at_desk("Selin"), report)
    assert _look(amara, report).answers.text == STORY
    held = select(ReportGrant.sealed).where(ReportGrant.report_id == report.id, ReportGrant.epoch == slip_epoch.BENEATH)
    assert session.scalars(held.where(ReportGrant.person_id.in_(world.ids("Jan")))).all() == [b""]
    assert not session.scalars(held.where(ReportGrant.person_id.in_(world.ids("Renate", "Piotr")))).all()


def test_a_reader_who_is_left_out_is_given_nothing_of_it(world: World, at_desk: AtDesk) -> None:
    report, selin = _with_amara_for_jan(world), at_desk("Selin")
    opened, amara = selin.open_report(report), world.ids("Amara")
    held = select(ReportGrant.id).where(ReportGrant.report_id == report.id, ReportGrant.epoch == slip_epoch.BENEATH)
    for left_out, given in ((LeftOut(people=amara), 0), (LeftOut(), 1)):
        slip_epoch.hand_on(selin.session, selin.pepper_layer, report, opened.secrets, left_out)
        assert len(selin.session.scalars(held.where(ReportGrant.person_id.in_(amara))).all()) == given


def test_a_slip_of_before_still_opens(world: World, at_desk: AtDesk) -> None:
    """Stored as it was once: one epoch, the text in the report itself, and the child's page alone hides it."""
    filed, _ = world.file(answers=replace(SLIP, paper=False))
    report = _of(world, filed)
    me = at_desk("Selin")
    secrets = opening.open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report)
    record = me.session.scalars(
        select(Record).where(Record.owner_id == report.id, Record.kind == record_kinds.REPORT)
    ).one()
    record.sealed = seal_record(secrets[1], record_kinds.place_of(record), SLIP.to_text())
    me.session.flush()
    assert _look(me, report).answers == SLIP
