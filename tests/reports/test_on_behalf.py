"""An adult of the team writes down a child's talk: the child has its own report and words, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports import opening
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.mailbox import letters, mailbox
from bullying_desk.reports.models import Case, CaseEpoch, Report, Writer
from bullying_desk.reports.offline import on_behalf
from bullying_desk.reports.offline.on_behalf import Author, Told, may_show, write_down
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.format.secret_types import SendToken, SessionKey
from tests.world import World


def _author(world: World) -> Author:
    return Author(world.person("Selin").id, "Frau Aydin")


def test_the_same_form_brings_the_same_words_and_another_one_others() -> None:
    token, key = SendToken.generate(), SessionKey.generate()
    first = on_behalf.words_for(token, key, [("text", "a"), ("x", "1")], 6)
    assert first.words == on_behalf.words_for(token, key, [("x", "1"), ("text", "a")], 6).words
    assert first.words != on_behalf.words_for(token, key, [("text", "b"), ("x", "1")], 6).words
    assert first.words != on_behalf.words_for(SendToken.generate(), key, [("text", "a"), ("x", "1")], 6).words


def test_the_child_opens_it_with_its_words_and_finds_the_first_letter(world: World) -> None:
    told = Told(
        world.school.id,
        1,
        ReaderChoice(Wish.NAMED, world.ids("Selin"), None, world.ids("Jan")),
        text="Sie nehmen mir die Mütze weg.",
        letter="Hier kannst du mir schreiben.",
    )
    receipt, now = world.receipt(), world.clock.now()
    filed = write_down(world.session, world.pepper_layer, told, receipt, _author(world), now, Terms())
    again = write_down(world.session, world.pepper_layer, told, receipt, _author(world), now, Terms())
    assert (filed.new, again.new, again.report_id) == (True, False, filed.report_id)
    report = mailbox.find_report(world.session, world.pepper_layer, receipt)
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    first, letter = letters.read_conversation(world.session, secrets, report)
    assert first.answers is not None
    assert (first.answers.written_by, first.answers.wish) == ("Frau Aydin", "named")
    assert ("Aufgeschrieben von", "Frau Aydin") in first.answers.pairs()
    assert (first.text, letter.text, letter.by) == (told.text, told.letter, "Frau Aydin")
    assert report.last_writer is Writer.STAFF  # nobody waits: the team has spoken


def test_whoever_wrote_it_down_needs_no_mail_and_the_others_get_one(world: World) -> None:
    told = Told(world.school.id, 1, ReaderChoice(Wish.TEAM), text="Hilfe")
    write_down(world.session, world.pepper_layer, told, world.receipt(), _author(world), world.clock.now(), Terms())
    mailed = set(world.session.scalars(select(OutboxMail.person_id)))
    assert mailed == world.ids("Jan", "Amara")


def test_words_are_shown_until_they_are_kept_and_not_for_long(world: World) -> None:
    told, receipt, now = Told(world.school.id, 1, ReaderChoice(Wish.TEAM)), world.receipt(), world.clock.now()
    filed = write_down(world.session, world.pepper_layer, told, receipt, _author(world), now, Terms())
    assert may_show(filed, now)
    assert not may_show(filed, now + timedelta(hours=2))
    mailbox.keep_receipt(world.report(filed))
    world.session.flush()
    assert not may_show(write_down(world.session, world.pepper_layer, told, receipt, _author(world), now, Terms()), now)


def test_it_can_join_a_case_and_makes_none(world: World) -> None:
    first, _receipt = world.file()
    case = world.report(first).case
    told = Told(world.school.id, 1, ReaderChoice(Wish.TEAM), danger=True)
    filed = write_down(
        world.session,
        world.pepper_layer,
        told,
        world.receipt(),
        _author(world),
        world.clock.now(),
        Terms(),
        case_id=case.id,
    )
    world.session.expire_all()
    assert world.session.scalar(select(func.count()).select_from(Case)) == 1
    assert world.session.scalar(select(func.count()).select_from(CaseEpoch)) == 1
    assert world.session.get_one(Report, filed.report_id).case_id == case.id
    assert case.danger
