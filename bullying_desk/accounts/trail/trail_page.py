"""The trail for the data protection officer: acts in German, staff and schools by name, never a content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.tables import write_csv
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.trail.trail_words import BY_CODE, FACT_WORDS, ID_FACTS, VALUE_WORDS
from bullying_desk.audit import chain, kept_head, trail
from bullying_desk.audit.chain import Head, head, newest_anchor
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.trail import TrailFilter, all_entries, entries
from bullying_desk.audit.verifying import unlinked
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.erasing import tombstones
from bullying_desk.night import Counts, Night
from bullying_desk.notices.models import OutboxMail
from bullying_desk.resources import case_name
from bullying_desk.rights import head as rights_head
from bullying_desk.rights.head import Found
from bullying_desk.schools.models import School, Seat, SeatState
from bullying_desk.web.language import _

CSV_HEADER = ("Zeit", "Ereignis", "Code", "Wer", "Wer (Nr.)", "Betrifft", "Betrifft (Nr.)", "Angaben")
MOST_CSV_ROWS = 50_000
# Acts whose subject, where it is neither a person nor a school, is a case.
ABOUT_CASES = ("report.", "case.", "key.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The form's fields as they were sent; a value that is no day, number or act counts as empty."""

    event: str = ""
    actor: str = ""
    subject: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Asked:
        """Read the address."""
        names = ("art", "wer", "nr", "von", "bis")
        return cls(*(args.get(name, "").strip()[:40] for name in names))

    def filter(self) -> TrailFilter:
        """Return the filter."""
        event = self.event if self.event in BY_CODE else None
        return TrailFilter(event, _row_id(self.actor), _row_id(self.subject), _day(self.first), _day(self.last))

    def query(self, **changed: str) -> str:
        """Return the same question as part of an address, with some fields changed."""
        fields = {"art": self.event, "wer": self.actor, "nr": self.subject, "von": self.first, "bis": self.last}
        return urlencode({name: value for name, value in {**fields, **changed}.items() if value}, safe="{}")


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One act as it is shown; `actor` and `subject` are (name, id in short writing), or None for nobody.

    `times`: so often within one hour by one person about one thing; `at` is the last time. `case`: it is about one.
    """

    at: datetime
    words: str
    code: str
    actor: tuple[str, str] | None
    subject: tuple[str, str] | None
    facts: str
    case: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class TrailView:
    """The whole page."""

    lines: list[TrailLine]
    total: int
    page: int
    pages: int
    head: Head | None
    unlinked: int
    people: list[tuple[str, str]]


def view(session: Session, asked: Asked, page: int) -> TrailView:
    """Return one page of the trail, with its head and with everybody who can be looked for."""
    found = entries(session, page, asked.filter())
    lines = _grouped(_lines(session, found.rows))
    people = [
        (short_id(id_), name) for id_, name in session.execute(select(Person.id, Person.name).order_by(Person.name))
    ]
    return TrailView(lines, found.total, found.page, found.pages, head(session), unlinked(session), people)


def csv(session: Session, asked: Asked) -> str:
    """Return the same acts as a table, at most MOST_CSV_ROWS, the newest first."""
    rows = list(all_entries(session, asked.filter(), MOST_CSV_ROWS))
    return write_csv(CSV_HEADER, (_cells(line) for line in _lines(session, rows)))


def zone(moment: datetime) -> str:
    """Name the time that clocks in Germany showed: MEZ in winter, MESZ in summer."""
    return "MESZ" if moment.astimezone(BERLIN).dst() else "MEZ"


def short_id(row_id: int) -> str:
    """Write a row's number as addresses and tables show it."""
    return f"{row_id:x}"


def _grouped(lines: Iterable[TrailLine]) -> list[TrailLine]:
    """Put what one person did to one thing within an hour into one line: ten presses hide the act before."""
    found: dict[tuple[object, ...], list[TrailLine]] = {}
    for line in lines:
        hour = line.at.astimezone(BERLIN).replace(minute=0, second=0, microsecond=0)
        about = line.subject or line.facts  # what is about nothing with a number is told apart by its facts alone
        found.setdefault((hour, line.code, line.actor, about), []).append(line)
    return [replace(some[0], facts=_told_once(some), times=len(some)) for some in found.values()]


def _told_once(lines: list[TrailLine]) -> str:
    """Return the facts of some lines: what all share once, then what differs, each once."""
    facts = [line.facts.split(", ") for line in lines]
    shared = [each for each in facts[0] if all(each in one for one in facts)]
    others = dict.fromkeys(", ".join(each for each in one if each not in shared) for one in facts)
    return "; ".join(filter(None, [", ".join(shared), *others]))


def _cells(line: TrailLine) -> list[str]:
    at = line.at.astimezone(BERLIN).isoformat(" ", "seconds")  # with its distance to UTC
    actor, subject = line.actor or ("", ""), line.subject or ("", "")
    return [at, line.words, line.code, *actor, *subject, line.facts]


def _lines(session: Session, rows: list[AuditEntry]) -> Iterator[TrailLine]:
    names = _names(session, rows)
    for row in rows:
        actor = None if row.actor_id is None else (names.get(row.actor_id, "?"), short_id(row.actor_id))
        subject = None if row.subject_id is None else (_subject(row, row.subject_id, names), short_id(row.subject_id))
        facts = ", ".join(f"{_(FACT_WORDS.get(key, key))}: {_value(key, row.facts[key], names)}" for key in row.facts)
        case = row.event.startswith(ABOUT_CASES) and row.subject_id not in names
        yield TrailLine(row.at, _(BY_CODE.get(row.event, row.event)), row.event, actor, subject, facts, case)


def _subject(row: AuditEntry, subject: int, names: dict[int, str]) -> str:
    if subject in names:
        return names[subject]
    # Two neutral words that colleagues use for a case too; they come from its number and say nothing about it.
    return _("Fall „%s“") % case_name(subject) if row.event.startswith(ABOUT_CASES) else "?"


def _value(key: str, value: object, names: dict[int, str]) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, int) and key in ID_FACTS:
        return names.get(value, short_id(value))
    if isinstance(value, str) and len(value) == len("2026-11-27") and (day := _day(value)):
        return f"{day:%d.%m.%Y}"
    return "–" if value is None else _(VALUE_WORDS.get(str(value), str(value)))


def _names(session: Session, rows: Iterable[AuditEntry]) -> dict[int, str]:
    """Return the names of all persons and schools in some acts."""
    wanted = {value for row in rows for value in (row.actor_id, row.subject_id, *row.facts.values())}
    ids = [value for value in wanted if isinstance(value, int) and not isinstance(value, bool)]
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):  # databases bind only so many values at once
        some = ids[start : start + 500]
        found.update({each.id: each.name for each in session.scalars(select(Person).where(Person.id.in_(some)))})
        found.update({each.id: each.shown_name for each in session.scalars(select(School).where(School.id.in_(some)))})
    return found


def _row_id(typed: str) -> int | None:
    try:
        number = int(typed, 16)
    except ValueError:
        return None
    return number if 0 < number < 2**63 else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


# The trail's head, once a day by mail to the data protection officers: kept where the program cannot change it.


KIND = "head"
MAILED_AT = time(6, 30)  # of the day in Dortmund: the same every day, so that it gives nothing away
SUBJECT = "Prüfwert des Protokolls"
BODY = """Guten Tag,

das ist der Prüfwert des Protokolls von heute:

{words}

Bitte heben Sie diese Nachricht auf. Mit dem Wert lässt sich später prüfen,
ob am Protokoll etwas geändert, entfernt oder eingefügt wurde.
"""
CUT = """
Am Anfang fehlt, was älter ist als die Frist. Bis dahin ist gekürzt:

{words}
"""


def mail_head(session: Session, now: datetime) -> int:
    """Put the day's head into the outbox, once for each active data protection officer. Returns how many mails.

    The caller holds the lock under which the chain is extended, so two machines do not mail twice.
    """
    moment = datetime.combine(now.astimezone(BERLIN).date(), MAILED_AT, BERLIN)
    newest = head(session)
    if now < moment or newest is None:
        return 0
    anchor = newest_anchor(session)
    cut = CUT.format(words=Head(anchor.number, anchor.seal).words) if anchor is not None else ""
    told = select(OutboxMail.person_id).where(OutboxMail.kind == KIND, OutboxMail.not_before == moment)
    waiting = [one for one in officers(session) if one.id not in set(session.scalars(told))]
    for one in waiting:
        session.add(
            OutboxMail(
                id=random_id(),
                person_id=one.id,
                kind=KIND,
                address=one.email,
                subject=SUBJECT,
                body=BODY.format(words=newest.words) + cut,
                not_before=moment,
            )
        )
    session.flush()
    return len(waiting)


def officers(session: Session) -> list[Person]:
    """Return the active data protection officers."""
    query = (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Seat.role == Role.DATA_PROTECTION_OFFICER,
            Seat.state == SeatState.ACTIVE,
        )
    )
    return list(session.scalars(query.distinct()))


# Invalid rights become alarms in the trail, each once a day; `notices` brings them to people.

AGAIN = timedelta(days=1)


def raise_for_rights(session: Session, faults: Iterable[Found], now: datetime) -> int:
    """Enter each fault that was not entered within a day; returns how many were."""
    entered = 0
    for each in faults:
        subject = each.row_id if isinstance(each.row_id, int) else None
        what = f"{each.kind}:{each.fault.name.lower()}"
        if subject is not None and _is_known(session, subject, what, now):
            continue
        person = subject if each.kind == Person.__tablename__ else None
        trail.record(session, Event.KEY_ALARM, now, subject=subject, person=person, what=what)
        entered += 1
    return entered


def _is_known(session: Session, subject: int, what: str, now: datetime) -> bool:
    entries = trail.entries_about(session, subject, Event.KEY_ALARM, limit=10)
    return any(each.facts["what"] == what and each.at > now - AGAIN for each in entries)


WHOLE_AT = 3  # the hour in which the rights of all reports are looked at too
BENT = "rights that do not hold"


def rights_by_night(night: Night) -> Counts:
    """Check every right's tag and generation, from 3 to 4 a.m. also those of single reports; each fault is an alarm."""
    whole = night.now.astimezone(BERLIN).hour == WHOLE_AT
    with night.transaction() as session:
        destroyed = tombstones.destroyed(session, night.pepper_layer)
        faults = rights_head.keep(session, night.settings.instance, whole=whole, destroyed=destroyed)
        raise_for_rights(session, faults, night.now)
    return {BENT: len(faults)}


def trail_by_night(night: Night) -> Counts:
    """Link the trail's open tail in short transactions, mail the day's head, and keep it outside the database."""
    linked, batch = 0, chain.BATCH
    while batch == chain.BATCH:
        with night.transaction() as session:
            batch = chain.extend(session, night.pepper_layer, night.now)
            if batch < chain.BATCH:
                mail_head(session, night.now)
        linked += batch
    with night.transaction(write=False) as session:
        kept = kept_head.keep(session, night.settings.instance)
    return {"entries linked": linked, "trail contradicts its kept head": 0 if kept else 1}
