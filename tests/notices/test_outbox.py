"""A mail leaves at a fixed time of a school day, for danger at once, one a person, and names nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.notices import outbox
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.doors.answers import Answers, NameGiven, NameLevel
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.moving_clock import MovingClock
from tests.world import World

TIMES = Terms().notice_times
TEAM = ("Selin", "Jan", "Amara")
CITY = ("Leyla", "Tomasz")
DANGER = Answers(1, True, {"was": ("worte",), "text": "Er hat ein Messer."})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("wrote", "leaves"),
    [
        ("2026-11-24T03:12", "2026-11-24T07:15"),  # a Tuesday night
        ("2026-11-24T07:14:59", "2026-11-24T07:15"),
        ("2026-11-24T07:15", "2026-11-24T10:00"),  # strictly after: the mail of this moment may be out already
        ("2026-11-24T09:20", "2026-11-24T10:00"),
        ("2026-11-24T14:59", "2026-11-24T15:00"),
        ("2026-11-24T15:00", "2026-11-25T07:15"),
        ("2026-11-27T22:40", "2026-11-30T07:15"),  # Friday night: Monday
        ("2026-12-23T09:00", "2027-01-07T07:15"),  # Christmas holidays
        ("2026-03-27T16:00", "2026-04-13T07:15"),  # Easter holidays, and the clocks go forward in between
        ("2027-05-17T08:00", "2027-05-19T07:15"),  # Whit Monday and the day of school holidays after it
    ],
)
def test_a_notice_leaves_at_the_next_fixed_time_of_a_school_day(wrote: str, leaves: str) -> None:
    assert outbox.next_notice_time(at(wrote), TIMES) == at(leaves)


def test_the_fixed_times_are_a_setting() -> None:
    assert outbox.next_notice_time(at("2026-11-24T09:20"), ("13:30", "09:00")) == at("2026-11-24T13:30")


def mails(session: Session) -> dict[int, list[OutboxMail]]:
    found: dict[int, list[OutboxMail]] = {}
    for mail in session.scalars(select(OutboxMail)):
        found.setdefault(mail.person_id, []).append(mail)
    return found


def test_a_report_writes_one_notice_to_each_reader_for_the_next_fixed_time(world: World) -> None:
    world.file()
    found = mails(world.session)
    assert set(found) == world.ids(*TEAM)  # standby readers learn nothing before their time
    for person, written in found.items():
        assert [mail.not_before for mail in written] == [at("2026-11-24T10:00").astimezone(UTC)]
        assert written[0].kind == outbox.NEWS
        assert written[0].address == next(one.email for one in world.people.values() if one.id == person)


def test_whoever_is_left_out_gets_no_mail(world: World) -> None:
    world.file(choice=ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    assert world.person("Jan").id not in mails(world.session)


def test_danger_leaves_at_once_and_to_standby_readers_too(world: World, clock: MovingClock) -> None:
    world.file(answers=DANGER)
    found = mails(world.session)
    assert set(found) == world.ids(*TEAM, *CITY)
    for written in found.values():
        assert [mail.kind for mail in written] == [outbox.URGENT]
        assert written[0].not_before == clock.hour()  # due now, without a minute
        assert written[0].not_before <= clock.now()


def test_however_much_happens_a_person_gets_one_mail_for_one_time(world: World, clock: MovingClock) -> None:
    for _ in range(5):
        world.file()
        clock.forward(minutes=7)
    assert {len(written) for written in mails(world.session).values()} == {1}
    clock.forward(hours=2)  # now for 12:30
    world.file()
    assert {len(written) for written in mails(world.session).values()} == {2}


def test_danger_does_not_wait_for_the_notice_that_is_written_already(world: World) -> None:
    world.file()
    world.file(answers=DANGER)
    kinds = sorted(mail.kind for mail in mails(world.session)[world.person("Selin").id])
    assert kinds == [outbox.NEWS, outbox.URGENT]


def test_a_second_danger_after_the_first_mail_was_sent_rings_again(world: World) -> None:
    world.file(answers=DANGER)
    for mail in world.session.scalars(select(OutboxMail)):
        mail.sent = mail.id
    world.session.flush()
    world.file(answers=DANGER)
    assert {len(written) for written in mails(world.session).values()} == {2}


@pytest.mark.parametrize("danger", [False, True])
def test_a_notice_says_nothing_of_school_person_or_level(world: World, danger: bool) -> None:
    given = NameGiven(NameLevel.SCHOOL, "Zofia Kowalczyk", "7b", "große Pause")
    said = DANGER if danger else Answers(1, False, {"text": "Sie lachen mich aus."})
    world.file(answers=said, name=given)
    for mail in world.session.scalars(select(OutboxMail)):
        words = f"{mail.subject}\n{mail.body}".casefold()
        assert mail.subject == "Im Portal gibt es etwas Neues"
        for secret in (world.school.name, world.school.key, "zofia", "7b", "gefahr", "notfall", "messer", "dringend",
                       "meldung", "mobbing", "http", "heute", "schule"):  # fmt: skip
            assert secret.casefold() not in words


def test_the_words_are_the_same_for_danger_and_for_everything_else(world: World) -> None:
    world.file()
    world.file(answers=DANGER)
    assert len({(mail.subject, mail.body) for mail in world.session.scalars(select(OutboxMail))}) == 1


def test_a_notice_is_written_in_the_same_transaction_as_the_report(world: World) -> None:
    world.file()
    world.session.rollback()
    assert mails(world.session) == {}
