"""How the service runs, from what the night work wrote down: for the coordinator's page, the public page and alarms.

What a child's act could move comes from the figures of the hour (`reports.figures`), so it changes on the hour only.
Only the night work's own times are live. No figure belongs to a school, and none counts danger.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.notices import night
from bullying_desk.notices.models import NightWork
from bullying_desk.schooldays import HORIZON, runs_out

OLD_COPY = timedelta(days=2)
OLD_DRILL = timedelta(days=35)  # once a month, and a few days
LEAST_FREE = 300 * 1024 * 1024  # bytes
LATE_MAILS = timedelta(hours=1)
CERTIFICATE_ENDS = timedelta(days=14)  # renewed by itself 30 days before: something is broken then


@dataclass(frozen=True, slots=True)
class Running:
    """What is known at one moment. Before the first night work nearly nothing is."""

    now: datetime
    last: NightWork | None = field(repr=False)
    figures: dict[str, Any] = field(repr=False)

    @property
    def hour(self) -> datetime | None:
        """The hour for which the figures stand."""
        return _moment(self.figures.get("hour_seconds"))

    @property
    def clock_jumped(self) -> bool:
        """Whether a person has to say that the clock is right."""
        return night.jumped(self.last, self.now)

    @property
    def night_is_late(self) -> bool:
        """Whether the night work has not run for a while."""
        return self.last is None or self.now - self.last.ran_at > night.LATE

    @property
    def failed_parts(self) -> list[str]:
        """The parts of the night work that failed in its last pass."""
        return self.last.failed.split() if self.last is not None else []

    @property
    def oldest_mail_minutes(self) -> int:
        """How long the oldest waiting mail had waited at the full hour."""
        return int(self.figures.get("notices_oldest_seconds", 0)) // 60

    @property
    def mails_are_late(self) -> bool:
        """Whether mails went out late at the full hour, or do not go out now because the night work stands still."""
        down = bool(self.figures.get("mail_server_down"))
        late = timedelta(minutes=self.oldest_mail_minutes) > LATE_MAILS
        return self.night_is_late or self.clock_jumped or "mails" in self.failed_parts or down or late

    @property
    def copy_is_old(self) -> bool:
        """Whether there is no new copy."""
        made = self.last.backed_up_at if self.last is not None else None
        return made is None or self.now - made > OLD_COPY

    @property
    def drill_is_old(self) -> bool:
        """Whether no copy was tried out lately."""
        day = self.last.drilled_on if self.last is not None else None
        return day is None or day < self.today - OLD_DRILL

    @property
    def free_megabytes(self) -> int | None:
        """Free space where the instance is, at the full hour."""
        free = self.figures.get("disk_free_bytes")
        return None if free is None else int(free) // 1024 // 1024

    @property
    def disk_fills(self) -> bool:
        """Whether the disk was nearly full at the full hour."""
        return self.free_megabytes is not None and self.free_megabytes < LEAST_FREE // 1024 // 1024

    @property
    def certificate_until(self) -> date | None:
        """The last day of the front server's certificate, as `watch` last saw it."""
        until = _moment(self.figures.get(night.CERTIFICATE))
        return until.astimezone(BERLIN).date() if until is not None else None

    @property
    def certificate_ends(self) -> bool:
        """Whether nobody has renewed it in time."""
        return self.certificate_until is not None and self.certificate_until < self.today + CERTIFICATE_ENDS

    @property
    def calendar_until(self) -> date:
        """Until when school holidays are known."""
        return HORIZON

    @property
    def calendar_ends(self) -> bool:
        """Whether that day is near."""
        return runs_out(self.today) is not None

    @property
    def today(self) -> date:
        """The date in Dortmund."""
        return self.now.astimezone(BERLIN).date()

    @property
    def lacking(self) -> int:
        """How many things need a person: as many as the coordinator's page marks."""
        refused, alarms = self.figures.get("notices_refused_people"), self.figures.get("key_alarms")
        night_work = self.night_is_late or self.clock_jumped or bool(self.failed_parts)
        things = (night_work, self.mails_are_late, refused, self.copy_is_old, self.drill_is_old, self.disk_fills,
                  self.certificate_ends, self.calendar_ends, alarms)  # fmt: skip
        return sum(bool(each) for each in things)


def running(session: Session, now: datetime) -> Running:
    """Return how the service runs."""
    last = night.last(session)
    return Running(now, last, json.loads(last.figures) if last is not None and last.figures else {})


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
