"""What the case page says about who was asked: to look on, to take over, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from bullying_desk.cases import opening, people
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, OfferKind, OfferState
from bullying_desk.reports.models import Case
from bullying_desk.web.language import _, german_date


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One question in words. `take_back`: what the button says, where this person may press it."""

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
    names = people.names_of(me.session, [offer.to_id for offer in offers])
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
