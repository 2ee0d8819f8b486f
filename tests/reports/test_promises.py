"""Each letter of the child that follows an answer gets a date of its own; a promise never moves back."""

from __future__ import annotations

from datetime import date

from bullying_desk.reports.mailbox.letters import write_as_reporter, write_letter
from bullying_desk.reports.opening import open_as_reporter, open_report_secrets
from tests.world import World


def test_a_new_letter_after_an_answer_gets_a_date_of_its_own(world: World) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    assert report.answer_due == date(2026, 11, 27)  # Tuesday and three school days
    world.clock.forward(days=1)  # type: ignore[attr-defined]
    theirs = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    write_as_reporter(world.reporter(report, theirs), "Noch etwas.", after=1)
    assert report.answer_due == date(2026, 11, 27)  # nobody has answered yet: the first promise counts
    name = next(iter(world.people))
    someone = world.person(name)
    ours = open_report_secrets(world.session, world.pepper_layer, world.key(name), someone.id, report)
    write_letter(world.session, ours, report, "Danke!", now=world.clock.now(), author=(someone.id, "Frau A"))
    world.clock.forward(days=6)  # type: ignore[attr-defined]
    write_as_reporter(world.reporter(report, theirs), "Es geht weiter.", after=3)
    assert report.answer_due == date(2026, 12, 4)  # from Tuesday, 1 December
