"""An own access for a child whom a bystander reported: its own readers, its own words, and nobody finds a trace."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.readers import child_access
from bullying_desk.cases.readers.child_access import AccessNotOffered, Apart, MustStandApart
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers, LeftOut
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, Report
from bullying_desk.reports.offline.on_behalf import Author, Told
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.receipts import Receipt
from tests.cases.browsing import forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.world import World

SAW = Answers(2, False, {"text": "Sie lachen Kind A aus."})


def _told(world: World, choice: ReaderChoice) -> Told:
    return Told(world.school.id, 1, choice, left_out=LeftOut(choice.left_out), letter="Hier kannst du mir schreiben.")


def _open(
    world: World, at_desk: AtDesk, case_id: int, choice: ReaderChoice, *, apart: bool = False
) -> tuple[child_access.OpenedAccess, Receipt]:
    me, receipt = at_desk("Selin"), world.receipt()
    author = Author(me.person_id, "Frau Aydin")
    told = _told(world, choice)
    return child_access.open_access(me, find_case(me, case_id), told, receipt, author, Terms(), apart=apart), receipt


def test_the_child_has_its_own_report_and_readers_in_the_same_case_and_the_bystander_learns_nothing(
    world: World, at_desk: AtDesk
) -> None:
    first, bystander = world.file(answers=SAW)
    saw = world.report(first)
    before = (saw.letters, saw.last_hour, saw.epoch)
    opened, child = _open(world, at_desk, saw.case_id, ReaderChoice(Wish.NAMED, world.ids("Selin"), None))
    own = world.session.get_one(Report, opened.filed.report_id)
    assert (own.case_id, opened.apart) == (saw.case_id, False)
    # the child reads its own letter; the bystander's conversation is as it was, and its words open nothing else
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, child.key, own)
    assert letters.read_conversation(world.session, secrets, own)[-1].text == "Hier kannst du mir schreiben."
    assert (saw.letters, saw.last_hour, saw.epoch) == before
    with pytest.raises(UnsealRefused):
        opening.open_as_reporter(world.session, world.pepper_layer, bystander.key, own)
    # Jan reads the bystander's report alone: of the child's he finds nothing, nor the case's notes from now on
    jan = find_case(at_desk("Jan"), saw.case_id)
    assert [report.id for report in jan.reports] == [saw.id]
    selin = at_desk("Selin")
    assert open_case_secrets(selin, find_case(selin, saw.case_id).case)
    assert open_case_secrets(at_desk("Jan"), jan.case) == {}


@pytest.mark.parametrize(
    ("left_out_first", "choice", "why", "named"),
    [
        ((), {"wish": Wish.NAMED, "named": ("Selin",), "left_out": ("Jan",)}, Apart.LEFT_OUT_READS, ("Jan",)),
        (("Jan",), {"wish": Wish.NAMED, "named": ("Selin", "Jan")}, Apart.READS_LEFT_OUT, ("Jan",)),
        ((), {"wish": Wish.CITY}, Apart.NOBODY_READS_BOTH, ()),
    ],
)
def test_where_somebody_left_out_would_find_a_trace_it_becomes_a_case_of_its_own(
    world: World,
    at_desk: AtDesk,
    left_out_first: tuple[str, ...],
    choice: dict[str, object],
    why: Apart,
    named: tuple[str, ...],
) -> None:
    first, _receipt = world.file(answers=SAW, choice=ReaderChoice(Wish.TEAM, left_out=world.ids(*left_out_first)))
    case_id = world.report(first).case_id
    ids = {key: world.ids(*value) if isinstance(value, tuple) else value for key, value in choice.items()}
    wanted = ReaderChoice(**ids)  # type: ignore[arg-type]
    with pytest.raises(MustStandApart) as refused:
        _open(world, at_desk, case_id, wanted)
    assert (refused.value.why, refused.value.people) == (why, world.ids(*named))
    assert world.session.scalar(select(func.count()).select_from(Report)) == 1
    opened, _child = _open(world, at_desk, case_id, wanted, apart=True)
    assert opened.apart
    assert opened.case_id != case_id
    if why is Apart.LEFT_OUT_READS:
        with pytest.raises(CaseUnknown):
            find_case(at_desk("Jan"), opened.case_id)


def test_whoever_was_left_out_first_stays_left_out_of_the_childs_report_too(world: World, at_desk: AtDesk) -> None:
    first, _receipt = world.file(answers=SAW, choice=ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    opened, child = _open(
        world, at_desk, world.report(first).case_id, ReaderChoice(Wish.NAMED, world.ids("Selin", "Amara"))
    )
    own = world.session.get_one(Report, opened.filed.report_id)
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, child.key, own)
    assert opening.read_left_out(world.session, secrets, own).people == world.ids("Jan")


def test_lost_words_are_no_dead_end(world: World, at_desk: AtDesk) -> None:
    first, _receipt = world.file(answers=SAW)
    case_id, wish = world.report(first).case_id, ReaderChoice(Wish.NAMED, world.ids("Selin"))
    once, _lost = _open(world, at_desk, case_id, wish)
    selin = at_desk("Selin")
    assert child_access.has_access(selin, find_case(selin, case_id))
    again, _kept = _open(world, at_desk, case_id, wish)
    assert again.filed.report_id != once.filed.report_id


def test_a_child_that_has_written_itself_has_an_access(world: World, at_desk: AtDesk) -> None:
    first, _receipt = world.file()
    with pytest.raises(AccessNotOffered):
        _open(world, at_desk, world.report(first).case_id, ReaderChoice(Wish.TEAM))


def test_the_words_are_shown_once_handed_over_and_open_the_conversation(
    world: World, enter: SignIn, client: FlaskClient
) -> None:
    first, _receipt = world.file(answers=SAW)
    case_id = world.report(first).case_id
    desk, address = enter("Selin"), f"/team/fall/{case_id}/zugang"
    desk.get(address)
    desk.press("Zugang anlegen", 422)
    assert "Fragen Sie zuerst das Kind" in desk.main
    form = next(each for each in forms_of(desk.page) if "Zugang anlegen" in each.words)
    seat = str(world.seats["Selin"].id)
    wanted = {"sure": "y", "gefahr": "nein", "lesen": "einzeln", "wer": seat, "text": "Sie nehmen mir die Mütze weg."}
    words = words_on(desk.send(address, {**form.fields, **wanted}, 200))
    assert len(words) == 6
    assert words_on(desk.send(address, {**form.fields, **wanted}, 200)) == words  # a lost answer locks nobody out
    world.session.expire_all()
    counted = [world.session.scalar(select(func.count()).select_from(table)) for table in (Report, Case)]
    assert counted == [2, 1]
    desk.press("Das Kind hat den Code")
    assert words_on(desk.send(address, {**form.fields, **wanted}, 200)) == []
    press(client, "/zurueck", filled(look(client, "/zurueck"), code=" ".join(words)))
    conversation = main_of(look(client, "/gespraech"))
    assert "Hier kannst du mir schreiben." in conversation
    assert "Das hat Frau Aydin für dich aufgeschrieben" in conversation
