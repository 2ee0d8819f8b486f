"""Times that count no more: what the child and the desk read is true, whatever happens to them in between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date
from threading import Barrier

import pytest
from sqlalchemy import select

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.page import offering
from bullying_desk.database import Database, random_id
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.mailbox.meetings import Off
from bullying_desk.reports.mailbox.models import Appointment, AppointmentTime
from bullying_desk.reports.models import Report
from bullying_desk.reports.readers import granting
from bullying_desk.schools.models import Absence, FreeDay
from bullying_desk.schools.register import membership
from tests.cases.appointing import BOTH, THURSDAY, WEDNESDAY, Child, offer, office_hours, rows_of, slot_at, times_of
from tests.cases.browsing import Browser, forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.world import World, make_school

pytestmark = pytest.mark.sqlite
Comes = Callable[..., Child]
WEDNESDAY_WORDS = "Mittwoch, 25. November, 9:35 Uhr"
LISTED = "Diese Zeiten kann ich anbieten:"
GONE = "Diese Zeiten gelten nicht mehr."
JANS = {"slots": [], "day1": "2026-11-26", "time1": "12:35", "day2": "2026-11-27", "time2": "12:35", "place": "Keller"}


def _away(world: World, first: int, last: int, name: str = "Selin") -> Absence:
    one = Absence(
        id=random_id(), school_id=world.school.id, seat_id=world.seats[name].id, first_day=date(2026, 11, first),
        last_day=date(2026, 11, last), stand_in_id=world.person("Amara").id,
    )  # fmt: skip
    world.session.add(one)
    return one


def _free_day(world: World, day: int, *, half: bool = False) -> FreeDay:
    one = FreeDay(id=random_id(), school_id=world.school.id, day=date(2026, 11, day), half=half)
    world.session.add(one)
    return one


def _wednesday(world: World, report: Report) -> int:
    return next(row.id for row in times_of(world, report) if row.slot == 0)


def _agreed(world: World, enter: SignIn, child: Comes) -> tuple[Child, Browser]:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    mine.get("/gespraech")
    mine.take(_wednesday(world, mine.report))
    assert f"Dein Termin {WEDNESDAY_WORDS}" in mine.main
    return mine, selin


def _case(desk: Browser, report: Report) -> str:
    desk.get(f"/team/fall/{report.case_id}")
    return desk.main


# An offer in its letter: only what can be taken now stands there.


@pytest.mark.parametrize("how", ["withdrawn", "away", "no school", "over", "declined"])
def test_an_offer_that_counts_no_more_says_so_in_its_letter(
    world: World, enter: SignIn, child: Comes, clock: MovingClock, how: str
) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    mine.get("/gespraech")
    assert mine.main.count(WEDNESDAY_WORDS) == 2  # the button, and the letter
    if how == "withdrawn":
        _case(selin, mine.report)
        selin.press("Angebot zurückziehen")
    elif how == "away":
        _away(world, 24, 27)
    elif how == "no school":
        _free_day(world, 25)
        _free_day(world, 26)
    elif how == "over":
        clock.moment = THURSDAY.start.astimezone(UTC)
        mine.come_back()
    else:
        mine.press_no("Keiner passt", "keiner")
    mine.get("/gespraech")
    assert f"Magst du reden? {GONE}" in mine.main
    assert LISTED not in mine.main
    assert WEDNESDAY_WORDS not in mine.main
    assert "bietet dir" not in mine.main


def test_times_offered_anew_stand_in_the_new_letter_alone(world: World, enter: SignIn, child: Comes) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    offer(selin, mine.report, text="Oder so?", **{**JANS, "place": "Raum 7"})
    mine.get("/gespraech")
    assert f"Oder so? {LISTED} – Donnerstag, 26. November, 12:35 Uhr, Raum 7" in mine.main
    assert f"Magst du reden? {GONE}" in mine.main
    mine.get("/gespraech?l=tr")
    assert "Oder so? Şu saatleri önerebilirim:" in mine.main
    assert GONE not in mine.main


def test_of_an_offer_the_living_times_stand_and_of_a_taken_one_none(world: World, enter: SignIn, child: Comes) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    offer(selin, mine.report)
    _free_day(world, 25)
    mine.get("/gespraech")
    assert f"Magst du reden? {LISTED} – Donnerstag, 26. November, 9:35 Uhr, Raum B 104" in mine.main
    assert WEDNESDAY_WORDS not in mine.main
    mine.take(_wednesday(world, mine.report))
    assert "Diese Zeit ist weg" in mine.main
    assert "Die meldende Person liest diese Zeit nicht mehr." in _case(selin, mine.report)
    mine.take(next(row.id for row in rows_of(world.session) if row.slot == 1))
    assert "Dein Termin Donnerstag" in mine.main
    assert LISTED not in mine.main
    assert GONE not in mine.main


# An agreed time on a day on which nobody comes.


def test_a_free_day_entered_later_calls_an_agreed_time_off_on_both_sides(
    world: World, enter: SignIn, child: Comes
) -> None:
    mine, selin = _agreed(world, enter, child)
    _free_day(world, 25)
    mine.get("/gespraech")
    assert f"Der Termin fällt aus Dann ist keine Schule: {WEDNESDAY_WORDS}." in mine.main
    assert "Dein Termin" not in mine.main
    assert "Der Termin steht." not in mine.main
    said = "Dann ist keine Schule: Die meldende Person liest, dass der Termin ausfällt."
    assert said in _case(selin, mine.report)
    selin.get("/team")
    assert "Raum B 104 Fällt aus. Dann ist keine Schule." in selin.main
    assert "SUMMARY:Termin\r\n" not in selin.get("/team/termine.ics").text


def test_a_school_that_pauses_calls_an_agreed_time_off_on_both_sides(world: World, enter: SignIn, child: Comes) -> None:
    mine, selin = _agreed(world, enter, child)
    membership.pause(world.session, world.school, "Umbau")
    assert "Die Schule macht Pause: Die meldende Person liest, dass der Termin ausfällt." in _case(selin, mine.report)
    selin.get("/team")
    assert "Fällt aus. Die Schule macht Pause." in selin.main
    mine.get("/gespraech")
    assert f"Der Termin fällt aus Dieser Termin gilt nicht mehr: {WEDNESDAY_WORDS}." in mine.main
    assert "Dein Termin" not in mine.main
    offer(selin, mine.report, 422, **JANS)
    assert "Die Schule macht Pause. Bieten Sie Zeiten an, wenn sie wieder mitmacht." in selin.main
    membership.resume(world.session, world.school)
    mine.get("/gespraech")
    assert f"Dieser Termin gilt nicht mehr: {WEDNESDAY_WORDS}." in mine.main  # read is read


def test_what_a_refused_letter_shows_as_off_stays_off(world: World, enter: SignIn, child: Comes) -> None:
    """The page that says "Schreib bitte etwas" shows the appointments too."""
    mine, _selin = _agreed(world, enter, child)
    day = _free_day(world, 25)
    world.session.commit()
    mine.press("Senden", 422, text="")
    assert "Schreib bitte etwas." in mine.main
    assert f"Dann ist keine Schule: {WEDNESDAY_WORDS}." in mine.main
    world.session.rollback()
    world.session.delete(day)
    world.session.commit()
    mine.get("/gespraech")
    assert f"Dieser Termin gilt nicht mehr: {WEDNESDAY_WORDS}." in mine.main


def test_an_absence_marks_the_inbox_and_says_nothing_in_the_childs_name(
    world: World, enter: SignIn, child: Comes, at_desk: AtDesk
) -> None:
    mine, selin = _agreed(world, enter, child)
    agreed = rows_of(world.session)[0].id
    _away(world, 24, 27)
    mine.get("/gespraech")
    assert f"Frau Aydin ist an diesem Tag nicht da: {WEDNESDAY_WORDS}." in mine.main
    assert not [form for form in forms_of(mine.page) if "nein" in form.fields or "zu" in form.fields]
    mine.say_no("doch-nicht", agreed)  # a page from before
    assert "Ich kann doch nicht kommen." not in mine.main
    assert "Ich kann doch nicht kommen." not in _case(selin, mine.report)
    selin.get("/team")
    assert "Fällt aus. An diesem Tag sind Sie als abwesend eingetragen." in selin.main
    _case(selin, mine.report)
    selin.press("Termin absagen")
    mine.get("/gespraech")
    assert f"Der Termin gilt nicht mehr. Der Termin fällt aus: {WEDNESDAY_WORDS}." in mine.main
    secrets = at_desk("Selin").open_report(mine.report, reads=False).secrets
    [said] = [
        one
        for one in letters.read_conversation(world.session, secrets, mine.report)
        if one.fact is letters.Fact.NO_MEETING
    ]
    assert (said.by, said.author_id) == ("Frau Aydin", world.person("Selin").id)


@pytest.mark.parametrize("read", [True, False])
def test_what_the_child_has_read_as_off_stays_off(world: World, enter: SignIn, child: Comes, read: bool) -> None:
    mine, selin = _agreed(world, enter, child)
    absence, day = _away(world, 24, 27), _free_day(world, 25)
    if read:
        mine.get("/gespraech")
    else:
        world.session.commit()
    world.session.delete(absence)
    world.session.delete(day)
    case = _case(selin, mine.report)
    mine.get("/gespraech")
    assert (f"Dieser Termin gilt nicht mehr: {WEDNESDAY_WORDS}." in mine.main) is read
    assert ("Dein Termin" in mine.main) is not read
    assert ("Das gilt nicht mehr: Die meldende Person liest, dass der Termin ausfällt." in case) is read
    selin.get("/team")
    assert ("Die meldende Person hat das schon gelesen." in selin.main) is read
    offer(selin, mine.report, 303 if read else 422)  # the same time can be offered once more
    assert len(rows_of(world.session)) == (2 if read else 1)
    mine.get("/gespraech")
    assert "gilt nicht mehr:" not in mine.main  # what is offered anew is not said to be off beside it
    assert ("Dein Termin" in mine.main) is not read


def test_a_case_handed_over_ends_the_time_on_both_sides(world: World, enter: SignIn, child: Comes) -> None:
    mine, selin = _agreed(world, enter, child)
    selin.get("/team/uebergabe")
    at, jan = f"s{world.seats['Selin'].id}-", enter("Jan")
    selin.press("Übergeben und gehen", 303, **{f"{at}colleague": str(world.person("Jan").id), f"{at}sure": "y"})
    mine.get("/gespraech")
    assert f"Dieser Termin gilt nicht mehr: {WEDNESDAY_WORDS}." in mine.main
    assert "Der Termin gilt nicht mehr" in _case(jan, mine.report)
    assert rows_of(world.session) == []


def test_a_free_afternoon_calls_off_what_begins_in_it(world: World, enter: SignIn, child: Comes) -> None:
    mine, jan = child(), enter("Jan")
    offer(jan, mine.report, **{**JANS, "time2": "11:30"})
    for day in (26, 27):
        _free_day(world, day, half=True)
    mine.get("/gespraech")
    assert "– Freitag, 27. November, 11:30 Uhr, Keller" in mine.main
    assert "26. November, 12:35 Uhr" not in mine.main


def test_an_absence_at_another_school_says_nothing_here(world: World, enter: SignIn, child: Comes) -> None:
    mine, _selin = _agreed(world, enter, child)
    other = make_school(world.session, key="M4R8", number="198773", name="Nebenan")
    _away(world, 24, 27).school_id = other.id
    mine.get("/gespraech")
    assert "Dein Termin" in mine.main


def test_the_page_of_absences_names_the_agreed_times_before_and_after(
    world: World, enter: SignIn, child: Comes
) -> None:
    _mine, selin = _agreed(world, enter, child)
    selin.get("/team/weg")
    assert f"1 vereinbarter Termin {WEDNESDAY_WORDS} , Raum B 104" in selin.main
    assert "„Frau Aydin ist an diesem Tag nicht da.“" in selin.main
    at = f"s{world.seats['Selin'].id}-"
    days = {f"{at}first_day": "2026-11-24", f"{at}last_day": "2026-11-27", f"{at}stand_in": str(world.person("Jan").id)}
    selin.press("Eintragen", 303, **days)
    assert f"1 vereinbarter Termin fällt aus {WEDNESDAY_WORDS} , Raum B 104" in selin.main
    assert "Die meldende Person liest, dass der Termin ausfällt." in selin.main
    selin.press("Ich bin wieder da")
    assert f"1 vereinbarter Termin {WEDNESDAY_WORDS} , Raum B 104" in selin.main
    jan = enter("Jan")
    jan.get("/team/weg")
    assert WEDNESDAY_WORDS not in jan.main


def test_who_reads_on_sees_that_a_readers_time_counts_no_more(world: World, enter: SignIn, child: Comes) -> None:
    mine, _selin = _agreed(world, enter, child)
    granting.end_reader(world.session, mine.report, world.person("Selin").id, world.clock.hour())
    mine.get("/gespraech")
    assert f"Dieser Termin gilt nicht mehr: {WEDNESDAY_WORDS}." in mine.main
    assert "Der Termin steht." not in mine.main
    said = f"Der Termin gilt nicht mehr {WEDNESDAY_WORDS} . Das liest auch die meldende Person."
    assert said in _case(enter("Jan"), mine.report)


# Two people who offer.


def test_a_no_under_one_offer_leaves_the_other(world: World, enter: SignIn, child: Comes) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin, jan = child(), enter("Selin"), enter("Jan")
    offer(selin, mine.report)
    offer(jan, mine.report, **JANS)
    mine.get("/gespraech")
    mine.press_no("Keiner passt", "keiner")
    assert "Herr Brandt bietet dir einen Termin an" in mine.main
    assert "Frau Aydin bietet dir" not in mine.main
    assert {row.person_id for row in rows_of(world.session)} == {world.person("Jan").id}
    assert "Keiner passt. (Frau Aydin)" in _case(selin, mine.report)
    mine.press_no("Keiner passt", "keiner")
    assert rows_of(world.session) == []
    assert mine.main.count("Keiner passt.") == 2


def test_at_the_desk_everybodys_times_stand_apart_and_are_taken_back_apart(
    world: World, enter: SignIn, child: Comes
) -> None:
    mine, selin = _agreed(world, enter, child)
    jan = enter("Jan")
    offer(jan, mine.report, **JANS)
    case = _case(selin, mine.report)
    assert "Termin angeboten Donnerstag, 26. November, 12:35 Uhr , Keller , Herr Brandt" in case
    assert f"Termin {WEDNESDAY_WORDS} , Raum B 104 , Frau Aydin Termin absagen" in case
    selin.press("Angebot zurückziehen")
    mine.get("/gespraech")
    assert "bietet dir" not in mine.main
    assert "Dein Termin" in mine.main
    _case(jan, mine.report)
    jan.press("Termin absagen")  # for a colleague who fell ill
    mine.get("/gespraech")
    assert f"Der Termin gilt nicht mehr. Der Termin fällt aus: {WEDNESDAY_WORDS}." in mine.main
    assert rows_of(world.session) == []


# Twice, and at once.


def test_a_second_press_leads_to_the_same_page(world: World, enter: SignIn, child: Comes) -> None:
    office_hours(world, "Selin", 2, 3)
    mine, selin = child(), enter("Selin")
    _case(selin, mine.report)
    form = next(form for form in forms_of(selin.page) if "last" in form.fields)
    typed = {"slots": BOTH[:1], "day1": "2026-11-27", "time1": "9:35", "place": "Keller"}
    sent = {**form.fields, "text": "Magst du reden?", **typed}
    pages = []
    for _press in range(2):
        selin.send(form.action.partition("#")[0], sent)
        pages.append((selin.page.request.url, selin.main))
    assert pages[0][0] == pages[1][0]
    world.session.refresh(mine.report)
    assert mine.report.letters == 2
    assert len(rows_of(world.session)) == 2
    selin.send(form.action.partition("#")[0], {**sent, "time1": "10:35"}, 422)  # other times are another answer


@pytest.mark.both
def test_who_loses_a_race_for_a_time_gets_a_page_with_the_text(
    world: World, enter: SignIn, child: Comes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the other page was stored between the look and the write: the database itself refuses."""
    one, two, selin = child(0), child(1), enter("Selin")
    typed = {**JANS, "day1": "2026-11-25", "time1": "9:35"}
    offer(selin, one.report, **typed)
    monkeypatch.setattr(appointments, "free", lambda _session, _layer, _person, slots: list(slots))
    offer(selin, two.report, 422, **typed)
    assert "Eine Zeit ist schon angeboten" in selin.main
    assert "Magst du reden?" in selin.page.text
    assert len(rows_of(world.session)) == 2
    world.session.refresh(two.report)
    assert two.report.letters == 1


@pytest.mark.both
def test_a_session_that_lost_can_be_used_on(world: World, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    me, first, second = at_desk("Selin"), world.report(world.file()[0]), world.report(world.file()[0])
    for report, slots in ((first, (WEDNESDAY, THURSDAY)), (second, (slot_at(25, 12), THURSDAY))):
        letter = letters.write_letter(
            world.session, me.open_report(report).secrets, report, "Ja?", now=me.now,
            author=(me.person_id, "Frau Aydin"), slots=slots,
        )  # fmt: skip
        if report is first:
            appointments.enter(world.session, world.pepper_layer, report, letter, me.now)
    monkeypatch.setattr(appointments, "free", lambda _session, _layer, _person, slots: list(slots))
    with pytest.raises(appointments.SlotsRefused):
        appointments.enter(world.session, world.pepper_layer, second, letter, me.now)
    assert len(rows_of(world.session)) == 2
    assert len(world.session.scalars(select(AppointmentTime)).all()) == 2 * 6


@pytest.mark.postgres
def test_two_offers_of_one_time_at_once_end_with_one(world: World, database: Database) -> None:
    person, key = world.person("Selin"), world.key("Selin")
    reports = [world.report(world.file()[0]).id for _n in range(2)]
    orders = [(WEDNESDAY, THURSDAY), (THURSDAY, WEDNESDAY)]
    world.session.commit()
    start = Barrier(2, timeout=20)

    def give(n: int) -> bool:
        with database.transaction() as session:
            me = Counsellor(session, world.pepper_layer, person.id, key, world.clock.now())
            report = session.get_one(Report, reports[n])
            letter = letters.write_letter(
                session, me.open_report(report).secrets, report, "Ja?", now=me.now,
                author=(me.person_id, "Frau Aydin"), slots=orders[n],
            )  # fmt: skip
            start.wait()
            try:
                appointments.enter(session, world.pepper_layer, report, letter, me.now)
            except appointments.SlotsRefused:
                session.scalars(select(Appointment)).all()
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, range(2))) == [False, True]
    world.session.expire_all()
    assert len(rows_of(world.session)) == 2


def test_own_times_name_why_they_are_off(world: World, enter: SignIn, child: Comes, at_desk: AtDesk) -> None:
    _agreed(world, enter, child)
    assert [one.off for one in offering.own_times(at_desk("Selin"))] == [None]
    _free_day(world, 25)
    world.session.flush()
    assert [one.off for one in offering.own_times(at_desk("Selin"))] == [Off.NO_SCHOOL]
    _away(world, 25, 25)
    world.session.flush()
    assert [one.off for one in offering.own_times(at_desk("Selin"))] == [Off.AWAY]
