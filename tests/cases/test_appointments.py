"""Two or three times in an answer: the child takes one by one press or says no as easily; nobody else gets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, time
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.page import offering
from bullying_desk.config import Settings
from bullying_desk.database import Database, random_id
from bullying_desk.night import Night
from bullying_desk.reports import erasure
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.mailbox.models import AppointmentTime
from bullying_desk.reports.models import Report, Writer
from bullying_desk.reports.readers import granting
from bullying_desk.schools.models import Absence, FreeDay
from tests.cases.appointing import (
    BOTH,
    ROOM,
    THURSDAY,
    WEDNESDAY,
    Child,
    offer,
    office_hours,
    rows_of,
    slot_at,
    times_of,
)  # fmt: skip
from tests.cases.browsing import Browser, Form, forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.secrecy.searching import database_bytes, find
from tests.world import World

pytestmark = pytest.mark.sqlite


def test_the_child_takes_a_time_by_one_press(world: World, enter: SignIn, child: Callable[..., Child]) -> None:
    office_hours(world, "Selin", 2, 3)
    mine = child()
    selin = enter("Selin")
    offer(selin, mine.report)
    assert "Termin angeboten Mittwoch, 25. November, 9:35 Uhr , Raum B 104" in selin.main
    mine.get("/gespraech")
    before, _, behind = mine.main.partition("Mittwoch, 25. November, 9:35 Uhr, Raum B 104")
    assert "Frau Aydin bietet dir einen Termin an Dann sieht Frau Aydin, wer du bist. Du entscheidest." in before
    assert "Keiner passt Lieber nur schreiben" in behind
    first = next(one for one in rows_of(world.session) if one.slot == 0)
    mine.take(first.id)
    assert "Dein Termin Mittwoch, 25. November, 9:35 Uhr Wo: Raum B 104 Mit: Frau Aydin" in mine.main
    assert "bietet dir" not in mine.main
    assert [one.agreed for one in rows_of(world.session)] == [True]
    mine.take(first.id)  # a second press changes nothing
    world.session.refresh(mine.report)
    assert mine.report.letters == 3
    assert mine.report.last_writer is Writer.STAFF  # nobody waits for an answer to a yes
    assert "ungelesen" in selin.get("/team").text
    assert "Ihre Termine Mittwoch, 25. November, 9:35 Uhr , Raum B 104" in selin.main
    selin.get(f"/team/fall/{mine.report.case_id}")
    assert "Termin Mittwoch, 25. November, 9:35 Uhr , Raum B 104 , Frau Aydin Termin absagen" in selin.main
    assert "Nimmt den Termin an. Ich komme: Mittwoch, 25. November, 9:35 Uhr. Ort: Raum B 104." in selin.main


def test_a_child_reads_times_in_its_language_and_staff_read_german(
    world: World, enter: SignIn, child: Callable[..., Child]
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report, text="Merhaba.")
    mine.get("/gespraech?l=tr")
    assert "Merhaba. Şu saatleri önerebilirim: – 25 Kasım Çarşamba, saat 9:35, Raum B 104" in mine.main
    mine.take(next(one for one in rows_of(world.session) if one.slot == 0).id)
    mine.get("/gespraech?l=tr")
    assert "Geliyorum: " in mine.main
    assert not [word for word in ("Ich komme", "Mittwoch", "Uhr", "Diese Zeiten") if word in mine.main]
    selin.get(f"/team/fall/{mine.report.case_id}")
    assert "Ich komme: Mittwoch, 25. November, 9:35 Uhr. Ort: Raum B 104." in selin.main


@pytest.mark.parametrize(
    ("how", "said"), [("keiner", "Keiner passt."), ("schreiben", "Ich möchte lieber nur schreiben.")]
)
def test_saying_no_is_one_press_too_and_frees_the_times(
    world: World, enter: SignIn, child: Callable[..., Child], how: str, said: str
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    mine.get("/gespraech")
    to = rows_of(world.session)[0].id
    mine.say_no(how, to)
    assert said in mine.main
    assert "bietet dir" not in mine.main
    mine.say_no(how, to)  # a second press writes nothing
    world.session.refresh(mine.report)
    assert mine.report.letters == 3
    assert mine.report.last_writer is Writer.REPORTER
    assert rows_of(world.session) == []
    assert world.session.scalars(select(AppointmentTime)).all() == []
    offer(selin, mine.report)
    assert len(rows_of(world.session)) == 2


@pytest.mark.both
def test_two_children_never_get_one_time(world: World, enter: SignIn, child: Callable[..., Child]) -> None:
    office_hours(world, "Selin", 2, 3)
    one, two = child(0), child(1)
    selin, jan = enter("Selin"), enter("Jan")
    offer(selin, one.report)
    offer(selin, two.report, 422)
    assert "Eine Zeit ist schon angeboten" in selin.main
    assert "Magst du reden?" in selin.page.text
    overlapping = {"slots": [], "day1": "2026-11-25", "time1": "10:00", "day2": "2026-11-27", "time2": "9:35"}
    offer(selin, two.report, 422, **overlapping)
    offer(selin, two.report, **{**overlapping, "time1": "10:05"})  # the one before ends then
    offer(jan, two.report, slots=[], day1="2026-11-25", time1="9:35", day2="2026-11-26", time2="9:35", place="Keller")
    two.get("/gespraech")
    two.take(times_of(world, one.report)[0].id)
    assert "Diese Zeit ist weg" in two.main  # another child's time does not exist here
    assert not any(each.agreed for each in rows_of(world.session))


@pytest.mark.both
def test_the_database_itself_refuses_a_time_twice(world: World, at_desk: AtDesk) -> None:
    _write(world, at_desk("Selin"), world.report(world.file()[0]))
    kept = world.session.scalars(select(AppointmentTime)).all()
    assert len(kept) == 2 * 6
    again = AppointmentTime(id=random_id(), appointment_id=kept[0].appointment_id, claim=kept[0].claim)
    world.session.add(again)
    with pytest.raises(IntegrityError):
        world.session.flush()


def test_what_is_over_or_withdrawn_is_gone(
    world: World, enter: SignIn, child: Callable[..., Child], clock: MovingClock
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    first, second = sorted(rows_of(world.session), key=lambda row: row.slot)
    first_id, second_id = first.id, second.id
    clock.moment = WEDNESDAY.start.astimezone(UTC)
    mine.come_back()
    assert "26. November, 9:35 Uhr, Raum" in mine.main
    assert "25. November, 9:35 Uhr, Raum" not in mine.main
    mine.take(first_id)
    assert "Diese Zeit ist weg" in mine.main
    selin = enter("Selin")
    selin.get(f"/team/fall/{mine.report.case_id}")
    selin.press("Angebot zurückziehen")
    assert "Termin angeboten" not in selin.main
    mine.get("/gespraech")
    assert "bietet dir" not in mine.main
    mine.take(second_id)
    assert "Diese Zeit ist weg" in mine.main
    world.session.refresh(mine.report)
    assert mine.report.letters == 2  # an offer that nobody took is withdrawn without a letter


def test_calling_off_an_agreed_time_tells_the_other_side(
    world: World, enter: SignIn, child: Callable[..., Child]
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    mine.get("/gespraech")
    mine.take(rows_of(world.session)[0].id)
    assert "Ich kann doch nicht" in mine.main
    mine.press_no("Ich kann doch nicht", "doch-nicht")
    assert "Dein Termin" not in mine.main
    assert "Der Termin fällt aus" not in mine.main  # the child has said so
    offer(selin, mine.report)
    mine.get("/gespraech")
    mine.take(rows_of(world.session)[0].id)
    selin.get(f"/team/fall/{mine.report.case_id}")
    selin.press("Termin absagen")
    mine.get("/gespraech")
    assert "Der Termin fällt aus: " in mine.main
    assert "Dein Termin" not in mine.main


def test_an_absence_or_a_leaving_does_not_let_a_child_come_for_nothing(
    world: World, enter: SignIn, child: Callable[..., Child]
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    taken = rows_of(world.session)[0]
    day = (WEDNESDAY, THURSDAY)[taken.slot].start.date()
    mine.get("/gespraech")
    mine.take(taken.id)
    away = Absence(id=random_id(), school_id=world.school.id, seat_id=world.seats["Selin"].id, first_day=day,
                   last_day=day, stand_in_id=world.person("Jan").id)  # fmt: skip
    world.session.add(away)
    mine.get("/gespraech")
    assert "Der Termin fällt aus Frau Aydin ist an diesem Tag nicht da" in mine.main
    assert "Dein Termin" not in mine.main
    world.session.delete(away)
    granting.end_reader(world.session, mine.report, world.person("Selin").id, world.clock.hour())
    mine.get("/gespraech")
    assert "Dieser Termin gilt nicht mehr:" in mine.main
    assert "Uhr. Schreib uns gern eine Nachricht." in mine.main
    assert rows_of(world.session) == []


def test_erasing_frees_the_times(world: World, enter: SignIn, child: Callable[..., Child]) -> None:
    office_hours(world, "Selin", 2, 3)
    mine = child()
    offer(enter("Selin"), mine.report)
    world.session.refresh(mine.report)  # the page has answered in it
    erasure.erase(world.session, mine.report, world.clock.today())
    assert rows_of(world.session) == []
    assert world.session.scalars(select(AppointmentTime)).all() == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"slots": BOTH[:1]}, "Bieten Sie zwei oder drei Zeiten an"),
        ({"slots": ["2026-11-25T09:35", "kaputt"]}, "Eine Zeit ist schon angeboten"),
        ({"day1": "2026-11-28", "time1": "9:00"}, "Zu einer dieser Zeiten ist keine Schule."),
        ({"day1": "2026-11-24", "time1": "8:00"}, "Wählen Sie Zeiten, die noch kommen"),
        ({"day1": "2026-12-09", "time1": "8:00"}, "höchstens 14 Tage voraus"),
        ({"day1": "2026-11-27", "time1": "22:00"}, "zwischen 7 und 18 Uhr"),
        ({"day1": "2026-11-27", "time1": "9:33"}, "in Schritten von 5 Minuten"),
        ({"day1": "2026-11-27"}, "Tragen Sie zu jedem Tag eine Uhrzeit ein"),
        ({"day1": "2026-11-27", "time1": "9:00", "place": "x" * 61}, "Schreiben Sie kurz, wo Sie sich treffen."),
        ({"day1": "2026-12-01", "time1": "12:00"}, "Zu einer dieser Zeiten ist keine Schule."),
        ({"day1": "2026-11-30", "time1": "9:00"}, "Zu einer dieser Zeiten ist keine Schule."),
    ],
)
def test_times_no_child_could_keep_are_refused_and_stay_typed(
    world: World, at_desk: AtDesk, enter: SignIn, typed: dict[str, Any], why: str
) -> None:
    office_hours(world, "Selin", 2, 3)
    world.session.add(FreeDay(id=random_id(), school_id=world.school.id, day=date(2026, 11, 30)))
    world.session.add(FreeDay(id=random_id(), school_id=world.school.id, day=date(2026, 12, 1), half=True))
    report = world.report(world.file()[0])
    selin = enter("Selin")
    offer(selin, report, 422, **typed)
    assert why in selin.main
    assert "Magst du reden?" in selin.page.text
    assert typed.get("day1", "") in selin.page.text
    assert rows_of(world.session) == []


def test_the_roster_proposes_what_is_free(world: World, at_desk: AtDesk) -> None:
    office_hours(world, "Selin", 1, 2)
    world.session.add(FreeDay(id=random_id(), school_id=world.school.id, day=date(2026, 12, 1)))
    found, room = offering.proposals(at_desk("Selin"), world.school.id)
    assert [each.start.date().day for each in found] == [25, 2, 8]
    assert {room, *(each.place for each in found)} == {ROOM}
    assert offering.proposals(at_desk("Jan"), world.school.id) == ([], "")


def test_the_calendar_says_termin_and_nothing_else(world: World, enter: SignIn, child: Callable[..., Child]) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    assert "SUMMARY:Termin\r\n" not in selin.get("/team/termine.ics").text
    first = next(one for one in rows_of(world.session) if one.slot == 0)
    mine.get("/gespraech")
    mine.take(first.id)
    file = selin.get("/team/termine.ics").text
    assert "SUMMARY:Termin\r\n" in file
    assert "DTSTART:20261125T083500Z" in file
    assert "DTEND:20261125T090500Z" in file
    assert "B 104" not in file
    assert "SUMMARY:Termin\r\n" not in enter("Jan").get("/team/termine.ics").text


def test_one_s_own_times_cost_the_same_however_many_they_are(world: World, at_desk: AtDesk, database: Database) -> None:
    """The inbox shows them each time it opens."""
    asked, said = list[int](), list[str]()
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_more: said.append(statement))
    for day in (25, 26, 27):
        report = world.report(world.file()[0])
        me = at_desk("Selin")
        opened = me.open_report(report)
        slots = (slot_at(day), slot_at(day, 11))
        letter = letters.write_letter(
            world.session, opened.secrets, report, "Hallo", now=me.now, author=(me.person_id, "Frau Aydin"), slots=slots
        )
        appointments.enter(world.session, world.pepper_layer, report, letter, me.now)
        times_of(world, report)[0].agreed = True
        world.session.commit()
        said.clear()
        found = appointments.agreed_times(world.session, world.pepper_layer, me.key, me.person_id, me.now)
        asked.append(sum(statement.startswith("SELECT") for statement in said))
    assert [one.slot.start.day for one in found] == [25, 26, 27]
    assert asked[0] == asked[2] <= 6
    granting.end_reader(world.session, report, me.person_id, world.clock.hour())
    found = appointments.agreed_times(world.session, world.pepper_layer, me.key, me.person_id, me.now)
    assert [one.slot.start.day for one in found] == [25, 26]  # who reads no longer has no time there


def test_an_adult_is_spoken_to_as_one(world: World, enter: SignIn, child: Callable[..., Child]) -> None:
    office_hours(world, "Selin", 2, 3)
    mine = child(answers=Answers(3, False, {"was": ("bilder",), "text": "Bilder gehen herum."}))
    offer(enter("Selin"), mine.report)
    mine.get("/gespraech")
    assert "Frau Aydin bietet Ihnen einen Termin an Dann sieht Frau Aydin, wer Sie sind." in mine.main


def test_the_database_and_the_log_tell_no_time(
    world: World, enter: SignIn, child: Callable[..., Child], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    office_hours(world, "Selin", 2, starts=time(9, 50))
    mine, selin = child(), enter("Selin")
    typed = {"day1": "2026-11-27", "time1": "13:25", "place": "Quittenzimmer"}
    offer(selin, mine.report, slots=["2026-11-25T09:50"], **typed)
    mine.get("/gespraech")
    mine.take(rows_of(world.session)[1].id)
    held = database_bytes(settings.instance / "desk.db")
    assert find(held, ["Quittenzimmer", "2026-11-27T13:25", "27. November, 13:25"]) == []
    assert find(held, [str(mine.report.answer_due)])  # the search finds what is there
    assert "13:25" not in caplog.text
    assert "Quittenzimmer" not in caplog.text


@pytest.mark.both
def test_the_night_work_removes_what_is_over(
    world: World, at_desk: AtDesk, database: Database, settings: Settings, clock: MovingClock
) -> None:
    selin, report = at_desk("Selin"), world.report(world.file()[0])
    _write(world, selin, report)
    world.session.commit()
    for days, left in ((14, 2), (1, 0)):
        clock.forward(days=days)
        appointments.by_night(Night(database, settings, world.pepper_layer, clock.now()))
        assert len(rows_of(world.session)) == left
        world.session.commit()


def _write(world: World, me: Counsellor, report: Report) -> None:
    opened, author = me.open_report(report), (me.person_id, "Frau Aydin")
    letter = letters.write_letter(
        world.session, opened.secrets, report, "Ja?", now=me.now, author=author, slots=(WEDNESDAY, THURSDAY)
    )
    appointments.enter(world.session, world.pepper_layer, report, letter, me.now)


def _answer_form(desk: Browser) -> Form:
    return next(form for form in forms_of(desk.page) if "last" in form.fields)


def test_a_refused_answer_is_nowhere_and_hides_no_letter_of_the_child(
    world: World, enter: SignIn, child: Callable[..., Child]
) -> None:
    """The page of the refusal showed the answer as sent, and the child's next letter went by unseen."""
    typed = {"slots": [], "day1": "2026-11-25", "time1": "9:35", "day2": "2026-11-26", "time2": "9:35"}
    typed["place"] = "Keller"
    first, second, selin = child(0), child(1), enter("Selin")
    offer(selin, first.report, **typed)
    selin.get(f"/team/fall/{second.report.case_id}")
    before = _answer_form(selin).fields["last"]
    offer(selin, second.report, 422, **typed)
    form = _answer_form(selin)
    assert form.fields["last"] == before
    second.get("/gespraech")
    second.press("Senden", text="Halt, er steht vor der Tür.")
    selin.send(form.action.partition("#")[0], {**form.fields, **typed, "time1": "12:00", "time2": "12:00"}, 200)
    assert "Inzwischen ist etwas Neues gekommen" in selin.main
    assert "Halt, er steht vor der Tür." in selin.main


def test_taking_another_persons_time_calls_the_first_one_off(
    world: World, enter: SignIn, child: Callable[..., Child]
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin, jan = child(), enter("Selin"), enter("Jan")
    offer(selin, mine.report)
    mine.get("/gespraech")
    mine.take(rows_of(world.session)[0].id)
    others = {"day1": "2026-11-26", "time1": "12:35", "day2": "2026-11-27", "time2": "12:35", "place": "Raum 7"}
    offer(jan, mine.report, slots=[], **others)
    mine.get("/gespraech")
    mine.take(next(row.id for row in rows_of(world.session) if not row.agreed))
    off = re.search(r"Der Termin fällt aus: \w+, 2[56]\. November, 9:35", mine.main)
    assert off is not None
    assert [row.agreed for row in rows_of(world.session)] == [True]
    world.session.refresh(mine.report)
    assert mine.report.last_writer is Writer.STAFF  # and promises no answer
    assert "Du bekommst Antwort." not in mine.main
    selin.get(f"/team/fall/{mine.report.case_id}")
    assert f"Nimmt den Termin an. {off[0]} Uhr. Ich komme: " in selin.main
