"""One case from a bystander's report to "es hat aufgehört" eight weeks later, through the real pages and the calendar.

On the way: assessment, plan, the affected child's own access, a measure, a counsellor who is away, Christmas
holidays, the two questions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bullying_desk import ticking
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports.models import Case, CaseStatus, Report
from tests.cases.browsing import Browser
from tests.cases.conftest import SignIn
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.world import World


class Child:
    """A reporter with six words, who comes back now and then, each time in a fresh browser."""

    def __init__(self, app: Flask, words: list[str], world: World) -> None:
        self.app, self.words, self.clock = app, words, world.clock
        self.client: FlaskClient

    def come_back(self) -> str:
        """Type the words and read the page, at the earliest when an answer can be taken back no more."""
        assert isinstance(self.clock, MovingClock)
        self.clock.forward(minutes=1)
        self.client = self.app.test_client()
        press(self.client, "/zurueck", filled(look(self.client, "/zurueck"), code=" ".join(self.words)))
        return main_of(look(self.client, "/gespraech"))

    def write(self, text: str) -> None:
        """Send a letter."""
        sent = press(self.client, "/gespraech", filled(look(self.client, "/gespraech"), text=text))
        assert sent.status_code == 303

    def answer(self, step: str, text: str) -> None:
        """Answer "Hat es aufgehört?"."""
        page = look(self.client, "/gespraech/frage")
        assert press(self.client, "/gespraech/frage", filled(page, step=step, text=text)).status_code == 303


class Weeks:
    """The whole program over some weeks."""

    def __init__(self, app: Flask, world: World, database: Database, settings: Settings, keys: Keyring) -> None:
        self.app, self.world, self.database, self.settings, self.keys = app, world, database, settings, keys

    def go_to(self, day: date, hour: int = 9) -> None:
        """Let time pass until the morning of a day; the night work runs."""
        clock = self.world.clock
        assert isinstance(clock, MovingClock)
        clock.moment = datetime(day.year, day.month, day.day, hour, 20, tzinfo=UTC)
        self.world.session.commit()
        ticking.tick_once(self.database, self.settings, self.keys, clock)

    def report_of(self, case_id: int, *, own: bool) -> Report:
        """Return the bystander's report, or the child's own."""
        self.world.session.expire_all()
        found = self.world.session.query(Report).filter(Report.case_id == case_id).order_by(Report.letters).all()
        (report,) = [one for one in found if (one.id != self.first) is own]
        return report

    first: int = 0


def bystander_writes(app: Flask, world: World) -> Child:
    world.session.commit()
    client, address = app.test_client(), f"/s/{world.school.key}/schreiben/2"
    form = filled(
        look(client, address), gefahr="nein", was=["apart"], text="Sie lassen Kind A nie mitmachen.", lesen="team"
    )
    sent = press(client, address, form)
    assert sent.status_code == 303, main_of(sent)
    words = words_on(look(client, sent.location))
    press(client, "/danke", filled(look(client, "/danke"), da="heft"))
    return Child(app, words, world)


def _own_access(desk: Browser, world: World, app: Flask, case: str) -> Child:
    desk.get(f"{case}/zugang")
    seat = str(world.seats["Selin"].id)
    shown = desk.press("Zugang anlegen", 200, sure="y", gefahr="nein", lesen="einzeln", wer=seat)
    child = Child(app, words_on(shown), world)
    desk.press("Das Kind hat den Code")
    return child


@pytest.fixture
def weeks(app: Flask, world: World, database: Database, settings: Settings, keys: Keyring) -> Weeks:
    return Weeks(app, world, database, settings, keys)


@pytest.mark.both
def test_from_a_bystanders_report_to_it_has_stopped(weeks: Weeks, world: World, enter: SignIn) -> None:
    app = weeks.app
    # Tuesday, 24 November 2026: a bystander writes, Selin reads, answers and judges.
    bystander = bystander_writes(app, world)
    row = world.session.query(Report).one()
    weeks.first, case_id = row.id, row.case_id
    desk, case = enter("Selin"), f"/team/fall/{case_id}"
    desk.get(case)
    desk.press("Antwort senden", text="Danke. Du musst nichts allein machen.")
    desk.get(f"{case}/einschaetzung")
    desk.press(
        "Einschätzung eintragen",
        art="bullying",
        dringlichkeit="mittel",
        dringlich_weil="Seit Wochen, ohne Verletzung.",
        stufe="1",
        stufe_weil="Die Schule schafft das.",
    )
    # The next day Selin talks with the child; it wants to write itself, to her alone.
    weeks.go_to(date(2026, 11, 25))
    desk = enter("Selin")
    child = _own_access(desk, world, app, case)
    assert "Hier kannst du mir schreiben." in child.come_back()
    child.write("Sie lassen mich nie mitspielen.")
    assert "mitspielen" not in bystander.come_back()
    own = weeks.report_of(case_id, own=True)
    desk = enter("Selin")
    desk.get(f"{case}?meldung={own.id}")
    desk.press("Antwort senden", text="Danke, dass du mir schreibst.")
    desk.get(f"{case}/plan")
    desk.follow("Fertigen Plan ansehen")
    desk.press("So übernehmen")
    # Thursday, 10 December: the child is asked who may know what; the first measure of the plan is done.
    weeks.go_to(date(2026, 12, 10))
    desk = enter("Selin")
    desk.get(f"{case}/blatt/sicherheit")
    desk.press(
        "Speichern", zuhause="ja", woran="Kind A sagt es.", will="teils", wer=["klasse"], von="kind", bis="2027-03-01"
    )
    desk.get(f"{case}/weitersagen")
    desk.press("Eintragen", wem="klasse", was="Sitzordnung und Pause", warum="Schutz im Unterricht")
    desk.get(f"{case}/plan")
    desk.press("Eintragen", am="2026-12-10", vereinbart="Kind A sitzt neben Kind B.")
    # 14 to 18 December Selin is ill. The coordinator enters it with a stand-in; the child sees who reads now.
    piotr = enter("Piotr")
    piotr.get(f"/team/schule/{world.school.id}")
    piotr.press(
        "eintragen",
        absent=str(world.seats["Selin"].id),
        stand_in="stadt",
        first_day="2026-12-14",
        last_day="2026-12-18",
    )
    weeks.go_to(date(2026, 12, 14))
    page = child.come_back()
    assert "Frau Demir" in page
    assert "Grund: Frau Aydin ist nicht da." in page
    child.write("Heute war es wieder so.")
    leyla = enter("Leyla")
    leyla.get(f"{case}?meldung={weeks.report_of(case_id, own=True).id}")
    assert "Heute war es wieder so." in leyla.main
    leyla.press("Antwort senden", text="Frau Aydin ist krank. Ich bin für dich da.")
    # In the Christmas holidays the child comes back: two weeks after the measure it is asked.
    weeks.go_to(date(2026, 12, 29))
    assert "Hat es aufgehört?" in child.come_back()
    child.answer("better", "Ein bisschen.")
    # The promised date is in school time.
    assert weeks.report_of(case_id, own=True).answer_due >= date(2027, 1, 7)
    weeks.go_to(date(2027, 1, 7))
    desk = enter("Selin")
    desk.get(f"{case}?meldung={weeks.report_of(case_id, own=True).id}")
    assert "Es ist ein bisschen besser als vorher." in desk.main
    desk.press("Antwort senden", text="Gut, dass du es sagst. Wir machen weiter.")
    desk.get(f"{case}/schliessen")
    desk.press("Fall schließen", 422, outcome="stopped")
    assert "Dieser Grund passt nicht" in desk.main
    assert "Eine Frage an dich" not in child.come_back()
    # Eight weeks after the measure it is asked again, and it has stopped.
    weeks.go_to(date(2027, 2, 4))
    assert "Hat es aufgehört?" in child.come_back()
    child.answer("stopped", "Es hat aufgehört. Danke.")
    desk = enter("Selin")
    desk.get(f"{case}/schliessen")
    assert "In eigenen Worten, im Gespräch hier" in desk.main
    desk.press("Fall schließen", outcome="stopped")
    closed = world.session.get_one(Case, case_id, populate_existing=True)
    assert (closed.status, closed.outcome, closed.follow_ups) == (CaseStatus.CLOSED, "stopped", 2)
    world.session.commit()
    # The first reporter reads that it is finished, and not a word of the child.
    told = bystander.come_back()
    assert "Fertig." in told
    for word in ("Es hat aufgehört.", "mitspielen", "krank"):
        assert word not in told
