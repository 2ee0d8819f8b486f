"""The sheets of a case: sealed; the safety gate comes before others are informed; a person decides each step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bullying_desk.cases import sheets
from bullying_desk.cases.assessment import wizards
from bullying_desk.cases.assessment.wizard_steps import WIZARDS
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import outcomes
from bullying_desk.cases.notes import NoCaseKey
from bullying_desk.cases.papers import disclosures, pseudonyms
from bullying_desk.cases.papers.blanks import BLANKS, GATE
from bullying_desk.cases.papers.disclosures import IN_DANGER, NotToBeTold, Shut, Told
from bullying_desk.cases.readers import child_access
from bullying_desk.cases.sheets import Kind
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.models import Record
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.world import World

pytestmark = pytest.mark.sqlite  # test_journey covers what differs between the databases
AGREED: dict[str, Any] = {
    "zuhause": "ja", "woran": "Kind A sagt es", "will": "ja", "wer": ["eltern", "klasse", "leitung"], "von": "kind",
}  # fmt: skip


def _case(world: World, me: Counsellor, answers: Answers | None = None, hidden: LeftOut | None = None) -> FoundCase:
    answers = answers or Answers(1, False, {"text": "Sie lachen."})
    known = hidden or LeftOut()
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"), None, known.people, adult=known.head)
    sent = Submission(world.school.id, answers, NameGiven(), choice, known)
    filed = file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms())
    return find_case(me, world.report(filed).case_id)


def _gate(me: Counsellor, found: FoundCase, days: int = 14, **said: Any) -> None:
    until = (me.today + timedelta(days=days)).isoformat()
    sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.GATE, {**AGREED, "bis": until, **said})


def _tell(me: Counsellor, found: FoundCase, to: Told, *, danger: bool = False) -> sheets.CaseSheet:
    secrets = open_case_secrets(me, found.case)
    return disclosures.tell(me, found, secrets, to, "Dass es Gespräche gibt.", "Schutz im Unterricht", danger=danger)


def _refused(me: Counsellor, found: FoundCase, to: Told, *, danger: bool = False) -> Shut:
    with pytest.raises(NotToBeTold) as refused:
        _tell(me, found, to, danger=danger)
    return refused.value.why


def test_nobody_is_told_before_the_gate_is_filled_and_parents_never_by_danger(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    for to in disclosures.OF_A_CHILD:
        assert _refused(selin, found, to) is Shut.NO_GATE
    assert _refused(selin, found, Told.PARENTS, danger=True) is Shut.NO_GATE
    assert Told.PARENTS not in IN_DANGER
    assert _tell(selin, found, Told.COUNSEL, danger=True).text("grundlage") == "gefahr"
    _gate(selin, found)
    assert _tell(selin, found, Told.PARENTS).text("grundlage") == "einwilligung"
    assert _refused(selin, found, Told.COUNSEL) is Shut.NOT_AGREED
    with pytest.raises(disclosures.DisclosureReasonMissing):
        disclosures.tell(selin, found, open_case_secrets(selin, found.case), Told.HEAD, "Es gibt Streit.", " ")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"zuhause": "nein"}, Shut.HOME_UNSAFE),
        ({"zuhause": "unklar"}, Shut.HOME_UNSAFE),
        ({"will": "nein"}, Shut.NOT_AGREED),
        ({"will": "nicht-gefragt"}, Shut.NOT_AGREED),
        ({"von": "niemand"}, Shut.NOT_AGREED),
        ({"wer": ["klasse"]}, Shut.NOT_AGREED),
    ],
)
def test_the_gate_stays_shut_for_parents(world: World, at_desk: AtDesk, said: dict[str, Any], why: Shut) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    _gate(selin, found, **said)
    assert _refused(selin, found, Told.PARENTS) is why
    assert _refused(selin, found, Told.PARENTS, danger=True) is why
    assert Told.PARENTS not in disclosures.gate_of(selin, found, open_case_secrets(selin, found.case)).offered


def test_an_agreement_ends_by_its_day_and_when_it_is_taken_back(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    found = _case(world, at_desk("Selin"))
    _gate(at_desk("Selin"), found, days=3)
    clock.forward(days=3)
    _tell(at_desk("Selin"), found, Told.PARENTS)
    clock.forward(days=1)
    assert _refused(at_desk("Selin"), found, Told.PARENTS) is Shut.NO_GATE
    selin = at_desk("Selin")
    _gate(selin, found)
    _tell(selin, found, Told.CLASS_TEACHER)
    disclosures.revoke(selin, found, open_case_secrets(selin, found.case))
    assert _refused(selin, found, Told.CLASS_TEACHER) is Shut.NO_GATE
    _gate(selin, found, worte="Doch.")
    _tell(selin, found, Told.CLASS_TEACHER)


def test_a_later_sheet_that_does_not_open_keeps_the_gate_shut_and_stands_in_the_file(
    world: World, at_desk: AtDesk, enter: SignIn
) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    _gate(selin, found)
    disclosures.revoke(selin, found, open_case_secrets(selin, found.case))
    taken_back = world.session.scalars(select(Record).where(Record.kind == sheets.SHEET, Record.sequence == 2)).one()
    taken_back.sealed = taken_back.sealed[:-1] + bytes([taken_back.sealed[-1] ^ 1])
    assert _refused(selin, found, Told.PARENTS) is Shut.UNREAD
    _tell(selin, found, Told.COUNSEL, danger=True)
    page = enter("Jan")
    page.get(f"/team/fall/{found.case.id}/akte")
    assert f"{world.person('Selin').name}: verschlossen" in page.main
    assert "Fragen Sie erneut, bevor jemand etwas erfährt." in page.main
    page.get(f"/team/fall/{found.case.id}/weitersagen")
    assert "Ein späteres Blatt ist für Sie verschlossen" in page.main
    page.get(f"/team/fall/{found.case.id}/blatt/sicherheit")
    assert "Zuletzt eingetragen" in page.main
    assert "Das gilt heute" not in page.main
    _gate(at_desk("Selin"), found, worte="Doch.")
    _tell(at_desk("Selin"), found, Told.PARENTS)


@pytest.mark.parametrize("how", ["flag", "person", "meant"])
def test_a_head_who_is_left_out_or_meant_is_never_told_not_even_in_danger(
    world: World, at_desk: AtDesk, how: str
) -> None:
    selin = at_desk("Selin")
    hidden = {"flag": LeftOut(head=True), "person": LeftOut(world.ids("Renate"))}.get(how)
    answers = Answers(5, False, {"von": ("leitung",), "text": "Er schreit mich an."}) if how == "meant" else None
    found = _case(world, selin, answers, hidden)
    _gate(selin, found)
    assert _refused(selin, found, Told.HEAD) is Shut.HEAD_LEFT_OUT
    assert _refused(selin, found, Told.HEAD, danger=True) is Shut.HEAD_LEFT_OUT
    assert Told.HEAD not in disclosures.gate_of(selin, found, open_case_secrets(selin, found.case)).everybody


def test_where_the_affected_person_works_at_the_school_there_are_no_parents(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin, Answers(5, False, {"von": ("kollegium",), "text": "Sie schneiden mich."}))
    _gate(selin, found, zuhause="", wer=["rat", "eltern"])
    assert _refused(selin, found, Told.PARENTS) is Shut.NOT_AGREED
    _tell(selin, found, Told.COUNCIL)


def test_whoever_reads_a_part_of_the_case_writes_and_reads_no_sheet(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    with pytest.raises(NoCaseKey):
        sheets.write(selin, found.case, {}, Kind.TALK, {"mit": "Kind A"})
    sheets.write(selin, found.case, open_case_secrets(selin, found.case), Kind.TALK, {"mit": "Kind A"})
    assert sheets.read(selin, found.case, {}, Kind.TALK) == []
    jan = at_desk("Jan")
    (seen,) = sheets.read(jan, found.case, open_case_secrets(jan, find_case(jan, found.case.id).case), Kind.TALK)
    assert (seen.text("mit"), seen.author_id) == ("Kind A", selin.person_id)


def test_each_step_is_a_persons_decision_with_a_reason(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    secrets, way = open_case_secrets(selin, found.case), WIZARDS["schutz"]
    assert all(one.sheet is None for one in wizards.decided(selin, found, secrets, way))
    for step, choice in (("anhalt", "erfunden"), ("erfunden", "ja")):
        with pytest.raises(wizards.StepUnknown):
            wizards.decide(selin, found, secrets, way, step, choice, "weil")
    with pytest.raises(wizards.StepReasonMissing):
        wizards.decide(selin, found, secrets, way, "anhalt", "ja", " ")
    wizards.decide(selin, found, secrets, way, "anhalt", "unklar", "Blaue Flecken, Kind A sagt: gefallen.")
    jan = at_desk("Jan")
    wizards.decide(jan, found, open_case_secrets(jan, found.case), way, "anhalt", "ja", "Kind A erzählt mehr.")
    first = wizards.decided(selin, found, secrets, way)[0]
    assert (first.choice, first.sheet and first.sheet.author_id) == ("Ja", jan.person_id)
    assert len(sheets.read(selin, found.case, secrets, Kind.STEP)) == 2  # the earlier decision stays on file


def test_the_numbers_beside_the_steps_are_there() -> None:
    for way in WIZARDS.values():
        assert all(help_lines().by_id(name).number for name in way.lines)
        assert len({step.code for step in way.steps}) == len(way.steps)
    assert "jugendamt-dortmund" in WIZARDS["schutz"].lines
    assert "police" in WIZARDS["pflicht"].lines


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ben schlägt Mia. Bens Mutter weint, sagt BEN.", "Kind A schlägt Kind B. Kind A Mutter weint, sagt Kind A."),
        ("Benno ist nicht Ben.", "Benno ist nicht Kind A."),
        ("M. K. und Frau Öz-Demir sehen zu.", "Kind C und Erwachsene A sehen zu."),
    ],
)
def test_names_go_in_every_form_and_nothing_else_does(text: str, clean: str) -> None:
    pairs = [("Ben", "Kind A"), ("Mia", "Kind B"), ("M. K.", "Kind C"), ("Frau Öz-Demir", "Erwachsene A")]
    assert pseudonyms.without_names(text, pairs) == clean


def test_nothing_is_printed_before_somebody_has_read_exactly_that_text(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin, Answers(1, False, {"text": "Frau Aydin sah, wie M. K. aus der 6b weinte."}))
    text = pseudonyms.story_of(selin, found)
    pairs = pseudonyms.proposals(selin, found, text)
    assert pairs == [("Frau Aydin", "Erwachsene A"), ("M. K.", "Kind A"), ("6b", "Klasse X")]
    clean = pseudonyms.without_names(text, pairs)
    assert pseudonyms.still_named(clean, pairs) == []
    assert pseudonyms.still_named(text, pairs[:1]) == ["Frau Aydin", "M. K.", "6b"]
    secrets, seen = open_case_secrets(selin, found.case), pseudonyms.fingerprint(clean)
    for wrong in ({"seen": "", "confirmed": True}, {"seen": seen, "confirmed": False}):
        with pytest.raises(pseudonyms.NotReadYet):
            pseudonyms.confirm(selin, found, secrets, text, pairs, **wrong)  # type: ignore[arg-type]
    with pytest.raises(pseudonyms.NotReadYet):
        pseudonyms.confirm(selin, found, secrets, f"{text} Mia auch.", pairs, seen=seen, confirmed=True)
    assert pseudonyms.confirm(selin, found, secrets, text, pairs, seen=seen, confirmed=True) == clean
    (printed,) = sheets.read(selin, found.case, secrets, Kind.PRINTED)
    assert printed.text("text") == clean
    with pytest.raises(pseudonyms.LineUnreadable):
        pseudonyms.read_pairs("Ben = Kind A\nMia")


def test_where_the_conversation_is_destroyed_the_file_opens_and_the_head_is_told_nothing(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    _gate(selin, found)
    found.reports[0].emptied_on = selin.today
    world.session.flush()
    assert _refused(selin, found, Told.HEAD, danger=True) is Shut.HEAD_LEFT_OUT  # nobody knows any more who was meant
    assert pseudonyms.story_of(selin, found) == ""
    assert outcomes.outcomes(selin, found, open_case_secrets(selin, found.case)).known == ()
    assert child_access.doors_of(selin, found) == [child_access.AFFECTED_CHILD]


def test_on_the_pages(world: World, enter: SignIn) -> None:
    report = world.report(world.file()[0])
    desk, case = enter("Selin"), f"/team/fall/{report.case_id}"
    for code, blank in BLANKS.items():
        desk.get(f"{case}/blatt/{code}")
        desk.press("Speichern", status=422)
        assert all(item.missing in desk.main for item in blank.items if item.missing)
    desk.get(f"{case}/blatt/gespraech")
    desk.press("Speichern", mit="Kind A", am="24.11.2026", vereinbart="Pause mit Kind B", wieder="1.12.2026")
    world.session.expire_all()
    assert report.case.due_on == date(2026, 12, 1)
    assert "Pause mit Kind B" in desk.main
    assert "Pause mit Kind B" in desk.get(f"{case}/blatt/gespraech/druck").text
    desk.get(f"{case}/weitersagen")
    assert "Die Eltern des Kindes" not in desk.main  # not offered before the gate is filled
    desk.press("Eintragen", status=422, wem="eltern", was="Alles", warum="Bitte")
    assert "Füllen Sie zuerst die Sicherheitsabfrage aus." in desk.main
    desk.get(f"{case}/blatt/{GATE.code}")
    desk.press("Speichern", status=422, **AGREED, bis="1.1.2020")
    assert "höchstens ein Jahr" in desk.main
    desk.press("Speichern", **{**AGREED, "zuhause": "nein"}, bis="1.12.2026")
    assert "Den Eltern wird nichts gesagt." in desk.main
    desk.follow("Schritte nach § 4 KKG")
    desk.press("Entscheidung eintragen", status=422)
    desk.press("Entscheidung eintragen", wahl="ja", grund="Kind A hat Angst vor zu Hause.")
    assert "Kind A hat Angst vor zu Hause." in desk.get(f"{case}/schritte/schutz/vermerk").text
    desk.get(f"{case}/blatt/{GATE.code}")
    desk.press("Einwilligung zurücknehmen")
    assert "Die Einwilligung gilt nicht mehr." in desk.main
    desk.get(f"{case}/fachkraft")
    desk.press("Weiter", 200, text="Ben lacht.", names="Ben = Kind A")
    assert "Kind A lacht." in desk.main
    assert "Kind A lacht." in desk.press("Weiter", 200, gelesen="y").text
    assert "Ben" not in desk.page.text
    assert "Gesprächsprotokoll" in desk.get(f"{case}/akte").text
