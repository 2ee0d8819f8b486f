"""What the parts of one pass of the night work get. Each domain has its parts beside its work; `ticking` runs them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.sealing.pepper import PepperLayer

Counts = dict[str, int]
"""What a part did: a count under each plain name."""


@dataclass(frozen=True, slots=True)
class Night:
    """One pass. `now` is the moment in UTC; `bent`: an earlier part found a right that does not hold."""

    database: Database = field(repr=False)
    settings: Settings = field(repr=False)
    pepper_layer: PepperLayer = field(repr=False)
    now: datetime
    bent: bool = False

    @property
    def today(self) -> date:
        """The date in Dortmund."""
        return self.now.astimezone(BERLIN).date()

    def transaction(self, *, write: bool = True) -> AbstractContextManager[Session]:
        """Return a transaction of a part's own: it commits at its end and rolls back on any error."""
        return self.database.transaction(write=write)


Part = Callable[[Night], Counts]
