"""Changing a measure that lies ahead: what exactly, who does it, by when. The former writing stays on file.

Whoever comes second is shown what the first one wrote and loses nothing of their own (ux.md 4).
"""

from __future__ import annotations

from datetime import date

from bullying_desk.cases import planning, sheets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.finding import FoundCase
from bullying_desk.cases.planning import DayPassed, Measure, MeasureUnknown, OwnerUnknown
from bullying_desk.cases.sheets import Kind, Secrets


class ChangedMeanwhile(Exception):
    """Somebody else has changed the measure since the page was shown; `now` is how it stands."""

    def __init__(self, now: Measure) -> None:
        super().__init__(now.number)
        self.now = now


def change(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    number: int,
    what: str,
    owner_id: int,
    day: date,
    *,
    seen: int,
) -> None:
    """Change a measure. `seen` is the number of the writing the page has shown. A second press finds it changed.

    Raises MeasureUnknown, ChangedMeanwhile, OwnerUnknown, DayPassed, NoCaseKey, NoteTooLong.
    """
    case = found.case
    measures = planning.plan_of(me, case, secrets)
    now = next((one for one in measures if one.number == number and one.done is None), None)
    if now is None:
        raise MeasureUnknown(number)
    if (now.sheet.text("what"), now.owner_id, now.day) == (what.strip(), owner_id, day):
        return
    if now.sheet.number != seen:
        raise ChangedMeanwhile(now)
    if owner_id not in planning.owners(me, case):
        raise OwnerUnknown(owner_id)
    if day < me.today and day != now.day:
        raise DayPassed(day)
    said = {
        "of": str(number),
        "method": now.method.code,
        "what": what.strip(),
        "owner": str(owner_id),
        "day": day.isoformat(),
    }
    sheets.write(me, case, secrets, Kind.MEASURE, said)
    planning.settle(me, case, secrets)
