"""First assessment: raising counts at once, lowering a danger takes two people, and no way leads round that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bullying_desk.cases import sheets
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import AssessmentReasonMissing, Judgement, NothingProposed, OwnProposal
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import closing
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.sheets import Kind
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import CaseStatus, Urgency
from tests.cases.browsing import Browser, forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.cases.ending import say
from tests.world import World

TIMES = ("07:15", "10:00", "12:30", "15:00")
MEDIUM = Judgement(CaseKind.BULLYING, Urgency.MEDIUM, "Mehrere gegen eine Person.", "1", "Die Schule schafft das.")
ACUTE = replace(MEDIUM, urgency=Urgency.ACUTE, flags=frozenset({"waffe"}), level="2")


def _case(world: World, me: Counsellor, *, danger: bool = False) -> FoundCase:
    filed, _receipt = world.file(answers=Answers(1, danger, {"text": "Sie drohen mir."}))
    return find_case(me, world.report(filed).case_id)


def _assess(me: Counsellor, found: FoundCase, judged: Judgement) -> bool:
    return assessing.assess(me, found, open_case_secrets(me, found.case), judged, ClockValues(), TIMES)


def _standing(me: Counsellor, found: FoundCase) -> assessing.Standing:
    return assessing.standing(me, found.case, open_case_secrets(me, found.case))


def _decide(me: Counsellor, found: FoundCase, number: int, *, yes: bool = True, reason: str = "") -> None:
    secrets = open_case_secrets(me, found.case)
    assessing.decide(me, found, secrets, number, yes=yes, reason=reason, values=ClockValues())


def test_a_first_assessment_and_every_raising_count_at_once(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    assert _assess(selin, found, MEDIUM)
    assert (found.case.urgency, found.case.kind) == (Urgency.MEDIUM, "bullying")
    assert _assess(selin, found, ACUTE)
    now = _standing(selin, found)
    assert (found.case.urgency, now.flags) == (Urgency.ACUTE, frozenset({"waffe"}))
    assert len(sheets.read(selin, found.case, open_case_secrets(selin, found.case), Kind.ASSESSMENT)) == 2


@pytest.mark.parametrize(
    "below",
    [
        replace(ACUTE, urgency=Urgency.HIGH),  # less urgent, the flag stays
        replace(ACUTE, flags=frozenset()),  # the flag is taken back, it stays acute
        MEDIUM,
        replace(ACUTE, level="1"),  # only who leads
    ],
)
def test_lowering_waits_for_somebody_else(world: World, at_desk: AtDesk, below: Judgement) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    _assess(selin, found, ACUTE)
    assert not _assess(selin, found, below)
    assert not _assess(selin, found, below)  # a double submit
    waits = _standing(selin, found)
    assert waits.proposed is not None
    assert (found.case.urgency, waits.flags) == (Urgency.ACUTE, frozenset({"waffe"}))
    assert len(sheets.read(selin, found.case, open_case_secrets(selin, found.case), Kind.PROPOSAL)) == 1
    with pytest.raises(OwnProposal):
        _decide(selin, found, waits.proposed.number)
    with pytest.raises(AssessmentReasonMissing):
        _decide(jan, found, waits.proposed.number, yes=False)
    _decide(jan, found, waits.proposed.number)
    with pytest.raises(NothingProposed):
        _decide(jan, found, waits.proposed.number)
    now = _standing(jan, found)
    assert (found.case.urgency, now.flags, now.proposed) == (below.urgency, below.flags, None)
    assert now.current is not None
    assert now.current.text("second") == str(jan.person_id)


def test_who_leads_is_lowered_by_two_also_where_nothing_is_acute(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    assert _assess(selin, found, replace(MEDIUM, level="3"))
    assert not _assess(selin, found, replace(MEDIUM, level="2"))
    waits = _standing(jan, found)
    assert (waits.level, waits.proposed is not None) == ("3", True)
    assert waits.proposed is not None
    _decide(jan, found, waits.proposed.number)
    assert _standing(jan, found).level == "2"
    assert _assess(selin, found, replace(MEDIUM, level="3"))  # up again at once


def test_a_no_leaves_everything_as_it_was(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    _assess(selin, found, ACUTE)
    _assess(selin, found, MEDIUM)
    proposed = _standing(jan, found).proposed
    assert proposed is not None
    _decide(jan, found, proposed.number, yes=False, reason="Die Drohung steht noch.")
    assert (found.case.urgency, _standing(jan, found).proposed) == (Urgency.ACUTE, None)


def test_declared_danger_is_lowered_by_two_only_and_leaves_the_list_then(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin, danger=True)
    assert not _assess(selin, found, MEDIUM)
    assert (found.case.danger, found.case.urgency) == (True, Urgency.NONE)
    proposed = _standing(jan, found).proposed
    assert proposed is not None
    _decide(jan, found, proposed.number)
    assert (found.case.danger, found.case.urgency) == (False, Urgency.MEDIUM)


def test_a_flag_with_less_than_acute_needs_two_even_the_first_time(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    assert not _assess(selin, found, replace(ACUTE, urgency=Urgency.LOW))
    assert found.case.urgency is Urgency.NONE


def test_raising_meanwhile_makes_a_waiting_proposal_void(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    _assess(selin, found, ACUTE)
    _assess(selin, found, MEDIUM)
    proposed = _standing(jan, found).proposed
    assert proposed is not None
    _assess(jan, found, replace(ACUTE, flags=frozenset({"waffe", "verletzung"})))
    with pytest.raises(NothingProposed):
        _decide(jan, found, proposed.number)
    assert found.case.urgency is Urgency.ACUTE


def test_an_acute_case_closes_on_two_peoples_word(world: World, at_desk: AtDesk) -> None:
    from bullying_desk.cases.page import answering

    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    answering.answer(selin, found, found.reports[0], "Danke.", after=1, shown_name="Frau Aydin")
    say(selin, found)
    _assess(selin, found, ACUTE)
    assert not closing.close(selin, found, Outcome.STOPPED)
    assert not closing.close(selin, found, Outcome.STOPPED)
    assert not closing.close(jan, found, Outcome.STOPPED)  # pressing "close" is no second word
    assert found.case.status is CaseStatus.RUNNING
    proposed = _standing(jan, found).proposed
    assert proposed is not None
    other = selin if proposed.author_id == jan.person_id else jan
    secrets = open_case_secrets(other, found.case)
    agreed = assessing.decide(other, found, secrets, proposed.number, yes=True, reason="", values=ClockValues())
    closing.close_agreed(other, found, agreed)
    assert (found.case.status, found.case.outcome) == (CaseStatus.CLOSED, "stopped")


def test_from_level_two_on_and_where_something_is_lowered_both_reasons_are_written(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    second = replace(MEDIUM, level="2")
    for lacking in (replace(second, urgency_why=" "), replace(second, level_why="")):
        with pytest.raises(AssessmentReasonMissing):
            _assess(selin, found, replace(lacking, axes={"macht": "0"}))
    assert _standing(selin, found).current is None
    _assess(selin, found, ACUTE)
    for lacking in (replace(MEDIUM, urgency_why=" "), replace(MEDIUM, level_why="")):
        with pytest.raises(AssessmentReasonMissing):
            _assess(selin, found, lacking)
    assert _standing(selin, found).proposed is None


def test_at_the_lowest_level_a_ticked_anchor_is_the_reason(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    bare = replace(MEDIUM, urgency_why="", level_why=" ", axes=None, whys=None)
    with pytest.raises(AssessmentReasonMissing):
        _assess(selin, found, bare)
    assert _assess(selin, found, replace(bare, axes={"macht": "0"}))
    assert _standing(selin, found).current is not None


def test_who_leads_has_one_word_and_is_not_asked_twice(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    """The emergency folder's page begins with the level of the assessment, and calls it the same."""
    report = world.report(world.file()[0])
    selin, address = enter("Selin"), f"/team/fall/{report.case_id}/schritte/stufe"
    selin.get(address)
    assert "wahl" not in _step_of(selin)  # nobody has judged: nothing is ticked for anybody
    assert "Stufe 2 (Grad II)" in selin.main
    world.session.commit()
    me = at_desk("Selin")
    _assess(me, find_case(me, report.case_id), replace(MEDIUM, level="2"))
    world.session.commit()
    selin.get(address)
    assert _step_of(selin)["wahl"] == "2"


def _step_of(browser: Browser) -> dict[str, str]:
    return next(form.fields for form in forms_of(browser.page) if "Entscheidung eintragen" in form.words)


def test_on_the_pages(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file(answers=Answers(1, True, {"text": "Sie drohen mir."}))
    address = f"/team/fall/{world.report(filed).case_id}/einschaetzung"
    judged = {"art": "bullying", "dringlichkeit": "mittel", "stufe": "1"}
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(address)
    selin.press("Einschätzung eintragen", 422, **judged, dringlich_weil="Weil.", achse_macht="2", weil_macht="Mehrere.")
    assert "Schreiben Sie kurz, warum." in selin.main  # it lowers a danger, and the crisis level has no reason
    assert "Mehrere." in selin.page.text
    selin.press("Einschätzung eintragen", stufe_weil="Die Schule schafft das.")
    assert "Wartet auf eine zweite Person" in selin.main
    assert "Sind Sie einverstanden?" not in selin.main
    jan.get(address)
    assert "schätzt die Gefahr oder die Stufe niedriger ein" in jan.main
    assert "Noch hat niemand diesen Fall eingeschätzt" not in jan.main
    jan.press("Eintragen", wort="ja")
    assert "Zu zweit entschieden." in jan.main
