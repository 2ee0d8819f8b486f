"""Taking schools in: the register's file and lists of signatures, each seen before anything changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.invitations.tables import TableRefused, TableRow, lost_zero, numbers_in, read_table
from bullying_desk.accounts.sign_in.addresses import InputRefused, checked_name
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.clock import BERLIN
from bullying_desk.config import Settings
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register import membership
from bullying_desk.schools.register.importing import ImportPlan, MunicipalityNotInFile, apply_import, plan_import
from bullying_desk.schools.register.membership import MembershipRefused
from bullying_desk.schools.register.register_file import RegisterFileRefused, read_register, write_register
from bullying_desk.web.language import _

COLUMNS = ("Schulnummer", "Datum", "Unterschrift")
FIRST_DAY = date(2000, 1, 1)  # an earlier signature is a slip of the pen
_DAY_WRONG = _("Schreiben Sie den Tag der Unterschrift, nicht in der Zukunft, so: 24.08.2026.")


class SeenAnother(Exception):
    """The register changed after the preview: what was seen is not what would be done."""


class ManyClosed(Exception):
    """The file closes so many schools that a person must say yes to it."""


def plan_register(session: Session, settings: Settings, data: bytes) -> ImportPlan:
    """Read the school file and say what it would change at the city's schools. Raises RegisterFileRefused."""
    if settings.demo:
        raise RegisterFileRefused(1, _("eine Vorführung nimmt keine echten Schulen auf"))
    try:
        return plan_import(session, read_register(data), settings.municipality)
    except MunicipalityNotInFile as missing:
        reason = _("in der Datei steht keine Schule der Gemeinde %(key)s") % {"key": settings.municipality}
        raise RegisterFileRefused(1, reason) from missing


def register_text(plan: ImportPlan) -> str:
    """Return the rows of a plan, for the form that carries it out: the file itself is kept nowhere."""
    return write_register(plan.rows)


def import_register(session: Session, plan: ImportPlan, seen: str, *, sure: bool, by: int, now: datetime) -> None:
    """Carry out the plan that was seen. Raises SeenAnother, ManyClosed."""
    if plan.digest != seen:
        raise SeenAnother
    if plan.closes_too_many and not sure:
        raise ManyClosed
    apply_import(session, plan, now.astimezone(BERLIN).date())
    counts = {"added": len(plan.added), "changed": len(plan.changed), "closed": len(plan.closed)}
    record(session, Event.SCHOOLS_IMPORTED, now, actor=by, **counts)
    session.flush()


# One school, and many from a list.


def join(session: Session, school: School, on: date | None, signatory: str, by: int, now: datetime) -> None:
    """Open the contact point of a known school. Raises MembershipRefused, also for a day that cannot be."""
    if on is None or not FIRST_DAY <= on <= now.astimezone(BERLIN).date():
        raise MembershipRefused(_DAY_WRONG)
    membership.join(session, school, on, signatory)
    record(session, Event.SCHOOL_JOINED, now, actor=by, subject=school.id)


def pause(session: Session, school: School, reason: str, by: int, now: datetime) -> None:
    """Let the contact point rest. Raises MembershipRefused."""
    membership.pause(session, school, reason)
    record(session, Event.SCHOOL_PAUSED, now, actor=by, subject=school.id)


def resume(session: Session, school: School, by: int, now: datetime) -> None:
    """Open a resting contact point again. Raises MembershipRefused."""
    membership.resume(session, school)
    record(session, Event.SCHOOL_RESUMED, now, actor=by, subject=school.id)


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of a list: this school takes part from a day, by a person's signature."""

    line: int
    school: School
    on: date
    signatory: str


@dataclass
class SignaturePlan:
    """A list after reading. `there`: lines that already hold, so that one list may be brought twice."""

    new: list[Signature] = field(default_factory=list)
    there: list[Signature] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The list again, for the form that carries it out."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in sorted([*self.new, *self.there], key=lambda one: one.line):
            writer.writerow([one.school.number, f"{one.on:%d.%m.%Y}", one.signatory])
        return out.getvalue()


def plan_signatures(session: Session, content: bytes, today: date) -> SignaturePlan:
    """Read and check a list whole. A file that is no table gives one error without a line."""
    plan = SignaturePlan()
    try:
        rows = read_table(content, COLUMNS)
    except TableRefused as refused:
        plan.errors.append((0, refused.reason))
        return plan
    if not rows:
        plan.errors.append((0, _("Unter der Kopfzeile steht keine Schule.")))
    found = session.scalars(select(School).where(School.number.in_(numbers_in(rows))))
    schools, seen = {each.number: each for each in found}, dict[str, int]()
    names = {number: each.shown_name for number, each in schools.items()}
    for row in rows:
        number = row.cells["schulnummer"]
        if number in schools:
            _sort_in(plan, row, schools[number], seen, today)
        else:
            words = _("Die Schulnummer „%(number)s“ steht nicht im Verzeichnis.") % {"number": number[:12]}
            plan.errors.append((row.line, words + lost_zero(number, names)))
    return plan


def _sort_in(plan: SignaturePlan, row: TableRow, school: School, seen: dict[str, int], today: date) -> None:
    errors = plan.errors
    if school.number in seen:
        words = _("Diese Schule steht schon in Zeile %(line)s.") % {"line": seen[school.number]}
        errors.append((row.line, words))
        return
    seen[school.number] = row.line
    on = _day(row.cells["datum"])
    if on is None or not FIRST_DAY <= on <= today:
        errors.append((row.line, _DAY_WRONG))
        return
    try:
        one = Signature(row.line, school, on, checked_name(row.cells["unterschrift"]))
    except InputRefused as refused:
        errors.append((row.line, _("Unterschrift: %(reason)s") % {"reason": refused.reason}))
        return
    if school.state is SchoolState.JOINED and (school.joined_on, school.joined_signatory) == (one.on, one.signatory):
        plan.there.append(one)
    elif school.state is not SchoolState.KNOWN or not school.school_form.has_pupils:
        words = _("%(school)s: Nur eine Schule, die bekannt ist und noch nicht mitmacht, kann beitreten.")
        errors.append((row.line, words % {"school": school.shown_name}))
    else:
        plan.new.append(one)


def _day(typed: str) -> date | None:
    for shape in ("%d.%m.%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):  # the last one: a cell that Excel holds as a day
        try:
            return datetime.strptime(typed, shape).date()
        except ValueError:
            continue
    return None


def join_all(session: Session, signatures: Iterable[Signature], by: int, now: datetime) -> int:
    """Take in each school of a list; returns how many. Raises MembershipRefused, and then nothing may be committed."""
    count = 0
    for one in signatures:
        join(session, one.school, one.on, one.signatory, by, now)
        count += 1
    return count
