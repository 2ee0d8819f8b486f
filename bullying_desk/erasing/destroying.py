"""Destroying a report, a case or the rest of an account, in every table of the register that holds a part of it.

The caller commits, and then makes the database drop the bytes (`rewriting.rewrite_due`, `Database.forget_deleted`).
The night work does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Date, column, delete, select, table
from sqlalchemy.orm import Session

from bullying_desk.database import UtcDateTime
from bullying_desk.erasing import rewriting, tombstones
from bullying_desk.erasing.registry import TABLES, Kept
from bullying_desk.erasing.tombstones import Thing
from bullying_desk.rights.models import right_table
from bullying_desk.rights.writing import forget
from bullying_desk.sealing.pepper import PepperLayer

REPORT = table("report", column("id"), column("case_id"), column("home_case_id"))


@dataclass(frozen=True, slots=True)
class Destroyer:
    """Destroys rows today. Each report, case and note gets a tombstone in the same transaction."""

    session: Session
    pepper_layer: PepperLayer
    today: date
    done: list[tuple[Thing, int]] = field(default_factory=list)

    def report(self, report_id: int) -> None:
        """Destroy one report, and its case if no other report is left in it."""
        of = self.session.execute(
            select(REPORT.c.case_id, REPORT.c.home_case_id).where(REPORT.c.id == report_id)
        ).first()
        self._rows("report", report_id)
        self._of("report", "id", report_id)
        self._mark(Thing.REPORT, report_id)
        for case_id in of or ():  # the case it is in, and if it is linked, the case whose file waits for it
            if case_id is not None and not self._reports(case_id, linked=True):
                self._case(case_id)

    def case(self, case_id: int) -> None:
        """Empty a case: its reports, everything staff wrote about it, the case itself."""
        reports = self._reports(case_id)
        for report_id in reports:
            self.report(report_id)  # the last one takes the case along
        if not reports:
            self._case(case_id)

    def rows_of_person(self, person_id: int) -> None:
        """Destroy what belongs to an account. The caller destroys the account's own row."""
        self._rows("person", person_id)
        self._mark(Thing.PERSON, person_id)

    def note(self, note_id: int) -> None:
        """Destroy one private note."""
        notes = table("private_note", column("id"))
        self.session.execute(delete(notes).where(notes.c.id == note_id))
        self._mark(Thing.NOTE, note_id)

    def _reports(self, case_id: int, *, linked: bool = False) -> Sequence[int]:
        """Return the case's reports; `linked`: also those that are in another case for now and may come back."""
        of = (REPORT.c.case_id == case_id) | ((REPORT.c.home_case_id == case_id) & linked)
        return self.session.scalars(select(REPORT.c.id).where(of)).all()

    def _case(self, case_id: int) -> None:
        self._rows("case", case_id)
        self._of("case_file", "id", case_id)
        self._mark(Thing.CASE, case_id)

    def _rows(self, whose: str, row_id: int) -> None:
        self.session.flush()
        for name, kept in TABLES.items():
            of = getattr(kept, whose)
            if of is not None:
                self._of(name, of, row_id)

    def _of(self, name: str, of: str, row_id: int) -> None:
        if (model := right_table(name)) is not None and (model.kept or model.of):
            forget(self.session, model, getattr(model, of) == row_id)
            return
        rows = table(name, column(of))
        self.session.execute(delete(rows).where(rows.c[of] == row_id))

    def _mark(self, thing: Thing, row_id: int) -> None:
        # The session's copies of these rows are no longer true.
        self.session.expire_all()
        rewriting.ask(self.session, self.today)
        tombstones.bury(self.session, [tombstones.mark(self.pepper_layer, thing, row_id)], self.today)
        self.done.append((thing, row_id))


def destroy_outdated(session: Session, name: str, kept: Kept, before: date, moment: Any) -> int:
    """Destroy a table's rows whose day is before `before`, or whose moment is before `moment`. Returns how many."""
    of = kept.day or kept.moment
    if of is None:
        return 0
    rows = table(name, column(of, Date() if kept.day else UtcDateTime()))
    if (model := right_table(name)) is not None:
        return forget(session, model, getattr(model, of) < (before if kept.day else moment))
    gone = session.execute(delete(rows).where(rows.c[of] < (before if kept.day else moment)))
    return int(cast(Any, gone).rowcount)
