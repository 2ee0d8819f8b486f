"""A draft is found again by its writer, belongs to one field of one case, and goes when nobody may keep it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk import ticking
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import departures
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import Draft, DraftField
from bullying_desk.cases.page import drafts
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.keyring import Keyring
from bullying_desk.reports import erasure
from bullying_desk.reports.readers import granting
from bullying_desk.retention import engine
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.notes import DraftPlace
from tests.cases.browsing import OWN_PAGE, Browser, forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.world import World

ANSWER, NOTE = DraftField.ANSWER, DraftField.NOTE


@pytest.fixture
def case(world: World, at_desk: AtDesk) -> FoundCase:
    filed, _receipt = world.file()
    return find_case(at_desk("Selin"), world.report(filed).case_id)


def _save(me: Counsellor, found: FoundCase, text: str, seen: int = 0) -> int:
    return drafts.save(me, found.case, found.reports[0], ANSWER, [("text", text)], seen)


def _text(me: Counsellor, found: FoundCase) -> str:
    _revision, typed = drafts.typed(me, found.case, found.reports[0], ANSWER)
    return "".join(typed.get("text", []))


def _count(world: World) -> int:
    found = len(world.session.scalars(select(Draft.id)).all())
    world.session.commit()  # nobody waits for its lock
    return found


def test_its_writer_finds_it_again_and_nobody_else(case: FoundCase, world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    assert _save(selin, case, "Komm um ze") == 1
    assert _save(selin, case, "Komm um zehn", 1) == 2
    assert _text(selin, case) == "Komm um zehn"
    assert _text(jan, find_case(jan, case.case.id)) == ""
    stolen = world.session.scalars(select(Draft)).one()
    stolen.person_id = jan.person_id  # Jan reads the same case: the row alone is not enough
    assert drafts.typed(jan, case.case, case.reports[0], ANSWER) == (2, {})


@pytest.mark.parametrize("moved", ["revision", "field", "report_id", "case_id"])
def test_a_draft_that_was_moved_opens_nowhere(moved: str, case: FoundCase, world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    other = find_case(selin, world.report(world.file()[0]).case_id)
    _save(selin, case, "Nur hier")
    row = world.session.scalars(select(Draft)).one()
    to = {"revision": 7, "field": NOTE, "report_id": other.reports[0].id, "case_id": other.case.id}[moved]
    setattr(row, moved, to)
    if moved == "field":
        row.report_id = None
        assert drafts.typed(selin, case.case, None, NOTE) == (1, {})
        return
    there = other if moved == "report_id" else case
    assert drafts.typed(selin, there.case, there.reports[0], ANSWER)[1] == {}


def test_an_older_page_never_overwrites_a_newer_text(case: FoundCase, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    _save(selin, case, "am Rechner")
    with pytest.raises(drafts.DraftNewer):
        _save(selin, case, "am Telefon", 0)
    drafts.forget(selin, case.case, case.reports[0], ANSWER)  # it was sent
    with pytest.raises(drafts.DraftNewer):
        _save(selin, case, "kommt zu spät", 1)
    assert _text(selin, case) == ""


def test_an_emptied_field_leaves_no_draft_and_an_endless_one_is_refused(
    case: FoundCase, world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    _save(selin, case, "weg damit")
    assert _save(selin, case, " \n", 1) == 0
    assert _count(world) == 0
    with pytest.raises(drafts.DraftTooLong):
        _save(selin, case, "x" * 60_001)


def test_a_lost_key_opens_no_draft_and_the_next_one_takes_its_place(
    case: FoundCase, world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    _save(selin, case, "alt")
    later = Counsellor(world.session, world.pepper_layer, selin.person_id, PersonKey.generate(), world.clock.now())
    assert drafts.typed(later, case.case, case.reports[0], ANSWER) == (1, {})


def _end_reading(world: World, case: FoundCase, me: Counsellor) -> None:
    granting.end_reader(world.session, case.reports[0], me.person_id, me.hour)


def _child_erases(world: World, case: FoundCase, me: Counsellor) -> None:
    erasure.erase(world.session, case.reports[0], me.today)


def _destroy(world: World, case: FoundCase, me: Counsellor) -> None:
    Destroyer(world.session, world.pepper_layer, me.today).case(case.case.id)


def _leave(world: World, case: FoundCase, me: Counsellor) -> None:
    departures.end(world.session, world.seats["Selin"], me.person_id, me.now)


@pytest.mark.parametrize("happens", [_end_reading, _child_erases, _destroy, _leave])
def test_it_goes_when_its_writer_reads_no_longer_or_the_case_is_gone(
    happens: object, case: FoundCase, world: World, at_desk: AtDesk
) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    elsewhere = find_case(jan, world.report(world.file()[0]).case_id)
    _save(selin, case, "Antwort")
    drafts.save(selin, case.case, None, NOTE, [("note", "Notiz")], 0)
    _save(jan, elsewhere, "bleibt")
    happens(world, case, selin)  # type: ignore[operator]
    assert _count(world) == 1
    assert _text(jan, elsewhere) == "bleibt"


def test_it_is_kept_for_14_days(
    case: FoundCase, world: World, at_desk: AtDesk, database: Database, clock: MovingClock
) -> None:
    _save(at_desk("Selin"), case, "liegt herum")
    world.session.commit()
    clock.forward(days=14)
    engine.run(database, world.pepper_layer, clock.now(), ())
    assert _count(world) == 1
    world.session.commit()
    clock.forward(days=1)
    engine.run(database, world.pepper_layer, clock.now(), ())
    assert _count(world) == 0


# The pages.


def _keep(browser: Browser, case: FoundCase, text: str, seen: int = 0, status: int = 200) -> str:
    address = f"/team/fall/{case.case.id}/entwurf/antwort?meldung={case.reports[0].id}"
    token = next(form.fields["csrf_token"] for form in forms_of(browser.page) if "csrf_token" in form.fields)
    fields = {"csrf_token": token, "fassung": seen, "text": text}
    answer = browser.client.post(address, data=fields, headers=OWN_PAGE)
    assert answer.status_code == status
    assert not answer.headers.getlist("Set-Cookie") or status == 303
    return answer.text


def test_it_stands_in_its_field_on_another_device_until_it_is_sent(
    case: FoundCase, enter: SignIn, world: World
) -> None:
    address = f"/team/fall/{case.case.id}"
    here = enter("Selin")
    here.get(address)
    assert _keep(here, case, "Komm um zehn zu m") == "1"
    there, jan = enter("Selin"), enter("Jan")
    assert "Komm um zehn zu m</textarea>" in there.get(address).text
    assert "Komm um zehn zu m" not in jan.get(address).text
    there.press("Antwort senden", text="Komm um zehn zu mir.")
    assert "Komm um zehn zu m</textarea>" not in there.get(address).text
    assert _count(world) == 0
    _keep(here, case, "Komm um elf", 1, status=409)


def test_other_forms_of_the_page_leave_the_answer_alone(case: FoundCase, enter: SignIn) -> None:
    selin = enter("Selin")
    selin.get(f"/team/fall/{case.case.id}")
    _keep(selin, case, "Halb geschrieben")
    for button, note in (("Übernehmen", ""), ("Notiz speichern", "Rückruf"), ("Tag speichern", "")):
        selin.press(button, note=note)
        assert "Halb geschrieben</textarea>" in selin.page.text
    assert "Halb geschrieben\n\n" in selin.follow("Erste Antwort").text  # a start comes behind it
    assert "Rückruf" in selin.main


def test_an_assessment_comes_back_with_its_ticks(case: FoundCase, enter: SignIn, world: World) -> None:
    selin = enter("Selin")
    selin.get(f"/team/fall/{case.case.id}/einschaetzung")
    token = next(form.fields["csrf_token"] for form in forms_of(selin.page) if "merkmale" not in form.fields)
    fields = {"csrf_token": token, "fassung": 0, "art": "conflict", "merkmale": ["waffe", "tat"],
              "dringlich_weil": "Weil er"}  # fmt: skip
    address = f"/team/fall/{case.case.id}/entwurf/einschaetzung"
    assert selin.client.post(address, data=fields, headers=OWN_PAGE).status_code == 200
    page = selin.get(f"/team/fall/{case.case.id}/einschaetzung").text
    assert "Weil er</textarea>" in page
    assert len(re.findall(r"<input checked[^>]*>", page)) == 3
    judged = {"art": "conflict", "dringlichkeit": "mittel", "dringlich_weil": "Weil er", "stufe": "1"}
    selin.press("Einschätzung eintragen", **judged, stufe_weil="Schule")  # type: ignore[arg-type]
    assert _count(world) == 0


def test_saving_by_itself_keeps_nobody_signed_in(
    case: FoundCase, enter: SignIn, app: Flask, clock: MovingClock, world: World
) -> None:
    selin = enter("Selin")
    selin.get(f"/team/fall/{case.case.id}")
    seen = 0
    for _ in range(5):
        clock.moment += timedelta(minutes=3)
        seen = int(_keep(selin, case, f"seit {seen}", seen))
    clock.moment += timedelta(minutes=2)
    _keep(selin, case, "zu spät", seen, status=303)
    with app.extensions["services"].database.transaction() as session:
        assert late_posts.held_for(session, world.person("Selin").id, clock.now()) == []
    assert selin.client.get(f"/team/fall/{case.case.id}").status_code == 303


@pytest.mark.both
def test_the_trail_says_nothing_of_drafts(case: FoundCase, enter: SignIn, world: World) -> None:
    selin = enter("Selin")
    selin.get(f"/team/fall/{case.case.id}")
    before = _entries(world)
    _keep(selin, case, "geheim")
    assert _entries(world) == before


def _entries(world: World) -> int:
    found = len(world.session.scalars(select(AuditEntry.id)).all())
    world.session.commit()
    return found


def test_the_night_work_leaves_todays_drafts(
    case: FoundCase, world: World, at_desk: AtDesk, database: Database, settings: Settings, keys: Keyring,
    clock: MovingClock,
) -> None:  # fmt: skip
    _save(at_desk("Selin"), case, "heute")
    world.session.commit()
    assert ticking.tick_once(database, settings, keys, clock)[ticking.FAILED] == 0
    assert _count(world) == 1


def test_database_and_pepper_open_nothing_without_the_writers_key(
    case: FoundCase, world: World, at_desk: AtDesk, database: Database
) -> None:
    """A colleague, the coordinator, and who holds database, pepper and every other key: none of them opens it."""
    selin = at_desk("Selin")
    _save(selin, case, "Quittenmus um zehn")
    row = world.session.scalars(select(Draft)).one()
    place = DraftPlace(row.case_id, row.report_id or 0, row.field.value, row.revision)
    assert unseal.open_case_draft(row.sealed, selin.key, selin.person_id, place) == '{"text": ["Quittenmus um zehn"]}'
    others = [name for name in world.seats if name != "Selin"]
    assert {"Jan", "Piotr"} <= set(others)
    for name in others:
        for reader in (selin.person_id, world.person(name).id):
            with pytest.raises(UnsealRefused):
                unseal.open_case_draft(row.sealed, world.key(name), reader, place)
    world.session.commit()
    with database.transaction(write=False) as session:
        cells = [cell for line in session.execute(select(*Draft.__table__.columns)) for cell in line]
    assert not [cell for cell in cells if b"Quittenmus" in str(cell).encode() or cell == "Quittenmus um zehn"]
