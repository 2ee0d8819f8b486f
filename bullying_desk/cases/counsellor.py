"""Who works at the desk in this request: the person, their opened key, and the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.reports.models import Report
from bullying_desk.reports.opening import OpenedReport, open_report_secrets
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.pepper import PepperLayer


@dataclass(frozen=True, slots=True)
class Counsellor:
    """A reader at work. `key` opens what was sealed to them and nothing else; `now` is the moment in UTC."""

    session: Session
    pepper_layer: PepperLayer
    person_id: int
    key: PersonKey = field(repr=False)
    now: datetime

    def open_report(self, report: Report, *, reads: bool = True) -> OpenedReport:
        """Open a report this person reads; `reads` notes the hour of the first reading.

        Raises ReaderExcluded, UnsealRefused.
        """
        hour = self.hour if reads else None
        secrets = open_report_secrets(self.session, self.pepper_layer, self.key, self.person_id, report, hour=hour)
        return OpenedReport(self.session, report, secrets)

    @property
    def hour(self) -> datetime:
        """The full hour that has begun: what a report's row may hold."""
        return full_hour(self.now)

    @property
    def today(self) -> date:
        """The date in Dortmund."""
        return self.now.astimezone(BERLIN).date()
