"""The present time as a value that is passed in: tests and the demonstration city move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class Clock:
    """Gives the moment; work modules get a clock instead of asking the system."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Return the moment in UTC."""
        return self._source().astimezone(UTC)

    def hour(self) -> datetime:
        """Return the full hour that has begun: the finest time a reporter's row may hold."""
        return self.now().replace(minute=0, second=0, microsecond=0)

    def today(self) -> date:
        """Return the date in Dortmund."""
        return self.now().astimezone(BERLIN).date()


def full_hour(moment: datetime) -> datetime:
    """Cut a moment down to its full hour (UTC and Berlin share full hours)."""
    return moment.replace(minute=0, second=0, microsecond=0)
