"""The officer asks whether somebody knows of a case: sealed both ways, to those picked; nobody else learns of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.trail import record
from bullying_desk.notices.models import OutboxMail
from bullying_desk.resources import case_name
from bullying_desk.retention import knowing, opening, requests
from bullying_desk.retention.models import Art, Knows, PrivacyQuestion, PrivacyRequest, RequestState
from tests.moving_clock import MovingClock
from tests.retention.test_asking import _case
from tests.retention.test_desks import seat
from tests.world import World

pytestmark = pytest.mark.sqlite
TEXT = "MARKER Bela Abendroth, 6a"
SAID = "ANSWERMARK Rufen Sie mich an."


@pytest.fixture
def world(world: World) -> World:
    """Return the small city with two officers; Selin has a case, Jan is left out of it."""
    world.add("Ines", "Frau Costa", Role.DATA_PROTECTION_OFFICER)
    world.add("Ruth", "Frau Adler", Role.DATA_PROTECTION_OFFICER)
    world.session.commit()
    return world


def _request(world: World) -> PrivacyRequest:
    entry = requests.Entry(77, Art.ACCESS, world.clock.today())
    return requests.enter(world.session, world.pepper_layer, entry, "", world.person("Ines").id, world.clock.now())


def _officer(world: World) -> knowing.Officer:
    return knowing.Officer(
        world.session, world.pepper_layer, world.person("Ines").id, world.clock.now(), ("07:15", "12:30")
    )


def test_from_the_question_without_a_number_to_the_answer(app: Flask, world: World) -> None:
    case, row = _case(world), _request(world)
    ines, ruth, selin, jan, amara = (seat(app, world, name) for name in ("Ines", "Ruth", "Selin", "Jan", "Amara"))
    page = f"/stadt/datenschutz/antrag/{row.id}/wer-kennt"
    ines.get(f"{page}?schule={world.school.id}")
    assert "Wer gefragt wird, erfährt den Namen" in ines.main
    assert "checked" not in ines.page.text  # nobody is asked unless picked
    for name in ("Selin Aydin", "Jan Brandt", "Leyla Demir"):
        assert name in ines.main
    for name in ("Renate", "Piotr"):  # the head and the coordinator read nothing and are not asked
        assert name not in ines.main
    assert "Kreuzen Sie an" in ines.press("Fragen", 422, text=TEXT).text
    assert TEXT in ines.page.text
    picked = [str(world.person(name).id) for name in ("Selin", "Amara")]
    ines.press("Fragen", people=picked, text=TEXT)
    assert "Selin Aydin" in ines.main
    assert "noch nicht beantwortet" in ines.main
    world.session.expire_all()
    rows = {each.person_id: each for each in world.session.scalars(select(PrivacyQuestion))}
    assert set(rows) == set(world.ids("Selin", "Amara"))
    assert not any(b"MARKER" in each.sealed for each in rows.values())
    assert "fragt Sie etwas" not in jan.get("/team").text  # whoever was left out of the question learns nothing of it
    mine, hers = (f"/team/auskunft/{rows[world.person(name).id].id}" for name in ("Selin", "Amara"))
    jan.get(mine, 404)
    amara.get(mine, 404)
    assert "Die Datenschutzbeauftragte fragt Sie etwas" in selin.get("/team").text
    assert TEXT in selin.get(mine).text
    assert "bedeutet nicht, dass es eine Meldung gibt" in selin.main
    assert case_name(case.id) in selin.main  # hers to name, or not
    selin.press("Antworten", 422, text=SAID)
    assert SAID in selin.page.text
    selin.press("Antworten", 422, knows="yes", case="4711", text=SAID)  # not a case of hers
    selin.press("Antworten", knows="yes", case=str(case.id), text=SAID)
    selin.get(mine, 404)
    amara.get(hers)
    amara.press("Antworten", knows="no", case="0")
    world.session.expire_all()
    assert not any(b"ANSWERMARK" in (each.answer or b"") for each in world.session.scalars(select(PrivacyQuestion)))
    ines.get(f"/stadt/datenschutz/antrag/{row.id}")
    assert "Ja" in ines.main
    assert SAID in ines.main
    ines.follow("Diesen Fall bei")
    assert f'value="{case.id:x}"' in ines.page.text
    ruth.get(f"/stadt/datenschutz/antrag/{row.id}")  # the other officer sees the day and not the answer
    assert "lesbar nur für die Person, die gefragt hat" in ruth.main
    for hidden in (SAID, case_name(case.id)):
        assert hidden not in ruth.page.text
    about = world.session.scalars(select(AuditEntry).where(AuditEntry.event.like("request.%"))).all()
    assert {each.subject_id for each in about} == {row.id}
    assert not any("MARKER" in str(each.facts) or str(case.id) in str(each.facts) for each in about)
    mails = world.session.scalars(select(OutboxMail).where(OutboxMail.person_id.in_(world.ids("Selin", "Amara")))).all()
    assert mails
    assert not any("MARKER" in mail.body + mail.subject for mail in mails)


def test_a_question_waits_once_for_each_and_ends_with_its_request(world: World, clock: MovingClock) -> None:
    row, selin, key = _request(world), world.person("Selin").id, world.key("Selin")
    me, school = _officer(world), world.school.id
    assert knowing.ask(me, row, school, {selin}, TEXT) == 1
    assert knowing.ask(me, row, school, {selin}, TEXT) == 0  # a double submit
    [one] = knowing.waiting(world.session, selin, key.key_id)
    assert opening.question_text(one.row, key) == TEXT
    assert opening.question_text(one.row, world.key("Amara")) is None
    assert knowing.waiting(world.session, selin, bytes(16)) == []
    with pytest.raises(knowing.NobodyPicked):  # the head's id is typed in: only those who read can be asked
        knowing.ask(me, row, school, {world.person("Renate").id}, TEXT)
    requests.close(world.session, row, RequestState.REFUSED, me.person_id, clock.now() + timedelta(days=1))
    with pytest.raises(requests.RequestUnknown):
        knowing.find(world.session, one.row.id, selin, key.key_id)
    with pytest.raises(requests.NoLongerOpen):
        knowing.ask(me, row, school, {selin}, TEXT)


def test_an_answer_opens_for_the_officer_who_asked_alone(world: World, clock: MovingClock) -> None:
    row, selin, ines = _request(world), world.person("Selin").id, world.person("Ines").id
    knowing.ask(_officer(world), row, world.school.id, {selin}, TEXT)
    [one] = knowing.waiting(world.session, selin, world.key("Selin").key_id)
    knowing.answer(world.session, world.pepper_layer, one, knowing.Answer(Knows.MAYBE, 0, SAID), clock.now())
    assert opening.answer_of(one.row, ines, world.key("Ines")) == knowing.Answer(Knows.MAYBE, 0, SAID)
    for name in ("Ruth", "Selin"):
        assert opening.answer_of(one.row, world.person(name).id, world.key(name)) is None
        assert opening.answer_of(one.row, ines, world.key(name)) is None
    one.row.id += 1  # a swapped row opens nothing
    assert opening.answer_of(one.row, ines, world.key("Ines")) is None
    world.session.rollback()


def test_whoever_has_left_is_not_asked(world: World) -> None:
    world.person("Amara").state = PersonState.LEFT
    world.session.flush()
    names = {one.name: one.of_city for one in knowing.candidates(world.session, world.school.id)}
    assert names == {"Selin Aydin": False, "Jan Brandt": False, "Leyla Demir": True, "Tomasz Wilk": True}


def test_the_trail_leads_to_the_question_and_groups_an_hour(app: Flask, world: World, clock: MovingClock) -> None:
    case, row = _case(world), _request(world)
    selin = world.person("Selin").id
    for minute in (1, 2, 3, 61):
        at = clock.now().replace(minute=0) + timedelta(minutes=minute)
        record(world.session, Event.REPORT_OPENED, at, actor=selin, subject=case.id, report=1)
    world.session.commit()
    ines = seat(app, world, "Ines")
    ines.get(f"/stadt/protokoll?nr={case.id:x}&art={Event.REPORT_OPENED.code}")
    assert ines.main.count("Nach diesem Fall fragen") == 2
    assert "3-mal in dieser Stunde" in ines.main
    assert "MEZ" in ines.main
    ines.follow("Nach diesem Fall fragen")
    assert "Zu welchem Antrag gehört der Fall?" in ines.main
    ines.follow("Auskunft")
    assert f'value="{case.id:x}"' in ines.page.text
    ines.get(f"/stadt/datenschutz/antrag/{row.id}")
    ines.press("Fragen", case=case_name(case.id).lower(), text="Frau Abendroth")  # the name stands in the trail
    assert "noch nicht beantwortet" in ines.main
    assert knowing.case_called(world.session, "Kein Fall") is None
    world.session.commit()
    lines = ines.client.get("/stadt/protokoll.csv").text.splitlines()
    assert all(line.split(";")[0][-6:] in {"+01:00", "+02:00"} for line in lines[1:] if line)
