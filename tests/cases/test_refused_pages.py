"""A page that refuses a form may show the opened report: that somebody has read it stays on record all the same."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.reports.doors.answers import Answers, NameGiven, NameLevel
from bullying_desk.reports.models import Record, Report, ReportGrant
from tests.cases.browsing import Browser, forms_of
from tests.cases.conftest import SignIn
from tests.world import World

pytestmark = pytest.mark.sqlite

STORY = "Sie lachen mich aus."


@pytest.fixture
def report(world: World) -> Report:
    name = NameGiven(NameLevel.SCHOOL, "Mira Öztürk", "7b")
    filed, _receipt = world.file(answers=Answers(1, False, {"text": STORY}), name=name)
    world.session.commit()
    return world.report(filed)


def _token(desk: Browser) -> str:
    desk.get("/team")
    return next(form.fields["csrf_token"] for form in forms_of(desk.page) if "csrf_token" in form.fields)


def _entered(world: World) -> Counter[str]:
    world.session.expire_all()
    return Counter(world.session.scalars(select(AuditEntry.event)))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("", {"text": ""}),
        ("/notiz", {"note": "", "reads": "team"}),
        ("/wiedervorlage", {"day": "2020-01-01"}),
    ],
    ids=["answer", "note", "day"],
)
def test_whoever_reads_by_a_refused_form_is_in_the_trail(
    path: str, fields: dict[str, str], world: World, enter: SignIn, report: Report
) -> None:
    desk = enter("Selin")
    token, records = _token(desk), len(world.session.scalars(select(Record)).all())
    before = _entered(world)[Event.REPORT_OPENED.code]
    desk.send(f"/team/fall/{report.case_id}{path}", {"csrf_token": token, "report": report.id, **fields}, 422)
    assert STORY in desk.main
    assert _entered(world)[Event.REPORT_OPENED.code] == before + 1
    own = ReportGrant.person_id == world.person("Selin").id
    assert all(grant.first_read_hour for grant in world.session.scalars(select(ReportGrant).where(own)))
    assert len(world.session.scalars(select(Record)).all()) == records  # of the form itself nothing is left


def test_a_print_that_shows_names_is_in_the_trail_refused_or_not(world: World, enter: SignIn, report: Report) -> None:
    desk = enter("Selin")
    asked = {
        "shape": "fall",
        "reason": "Gericht",
        "full_reason": "Das Gericht verlangt es.",
        "csrf_token": _token(desk),
    }
    page = f"/team/fall/{report.case_id}/druck"
    desk.send(f"{page}/pdf", asked, 422)  # not looked at, and the box that says so is not ticked
    assert "Mira Öztürk" in desk.page.text
    seen = _entered(world)
    assert (seen[Event.NAME_OPENED.code], seen[Event.CASE_PRINTED.code]) == (1, 0)
    desk.send(page, asked, 200)
    looked = next(form.fields for form in forms_of(desk.page) if form.fields.get("looked"))
    desk.send(f"{page}/pdf", {**looked, **asked, "sure": "y"}, 200)
    assert desk.page.mimetype == "application/pdf"
    seen = _entered(world)
    assert (seen[Event.NAME_OPENED.code], seen[Event.CASE_PRINTED.code]) == (3, 1)
