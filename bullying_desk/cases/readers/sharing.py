""" "Mitlesen lassen" and "Fall übergeben": a reader asks a colleague, who reads once they have said yes.

Only a reader of every report of a case can ask, because only they can open every list of people left out. A person in
such a list is not offered, and is refused when forged; the refusal is the same as for a person who does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import departures
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.case_list import VISIBLE
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, Consent, OfferKind, OfferState
from bullying_desk.cases.readers import admission
from bullying_desk.cases.readers.admission import OpenedByReader
from bullying_desk.database import random_id
from bullying_desk.reports.doors.answers import LeftOut
from bullying_desk.reports.models import Case, CaseStatus, GrantState, ReaderReason, Report
from bullying_desk.reports.readers import granting, inviting, readership
from bullying_desk.reports.readers.candidates import Candidate, addressee, staff_of
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.notes import seal_note

LONGEST = 2_000
REASON = {OfferKind.SHARE: ReaderReason.SHARED, OfferKind.TRANSFER: ReaderReason.HANDED_OVER}
SHARED = (ReaderReason.SHARED, ReaderReason.DANGER)
"""Why somebody reads along: it can be ended."""


class PartlyRead(Exception):
    """The person does not read every report of the case, so cannot know who must not come in."""


class ColleagueNotOffered(ValueError):
    """This person cannot be asked: left out, no reader, or not there at all. Nobody learns which."""


class NotTheOwner(Exception):
    """Only the person responsible hands a case over."""


class ConsentMissing(ValueError):
    """A case goes to another school only with the reporter's recorded yes."""


class SchoolNotToHear(ValueError):
    """The school was not to hear of it: somebody there reads only with the reporter's yes, or in danger (D87)."""


class AskedAlready(Exception):
    """A hand-over of this case waits for an answer already."""


class MessageTooLong(ValueError):
    """More than 2,000 characters."""


@dataclass(frozen=True, slots=True)
class SharingWish:
    """Who is asked for what. `report_id` None: the whole case; `school_id`: the new school of a case handed over."""

    kind: OfferKind
    to: int
    report_id: int | None = None
    until: date | None = None
    school_id: int | None = None
    consent: Consent | None = None
    keeps: bool = False
    message: str = ""


def open_all(me: Counsellor, found: FoundCase) -> list[OpenedByReader]:
    """Open every report of a case to let a colleague in. Raises PartlyRead, UnsealRefused."""
    there = set(me.session.scalars(select(Report.id).where(Report.case_id == found.case.id, VISIBLE)))
    if there != {report.id for report in found.reports}:
        raise PartlyRead
    return [admission.open_to_admit(me, report) for report in found.reports]


def can_be_asked(
    me: Counsellor,
    found: FoundCase,
    kind: OfferKind,
    school_id: int | None = None,
    opened: Sequence[OpenedByReader] | None = None,
) -> tuple[Candidate, ...]:
    """Return who may be asked: the school's team and the city's, or the team of another school. Raises PartlyRead.

    `opened`: the reports of the case, where they are open already.
    """
    opened = opened if opened is not None else open_all(me, found)
    if school_id is not None:
        allowed = [admission.may_be_asked_elsewhere(me, each, school_id) for each in opened]
        people: Iterable[Candidate] = staff_of(me.session, school_id).team
    else:
        allowed = [admission.may_be_asked(me, each, agreed=True) | _readers(me, each.report) for each in opened]
        staff = staff_of(me.session, found.case.school_id)
        people = {one.person_id: one for one in (*staff.city, *staff.team)}.values()
    able = frozenset.intersection(*allowed) - {me.person_id}
    if kind is OfferKind.SHARE:
        able -= frozenset.intersection(*(_readers(me, each.report) for each in opened))
    found_people = [one for one in people if one.person_id in able and addressee(me.pepper_layer, one) is not None]
    return tuple(sorted(found_people, key=lambda one: one.full_name))


def ask(me: Counsellor, found: FoundCase, wish: SharingWish) -> CaseOffer:
    """Ask a colleague; a second submit finds the first one's. The case's row must be locked.

    Raises PartlyRead, ColleagueNotOffered, NotTheOwner, ConsentMissing, SchoolNotToHear, AskedAlready, MessageTooLong.
    """
    _check(me, found, wish)
    for living in living_offers(me.session, found.case.id):
        if (living.to_id, living.kind, living.report_id) == (wish.to, wish.kind, wish.report_id):
            return living
        if living.kind is wish.kind is OfferKind.TRANSFER and living.state is OfferState.OFFERED:
            raise AskedAlready
    opened = open_all(me, found)
    able = can_be_asked(me, found, wish.kind, wish.school_id, opened)
    who = next((one for one in able if one.person_id == wish.to), None)
    if who is None:
        raise ColleagueNotOffered
    wanted = [found.report(wish.report_id)] if wish.report_id is not None else list(found.reports)
    wish = _agreed(found.case, wish, outside=keeps_school_out(me, opened, wish.to))
    held = [_ask_for(me, report, who, reason_of(wish)) for report in wanted]
    open_case_secrets(me, found.case)  # closed, like the grants: the file opens with the last report of the case
    offer = CaseOffer(id=random_id(), case_id=found.case.id, from_id=me.person_id, to_id=wish.to, made_hour=me.hour)
    offer.kind, offer.report_id, offer.until_day = wish.kind, wish.report_id, wish.until
    offer.school_id, offer.consent, offer.keeps = wish.school_id, wish.consent, wish.keeps
    offer.state, offer.stood_by = OfferState.OFFERED, any(held)
    offer.message = seal_to(me, offer.id, wish.to, wish.message)
    me.session.add(offer)
    note(me, Event.CASE_ASKED, offer)
    me.session.flush()
    return offer


def keeps_school_out(me: Counsellor, opened: Iterable[OpenedByReader], person: int | None = None) -> bool:
    """Whether a report keeps the school out: this person of its team, or anybody there who does not read."""
    for each in opened:
        team = {one.person_id for one in each.staff.team} - _readers(me, each.report)
        if admission.is_outside(each.opened) and (bool(team) if person is None else person in team):
            return True
    return False


def _agreed(case: Case, wish: SharingWish, *, outside: bool) -> SharingWish:
    """Return the wish with what lets it be; danger counts only where the school is let in. Raises SchoolNotToHear."""
    if not outside:
        return replace(wish, consent=None) if wish.consent is Consent.DANGER else wish
    if wish.consent is None or not (wish.consent.is_yes or case.is_acute):
        raise SchoolNotToHear
    return wish


def reason_of(asked: SharingWish | CaseOffer) -> ReaderReason:
    """Return why the asked person will read, as the reporter sees it."""
    return ReaderReason.DANGER if asked.consent is Consent.DANGER else REASON[asked.kind]


def take_back(me: Counsellor, offer: CaseOffer) -> None:
    """Take a question back: the person who asked, or who is responsible. A running share ends (`read_along.end`)."""
    if offer.state is OfferState.OFFERED:
        withdraw(me.session, offer)
        offer.state, offer.answered_hour = OfferState.REVOKED, me.hour
        note(me, Event.CASE_ASKED_BACK, offer)
        me.session.flush()


def withdraw(session: Session, offer: CaseOffer) -> None:
    """Take the closed grants of an unanswered offer away."""
    for report in reports_of(session, offer):
        if not also_by_another(session, offer, report, OfferState.OFFERED):
            inviting.ask_no_longer(session, report, offer.to_id)


def also_by_another(session: Session, offer: CaseOffer, report: Report, state: OfferState) -> bool:
    """Whether another offer of this state to the same person covers the report too."""
    query = select(CaseOffer.id).where(
        CaseOffer.case_id == offer.case_id,
        CaseOffer.to_id == offer.to_id,
        CaseOffer.id != offer.id,
        CaseOffer.state == state,
        (CaseOffer.report_id == report.id) | CaseOffer.report_id.is_(None),
    )
    return session.scalars(query.limit(1)).first() is not None


def reports_of(session: Session, offer: CaseOffer) -> list[Report]:
    """Return the reports that an offer covers: its one report, or all of the case that this person may show."""
    query = select(Report).where(Report.case_id == offer.case_id, VISIBLE)
    if offer.report_id is not None:
        query = query.where(Report.id == offer.report_id)
    return list(session.scalars(query.order_by(Report.arrived_hour, Report.id)))


def living_offers(session: Session, case_id: int) -> list[CaseOffer]:
    """Return what is asked, and who reads along."""
    query = select(CaseOffer).where(
        CaseOffer.case_id == case_id,
        (CaseOffer.state == OfferState.OFFERED)
        | ((CaseOffer.state == OfferState.ACCEPTED) & (CaseOffer.kind == OfferKind.SHARE)),
    )
    return list(session.scalars(query.order_by(CaseOffer.made_hour, CaseOffer.id)))


def seal_to(me: Counsellor, offer_id: int, person_id: int, text: str) -> bytes | None:
    """Seal what one of the two writes to the other; None for no text. Raises MessageTooLong."""
    tidy = text.replace("\r\n", "\n").strip()
    if len(tidy) > LONGEST:
        raise MessageTooLong
    person = me.session.get_one(Person, person_id)
    if not tidy or person.public_half is None:
        return None
    to = person_addressee(me.pepper_layer, person.id, person.public_half, person.directory_tag or b"")
    return seal_note(tidy, offer_id, to)


def note(me: Counsellor, event: Event, offer: CaseOffer) -> None:
    """Record what happened to an offer: the people concerned, and codes."""
    facts: dict[str, Any] = {"person": offer.to_id, "kind": offer.kind.value, "whole": offer.report_id is None}
    if event is Event.CASE_ASKED:
        facts["consent"] = offer.consent.value if offer.consent else "none"
    trail.record(me.session, event, me.now, actor=me.person_id, subject=offer.case_id, **facts)


def _check(me: Counsellor, found: FoundCase, wish: SharingWish) -> None:
    if wish.kind is OfferKind.TRANSFER:
        if found.case.owner_id != me.person_id:
            raise NotTheOwner
        if wish.report_id is not None:
            raise ColleagueNotOffered
    said_yes = wish.consent is not None and wish.consent.is_yes
    if wish.school_id is not None and (wish.kind is not OfferKind.TRANSFER or not said_yes):
        raise ConsentMissing


def _readers(me: Counsellor, report: Report) -> frozenset[int]:
    grants = readership.current_grants(me.session, report).items()
    return frozenset(person for person, grant in grants if grant.state is GrantState.OPEN)


def _ask_for(me: Counsellor, report: Report, who: Candidate, reason: ReaderReason) -> bool:
    """Write a person's closed grant of one report. True where they stand by already and so hold one."""
    held = readership.current_grants(me.session, report).get(who.person_id)
    if held is not None:
        return held.state is GrantState.STANDBY
    opened, to = admission.open_to_admit(me, report), addressee(me.pepper_layer, who)
    if to is None:
        raise ColleagueNotOffered
    granting.add_reader(
        me.session, me.pepper_layer, report, opened.secrets, who, to, reason, me.hour,
        granted_by=me.person_id, state=GrantState.OFFERED,
    )  # fmt: skip
    departures.note_reader(me.session, Event.READER_ASKED, report, who.person_id, reason, me.person_id, me.now)
    return False


def end_for_leaver(session: Session, person_id: int, cases: set[int], hour: datetime) -> None:
    """End the leaver's open questions, asked and received; what others read along by their word goes on."""
    theirs = (CaseOffer.from_id == person_id) | (CaseOffer.to_id == person_id)
    query = select(CaseOffer).where(CaseOffer.case_id.in_(cases), theirs)
    for offer in session.scalars(query).all():
        if offer.state is OfferState.OFFERED:
            withdraw(session, offer)
            offer.state, offer.answered_hour = OfferState.REVOKED, hour
        elif offer.state is OfferState.ACCEPTED and offer.to_id == person_id:
            offer.state, offer.answered_hour = OfferState.ENDED, hour
    session.flush()


def owner_or_asker(me: Counsellor, case: Case, offer: CaseOffer) -> bool:
    """Whether a person may take an offer back: the one who asked, or who is responsible now."""
    return me.person_id in {offer.from_id, case.owner_id}


# A case goes to another person: here, in the city's team, or at another school with the child's yes.
#
# At another school, the case and its reports belong to that school from then on. Nobody of the old school reads on. An
# old head who was left out is left out by name, because the new school has another head.


class TooFewReaders(Exception):
    """After this fewer than two persons could read, and the city's team cannot join."""


def take_over(me: Counsellor, case: Case, offer: CaseOffer, reports: list[Report]) -> None:
    """Become responsible for a case one reads now; the giver reads on only if they said so. Raises TooFewReaders."""
    case.owner_id = me.person_id
    if case.status is CaseStatus.NEW:
        case.status = CaseStatus.RUNNING
    for report in reports:
        if offer.school_id is not None:
            _move(me, report, offer.school_id)
    if offer.school_id is not None:
        case.school_id = offer.school_id
        me.session.flush()
    for report in reports:
        _set_right(me, offer, report)
    case.owner_id = me.person_id  # also if the leaver took it along
    facts = {"person": me.person_id}
    trail.record(me.session, Event.CASE_HANDED_OVER, me.now, actor=offer.from_id, subject=case.id, **facts)
    me.session.flush()


def _move(me: Counsellor, report: Report, school_id: int) -> None:
    opened = admission.open_to_admit(me, report)
    listed = opened.listed
    report.school_id = school_id
    if listed.head:
        people = listed.people | opened.staff.heads
        everybody = LeftOut(people, listed.head, listed.somebody_else, listed.alone)
        readership.write_left_out(me.session, report, opened.secrets, everybody, me.hour)
    me.session.flush()


def _set_right(me: Counsellor, offer: CaseOffer, report: Report) -> None:
    """Let those go who go, and see that two read."""
    known = staff_of(me.session, report.school_id).by_person()
    living = readership.current_grants(me.session, report)
    leaves = set() if offer.keeps and offer.school_id is None else {offer.from_id}
    gone = {person for person in living if person not in known or person in leaves} - {me.person_id}
    opened = admission.open_to_admit(me, report)
    admission.join_city_after(me, opened, gone)
    if len(_now_reading(me, report) - gone) < (1 if opened.listed.alone else FEWEST):
        raise TooFewReaders
    for person in sorted(gone):
        admission.reads_no_longer(
            me.session, me.pepper_layer, report, person, ReaderReason.HANDED_OVER, offer.from_id, me.now
        )  # fmt: skip


def _now_reading(me: Counsellor, report: Report) -> set[int]:
    grants = readership.current_grants(me.session, report).items()
    return {person for person, grant in grants if grant.state is GrantState.OPEN}
