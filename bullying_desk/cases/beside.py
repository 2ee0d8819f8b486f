"""What stands beside the list in the inbox: rare things that wait for this person, asked for in one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts import late_posts
from bullying_desk.accounts.models import HeldPost
from bullying_desk.cases import looking_on, newcomers, people, restoring
from bullying_desk.cases.inbox import waiting_for_access
from bullying_desk.cases.models import CaseOffer
from bullying_desk.cases.newcomers import Newcomer
from bullying_desk.cases.restoring import Offer
from bullying_desk.retention import asking, warning


@dataclass(frozen=True, slots=True)
class Beside:
    """Mostly all of it is empty. `asked`: what a colleague asks, with the name of whoever asks."""

    locked: int
    offers: tuple[Offer, ...]
    held: tuple[HeldPost, ...]
    unread_kept: tuple[int, ...]  # closed cases that are over but for something unread
    asked: tuple[tuple[CaseOffer, str], ...]
    newcomers: tuple[Newcomer, ...]
    requests: tuple[asking.Asked, ...]  # what the data protection officer asks


def beside(session: Session, person_id: int, key_id: bytes, now: datetime, today: date) -> Beside:
    """Ask once what there is at all, and only for what is there in full."""
    locked, keys, late, unread, questions, new, officer = session.execute(
        select(
            waiting_for_access(person_id, key_id),
            restoring.somebody_has_a_new_key(person_id),
            late_posts.count_held(person_id, now),
            warning.count_warned(person_id, key_id),
            looking_on.count_asked(person_id),
            newcomers.somebody_is_new(person_id, key_id, today),
            asking.count_waiting(person_id, key_id),
        )
    ).one()
    return Beside(
        locked=locked,
        offers=tuple(restoring.offers(session, person_id, key_id)) if keys else (),
        held=tuple(late_posts.held_for(session, person_id, now)) if late else (),
        unread_kept=tuple(warning.warned(session, person_id, key_id)) if unread else (),
        asked=_asked(session, person_id) if questions else (),
        newcomers=tuple(newcomers.newcomers(session, person_id, key_id, today)) if new else (),
        requests=tuple(asking.waiting(session, person_id, key_id)) if officer else (),
    )


def _asked(session: Session, person_id: int) -> tuple[tuple[CaseOffer, str], ...]:
    offers = looking_on.asked_of(session, person_id)
    names = people.names_of(session, [offer.from_id for offer in offers])
    return tuple((offer, names.get(offer.from_id, "?")) for offer in offers)
