"""A measure is changed without losing its former text, also by two people at once; its day brings the case up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from bullying_desk.cases import case_state, sheets
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.plan import planning
from bullying_desk.cases.plan.methods import LESSONS
from bullying_desk.cases.plan.planning import ChangedMeanwhile, Measure
from bullying_desk.cases.readers import handover, linking
from bullying_desk.cases.sheets import Kind
from bullying_desk.config import ClockValues
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.lessons.format import loader
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.cases.browsing import Browser, forms_of, main_of
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def _case(world: World, me: Counsellor, *named: str) -> FoundCase:
    filed, _ = world.file(choice=ReaderChoice(Wish.NAMED, world.ids(*named)) if named else None)
    return find_case(me, world.report(filed).case_id)


def _add(me: Counsellor, found: FoundCase, days: int = 3, code: str = "schutz") -> int:
    secrets = open_case_secrets(me, found.case)
    return planning.add(me, found, secrets, 1, code, "Pause", me.person_id, me.today + timedelta(days=days)).number


def _change(me: Counsellor, found: FoundCase, number: int, what: str, day: date, *, seen: int, owner: int = 0) -> None:
    secrets = open_case_secrets(me, found.case)
    planning.change(me, found, secrets, number, what, owner or me.person_id, day, seen=seen)


def _only(me: Counsellor, found: FoundCase) -> Measure:
    [one] = planning.plan_of(me, found.case, open_case_secrets(me, found.case))
    return one


def test_two_people_change_one_measure_and_nothing_is_lost(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    number = _add(selin, found)
    day = selin.today + timedelta(days=5)
    for _press in range(2):
        _change(selin, found, number, "Pause und Bus", day, seen=number)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        _change(jan, found, number, "Umkleide", day, seen=number)
    assert meanwhile.value.now.sheet.text("what") == "Pause und Bus"
    _change(jan, found, number, "Umkleide", day, seen=meanwhile.value.now.sheet.number)
    now = _only(jan, found)
    assert (now.number, now.sheet.text("what"), now.owner_id, now.day) == (number, "Umkleide", jan.person_id, day)
    written = sheets.read(jan, found.case, open_case_secrets(jan, found.case), Kind.MEASURE)
    assert [sheet.text("what") for sheet in written] == ["Umkleide", "Pause und Bus", "Pause"]


def test_what_is_over_is_not_changed_and_nobody_else_gets_it(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin, "Selin", "Jan")
    number, day = _add(selin, found), selin.today + timedelta(days=2)
    with pytest.raises(planning.OwnerUnknown):
        _change(selin, found, number, "Bus", day, seen=number, owner=world.person("Amara").id)
    with pytest.raises(planning.DayPassed):
        _change(selin, found, number, "Bus", selin.today - timedelta(days=1), seen=number)
    secrets = open_case_secrets(selin, found.case)
    planning.finish(selin, found, secrets, number, selin.today, "Getan", dropped=False, values=ClockValues())
    with pytest.raises(planning.MeasureUnknown):
        _change(selin, found, number, "Bus", day, seen=number)


def test_who_reads_only_a_part_of_the_case_is_given_nothing_to_do(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    one, two = _case(world, selin, "Selin", "Jan"), _case(world, selin, "Selin", "Amara")
    together = linking.link(selin, one, one.reports[0], two.case.id)
    assert planning.owners(selin, together) == [selin.person_id]


def test_the_next_measure_brings_the_case_up_but_a_day_of_ones_own_stays(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    secrets = open_case_secrets(selin, found.case)
    later, first = _add(selin, found, 9, "beobachten"), _add(selin, found, 4)
    assert found.case.due_on == selin.today + timedelta(days=4)
    planning.finish(selin, found, secrets, first, selin.today, "Getan", dropped=False, values=ClockValues())
    assert found.case.due_on == selin.today + timedelta(days=9)
    own = selin.today + timedelta(days=1)
    case_state.look_again_on(selin, found.case, own)
    _change(selin, found, later, "Zaun", selin.today + timedelta(days=6), seen=later)
    assert found.case.due_on == own
    case_state.look_again_on(selin, found.case, None)
    planning.finish(selin, found, secrets, later, selin.today, "Entfällt", dropped=True, values=ClockValues())
    assert found.case.due_on is None


def test_on_the_page_the_second_one_sees_the_first_ones_words_and_keeps_their_own(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    address = f"/team/fall/{world.report(filed).case_id}/plan"
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(address)
    selin.press("In den Plan aufnehmen", methode="schutz", was="Pause", bis="2027-01-20")
    jan.get(address)
    typed: dict[str, Any] = {"c1-was": "Pause und Bus"}
    selin.press("Änderung speichern", **typed)
    assert "Pause und Bus" in selin.main
    typed = {"c1-was": "Umkleide"}
    jan.press("Änderung speichern", 422, **typed)
    assert "Selin Aydin hat das inzwischen geändert: „Pause und Bus“" in jan.main
    jan.press("Trotzdem speichern")
    assert "Umkleide" in jan.main
    typed = {"c1-was": "Lena Schmidt sitzt allein"}
    jan.press("Änderung speichern", 422, **typed)
    assert "Kürzel oder Rolle genügen" in jan.main


def test_door_5_names_offices_with_source_and_date_and_links_to_lessons_lead_somewhere(
    world: World, enter: SignIn
) -> None:
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"), adult=True)
    filed, _ = world.file(answers=Answers(5, False, {"text": "Seit Monaten."}), choice=choice)
    selin = enter("Selin")
    selin.get(f"/team/fall/{world.report(filed).case_id}/plan")
    for name in ("sprechzeit", "mobbingline", "meldestelle-schule"):
        line = help_lines().by_id(name)
        assert line.name in selin.main
        assert f"Quelle: {line.source}" in selin.main
    assert "Noch von niemandem geprüft." in selin.main
    programme = loader.programme_folder()
    assert all((programme / lesson.code / "lesson.md").is_file() for lesson in LESSONS)


def test_the_case_page_says_it_in_short(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    case = f"/team/fall/{world.report(filed).case_id}"
    selin = enter("Selin")
    assert "Jetzt einschätzen" in main_of(selin.get(case))
    assert "Nächsten Schritt planen" in selin.main
    selin.get(f"{case}/einschaetzung")
    said = {
        "art": "bullying",
        "dringlichkeit": "mittel",
        "stufe": "1",
        "stufe_weil": "Reicht.",
        "dringlich_weil": "So.",
    }
    selin.send(f"{case}/einschaetzung", {**forms_of(selin.page)[-1].fields, **said})
    selin.get(f"{case}/plan")
    selin.follow("Fertigen Plan ansehen")
    selin.press("So übernehmen")
    selin.get(case)
    assert "Mobbing · Mittel · Stufe 1" in selin.main
    assert "Nächster Schritt: Erstgespräch mit dem betroffenen Kind" in selin.main
    assert "Selin Aydin und 6 weitere Schritte" in selin.main


def test_what_the_letter_tells_staff_is_not_on_the_paper_for_parents(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    case, selin = f"/team/fall/{world.report(filed).case_id}", enter("Selin")
    _agree(selin, case)
    page = selin.get(f"{case}/plan/elternbrief").text
    assert help_lines().by_id("elterntelefon").number in page
    [staff_only] = re.findall(r'<p class="way">(.*?)</p>', page)  # the style sheet leaves these out on paper
    assert "Sagen Sie den Eltern nicht" in staff_only
    for word in ("gemeldet", "Meldung", "Mobbing"):
        assert word not in page.replace(staff_only, "")


def _agree(selin: Browser, case: str, **other: Any) -> None:
    said = {"zuhause": "ja", "woran": "Kind A", "will": "ja", "wer": ["eltern-andere"], "von": "kind"}
    selin.get(f"{case}/blatt/sicherheit")
    selin.press("Speichern", **{**said, "bis": "2027-01-20", **other})


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (None, "Füllen Sie zuerst die Sicherheitsabfrage aus."),
        ({"zuhause": "unklar"}, "Es steht nicht fest, dass das Kind zu Hause sicher ist."),
        ({"wer": ["eltern"]}, "Dafür gibt es keine Einwilligung."),
        ({"will": "nein"}, "Dafür gibt es keine Einwilligung."),
    ],
)
def test_no_letter_to_the_other_parents_while_the_safety_gate_is_shut(
    world: World, enter: SignIn, other: dict[str, Any] | None, why: str
) -> None:
    filed, _ = world.file()
    case, selin = f"/team/fall/{world.report(filed).case_id}", enter("Selin")
    if other is not None:
        _agree(selin, case, **other)
    selin.get(f"{case}/plan/elternbrief")
    assert why in selin.main
    assert "Einladung zum Gespräch" not in selin.page.text


def test_who_leaves_passes_the_steps_of_the_plan_on(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    number = _add(selin, found)
    case_state.take_over(selin, found.case, seen_owner=None)
    handover.hand_over(selin, world.seats["Selin"], jan.person_id)
    world.session.expire_all()
    one = _only(jan, find_case(jan, found.case.id))
    assert (one.number, one.owner_id, one.sheet.text("what")) == (number, jan.person_id, "Pause")


def test_a_step_of_somebody_who_is_gone_is_said_to_be_nobodys(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    _add(selin, found)
    handover.end_seat(
        world.session, world.pepper_layer, world.seats["Selin"], world.person("Piotr").id, world.clock.now()
    )
    jan = enter("Jan")
    jan.get(f"/team/fall/{found.case.id}/plan")
    assert "liest diesen Fall nicht mehr" in jan.main
