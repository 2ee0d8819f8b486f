"""A paper for another office: only on an agreement that holds today, or on a recorded reason of the law."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import sheets
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.papers import disclosures
from bullying_desk.cases.papers.disclosures import NotToBeTold, Shut, Told
from bullying_desk.cases.papers.timeline import open_course
from bullying_desk.cases.printing import print_order
from bullying_desk.cases.printing.authority_handover import OUTSIDE, WITHOUT, Ground, NoReason, WrongGround
from bullying_desk.cases.printing.print_order import PrintWish
from bullying_desk.cases.printing.shapes import PrintShape
from bullying_desk.cases.sheets import Kind
from bullying_desk.cases.views.printing import WHY_NOT
from bullying_desk.reports.models import Record
from tests.cases.browsing import forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.world import World

pytestmark = pytest.mark.sqlite
AGREED: dict[str, Any] = {
    "zuhause": "ja", "woran": "Kind A sagt es", "will": "ja", "wer": ["schule"], "von": "beide",
}  # fmt: skip


def _case(world: World, me: Counsellor) -> FoundCase:
    filed, _words = world.file()
    return find_case(me, world.report(filed).case_id)


def _agree(me: Counsellor, found: FoundCase, days: int = 14, **said: Any) -> None:
    until = (me.today + timedelta(days=days)).isoformat()
    sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.GATE, {**AGREED, "bis": until, **said})


def _wish(ground: Ground, to: Told, without: str = "") -> PrintWish:
    return PrintWish(PrintShape.HANDOVER, "Wechsel", to="Gesamtschule Nord", told=to, ground=ground, without=without)


def _refused(me: Counsellor, found: FoundCase, wish: PrintWish) -> Shut:
    """Neither shown nor entered; returns why."""
    why = set()
    for act in (print_order.prepare, print_order.enter):
        with pytest.raises(NotToBeTold) as refused:
            act(me, found, wish)
        why.add(refused.value.why)
    assert me.session.scalars(select(Record).where(Record.kind == "print")).all() == []
    [only] = why
    return only


def test_a_paper_on_an_agreement_needs_one_that_holds_today_and_names_the_office(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    selin = at_desk("Selin")
    found, wish = _case(world, selin), _wish(Ground.CONSENT, Told.SCHOOL)
    assert _refused(selin, found, wish) is Shut.NO_GATE  # nobody has asked
    _agree(selin, found, will="nein")
    assert _refused(selin, found, wish) is Shut.NOT_AGREED
    _agree(selin, found, wer=["jugendamt"])
    assert _refused(selin, found, wish) is Shut.NOT_AGREED  # not this office
    _agree(selin, found, days=3)
    print_order.prepare(selin, found, wish)
    disclosures.revoke(selin, found, open_case_secrets(selin, found.case))
    assert _refused(selin, found, wish) is Shut.NO_GATE  # taken back
    _agree(selin, found, days=3, worte="Doch.")
    clock.forward(days=3)
    print_order.prepare(at_desk("Selin"), found, wish)  # its last day
    clock.forward(days=1)
    assert _refused(at_desk("Selin"), found, wish) is Shut.NO_GATE  # it ended yesterday
    jan = at_desk("Jan")
    _agree(jan, found, worte="Bis Ostern.")
    print_order.enter(jan, found, wish)
    jan.session.flush()
    [entered] = [moment for moment in open_course(jan, found).moments if moment.title == "Ausgedruckt"]
    assert {"Art der Stelle", "Einwilligung: Blatt Nr.", "Gilt bis"} <= set(dict(entered.pairs))


def test_every_reason_why_not_has_its_sentence() -> None:
    assert set(WHY_NOT) == set(Shut)


@pytest.mark.parametrize("ground", sorted(WITHOUT))
def test_without_an_agreement_only_the_offices_the_law_names_and_with_the_reason(
    world: World, at_desk: AtDesk, ground: Ground
) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    for to in OUTSIDE:
        wish = _wish(ground, to, "MARKERNOT")
        if to in WITHOUT[ground]:
            print_order.prepare(selin, found, wish)
            with pytest.raises(NoReason):
                print_order.enter(selin, found, _wish(ground, to, "  "))
        else:
            with pytest.raises(WrongGround):
                print_order.enter(selin, found, wish)
    for to in (Told.PARENTS, Told.HEAD, Told.CLASS_TEACHER):  # a paper never goes to them
        with pytest.raises(WrongGround):
            print_order.enter(selin, found, _wish(Ground.CONSENT, to))
    assert Told.SCHOOL not in WITHOUT[ground]
    print_order.enter(selin, found, _wish(ground, min(WITHOUT[ground]), "MARKERNOT"))
    selin.session.flush()
    record = selin.session.scalars(select(Record).where(Record.kind == "print")).one()
    assert b"MARKERNOT" not in record.sealed
    entry = selin.session.scalars(select(AuditEntry).where(AuditEntry.event == "case.printed")).one()
    # no line of the trail says that a home was weighed: only that there was no agreement
    assert entry.facts == {"shape": "uebergabe", "full": False, "agreement": False}
    [entered] = [moment for moment in open_course(selin, found).moments if moment.title == "Ausgedruckt"]
    assert ("Warum ohne Einwilligung", "MARKERNOT") in entered.pairs


def test_an_agreement_taken_back_while_one_looks_gives_no_file(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    _agree(selin, found)
    browser, address = enter("Selin"), f"/team/fall/{found.case.id}/druck"
    browser.get(address)
    typed = {"shape": "uebergabe", "reason": "Wechsel", "told": "schule", "to": "Gesamtschule Nord"}
    browser.send(address, {**forms_of(browser.page)[-1].fields, **typed}, 422)
    assert "Wählen Sie, warum die Stelle es haben darf." in browser.main
    browser.send(address, {**forms_of(browser.page)[-1].fields, "ground": "kkg", "without": "Gefahr"}, 422)
    assert "gilt nicht für diese Stelle" in browser.main
    browser.send(address, {**forms_of(browser.page)[-1].fields, "ground": "einwilligung"}, 200)
    seen = {**forms_of(browser.page)[-1].fields, "sure": "y"}
    disclosures.revoke(selin, found, open_case_secrets(selin, found.case))
    browser.send(f"{address}/pdf", seen, 422)
    assert "keine Einwilligung, die heute gilt" in browser.main
    assert "Gesamtschule Nord" in browser.page.text  # the typed text is still there
