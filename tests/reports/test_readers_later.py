"""What the child reads later about its readers is what can be opened, whatever has happened in the meantime."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from bullying_desk.cases import departures
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.reports.filing.forms import form_class
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.models import GrantState, Report
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.explaining import reason_words
from bullying_desk.reports.readers.readership import NobodyWouldRead, NobodyWouldStandBy
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby import deputies
from bullying_desk.schools.models import Absence, SeatState
from bullying_desk.sealing.receipts import Receipt
from tests.moving_clock import MovingClock
from tests.reports.test_reader_sentences import CHOSEN, OFFICE, TIMES, _pairs, file, options, ticks
from tests.world import World

LISTED = "{% from 'reports/parts/reader_list.html' import reader_list %}{{ reader_list(readers, office) }}"
LATER = {
    GrantState.OPEN: ("Seit ", "Grund: "),
    GrantState.STANDBY: ("Liest jetzt nicht",),
    GrantState.ENDED: ("Bis ", "Liest nicht mehr mit."),
}


class Lives:
    """Reports of all kinds in one city, and what may happen to their readers in any order."""

    def __init__(self, world: World, clock: MovingClock, draw: random.Random) -> None:
        self.world, self.clock, self.draw = world, clock, draw
        self.reports: list[tuple[Report, Receipt]] = [self._slip(), *(self._door(number) for number in DOORS)]
        self.ticked = {report.id: self._open(report) for report, _receipt in self.reports}
        self.left_out = {report.id: self._excluded(report, receipt) for report, receipt in self.reports}

    def _slip(self) -> tuple[Report, Receipt]:
        left_out = frozenset(self.draw.sample(sorted(self.world.ids("Selin", "Jan", "Amara")), self.draw.randint(0, 1)))
        answers = Answers(1, False, {"text": "Hilfe"}, paper=True)
        filed, receipt = self.world.file(choice=ReaderChoice(Wish.TEAM, left_out=left_out, paper=True), answers=answers)
        return self.world.report(filed), receipt

    def _door(self, number: int) -> tuple[Report, Receipt]:
        """File what the form takes of random ticks."""
        while True:
            blank = form_class(number)(options(self.world))
            given = ticks(self.draw, blank)
            form = form_class(number)(
                options(self.world), MultiDict([("token", str(blank.token.data)), *_pairs(given)])
            )
            if form.validate():
                return file(self.world, form)

    def _open(self, report: Report) -> set[int]:
        grants = readership.current_grants(self.world.session, report)
        return {person for person, grant in grants.items() if grant.reason in CHOSEN}

    def _excluded(self, report: Report, receipt: Receipt) -> frozenset[int]:
        return opening.read_left_out(self.world.session, self._secrets(report, receipt), report).people

    def _secrets(self, report: Report, receipt: Receipt) -> opening.Secrets:
        return opening.open_as_reporter(self.world.session, self.world.pepper_layer, receipt.key, report)

    # what may happen

    def a_day_passes(self) -> None:
        self.clock.forward(days=1)

    def a_night_passes(self) -> None:
        now, world = self.clock.now(), self.world
        for part in (deputies.release_for_absences, deputies.release_overdue, deputies.release_unseen):
            part(world.session, world.pepper_layer, now, TIMES)
        departures.sweep(world.session, world.pepper_layer, now)

    def somebody_is_away(self) -> None:
        name, other = self.draw.sample(["Selin", "Jan", "Amara"], 2)
        seat, day = self.world.seats[name], self.clock.today()
        if seat.state is SeatState.ACTIVE:
            found = Absence(
                school_id=self.world.school.id, seat_id=seat.id, first_day=day, last_day=day + timedelta(days=2),
                stand_in_id=self.world.person(other).id,
            )  # fmt: skip
            self.world.session.add(found)

    def somebody_leaves(self) -> None:
        if all(self.world.seats[name].state is SeatState.ACTIVE for name in ("Jan", "Amara")):
            self.world.remove([self.draw.choice(["Jan", "Amara"])])
            self.a_night_passes()

    def a_danger_is_declared(self) -> None:
        report, receipt = self.draw.choice(self.reports)
        me = self.world.reporter(report, self._secrets(report, receipt), self.clock.now())
        said = {one.person_id for one in mailbox.stand_ins(me)}  # "darf dann auch lesen"
        before = set(readership.current_grants(self.world.session, report))
        mailbox.declare_danger(me, after=0)
        grants = readership.current_grants(self.world.session, report)
        assert {person for person in grants if person not in before} == said
        assert all(grants[person].state is GrantState.STANDBY for person in said)

    def the_child_changes_readers(self) -> None:
        report, receipt = self.draw.choice(self.reports)
        session, secrets = self.world.session, self._secrets(report, receipt)
        grants = sorted(readership.current_grants(session, report))
        leave = frozenset(self.draw.sample(grants, self.draw.randint(0, len(grants))))
        others = [one.person_id for one in readership.can_be_added(session, report) if one.person_id not in grants]
        join = frozenset(self.draw.sample(others, self.draw.randint(0, min(1, len(others)))))
        layer = self.world.pepper_layer
        try:
            change = readership.plan_change(session, layer, report, secrets, leave=leave, join=join)
        except (NobodyWouldRead, NobodyWouldStandBy):
            return
        readership.change_readers(session, layer, report, secrets, change, self.clock.hour())
        self.left_out[report.id] -= join

    # what must be true

    def check(self, said: str) -> None:
        for report, _receipt in self.reports:
            lines = {line.person_id: line for line in readership.readers_of(self.world.session, report)}
            shown = self._shown(list(lines.values()))
            for person in self.world.people.values():
                reads = self._opens(report, person.id)
                case = f"{said}: {person.name}"
                assert reads == (person.id in lines and lines[person.id].state is GrantState.OPEN), case
                assert not (reads and person.id in self.left_out[report.id]), case
                if person.id in lines:
                    words = shown[lines[person.id].name]
                    assert any(one in words for one in LATER[lines[person.id].state]), (case, words)
                    assert "gewählt" not in words or person.id in self.ticked[report.id], (case, words)

    def _shown(self, lines: list[readership.ReaderLine]) -> dict[str, str]:
        """Return what the list says beside each name."""
        readers = [(line, reason_words(line.reason, instead_of=line.instead_of)) for line in lines]
        page = render_template_string(LISTED, readers=readers, office=OFFICE)
        return dict(re.findall(r"<b>([^<]*)</b>(.*?)</li>", page, re.DOTALL))

    def _opens(self, report: Report, person: int) -> bool:
        try:
            return report.epoch in opening.open_report_secrets(
                self.world.session, self.world.pepper_layer, self.world.keys[person], person, report
            )
        except opening.ReaderExcluded:
            return False


@pytest.mark.both
@pytest.mark.parametrize("seed", range(6))
def test_the_list_of_readers_is_true_whatever_happens(app: Flask, world: World, clock: MovingClock, seed: int) -> None:
    """Absences, leaving, missed promises, danger and the child's own changes, in any order, for a slip and all doors.

    Whoever the list says reads can open the report with their own key, and nobody else can.
    """
    draw = random.Random(seed)
    lives = Lives(world, clock, draw)
    happens = (
        lives.a_day_passes, lives.a_night_passes, lives.somebody_is_away, lives.somebody_leaves,
        lives.a_danger_is_declared, lives.the_child_changes_readers,
    )  # fmt: skip
    with app.test_request_context("/"):
        lives.check("after sending")
        for number in range(14):
            what = draw.choice(happens)
            what()
            world.session.flush()
            lives.check(f"seed {seed}, {number}: {what.__name__}")
