"""Searching: only what one may read, every part of it, and no search word is left anywhere."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.inbox import case_search
from bullying_desk.cases.inbox.case_search import Place, Wanted, Where
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import CaseStatus, Report
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.receipts import Receipt
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def _file(
    world: World, text: str, *named: str, left_out: tuple[str, ...] = (), what: str = "worte"
) -> tuple[Report, Receipt]:
    choice = ReaderChoice(Wish.NAMED, named=world.ids(*named), left_out=world.ids(*left_out))
    filed, receipt = world.file(choice=choice, answers=Answers(1, False, {"was": (what,), "text": text}))
    return world.report(filed), receipt


def _find(me: Counsellor, words: str = "", **more: object) -> dict[int, frozenset[Place]]:
    result = case_search.search(me, Wanted(words, **more))  # type: ignore[arg-type]
    return {line.case_id: places for line, places in result.lines}


def test_words_are_found_in_report_conversation_and_file_and_only_by_readers(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, "Sie haben mich geschlagen.", "Selin", "Jan", left_out=("Amara",))
    other, _ = _file(world, "Es geht um etwas anderes.", "Selin", "Jan")
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    letters.write_letter(world.session, secrets, report, "Gestern am Fußballplatz.", now=world.clock.now())
    selin, jan, amara, leyla = (at_desk(name) for name in ("Selin", "Jan", "Amara", "Leyla"))
    case = find_case(selin, report.case_id).case
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "Klassenkonferenz planen")
    for desk in (selin, jan):
        assert _find(desk, "schlägt") == {report.case_id: {Place.REPORT}}
        assert _find(desk, "Fussball") == {report.case_id: {Place.TALK}}
        assert _find(desk, "schlagen FUSSBALL konferenz") == {report.case_id: set(Place)}
        assert _find(desk, "schlagen Elefant") == {}
        assert set(_find(desk, "anderes")) == {other.case_id}
    for nobody in (amara, leyla):
        assert _find(nobody, "schlägt") == {}
        assert _find(nobody, what="worte") == {}
        assert case_search.search(nobody, Wanted("schlägt", where=Where.ALL)).looked == 0


def test_words_of_other_scripts_are_found(world: World, at_desk: AtDesk) -> None:
    said = ("يضحكون عليَّ في الاستراحة.", "Мене б’ють біля їдальні.", "İğrenç dediler, üşüdüm.")
    cases = [_file(world, text, "Selin", "Jan")[0].case_id for text in said]
    selin = at_desk("Selin")
    for case_id, word in zip(cases, ("الاستراحة", "їдальні", "üşüdüm"), strict=True):
        assert set(_find(selin, word)) == {case_id}


def test_who_reads_a_part_finds_nothing_of_the_file(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Ahorn", "Selin", "Jan")
    other, _ = _file(world, "Birke", "Selin", "Amara")
    selin, jan = at_desk("Selin"), at_desk("Jan")
    case = find_case(selin, report.case_id).case
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "Pappel")
    assert _find(jan, "Pappel") == {report.case_id: {Place.FILE}}
    other.case_id = report.case_id
    world.session.flush()
    assert _find(jan, "Pappel") == {}
    assert _find(jan, "Birke") == {}
    assert _find(selin, "Pappel Birke Ahorn") == {report.case_id: {Place.FILE, Place.REPORT}}


def test_it_is_narrowed_by_what_where_and_when(world: World, at_desk: AtDesk) -> None:
    selin, today = at_desk("Selin"), world.clock.today()
    words, _ = _file(world, "Ahorn", "Selin", "Jan")
    hand, _ = _file(world, "Ahorn", "Selin", "Jan", what="hand")
    closed, _ = _file(world, "Ahorn", "Selin", "Jan")
    find_case(selin, closed.case_id).case.status = CaseStatus.CLOSED
    world.session.flush()
    assert set(_find(selin, "Ahorn")) == {words.case_id, hand.case_id}
    assert set(_find(selin, "Ahorn", where=Where.CLOSED)) == {closed.case_id}
    assert len(_find(selin, "Ahorn", where=Where.ALL)) == 3
    assert set(_find(selin, what="hand")) == {hand.case_id}
    assert _find(selin, "Ahorn", since=today + timedelta(days=1)) == {}
    assert _find(selin, "Ahorn", until=today - timedelta(days=1)) == {}
    assert len(_find(selin, "Ahorn", since=today, until=today)) == 2


def test_whom_the_child_takes_away_finds_nothing_any_more(world: World, at_desk: AtDesk) -> None:
    report, receipt = _file(world, "Ahorn", "Selin", "Jan")
    jan = at_desk("Jan")
    assert _find(jan, "Ahorn")
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Jan"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, world.clock.hour())
    assert _find(jan, "Ahorn") == {}


def test_the_trail_holds_counts_and_no_word_and_looking_is_no_opening(world: World, at_desk: AtDesk) -> None:
    report, _ = _file(world, "Ahorn", "Selin", "Jan")
    _find(at_desk("Selin"), "Ahorn")
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.event.in_(["case.searched", "report.opened"])))
    (entry,) = entries.all()
    assert entry.facts == {"looked": 1, "found": 1}
    assert "horn" not in json.dumps(entry.facts)
    assert report.last_hour is not None


def test_on_the_page_no_word_stands_in_an_address(world: World, enter: SignIn) -> None:
    report, _ = _file(world, "Sie haben mich beleidigt.", "Selin", "Jan")
    selin = enter("Selin")
    selin.get("/team")
    selin.follow("In Ihren Fällen suchen")
    page = selin.press("Suchen", 200, query="Beleidigungen")
    assert "1 Fall gefunden" in selin.main
    assert f"/team/fall/{report.case_id}" in page.text
    assert "eleidig" not in page.request.path
    assert "no-store" in page.headers["Cache-Control"]
    selin.press("Suchen", 422, query="  ")
    assert "Schreiben Sie ein Wort" in selin.main
    selin.press("Suchen", 422, query="x", since="gestern")
    assert "Schreiben Sie das Datum so" in selin.main
