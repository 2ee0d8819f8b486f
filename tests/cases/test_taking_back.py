"""A minute to take back an answer: hidden until it is over, counted only then, and gone without a trace before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select, text

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.models import Draft, DraftField
from bullying_desk.cases.page import answering, drafts
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.erasing.models import Rewriting
from bullying_desk.keyring import Keyring
from bullying_desk.reports import record_kinds, waiting
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import letters, mailbox
from bullying_desk.reports.mailbox.mailbox import Standing
from bullying_desk.reports.models import Case, Record, Report, ReportGrant, Urgency, Writer
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.standby import deputies
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.ticking import tick_once
from tests.cases.browsing import Browser, forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.cases.test_journey import bystander_writes
from tests.moving_clock import MovingClock
from tests.reports.pages import look
from tests.world import World

ANSWER = "Komm um zehn zu mir."
LETTER_OF_STAFF = (Record.kind == record_kinds.LETTER) & Record.author_id.is_not(None)


@dataclass
class Talk:
    """A report, and its child with the six words."""

    world: World
    report: Report
    receipt: Receipt

    @property
    def page(self) -> str:
        """The address of the case."""
        return f"/team/fall/{self.report.case_id}"

    def fresh(self) -> Report:
        """Return the report as the database has it."""
        self.world.session.expire_all()
        return self.report

    def seen_by_the_child(self) -> list[str]:
        """Return the letters that the child's page would show now."""
        report = self.fresh()
        secrets = open_as_reporter(self.world.session, self.world.pepper_layer, self.receipt.key, report)
        now = self.world.clock.now()
        return [one.text for one in letters.read_conversation(self.world.session, secrets, report, shown_at=now)][1:]

    def child_writes(self, words: str) -> None:
        """Let the child write."""
        report = self.fresh()
        secrets = open_as_reporter(self.world.session, self.world.pepper_layer, self.receipt.key, report)
        letters.write_letter(self.world.session, secrets, report, words, now=self.world.clock.now())

    @property
    def standing(self) -> Standing:
        """What the child's page says of the report."""
        return mailbox.standing(self.world.session, self.fresh(), self.world.clock.now())


@pytest.fixture
def talk(world: World) -> Talk:
    """Return a child's report that nobody has answered."""
    return _talk(world)


def _talk(world: World, *, danger: bool = False) -> Talk:
    filed, receipt = world.file(answers=Answers(1, danger, {"text": "Sie lachen mich aus."}))
    return Talk(world, world.report(filed), receipt)


def _answer(talk: Talk, desk: Browser) -> None:
    desk.get(talk.page)
    desk.press("Antwort senden", text=ANSWER)


def test_the_child_sees_it_after_a_minute_by_the_time_alone(talk: Talk, enter: SignIn, clock: MovingClock) -> None:
    selin = enter("Selin")
    _answer(talk, selin)
    assert "In einer Minute ist Ihre Antwort zu sehen." in selin.main
    assert "Ihre Antwort ist da" not in selin.main
    assert "Noch nicht zu sehen" in selin.main
    clock.forward(seconds=59)
    assert (talk.seen_by_the_child(), talk.standing) == ([], Standing.WORKING)
    clock.forward(seconds=1)
    assert (talk.seen_by_the_child(), talk.standing) == ([ANSWER], Standing.ANSWERED)
    assert "Noch nicht zu sehen" not in main_of_page(selin, talk)


def main_of_page(desk: Browser, talk: Talk) -> str:
    """Open the case once more."""
    desk.get(talk.page)
    return desk.main


def test_the_childs_own_pages_say_nothing_of_it(world: World, enter: SignIn, app: Flask, clock: MovingClock) -> None:
    child, selin = bystander_writes(app, world), enter("Selin")
    child.come_back()
    report = world.session.scalars(select(Report)).one()
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Antwort senden", text=ANSWER)
    assert ANSWER not in look(child.client, "/gespraech").text
    assert "Das Team hat geantwortet." not in look(child.client, "/gespraech").text
    clock.forward(minutes=1)
    page = look(child.client, "/gespraech").text
    assert ANSWER in page
    assert "Das Team hat geantwortet." in page


def test_it_counts_as_an_answer_only_then(talk: Talk, enter: SignIn, clock: MovingClock) -> None:
    selin = enter("Selin")
    _answer(talk, selin)
    assert waiting.waits(talk.fresh(), clock.now())
    assert "Niemand wartet" not in selin.get("/team").text
    clock.forward(minutes=1)
    assert not waiting.waits(talk.fresh(), clock.now())
    assert "Niemand wartet" in selin.get("/team").text  # nothing ran in between


@pytest.mark.parametrize("seconds", [59, 60])
def test_a_missed_promise_is_kept_only_by_what_is_shown(
    seconds: int, talk: Talk, at_desk: AtDesk, world: World, clock: MovingClock
) -> None:
    clock.forward(days=7)  # the promised day and the deputy's are over
    selin = at_desk("Selin")
    found = find_case(selin, talk.report.case_id)
    answering.answer(selin, found, talk.report, ANSWER, after=1, shown_name="Frau Aydin")
    clock.forward(seconds=seconds)
    deputies.release_overdue(world.session, world.pepper_layer, clock.now(), ("07:30",))
    assert bool(talk.report.escalation) is (seconds < 60)


@pytest.mark.both
def test_taken_back_it_is_a_draft_again_and_leaves_no_bytes(
    talk: Talk, enter: SignIn, world: World, database: Database, settings: Settings, keys: Keyring, clock: MovingClock
) -> None:
    selin = enter("Selin")
    _answer(talk, selin)
    sealed = world.session.scalars(select(Record.sealed).where(LETTER_OF_STAFF)).one()
    clock.forward(seconds=30)
    selin.press("Zurücknehmen")
    assert "Die Person hat die Antwort nicht gesehen." in selin.main
    assert f">{ANSWER}</textarea>" in selin.page.text.replace("\r\n", "").replace("\n", "")
    clock.forward(minutes=5)
    assert (talk.seen_by_the_child(), talk.standing) == ([], Standing.WORKING)
    assert waiting.waits(talk.fresh(), clock.now())
    assert not world.session.scalars(select(Record).where(LETTER_OF_STAFF)).all()
    asked = world.session.scalars(select(Rewriting)).one()
    assert asked.due
    assert asked.letters
    events = set(world.session.scalars(select(AuditEntry.event)))
    assert Event.LETTER_TAKEN_BACK.code in events
    world.session.commit()
    if database.engine.dialect.name == "sqlite":
        tick_once(database, settings, keys, clock)
        files = [each.read_bytes() for each in settings.instance.iterdir() if each.name.startswith("desk.db")]
        assert files
        assert not any(sealed[20:60] in each for each in files)


def test_after_the_minute_nothing_is_taken_back(talk: Talk, enter: SignIn, clock: MovingClock) -> None:
    selin = enter("Selin")
    _answer(talk, selin)
    clock.forward(minutes=1)
    selin.press("Zurücknehmen")
    assert "Das geht nicht mehr" in selin.main
    assert talk.seen_by_the_child() == [ANSWER]


@pytest.mark.both
def test_what_the_child_was_shown_is_not_taken_back_by_a_press_from_before(
    world: World, enter: SignIn, app: Flask, at_desk: AtDesk, clock: MovingClock
) -> None:
    """The press comes at second 59 and waits for the lock until the child's page has been shown at second 60."""
    child, selin = bystander_writes(app, world), enter("Selin")
    child.come_back()
    report = world.session.scalars(select(Report)).one()
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Antwort senden", text=ANSWER)
    clock.forward(seconds=59)
    before = at_desk("Selin")
    clock.forward(seconds=1)
    assert ANSWER in look(child.client, "/gespraech").text
    world.session.expire_all()
    with pytest.raises(letters.ShownAlready):
        answering.take_back(before, find_case(before, report.case_id), report, 2, "text")
    world.session.rollback()
    assert ANSWER in look(child.client, "/gespraech").text


@pytest.mark.postgres
def test_a_page_at_the_last_second_waits_for_the_one_who_takes_back(
    talk: Talk, at_desk: AtDesk, world: World, database: Database, clock: MovingClock
) -> None:
    selin = at_desk("Selin")
    answering.answer(selin, find_case(selin, talk.report.case_id), talk.report, ANSWER, after=1, shown_name="Aydin")
    report_id, key, layer = talk.report.id, talk.receipt.key, world.pepper_layer
    world.session.commit()
    clock.forward(seconds=59)
    selin = at_desk("Selin")
    answering.take_back(selin, find_case(selin, talk.report.case_id), talk.report, 2, "text")  # not stored yet
    clock.forward(seconds=1)

    def reads() -> list[str]:
        with database.transaction() as session:
            report = session.get_one(Report, report_id)
            secrets = open_as_reporter(session, layer, key, report)
            return [one.text for one in letters.show_conversation(session, secrets, report, clock.now())][1:]

    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(reads)
        with pytest.raises(TimeoutError):
            page.result(timeout=1)
        world.session.commit()
        assert page.result(timeout=20) == []


def test_of_two_held_answers_the_first_one_shown_answers(
    talk: Talk, at_desk: AtDesk, world: World, clock: MovingClock
) -> None:
    def say(words: str) -> None:
        me = at_desk("Selin")
        answering.answer(me, find_case(me, talk.report.case_id), talk.report, words, after=9, shown_name="Frau Aydin")

    say("Eins.")
    clock.forward(seconds=30)
    say("Zwei.")
    clock.forward(seconds=29)
    assert waiting.waits(talk.report, clock.now())
    clock.forward(seconds=1)
    assert talk.seen_by_the_child() == ["Eins."]
    assert not waiting.waits(talk.fresh(), clock.now())
    me = at_desk("Selin")
    answering.take_back(me, find_case(me, talk.report.case_id), talk.report, 3, "text")
    assert not waiting.waits(talk.fresh(), clock.now())  # the first one stands
    clock.forward(minutes=5)
    assert talk.seen_by_the_child() == ["Eins."]


def test_taking_back_the_first_of_two_leaves_the_second_to_answer(
    talk: Talk, at_desk: AtDesk, world: World, clock: MovingClock
) -> None:
    me = at_desk("Selin")
    found = find_case(me, talk.report.case_id)
    answering.answer(me, found, talk.report, "Eins.", after=9, shown_name="Frau Aydin")
    clock.forward(seconds=30)
    me = at_desk("Selin")
    answering.answer(me, found, talk.report, "Zwei.", after=9, shown_name="Frau Aydin")
    answering.take_back(me, found, talk.report, 2, "text")
    clock.forward(seconds=59)
    assert waiting.waits(talk.fresh(), clock.now())
    clock.forward(seconds=1)
    assert not waiting.waits(talk.fresh(), clock.now())
    assert talk.seen_by_the_child() == ["Zwei."]


def test_a_colleague_cannot_take_it_back_but_is_warned_of_it(talk: Talk, enter: SignIn) -> None:
    selin, jan = enter("Selin"), enter("Jan")
    jan.get(talk.page)
    _answer(talk, selin)
    jan.press("Antwort senden", 200, text="Komm um elf zu mir.")
    assert "Inzwischen ist etwas Neues gekommen" in jan.main
    assert "Zurücknehmen" not in jan.main
    fields = {"csrf_token": _token(jan), "meldung": talk.report.id, "nummer": 2}
    jan.send(f"{talk.page}/antwort-zurueck", fields)
    assert "Das geht nicht mehr" in jan.main
    assert len(_of_staff(talk)) == 1


def _token(desk: Browser) -> str:
    return next(form.fields["csrf_token"] for form in forms_of(desk.page) if "csrf_token" in form.fields)


def _of_staff(talk: Talk) -> list[Record]:
    of = Record.owner_id == talk.fresh().id
    return list(talk.world.session.scalars(select(Record).where(of, LETTER_OF_STAFF)))


def test_a_child_that_writes_meanwhile_still_waits(talk: Talk, enter: SignIn, clock: MovingClock) -> None:
    _answer(talk, enter("Selin"))
    clock.forward(seconds=20)
    talk.child_writes("Es ist schlimmer geworden.")
    clock.forward(minutes=1)
    assert talk.seen_by_the_child() == [ANSWER, "Es ist schlimmer geworden."]
    assert waiting.waits(talk.fresh(), clock.now())
    assert talk.report.answer_due is not None


@pytest.mark.both
def test_a_page_that_knew_the_letter_still_notices_the_next_one(
    talk: Talk, enter: SignIn, world: World, clock: MovingClock
) -> None:
    selin, jan = enter("Selin"), enter("Jan")
    _answer(talk, selin)
    jan.get(talk.page)  # has seen letter 2
    selin.press("Zurücknehmen")
    talk.child_writes("Bist du noch da?")
    jan.press("Antwort senden", 200, text="Komm um elf zu mir.")
    assert "Bist du noch da?" in jan.main
    seen = select(ReportGrant.seen_letters).where(ReportGrant.report_id == talk.report.id)
    assert talk.fresh().letters == 3
    assert max(world.session.scalars(seen)) == 3


@pytest.mark.parametrize("why", ["declared", "judged"])
def test_in_danger_an_answer_is_there_at_once(why: str, world: World, enter: SignIn) -> None:
    talk = _talk(world, danger=why == "declared")
    if why == "judged":
        world.session.get_one(Case, talk.report.case_id).urgency = Urgency.ACUTE
    selin = enter("Selin")
    selin.get(talk.page)
    assert "Bei Gefahr ist Ihre Antwort sofort zu sehen." in selin.main
    selin.press("Antwort senden", text=ANSWER)
    assert "Ihre Antwort ist da." in selin.main
    assert "Zurücknehmen" not in selin.main.replace("Zurücknehmen können Sie sie nicht", "")
    assert talk.seen_by_the_child() == [ANSWER]
    assert talk.fresh().last_writer is Writer.STAFF


@pytest.mark.both
def test_closing_lets_it_go_out_at_once(talk: Talk, enter: SignIn) -> None:
    selin = enter("Selin")
    _answer(talk, selin)
    selin.follow("Fall schließen")
    selin.press("Fall schließen", source="face", step="stopped")
    assert "Der Fall ist geschlossen." in selin.main
    assert talk.seen_by_the_child() == [ANSWER]
    assert talk.fresh().last_writer is Writer.STAFF


@pytest.mark.both
def test_the_night_work_writes_it_down_and_forgets_the_moment(
    talk: Talk, enter: SignIn, world: World, database: Database, settings: Settings, keys: Keyring, clock: MovingClock
) -> None:
    _answer(talk, enter("Selin"))
    assert talk.fresh().last_writer is Writer.REPORTER
    world.session.commit()
    tick_once(database, settings, keys, clock)
    assert talk.fresh().answer_from is not None  # not yet
    world.session.commit()
    clock.forward(minutes=1)
    tick_once(database, settings, keys, clock)
    report = talk.fresh()
    assert (report.last_writer, report.answer_from) == (Writer.STAFF, None)
    assert [one.shown_from for one in _of_staff(talk)] == [None]


@pytest.mark.both
def test_no_date_in_a_row_hides_a_letter_for_long(talk: Talk, enter: SignIn, world: World, clock: MovingClock) -> None:
    _answer(talk, enter("Selin"))
    world.session.commit()
    world.session.execute(text("UPDATE record SET shown_from = '2099-01-01 00:00:00' WHERE author_id IS NOT NULL"))
    world.session.commit()
    assert talk.seen_by_the_child() == [ANSWER]


# "… schreibt gerade": that a colleague's draft exists, and its hour, are all that is used.


def _jan_types(talk: Talk, world: World, at_desk: AtDesk) -> None:
    jan = at_desk("Jan")
    case = find_case(jan, talk.report.case_id)
    drafts.save(jan, case.case, talk.report, DraftField.ANSWER, [("text", "Komm um elf.")], 0)
    world.session.commit()


def test_a_colleagues_fresh_draft_is_said_at_the_field(
    talk: Talk, world: World, at_desk: AtDesk, enter: SignIn, clock: MovingClock
) -> None:
    words = f"{world.person('Jan').name} schreibt gerade."
    selin, jan = enter("Selin"), enter("Jan")
    assert words not in main_of_page(selin, talk)
    _jan_types(talk, world, at_desk)
    page = main_of_page(selin, talk)
    assert page.index("Ihre Antwort") < page.index(words) < page.index("Antwort senden")
    assert "Komm um elf." not in selin.page.text
    assert words not in main_of_page(jan, talk)
    clock.forward(hours=1)
    assert words not in main_of_page(enter("Selin"), talk)


def test_whoever_reads_no_longer_is_not_said_to_write(talk: Talk, world: World, at_desk: AtDesk, enter: SignIn) -> None:
    _jan_types(talk, world, at_desk)
    grants = select(ReportGrant).where(ReportGrant.person_id == world.person("Jan").id)
    for grant in world.session.scalars(grants):
        world.session.delete(grant)
    world.session.commit()
    assert world.session.scalars(select(Draft)).all()
    assert "schreibt gerade" not in main_of_page(enter("Selin"), talk)


def test_an_answer_that_does_not_fit_into_the_draft_stays_sent(world: World, enter: SignIn, talk: Talk) -> None:
    selin = enter("Selin")
    selin.get(talk.page)
    selin.press("Antwort senden", text="A" * 15_000)
    token = next(form.fields["csrf_token"] for form in forms_of(selin.page) if "csrf_token" in form.fields)
    kept = {"csrf_token": token, "text": "B" * 50_000}
    selin.send(f"{talk.page}/entwurf/antwort?meldung={talk.report.id}", kept, 200)
    selin.get(talk.page)
    selin.press("Zurücknehmen")
    assert "Im Feld steht schon ein sehr langer Text" in selin.main
    talk.fresh()
    assert len(world.session.scalars(select(Record).where(LETTER_OF_STAFF)).all()) == 1
