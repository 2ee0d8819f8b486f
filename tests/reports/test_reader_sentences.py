"""Every sentence about readers is compared with the grants that exist: random ticks over all doors, slips, changes."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import AT_WORK, DOORS, holds
from bullying_desk.reports.doors.form_fields import ChoiceField
from bullying_desk.reports.filing.forms import NAMED, TEAM, WAIT, WriteForm, form_class
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.models import GrantState, ReaderReason, Report
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.reports.readers.readership import NobodyWouldRead, NobodyWouldStandBy
from bullying_desk.reports.standby import deputies
from bullying_desk.schools.models import Absence
from bullying_desk.sealing.receipts import Receipt
from tests.moving_clock import MovingClock
from tests.world import World

OFFICE = "Stelle der Stadt"
TIMES = ("07:15",)
CHOSEN = {ReaderReason.CHOSEN, ReaderReason.CITY_CHOSEN}


@dataclass
class Said:
    """What the sentences that hold say: who reads, who stands in, and why that one."""

    readers: set[str]
    stand_ins: set[str]
    by_rule: bool
    because_of_two: bool


def options(world: World) -> ReaderOptions:
    return ReaderOptions(staff_of(world.session, world.school.id), OFFICE)


def values(field: ChoiceField) -> list[str]:
    return [str(value) for value, *_more in field.iter_choices()]


def ticks(draw: random.Random, form: WriteForm) -> dict[str, list[str]]:
    """Tick something at random, as somebody might who does not read the questions."""
    seats = [seat for seat, _name in form.options.seats]
    some = draw.sample(seats, draw.randint(0, len(seats)))
    away = values(form.vertretung)
    chosen = {
        "gefahr": [draw.choice(["ja", "nein"])],
        "was": draw.sample(["worte", "erwachsen"], draw.randint(0, 2)),
        "text": ["Sie lachen mich aus."],
        "erwachsener": [draw.choice(["ja", "nein"])] if form.door.number != AT_WORK and draw.random() < 0.5 else [],
        "gemeint": draw.sample(seats, draw.randint(0, 1)) if seats else [],
        "lesen": [draw.choice(values(form.lesen))],
        "ohne": draw.sample(seats, draw.randint(0, len(seats))),
        "wer": some,
        "vertretung": draw.sample(away, draw.randint(0, min(1, len(away)))),
    }
    return {name: values for name, values in chosen.items() if values}


def applying(given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the ticks without those the page has put away, as steps.js does."""
    wish = given["lesen"][0]
    away = {"team": ("wer", "vertretung"), "stadt": ("ohne", "wer", "vertretung"), "einzeln": ("ohne",)}[wish]
    return {name: values for name, values in given.items() if name not in away}


def fill(text: str, form: WriteForm, given: dict[str, list[str]]) -> str:
    """Put the names into a sentence, as steps.js does."""

    def names(place: re.Match[str]) -> str:
        name, rest = place[1].lstrip("-"), place[1].startswith("-")
        chosen = given.get(name, [])
        found = [label for seat, label in form.options.seats if (seat in chosen) != rest]
        return ", ".join(found)

    return re.sub(r"\[(-?\w+)\]", names, text)


def understood(form: WriteForm, given: dict[str, list[str]]) -> Said:
    """Read the sentences that hold, as the reporter does."""
    sentences = [fill(one.text, form, given) for one in form.said_of_readers if holds(one.when, given)]
    words = " ".join(sentences)
    now = [who for found in re.findall(r"Das (?:lesen|liest): (.*?)\.(?= |$)", words) for who in _people(found)]
    later = [who for found in re.findall(r"Nur falls .*?, liest: (.*?)\.(?= |$)", words) for who in _people(found)]
    assert bool(later) != ("Sonst liest es niemand." in words) or not later, words
    assert len(now) == len(set(now)), words
    return Said(set(now), set(later), "So machen wir es immer." in words, bool(re.search("[Ii]mmer (2|zwei)", words)))


def _people(text: str) -> list[str]:
    return re.split(r", | und ", text)


def names_of(world: World, report: Report, state: GrantState) -> set[str]:
    team = options(world).staff.by_person()
    own = {one.person_id for one in options(world).team}
    grants = readership.current_grants(world.session, report)
    return {team[p].name if p in own else OFFICE for p, g in grants.items() if g.state is state}


def reasons_of(world: World, report: Report, state: GrantState) -> set[ReaderReason | None]:
    return {g.reason for g in readership.current_grants(world.session, report).values() if g.state is state}


def file(world: World, form: WriteForm) -> tuple[Report, Receipt]:
    receipt = world.receipt()
    sent = Submission(world.school.id, form.answers(), form.name_given(), form.choice(), form.left_out())
    filed = file_report(world.session, world.pepper_layer, sent, receipt, world.clock.now(), Terms())
    return world.report(filed), receipt


@pytest.mark.parametrize("city", [True, False], ids=["city", "no-city"])
@pytest.mark.parametrize("size", [3, 2, 1])
def test_what_the_form_says_is_what_is_sealed(world: World, size: int, city: bool) -> None:
    """For every choice the form takes: who reads, who stands in, and why, is what the page said."""
    world.remove([*["Jan", "Amara"][: 3 - size], *([] if city else ["Leyla", "Tomasz"])])
    draw, taken = random.Random(size * 10 + city), 0
    for round_ in range(75):
        door = 1 + round_ % len(DOORS)
        blank = form_class(door)(options(world))
        given = ticks(draw, blank)
        form = form_class(door)(options(world), MultiDict([("token", str(blank.token.data)), *_pairs(given)]))
        if not form.validate():
            continue
        taken += 1
        said = understood(form, applying(given))
        report, _receipt = file(world, form)
        case = f"door {door}, {given}"
        assert said.readers == names_of(world, report, GrantState.OPEN), case
        assert said.stand_ins == names_of(world, report, GrantState.STANDBY), case
        later = reasons_of(world, report, GrantState.STANDBY)
        assert said.by_rule == (ReaderReason.STAND_BY_RULE in later), case
        assert said.because_of_two == (ReaderReason.TOO_FEW in reasons_of(world, report, GrantState.OPEN)), case
        assert _only_ticked_are_called_chosen(world, report, given), case
    assert taken > 12


def _pairs(given: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in given.items() for value in values]


def _only_ticked_are_called_chosen(world: World, report: Report, given: dict[str, list[str]]) -> bool:
    """ "Du hast das so gewählt" stands beside nobody who was not ticked."""
    seats = {one.person_id: str(one.seat_id) for one in options(world).team}
    wish, away = given["lesen"][0], given.get("vertretung", [])
    for person, grant in readership.current_grants(world.session, report).items():
        seat = seats.get(person, "stadt")
        ticked = {TEAM: seat in seats.values(), NAMED: seat in given.get("wer", [])}.get(wish, seat == "stadt")
        if grant.reason in CHOSEN and not (ticked or (wish == NAMED and seat in away)):
            return False
    return True


def test_a_slip_says_that_nobody_chose_the_team(world: World) -> None:
    """On paper somebody can be left out and nobody be ticked."""
    from bullying_desk.reports.readers.routing import ReaderChoice, Wish

    choice = ReaderChoice(Wish.TEAM, left_out=world.ids("Jan"), paper=True)
    filed, _receipt = world.file(choice=choice, answers=Answers(1, False, {"text": "Hilfe"}, paper=True))
    report = world.report(filed)
    assert reasons_of(world, report, GrantState.OPEN) == {ReaderReason.PAPER}
    assert reasons_of(world, report, GrantState.STANDBY) == {ReaderReason.STAND_BY_RULE}


def test_the_page_before_a_change_names_who_reads_after_it(world: World, clock: MovingClock) -> None:
    """Random changes: whoever reads or stands by afterwards was said before, and nobody comes in beyond two."""
    draw = random.Random(7)
    for _round in range(40):
        filed, receipt = world.file()
        report = world.report(filed)
        for _change in range(3):
            secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
            grants = readership.current_grants(world.session, report)
            leave = frozenset(draw.sample(sorted(grants), draw.randint(0, len(grants))))
            others = [one.person_id for one in readership.can_be_added(world.session, report)]
            join = frozenset(draw.sample(others, draw.randint(0, min(1, len(others))))) - leave
            try:
                change = readership.plan_change(
                    world.session, world.pepper_layer, report, secrets, leave=leave, join=join
                )  # fmt: skip
            except (NobodyWouldRead, NobodyWouldStandBy):
                continue
            brought = change.joining_for(ReaderReason.TOO_FEW, ReaderReason.DETOUR)
            assert len(change.readers) <= 2 or not brought
            assert not (change.stand_ins and len(change.readers) > len(brought) > 0)
            readership.change_readers(world.session, world.pepper_layer, report, secrets, change, clock.hour())
            after = readership.current_grants(world.session, report)
            assert {p for p, g in after.items() if g.state is GrantState.OPEN} == set(change.readers)
            assert {p for p, g in after.items() if g.state is GrantState.STANDBY} == set(change.stand_ins)
            assert set(readership.names_for(world.session, report)) >= set(after)


def test_each_person_has_one_name_on_the_page(world: World) -> None:
    """Who stands by is named in full in the list; the choice below calls them the same."""
    for name in ("Leyla", "Tomasz"):
        world.seats[name].public_since = None
    world.session.flush()
    report = world.report(world.file()[0])
    called = readership.names_for(world.session, report)
    lines = {line.person_id: line.name for line in readership.readers_of(world.session, report)}
    assert {person: called[person] for person in lines} == lines
    assert called[world.person("Leyla").id] == "Frau Demir"


def waiting(world: World) -> Report:
    blank = form_class(1)(options(world))
    given = {"was": ["worte"], "lesen": [NAMED], "wer": [str(world.seats[n].id) for n in ("Selin", "Amara")]}
    given |= {"vertretung": [WAIT], "token": [str(blank.token.data)]}
    form = form_class(1)(options(world), MultiDict(_pairs(given)))
    assert form.validate(), form.errors
    return file(world, form)[0]


def test_who_lets_it_wait_is_read_by_nobody_the_clock_lets_in(world: World, clock: MovingClock) -> None:
    """All readers away, a promise missed, a month later: nobody else reads."""
    report = waiting(world)
    for name in ("Selin", "Amara"):
        seat = world.seats[name]
        day = clock.today()
        world.session.add(
            Absence(
                school_id=world.school.id, seat_id=seat.id, first_day=day, last_day=day + timedelta(days=60),
                stand_in_id=world.person("Jan").id,
            )
        )  # fmt: skip
    world.session.flush()
    clock.forward(days=21)
    now = clock.now()
    deputies.release_for_absences(world.session, world.pepper_layer, now, TIMES)
    deputies.release_overdue(world.session, world.pepper_layer, now, TIMES)
    deputies.release_unseen(world.session, world.pepper_layer, now, TIMES)
    reading = names_of(world, report, GrantState.OPEN)
    assert reading == {"Frau Aydin", "Frau Okafor"}
    assert report.escalation > 0  # the child is told that it takes too long


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"gefahr": ["ja"]}, "vertretung"),
        ({"wer": ["Selin"]}, "wer"),
        ({"vertretung": ["Selin"]}, "vertretung"),
        ({"erwachsener": ["ja"], "vertretung": ["Jan"]}, "vertretung"),
    ],
    ids=["danger", "one alone", "reads already", "an adult is meant"],
)
def test_what_could_not_be_kept_is_refused_with_a_reason(world: World, more: dict[str, list[str]], field: str) -> None:
    seats = {name: str(world.seats[name].id) for name in ("Selin", "Jan", "Amara")}
    blank = form_class(1)(options(world))
    given = {"was": ["worte"], "lesen": [NAMED], "wer": ["Selin", "Amara"], "vertretung": [WAIT], **more}
    pairs = [("token", str(blank.token.data)), *((n, seats.get(v, v)) for n, v in _pairs(given))]
    form = form_class(1)(options(world), MultiDict(pairs))
    assert not form.validate()
    assert list(form.errors) == [field]


def test_danger_never_waits(world: World) -> None:
    """A report with declared danger is not filed as one that waits, whatever sent it."""
    from bullying_desk.reports.readers.routing import ReaderChoice, WaitingNotOffered, Wish

    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Amara"), waits=True)
    with pytest.raises(WaitingNotOffered):
        world.file(choice=choice, answers=Answers(1, True, {"text": "Hilfe"}))
    assert world.file(choice=replace(choice, waits=False), answers=Answers(1, True, {"text": "Hilfe"}))[0].new
