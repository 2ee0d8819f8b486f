"""Offering times to a reporter: what the roster proposes, what was chosen, and one's own agreed times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.clock import BERLIN
from bullying_desk.reports.mailbox import appointments, meetings
from bullying_desk.reports.mailbox.appointments import KEY, Chosen, OwnTime, SlotsRefused, Why
from bullying_desk.reports.mailbox.letters import Letter, Slot
from bullying_desk.reports.models import Report
from bullying_desk.schools.breaks import is_school_day
from bullying_desk.schools.models import OfficeHour
from bullying_desk.schools.team import contact_seats, hours_of, school_calendar

PROPOSED: Final = 6


def proposals(me: Counsellor, school_id: int) -> tuple[list[Slot], str]:
    """Return the beginnings of one's own next office hours that are free and on school days, and one's own room.

    They begin tomorrow: a child has to read them first.
    """
    hours, found = _own_hours(me, school_id), []
    if not hours:
        return [], ""
    calendar = school_calendar(me.session, school_id)
    for ahead in range(1, appointments.AHEAD + 1):
        day = me.today + timedelta(days=ahead)
        if is_school_day(calendar, day):
            found += [_slot(hour, day) for hour in hours if hour.weekday == day.weekday()]
    room = next((hour.place.name for hour in hours if hour.place is not None), "")
    return appointments.free(me.session, me.pepper_layer, me.person_id, found)[:PROPOSED], room


def wanted(me: Counsellor, report: Report, chosen: Chosen) -> tuple[Slot, ...]:
    """Return the chosen times, earliest first; none where nothing was chosen. Raises SlotsRefused."""
    by_key = {f"{each.start:{KEY}}": each for each in proposals(me, report.school_id)[0]} if chosen.ticked else {}
    if not set(chosen.ticked) <= set(by_key):
        raise SlotsRefused(Why.TAKEN)
    slots = [by_key[key] for key in dict.fromkeys(chosen.ticked)]
    for day, clock in chosen.typed:
        if (day is None) != (clock is None):
            raise SlotsRefused(Why.HALF)
        if day is not None and clock is not None:
            slots.append(Slot(datetime.combine(day, clock, BERLIN), " ".join(chosen.place.split())))
    if not slots:
        return ()
    slots.sort(key=lambda slot: slot.start)
    appointments.check(me.session, me.person_id, report, slots, me.now)
    return tuple(slots)


def is_own_letter(letter: Letter, me: Counsellor, text: str, chosen: Chosen) -> bool:
    """Whether a letter is what this form would send: a second press finds it, though its times are no longer free."""
    text = f"{text}\n\n{meetings.words_of(letter.slots)}" if letter.slots else text
    starts = {f"{slot.start:{KEY}}" for slot in letter.slots}
    typed = {f"{day}T{clock:%H:%M}" for day, clock in chosen.typed if day and clock}
    return letter.author_id == me.person_id and letter.text == text and starts == typed | set(chosen.ticked)


def own_times(me: Counsellor) -> list[OwnTime]:
    """Return one's own agreed times that are not over, earliest first."""
    return appointments.agreed_times(me.session, me.pepper_layer, me.key, me.person_id, me.now)


def _own_hours(me: Counsellor, school_id: int) -> list[OfficeHour]:
    seats = [seat for seat in contact_seats(me.session, me.person_id) if seat.school_id == school_id]
    return [hour for seat in seats for hour in hours_of(me.session, seat) if hour.place_id is not None]


def _slot(hour: OfficeHour, day: date) -> Slot:
    return Slot(datetime.combine(day, hour.starts, BERLIN), hour.place.name if hour.place is not None else "")
