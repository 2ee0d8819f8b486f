"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bullying_desk.clock import Clock

TUESDAY_MORNING = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)  # 9:20 in Dortmund, an ordinary school day


class MovingClock(Clock):
    """Tells `moment` until the test sets or forwards it."""

    def __init__(self, moment: datetime = TUESDAY_MORNING) -> None:
        super().__init__(lambda: self.moment)
        self.moment = moment

    def forward(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        self.moment += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
