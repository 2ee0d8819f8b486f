"""Services outside the school: each with its source, not yet rung, and one press into plan, record and answer."""

from __future__ import annotations

import pytest

from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Judgement
from bullying_desk.cases.assessment.rubric import AXES, CaseKind
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.papers import services
from bullying_desk.cases.papers.services import SERVICES
from bullying_desk.config import ClockValues
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Urgency
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

pytestmark = pytest.mark.sqlite
TIMES = ("07:15",)


def _case(world: World, me: Counsellor, door: int = 1) -> FoundCase:
    filed, _receipt = world.file(answers=Answers(door, False, {"text": "Immer wieder."}))
    return find_case(me, world.report(filed).case_id)


def test_every_service_has_a_source_and_says_that_nobody_rang(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    found = _case(world, at_desk("Selin"))
    selin = enter("Selin")
    selin.get(f"/team/fall/{found.case.id}/stellen")
    for one in SERVICES.values():
        assert one.name in selin.main
        assert one.read_in in selin.main
        assert one.telephone in selin.main
        assert one.called is None
    shown = sum(len(each) for _words, each in services.by_topic())
    assert selin.main.count("Dort hat noch niemand angerufen.") == shown
    assert {each for _words, found in services.by_topic() for each in found} == set(SERVICES.values())


def test_number_and_hours_of_a_help_line_are_written_once() -> None:
    for one in SERVICES.values():
        if one.line:
            line = help_lines().by_id(one.line)
            assert (one.telephone, one.dial) == (line.number, line.dial)
            assert line.source in one.read_in


def test_one_press_into_the_plan_the_record_and_the_answer(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    found = _case(world, at_desk("Selin"))
    selin, address = enter("Selin"), f"/team/fall/{found.case.id}"
    jugendamt = SERVICES["jugendamt"]
    selin.get(f"{address}/stellen")
    links = [part.split('"')[0] for part in selin.page.text.split('href="')[1:]]
    for words in (f"{address}/plan?methode=fachstelle&amp;stelle=jugendamt", f"{address}/weitersagen?stelle=jugendamt"):
        assert any(link.startswith(words) for link in links), words
    assert not any("anfang=stelle-lps" in link for link in links)  # nothing in it is written for a child
    selin.get(f"{address}/plan?methode=fachstelle&stelle=jugendamt")
    assert jugendamt.telephone in selin.page.text
    selin.press("In den Plan aufnehmen", bis="2026-12-01", methode="fachstelle", wer=str(world.person("Selin").id))
    assert "Die Maßnahme steht im Plan." in selin.main
    assert "Eine Stelle außerhalb dazuholen" in selin.main
    selin.get(f"{address}/weitersagen?stelle=jugendamt")
    assert f"{jugendamt.name}. Telefon {jugendamt.telephone}:" in selin.page.text
    selin.get(f"{address}?anfang=stelle-jugendamt")
    assert "Bist du zu Hause nicht sicher? Dort hilft dir jemand." in selin.page.text


def test_a_child_reads_only_what_is_written_for_children() -> None:
    assert services.start("stelle-eb-hoerde", polite=False) == ""
    assert "Erziehungsberatung" in services.start("stelle-eb-hoerde", polite=True)
    assert services.start("stelle-nirgends", polite=True) == services.start("danke", polite=True) == ""
    assert services.line_of("nirgends") == ""


def test_a_case_of_somebody_else_has_no_directory(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    found = _case(world, at_desk("Selin"))
    enter("Renate").get(f"/team/fall/{found.case.id}/stellen", 404)


def test_the_evidence_sheet_becomes_a_notice_for_the_service(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    found = _case(world, at_desk("Selin"))
    selin, address = enter("Selin"), f"/team/fall/{found.case.id}"
    selin.get(f"{address}/blatt/belege")
    said = {"wo": "netz.example/video/77", "profil": "klassen_ticker_6b", "was": "MARKER Bela wird ausgelacht."}
    selin.press("Speichern", 303, **said)
    selin.follow("Löschen lassen")
    for told in (
        "netz.example/video/77",
        "klassen_ticker_6b",
        "Art. 16 der Verordnung (EU) 2022/2065",
        "in gutem Glauben",
    ):
        assert told in selin.main
    assert "MARKER" not in selin.main  # what is to be seen there, with names in it, does not go out
    for name in ("HateAid", "REspect!", "jugendschutz.net"):
        assert name in selin.main
    assert "Niemand mit juristischer Ausbildung hat ihn geprüft" in selin.main
    selin.get(f"{address}/belege-melden?nr=99", 404)
    assert "______" in selin.get(f"{address}/belege-melden").text  # without a number: the newest sheet


def test_the_five_axes_stand_in_what_holds_and_in_what_waits(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    axis = AXES[0]
    for urgency, number, why in ((Urgency.ACUTE, 3, "Er blutet."), (Urgency.LOW, 1, "Es war ein Rempler.")):
        flags = frozenset({"verletzung"}) if urgency is Urgency.ACUTE else frozenset()
        judged = Judgement(
            CaseKind.VIOLENCE,
            urgency,
            "Weil.",
            "2" if flags else "1",
            "Weil.",
            flags,
            {axis.code: str(number)},
            {axis.code: why},
        )
        assessing.assess(selin, found, open_case_secrets(selin, found.case), judged, ClockValues(), TIMES)
    browser = enter("Jan")
    browser.get(f"/team/fall/{found.case.id}/einschaetzung")
    assert "Wartet auf eine zweite Person" in browser.main
    for number, why in ((3, "Er blutet."), (1, "Es war ein Rempler.")):
        assert f"{axis.anchors[number]} – {why}" in browser.main
