"""Assessments and plans in the demonstration: one under way, one that waits for a second person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bullying_desk.cases import assessing, planning
from bullying_desk.cases.assessing import Judgement
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.finding import FoundCase
from bullying_desk.cases.own_access import doors_of
from bullying_desk.cases.rubric import CaseKind
from bullying_desk.commands.demonstration.casework import cases_of
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.config import ClockValues
from bullying_desk.reports.models import CaseStatus, Urgency
from bullying_desk.reports.telling import TIMES

if TYPE_CHECKING:
    from bullying_desk.commands import Desk

JUDGED = Judgement(
    CaseKind.BULLYING,
    Urgency.MEDIUM,
    "Seit Wochen, mehrere gegen Kind A. Kind A kommt noch gern zur Schule.",
    "1",
    "Klassenleitung und Team schaffen das selbst.",
    axes={"schwere": "1", "dauer": "2", "macht": "2", "belastung": "1", "schutz": "1"},
    whys={"dauer": "Kind A nennt vier Tage.", "macht": "Drei aus der Parallelklasse."},
)
ACUTE = replace(
    JUDGED,
    urgency=Urgency.ACUTE,
    urgency_why="Kind A sagt, es sei geschlagen worden.",
    flags=frozenset({"verletzung"}),
    level="2",
    level_why="Wir haben die Schulpsychologie angerufen.",
)


def fill_plans(desk: Desk, people: dict[str, Invented]) -> None:
    """Assess and plan the first running case of two people; in a third a danger waits to be lowered by a second one."""
    with desk.database.transaction() as session:
        for name in ("Selin", "Jan"):
            for me, found in cases_of(desk, session, people, name, CaseStatus.RUNNING):
                _assess(me, found, JUDGED)
                _plan(me, found)
        for me, found in cases_of(desk, session, people, "Olena", CaseStatus.RUNNING):
            _assess(me, found, ACUTE)
            _assess(me, found, replace(JUDGED, urgency=Urgency.HIGH, urgency_why="Der Arzt war da, es ist nichts."))


def _assess(me: Counsellor, found: FoundCase, judged: Judgement) -> None:
    assessing.assess(me, found, open_case_secrets(me, found.case), judged, ClockValues(), TIMES)


def _plan(me: Counsellor, found: FoundCase) -> None:
    secrets, door = open_case_secrets(me, found.case), doors_of(me, found)[0]
    planning.take_ready_plan(me, found, secrets, door)
    first, day = planning.plan_of(me, found.case, secrets)[0], me.today - timedelta(days=1)
    agreed = "Kind A möchte, dass die Klassenleitung in der Pause am Zaun steht. Zu Hause soll niemand anrufen."
    planning.finish(me, found, secrets, first.number, day, agreed, dropped=False, values=ClockValues())
