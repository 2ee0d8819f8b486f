"""The box: words only on paper, each number once, readers by the slip, and a child that comes back alone."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import LeftOut
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.models import GrantState, PaperSlip, Report, ReportGrant, SlipState
from bullying_desk.reports.offline import emptying, slips
from bullying_desk.reports.offline.on_behalf import Author, Told
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import FreeDay
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt, new_slip, parse_receipt
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard, at
from tests.world import GATE

TIMES = ("07:15", "10:00", "12:30", "15:00")


@pytest.fixture
def contact(app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock) -> Hands:
    """Return the hands of a contact person who empties the box."""
    hands = Hands(app, clock)
    member = make_member(database, keys, clock, "Nils Otte", Role.CONTACT_PERSON, yard.world.school)
    emptying.set_box(yard.session, yard.school_id, "neben der Bücherei", {yard.world.seats["Selin"].id})
    yard.session.commit()
    hands.sign_in(member)
    return hands


def _keep(yard: Yard, sheets: int = 1) -> list[ReceiptWords]:
    made = [new_slip(yard.world.salt, GATE) for _each in range(sheets * slips.A_SHEET)]
    first, who = slips.next_sheet(yard.session, yard.school_id), yard.world.person("Selin").id
    slips.keep_sheets(yard.session, yard.world.pepper_layer, yard.school_id, first, made, who, yard.world.clock.now())
    return [slip.words for slip in made]


def _told(yard: Yard, *left_out: str, danger: bool = False) -> Told:
    hidden = yard.world.ids(*left_out)
    choice = ReaderChoice(Wish.TEAM, left_out=hidden)
    return Told(yard.school_id, 1, choice, "Mia lacht über mich.", danger=danger, left_out=LeftOut(hidden), paper=True)


def _type(yard: Yard, number: int, *left_out: str, danger: bool = False) -> Report:
    who = Author(yard.world.person("Selin").id, "Frau Aydin")
    told, now = _told(yard, *left_out, danger=danger), yard.world.clock.now()
    filed = slips.type_in(yard.session, yard.world.pepper_layer, told, number, who, now, Terms())
    return yard.session.get_one(Report, filed.report_id)


def test_the_child_comes_back_with_the_words_of_its_slip(yard: Yard) -> None:
    words = _keep(yard)
    report = _type(yard, 3, "Jan")
    receipt = derive_receipt(words[2], yard.world.salt, GATE, b"")
    assert mailbox.find_report(yard.session, yard.world.pepper_layer, receipt) is report
    secrets = opening.open_as_reporter(yard.session, yard.world.pepper_layer, receipt.key, report)
    answers = opening.read_answers(yard.session, secrets, report)
    assert (answers.text, answers.written_by, answers.paper) == ("", "Frau Aydin", True)
    who = yard.world.person("Selin").id
    read = opening.open_report_secrets(yard.session, yard.world.pepper_layer, yard.world.key("Selin"), who, report)
    assert opening.read_answers(yard.session, read, report).text == "Mia lacht über mich."
    assert ("So kam es an", "auf einem Zettel aus dem Kasten") in answers.pairs(str)
    assert report.receipt_kept
    query = select(ReportGrant.person_id).where(ReportGrant.report_id == report.id, ReportGrant.person_id.is_not(None))
    reading = set(yard.session.scalars(query.where(ReportGrant.state == GrantState.OPEN)))
    assert yard.world.ids("Selin", "Amara") <= reading
    assert not yard.world.ids("Jan") & set(yard.session.scalars(query))


def test_a_number_counts_once_and_leads_to_no_report(yard: Yard) -> None:
    _keep(yard)
    _type(yard, 2)
    row = yard.session.scalars(select(PaperSlip).where(PaperSlip.number == 2)).one()
    assert (row.state, row.locator, row.public_half) == (SlipState.USED, None, None)
    with pytest.raises(slips.SlipUsed):
        _type(yard, 2)
    with pytest.raises(slips.SlipUnknown):
        _type(yard, 4)
    assert slips.void_sheet(yard.session, yard.school_id, 1, 1, yard.world.clock.now()) == 2
    with pytest.raises(slips.SlipVoid):
        _type(yard, 1)
    [line] = slips.sheets_of(yard.session, yard.school_id)
    assert (line.first, line.last, line.void) == (1, 3, True)


def test_two_prints_at_once_end_in_one(yard: Yard) -> None:
    _keep(yard)
    made = [new_slip(yard.world.salt, GATE) for _each in range(slips.A_SHEET)]
    with pytest.raises(slips.NumbersTaken):
        slips.keep_sheets(yard.session, yard.world.pepper_layer, yard.school_id, 1, made, 1, yard.world.clock.now())
    assert len(slips.sheets_of(yard.session, yard.school_id)) == 1


def test_danger_on_a_slip_is_told_at_once(yard: Yard) -> None:
    _keep(yard)
    now = yard.world.clock.now()
    report = _type(yard, 1, danger=True)
    assert report.danger
    mails = yard.session.scalars(select(OutboxMail)).all()
    assert {mail.kind for mail in mails} == {"urgent"}
    assert all(mail.not_before <= now for mail in mails)


def test_keepers_are_reminded_once_on_a_school_day(yard: Yard) -> None:
    emptying.set_box(yard.session, yard.school_id, "", {yard.world.seats["Jan"].id})

    def tick(moment: str) -> list[str]:
        before = set(yard.session.scalars(select(OutboxMail.id)))
        emptying.remind(yard.session, at(moment), TIMES)
        rows = yard.session.execute(
            select(Person.name, OutboxMail.subject + OutboxMail.body)
            .join(Person, Person.id == OutboxMail.person_id)
            .where(OutboxMail.id.not_in(before))
        ).all()
        assert all("Lindenpark" not in said and "K7M2" not in said and "http" not in said for _name, said in rows)
        return [name for name, _said in rows]

    assert tick("2026-11-22T07:00") == []  # Sunday
    assert tick("2026-11-23T03:00") == []
    assert tick("2026-11-23T07:00") == ["Jan Brandt"]
    assert tick("2026-11-23T08:00") == []
    yard.session.add(FreeDay(school_id=yard.school_id, day=at("2026-11-24T07:00").date(), half=False))
    yard.session.flush()
    assert tick("2026-11-24T07:00") == []
    yard.away("Jan", "2026-11-25", "2026-11-25")
    assert sorted(tick("2026-11-25T07:00")) == ["Amara Okafor", "Selin Aydin"]


def _main(page: str) -> str:
    """Return a page's text, without the tokens of its forms."""
    return re.sub(r'value="[^"]{40,}"', "", page.partition("<main")[2])


@pytest.mark.sqlite
def test_a_sheet_is_printed_typed_in_and_read_by_the_child(
    contact: Hands, yard: Yard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Through the pages; the worker may write no file, and no word of a slip lies anywhere afterwards."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "there-is-no-such-folder"))
    address = f"/team/kasten/{yard.school_id}"
    contact.get(address)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', contact.page)
    assert token
    fields = {"csrf_token": token[1], "sheets": "1", "language": "tr"}
    headers = {"Sec-Fetch-Site": "same-origin"}
    pdf = contact.client.post(f"{address}/drucken", data=fields, base_url="https://localhost", headers=headers)
    assert (pdf.status_code, pdf.mimetype, pdf.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    front = pypdf.PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    words = [found.split() for found in re.findall(r"((?:[1-6]\s+[A-Z][a-z]+\s+\d{4}\s+){6})", front)]
    assert len(words) == 3, front
    assert "/zurueck?l=tr" in front
    before = _main(contact.get(address).text)
    own = f"{' '.join(words[2][1:9:3])} {' '.join(words[2][11::3])}"  # three words, and the digits of three
    early = Hands(contact.app, contact.clock)
    early.get("/zurueck")
    assert early.post("/zurueck", code=own).status_code == 422
    assert "Dein Zettel ist noch nicht abgetippt." in early.page  # and not that a word is wrong
    assert "Ein Wort stimmt nicht" not in early.page
    contact.get(f"{address}/eintippen")
    said = {"text": "Mia lacht ümich.", "wem": "mir", "gefahr": "nein", "gesagt": "Oma", "ohne": "leitung"}
    assert contact.post(f"{address}/eintippen", nummer="3", **said).location == f"{address}/eintippen?ok=3"
    assert _main(contact.get(address).text) == before  # a left-out colleague sees no slip come back
    contact.get(f"{address}/eintippen?ok=3")
    assert 'value="4"' in contact.page  # the next number is filled in
    assert contact.post(f"{address}/eintippen", nummer="3", **said).status_code == 422
    assert "Zettel 3 ist schon eingetippt" in contact.page
    assert "Mia lacht ümich." in contact.page  # the typed text is still there
    assert contact.post(f"{address}/eintippen", nummer="77", **said).status_code == 422
    assert "nie gedruckt" in contact.page
    contact.get(address)
    asks = re.search(rf"<details[^>]*>(?:(?!</details>).)*{address}/blatt/1/weg", contact.page, re.DOTALL)
    assert asks is not None  # one press does nothing: what it means unfolds first
    assert "Das lässt sich nicht zurücknehmen." in asks[0]
    contact.post(f"{address}/blatt/1/weg")
    contact.get(f"{address}/eintippen")
    assert contact.post(f"{address}/eintippen", nummer="1", **said).status_code == 422
    assert "für ungültig erklärt" in contact.page
    child = Hands(contact.app, contact.clock)
    child.get("/zurueck")
    parse_receipt(own)
    assert child.post("/zurueck", code=own).status_code == 303
    page = child.get("/gespraech").text
    assert "Dein Zettel ist angekommen. Nils Otte hat ihn abgetippt." in page
    assert "Mia lacht" not in page
    assert "Mach dir einen neuen Code" in page
    child.get("/gespraech/neu")
    child.post("/gespraech/neu")
    child.get("/gespraech/neu/zeigen")
    child.post("/gespraech/neu/zeigen", da="heft")
    assert "Mach dir einen neuen Code" not in child.get("/gespraech").text
    copied = Hands(contact.app, contact.clock)
    copied.get("/zurueck")
    assert copied.post("/zurueck", code=own).status_code == 422  # the copied slip opens nothing any more


def test_a_print_leaves_no_file_and_would_be_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that any step opens for writing is watched; a print in the clear would be seen."""
    written: list[str] = []
    real = io.open

    def watched(file: object, mode: str = "r", *more: object, **others: object) -> object:
        if set(mode) & set("wax+"):
            written.append(str(file))
        return real(file, mode, *more, **others)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", watched)
    monkeypatch.setattr(io, "open", watched)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    produce(Order({"x.pdf": '#set document(title: "x")\nKunst Saison'}, {}, {}, 0))
    assert written == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "control").write_text("Kunst", "utf-8")
    assert written
