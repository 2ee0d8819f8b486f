"""A case closes on what is known of its outcome, on one of four sources, and never against it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bullying_desk.cases import case_state, sheets
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import closing, outcomes
from bullying_desk.cases.ending.closing import ContradictsOutcome, NobodyAsked
from bullying_desk.cases.ending.outcomes import OWN_WORDS, Source
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.notes import NoCaseKey
from bullying_desk.cases.page import answering
from bullying_desk.cases.sheets import Kind
from bullying_desk.config import ClockValues
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.mailbox.asking_words import voice_of
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import CaseStatus, Record, Report, Round
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.receipts import Receipt
from tests.cases.conftest import AtDesk, SignIn
from tests.cases.ending import say
from tests.moving_clock import MovingClock
from tests.world import World

pytestmark = pytest.mark.sqlite  # test_journey covers what differs between the databases


def _answered(world: World, me: Counsellor, door: int = 1) -> tuple[FoundCase, Report, Receipt]:
    answers = Answers(door, False, {"text": "Sie lachen."})
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"), adult=True) if door == 5 else None
    filed, receipt = world.file(answers=answers, choice=choice)
    report = world.report(filed)
    found = find_case(me, report.case_id)
    answering.answer(me, found, report, "Danke, dass du schreibst.", after=1, shown_name="Frau Aydin")
    return found, report, receipt


def _ask_and_answer(world: World, report: Report, receipt: Receipt, step: Step, text: str = "") -> None:
    asking.ask(world.session, report, Round.TEAM, world.clock.today())
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    own = voice_of(opening.read_answers(world.session, secrets, report)).own
    asking.answer(world.reporter(report, secrets), step, text, own=own, after=report.letters)


def _known(me: Counsellor, found: FoundCase) -> outcomes.Outcomes:
    return outcomes.outcomes(me, found, open_case_secrets(me, found.case))


def test_nothing_closes_a_case_in_which_nobody_was_asked(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found, _report, _receipt = _answered(world, selin)
    for outcome in (*Outcome, None):
        with pytest.raises(NobodyAsked):
            closing.close(selin, found, outcome)
    with pytest.raises(case_state.ClosesElsewhere):
        case_state.set_state(selin, found.case, CaseStatus.CLOSED)
    assert found.case.status is CaseStatus.RUNNING
    assert sheets.read(selin, found.case, open_case_secrets(selin, found.case), Kind.CLOSING) == []


@pytest.mark.parametrize(
    ("door", "source"), [(1, Source.OWN), (2, Source.VIEW), (3, Source.VIEW), (4, Source.VIEW), (5, Source.OWN)]
)
def test_an_answer_in_the_conversation_counts_as_what_its_door_is(
    world: World, at_desk: AtDesk, door: int, source: Source
) -> None:
    selin = at_desk("Selin")
    found, report, receipt = _answered(world, selin, door)
    _ask_and_answer(world, report, receipt, Step.STOPPED, "Ja.")
    known = _known(selin, found)
    assert known.deciding is not None
    assert (known.deciding.source, known.in_own_words) == (source, source in OWN_WORDS)
    closing.close(selin, found, Outcome.STOPPED)
    assert (found.case.status, found.case.outcome) == (CaseStatus.CLOSED, "stopped")
    closing.close(selin, found, Outcome.STOPPED)  # a second submit
    (sheet,) = sheets.read(selin, found.case, open_case_secrets(selin, found.case), Kind.CLOSING)
    assert (sheet.text("source"), sheet.text("step")) == (source.value, "stopped")


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ([(Source.FACE, Step.STOPPED)], {"stopped", "settled", "handed_on", "wished", "mistake"}),
        ([(Source.FACE, Step.MUCH_BETTER)], {"better", "settled", "handed_on", "wished", "mistake"}),
        ([(Source.FACE, Step.SAME)], {"handed_on", "wished"}),
        ([(Source.VIEW, Step.WORSE)], {"handed_on", "wished"}),
        ([(Source.GONE, Step.NONE)], {"silent", "handed_on", "wished", "mistake"}),
        # the child's own word against what others see, and against silence
        ([(Source.FACE, Step.SAME), (Source.VIEW, Step.STOPPED)], {"handed_on", "wished"}),
        ([(Source.FACE, Step.WORSE), (Source.GONE, Step.NONE)], {"handed_on", "wished"}),
        (
            [(Source.VIEW, Step.STOPPED), (Source.FACE, Step.BETTER)],
            {"better", "settled", "handed_on", "wished", "mistake"},
        ),
        # „Das weiß ich nicht“ is no answer to close on
        ([(Source.VIEW, Step.UNCLEAR)], set()),
    ],
)
def test_a_reason_fits_what_is_known(
    world: World, at_desk: AtDesk, said: list[tuple[Source, Step]], fits: set[str]
) -> None:
    selin = at_desk("Selin")
    found, _report, _receipt = _answered(world, selin)
    for source, step in said:
        say(selin, found, step, source, "Kind A, 5b")
    assert {code.value for code in closing.allowed(_known(selin, found))} == fits
    for outcome in Outcome:
        if outcome.value not in fits:
            with pytest.raises((ContradictsOutcome, NobodyAsked)):
                closing.close(selin, found, outcome)
    if fits:
        with pytest.raises(case_state.OutcomeMissing):
            closing.close(selin, found, None)
        closing.close(selin, found, Outcome(min(fits)))
        assert found.case.status is CaseStatus.CLOSED


def test_what_was_known_before_the_last_closing_closes_nothing_again(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    selin = at_desk("Selin")
    found, report, receipt = _answered(world, selin)
    _ask_and_answer(world, report, receipt, Step.STOPPED)
    say(selin, found)
    closing.close(selin, found, Outcome.STOPPED)
    clock.forward(days=42)
    _ask_and_answer(world, report, receipt, Step.WORSE, "Es fängt wieder an.")
    assert (found.case.status, found.case.outcome) == (CaseStatus.RUNNING, None)
    later = at_desk("Selin")
    found = find_case(later, report.case_id)
    with pytest.raises(case_state.SomebodyWaits):
        closing.close(later, found, Outcome.STOPPED)
    answering.answer(later, found, report, "Danke.", after=report.letters, shown_name="Frau Aydin")
    with pytest.raises(ContradictsOutcome):
        closing.close(later, found, Outcome.STOPPED)
    closing.close(later, found, Outcome.HANDED_ON)
    case_state.set_state(later, found.case, CaseStatus.RUNNING)
    with pytest.raises(NobodyAsked):
        closing.close(later, found, Outcome.HANDED_ON)


def test_entering_is_refused_where_it_says_nothing(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found, _report, _receipt = _answered(world, selin)
    with pytest.raises(outcomes.OutcomeReasonMissing):
        say(selin, found, Step.NONE, Source.GONE, "  ")
    for step, source in ((Step.NONE, Source.FACE), (Step.UNCLEAR, Source.FACE), (Step.NONE, Source.VIEW)):
        with pytest.raises(outcomes.StepMissing):
            say(selin, found, step, source)
    with pytest.raises(outcomes.DayAhead):
        outcomes.enter(selin, found, {}, Source.FACE, Step.STOPPED, selin.today + timedelta(days=1), "", ClockValues())
    with pytest.raises(NoCaseKey):
        outcomes.enter(selin, found, {}, Source.FACE, Step.STOPPED, selin.today, "", ClockValues())
    say(selin, found)
    say(selin, found)  # a second submit
    assert len(_known(selin, found).known) == 1


def test_only_the_code_is_readable(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found, report, _receipt = _answered(world, selin)
    say(selin, found, words="Zauberwort Quittenbaum")
    closing.close(selin, found, Outcome.STOPPED)
    rows = world.session.query(Record).filter(Record.owner_id == report.case_id).all()
    assert {row.kind for row in rows} == {"sheet"}  # which kind of sheet is sealed, too
    assert all(b"Quittenbaum" not in row.sealed and b"face" not in row.sealed for row in rows)


def test_on_the_pages_closing_asks_first_how_it_ended(world: World, enter: SignIn) -> None:
    report = world.report(world.file()[0])
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    desk.press("Antwort senden", text="Danke, dass du schreibst.")
    desk.follow("Fall schließen")
    assert "Woher wissen Sie es?" in desk.main
    desk.send(
        f"/team/fall/{report.case_id}/schliessen", {"csrf_token": _token(desk.page.text), "outcome": "stopped"}, 422
    )
    for state in ("zu", "closed"):
        desk.send(f"/team/fall/{report.case_id}/stand", {"csrf_token": _token(desk.page.text), "stand": state})
        assert "Stand: läuft" in desk.main
    desk.get(f"/team/fall/{report.case_id}/schliessen")
    desk.follow("Im Gespräch fragen")
    desk.press("Jetzt fragen")
    assert "Die Frage steht jetzt im Gespräch." in desk.main
    desk.press("Eintragen", status=422, text="Es ist gut, sagt sie.")
    assert "Es ist gut, sagt sie." in desk.page.text
    desk.press("Eintragen", status=422, source="face")
    assert "Kreuzen Sie an, was die Person gesagt hat." in desk.main
    desk.press("Eintragen", source="face", step="stopped", day="24.11.2026")
    desk.get(f"/team/fall/{report.case_id}/schliessen")
    assert "Woher wissen Sie es?" not in desk.main
    desk.press("Fall schließen", status=422, outcome="silent")
    assert "Dieser Grund passt nicht" in desk.main
    desk.press("Fall schließen", outcome="stopped")
    assert "Der Fall ist geschlossen." in desk.main


def _token(text: str) -> str:
    return text.partition('name="csrf_token" value="')[2].partition('"')[0]
