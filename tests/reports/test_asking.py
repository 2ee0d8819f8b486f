""" "Hat es aufgehört?": asked from a day on, answered once, in the words of each door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import asking, letters
from bullying_desk.reports.mailbox.asking_words import voice_of
from bullying_desk.reports.mailbox.letters import Fact, Step
from bullying_desk.reports.models import Case, CaseStatus, Report, ReporterState, Round
from bullying_desk.sealing.receipts import Receipt, ReceiptWords
from tests.reports.pages import filled, look, main_of, press
from tests.world import World

ALL_VOICES = [voice_of(Answers(door, False, {})) for door in range(1, 6)]
TALKER = voice_of(Answers(1, False, {"wem": "reden"}))


def _say(world: World, receipt: Receipt, report: Report, step: Step, text: str = "", after: int = 0) -> None:
    """Answer as the affected child."""
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    asking.answer(world.reporter(report, secrets), step, text, own=True, after=after)


def test_a_question_shows_from_its_day_until_it_is_answered(world: World) -> None:
    filed, receipt = world.file()
    report, today = world.report(filed), world.clock.today()
    with pytest.raises(asking.NotAsked):
        _say(world, receipt, report, Step.STOPPED)
    asking.plan(world.session, report, today + timedelta(days=14), today + timedelta(days=56))
    assert asking.open_question(world.session, report, today + timedelta(days=13)) is None
    world.clock.forward(days=14)  # type: ignore[attr-defined]
    _say(world, receipt, report, Step.BETTER, "Ein bisschen.")
    assert asking.open_question(world.session, report, world.clock.today()) is None
    asking.plan(world.session, report, today + timedelta(days=14), today + timedelta(days=56))  # the night work, again
    assert asking.open_question(world.session, report, world.clock.today()) is None
    world.clock.forward(days=42)  # type: ignore[attr-defined]
    again = asking.open_question(world.session, report, world.clock.today())
    assert again is not None
    assert again.round is Round.EIGHT_WEEKS
    asking.plan(
        world.session, report, world.clock.today() + timedelta(days=5), world.clock.today() + timedelta(days=40)
    )
    assert asking.open_question(world.session, report, world.clock.today()) is None  # a later measure: asked later


def test_an_answer_for_which_nobody_waits_makes_the_case_due_today(world: World) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    case = world.session.get_one(Case, report.case_id)
    case.status = CaseStatus.RUNNING
    asking.ask(world.session, report, Round.TEAM, world.clock.today())
    _say(world, receipt, report, Step.STOPPED)
    assert case.due_on == world.clock.today()


def test_a_second_press_writes_one_letter(world: World) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    asking.ask(world.session, report, Round.TEAM, world.clock.today())
    shown = report.letters
    _say(world, receipt, report, Step.STOPPED, "Ja!", after=shown)
    with pytest.raises(asking.NotAsked):
        _say(world, receipt, report, Step.STOPPED, "Ja!", after=shown)
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    found = letters.read_conversation(world.session, secrets, report)
    assert [(one.fact, one.step, one.text) for one in found[1:]] == [(Fact.HOW, Step.STOPPED, "Ja!")]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("step", "waits", "status"),
    [
        (Step.STOPPED, False, CaseStatus.CLOSED),
        (Step.MUCH_BETTER, False, CaseStatus.CLOSED),
        (Step.BETTER, True, CaseStatus.CLOSED),
        (Step.SAME, True, CaseStatus.RUNNING),
        (Step.WORSE, True, CaseStatus.RUNNING),
    ],
)
def test_who_says_that_it_goes_on_opens_a_closed_case_again(
    world: World, step: Step, waits: bool, status: CaseStatus
) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    case = world.session.get_one(Case, report.case_id)
    case.status, case.closed_hour, case.outcome = CaseStatus.CLOSED, world.clock.hour(), "stopped"
    asking.ask(world.session, report, Round.EIGHT_WEEKS, world.clock.today())
    _say(world, receipt, report, step)
    assert (report.reporter_state is ReporterState.OPEN) is waits
    assert case.status is status
    assert (case.outcome is None) is (status is CaseStatus.RUNNING)


def test_each_door_is_asked_in_its_own_words_and_only_who_speaks_of_others_may_not_know() -> None:
    assert [voice.own for voice in ALL_VOICES] == [True, False, False, False, True]
    assert [voice.child for voice in ALL_VOICES] == [True, True, False, False, False]
    assert len({voice.intro for voice in [*ALL_VOICES, TALKER]}) == 6
    for voice in [*ALL_VOICES, TALKER]:
        assert list(voice.steps)[:5] == [Step.STOPPED, Step.MUCH_BETTER, Step.BETTER, Step.SAME, Step.WORSE]
        assert (Step.UNCLEAR in voice.steps) is not voice.own


def test_the_question_stands_in_the_conversation_and_is_answered_there(world: World, client: FlaskClient) -> None:
    words = ReceiptWords.generate()
    filed, _receipt = world.file(world.receipt(words))
    asking.ask(world.session, world.report(filed), Round.TEAM, world.clock.today() + timedelta(days=1))
    world.session.commit()
    press(client, "/zurueck", filled(look(client, "/zurueck"), code=" ".join(words.words)))
    assert "Eine Frage an dich" not in main_of(look(client, "/gespraech"))
    assert look(client, "/gespraech/frage").status_code == 303
    world.clock.forward(days=1)  # type: ignore[attr-defined]
    press(client, "/zurueck", filled(look(client, "/zurueck"), code=" ".join(words.words)))
    assert "Hat es aufgehört?" in main_of(look(client, "/gespraech"))
    form = look(client, "/gespraech/frage")
    refused = press(client, "/gespraech/frage", filled(form, text="Es ist so."))
    assert refused.status_code == 422
    assert "Kreuz bitte etwas an." in main_of(refused)
    assert "Es ist so." in refused.text
    assert press(client, "/gespraech/frage", filled(form, step="stopped", text="Danke.")).status_code == 303
    page = main_of(look(client, "/gespraech"))
    assert "Ja. Es hat aufgehört." in page
    assert "Eine Frage an dich" not in page
