"""Linking: refused while anybody on the one is left out of the other; taking it out again restores case and file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bullying_desk.cases import notes
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import OfferKind
from bullying_desk.cases.papers.timeline import open_course
from bullying_desk.cases.readers import linking, read_along, sharing
from bullying_desk.cases.readers.sharing import SharingWish
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.reports.models import Case, Report, Urgency
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.reports.readers.routing import Wish as Choice
from bullying_desk.sealing.receipts import Receipt
from tests.cases.conftest import AtDesk
from tests.moving_clock import MovingClock
from tests.world import World, make_school


def _file(world: World, *named: str, left_out: tuple[str, ...] = ()) -> tuple[Report, Receipt]:
    choice = ReaderChoice(Choice.NAMED, named=world.ids(*named), left_out=world.ids(*left_out))
    filed, receipt = world.file(choice=choice)
    return world.report(filed), receipt


def _link(me: Counsellor, report: Report, other: int) -> Case:
    found = find_case(me, report.case_id)
    return linking.link(me, found, found.report(report.id), other)


def _unlink(me: Counsellor, report: Report) -> Case:
    found = find_case(me, report.case_id)
    return linking.unlink(me, found, found.report(report.id))


def _write(me: Counsellor, case_id: int, text: str) -> None:
    case = find_case(me, case_id).case
    notes.write_team_note(me, case, open_case_secrets(me, case), text)


def _notes(me: Counsellor, case_id: int) -> set[str | None]:
    case = find_case(me, case_id).case
    return {note.text for note in notes.team_notes(me, case, open_case_secrets(me, case))}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("reader", ["Amara", "Leyla"])
def test_refused_while_a_reader_or_a_stand_in_of_the_one_is_left_out_of_the_other(
    world: World, at_desk: AtDesk, turned: bool, reader: str
) -> None:
    """Amara reads the one; Leyla only stands by for it. Both directions."""
    first, _ = _file(world, "Selin", "Amara")
    second, _ = _file(world, "Selin", "Jan", left_out=(reader,))
    one, another = (second, first) if turned else (first, second)
    selin = at_desk("Selin")
    with pytest.raises(linking.NotTogether) as refused:
        _link(selin, one, another.case_id)
    assert str(world.person(reader).id) not in str(refused.value)
    assert first.case_id != second.case_id


def test_linking_and_taking_out_restores_case_readers_and_file(world: World, at_desk: AtDesk) -> None:
    first, _ = _file(world, "Selin", "Jan")
    second, _ = _file(world, "Selin", "Amara")
    selin, jan, amara = (at_desk(name) for name in ("Selin", "Jan", "Amara"))
    old, home = first.case_id, second.case_id
    _write(selin, old, "von Fall eins")
    _write(selin, home, "von Fall zwei")
    epoch = find_case(selin, old).case.epoch
    assert _link(selin, second, old).id == old
    assert {report.id for report in find_case(selin, old).reports} == {first.id, second.id}
    assert find_case(selin, old).case.epoch > epoch
    with pytest.raises(CaseUnknown):
        find_case(selin, home)
    assert [report.id for report in find_case(jan, old).reports] == [first.id]  # who reads what has not changed
    assert [report.id for report in find_case(amara, old).reports] == [second.id]
    assert _notes(jan, old) == set()  # a note may speak of the other report now
    _write(selin, old, "über beide")
    assert _unlink(selin, second).id == home
    assert _notes(selin, home) == {"von Fall zwei"}
    assert _notes(amara, home) == {"von Fall zwei"}
    assert _notes(selin, old) == {"von Fall eins", "über beide"}
    _write(selin, old, "danach")
    assert _notes(jan, old) == {"von Fall eins", "danach"}  # Jan finds no trace of the notes about both
    assert None not in [moment.text for moment in open_course(jan, find_case(jan, old)).moments]
    with pytest.raises(linking.AtHome):
        _unlink(selin, second)


def test_both_must_be_read_entirely_and_of_one_school(world: World, at_desk: AtDesk) -> None:
    first, _ = _file(world, "Selin", "Jan")
    second, _ = _file(world, "Selin", "Amara")
    third, _ = _file(world, "Selin", "Jan")
    jan, selin = at_desk("Jan"), at_desk("Selin")
    with pytest.raises(CaseUnknown):
        _link(jan, first, second.case_id)
    with pytest.raises(CaseUnknown):
        _link(jan, first, 4711)
    _link(selin, second, first.case_id)
    with pytest.raises(sharing.PartlyRead):
        _link(jan, third, first.case_id)
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    third.school_id = find_case(selin, third.case_id).case.school_id = other.id
    with pytest.raises(linking.OtherSchool):
        _link(selin, third, first.case_id)
    assert [one.case_id for one in linking.others(selin, find_case(selin, third.case_id))] == []


def test_not_while_somebody_is_asked(world: World, at_desk: AtDesk) -> None:
    first, _ = _file(world, "Selin", "Jan")
    second, _ = _file(world, "Selin", "Jan")
    selin = at_desk("Selin")
    sharing.ask(selin, find_case(selin, first.case_id), SharingWish(OfferKind.SHARE, world.person("Amara").id))
    with pytest.raises(linking.Questioned):
        _link(selin, second, first.case_id)


def test_a_share_goes_along_and_still_ends(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    first, _ = _file(world, "Selin", "Jan")
    second, _ = _file(world, "Selin", "Jan")
    selin, amara = at_desk("Selin"), at_desk("Amara")
    wish = SharingWish(OfferKind.SHARE, amara.person_id, until=clock.today() + timedelta(days=1))
    offer = sharing.ask(selin, find_case(selin, second.case_id), wish)
    read_along.say_yes(amara, read_along.find(amara, offer.id))
    _link(selin, second, first.case_id)
    clock.forward(days=2)
    assert read_along.end_due(world.session, world.pepper_layer, clock.now()) == 1
    with pytest.raises(CaseUnknown):
        find_case(amara, first.case_id)


def test_it_goes_into_a_new_case_where_the_old_one_went_on_with_others(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    """The reader of the first case was left out of the report meanwhile: it must not come back to them."""
    home, _ = _file(world, "Selin", "Jan")
    report, receipt = _file(world, "Selin", "Jan")
    third, _ = _file(world, "Selin", "Amara")
    selin, jan = at_desk("Selin"), at_desk("Jan")
    report.case_id = home.case_id  # the home case holds two reports
    world.session.flush()
    _link(selin, report, third.case_id)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Jan"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, clock.hour())
    back = _unlink(selin, report)
    assert back.id not in {home.case_id, third.case_id}
    assert [each.id for each in find_case(jan, home.case_id).reports] == [home.id]
    assert find_case(selin, back.id).case.owner_id == selin.person_id
    _write(selin, back.id, "neu")
    assert _notes(selin, back.id) == {"neu"}


def test_a_case_that_waits_for_its_report_goes_with_it(world: World, at_desk: AtDesk, clock: MovingClock) -> None:
    first, _ = _file(world, "Selin", "Jan")
    second, _ = _file(world, "Selin", "Jan")
    selin, home = at_desk("Selin"), second.case_id
    _write(selin, home, "wartet")
    _link(selin, second, first.case_id)
    Destroyer(world.session, world.pepper_layer, clock.today()).report(second.id)
    assert world.session.get(Case, home) is None
    assert world.session.get(Case, first.case_id) is not None


def test_in_a_more_urgent_case_the_promise_gets_earlier_and_never_later(world: World, at_desk: AtDesk) -> None:
    first, _ = _file(world, "Selin", "Jan")
    second, _ = _file(world, "Selin", "Jan")
    world.session.get_one(Case, second.case_id).urgency = Urgency.HIGH
    promised = first.answer_due
    _link(at_desk("Selin"), first, second.case_id)
    assert first.answer_due < promised
    _unlink(at_desk("Selin"), first)
    assert first.answer_due < promised
