"""Informing outsiders: only through the safety gate, and as an act with a record of what and why.

The head of school never learns anything by opening a page: a person informs them, and it is recorded here. If the head
is left out or meant, they are not informed. Parents are not informed while it is not known that the home is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bullying_desk.cases import sheets
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.readers import child_access
from bullying_desk.cases.sheets import CaseSheet, Kind, Pile, Secrets
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.models import Report
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.texts import mark


class Told(StrEnum):
    """Who is informed; the codes of the safety gate."""

    PARENTS = "eltern"
    ACCUSED_PARENTS = "eltern-andere"
    CLASS_TEACHER = "klasse"
    HEAD = "leitung"
    COUNCIL = "rat"
    AUTHORITY = "aufsicht"
    COUNSEL = "beratung"
    YOUTH_OFFICE = "jugendamt"
    POLICE = "polizei"
    SCHOOL = "schule"  # another one: the school the child goes to, or the others come from
    OTHER = "andere"


OF_A_CHILD = (
    *(Told.PARENTS, Told.ACCUSED_PARENTS, Told.CLASS_TEACHER, Told.HEAD, Told.COUNSEL),
    *(Told.YOUTH_OFFICE, Told.POLICE, Told.SCHOOL, Told.OTHER),
)
AT_WORK_ONLY = (Told.HEAD, Told.COUNCIL, Told.AUTHORITY, Told.COUNSEL, Told.POLICE, Told.OTHER)
ANY_PARENTS = frozenset({Told.PARENTS, Told.ACCUSED_PARENTS})
"""Also the other side's: what they are told, they may say to the child's own parents the same evening."""
IN_DANGER = frozenset({Told.HEAD, Told.COUNSEL, Told.AUTHORITY, Told.YOUTH_OFFICE, Told.POLICE})
"""Who may be told without an agreement where there is danger (§ 4 KKG, § 34 StGB); parents never are."""

TOLD_WORDS: dict[Told, str] = {
    Told.PARENTS: mark("Die Eltern des Kindes"),
    Told.ACCUSED_PARENTS: mark("Die Eltern eines Kindes, dem etwas vorgeworfen wird"),
    Told.CLASS_TEACHER: mark("Die Klassenleitung"),
    Told.HEAD: mark("Die Schulleitung"),
    Told.COUNCIL: mark("Lehrerrat oder Personalrat"),
    Told.AUTHORITY: mark("Die Schulaufsicht"),
    Told.COUNSEL: mark("Schulpsychologie oder eine Beratungsstelle"),
    Told.YOUTH_OFFICE: mark("Das Jugendamt"),
    Told.POLICE: mark("Polizei oder Staatsanwaltschaft"),
    Told.SCHOOL: mark("Eine andere Schule"),
    Told.OTHER: mark("Jemand anderes"),
}


class Shut(StrEnum):
    """Why a person must not be informed."""

    NO_GATE = "no-gate"
    UNREAD = "unread"
    HOME_UNSAFE = "home-unsafe"
    NOT_AGREED = "not-agreed"
    HEAD_LEFT_OUT = "head-left-out"


class NotToBeTold(Exception):
    """The safety gate is shut for this person."""

    def __init__(self, why: Shut) -> None:
        super().__init__(why.value)
        self.why = why


class DisclosureReasonMissing(ValueError):
    """The record needs what was said and why."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What holds today. `sheet` is the newest gate that is not revoked; None where nobody has asked.

    `unread`: a later sheet stays closed for this reader. It may take the agreement back, so one must ask again.
    """

    sheet: CaseSheet | None
    expired: bool
    at_work: bool
    head_left_out: bool
    unread: bool = False

    @property
    def holds(self) -> bool:
        """Whether a gate was filled in that counts today."""
        return self.sheet is not None and not self.expired and not self.unread

    @property
    def home_unsafe(self) -> bool:
        """Whether it is not known that the child is safe at home."""
        return self.sheet is not None and not self.at_work and self.sheet.text("zuhause") != "ja"

    def shut(self, to: Told, *, danger: bool = False) -> Shut | None:
        """Say why a person must not be informed, or None. `danger`: without an agreement, because of danger."""
        if to not in (AT_WORK_ONLY if self.at_work else OF_A_CHILD):
            return Shut.NOT_AGREED
        if to is Told.HEAD and self.head_left_out:
            return Shut.HEAD_LEFT_OUT
        if danger and to in IN_DANGER:
            return None
        if self.unread:
            return Shut.UNREAD
        if self.sheet is None or self.expired:
            return Shut.NO_GATE
        if to in ANY_PARENTS and self.home_unsafe:
            return Shut.HOME_UNSAFE
        agreed = self.sheet.text("will") in {"ja", "teils"} and self.sheet.text("von") not in {"", "niemand"}
        return None if agreed and to.value in self.sheet.many("wer") else Shut.NOT_AGREED

    @property
    def offered(self) -> tuple[Told, ...]:
        """Who may be informed today with an agreement."""
        return tuple(to for to in self.everybody if self.shut(to) is None)

    @property
    def everybody(self) -> tuple[Told, ...]:
        """Return who may be informed in such a case at all. A head who is left out is not even named."""
        people = AT_WORK_ONLY if self.at_work else OF_A_CHILD
        return tuple(to for to in people if not (to is Told.HEAD and self.head_left_out))


def gate_of(me: Counsellor, found: FoundCase, secrets: Secrets, pile: Pile | None = None) -> Gate:
    """Return what the safety gate says today. `pile` is the case's file, if it is open already."""
    pile = pile or sheets.pile(me, found.case, secrets)
    written = pile.of(Kind.GATE, Kind.REVOKED)
    revoked = {sheet.text("of") for sheet in written if sheet.kind is Kind.REVOKED}
    newest = next((sheet for sheet in written if sheet.kind is Kind.GATE), None)
    if newest is not None and str(newest.number) in revoked:
        newest = None
    unread = pile.closed_after(newest.number if newest is not None else 0)
    expired = newest is not None and date.fromisoformat(newest.text("bis")) < me.today
    at_work = all(door == AT_WORK for door in child_access.doors_of(me, found))
    return Gate(newest, expired, at_work, head_is_left_out(me, found), unread)


def head_is_left_out(me: Counsellor, found: FoundCase) -> bool:
    """Whether any reporter of the case has left the head of school out, or means them."""
    before, heads = child_access.left_out_before(me, found), staff_of(me.session, found.case.school_id).heads
    return before.head or bool(before.people & heads) or any(_means_the_head(me, each) for each in found.reports)


def revoke(me: Counsellor, found: FoundCase, secrets: Secrets) -> None:
    """Take an agreement back: from now on it opens nothing. Raises NoCaseKey."""
    gate = gate_of(me, found, secrets)
    if gate.sheet is not None:
        sheets.write(me, found.case, secrets, Kind.REVOKED, {"of": str(gate.sheet.number)})


def tell(
    me: Counsellor, found: FoundCase, secrets: Secrets, to: Told, what: str, why: str, *, danger: bool = False
) -> CaseSheet:
    """Record that an outsider was informed, of what and why.

    Raises NotToBeTold, DisclosureReasonMissing, NoCaseKey, NoteTooLong.
    """
    gate = gate_of(me, found, secrets)
    if to not in gate.everybody:
        raise NotToBeTold(Shut.HEAD_LEFT_OUT if to is Told.HEAD else Shut.NOT_AGREED)
    if (shut := gate.shut(to, danger=danger)) is not None:
        raise NotToBeTold(shut)
    if not what.strip() or not why.strip():
        raise DisclosureReasonMissing
    by = "gefahr" if danger and gate.shut(to) is not None else "einwilligung"
    said = {"wem": to.value, "was": what.strip(), "warum": why.strip(), "grundlage": by}
    return sheets.write(me, found.case, secrets, Kind.TOLD, said)


def _means_the_head(me: Counsellor, report: Report) -> bool:
    """Behind door 5, "Von Vorgesetzten" is the head, whether they were left out by name or not."""
    if report.emptied_on is not None:
        return True
    answers = me.open_report(report).answers
    return answers.door == AT_WORK and "leitung" in answers.said.get("von", ())
