"""What counts on one day: how long each kind of data is kept, and when a closed case is destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.erasing.default_periods import PERIODS, Kind
from bullying_desk.erasing.models import RetentionPeriod

EVERYBODY = ""  # for every school authority without a number of its own
MISTAKE = "mistake"  # Case.outcome of a case that was no report at all
OF_CASES = (Kind.CONVERSATION, Kind.CASE, Kind.MISTAKE)


@dataclass(frozen=True, slots=True)
class Periods:
    """What counts on one day."""

    rows: dict[tuple[str, Kind], RetentionPeriod]
    today: date

    def days(self, kind: Kind, authority: str = EVERYBODY) -> int:
        """Return for how many days a kind is kept, for one school authority."""
        row = self.rows.get((authority, kind)) or self.rows.get((EVERYBODY, kind))
        if row is None:
            return PERIODS[kind].days
        return row.days if row.effective_on <= self.today else row.days_before

    def coming(self, kind: Kind, authority: str = EVERYBODY) -> RetentionPeriod | None:
        """Return a number that counts only later."""
        row = self.rows.get((authority, kind))
        return row if row is not None and row.effective_on > self.today else None

    def days_of(self, closed_hour: datetime, outcome: str | None, authority: str) -> tuple[date, date]:
        """Return the days on which a closed case's conversation and the whole case are destroyed.

        `retention.due` asks the database for the same days; this is for one case that is loaded already.
        """
        closed = closed_hour.astimezone(BERLIN).date()
        kept = {kind: closed + timedelta(days=self.days(kind, authority) + 1) for kind in OF_CASES}
        case_on = min(kept[Kind.CASE], kept[Kind.MISTAKE]) if outcome == MISTAKE else kept[Kind.CASE]
        return min(kept[Kind.CONVERSATION], case_on), case_on

    @property
    def authorities(self) -> frozenset[str]:
        """The school authorities that have numbers of their own."""
        return frozenset(authority for authority, _kind in self.rows if authority != EVERYBODY)


def load(session: Session, today: date) -> Periods:
    """Return the periods that count today."""
    return Periods({(row.authority, row.kind): row for row in session.scalars(select(RetentionPeriod))}, today)
