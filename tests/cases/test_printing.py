"""What leaves a case: nobody prints what they cannot read, and no name is left in a blackened text."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from bullying_desk.access.roles import Role
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import notes, sheets
from bullying_desk.cases.case_access import CaseUnknown, FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.page import answering
from bullying_desk.cases.papers.disclosures import Told
from bullying_desk.cases.papers.timeline import open_course
from bullying_desk.cases.printing import print_order
from bullying_desk.cases.printing.authority_handover import Ground
from bullying_desk.cases.printing.print_order import PrintWish
from bullying_desk.cases.printing.shapes import PrintShape
from bullying_desk.cases.printing.sheet import FILE, order_for_sheet
from bullying_desk.cases.sheets import Kind
from bullying_desk.pdf import worker
from bullying_desk.reports.doors.answers import Answers, NameGiven, NameLevel
from bullying_desk.reports.filing.intake import Filed
from bullying_desk.reports.models import Record
from bullying_desk.reports.readers.routing import ReaderChoice
from bullying_desk.reports.readers.routing import Wish as Readers
from bullying_desk.reports.record_kinds import record_row
from bullying_desk.sealing.records import RecordPlace, Side, seal_record
from tests.cases.browsing import forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.cases.reading_pdf import everything_in
from tests.world import World

STORY = (
    "Leon Wagner schubst mich. LEONS Freund lacht. Ich bin Yusuf, Çeliks Sohn.\n"
    'Frau Aydin weiß es. #read("/etc/passwd") *fett* $x$ \\ 😀'
)
WITNESS = "Ich bin Mira Öztürk aus der 7b. Ich habe gesehen, wie Leon den Yusuf geschubst hat. Oeztuerk."
NAMES = ("Leon", "Wagner", "Yusuf", "Çelik", "Celik", "Mira", "Öztürk", "Oeztuerk", "7b", "Aydin", "Brandt", "Selin")


@pytest.fixture
def case(world: World, at_desk: AtDesk) -> FoundCase:
    """A case of two reports, by the child itself and by a bystander, with an answer and a note."""
    name = NameGiven(NameLevel.TEAM, "Yusuf Çelik", "6a", "")
    own, _ = world.file(answers=Answers(1, False, {"was": ("worte",), "text": STORY}), name=name)
    case_id = world.report(own).case_id
    _file_into(world, case_id)
    me = at_desk("Selin")
    found = find_case(me, case_id)
    own_report = next(one for one in found.reports if one.id == own.report_id)
    answering.answer(me, found, own_report, "Lieber Yusuf, wir reden mit Leon.", after=1, shown_name="Frau Aydin")
    secrets = open_case_secrets(me, found.case)
    notes.write_team_note(me, found.case, secrets, "Herr Brandt spricht mit Leons Mutter, Frau Wagner.")
    return find_case(me, case_id)


def _file_into(world: World, case_id: int) -> Filed:
    from bullying_desk.reports.doors.answers import LeftOut
    from bullying_desk.reports.filing.intake import Submission, Terms, file_report

    choice = ReaderChoice(Readers.TEAM)
    given = NameGiven(NameLevel.TEAM, "Mira Öztürk", "7b", "")
    answers = Answers(2, False, {"text": WITNESS}, language="tr")
    sent = Submission(world.school.id, answers, given, choice, LeftOut(), case_id=case_id)
    return file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms())


def printed(me: Counsellor, found: FoundCase, wish: PrintWish, words: str = "") -> bytes:
    made = print_order.prepare(me, found, wish)
    return worker.run(order_for_sheet(made.sheet, made.school, made.foot, 1_700_000_000, words))[FILE]


@pytest.mark.sqlite
def test_no_name_is_anywhere_in_a_blackened_print(case: FoundCase, at_desk: AtDesk) -> None:
    me = at_desk("Jan")
    wish = PrintWish(PrintShape.CASE, "Fallberatung", more="Wagner, Celik")
    control = everything_in(printed(me, case, replace(wish, full_reason="Das Gericht verlangt es.")))
    for name in set(NAMES) - {"Celik"}:
        assert _holds(control, name), f"the search does not find {name}"
    assert "nicht geschwärzt" in control
    assert "Türkisch" not in control
    assert "Gemeldet von Mira Öztürk 7b" in control
    query = select(AuditEntry).where(AuditEntry.event == "report.name_opened", AuditEntry.actor_id == me.person_id)
    assert {row.facts["report"] for row in me.session.scalars(query)} == {one.id for one in case.reports}
    text = everything_in(printed(me, case, wish))
    for name in NAMES:
        if name != "Brandt":  # the printing person's name is on each page
            assert not _holds(text, name), name
    assert text.count("Gedruckt von Jan Brandt") >= 1
    assert "Herr Brandt" not in text
    assert "Beratungslehrkraft" in text
    assert "Schulsozialarbeit" in text
    assert '#read("/etc/passwd") *fett* $x$ \\ 😀' in text  # typed words are words


@pytest.mark.sqlite
def test_text_of_other_scripts_is_printed_as_it_was_typed(case: FoundCase, at_desk: AtDesk) -> None:
    me, said = at_desk("Selin"), ("Мене б’ють біля їдальні.", "İğrenç dediler, üşüdüm.", "يضحكون في الاستراحة")
    notes.write_team_note(me, case.case, open_case_secrets(me, case.case), "\n".join(said))
    text = everything_in(printed(me, case, PrintWish(PrintShape.CASE, "x", full_reason="Das Gericht verlangt es.")))
    assert said[0] in text
    assert said[1] in text
    shaped = set(unicodedata.normalize("NFKC", text))  # a PDF holds Arabic letters as they are joined
    assert set(said[2]) <= shaped


@pytest.mark.sqlite
def test_every_page_says_who_when_and_how_many(case: FoundCase, at_desk: AtDesk, tmp_path: Path) -> None:
    me = at_desk("Selin")
    for _ in range(3):
        notes.write_team_note(me, case.case, open_case_secrets(me, case.case), f"Notiz {_}. " + "Sehr lang. " * 300)
    (tmp_path / "x.pdf").write_bytes(printed(me, case, PrintWish(PrintShape.CASE, "x")))
    reader = PdfReader(tmp_path / "x.pdf")
    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert f"Seite {number} von {len(reader.pages)}" in text
        assert "Gedruckt von Selin Aydin am Di, 24.11.2026" in text
        assert "VERTRAULICH" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "Auszug"


@pytest.mark.sqlite
def test_an_answer_to_a_request_holds_nobody_elses_secrets(case: FoundCase, at_desk: AtDesk) -> None:
    me = at_desk("Amara")
    own, seen = sorted(case.reports, key=lambda one: "geschubst" in _story(me, case, one.id))
    every = frozenset(moment.key for moment in open_course(me, case).moments)  # forged: everything ticked
    reporter = everything_in(
        printed(me, case, PrintWish(PrintShape.REPORTER, "Antrag", seen.id, keys=every, words=frozenset({"Leon"})))
    )
    assert "Ich bin Mira" in reporter  # their own words, with their own name
    for foreign in ("Sohn", "wir reden", "spricht mit", "Leon", "Notiz"):
        assert foreign not in reporter
    affected = everything_in(printed(me, case, PrintWish(PrintShape.AFFECTED, "Antrag")))
    assert "schubst mich" in affected
    assert "wir reden mit" in affected
    for foreign in ("gesehen, wie", "Mira", "7b", "spricht mit", "Leon"):
        assert foreign not in affected
    forged = everything_in(printed(me, case, PrintWish(PrintShape.AFFECTED, "Antrag", keys=every)))
    assert "spricht mit" in forged  # an entry of the team may be ticked, another report never
    assert "gesehen, wie" not in forged
    accused = PrintWish(
        PrintShape.ACCUSED, "Antrag", text="Es gab zwei Gespräche im Dezember. Leon", keys=every, full_reason="ja"
    )
    text = everything_in(printed(me, case, accused))
    assert "zwei Gespräche" in text
    assert "nicht mitgeteilt" in text
    for foreign in (
        "schubst",
        "gesehen, wie",
        "wir reden",
        "Yusuf",
        "Mira",
        "Kind, das",
        "Meldung eingegangen",
        "Liest mit",
    ):
        assert foreign not in text
    assert own.id != seen.id


@pytest.mark.sqlite
def test_an_answer_to_one_child_holds_nothing_of_another_who_wrote_themselves(
    world: World, case: FoundCase, at_desk: AtDesk
) -> None:
    """Two children have written by the first door; their reports were put together."""
    me = at_desk("Amara")
    own = next(one for one in case.reports if "geschubst" not in _story(me, case, one.id))
    other = _own_of(world, case.case.id)
    found = find_case(me, case.case.id)
    every = frozenset(moment.key for moment in open_course(me, found).moments)
    with pytest.raises(print_order.WhichChild):
        print_order.prepare(me, found, PrintWish(PrintShape.AFFECTED, "Antrag"))
    text = everything_in(printed(me, found, PrintWish(PrintShape.AFFECTED, "Antrag", own.id, keys=every)))
    assert "schubst mich" in text
    for foreign in ("Sie nehmen mir das Geld", "Ben", "5d"):
        assert foreign not in text
    assert "Sie nehmen mir das Geld" in everything_in(
        printed(me, found, PrintWish(PrintShape.AFFECTED, "Antrag", other))
    )


def _own_of(world: World, case_id: int) -> int:
    from bullying_desk.reports.doors.answers import LeftOut
    from bullying_desk.reports.filing.intake import Submission, Terms, file_report

    given = NameGiven(NameLevel.TEAM, "Ben Krüger", "5d", "")
    answers = Answers(1, False, {"text": "Sie nehmen mir das Geld weg."})
    choice = ReaderChoice(Readers.TEAM)
    sent = Submission(world.school.id, answers, given, choice, LeftOut(), case_id=case_id)
    return file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms()).report_id


def _story(me: Counsellor, case: FoundCase, report_id: int) -> str:
    return "".join(one.text or "" for one in open_course(me, case).moments if one.report_id == report_id)


def _holds(text: str, word: str) -> bool:
    """Whether a text has a word; a short one alone, for the number of a file holds any two signs by chance."""
    if len(word) > 3:
        return word.casefold() in text.casefold()
    return re.search(rf"(?<![\w+/=]){re.escape(word)}(?![\w+/=])", text, re.IGNORECASE | re.ASCII) is not None


@pytest.mark.sqlite
def test_a_closing_note_holds_no_confidences(case: FoundCase, at_desk: AtDesk) -> None:
    text = everything_in(
        printed(at_desk("Selin"), case, PrintWish(PrintShape.CLOSING, "Akte", text="Drei Gespräche, beendet."))
    )
    assert "Drei Gespräche, beendet." in text
    for secret in ("schubst", "wir reden", "spricht mit", *NAMES[:9]):
        assert not _holds(text, secret)


@pytest.mark.sqlite
def test_a_file_for_another_authority_opens_with_its_words_alone(case: FoundCase, at_desk: AtDesk) -> None:
    allowed: dict[str, Any] = {
        "told": Told.YOUTH_OFFICE,
        "ground": Ground.CHILD_PROTECTION,
        "without": "Gefahr zu Hause",
    }
    wish = PrintWish(PrintShape.HANDOVER, "x", to="Jugendamt Dortmund", **allowed)
    made = printed(at_desk("Selin"), case, wish, words="apfel birne")
    for raw in (b"Jugendamt", b"schubst", "Jugendamt".encode("utf-16-be"), b"Auszug"):
        assert raw not in made
    with pytest.raises(Exception, match="Wrong password"):
        everything_in(made, "falsch")
    poppler = ["pdftotext", "-upw", "apfel birne", "-", "-"]  # what other programs are made of
    assert b"Jugendamt Dortmund" in subprocess.run(poppler, input=made, capture_output=True, check=True).stdout
    text = everything_in(made, "apfel birne")
    assert "Jugendamt Dortmund" in text
    assert "schubst mich" in text


def test_the_reason_is_sealed_into_the_file_and_the_trail_says_no_word(case: FoundCase, at_desk: AtDesk) -> None:
    me = at_desk("Selin")
    print_order.enter(me, case, PrintWish(PrintShape.CASE, "MARKERGRUND", full_reason="MARKERZWEI"))
    me.session.flush()
    record = me.session.scalars(select(Record).where(Record.kind == "print")).one()
    assert b"MARKER" not in record.sealed
    entry = me.session.scalars(select(AuditEntry).where(AuditEntry.event == "case.printed")).one()
    assert (entry.facts, entry.subject_id) == ({"shape": "fall", "full": True, "agreement": None}, case.case.id)
    shown = [one for one in open_course(at_desk("Jan"), case).moments if one.title == "Ausgedruckt"]
    assert ("Grund", "MARKERGRUND") in shown[0].pairs
    assert ("Warum ungeschwärzt", "MARKERZWEI") in shown[0].pairs


@pytest.mark.sqlite
def test_a_kind_of_entry_nobody_knows_shows_with_its_own_words(case: FoundCase, at_desk: AtDesk) -> None:
    me = at_desk("Selin")
    secrets = open_case_secrets(me, case.case)
    place = RecordPlace(case.case.id, case.case.epoch, "neue-art", Side.STAFF, 1)
    value = {"v": 1, "wann_wo": "Pausenhof", "day": "2026-12-01", "schritte": [{"was": "Reden"}], "text": "Ein Text."}
    sealed = seal_record(secrets[case.case.epoch], place, json.dumps(value))
    me.session.execute(insert(Record), [record_row(place, me.hour, sealed, me.person_id)])
    [moment] = [one for one in open_course(me, case).moments if one.title == "Neue art"]
    assert moment.text == "Ein Text."
    assert moment.pairs == (("Wann wo", "Pausenhof"), ("Tag", "Di, 01.12.2026"), ("Schritte 1: Was", "Reden"))


@pytest.mark.sqlite
def test_sheets_stand_in_the_course_in_words(case: FoundCase, at_desk: AtDesk) -> None:
    me = at_desk("Selin")
    secrets = open_case_secrets(me, case.case)
    judged = {"kind": "bullying", "urgency": "hoch", "level": "1", "axis_macht": "2", "why_macht": "Drei gegen eins."}
    sheets.write(me, case.case, secrets, Kind.ASSESSMENT, {**judged, "flags": ("zuhause",)})
    step = {"what": "Gespräch", "owner": str(me.person_id), "day": "2026-12-01"}
    sheets.write(me, case.case, secrets, Kind.MEASURE, step)
    found = {moment.title: dict(moment.pairs) for moment in open_course(me, case).moments}
    assert found["Ersteinschätzung"] == {
        "Was ist es?": "Mobbing",
        "Dringlichkeit": "Hoch",
        "Stufe": "Stufe 1",
        "Machtgefälle": "2 – Mehrere gegen eine Person, oder deutlich ältere",
        "Machtgefälle: Grund": "Drei gegen eins.",
        "Gefahren": "Gefahr zu Hause",
    }
    assert found["Maßnahme geplant"] == {"Was": "Gespräch", "Wer": "Selin Aydin", "Bis": "Di, 01.12.2026"}


def test_the_course_is_in_order_and_in_full_hours_without_private_notes(case: FoundCase, at_desk: AtDesk) -> None:
    me = at_desk("Selin")
    notes.write_private_note(me, case, "MARKERPRIVAT")
    course = open_course(me, case)
    hours = [moment.hour for moment in course.moments]
    assert hours == sorted(hours)
    assert {(hour.minute, hour.second, hour.microsecond) for hour in hours} == {(0, 0, 0)}
    assert "MARKERPRIVAT" not in repr(course.moments)
    assert {"report", "letter", "entry", "act", "reader"} == {moment.what for moment in course.moments}


def test_whoever_reads_one_of_two_reports_sees_nothing_of_the_other(world: World, at_desk: AtDesk) -> None:
    first, _ = world.file()
    case_id = world.report(first).case_id
    from bullying_desk.reports.doors.answers import LeftOut
    from bullying_desk.reports.filing.intake import Submission, Terms, file_report

    hidden = Answers(2, False, {"text": "MARKERZEUGIN"})
    left = world.ids("Jan")
    sent = Submission(
        world.school.id, hidden, NameGiven(), ReaderChoice(Readers.TEAM, left_out=left), LeftOut(left), case_id=case_id
    )
    second = file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms())
    selin, jan = at_desk("Selin"), at_desk("Jan")
    open_course(selin, find_case(selin, case_id))
    course = open_course(jan, find_case(jan, case_id))
    assert {moment.report_id for moment in course.moments} <= {first.report_id, None}
    assert "MARKERZEUGIN" not in repr(course)
    with pytest.raises(print_order.PrintWithoutKey):
        print_order.prepare(jan, find_case(jan, case_id), PrintWish(PrintShape.CASE, "x"))
    with pytest.raises(print_order.PrintWithoutKey):
        print_order.enter(jan, find_case(jan, case_id), PrintWish(PrintShape.CASE, "x"))
    with pytest.raises(CaseUnknown):
        print_order.prepare(
            selin, find_case(selin, case_id), PrintWish(PrintShape.REPORTER, "x", report_id=second.report_id + 1)
        )


@pytest.mark.sqlite
def test_whoever_cannot_read_a_case_prints_nothing_of_it(world: World, enter: SignIn) -> None:
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    staff = Answers(5, False, {"text": "Ein Kollege demütigt mich."})
    filed, _ = world.file(answers=staff, choice=ReaderChoice(Readers.CITY))
    case_id = world.report(filed).case_id
    for name in ("Selin", "Renate", "Karin"):
        browser = enter(name)
        token = forms_of(browser.get("/team/konto"))[0].fields["csrf_token"]
        for path in ("verlauf", "druck"):
            browser.get(f"/team/fall/{case_id}/{path}", 404)
        for path in ("druck", "druck/pdf"):
            browser.send(f"/team/fall/{case_id}/{path}", {"csrf_token": token, "shape": "fall", "reason": "x"}, 404)


@pytest.mark.sqlite
def test_from_the_wish_to_the_paper(case: FoundCase, world: World, enter: SignIn) -> None:
    case_id, browser = case.case.id, enter("Selin")
    address = f"/team/fall/{case_id}/druck"

    def send(path: str, status: int, **typed: str) -> TestResponse:
        fields = forms_of(browser.page)[-1].fields if browser.page.mimetype == "text/html" else last[0]
        last[0] = {**fields, **ticked(browser.page), **typed}
        return browser.send(path, last[0], status)

    last: list[dict[str, Any]] = [{}]
    browser.get(address)
    send(address, 422, shape="fall", reason="")
    send(address, 200, shape="fall", reason="Beratung")
    assert 'name="weg" value="Leon"' in browser.page.text
    assert "Mira" not in browser.page.text  # the reporter is nowhere, not even among the words to press
    send(f"{address}/pdf", 422)
    assert "bestätigen Sie es" in browser.main
    answer = send(f"{address}/pdf", 200, sure="y")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="auszug.pdf"'
    text = everything_in(answer.data)
    assert "Leon" not in text
    assert "schubst mich" in text
    world.session.expire_all()
    query = select(AuditEntry).where(AuditEntry.event == "case.printed")
    assert len(world.session.scalars(query).all()) == 1
    # another kind, or without blackening, is looked at first; an answer to a request is confirmed
    send(f"{address}/pdf", 422, full_reason="Darum", sure="")
    assert "anders als in der Ansicht" in browser.main
    send(f"{address}/pdf", 422, shape="betroffen", full_reason="")
    send(f"{address}/pdf", 422)
    assert "bestätigen Sie es" in browser.main
    send(f"{address}/pdf", 200, sure="y")
    world.session.expire_all()
    assert len(world.session.scalars(query).all()) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize("shape", ["fall", "meldend", "betroffen", "beschuldigt", "abschluss", "uebergabe"])
def test_every_kind_of_print_is_read_before_it_is_made(case: FoundCase, enter: SignIn, shape: str) -> None:
    browser, address = enter("Selin"), f"/team/fall/{case.case.id}/druck"
    own = next(one.id for one in case.reports)
    typed = {"shape": shape, "reason": "x", "text": "Es ging um Leon.", "report": str(own), "to": "Jugendamt"}
    typed |= {"told": Told.YOUTH_OFFICE.value, "ground": Ground.CHILD_PROTECTION.value, "without": "Gefahr"}
    browser.get(address)
    browser.send(address, {**forms_of(browser.page)[-1].fields, **typed}, 200)
    browser.send(f"{address}/pdf", {**forms_of(browser.page)[-1].fields, **ticked(browser.page), **typed}, 422)
    assert "bestätigen Sie es" in browser.main
    if shape != "abschluss":
        assert re.search(r'value="Leon"[^>]* checked><span>Leon', browser.page.text) or shape == "meldend"


@pytest.mark.sqlite
def test_a_word_is_pressed_in_the_text_and_stays_or_goes_everywhere(case: FoundCase, enter: SignIn) -> None:
    browser, address = enter("Selin"), f"/team/fall/{case.case.id}/druck"
    browser.get(address)
    browser.send(address, {**forms_of(browser.page)[-1].fields, "shape": "fall", "reason": "x"}, 200)
    page = browser.page.text
    assert page.count('name="weg" value="Leon"') == 1  # one box a word
    number = re.search(r'value="Leon" id="(weg-\d+)"', page)
    assert number is not None
    assert len(re.findall(f'<label class="press on" for="{number[1]}">', page)) >= 3  # LEONS, Leon, Leons
    fields = {**forms_of(browser.page)[-1].fields, **ticked(browser.page), "sure": "y"}
    assert "Leon" in fields["weg"]
    assert "Freund" not in fields["weg"]
    fields["weg"] = [word for word in fields["weg"] if word != "Leon"] + ["Freund"]
    text = everything_in(browser.send(f"{address}/pdf", fields, 200).data)
    assert "Leon" in text
    assert "Freund" not in text
    assert "Yusuf" not in text


@pytest.mark.sqlite
def test_a_name_that_was_in_no_view_is_black(case: FoundCase, at_desk: AtDesk) -> None:
    """A letter that arrives between view and print brings names nobody could press."""
    me = at_desk("Selin")
    wish = PrintWish(PrintShape.CASE, "x", words=frozenset(), seen=frozenset({"Leon"}))
    notes.write_team_note(me, case.case, open_case_secrets(me, case.case), "Timo war auch dabei.")
    text = everything_in(printed(me, find_case(me, case.case.id), wish))
    assert "Leon" in text
    assert "Timo" not in text


@pytest.mark.sqlite
def test_what_the_page_shows_is_what_is_printed_in_every_script(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    """The page tells beforehand what no font has; everything else is printed as the child has written it."""
    said = "他们每天打我。 ისინი მცემენ ይመቱኛል 😭\nהם מציקים לי\nmit \U00013000 und \u202eschriW\u202c"
    filed, _ = world.file(answers=Answers(1, False, {"text": said}))
    case_id = world.report(filed).case_id
    browser = enter("Selin")
    address = f"/team/fall/{case_id}/druck"
    browser.get(address)
    browser.send(address, {**forms_of(browser.page)[-1].fields, "shape": "fall", "reason": "Beratung"}, 200)
    assert "Für diese Zeichen gibt es hier keine Schrift: \U00013000." in browser.main
    printed_lines = ["他们每天打我。 ისინი მცემენ ይመቱኛል 😭", "הם מציקים לי", "mit [U+13000] und schriW"]
    assert "\n".join(printed_lines) in unescape(re.sub(r"<[^>]+>", "", browser.page.text))  # each word can be pressed
    me = at_desk("Selin")
    text = everything_in(printed(me, find_case(me, case_id), PrintWish(PrintShape.CASE, "x")))
    for word in ("他们每天打我", "ისინი", "მცემენ", "ይመቱኛል", "😭", "[U+13000]", "schriW"):
        assert word in text, word
    for word in printed_lines[1].split():
        assert word in text or word[::-1] in text  # the reader of this test does not turn lines round


def ticked(page: TestResponse) -> dict[str, Any]:
    """Return the ticked values of the page: several boxes of one name."""
    if page.mimetype != "text/html":
        return {}
    found: dict[str, Any] = {"teil": [], "weg": []}
    for name, value in re.findall(r'name="(teil|weg)" value="([^"]*)" id="[^"]*" checked', page.text):
        found[name].append(unescape(value))
    return found
