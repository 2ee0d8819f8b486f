"""Readers of what people type, upload and send: any text or bytes is read, or refused by name, and never a surprise."""

from __future__ import annotations

import contextlib
import io

import pytest
from flask import Flask, request
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook
from wtforms import HiddenField, StringField

from bullying_desk.accounts.invitations.tables import TableRefused, TableRow, read_table, write_csv
from bullying_desk.accounts.sign_in.forms import ConfirmForm
from bullying_desk.accounts.team.forms import SeatForm
from bullying_desk.config import Settings
from bullying_desk.keyring import load_keys, make_keys
from bullying_desk.schools.register.register_file import RegisterFileRefused, read_register
from bullying_desk.sealing.format.errors import ReceiptUnreadable, SealingError
from bullying_desk.sealing.format.secret_types import SessionSecret
from bullying_desk.sealing.paper_codes import RecoveryCode
from bullying_desk.sealing.receipts import parse_receipt
from bullying_desk.sealing.words import WORDS, word
from bullying_desk.web.forms import StaffForm
from bullying_desk.web.request import Services
from bullying_desk.web.sessions import SealedSessions
from tests.moving_clock import MovingClock


class _Hidden(StaffForm):
    """A form that hands lines of its own from page to page."""

    seen = HiddenField()
    label = StringField()


ANY_TEXT = st.text(max_size=400)
CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)
NEEDED = ("Name", "E-Mail")


@given(ANY_TEXT)
@example("apfel " * 5)
@example("\u200bapfel\u202e 1 2 3 4 5")
def test_six_words_are_read_or_refused_by_name(text: str) -> None:
    try:
        found = parse_receipt(text)
    except ReceiptUnreadable:
        return
    assert len(found.words) == 6


@given(st.lists(st.integers(0, 1023), min_size=6, max_size=6), st.sampled_from((" ", ", ", "\n", " - ", ";  ", "\t")))
def test_six_words_are_read_in_whatever_way_they_are_separated(numbers: list[int], between: str) -> None:
    written = between.join(word(number) for number in numbers)
    assert [each.lower() for each in parse_receipt(written).words] == [WORDS[number] for number in numbers]


@given(ANY_TEXT)
def test_a_recovery_code_is_read_or_refused(text: str) -> None:
    try:
        RecoveryCode.parse(text)
    except SealingError:
        return


@given(st.binary(max_size=600))
@example(b"PK\x03\x04" + b"x" * 40)
@example(b"sep=;\nName;E-Mail\n")
@example(b"Name;E-Mail\nSelin\x00;a@b")
def test_an_invitation_list_of_any_bytes_is_read_or_refused_with_a_sentence(content: bytes) -> None:
    rows, reason = _table(content)
    assert all(row.line > 1 for row in rows)
    assert reason == "" or reason.endswith((".", "!"))


def _table(content: bytes) -> tuple[list[TableRow], str]:
    """Return the rows of a list, or why it is refused."""
    try:
        return read_table(content, NEEDED), ""
    except TableRefused as error:
        return [], error.reason


@given(st.lists(st.tuples(CELL, CELL), max_size=5))
def test_an_invitation_list_that_was_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    """No cell begins a formula in a spreadsheet, and each stays what it is but for blanks around it."""
    text = write_csv(NEEDED, rows)
    found = read_table(text.encode("utf-8"), NEEDED)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    guarded = [tuple("'" + cell if cell.startswith(("=", "+", "-", "@")) else cell for cell in row) for row in kept]
    assert [(row.cells["name"], row.cells["e-mail"]) for row in found] == [
        tuple(cell.strip() for cell in row) for row in guarded
    ]


@hypothesis_settings(max_examples=20)
@given(
    st.lists(st.lists(st.one_of(CELL, st.integers(), st.floats(allow_nan=False), st.none()), max_size=4), max_size=4)
)
def test_a_spreadsheet_of_any_cells_is_read_or_refused(rows: list[list[object]]) -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(["" if cell is None else cell for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    rows_read, reason = _table(packed.getvalue())
    assert bool(reason) or all(row.cells for row in rows_read)


@given(st.binary(max_size=600))
@example(b"sep=;\n")
@example("Schulnummer;Schulbezeichnung_1\n".encode("latin-1"))
def test_a_school_file_of_any_bytes_is_read_or_refused_with_its_line(data: bytes) -> None:
    with contextlib.suppress(RegisterFileRefused):
        assert all(row.number for row in read_register(data))


@given(st.text(max_size=300))
@example("a.b.c")
@example("." * 10)
@example("é.1.2")
def test_a_cookie_of_any_text_is_no_session(app_for_cookies: SealedSessions, cookie: str) -> None:
    assert app_for_cookies._read(cookie) is None


@pytest.fixture(scope="module")
def app_for_cookies(tmp_path_factory: pytest.TempPathFactory) -> SealedSessions:
    settings = Settings(instance=tmp_path_factory.mktemp("cookies"))
    make_keys(settings.keys)
    keys = load_keys(settings.keys)
    return SealedSessions(Services(settings, None, keys, MovingClock(), None, None))  # type: ignore[arg-type]


def test_a_cookie_of_ours_is_read_and_each_bent_one_is_not(app_for_cookies: SealedSessions) -> None:
    written = app_for_cookies._write(SessionSecret.generate())
    assert app_for_cookies._read(written) is not None
    for place in range(len(written)):
        bent = written[:place] + ("A" if written[place] != "A" else "B") + written[place + 1 :]
        assert app_for_cookies._read(bent) is None


def test_a_line_for_all_to_read_holds_nothing_that_nobody_sees(app: Flask) -> None:
    """A name that turns the writing round would stand on a school's public page; a password is never touched."""
    typed = {"shown_name": "Frau\u202e nidyA\u200b\x07\u3164\u034f", "languages": "فا\u200cرسی"}
    with app.test_request_context("/", method="POST", data=typed):
        form = SeatForm(meta={"csrf": False})
        assert form.shown_name.data == "Frau nidyA"
        assert form.languages.data == "فا\u200cرسی"
    with app.test_request_context("/", method="POST", data={"seen": "Leon\nYusuf", "label": "Kunst\tSaal"}):
        hidden = _Hidden(meta={"csrf": False})
        assert (hidden.seen.data, hidden.label.data) == ("Leon\nYusuf", "Kunst Saal")
    with app.test_request_context("/", method="POST", data={"password": "a\u200bb c"}):
        assert ConfirmForm(meta={"csrf": False}).password.data == "a\u200bb c"
    with app.test_request_context("/?q=a%00b", method="POST", data={"text": "Anna\0 lacht\u202e."}):
        assert (request.args["q"], request.form["text"]) == ("ab", "Anna lacht\u202e.")
