"""A print from the order to the sheet: who asks for what, what is taken out, and what the case file keeps of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import file_entries
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import case_retention
from bullying_desk.cases.ending.case_words import OUTCOME, STATUS
from bullying_desk.cases.papers.disclosures import Told
from bullying_desk.cases.papers.timeline import PRINT, Course, open_course
from bullying_desk.cases.printing import authority_handover
from bullying_desk.cases.printing.authority_handover import GROUND_WORDS, Ground
from bullying_desk.cases.printing.blackening import Blackener, name_words
from bullying_desk.cases.printing.proposing import Proposal, propose
from bullying_desk.cases.printing.shapes import (
    HEADINGS,
    NOT_BLACKENED,
    OWN_DOOR,
    SHAPE_WORDS,
    PrintOffer,
    PrintShape,
    close_of,
    intro_of,
    offers,
)
from bullying_desk.cases.printing.sheet import Block, PrintSheet, block, runs_of
from bullying_desk.cases.printing.view import BlockView, PrintView, view_of
from bullying_desk.pdf.shapes import without_font
from bullying_desk.reports.models import CaseStatus, ReportGrant
from bullying_desk.resources import case_name
from bullying_desk.schools.models import ContactFunction, School, Seat
from bullying_desk.web.language import _, short_date

VERSION = 1
LONGEST = 4_000


class PrintWithoutKey(Exception):
    """A person who reads only some of a case's reports cannot seal a reason into its file, and prints nothing."""


class WhichChild(Exception):
    """Several children have written into this case: one must be chosen for the print."""


@dataclass(frozen=True, slots=True)
class PrintWish:
    """One order of a print. `keys` and `words` are None before the first preview: then the usual ones are taken."""

    shape: PrintShape
    reason: str
    report_id: int | None = None
    full_reason: str = ""
    text: str = ""
    to: str = ""
    told: Told | None = None
    ground: Ground | None = None
    without: str = ""
    keys: frozenset[str] | None = None
    words: frozenset[str] | None = None
    seen: frozenset[str] = frozenset()
    """The words that could be pressed in the view: `words` decides about these alone."""
    more: str = ""

    @property
    def full(self) -> bool:
        """Whether nothing is blackened."""
        return self.shape.can_be_full and bool(self.full_reason.strip())

    @property
    def typed_words(self) -> list[str]:
        """The words typed to be taken out, separated by lines or commas."""
        return [each.strip() for each in self.more.replace("\n", ",").split(",") if each.strip()]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A print before it is made: the sheet, the view of what can be ticked, and the school's and the reader's names.

    `no_font`: characters in it that no font has; the print shows their numbers.
    """

    sheet: PrintSheet
    view: PrintView
    choices: tuple[tuple[PrintOffer, Block, BlockView, bool], ...]
    school: str
    foot: str
    no_font: tuple[str, ...] = ()


def prepare(me: Counsellor, found: FoundCase, wish: PrintWish) -> Prepared:
    """Open the case and put a print together; each report's opening is entered in the trail.

    Raises CaseUnknown for another report, WhichChild, PrintWithoutKey, UnsealRefused, ReaderExcluded, RecordMissing,
    and for a hand-over as `authority_handover.basis`.
    """
    if not open_case_secrets(me, found.case):
        raise PrintWithoutKey
    _basis(me, found, wish)
    if wish.report_id is not None:
        found.report(wish.report_id)
    course = open_course(me, found)
    wish = replace(wish, report_id=_whose(wish, course))
    offered = offers(wish.shape, course, wish.report_id)
    staff = called(me.session, found)
    own = wish.text if wish.shape.needs_words else ""
    gone, theirs = _names(course, wish)
    always = [*gone, *staff.words]
    texts = [text for offer in offered for text in _texts(offer)] + [own]
    proposals = [] if wish.full else propose(texts, always, theirs)
    words = [*always, *_chosen(wish, proposals), *wish.typed_words]
    blackener = Blackener([]) if wish.full else Blackener(words, staff.roles)
    taken = {one.moment.key for one in offered if one.printed} if wish.keys is None else wish.keys
    view = view_of([one.moment for one in offered], own, blackener, proposals)
    blocks = [block(one.moment, blackener) for one in offered]
    shown = tuple(zip(offered, blocks, view.blocks, (one.moment.key in taken for one in offered), strict=True))
    facts = [*_facts(me, found, wish), *(_reporters(me, found, course) if wish.full else [])]
    sheet = _sheet(wish, blackener, facts, tuple(each for _one, each, _view, on in shown if on))
    school, foot = _frame(me, found)
    names = [each for one in offered for each in (one.moment.title, one.moment.by)]
    no_font = without_font("\n".join([*texts, *names, *(value for _label, value in facts), school, foot]))
    return Prepared(sheet, view, shown, school, foot, no_font)


def _chosen(wish: PrintWish, proposals: Iterable[Proposal]) -> set[str]:
    """Return the words to be taken out: those ticked, and of those that were in no view yet each that is proposed."""
    if wish.words is None:
        return {one.word for one in proposals if one.likely}
    return {one.word for one in proposals if one.likely and one.word not in wish.seen} | wish.words


def _frame(me: Counsellor, found: FoundCase) -> tuple[str, str]:
    """Return the school's name for the head and who prints for the foot of each page."""
    reader = me.session.get_one(Person, me.person_id).name
    foot = _("Gedruckt von %(name)s am %(day)s") % {"name": reader, "day": short_date(me.today)}
    return me.session.get_one(School, found.case.school_id).shown_name, foot


def _whose(wish: PrintWish, course: Course) -> int | None:
    """Return the report of the person who asks; it is clear if only one child has written. Raises WhichChild."""
    if wish.shape is not PrintShape.AFFECTED:
        return wish.report_id
    own = [report_id for report_id, door in course.doors.items() if door == OWN_DOOR]
    if wish.report_id not in own and len(own) > 1:
        raise WhichChild
    return wish.report_id if wish.report_id in own else next(iter(own), None)


def _names(course: Course, wish: PrintWish) -> tuple[list[str], list[str]]:
    """Return names and classes of reporters: what is always taken out, and what belongs to an answer's recipient."""
    gone, own = list[str](), list[str]()
    for report_id, given in course.given.items():
        answered = wish.shape in {PrintShape.REPORTER, PrintShape.AFFECTED} and report_id == wish.report_id
        found = own if answered else gone
        found += [*name_words(given.name), *([given.group] if given.group.strip() else [])]
    return gone, own


def _texts(offer: PrintOffer) -> list[str]:
    moment = offer.moment
    return [moment.text or "", *(value for _label, value in moment.pairs)] if moment.what != "act" else []


def _sheet(
    wish: PrintWish, blackener: Blackener, facts: list[tuple[str, str]], blocks: tuple[Block, ...]
) -> PrintSheet:
    close = (_(NOT_BLACKENED),) if wish.full else ()
    return PrintSheet(
        heading=_(HEADINGS[wish.shape]),
        facts=[(runs_of(blackener, label), runs_of(blackener, value)) for label, value in facts],
        intro=tuple(_(each) for each in intro_of(wish.shape)),
        blocks=blocks,
        words=runs_of(blackener, wish.text) if wish.shape.needs_words else [],
        close=(*close, *(_(each) for each in close_of(wish.shape))),
    )


def _reporters(me: Counsellor, found: FoundCase, course: Course) -> list[tuple[str, str]]:
    """Return who reported, for a print without blackening: an opening of the name, and entered like every other."""
    named = [(report_id, given) for report_id, given in course.given.items() if given.name.strip()]
    opened = [{"report": report_id} for report_id, _given in named]
    trail.record_many(me.session, Event.NAME_OPENED, me.now, opened, actor=me.person_id, subject=found.case.id)
    return [(_("Gemeldet von"), f"{given.name} {given.group}".strip()) for _report_id, given in named]


def _facts(me: Counsellor, found: FoundCase, wish: PrintWish) -> list[tuple[str, str]]:
    case, shape = found.case, wish.shape
    facts = [(_("Schule"), me.session.get_one(School, case.school_id).shown_name)]
    if not shape.answers_a_request:
        facts.append((_("Vorgang"), case_name(case.id)))
        closed = short_date(case.closed_hour) if case.closed_hour is not None else _("läuft")
        facts.append((_("Zeitraum"), f"{short_date(case.opened_hour)} – {closed}"))
    if shape in {PrintShape.CASE, PrintShape.CLOSING}:
        ended = next((words for each, (words, _more) in OUTCOME.items() if each.value == case.outcome), "")
        facts.append((_("Stand"), _(ended) if case.status is CaseStatus.CLOSED and ended else _(STATUS[case.status])))
    if shape is PrintShape.HANDOVER:
        facts.append((_("An"), wish.to))
        facts += [(_("Grundlage"), _(GROUND_WORDS[wish.ground]))] if wish.ground is not None else []
    if shape.answers_a_request:
        until = case_retention.lifetime(me.session, case, me.today).case_on
        kept = _("bis %(day)s") % {"day": short_date(until)} if until else _("die Frist beginnt nach dem Schließen")
        facts.append((_("Gespeichert"), kept))
    return facts


def enter(me: Counsellor, found: FoundCase, wish: PrintWish) -> None:
    """Seal who prints what and why into the case file, and enter it in the trail without a word of it.

    Raises PrintWithoutKey; for a hand-over as `passing_on.basis`: the agreement must hold at this moment.
    """
    case = found.case
    secrets = open_case_secrets(me, case)
    if case.epoch not in secrets:
        raise PrintWithoutKey
    value = {"v": VERSION, "shape": _(SHAPE_WORDS[wish.shape][0]), "reason": wish.reason.strip()}
    if (rests_on := _basis(me, found, wish)) is not None and wish.ground is not None:
        value |= {"to": wish.to.strip(), "ground": _(GROUND_WORDS[wish.ground]), **rests_on}
    if wish.full:
        value |= {"full": True, "full_reason": wish.full_reason.strip()}
    file_entries.put(me, case, secrets[case.epoch], PRINT, json.dumps(value, ensure_ascii=False))
    agreed = wish.ground is Ground.CONSENT if wish.shape is PrintShape.HANDOVER else None
    facts = {"shape": wish.shape.value, "full": wish.full, "agreement": agreed}
    trail.record(me.session, Event.CASE_PRINTED, me.now, actor=me.person_id, subject=case.id, **facts)


def _basis(me: Counsellor, found: FoundCase, wish: PrintWish) -> dict[str, str] | None:
    if wish.shape is not PrintShape.HANDOVER:
        return None
    return authority_handover.basis(me, found, wish.told, wish.ground, wish.without)


# Colleagues on paper: by what they do, not by name, so that no print lists who said what to whom.


_TITLES = (("Frau", "Fr."), ("Herr", "Herrn", "Hr."))
_WORDS = {
    ContactFunction.COUNSELLING_TEACHER: "Beratungslehrkraft",
    ContactFunction.SCHOOL_SOCIAL_WORKER: "Schulsozialarbeit",
    ContactFunction.TRUSTED_TEACHER: "Vertrauenslehrkraft",
}


@dataclass(frozen=True, slots=True)
class Called:
    """Return the replacement of a name that can only mean the colleague, and the words that are just taken out.

    A last name alone gets no role: a pupil may bear it too, and would be taken for the counsellor.
    """

    roles: dict[str, str]
    words: frozenset[str]


def called(session: Session, found: FoundCase) -> Called:
    """Return the paper names of everybody of the school, of the city, and of every reader of the case so far."""
    readers = select(ReportGrant.person_id).where(ReportGrant.report_id.in_([report.id for report in found.reports]))
    reading = set(session.scalars(readers))
    here = or_(Seat.school_id == found.case.school_id, Seat.school_id.is_(None), Seat.person_id.in_(readers))
    rows = session.execute(select(Seat, Person.name).join(Person, Person.id == Seat.person_id).where(here))
    seats: dict[int, tuple[Seat, str]] = {}
    for seat, name in sorted(rows, key=lambda row: (row[0].started_on, row[0].id)):
        seats.setdefault(seat.person_id, (seat, name))
    count, of = Counter[str](), Counter(_role(seat) for seat, _name in seats.values())
    roles: dict[str, str] = {}
    words: set[str] = set()
    for person, (seat, name) in seats.items():
        role = _role(seat)
        count[role] += 1
        shown = f"{role} {count[role]}" if of[role] > 1 else role
        parts = name_words(name)
        words |= set(parts if person in reading else parts[-1:])
        for spoken in _spoken(seat.shown_name, name, parts):
            roles.setdefault(spoken, shown)
    return Called(roles, frozenset(words))


def _role(seat: Seat) -> str:
    if seat.school_id is None:
        return _("Stelle der Stadt")
    if seat.role.value == "school_head":
        return _("Schulleitung")
    return _WORDS[seat.function] if seat.function else _("Ansprechperson")


def _spoken(shown: str, name: str, parts: list[str]) -> list[str]:
    """Return how people call a colleague without doubt: whole, or by title and last name."""
    whole = [each.strip() for each in (shown, name) if len(name_words(each)) > 1]
    first = shown.split()[0] if shown.split() else ""
    titles = next((forms for forms in _TITLES if first in forms), tuple(each for forms in _TITLES for each in forms))
    return [*whole, *(f"{title} {parts[-1]}" for title in titles if parts)]
