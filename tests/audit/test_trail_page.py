"""The officer's two pages: acts in German, found by every field of the form; no content, no formula, no stale table."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask

from bullying_desk.access.permissions import Permission
from bullying_desk.access.policy import POLICY
from bullying_desk.access.roles import Role
from bullying_desk.accounts.trail.trail_page import short_id
from bullying_desk.accounts.trail.trail_words import EVENT_WORDS, FACT_WORDS, READS, ROLE_WORDS, VALUE_WORDS, rights
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.models import GrantState, ReaderReason
from bullying_desk.resources import case_name
from bullying_desk.schools.models import School
from bullying_desk.ticking import tick_once
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock
from tests.world import make_school

CASE, REPORT = 0x1234567, 0x7654321


@pytest.fixture
def school(database: Database) -> School:
    with database.transaction() as session:
        return make_school(session)


@pytest.fixture
def officer(database: Database, keys: Keyring, clock: MovingClock) -> Member:
    return make_member(database, keys, clock, "Ines Datta", Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
def selin(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "=Selin Aydin", Role.CONTACT_PERSON, school)


@pytest.fixture
def hands(app: Flask, database: Database, clock: MovingClock, officer: Member, selin: Member, school: School) -> Hands:
    """The officer, signed in, after a week in which some things were done."""
    now = clock.now()
    with database.transaction() as session:
        record(session, Event.REPORT_OPENED, now, actor=selin.id, subject=CASE, report=REPORT)
        record(session, Event.CASE_TAKEN, now + timedelta(days=1), actor=selin.id, subject=CASE)
        record(session, Event.TEAM_CHANGED, now + timedelta(days=2), actor=None, subject=school.id, what="hours")
    clock.forward(days=7)
    hands = Hands(app, clock)
    hands.sign_in(officer)
    return hands


def shown(hands: Hands, query: str = "") -> str:
    answer = hands.get(f"/stadt/protokoll{query}")
    assert answer.status_code == 200
    return answer.text.partition("<tbody>")[2].partition("</tbody>")[0]


@pytest.mark.both
def test_acts_stand_there_in_german_with_names(hands: Hands, school: School) -> None:
    table = shown(hands)
    for words in ("Meldung geöffnet", "Fall übernommen", "Angaben zum Team geändert", "Was: Sprechzeiten"):
        assert words in table
    for name in ("=Selin Aydin", "Ines Datta", school.shown_name, case_name(CASE)):
        assert name in table
    assert "report.opened" not in table


@pytest.mark.both
@pytest.mark.parametrize(
    ("query", "found", "hidden"),
    [
        ("?art=case.taken", "Fall übernommen", "Meldung geöffnet"),
        (f"?nr={CASE:x}", "Fall übernommen", "Angaben zum Team"),
        ("?von=2026-11-25&bis=2026-11-25", "Fall übernommen", "Meldung geöffnet"),
        ("?bis=2026-11-24", "Meldung geöffnet", "Fall übernommen"),
        ("?art=nonsense&wer=zz&nr=-1&von=x&bis=9999-99-99&seite=77", "Meldung geöffnet", "Kein solcher Eintrag"),
    ],
)
def test_each_field_narrows_and_nonsense_does_not(hands: Hands, query: str, found: str, hidden: str) -> None:
    table = shown(hands, query)
    assert found in table
    assert hidden not in table


def test_by_person(hands: Hands, selin: Member, officer: Member) -> None:
    assert "Fall übernommen" in shown(hands, f"?wer={short_id(selin.id)}")
    table = shown(hands, f"?wer={short_id(officer.id)}")
    assert "Angemeldet" in table
    assert "Fall übernommen" not in table


def test_what_belongs_together_is_one_line_and_said_once(
    hands: Hands, database: Database, clock: MovingClock, selin: Member, officer: Member
) -> None:
    about, now = 0x2222222, clock.now()
    with database.transaction() as session:
        for person in (selin.id, officer.id):
            record(
                session, Event.READER_AT_INTAKE, now, subject=about,
                report=REPORT, person=person, reason="stand_by_rule", state="standby",
            )  # fmt: skip
    line = shown(hands, f"?nr={about:x}")
    assert line.count("<tr>") == 1
    assert "(2-mal in dieser Stunde)" in line
    assert line.count(f"Meldung Nr.: {short_id(REPORT)}") == line.count("steht bei jeder Meldung bereit") == 1
    assert "Ines Datta" in line
    assert "stand_by_rule" not in line


def test_a_page_is_short_enough_for_a_phone(hands: Hands, database: Database, clock: MovingClock) -> None:
    with database.transaction() as session:
        for number in range(30):
            record(session, Event.CASE_TAKEN, clock.now(), subject=0x3333333 + number)
    assert shown(hands).count("<tr>") == 20


@pytest.mark.parametrize("value", [*ReaderReason, *GrantState])
def test_every_reason_to_read_has_german_words(value: ReaderReason | GrantState) -> None:
    assert VALUE_WORDS[value.value] != value.value


@pytest.mark.both
def test_nothing_found_is_said(hands: Hands) -> None:
    answer = hands.get("/stadt/protokoll?von=2031-01-01")
    assert "0 Einträge" in answer.text
    assert "<table" not in answer.text


@pytest.mark.both
def test_the_file_holds_the_same_acts_and_no_formula(hands: Hands, database: Database) -> None:
    answer = hands.get("/stadt/protokoll.csv?art=case.taken")
    assert answer.mimetype == "text/csv"
    header, row = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert header[0] == "Zeit"
    assert row[0] == "2026-11-25 09:20:00+01:00"
    assert row[1:5] == ["Fall übernommen", "case.taken", "'=Selin Aydin", row[4]]
    assert row[5] == f"Fall „{case_name(CASE)}“"
    assert "Protokoll als Datei ausgegeben" in shown(hands)


@pytest.mark.both
def test_the_head_stands_on_the_page_and_goes_out_once_a_day(
    hands: Hands, database: Database, settings: Settings, keys: Keyring, clock: MovingClock, officer: Member
) -> None:
    assert "noch keinen Prüfwert" in hands.get("/stadt/protokoll").text
    for _ in range(2):
        assert tick_once(database, settings, keys, clock)["trail contradicts its kept head"] == 0
    page = hands.get("/stadt/protokoll").text.replace("<wbr>", "")
    mails = [each.read_text("utf-8") for each in (settings.instance / "mails").glob("*.eml")]
    assert len(mails) == 1
    head = (settings.instance / "audit-head").read_text("ascii").strip()
    assert head in page
    assert head in mails[0].replace("=\n", "").replace("=3D", "=")
    assert officer.email in mails[0]
    clock.forward(days=1)
    tick_once(database, settings, keys, clock)
    assert len(list((settings.instance / "mails").glob("*.eml"))) == 2


def test_only_active_officers_get_the_head(
    database: Database, settings: Settings, keys: Keyring, clock: MovingClock, selin: Member
) -> None:
    with database.transaction() as session:
        record(session, Event.SIGNED_IN, clock.now(), actor=selin.id, subject=selin.id)
    clock.forward(minutes=1)
    assert tick_once(database, settings, keys, clock)["entries linked"] == 1
    with database.transaction(write=False) as session:
        assert session.query(OutboxMail).count() == 0


def test_every_declared_act_and_fact_has_german_words() -> None:
    assert set(EVENT_WORDS) == set(Event)
    assert set(FACT_WORDS) == {key for event in Event for key in event.keys}
    assert len(set(EVENT_WORDS.values())) == len(Event)


def test_the_rights_page_says_what_the_policy_says(hands: Hands) -> None:
    assert set(READS) == set(Permission)
    assert set(ROLE_WORDS) == set(Role)
    page = hands.get("/stadt/rechte").text
    for one in rights():
        assert one.reads_reports == (Permission.READ_CASE in POLICY[one.role])
        assert one.name in page
        assert set(one.sees) == {words for permission in POLICY[one.role] for words in READS[permission]}
    head, contact = (
        page.partition(f"<h3>{ROLE_WORDS[role]}</h3>")[2] for role in (Role.SCHOOL_HEAD, Role.CONTACT_PERSON)
    )
    assert "<strong>nein</strong>" in head.partition("</summary>")[0]
    assert "<strong>ja, mit eigenem Schlüssel</strong>" in contact.partition("</summary>")[0]
