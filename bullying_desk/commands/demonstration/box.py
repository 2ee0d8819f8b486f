"""The demonstration's box: it is at the first school, one sheet of slips is printed, and toilets have stickers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.reports.offline import emptying, slips
from bullying_desk.schools import places
from bullying_desk.schools.models import School, Seat, SeatRole, SeatState
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import PaperSlip


def fill_box(session: Session, layer: PepperLayer, school: School, made: list[PaperSlip], now: datetime) -> None:
    """Put up the box, with its keeper and one sheet. Nobody has the words of this sheet."""
    query = select(Seat).where(
        Seat.school_id == school.id, Seat.role == SeatRole.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
    )
    keeper = session.scalars(query.order_by(Seat.shown_name)).first()
    if keeper is None:
        return
    emptying.set_box(session, school.id, "neben der Bücherei", {keeper.id})
    places.switch(session, school.id, ["toilette"])
    slips.keep_sheets(session, layer, school.id, slips.next_sheet(session, school.id), made, keeper.person_id, now)
