"""Two people on a case, in the demonstration: one colleague is asked to read along, another one does so already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import OfferKind
from bullying_desk.cases.readers import read_along, sharing
from bullying_desk.cases.readers.sharing import Wish
from bullying_desk.commands.demonstration.casework import cases_of
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.reports.models import CaseStatus

if TYPE_CHECKING:
    from bullying_desk.commands import Desk


def fill_together(desk: Desk, people: dict[str, Invented]) -> None:
    """Let two people ask a member of the city's team about their first running case; one has said yes."""
    by_id = {one.person.id: one for one in people.values()}
    with desk.database.transaction() as session:
        for name, answered in (("Jan", False), ("Olena", True)):
            for me, found in cases_of(desk, session, people, name, CaseStatus.RUNNING):
                asked = [one for one in sharing.can_be_asked(me, found, OfferKind.SHARE) if one.person_id in by_id]
                if not asked:
                    continue
                day, words = me.today + timedelta(days=14), "Magst du mit draufsehen? Ich bin unsicher."
                wish = Wish(OfferKind.SHARE, asked[0].person_id, until=day, message=words)
                offer = sharing.ask(me, found, wish)
                if answered:
                    other = by_id[offer.to_id]
                    them = Counsellor(session, me.layer, other.person.id, other.key, me.now)
                    read_along.say_yes(them, read_along.find(them, offer.id))
