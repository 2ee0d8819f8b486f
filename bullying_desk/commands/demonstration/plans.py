"""Assessments and plans in the demonstration: for bullying, for violence with a doubtful method, one for two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bullying_desk.cases import sheets
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Judgement
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.plan import planning, taking_plans
from bullying_desk.cases.readers.child_access import doors_of
from bullying_desk.cases.sheets import Kind
from bullying_desk.commands.demonstration.casework import cases_of
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.models import CaseStatus, Urgency
from bullying_desk.reports.reader_notices import TIMES

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

VIOLENCE = replace(
    JUDGED,
    kind=CaseKind.VIOLENCE,
    urgency=Urgency.HIGH,
    urgency_why="Auf dem Schulweg wurde Kind A getreten.",
    axes={"schwere": "2", "dauer": "0", "macht": "2"},
    whys={},
)
AGREED: dict[str, Said] = {
    "zuhause": "ja",
    "woran": "Kind A erzählt gern von zu Hause und hat die Mutter selbst dazugeholt.",
    "will": "teils",
    "wer": ("eltern", "eltern-andere", "klasse"),
    "was": "Dass es in der Pause Streit gibt und die Schule hilft. Nicht, wer gesprochen hat.",
    "von": "kind",
}
"""With it the letter to the other parents is open."""


def fill_plans(desk: Desk, people: dict[str, Invented]) -> None:
    """Assess and plan the first running case of two people; in a third one the lowering of a danger waits for a yes."""
    with desk.database.transaction() as session:
        for me, found in cases_of(desk, session, people, "Selin", CaseStatus.RUNNING):
            _assess(me, found, JUDGED)
            _plan(me, found)
            until = (me.today + timedelta(days=90)).isoformat()
            sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.GATE, {**AGREED, "bis": until})
        for me, found in cases_of(desk, session, people, "Jan", CaseStatus.RUNNING):
            _assess(me, found, VIOLENCE)
            _plan(me, found)
            _despite(me, found)
        for me, found in cases_of(desk, session, people, "Olena", CaseStatus.RUNNING):
            _assess(me, found, ACUTE)
            _assess(me, found, replace(JUDGED, urgency=Urgency.HIGH, urgency_why="Der Arzt war da, es ist nichts."))


def _assess(me: Counsellor, found: FoundCase, judged: Judgement) -> None:
    assessing.assess(me, found, open_case_secrets(me, found.case), judged, ClockValues(), TIMES)


def _plan(me: Counsellor, found: FoundCase) -> None:
    secrets, door = open_case_secrets(me, found.case), doors_of(me, found)[0]
    now = assessing.standing(me, found.case, secrets)
    steps = taking_plans.offer(me, found.case, now, door, ClockValues())
    whose = {method.code: me.person_id for method, _day in steps.steps} if steps is not None else {}
    colleague = next((one for one in planning.owners(me, found.case) if one != me.person_id), me.person_id)
    whose = {code: colleague if code in {"klassenstunde", "schutz"} else mine for code, mine in whose.items()}
    taking_plans.take(me, found, secrets, now, door, ClockValues(), whose=whose)
    first, day = planning.plan_of(me, found.case, secrets)[0], me.today - timedelta(days=1)
    agreed = "Kind A möchte, dass die Klassenleitung in der Pause am Zaun steht. Zu Hause soll niemand anrufen."
    planning.finish(me, found, secrets, first.number, day, agreed, dropped=False, values=ClockValues())


def _despite(me: Counsellor, found: FoundCase) -> None:
    """Plan a method in spite of a contra-indication, with the reason."""
    secrets, door, day = open_case_secrets(me, found.case), doors_of(me, found)[0], me.today + timedelta(days=9)
    why = "Es war ein Mal, die Gruppe hält sonst zu Kind A, und Kind A möchte es. Die Schulpsychologie weiß davon."
    if door != AT_WORK:
        planning.add(me, found, secrets, door, "unterstuetzung", "Klasse 7c", me.person_id, day, despite=why)
