"""The second person where the team is too small, after a no, and where two people judge at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bullying_desk.cases import case_state, colleagues
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import AssessedMeanwhile, Judgement, OwnProposal
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.case_access import CaseUnknown, FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import OfferKind
from bullying_desk.cases.readers import read_along, sharing
from bullying_desk.cases.readers.sharing import SharingWish
from bullying_desk.config import ClockValues
from bullying_desk.reports.models import GrantState, ReaderReason, Urgency
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.reports.readers.routing import Wish as Choice
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

TIMES = ("07:15", "10:00", "12:30", "15:00")
MEDIUM = Judgement(CaseKind.BULLYING, Urgency.MEDIUM, "Mehrere gegen eine Person.", "1", "Die Schule schafft das.")
ACUTE = replace(MEDIUM, urgency=Urgency.ACUTE, flags=frozenset({"waffe"}))


def _case(world: World, me: Counsellor, *named: str) -> FoundCase:
    choice = ReaderChoice(Choice.NAMED, named=world.ids(*named), left_out=world.ids("Amara")) if named else None
    filed, _ = world.file(choice=choice)
    return find_case(me, world.report(filed).case_id)


def _assess(me: Counsellor, found: FoundCase, judged: Judgement, *, seen: int | None = None) -> bool:
    secrets = open_case_secrets(me, found.case)
    return assessing.assess(me, found, secrets, judged, ClockValues(), TIMES, seen=seen)


def _now(me: Counsellor, found: FoundCase) -> assessing.Standing:
    return assessing.standing(me, found.case, open_case_secrets(me, found.case))


def _say(me: Counsellor, found: FoundCase, *, yes: bool) -> None:
    waits = _now(me, found).proposed
    assert waits is not None
    secrets, values = open_case_secrets(me, found.case), ClockValues()
    assessing.decide(me, found, secrets, waits.number, yes=yes, reason="Noch nicht.", values=values)


def test_where_nobody_else_reads_one_of_the_city_is_asked_and_the_child_sees_it(world: World, at_desk: AtDesk) -> None:
    selin, leyla = at_desk("Selin"), at_desk("Leyla")
    found = _case(world, selin, "Selin")
    case_state.take_over(selin, found.case, seen_owner=None)
    assert _assess(selin, found, ACUTE)
    assert not _assess(selin, found, MEDIUM)
    assert colleagues.second_people(selin, found.case) == []
    with pytest.raises(OwnProposal):
        _say(selin, found, yes=True)
    able = {one.person_id for one in sharing.can_be_asked(selin, found, OfferKind.SHARE)}
    assert leyla.person_id in able
    assert world.person("Amara").id not in able  # left out: never asked
    with pytest.raises(CaseUnknown):
        find_case(leyla, found.case.id)
    offer = sharing.ask(selin, found, SharingWish(OfferKind.SHARE, leyla.person_id))
    read_along.say_yes(leyla, read_along.find(leyla, offer.id))
    assert assessing.is_acute(found.case, _now(selin, found))  # reading alone changes nothing
    theirs = find_case(leyla, found.case.id)
    _say(leyla, theirs, yes=True)
    assert found.case.urgency is Urgency.MEDIUM
    lines = {line.person_id: line for line in readership.readers_of(world.session, found.reports[0])}
    line = lines[leyla.person_id]
    assert (line.state, line.reason) == (GrantState.OPEN, ReaderReason.SHARED)


def test_after_a_no_the_same_can_be_proposed_again_and_waits_again(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    _assess(selin, found, ACUTE)
    assert not _assess(selin, found, MEDIUM)
    first = _now(selin, found).proposed
    assert not _assess(selin, found, MEDIUM)  # a second submit
    assert _now(selin, found).proposed == first
    _say(jan, found, yes=False)
    assert _now(selin, found).proposed is None
    assert not _assess(selin, found, MEDIUM)
    again = _now(selin, found).proposed
    assert again is not None
    assert again != first
    _say(jan, found, yes=True)
    assert found.case.urgency is Urgency.MEDIUM


def test_who_judges_from_an_old_page_is_shown_the_newer_judgement(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    assert _assess(selin, found, ACUTE, seen=0)
    assert _assess(selin, found, ACUTE, seen=0)  # a second submit
    with pytest.raises(AssessedMeanwhile) as meanwhile:
        _assess(jan, found, MEDIUM, seen=0)
    assert meanwhile.value.now.text("urgency") == Urgency.ACUTE.value
    assert not _assess(jan, found, MEDIUM, seen=meanwhile.value.now.number)
    assert found.case.urgency is Urgency.ACUTE


def test_on_the_page_nothing_typed_is_lost_to_a_newer_judgement(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    address = f"/team/fall/{world.report(filed).case_id}/einschaetzung"
    said: dict[str, Any] = {"art": "bullying", "dringlichkeit": "mittel", "stufe": "1", "stufe_weil": "Reicht."}
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(address)
    jan.get(address)
    for choice in ('value="bullying" checked', 'value="mittel" checked'):
        assert choice not in jan.page.text  # nothing is chosen for anybody
    selin.press("Einschätzung eintragen", dringlich_weil="Es sind mehrere.", **said)
    jan.press("Einschätzung eintragen", 422, dringlich_weil="Ich sehe es anders.", **said)
    assert "Inzwischen hat jemand anderes eingeschätzt." in jan.main
    assert "Es sind mehrere." in jan.main
    assert "Ich sehe es anders." in jan.page.text
    jan.press("Trotzdem eintragen", dringlich_weil="Ich sehe es anders.", **said)
    assert "Ihre Einschätzung gilt." in jan.main
