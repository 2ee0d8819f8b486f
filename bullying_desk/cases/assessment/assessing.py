"""First assessment (Ersteinschätzung): a person judges and gives reasons, and two people lower a danger.

Raising counts at once. Lowering (from acute, against a hard flag, taking a flag back, or to a lower crisis level)
waits as a proposal for another reader's yes. Until then the old level counts (decision D63). No figure decides
anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import deadlines, sheets
from bullying_desk.cases.assessment.rubric import CRISIS_LEVELS, FLAGS, CaseKind
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.sheets import CaseSheet, Kind, Pile, Secrets
from bullying_desk.config import ClockValues
from bullying_desk.reports import reader_notices
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.models import Case, Urgency

LOWEST = min(CRISIS_LEVELS)
CLOSING = "closing"  # what a proposal is about; empty for an assessment


class AssessmentReasonMissing(ValueError):
    """A judgement is made with its reason; `field` says which one lacks it: urgency_why, level_why, or any anchor."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class OwnProposal(Exception):
    """Nobody is their own second person."""


class AssessedMeanwhile(Exception):
    """A colleague has assessed the case since the page was shown; `now` is what counts."""

    def __init__(self, now: CaseSheet) -> None:
        super().__init__(now.number)
        self.now = now


class NothingProposed(Exception):
    """There is no such proposal any more: it was decided, or something newer counts."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement. `axes` holds 0 to 3 by axis, where it was judged, and `whys` the reasons by axis."""

    kind: CaseKind
    urgency: Urgency
    urgency_why: str
    level: str
    level_why: str
    flags: frozenset[str] = frozenset()
    axes: Mapping[str, str] | None = None
    whys: Mapping[str, str] | None = None

    def said(self) -> dict[str, Said]:
        """Return the values to seal."""
        return {
            "kind": self.kind.value,
            "urgency": self.urgency.value,
            "urgency_why": self.urgency_why.strip(),
            "level": self.level,
            "level_why": self.level_why.strip(),
            "flags": tuple(sorted(self.flags)),
            **{f"axis_{code}": value for code, value in (self.axes or {}).items()},
            **{f"why_{code}": value.strip() for code, value in (self.whys or {}).items()},
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts now (`current`), and what waits for a second person (`proposed`); each may be missing.

    `carried` comes from reports that were linked into the case since: it counts until somebody assesses. `flags` are
    the hard flags that count now. `level` says who leads: empty where nobody has judged; it sorts as it rises. `file`
    is the case's file it was read from, so that a request opens it once.
    """

    current: CaseSheet | None
    proposed: CaseSheet | None
    carried: tuple[CaseSheet, ...]
    flags: frozenset[str]
    level: str
    file: Pile


def standing(me: Counsellor, case: Case, secrets: Secrets) -> Standing:
    """Open the file of a case; return the assessment that counts and the proposal that waits."""
    return standing_in(sheets.pile(me, case, secrets))


def standing_in(file: Pile) -> Standing:
    """Return the same of a file that is open already."""
    written = file.of(Kind.ASSESSMENT, Kind.PROPOSAL, Kind.DECISION)
    current = next((one for one in written if one.kind is Kind.ASSESSMENT), None)
    carried = tuple(one for one in file.of(Kind.CARRIED) if current is None or one.number > current.number)
    counting = carried if current is None else (current, *carried)
    flags = frozenset(flag for sheet in counting for flag in sheet.many("flags"))
    level = max((sheet.text("level") for sheet in counting), default="")
    return Standing(current, _waiting(written), carried, flags, level, file)


def _waiting(written: list[CaseSheet]) -> CaseSheet | None:
    """Return the newest proposal nobody has decided, unless an assessment was written after it."""
    decided = {sheet.text("of") for sheet in written if sheet.kind is Kind.DECISION}
    for sheet in written:  # the newest first
        if sheet.kind is Kind.ASSESSMENT:
            return None
        if sheet.kind is Kind.PROPOSAL:
            return None if str(sheet.number) in decided else sheet
    return None


def is_acute(case: Case, now: Standing) -> bool:
    """Whether the case counts as dangerous: declared at arrival, judged acute, or with a hard flag."""
    return case.is_acute or bool(now.flags)


def lowers(case: Case, now: Standing, judged: Judgement) -> bool:
    """Whether a judgement needs a second person."""
    below = judged.urgency is not Urgency.ACUTE and (is_acute(case, now) or bool(judged.flags))
    return below or bool(now.flags - judged.flags) or judged.level < now.level


def assess(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    judged: Judgement,
    values: ClockValues,
    times: tuple[str, ...],
    *,
    seen: int | None = None,
) -> bool:
    """Seal a judgement; True where it counts at once, False where it waits for a second person.

    `seen` is the number of the assessment the page has shown, 0 for none. A second submit finds it counting.
    Raises AssessedMeanwhile, AssessmentReasonMissing, NoCaseKey, NoteTooLong.
    """
    if judged.level not in CRISIS_LEVELS or not judged.flags <= set(FLAGS):
        raise AssessmentReasonMissing("level_why")
    case, now = found.case, standing(me, found.case, secrets)
    if _meanwhile(me, now.current, judged, seen):
        return True
    _must_be_reasoned(judged, lowering=lowers(case, now, judged))
    if lowers(case, now, judged):
        propose(me, found, secrets, judged.said(), times, now)
        return False
    sheets.write(me, case, secrets, Kind.ASSESSMENT, judged.said(), before=now.file)
    _apply(me, case, judged.kind, judged.urgency, judged.flags, values)
    return True


def _must_be_reasoned(judged: Judgement, *, lowering: bool) -> None:
    """Ask for both reasons in writing from the second crisis level on and where something is lowered.

    Below, a ticked anchor or one sentence is the reason. Raises AssessmentReasonMissing.
    """
    written = {"urgency_why": judged.urgency_why.strip(), "level_why": judged.level_why.strip()}
    lacking = [field for field, text in written.items() if not text]
    if lacking and (lowering or judged.level > LOWEST):
        raise AssessmentReasonMissing(lacking[0])
    if len(lacking) == len(written) and not judged.axes and not judged.whys:
        raise AssessmentReasonMissing("anchor")


def _meanwhile(me: Counsellor, current: CaseSheet | None, judged: Judgement, seen: int | None) -> bool:
    """Whether this is a second submit. Raises AssessedMeanwhile."""
    if current is None or seen is None or seen == current.number:
        return False
    if current.author_id == me.person_id and current.said == sheets.tidy(judged.said()):
        return True
    raise AssessedMeanwhile(current)


def propose(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    said: Mapping[str, Said],
    times: tuple[str, ...],
    now: Standing,
) -> CaseSheet:
    """Propose something to a second person; everybody who reads the case learns that there is a proposal.

    A waiting proposal is not made twice. Raises NoCaseKey, NoteTooLong.
    """
    waits = now.proposed
    if waits is not None and waits.author_id == me.person_id and _without_after(waits) == sheets.tidy(said):
        return waits
    refused = next(iter(now.file.of(Kind.DECISION)), None)
    after = str(refused.number) if refused is not None else ""  # the same once more, after a no, is a new proposal
    written = sheets.write(me, found.case, secrets, Kind.PROPOSAL, {**said, "after": after}, before=now.file)
    found.case.second_asked_by = me.person_id
    trail.record(me.session, Event.SECOND_ASKED, me.now, actor=me.person_id, subject=found.case.id)
    reader_notices.tell_readers(me.session, found.reports[0], me.now, times)
    return written


def _without_after(proposal: CaseSheet) -> dict[str, Said]:
    return {name: value for name, value in proposal.said.items() if name != "after"}


def decide(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    number: int,
    *,
    yes: bool,
    reason: str,
    values: ClockValues,
    now: Standing | None = None,
) -> CaseSheet:
    """Say yes or no to a colleague's proposal; an assessment counts from its yes on. Returns the proposal.

    `now` is the case's standing, if the caller has just opened its file.

    Raises NothingProposed, OwnProposal, AssessmentReasonMissing (a no says why), NoCaseKey.
    """
    now = now or standing(me, found.case, secrets)
    proposal = now.proposed
    if proposal is None or proposal.number != number:
        raise NothingProposed
    if proposal.author_id == me.person_id:
        raise OwnProposal
    if not yes and not reason.strip():
        raise AssessmentReasonMissing("reason")
    said: dict[str, Said] = {"of": str(number), "yes": "yes" if yes else "", "reason": reason.strip()}
    sheets.write(me, found.case, secrets, Kind.DECISION, said, before=now.file)
    found.case.second_asked_by = None
    trail.record(me.session, Event.SECOND_DECIDED, me.now, actor=me.person_id, subject=found.case.id, agreed=yes)
    if yes and not proposal.text(CLOSING):
        counts: dict[str, Said] = {
            **_without_after(proposal),
            "by": str(proposal.author_id or ""),
            "second": str(me.person_id),
        }
        sheets.write(me, found.case, secrets, Kind.ASSESSMENT, counts, before=now.file)
        kind, urgency = CaseKind(proposal.text("kind")), Urgency(proposal.text("urgency"))
        _apply(me, found.case, kind, urgency, frozenset(proposal.many("flags")), values)
    return proposal


def _apply(
    me: Counsellor, case: Case, kind: CaseKind, urgency: Urgency, flags: frozenset[str], values: ClockValues
) -> None:
    """Let a judgement count: the dates follow from the urgency, and a case without danger is in no list of danger."""
    case.kind, case.second_asked_by = kind.value, None
    case.danger = case.danger and urgency is Urgency.ACUTE
    deadlines.apply_urgency(me, case, urgency, values)
    trail.record(me.session, Event.CASE_ASSESSED, me.now, actor=me.person_id, subject=case.id)
    me.session.flush()
