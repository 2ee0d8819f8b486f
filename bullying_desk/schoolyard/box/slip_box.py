"""A contact person's work with the box of their school. A coordinator prints no slip and reads none."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.pdf.order import Order
from bullying_desk.reports.models import ContactBox
from bullying_desk.reports.offline import emptying, slips
from bullying_desk.reports.offline.slips import A_SHEET, numbers_of
from bullying_desk.schools.models import School, Seat, SeatRole, SeatState
from bullying_desk.schoolyard.prints.facts import Facts, query_of
from bullying_desk.schoolyard.prints.kit import MARK, source
from bullying_desk.schoolyard.prints.lettering import Value
from bullying_desk.schoolyard.prints.sheet_words import TITLES
from bullying_desk.sealing.receipts import PaperSlip
from bullying_desk.texts.catalogues import GERMAN


class NotOurs(Exception):
    """This person is no contact person there, or the school has no box: to them it does not exist."""


@dataclass(frozen=True, slots=True)
class BoxPage:
    """A school's box as its contact persons see it. `printers`: names by person id."""

    school: School
    box: ContactBox
    keepers: list[str]
    sheets: list[slips.SheetLine]
    printers: dict[int, str]


def own_schools(session: Session, who: Identity) -> list[tuple[School, ContactBox | None]]:
    """Return the schools where this person is a contact, each with its box if it has one."""
    query = select(School, ContactBox).outerjoin(ContactBox, ContactBox.school_id == School.id)
    rows = session.execute(query.where(School.id.in_(who.schools(Role.CONTACT_PERSON))).order_by(School.name))
    return [(school, box) for school, box in rows]


def own_school(session: Session, who: Identity, school_id: int) -> School:
    """Return a school where this person is a contact. Raises NotOurs."""
    if school_id not in who.schools(Role.CONTACT_PERSON):
        raise NotOurs
    return session.get_one(School, school_id)


def own_box(session: Session, who: Identity, school_id: int) -> BoxPage:
    """Return the box of a school where this person is a contact. Raises NotOurs."""
    school = own_school(session, who, school_id)
    box = emptying.box_of(session, school_id)
    if box is None:
        raise NotOurs
    sheets = slips.sheets_of(session, school_id)
    keepers = emptying.keepers_of(session, school_id)
    names = select(Person.id, Person.name).where(Person.id.in_({sheet.printed_by for sheet in sheets}))
    return BoxPage(
        school,
        box,
        sorted(session.scalars(select(Seat.shown_name).where(Seat.id.in_(keepers)))),
        sheets,
        dict(session.execute(names).all()),
    )


def contacts(session: Session, school_id: int) -> list[tuple[str, str]]:
    """Return a school's contact persons as choices of a field, by seat."""
    query = select(Seat.id, Seat.shown_name).where(
        Seat.school_id == school_id, Seat.role == SeatRole.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
    )
    return [(str(seat_id), name) for seat_id, name in session.execute(query.order_by(Seat.shown_name))]


def set_box(
    session: Session, school_id: int, spot: str | None, seats: frozenset[int], person_id: int, now: datetime
) -> None:
    """Enter a school's box and who empties it, or take it down."""
    known = {int(seat_id) for seat_id, _name in contacts(session, school_id)}
    emptying.set_box(session, school_id, spot, seats & known)
    trail.record(session, Event.BOX_SET, now, actor=person_id, subject=school_id, there=spot is not None)


# The sheets of slips: the words are printed on the inner side of a fold and exist only until the print is sent.
#
# A sheet has three slips, printed on both sides. Left of the cut is the child's half with the words inside. Right of it
# is the half for the box, with its number.


FILE: Final = "zettel.pdf"


def order_for_slips(facts: Facts, first_sheet: int, made: Sequence[PaperSlip]) -> Order:
    """Return the order for sheets that begin with `first_sheet`. It holds the words: it is printed and thrown away."""
    sheets: list[Value] = []
    for sheet in range(first_sheet, first_sheet + len(made) // A_SHEET):
        offset = (sheet - first_sheet) * A_SHEET
        slips: list[Value] = [
            {
                "nummer": number,
                "worte": list(slip.words.words),
                "zahlen": [] if facts.language == GERMAN else list(slip.words.digits),
            }
            for number, slip in zip(numbers_of(sheet), made[offset : offset + A_SHEET], strict=True)
        ]
        sheets.append({"blatt": sheet, "zettel": slips})
    told: dict[str, Value] = {
        "blaetter": sheets,
        "rueckweg": str(facts.values["adresse"]).rpartition("/")[0] + "/zurueck" + query_of(facts.language),
    }
    text = source(facts, "slips", TITLES.slips, told)
    return Order({FILE: text}, {}, {"mark.svg": MARK}, calendar.timegm(facts.edition.timetuple()))
