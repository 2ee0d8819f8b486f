"""Reading along: the asked colleague says yes or no. It ends by its day, by a press, or by the child.

Saying yes takes the pepper layer off a grant that exists already, and then reads the list of people left out once more:
the child may have added this person since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import colleagues, departures, opening
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, OfferKind, OfferState
from bullying_desk.cases.readers import admission, sharing
from bullying_desk.cases.readers.sharing import take_over
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.night import Counts, Night
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import granting, inviting, readership
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.language import _, german_date


class OfferUnknown(Exception):
    """There is no such question to this person, or none any more."""


class OfferLapsed(Exception):
    """The way in is gone: the child has changed who reads since. The colleague can ask again."""


class NobodyElseReads(Exception):
    """With this the last reader would go."""


@dataclass(frozen=True, slots=True)
class AskedColleague:
    """A question to a person, with the other one's message."""

    offer: CaseOffer
    case: Case
    message: str


def _held(person_id: int | BindParameter[int]) -> Any:
    """A person who was left out since holds no grant any more, and sees nothing."""
    return exists().where(
        Report.case_id == CaseOffer.case_id,
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.person_id == person_id,
        ReportGrant.state != GrantState.ENDED,
    )


def count_asked(person_id: int | BindParameter[int]) -> ScalarSelect[int]:
    """Select how many questions wait for a person, as a part of another query."""
    waiting = (CaseOffer.to_id == person_id, CaseOffer.state == OfferState.OFFERED, _held(person_id))
    return select(func.count(CaseOffer.id)).where(*waiting).scalar_subquery()


def asked_of(session: Session, person_id: int) -> list[CaseOffer]:
    """Return the questions that wait for a person, the oldest first."""
    query = select(CaseOffer).where(
        CaseOffer.to_id == person_id, CaseOffer.state == OfferState.OFFERED, _held(person_id)
    )
    return list(session.scalars(query.order_by(CaseOffer.made_hour, CaseOffer.id)))


def find(me: Counsellor, offer_id: int) -> AskedColleague:
    """Return a question to this person, its case locked. Raises OfferUnknown, UnsealRefused."""
    query = select(CaseOffer).where(CaseOffer.id == offer_id, CaseOffer.to_id == me.person_id, _held(me.person_id))
    offer = me.session.scalars(query).one_or_none()
    if offer is None:
        raise OfferUnknown
    case = me.session.get_one(Case, offer.case_id, with_for_update=True)
    me.session.refresh(offer)
    return AskedColleague(offer, case, opening.open_from_colleague(me, offer.id, offer.message))


def say_yes(me: Counsellor, asked: AskedColleague) -> None:
    """Read from now on, or take over; the child sees it with the reason. A second submit does nothing.

    Raises OfferUnknown for an answered or withdrawn question, OfferLapsed, TooFewLeft, UnsealRefused.
    """
    offer, case = asked.offer, asked.case
    if offer.state is OfferState.ACCEPTED:
        return
    if offer.state is not OfferState.OFFERED:
        raise OfferUnknown
    reports = sharing.reports_of(me.session, offer)
    for report in reports:
        _let_me_in(me, offer, report)
    if not reports:
        raise OfferLapsed
    offer.state, offer.answered_hour = OfferState.ACCEPTED, me.hour
    sharing.note(me, Event.CASE_ASKED_YES, offer)
    if offer.kind is OfferKind.TRANSFER:
        take_over(me, case, offer, reports)
    open_case_secrets(me, case)
    me.session.flush()


def say_no(me: Counsellor, asked: AskedColleague, reason: str) -> None:
    """Decline, with a reason that only the one who asked reads. Raises OfferUnknown, MessageTooLong."""
    offer = asked.offer
    if offer.state is OfferState.DECLINED:
        return
    if offer.state is not OfferState.OFFERED:
        raise OfferUnknown
    offer.answer = sharing.seal_to(me, offer.id, offer.from_id, reason)
    sharing.withdraw(me.session, offer)
    offer.state, offer.answered_hour = OfferState.DECLINED, me.hour
    sharing.note(me, Event.CASE_ASKED_NO, offer)
    me.session.flush()


def end(session: Session, pepper_layer: PepperLayer, offer: CaseOffer, by: int | None, now: datetime) -> None:
    """End reading along. Raises NobodyElseReads.

    The next epoch begins without that reader: at once where a person ends it, and at the next opening where the night
    work does, which makes no grant, not even for those who stay. A reader whom the child has meanwhile chosen, or who
    has taken over, reads on.
    """
    for report in sharing.reports_of(session, offer):
        session.refresh(report, with_for_update=True)
        grant = readership.current_grants(session, report).get(offer.to_id)
        if grant is None or grant.state is not GrantState.OPEN or grant.reason not in sharing.SHARED:
            continue
        if sharing.also_by_another(session, offer, report, OfferState.ACCEPTED):
            continue
        if not admission.release(session, pepper_layer, report, offer.to_id, now):
            raise NobodyElseReads
        if offer.stood_by:
            inviting.stand_by_again(session, pepper_layer, report, offer.to_id, full_hour(now))
        else:
            granting.end_reader(session, report, offer.to_id, full_hour(now))
        session.expire(session.get_one(Case, report.case_id), ["owner_id"])
        departures.note_reader(session, Event.READER_REMOVED, report, offer.to_id, ReaderReason.SHARED, by, now)
        if by is not None:
            readership.begin_epoch(session, pepper_layer, report, readership.current_grants(session, report).values())
    offer.state, offer.answered_hour = OfferState.ENDED, full_hour(now)
    session.flush()


def end_due(session: Session, pepper_layer: PepperLayer, now: datetime) -> int:
    """End what was to end before today, answered or not; the night work never lets a person in. Returns how many."""
    today: date = now.astimezone(BERLIN).date()
    query = select(CaseOffer).where(
        CaseOffer.until_day < today, CaseOffer.state.in_((OfferState.OFFERED, OfferState.ACCEPTED)),
        CaseOffer.kind == OfferKind.SHARE,
    )  # fmt: skip
    count = 0
    for offer in session.scalars(query.with_for_update(skip_locked=True)).all():
        try:
            with session.begin_nested():
                if offer.state is OfferState.OFFERED:
                    sharing.withdraw(session, offer)
                    offer.state = OfferState.ENDED
                else:
                    end(session, pepper_layer, offer, None, now)
        except NobodyElseReads:
            continue  # the child is not left without a reader; the next pass tries again
        facts: dict[str, Any] = {"person": offer.to_id, "kind": offer.kind.value, "whole": offer.report_id is None}
        trail.record(session, Event.CASE_SHARE_ENDED, now, subject=offer.case_id, **facts)
        count += 1
    return count


def _let_me_in(me: Counsellor, offer: CaseOffer, report: Report) -> None:
    me.session.refresh(report, with_for_update=True)
    held = readership.current_grants(me.session, report).get(me.person_id)
    if held is None or staff_of(me.session, offer.school_id or report.school_id).by_person().get(me.person_id) is None:
        raise OfferLapsed
    if held.state is not GrantState.OPEN:
        reason = sharing.reason_of(offer)
        inviting.say_yes(me.session, me.pepper_layer, report, me.person_id, reason, me.hour)
        departures.note_reader(me.session, Event.READER_ADDED, report, me.person_id, reason, offer.from_id, me.now)
    if me.person_id in admission.open_to_admit(me, report).banned:
        raise OfferLapsed
    _keep_giver(me, offer, report)


def _keep_giver(me: Counsellor, offer: CaseOffer, report: Report) -> None:
    """Keep who let this reader in: where the grant does not open, that name is shown."""
    grant = readership.current_grants(me.session, report)[me.person_id]
    if grant.granted_by is None and grant.reason is sharing.reason_of(offer):
        grant.granted_by = offer.from_id
    me.session.flush()


# What the case page says about asked colleagues: to read along, to take over, and their answers.


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One question in words. `take_back`: the button's words, where this person may press it."""

    id: int
    name: str
    words: str
    reason: str
    take_back: str


def lines(me: Counsellor, case: Case, reports: Iterable[int]) -> list[OfferLine]:
    """Return what is asked or runs, and who has said no to this person; only of the reports they read."""
    shown = (CaseOffer.report_id.is_(None)) | (CaseOffer.report_id.in_(list(reports)))
    query = select(CaseOffer).where(CaseOffer.case_id == case.id, shown).order_by(CaseOffer.made_hour, CaseOffer.id)
    offers = [offer for offer in me.session.scalars(query) if _is_shown(me, offer)]
    names = colleagues.names_of(me.session, [offer.to_id for offer in offers])
    return [_line(me, case, offer, names.get(offer.to_id, "?")) for offer in offers]


def _is_shown(me: Counsellor, offer: CaseOffer) -> bool:
    if offer.state is OfferState.OFFERED:
        return True
    if offer.state is OfferState.ACCEPTED:
        return offer.kind is OfferKind.SHARE
    return offer.state is OfferState.DECLINED and offer.from_id == me.person_id


def _line(me: Counsellor, case: Case, offer: CaseOffer, name: str) -> OfferLine:
    may = me.person_id in {offer.from_id, case.owner_id}
    day = {"day": german_date(offer.until_day)} if offer.until_day else {}
    if offer.state is OfferState.DECLINED:
        reason = opening.open_from_colleague(me, offer.id, offer.answer)
        return OfferLine(offer.id, name, _("hat Nein gesagt"), reason, "")
    if offer.state is OfferState.OFFERED:
        words = _("ist gefragt: mitlesen") if offer.kind is OfferKind.SHARE else _("ist gefragt: ganz übernehmen")
        return OfferLine(offer.id, name, words, "", _("Frage zurücknehmen") if may else "")
    words = _("liest mit, bis %(day)s") % day if day else _("liest mit")
    return OfferLine(offer.id, name, words, "", _("Mitlesen beenden") if may else "")


def by_night(night: Night) -> Counts:
    """End the reading of colleagues who were to read along until yesterday. The clock never lets a person in."""
    with night.transaction() as session:
        return {"looking on over": end_due(session, night.pepper_layer, night.now)}
