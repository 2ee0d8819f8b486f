"""A town in which everybody has a session: each role, the same role elsewhere, and people who must find nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time

from flask import Flask
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState, SeatProposal
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.cases.models import CaseOffer, OfferKind, OfferState, TextBlock
from bullying_desk.database import Database, random_id
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.models import Case, ContactBox, Report
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.retention import asking, knowing, requests
from bullying_desk.retention.models import Art
from bullying_desk.schools.models import (
    Absence,
    BreakTime,
    ContactFunction,
    DutyPeriod,
    FreeDay,
    OfficeHour,
    Place,
    School,
    SchoolState,
    SeatState,
)
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.secret_types import ReceiptLocator, SessionKey, SessionSecret
from bullying_desk.sealing.keys import PersonKey, ReceiptKey
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.sealing.sessions import seal_session, session_id
from bullying_desk.web.models import WebSession
from bullying_desk.web.request import Services
from bullying_desk.web.sessions import REPORTER_COOKIE, STAFF_COOKIE, SealedSessions
from tests.world import SINCE, World

# Who knocks at every door. Selin, Jan … are the persons of `tests.world`; the others are added here.
STAFF = {
    "contact": "Selin",  # reads the report of her school
    "left_out": "Jan",  # of the same team, left out by the child
    "contact_elsewhere": "Zeynep",  # reads the report of another school
    "coordinator": "Piotr",
    "coordinator_elsewhere": "Mei",
    "head": "Renate",
    "city_on_duty": "Leyla",  # reads the report written to the city's office
    "city_off_duty": "Tomasz",
    "city_coordinator": "Karin",
    "privacy_officer": "Ines",
    "editor": "Emre",
    "accepted": "Noah",  # has an account; nobody has compared the key words
    "gone": "Rosa",  # has left; an old session row is still there
}
ANONYMOUS, REPORTER_HERE, REPORTER_ELSEWHERE = "anonymous", "reporter", "reporter_elsewhere"
WHO = (ANONYMOUS, REPORTER_HERE, REPORTER_ELSEWHERE, *STAFF)
SIGNED_IN = frozenset(STAFF) - {"gone"}
ACTIVE = SIGNED_IN - {"accepted"}


@dataclass
class Town:
    """Cookies and tokens by who it is, and the ids of things by where they belong (`here`, `elsewhere`, `office`)."""

    app: Flask
    world: World
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, dict[str, int | str]] = field(default_factory=dict)


def build(app: Flask, database: Database, world: World) -> Town:
    """Fill the town and open everybody's session. Commits."""
    town = Town(app, world)
    session = world.session
    elsewhere = _people(world)
    receipts = {
        "here": _file(session, world, world.school, ReaderChoice(Wish.TEAM, left_out=world.ids("Jan"))),
        "elsewhere": _file(session, world, elsewhere, ReaderChoice(Wish.TEAM)),
        "office": _file(session, world, world.school, ReaderChoice(Wish.CITY)),
    }
    town.things["here"] = _things(session, world, world.school, "Selin", "Noah", receipts["here"][0])
    town.things["elsewhere"] = _things(session, world, elsewhere, "Zeynep", "Ravi", receipts["elsewhere"][0])
    town.things["office"] = {"case_id": receipts["office"][0].case_id, "report_id": receipts["office"][0].id}
    session.commit()
    for who, name in STAFF.items():
        town.cookies[who] = _session(app, database, world.key(name), world.person(name).id)
    for who, where in ((REPORTER_HERE, "here"), (REPORTER_ELSEWHERE, "elsewhere")):
        report, receipt = receipts[where]
        town.cookies[who] = _session(app, database, receipt.key, None, report.id)
    for who, cookie in town.cookies.items():
        town.tokens[who] = _token(app, cookie, "/gespraech" if who.startswith(REPORTER_HERE) else "/team/konto")
    for where, who in (("here", "contact"), ("elsewhere", "contact_elsewhere")):
        town.things[where]["note_id"] = _private_note(town, who, where)
    return town


def _people(world: World) -> School:
    session = world.session
    elsewhere = School(
        number="198766", key="P4WX", name="Realschule Weiher", form="10", municipality="05913000",
        street="Weiherweg 3", postcode="44139", town="Dortmund", authority_number="", operating_code="",
        state=SchoolState.JOINED, joined_on=SINCE, joined_signatory="Karin Schulte",
    )  # fmt: skip
    session.add(elsewhere)
    session.flush()
    contact, teacher = Role.CONTACT_PERSON, ContactFunction.COUNSELLING_TEACHER
    world.add("Zeynep", "Frau Kaya", contact, function=teacher, school=elsewhere)
    world.add("Olga", "Frau Petrova", contact, function=teacher, school=elsewhere)
    world.add("Ravi", "Herr Nair", contact, function=teacher, school=elsewhere, state=PersonState.ACCEPTED)
    world.add("Noah", "Herr Abebe", contact, function=teacher, state=PersonState.ACCEPTED)
    world.add("Mei", "Frau Lin", Role.SCHOOL_COORDINATOR, school=elsewhere)
    world.add("Mehmet", "Herr Yildiz", Role.CITY_TEAM, on_duty=True)
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    world.add("Ines", "Frau Costa", Role.DATA_PROTECTION_OFFICER)
    world.add("Emre", "Herr Polat", Role.LESSON_EDITOR)
    world.add("Rosa", "Frau Winter", contact, function=teacher)
    world.seats["Tomasz"].on_duty = False
    for name in ("Noah", "Ravi"):
        world.seats[name].state = SeatState.INVITED
    world.person("Rosa").state = PersonState.LEFT
    world.remove(["Rosa"])
    return elsewhere


def _file(session: Session, world: World, school: School, choice: ReaderChoice) -> tuple[Report, Receipt]:
    receipt = Receipt(ReceiptLocator.generate(), ReceiptKey.generate())
    answers = Answers(1, False, {"text": "Sie lachen mich aus."})
    sent = Submission(school.id, answers, NameGiven(), choice, LeftOut(choice.left_out))
    filed = file_report(session, world.pepper_layer, sent, receipt, world.clock.now(), Terms())
    return session.get_one(Report, filed.report_id), receipt


def _things(
    session: Session, world: World, school: School, contact: str, accepted: str, report: Report
) -> dict[str, int | str]:
    hour = OfficeHour(id=random_id(), school_id=school.id, weekday=1, starts=time(9), ends=time(10))
    day = FreeDay(id=random_id(), school_id=school.id, day=date(2027, 2, 8))
    seat_id = world.seats[contact].id
    away = Absence(id=random_id(), school_id=school.id, seat_id=seat_id, first_day=day.day, last_day=day.day)
    on_duty = world.seats["Tomasz" if school is world.school else "Mehmet"].id
    duty = DutyPeriod(id=random_id(), seat_id=on_duty, first_day=day.day, last_day=day.day)
    place = Place(id=random_id(), school_id=school.id, name="Raum 1")
    pause = BreakTime(id=random_id(), school_id=school.id, name="Pause", starts=time(9), ends=time(10))
    block = TextBlock(id=random_id(), person_id=world.person(contact).id, title="Ort", text="Raum 1")
    session.add_all([hour, day, away, duty, place, pause, block])
    session.flush()
    colleague = world.person("Amara" if contact == "Selin" else "Olga").id
    asks = _question(session, report, world.person(contact).id, colleague)
    is_asked = _question(session, report, colleague, world.person(contact).id)
    held = late_posts.hold(
        session, world.pepper_layer, world.person(contact).id, "/team", [("text", "spät")], world.clock.now()
    )
    assert held is not None
    entry = requests.Entry(random_id(), Art.ACCESS, world.clock.today())
    asked = requests.enter(
        session, world.pepper_layer, entry, "Frau Abendroth", world.person("Ines").id, world.clock.now()
    )
    session.add(ContactBox(school_id=school.id))
    proposal = SeatProposal(
        person_id=world.person("Mehmet").id, school_id=school.id, role=Role.CONTACT_PERSON, shown_name="Herr Yildiz",
        employer="", proposed_by=world.person("Piotr" if contact == "Selin" else "Mei").id,
        proposed_on=world.clock.today(),
    )  # fmt: skip
    session.add(proposal)
    case = session.get_one(Case, report.case_id)
    before, case.owner_id = case.owner_id, world.person(contact).id
    session.flush()
    officers_ask = asking.ask(
        session, world.pepper_layer, asked, report.case_id, "Frau A", world.person("Ines").id, world.clock.now()
    )
    case.owner_id = before
    session.flush()
    officer = knowing.Officer(session, world.pepper_layer, world.person("Ines").id, world.clock.now(), ("10:00",))
    knowing.ask(officer, asked, school.id, [world.person(contact).id], "Frau B")
    return {
        "sheet_number": 1,
        "request_id": asked.id,
        "school_id": school.id,
        "key": school.key,
        "typed": school.key,
        "case_id": report.case_id,
        "report_id": report.id,
        "seat_id": seat_id,
        "held_id": held.id,
        "proposal_id": proposal.id,
        "person_id": world.person(accepted).id,
        "hour_id": hour.id,
        "day_id": day.id,
        "absence_id": away.id,
        "place_id": place.id,
        "break_id": pause.id,
        "period_id": duty.id,
        "offer_id": asks.id,
        "asked_id": is_asked.id,
        "ask_id": officers_ask.id,
        "question_id": knowing.questions_of(session, asked.id)[0][0].id,
        "block_id": block.id,
        "passkey_id": 4711,
        "message_id": 4711,
    }


def _question(session: Session, report: Report, by: int, to: int) -> CaseOffer:
    offer = CaseOffer(
        id=random_id(), case_id=report.case_id, kind=OfferKind.SHARE, state=OfferState.OFFERED, from_id=by, to_id=to,
        made_hour=report.arrived_hour,
    )  # fmt: skip
    session.add(offer)
    session.flush()
    return offer


def _session(
    app: Flask, database: Database, key: PersonKey | ReceiptKey, person: int | None, report: int | None = None
) -> str:
    services: Services = app.extensions["services"]
    now, secret = services.clock.now(), SessionSecret.generate()
    row = WebSession(id=session_id(secret), person_id=person, report_id=report, key_id=key.key_id,
                     started_at=now, used_at=now, device="")  # fmt: skip
    holder = REPORTER if person is None else person
    row.sealed_key = seal_session(key, secret, SessionKey(services.keys.session_key), holder)
    with database.transaction() as session:
        session.add(row)
    interface = app.session_interface
    assert isinstance(interface, SealedSessions)
    return f"{REPORTER_COOKIE if person is None else STAFF_COOKIE}={interface._write(secret)}"


def _token(app: Flask, cookie: str, address: str) -> str:
    client = app.test_client(use_cookies=False)
    page = client.get(address, base_url="https://localhost", headers={"Cookie": cookie})
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    return found[1] if found else ""


def _private_note(town: Town, who: str, where: str) -> int:
    client, case = town.app.test_client(use_cookies=False), town.things[where]["case_id"]
    headers = {"Cookie": town.cookies[who], "Sec-Fetch-Site": "same-origin"}
    fields = {"csrf_token": town.tokens[who], "note": "Nur für mich.", "reads": "me"}
    sent = client.post(f"/team/fall/{case}/notiz", data=fields, base_url="https://localhost", headers=headers)
    assert sent.status_code == 303, sent.text
    page = client.get(f"/team/fall/{case}", base_url="https://localhost", headers=headers).text
    found = re.search(rf"/team/fall/{case}/notiz/(\d+)/weg", page)
    assert found is not None
    return int(found[1])
