"""Answering: kind in few presses, sent once, never over a colleague's head, and never lost."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import func, select

from bullying_desk.accounts.models import HeldPost
from bullying_desk.accounts.sign_in.key_making import lay_password_vault, lay_second_factor, stretch_new_password
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import deadlines
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.page import answering
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports import erasure
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, CaseStatus, Report, Writer
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.waiting import last_writer
from bullying_desk.sealing.receipts import Receipt
from tests.cases.browsing import OWN_PAGE, Browser, forms_of, in_docs
from tests.cases.conftest import AtDesk, SignIn
from tests.guidance.readability import stats
from tests.moving_clock import MovingClock
from tests.world import GATE, World

TEXT = "Danke, dass du geschrieben hast. Bist du gerade sicher?"


def _file(world: World, **more: object) -> tuple[Report, Receipt]:
    filed, receipt = world.file(**more)  # type: ignore[arg-type]
    return world.report(filed), receipt


def _as_child(world: World, report: Report, receipt: Receipt) -> list[letters.Letter]:
    world.session.expire_all()
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    return letters.read_conversation(world.session, secrets, report)


def _child_writes(world: World, report: Report, receipt: Receipt, text: str) -> None:
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    letters.write_letter(world.session, secrets, report, text, now=world.clock.now())


def test_an_answer_reaches_the_child_and_settles_what_was_owed(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    report, receipt = _file(world)
    selin = at_desk("Selin")
    found = find_case(selin, report.case_id)
    before = world.session.scalar(select(func.count()).select_from(OutboxMail))
    assert answering.answer(selin, found, report, TEXT, after=1, shown_name="Frau Aydin")
    assert report.letters == 2
    clock.forward(minutes=1)
    assert (last_writer(report, clock.now()), report.last_writer) == (Writer.STAFF, Writer.REPORTER)
    assert (found.case.status, found.case.owner_id) == (CaseStatus.RUNNING, selin.person_id)
    letter = _as_child(world, report, receipt)[-1]
    assert (letter.text, letter.by, letter.author_id) == (TEXT, "Frau Aydin", selin.person_id)
    events = set(world.session.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == found.case.id)))
    assert {Event.LETTER_SENT.code, Event.CASE_TAKEN.code, Event.CASE_STATE.code} <= events
    # An answer sends nothing outside: no mail to anybody.
    assert world.session.scalar(select(func.count()).select_from(OutboxMail)) == before


@pytest.mark.parametrize("danger", [True, False])
def test_an_answer_is_not_all_where_danger_was_declared(world: World, at_desk: AtDesk, danger: bool) -> None:
    filed, _receipt = world.file(answers=Answers(1, danger, {"text": "Da war was."}))
    report, selin = world.report(filed), at_desk("Selin")
    found = find_case(selin, report.case_id)
    answering.answer(selin, found, report, TEXT, after=1, shown_name="Frau Aydin")
    assert found.case.in_person_due == (selin.today if danger else None)
    deadlines.seen_in_person(selin, found.case)
    answering.answer(selin, found, report, "Bis morgen.", after=2, shown_name="Frau Aydin")
    assert found.case.in_person_due is None  # seen is seen


def test_a_second_press_sends_nothing(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    selin = at_desk("Selin")
    for sent in (True, False, False):
        found = find_case(selin, report.case_id)
        assert answering.answer(selin, found, report, TEXT, after=1, shown_name="Frau Aydin") is sent
    assert len(_as_child(world, report, receipt)) == 2


@pytest.mark.both
def test_the_first_answer_goes_out_in_at_most_eight_presses_from_sign_in(
    world: World, enter: SignIn, clock: MovingClock
) -> None:
    world.file()
    person, secret = world.person("Selin"), pyotp.random_base32(32)
    header, keys = stretch_new_password(person.id, "vier Wörter ohne Sinn", GATE, b"")
    lay_password_vault(person, world.pepper_layer, world.key("Selin"), header, keys)
    lay_second_factor(person, world.pepper_layer, secret)
    desk = enter("Selin")
    desk.client.delete_cookie("__Host-s", domain="localhost")
    desk.get("/team/anmelden")
    code = pyotp.TOTP(secret).at(clock.now())
    desk.press("Anmelden", email=person.email, password="vier Wörter ohne Sinn", code=code)
    desk.press("Übernehmen")
    desk.follow("Erste Antwort")
    desk.press("Antwort senden")
    assert "In einer Minute ist Ihre Antwort zu sehen" in desk.main
    assert "Ich bin Frau Aydin vom Team" in desk.main
    assert desk.presses <= in_docs("sign in and send the first answer, at most") == 8


def test_what_came_meanwhile_is_shown_before_the_answer_goes_out(world: World, enter: SignIn) -> None:
    report, receipt = _file(world)
    address, desk = f"/team/fall/{report.case_id}", enter("Selin")
    desk.get(address)
    _child_writes(world, report, receipt, "Es ist alles noch schlimmer.")
    desk.press("Antwort senden", status=200, text=TEXT)
    assert "Inzwischen ist etwas Neues gekommen" in desk.main
    assert "Es ist alles noch schlimmer." in desk.main
    assert TEXT in desk.page.text
    assert len(_as_child(world, report, receipt)) == 2
    desk.press("Trotzdem senden")
    assert [letter.text for letter in _as_child(world, report, receipt)][-1] == TEXT


def test_two_colleagues_do_not_answer_over_each_other(world: World, enter: SignIn) -> None:
    report, receipt = _file(world)
    address = f"/team/fall/{report.case_id}"
    selin, jan = enter("Selin"), enter("Jan")
    for desk in (selin, jan):
        desk.get(address)
    selin.press("Antwort senden", text=TEXT)
    jan.press("Antwort senden", status=200, text="Hallo, hier ist Herr Brandt.")
    assert TEXT in jan.main
    # The browser goes to the form: there the new letter stands before the field, and the button says what it does.
    form = jan.page.text.partition('id="antwort"')[2].partition("</form>")[0]
    assert form.index("Inzwischen ist etwas Neues gekommen") < form.index(TEXT) < form.index("<textarea")
    assert "Trotzdem senden" in form
    assert "Hallo, hier ist Herr Brandt." in jan.page.text
    assert len(_as_child(world, report, receipt)) == 2


def test_without_scripts_the_browser_goes_to_the_word_that_it_was_sent(world: World, enter: SignIn) -> None:
    """A browser keeps the place of the form's own address (`#antwort`) where the answer names none."""
    report, _receipt = _file(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    form = next(form for form in forms_of(desk.page) if "Antwort senden" in form.words)
    assert form.action.endswith("#antwort")
    world.session.commit()
    address = form.action.partition("#")[0]
    answer = desk.client.post(address, data={**form.fields, "text": TEXT}, headers=OWN_PAGE)
    place = answer.headers["Location"].partition("#")[2]
    page = desk.get(answer.headers["Location"].partition("#")[0]).text
    begins = page.index(f'id="{place}"')
    assert begins < page.index('role="status"', begins) < page.index('id="antwort"')


@pytest.mark.both
def test_a_text_that_comes_after_the_session_is_kept_and_handed_back(
    world: World, enter: SignIn, clock: MovingClock
) -> None:
    report, receipt = _file(world)
    address, desk = f"/team/fall/{report.case_id}", enter("Selin")
    desk.get(address)
    clock.forward(minutes=16)
    late = desk.press("Antwort senden", text=TEXT)
    assert "Ihr Text ist noch da." in late.text
    assert len(_as_child(world, report, receipt)) == 1
    again: Browser = enter("Selin")
    again.get("/team")
    assert "Ihr Text ist noch da" in again.main
    again.follow("Text ansehen")
    assert TEXT in again.page.text
    again.follow("Zurück ins Formular")
    assert again.page.request.path == address
    assert next(form for form in forms_of(again.page) if "text" in form.fields).fields["text"] == TEXT
    again.press("Antwort senden")
    assert [letter.text for letter in _as_child(world, report, receipt)][-1] == TEXT
    again.get("/team")
    assert "Ihr Text ist noch da" not in again.main  # sent, and nothing is kept


def test_a_short_late_answer_comes_back_too(world: World, enter: SignIn, clock: MovingClock) -> None:
    report, _receipt = _file(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    clock.forward(minutes=16)
    desk.press("Antwort senden", text="Komm um zehn zu mir.")
    again: Browser = enter("Selin")
    again.get("/team")
    again.follow("Text ansehen")
    assert "Komm um zehn zu mir." in again.page.text
    again.follow("Zurück ins Formular")
    assert "Komm um zehn zu mir." in again.page.text


def test_a_colleague_cannot_open_a_late_text_by_its_number(world: World, enter: SignIn, clock: MovingClock) -> None:
    report, _receipt = _file(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    clock.forward(minutes=16)
    desk.press("Antwort senden", text=TEXT)
    held = world.session.scalars(select(HeldPost)).one()
    jan: Browser = enter("Jan")
    jan.get(f"/team/fall/{report.case_id}?gehalten={held.id}")
    assert TEXT not in jan.page.text


def test_a_script_is_not_told_that_a_late_letter_has_gone_out(world: World, enter: SignIn, clock: MovingClock) -> None:
    report, _receipt = _file(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    fields = next(form for form in forms_of(desk.page) if "text" in form.fields).fields
    clock.forward(minutes=16)
    world.session.commit()
    by_script = {**OWN_PAGE, "X-Requested-With": "fetch"}
    answer = desk.client.post(f"/team/fall/{report.case_id}", data={**fields, "text": TEXT}, headers=by_script)
    assert answer.status_code == 409  # no redirect, which a script would take for success
    assert world.session.scalars(select(HeldPost)).all() == []


def test_a_late_note_leads_back_to_its_case(world: World, enter: SignIn, clock: MovingClock) -> None:
    report, _ = _file(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    clock.forward(minutes=16)
    desk.press("Notiz speichern", note="Eine Notiz, die zu spät kommt, bleibt.")
    again = enter("Selin")
    again.get("/team")
    again.follow("Text ansehen")
    assert "die zu spät kommt" in again.page.text
    again.get(f"/team/fall/{report.case_id}/notiz", status=303)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", "Schreiben Sie eine Antwort."),
        ("\u200b\n\u2800", "Schreiben Sie eine Antwort."),
        ("x" * 20_001, "20.000 Zeichen"),
    ],
)
def test_an_empty_or_endless_answer_is_not_sent(world: World, enter: SignIn, text: str, words: str) -> None:
    report, receipt = _file(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    desk.press("Antwort senden", status=422, text=text)
    assert words in desk.main
    assert "<title>Fehler:" in desk.page.text
    assert text.strip() in desk.page.text
    assert len(_as_child(world, report, receipt)) == 1


def test_nothing_is_written_to_what_the_child_has_erased(world: World, enter: SignIn) -> None:
    report, _ = _file(world, answers=Answers(1, True, {"text": "Hilfe"}))
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    before = desk.page
    erasure.erase(world.session, report, world.clock.today())
    world.session.commit()
    desk.press("Antwort senden", status=422, text=TEXT)
    assert "Sie kann nichts mehr lesen" in desk.main
    desk.get(f"/team/fall/{report.case_id}")
    assert "Antwort senden" in before.text
    assert "Antwort senden" not in desk.page.text
    assert "aufbewahrt" in desk.main


def test_in_the_place_of_an_erased_case_stands_the_day_for_who_was_responsible(world: World, enter: SignIn) -> None:
    report, _ = _file(world)
    world.session.get_one(Case, report.case_id).owner_id = world.person("Selin").id
    erasure.erase(world.session, report, world.clock.today())
    world.session.commit()
    gone = "Vom Kind gelöscht am "
    assert gone in enter("Selin").get(f"/team/fall/{report.case_id}", status=410).text
    assert gone not in enter("Jan").get(f"/team/fall/{report.case_id}", status=404).text


def test_an_answer_to_a_closed_case_opens_it_again(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world)
    selin = at_desk("Selin")
    found = find_case(selin, report.case_id)
    answering.answer(selin, found, report, TEXT, after=1, shown_name="Frau Aydin")
    found.case.status, found.case.closed_hour, found.case.outcome = CaseStatus.CLOSED, selin.hour, "stopped"
    _child_writes(world, report, receipt, "Es geht wieder los.")
    answering.answer(selin, found, report, "Gut, dass du schreibst.", after=3, shown_name="Frau Aydin")
    case = world.session.get_one(Case, report.case_id)
    assert (case.status, case.closed_hour, case.outcome) == (CaseStatus.RUNNING, None, None)


def _all_starts(door: int) -> set[str]:
    wishes: list[dict[str, str]] = [{}, {"wem": "selbst"}, {"wem": "reden"}]
    said = [Answers(door, danger, wish) for danger in (True, False) for wish in wishes]
    return {start.text.replace("{name}", "Frau Aydin") for one in said for start in answering.starts_for(one)}


@pytest.mark.parametrize("door", sorted(DOORS))
def test_beginnings_of_answers_speak_to_the_right_person(door: int) -> None:
    texts = _all_starts(door)
    assert len(texts) >= 3
    for text in texts:
        assert "{" not in text
        if DOORS[door].polite:
            assert re.search(r"\b(Sie|Ihre)\b", text)
            assert not re.search(r"\b(du|dir|dich|dein\w*)\b", text)
        else:
            assert not re.search(r"\bIhnen\b", text)
            found = stats(text)
            assert found.longest_words <= 12, found.longest


@pytest.mark.parametrize("door", sorted(answering.NOTHING_ABOUT_THE_CHILD))
def test_beginnings_for_bystanders_and_parents_say_nothing_about_the_child(door: int) -> None:
    for text in _all_starts(door):
        assert not re.search(r"hat (mir|uns) (geschrieben|gesagt)|betroffene", text, re.IGNORECASE)
        assert "Ihr Kind hat" not in text


def test_danger_comes_with_a_number_to_call() -> None:
    for door in DOORS:
        first = answering.starts_for(Answers(door, True))[0]
        assert first.code == "gefahr"
        assert "110" in first.text


def test_a_warning_stands_beside_the_answer_to_bystanders_and_parents(world: World, enter: SignIn) -> None:
    reports = {door: _file(world, answers=Answers(door, False, {"text": "Text"}))[0] for door in DOORS}
    desk = enter("Selin")
    for door, report in reports.items():
        desk.get(f"/team/fall/{report.case_id}")
        assert ("Schreiben Sie dieser Person nichts über das betroffene Kind" in desk.main) == (door == 2)
        assert ("Schreiben Sie Eltern nichts" in desk.main) == (door == 3)
        assert ("data-easy" in desk.page.text) == (door in {1, 2})
