"""The order of the case page, its one solid button, and how far away each act is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from bullying_desk.reports.doors.answers import Answers, NameGiven, NameLevel, Said
from bullying_desk.reports.models import Case, Report
from bullying_desk.sealing import unseal
from bullying_desk.sealing.records import RecordPlace
from tests.cases.browsing import Browser, folded_at, forms_of
from tests.cases.conftest import SignIn
from tests.world import World

ACTS = {
    "uebernehmen", "abgeben", "stand", "wiedervorlage", "kennzeichen", "notiz", "name", "einschaetzung", "plan", "akte",
    "verlauf", "ausgang", "druck", "mitansehen", "uebergeben", "verbinden", "aufbewahrung", "schliessen", "versuch",
    "zugang",
}  # fmt: skip
"""The last part of the address of each act; the answer is sent to the case itself."""


def _case(world: World, door: int = 1, *, danger: bool = False) -> Report:
    answers = Answers(door, danger, {"text": "Sie lassen mich nie mitmachen."})
    filed, _receipt = world.file(answers=answers, name=NameGiven(NameLevel.TEAM, "Mia"))
    return world.report(filed)


def _open(world: World, enter: SignIn, report: Report) -> Browser:
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    return selin


def test_the_order_is_next_step_conversation_assessment_file_readers_rare(world: World, enter: SignIn) -> None:
    selin = _open(world, enter, _case(world))
    order = [
        selin.main.index(words)
        for words in ("Nächster Schritt", "Gespräch", "Meldung vom", "Antwort senden", "Einschätzung und Plan", "Akte",
                      "Wer kann das lesen?", "Selten gebraucht")
    ]  # fmt: skip
    assert order == sorted(order)


def test_readers_see_the_language_of_the_form_once_and_not_in_the_course(world: World, enter: SignIn) -> None:
    said: dict[str, Said] = {"text": "Beni dövüyorlar.", "was": ("worte",)}
    report = world.report(world.file(answers=Answers(1, False, said, language="tr"))[0])
    selin = _open(world, enter, report)
    assert "Seite auf Türkisch benutzt" in selin.main
    assert selin.main.count("Seite auf Türkisch benutzt") == 1
    selin.get(f"/team/fall/{report.case_id}/verlauf")
    assert "Beni dövüyorlar." in selin.main
    assert "Türkisch" not in selin.main


def test_the_field_stands_at_the_newest_letter_and_notes_among_the_earlier_ones(world: World, enter: SignIn) -> None:
    selin = _open(world, enter, _case(world))
    selin.press("Antwort senden", text="Komm um zehn zu mir.")
    selin.press("Notiz speichern", note="Rückruf der Klassenleitung")
    selin.press("Antwort senden", text="Oder um elf.")
    order = [
        selin.main.index(words)
        for words in ("Oder um elf.", "Textanfang:", "Davor", "Rückruf der", "Komm um zehn", "Sie lassen mich nie")
    ]
    assert order == sorted(order)


def _solid(selin: Browser) -> list[str]:
    main = selin.page.text.split("<main")[1]
    found = re.findall(r'class="btn(?: small)?"[^>]*>(.*?)</(?:a|button)>', main, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


def test_there_is_one_solid_button_and_it_is_the_next_act(world: World, enter: SignIn) -> None:
    report = _case(world)
    selin = _open(world, enter, report)
    assert _solid(selin) == ["Antwort senden"]
    selin.press("Antwort senden", text="Komm um zehn zu mir.")
    selin.get(f"/team/fall/{report.case_id}")
    assert _solid(selin) == ["Jetzt einschätzen"]
    selin.follow("Jetzt einschätzen")
    selin.press("Eintragen: Konflikt · Mittel · Stufe 1", anhalt="macht-0")
    selin.get(f"/team/fall/{report.case_id}")
    assert _solid(selin) == ["Nächsten Schritt planen"]


def test_after_sending_the_next_case_is_the_one_solid_button(world: World, enter: SignIn) -> None:
    report = _case(world)
    _case(world)
    selin = _open(world, enter, report)
    selin.press("Antwort senden", text="Komm um zehn zu mir.")
    assert _solid(selin) == ["Nächster Fall"]


def test_a_talk_that_is_due_today_comes_before_the_papers(world: World, enter: SignIn) -> None:
    report = _case(world, danger=True)
    selin = _open(world, enter, report)
    assert _solid(selin) == ["Antwort senden"]
    selin.press("Antwort senden", text="Ich bin gleich da.")
    case = world.session.get_one(Case, report.case_id)
    world.session.refresh(case)
    case.in_person_due = world.clock.today()
    selin.get(f"/team/fall/{report.case_id}")
    assert _solid(selin) == ["Gespräch eintragen"]


def test_every_act_is_there_and_at_most_one_press_further_away(world: World, enter: SignIn) -> None:
    seen: dict[str, int] = {}
    for door in (1, 2):
        report = _case(world, door)
        selin = _open(world, enter, report)
        pages = [selin.page]
        selin.press("Übernehmen")
        for page in (*pages, selin.page):
            links = [
                (found[1], folded_at(page.text, found.start()))
                for found in re.finditer(r'href="(/team/fall/[^"]+)"', page.text)
            ]
            for address, folded in (*links, *((form.action, form.folded) for form in forms_of(page))):
                act = address.partition("?")[0].partition("#")[0].rpartition("/")[2]
                seen[act] = min(folded, seen.get(act, folded))
    assert not {act: seen.get(act) for act in ACTS if seen.get(act, 9) > 1}
    assert max(seen.values()) == 1


def test_opening_a_case_opens_each_text_of_its_report_once(
    world: World, enter: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = _case(world)
    selin = _open(world, enter, report)
    selin.press("Antwort senden", text="Komm um zehn zu mir.")
    opened = Counter[str]()
    for name in ("open_record", "open_name"):
        monkeypatch.setattr(unseal, name, _counted(getattr(unseal, name), report.id, opened))
    selin.get(f"/team/fall/{report.case_id}")
    assert opened == {"report": 1, "letter": 1, "left-out": 1, "name": 1}


def _counted(opens: Callable[..., str], owner: int, opened: Counter[str]) -> Callable[..., str]:
    def count(secret: object, place: RecordPlace, sealed: bytes) -> str:
        if place.owner == owner:
            opened[place.kind] += 1
        return opens(secret, place, sealed)

    return count
