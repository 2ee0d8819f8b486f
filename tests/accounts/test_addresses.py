"""Names and addresses of the invited: nothing invisible is kept, and what no mail reaches is refused with a reason."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from bullying_desk.accounts.city.coordination import plan_one
from bullying_desk.accounts.invitations.bulk import SEAT_WORDS, BulkPlan, plan_bulk
from bullying_desk.accounts.invitations.tables import TableRefused, read_table
from bullying_desk.accounts.sign_in.addresses import InputRefused, checked_address, checked_name
from bullying_desk.accounts.trail.trail_words import ROLE_WORDS

HEADER = "Schulnummer;Name;E-Mail;Rolle;Anstellungsträger\n"
COLUMNS = ("Schulnummer", "Name", "E-Mail", "Rolle", "Anstellungsträger")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u200bzoe.null@schule.example", "zoe.null@schule.example"),
        (" Zoe.Null@Schule.Example\ufeff ", "zoe.null@schule.example"),
        ("zoe\u00ad.null@schule.example", "zoe.null@schule.example"),
        ("zoe\ufe0f.null@schule.example", "zoe.null@schule.example"),
        ("zoe@schu\u0308le.example", "zoe@sch\u00fcle.example"),
        ("o'neil+portal@schule.example", "o'neil+portal@schule.example"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert checked_address(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("paul..punkt@schule.example", "Punkt"),
        ("j.muessig.@schule.example", "Punkt"),
        (".j@schule.example", "Punkt"),
        ("jörg@schule.example", "Umlaut"),
        ("jan@schule", "Mailserver"),
        ("jan@schule..example", "Mailserver"),
        ("jan@-schule.example", "Mailserver"),
        ("jan@[127.0.0.1]", "Mailserver"),
        ("jan", "keine E-Mail-Adresse"),
        ("jan@schule.example\nbcc:x@y.example", "fremdes Zeichen"),
        ("a b@schule.example", "fremdes Zeichen"),
    ],
)
def test_what_no_mail_reaches_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(InputRefused, match=reason):
        checked_address(typed)


@pytest.mark.parametrize(
    "name",
    [
        "Jan\u202eetnA",
        "Jan\x07 Brandt",
        "Jan\x00Brandt",
        "Jan\u200b Brandt",
        "Jan\u034f Brandt",
        "\u3164\u3164\u3164",
        "J",
        "x" * 101,
    ],
)
def test_a_name_holds_no_hidden_sign(name: str) -> None:
    with pytest.raises(InputRefused):
        checked_name(name)


def test_a_name_of_another_writing_is_taken() -> None:
    assert checked_name("  می‌خواهم   رضا ") == "می‌خواهم رضا"


@pytest.mark.parametrize("name", ["-Drei Jan", "=Jan Brandt", "Jan; Brandt", 'Jan "Johnny" Brandt'])
def test_a_single_invitation_keeps_the_name_as_typed(session: Session, name: str) -> None:
    plan = plan_one(session, "", name, "jan@stadt.example", "Stelle der Stadt", "Stadt")
    assert [wish.name for wish in plan.wishes] == [name]


def test_a_single_invitation_with_a_broken_name_is_refused_in_words(session: Session) -> None:
    plan = plan_one(session, "", "Jan\x00Brandt", "jan@stadt.example", "Stelle der Stadt", "Stadt")
    assert [sentence for _line, sentence in plan.errors] == [
        "Im Namen steht ein unsichtbares Zeichen. Tippen Sie ihn noch einmal, ohne zu kopieren."
    ]


HOSTILE = (
    ("Jan Brandt", "jan@stadt.example", "Stelle der Stadt", "", "Stadt"),
    ("Jan\u202eetnA", "jan@stadt.example", "Stelle der Stadt", "", "Stadt"),
    ("Jan\u200b Brandt", "\u200bjan@stadt.example", "Stelle der Stadt", "", "Stadt"),
    ("-Drei Jan", "jörg@stadt.example", "Stelle der Stadt", "", "Stadt"),
    ("=1+1", "a..b@stadt.example", "Stelle der Stadt", "", "Stadt"),
    ("J", "jan@stadt", "Hausmeister", "", "Stadt"),
    ("Jan Brandt", "jan@stadt.example", "Koordination der Schule", "999999", "Stadt"),
    ("Jan Brandt", "jan@stadt.example", "Stelle der Stadt", "198765", "x" * 300),
    ("Jan Brandt", "jan@stadt.example", "stelle der STADT", "", "Amt\u202e\x07"),
)


@pytest.mark.parametrize("cells", HOSTILE, ids=range(len(HOSTILE)))
def test_one_person_goes_by_the_rules_of_a_list(session: Session, cells: tuple[str, ...]) -> None:
    """The form for one person and a CSV: the same wishes, the same sentences."""
    name, email, role, number, employer = cells
    row = (number, name, email, role, employer)
    by_form = plan_one(session, number, name, email, role, employer)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([COLUMNS, row])
    by_csv = plan_bulk(session, text.getvalue().encode("utf-8"))
    assert _said(by_form) == _said(by_csv)
    assert by_form.errors or next(wish.seat.employer for wish in by_form.wishes) in ("Stadt", "Amt")


def _said(plan: BulkPlan) -> tuple[list[object], list[str]]:
    return [(wish.name, wish.email, wish.seat) for wish in plan.wishes], [sentence for _line, sentence in plan.errors]


@pytest.mark.parametrize(
    "content",
    [
        ("\n" + HEADER + "1;Ä;a@b.de;Koordination der Schule;Land").encode(),
        (HEADER.replace("ä", "a\u0308") + "1;Ä;a@b.de;Koordination der Schule;Land").encode(),
        (HEADER + "1;Ä;a@b.de;Koordination der Schule;Land").encode("cp1252"),
        (HEADER + "1;Ä;a@b.de;Koordination der Schule;Land").encode("mac_roman"),
        (HEADER + "1;Ä;a@b.de;Koordination der Schule;Land").encode("utf-16"),
    ],
    ids=["blank first line", "two signs", "windows", "old mac", "utf-16"],
)
def test_lists_of_many_computers_are_read(content: bytes) -> None:
    assert [row.cells["name"] for row in read_table(content, COLUMNS)] == ["Ä"]


def test_hidden_rows_are_refused_with_their_lines() -> None:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (
        COLUMNS,
        ("1", "A B", "a@b.de", "Koordination der Schule", "Land"),
        ("1", "C D", "c@b.de", "Koordination der Schule", "Land"),
    ):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(out)
    with pytest.raises(TableRefused, match=r"ausgeblendet \(3\)"):
        read_table(out.getvalue(), COLUMNS)


def test_a_list_calls_each_role_as_every_page_does() -> None:
    assert {role: words for words, (role, function) in SEAT_WORDS.items() if function is None} == ROLE_WORDS
