"""Changing a measure that lies ahead: what exactly, who does it, by when. The former writing stays on file.

Whoever comes second is shown what the first one wrote and loses nothing of their own.
"""

from __future__ import annotations

from datetime import date

from bullying_desk.cases import planning, sheets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.finding import FoundCase
from bullying_desk.cases.planning import DayPassed, Measure, MeasureUnknown, OwnerUnknown
from bullying_desk.cases.sheets import Kind, Pile, Secrets
from bullying_desk.reports.models import Case


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
    case, file = found.case, sheets.pile(me, found.case, secrets)
    now = next((one for one in planning.measures_in(file) if one.number == number and one.done is None), None)
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
    planning.settle(me, case, _write(me, case, secrets, file, now, what.strip(), owner_id, day))


def pass_on(me: Counsellor, case: Case, secrets: Secrets, to: int | None) -> int:
    """Give one's own steps of the plan to the colleague who takes over, where they read the whole case.

    Returns how many. Where nobody takes over the steps stay as they are, and the plan says that they are nobody's.
    Raises NoteTooLong.
    """
    if to is None or case.epoch not in secrets or to not in planning.owners(me, case):
        return 0
    file = sheets.pile(me, case, secrets)
    mine = [one for one in planning.measures_in(file) if one.done is None and one.owner_id == me.person_id]
    for one in mine:
        file = _write(me, case, secrets, file, one, one.sheet.text("what"), to, one.day)
    if mine:
        planning.settle(me, case, file)
    return len(mine)


def _write(
    me: Counsellor, case: Case, secrets: Secrets, file: Pile, one: Measure, what: str, owner_id: int, day: date
) -> Pile:
    """Write a measure anew; why it is used although something speaks against it goes along."""
    said = {
        "of": str(one.number),
        "method": one.method.code,
        "what": what,
        "owner": str(owner_id),
        "day": day.isoformat(),
        "despite": one.sheet.text("despite"),
    }
    return file.and_then(sheets.write(me, case, secrets, Kind.MEASURE, said, before=file))
