"""Who writes in the mailbox in this request: the reporter, their opened report, and the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.config import Settings
from bullying_desk.reports.models import Report
from bullying_desk.reports.opening import Secrets
from bullying_desk.sealing.pepper import PepperLayer


@dataclass(frozen=True, slots=True)
class Reporter:
    """A reporter in their own conversation, as `Counsellor` is a reader at the desk.

    `secrets` are the report's secrets by epoch, `now` is the moment in UTC, `rules` are the city's settings.
    """

    session: Session
    pepper_layer: PepperLayer
    report: Report
    secrets: Secrets = field(repr=False)
    now: datetime
    rules: Settings = field(repr=False)

    @property
    def hour(self) -> datetime:
        """The full hour that has begun: what a report's row may hold."""
        return full_hour(self.now)

    @property
    def today(self) -> date:
        """The date in Dortmund."""
        return self.now.astimezone(BERLIN).date()
