"""What the case page says of the work beside the conversation: the assessment in a line, the plan's next step."""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.cases import assessing, planning
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.planning import Measure
from bullying_desk.cases.rubric import CRISIS_LEVELS, KIND_WORDS, URGENCY_WORDS, CaseKind
from bullying_desk.cases.sheets import Secrets, Sheet
from bullying_desk.reports.models import Case, Urgency
from bullying_desk.web.language import _


@dataclass(frozen=True, slots=True)
class WorkInShort:
    """`judged` is empty where nobody has assessed; `waits`: a second person is asked; `ahead`: how many steps."""

    judged: str
    waits: bool
    step: Measure | None
    ahead: int


def work_in_short(me: Counsellor, case: Case, secrets: Secrets) -> WorkInShort:
    """Return it for whoever holds the case's secret; nothing for anybody else."""
    now = assessing.standing(me, case, secrets)
    ahead = [one for one in planning.measures_in(now.file) if one.done is None]
    judged = _words(now.current) if now.current is not None else ""
    return WorkInShort(judged, now.proposed is not None, ahead[0] if ahead else None, len(ahead))


def _words(sheet: Sheet) -> str:
    kind, urgency, level = CaseKind(sheet.text("kind")), Urgency(sheet.text("urgency")), sheet.text("level")
    return " · ".join(_(words) for words in (KIND_WORDS[kind][0], URGENCY_WORDS[urgency][0], CRISIS_LEVELS[level][0]))
