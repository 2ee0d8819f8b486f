"""The officer's register of requests under Art. 15 to 21 GDPR: when they came, when an answer is due, how they end.

The register holds no content of a report, and no case. The requester's name is sealed to the officers (decision D37).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.retention.models import Art, Extension, PrivacyRequest, PrivacyRequestText, RequestState
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.notes import seal_note
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.language import _

LONGEST = 2_000


class RequestUnknown(Exception):
    """There is no such request."""


class NotReceivedYet(ValueError):
    """The day of arrival is in the future."""


class TextTooLong(ValueError):
    """More than 2,000 characters: that would be a file of its own."""


class NoLongerOpen(Exception):
    """The request is closed, or was extended before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form says: the number the page gave it, the article, the day it came in."""

    id: int
    art: Art
    received_on: date


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in the register."""

    request: PrivacyRequest
    days_left: int

    @property
    def is_late(self) -> bool:
        """Whether the law's day has passed without an answer."""
        return self.request.state is RequestState.OPEN and self.days_left < 0


def after_months(day: date, months: int) -> date:
    """Return the day so many months later; if the month has no such day, its last one (Reg. 1182/71, Art. 3).

    REVIEW: a month that ends on a Sunday runs to Monday. This is left out, so the shown day is never too late.
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def register(session: Session, today: date) -> list[RequestLine]:
    """Return every request: the open ones first, and among them the earliest due day first."""
    found = session.scalars(select(PrivacyRequest)).all()
    lines = [RequestLine(each, (each.due_on - today).days) for each in found]
    return sorted(lines, key=lambda line: (line.request.state is not RequestState.OPEN, line.request.due_on))


def find(session: Session, request_id: int) -> PrivacyRequest:
    """Return one request with its row locked. Raises RequestUnknown."""
    found = session.get(PrivacyRequest, request_id, with_for_update=True)
    if found is None:
        raise RequestUnknown
    return found


def enter(session: Session, layer: PepperLayer, entry: Entry, text: str, by: int, now: datetime) -> PrivacyRequest:
    """Enter a request once; a second submit finds it. The text about the requester is sealed to every active officer.

    Raises NotReceivedYet, TextTooLong.
    """
    known = session.get(PrivacyRequest, entry.id)
    if known is not None:
        return known
    if entry.received_on > now.astimezone(BERLIN).date():
        raise NotReceivedYet(entry.received_on)
    tidy = text.replace("\r\n", "\n").strip()
    if len(tidy) > LONGEST:
        raise TextTooLong(len(tidy))
    row = PrivacyRequest(id=entry.id, art=entry.art, received_on=entry.received_on, state=RequestState.OPEN)
    row.due_on = after_months(entry.received_on, 1)
    session.add(row)
    session.flush()
    for person in officers(session) if tidy else ():
        _seal(session, layer, row.id, person, tidy)
    trail.record(session, Event.REQUEST_ENTERED, now, actor=by, subject=row.id, art=entry.art.value)
    session.flush()
    return row


def _seal(session: Session, layer: PepperLayer, request_id: int, person: Person, text: str) -> None:
    note_id = random_id()
    try:
        to = person_addressee(layer, person.id, person.public_half or b"", person.directory_tag or b"")
        sealed = seal_note(text, note_id, to)
    except SealingError:  # nothing can be sealed to this key: the other officers still get theirs
        return
    session.add(
        PrivacyRequestText(id=note_id, request_id=request_id, person_id=person.id, key_id=to.key_id, sealed=sealed)
    )


def officers(session: Session) -> Sequence[Person]:
    """Return the data protection officers to whom something can be sealed."""
    query = (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.role == Role.DATA_PROTECTION_OFFICER, Seat.state == SeatState.ACTIVE)
        .where(Person.state == PersonState.ACTIVE, Person.public_half.is_not(None))
    )
    return session.scalars(query.distinct()).all()


def extend(session: Session, row: PrivacyRequest, why: Extension, by: int, now: datetime) -> None:
    """Take the two further months that Art. 12(3) allows, once, with one of its two reasons. Raises NoLongerOpen."""
    if row.state is not RequestState.OPEN or row.extension is not None:
        raise NoLongerOpen
    row.extension, row.due_on = why, after_months(row.received_on, 3)
    trail.record(session, Event.REQUEST_CHANGED, now, actor=by, subject=row.id, state="extended")
    session.flush()


def close(session: Session, row: PrivacyRequest, state: RequestState, by: int, now: datetime) -> None:
    """Enter how a request ended. Its period runs from this day. Raises NoLongerOpen."""
    if row.state is not RequestState.OPEN or state is RequestState.OPEN:
        raise NoLongerOpen
    row.state, row.closed_on = state, now.astimezone(BERLIN).date()
    trail.record(session, Event.REQUEST_CHANGED, now, actor=by, subject=row.id, state=state.value)
    session.flush()


# Drafts of the officer's letters. They leave on paper or by the officer's own mail, never from this program.
#
# REVIEW: law. No lawyer has read any of these texts. Square brackets are to be filled in by hand.


COMPLAINT = _(
    "Sie können sich bei der Landesbeauftragten für Datenschutz und Informationsfreiheit "
    "Nordrhein-Westfalen beschweren (Art. 77 DSGVO)."
)
INFORMANT = _(
    "Wer etwas gemeldet hat, nennen wir nicht, außer jemand hat wissentlich Falsches behauptet "
    "(BVerwG 2003). Das gilt auch, wenn Sie selbst in einer Meldung vorkommen."
)
WORDS = _(
    "Wer ohne Konto geschrieben hat, kann die eigene Meldung mit den sechs Wörtern jederzeit selbst "
    "lesen und löschen. Ohne diese Wörter können wir eine Meldung keiner Person zuordnen (Art. 11 "
    "DSGVO)."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One draft: its name in addresses, its subject line, its paragraphs."""

    code: str
    title: str
    paragraphs: tuple[str, ...]


LETTERS: tuple[Letter, ...] = (
    Letter(
        "eingang",
        _("Ihr Antrag ist angekommen"),
        (
            _(
                "Ihr Antrag ist am %(received)s bei uns angekommen. Wir antworten spätestens am "
                "%(due)s (Art. 12 Abs. 3 DSGVO)."
            ),
            _(
                "Damit wir niemandem Fremdes Auskunft geben, müssen wir sicher sein, wer Sie sind. "
                "[Wenn Zweifel bestehen: Bitte kommen Sie persönlich vorbei oder nennen Sie uns …]"
            ),
        ),
    ),
    Letter(
        "verlaengerung",
        _("Wir brauchen länger"),
        (
            _(
                "Ihr Antrag ist am %(received)s bei uns angekommen. Wir können ihn nicht in einem "
                "Monat beantworten. Der Grund: [der Antrag ist schwierig / wir haben sehr viele "
                "Anträge]."
            ),
            _("Wir antworten spätestens am %(due)s (Art. 12 Abs. 3 DSGVO)."),
            COMPLAINT,
        ),
    ),
    Letter(
        "auskunft",
        _("Auskunft über Ihre Daten (Art. 15 DSGVO)"),
        (
            _(
                "Sie möchten wissen, welche Daten wir über Sie haben. [Wir haben keine Daten, die "
                "wir Ihnen zuordnen können. / Wir haben diese Daten: …]"
            ),
            _(
                "Zweck: [Hilfe bei Mobbing]. Empfänger: [Personen, die den Fall lesen]. Dauer: "
                "[Frist aus dem Löschkonzept]. Herkunft: [soweit nicht von Ihnen und nicht "
                "geschützt]. Es gibt keine automatische Entscheidung."
            ),
            INFORMANT,
            WORDS,
            _(
                "Sie können verlangen, dass wir Daten berichtigen, löschen oder einschränken, und "
                "Sie können widersprechen."
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "berichtigung",
        _("Berichtigung (Art. 16 DSGVO)"),
        (
            _(
                "Sie möchten, dass wir etwas berichtigen. [Wir haben es am … berichtigt. / Wir haben "
                "Ihre Darstellung dazugelegt, weil sich nicht klären lässt, was richtig ist.]"
            ),
            _("[Wer die Angabe von uns bekommen hat, weiß Bescheid (Art. 19 DSGVO): …]"),
            COMPLAINT,
        ),
    ),
    Letter(
        "loeschung",
        _("Löschung (Art. 17 DSGVO)"),
        (
            _(
                "Sie möchten, dass wir Daten löschen. [Wir haben sie am … gelöscht. / Wir müssen sie "
                "bis … behalten, weil …]"
            ),
            WORDS,
            _(
                "In Sicherungen liegt Gelöschtes noch bis zu [35] Tage, ohne dass jemand es lesen "
                "kann. Wird eine Sicherung zurückgespielt, wird es wieder gelöscht."
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "einschraenkung",
        _("Einschränkung (Art. 18 DSGVO)"),
        (
            _(
                "Sie möchten, dass wir Daten vorerst nicht nutzen. [Wir haben sie am … gesperrt. Sie "
                "bleiben gespeichert, bis …]"
            ),
            _("Bevor wir die Sperre aufheben, sagen wir es Ihnen."),
            COMPLAINT,
        ),
    ),
    Letter(
        "uebertragung",
        _("Übertragung (Art. 20 DSGVO)"),
        (
            _(
                "Dieses Recht gilt nicht, wo Daten für eine öffentliche Aufgabe gebraucht werden "
                "(Art. 20 Abs. 3 DSGVO). [So ist es hier: …] Eine Auskunft mit einer Kopie bekommen "
                "Sie trotzdem (Art. 15 DSGVO)."
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "widerspruch",
        _("Widerspruch (Art. 21 DSGVO)"),
        (
            _(
                "Sie widersprechen der Nutzung Ihrer Daten. [Wir nutzen sie nicht mehr. / Wir nutzen "
                "sie weiter, weil zwingende Gründe überwiegen: der Schutz von … / …]"
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "ablehnung",
        _("Wir können Ihrem Antrag nicht folgen"),
        (
            _(
                "Ihr Antrag ist am %(received)s bei uns angekommen. Wir können ihm [ganz / zum Teil] "
                "nicht folgen. Der Grund: […]."
            ),
            INFORMANT,
            COMPLAINT,
            _("Sie können auch beim Verwaltungsgericht klagen (Art. 79 DSGVO)."),
        ),
    ),
)
BY_CODE: dict[str, Letter] = {letter.code: letter for letter in LETTERS}
