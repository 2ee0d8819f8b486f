"""Casework in the demonstration: a child's own access, sheets of a file, steps of the law, outcomes, a question."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases import sheets
from bullying_desk.cases.assessment import wizards
from bullying_desk.cases.assessment.wizard_steps import PROTECTION
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import outcomes
from bullying_desk.cases.ending.outcomes import Source
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.readers import child_access
from bullying_desk.cases.sheets import Kind
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.mailbox.mailbox import keep_receipt
from bullying_desk.reports.models import Case, CaseStatus, Report, Round
from bullying_desk.reports.offline.on_behalf import Author, Told
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import School
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from bullying_desk.sealing.slow_hash import SlowHashGate

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk
from dataclasses import replace
from typing import TYPE_CHECKING

from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Judgement
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.plan import planning, ready_plans
from bullying_desk.cases.readers.child_access import doors_of
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.models import Urgency
from bullying_desk.reports.reader_notices import TIMES

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk


STEPS = (
    ("anhalt", "unklar", "Das Kind zieht sich zurück. Beobachtung der Klassenleitung, keine Aussage des Kindes."),
    ("beratung", "geplant", "Kinderschutz-Zentrum, Donnerstag, ohne Namen."),
)


def fill_casework(desk: Desk, people: dict[str, Invented]) -> list[dict[str, str]]:
    """Work on some cases; returns the receipt of the child with an own access."""
    with desk.database.transaction() as session:
        for name in ("Selin", "Lukas", "Farid", "Paul", "Dilan"):
            for me, found in cases_of(desk, session, people, name, CaseStatus.CLOSED):
                _say_how_it_ended(me, found)
        for me, found in cases_of(desk, session, people, "Selin", CaseStatus.RUNNING):
            asking.ask(session, found.reports[0], Round.TEAM, me.today)
        for me, found in cases_of(desk, session, people, "Olena", CaseStatus.RUNNING):
            for step, choice, reason in STEPS:
                wizards.decide(me, found, open_case_secrets(me, found.case), PROTECTION, step, choice, reason)
        return _own_access(desk, session, people)


def cases_of(
    desk: Desk, session: Session, people: dict[str, Invented], name: str, status: CaseStatus
) -> Iterable[tuple[Counsellor, FoundCase]]:
    """Return a person's first case in a state, as they open it."""
    if name not in people:
        return
    one = people[name]
    me = Counsellor(session, desk.keys.pepper_layer, one.person.id, one.key, desk.clock.now())
    query = select(Case.id).where(Case.owner_id == one.person.id, Case.status == status).order_by(Case.opened_hour)
    for case_id in session.scalars(query.limit(1)).all():
        yield me, find_case(me, case_id)


def _say_how_it_ended(me: Counsellor, found: FoundCase) -> None:
    secrets, day = open_case_secrets(me, found.case), me.today - timedelta(days=3)
    words = "„Es ist nicht mehr passiert.“"
    outcomes.enter(me, found, secrets, Source.FACE, Step.STOPPED, day, words, ClockValues())
    said: dict[str, Said] = {
        "outcome": Outcome.STOPPED.value,
        "source": Source.FACE.value,
        "step": Step.STOPPED.value,
        "letters": outcomes.letters_now(found),
    }
    sheets.write(me, found.case, secrets, Kind.CLOSING, said)
    found.case.outcome = Outcome.STOPPED.value


def _own_access(desk: Desk, session: Session, people: dict[str, Invented]) -> list[dict[str, str]]:
    """Jan has talked with the child of a bystander's report: an own access, a talk on record, the safety gate."""
    made = []
    for me, found in cases_of(desk, session, people, "Jan", CaseStatus.RUNNING):
        if not child_access.is_offered(me, found):
            continue
        words, who = ReceiptWords.generate(), people["Jan"]
        receipt = derive_receipt(words, desk.keys.receipt_salt, SlowHashGate(), b"")
        told = Told(
            found.case.school_id, child_access.AFFECTED_CHILD, ReaderChoice(Wish.NAMED, frozenset({who.person.id})),
            text="Im Chat schreiben alle gegen mich.", readers_words=who.shown, letter="Hier kannst du mir schreiben.",
        )  # fmt: skip
        author = Author(who.person.id, who.shown)
        opened = child_access.open_access(me, found, told, receipt, author, Terms(), apart=False)
        keep_receipt(session.get_one(Report, opened.filed.report_id))
        found = find_case(me, found.case.id)
        _talk_and_gate(me, found)
        school = session.get_one(School, found.case.school_id).name
        made.append({"school": school, "state": "answered", "words": " ".join(words.words)})
    return made


def _talk_and_gate(me: Counsellor, found: FoundCase) -> None:
    secrets, until = open_case_secrets(me, found.case), me.today + timedelta(days=60)
    talk = {
        "mit": "Kind A, 7c", "am": (me.today - timedelta(days=1)).isoformat(), "inhalt": "Der Chat der Klasse.",
        "vereinbart": "Kind A zeigt mir die Nachrichten selbst.", "nicht": "Die Eltern sollen noch nichts wissen.",
    }  # fmt: skip
    sheets.write(me, found.case, secrets, Kind.TALK, talk)
    gate: dict[str, Said] = {
        "zuhause": "ja", "woran": "Kind A sagt: Mama hilft mir immer.", "will": "teils", "wer": ("klasse",),
        "was": "Dass der Chat Thema wird.", "nicht": "Wer es gesagt hat.", "von": "kind", "bis": until.isoformat(),
    }  # fmt: skip
    sheets.write(me, found.case, secrets, Kind.GATE, gate)


# Assessments and plans in the demonstration: for bullying, for violence with a doubtful method, one for two people.


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
    steps = ready_plans.offer(me, found.case, now, door, ClockValues())
    whose = {method.code: me.person_id for method, _day in steps.steps} if steps is not None else {}
    colleague = next((one for one in planning.owners(me, found.case) if one != me.person_id), me.person_id)
    whose = {code: colleague if code in {"klassenstunde", "schutz"} else mine for code, mine in whose.items()}
    ready_plans.take(me, found, secrets, now, door, ClockValues(), whose=whose)
    first, day = planning.plan_of(me, found.case, secrets)[0], me.today - timedelta(days=1)
    agreed = "Kind A möchte, dass die Klassenleitung in der Pause am Zaun steht. Zu Hause soll niemand anrufen."
    planning.finish(me, found, secrets, first.number, day, agreed, dropped=False, values=ClockValues())


def _despite(me: Counsellor, found: FoundCase) -> None:
    """Plan a method in spite of a contra-indication, with the reason."""
    secrets, door, day = open_case_secrets(me, found.case), doors_of(me, found)[0], me.today + timedelta(days=9)
    why = "Es kam einmal vor, die Gruppe hält zu Kind A, und Kind A möchte es. Die Schulpsychologie weiß davon."
    if door != AT_WORK:
        planning.add(me, found, secrets, door, "unterstuetzung", "Klasse 7c", me.person_id, day, despite=why)
