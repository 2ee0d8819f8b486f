"""The night work in one idempotent pass (principle P18): safe to run twice, or on two machines at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bullying_desk.accounts.sign_in import late_posts, refusals
from bullying_desk.accounts.team import duty, team_settings
from bullying_desk.accounts.trail import trail_page
from bullying_desk.audit import chain, kept_head
from bullying_desk.cases import departures
from bullying_desk.cases.plan import planning
from bullying_desk.cases.readers import read_along
from bullying_desk.clock import BERLIN, Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.erasing import rewriting, tombstones
from bullying_desk.keyring import Keyring
from bullying_desk.notices import delivery
from bullying_desk.notices import night as night_notes
from bullying_desk.reports import erasure
from bullying_desk.reports.offline import emptying
from bullying_desk.reports.standby import deputies, overdue
from bullying_desk.retention import engine, returning
from bullying_desk.rights import head
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web import sessions

Counts = dict[str, int]
FAILED = "parts that failed"
WHOLE_AT = 3  # the hour in which the rights of all reports are looked at too
MAILS_FAILED = "mails failed"
MAIL_SECONDS = 40
LET_IN = "stand-ins let in"
log = logging.getLogger("bullying_desk")


@dataclass(slots=True)
class Night:
    """What the parts of one pass use."""

    database: Database
    settings: Settings
    keys: Keyring
    pepper_layer: PepperLayer
    now: datetime
    bent: bool = False  # a right does not hold


def tick_once(database: Database, settings: Settings, keys: Keyring, clock: Clock) -> Counts:
    """Let stand-ins in, send mails, end sessions, destroy what is due. Each part has transactions of its own.

    Returns a count for each part, under its plain name. A failed part does not stop the later ones. It is counted
    under `FAILED`, and the log gets the kind of error alone, because an error's message may hold a child's words.
    """
    night = Night(database, settings, keys, keys.pepper_layer, clock.now())
    counts, failed = Counts(), list[str]()
    for part in PARTS:
        try:
            for name, count in part(night).items():
                counts[name] = counts.get(name, 0) + count
        except Exception as error:
            log.error("night work: %s failed: %s", part.__name__.strip("_"), type(error).__name__)
            failed.append(part.__name__.strip("_"))
    try:
        with database.transaction() as session:
            night_notes.note(session, night.now, failed)
    except Exception as error:
        log.error("night work: its note failed: %s", type(error).__name__)
        failed.append("note")
    return {**counts, FAILED: len(failed)}


def _marks(night: Night) -> Counts:
    """Give database and file the same tombstones; after a restored copy, destroy again what it brought back."""
    instance = night.settings.instance
    finish = returning.finish_restoring if returning.is_unfinished(instance) else returning.settle
    try:
        again, unreadable = finish(night.database, night.pepper_layer, instance, night.now), 0
    except tombstones.TombstonesUnreadable:
        again, unreadable = 0, 1
    return {"destroyed again after a copy": again, "marks of what was destroyed cannot be read": unreadable}


def _rights(night: Night) -> Counts:
    """Hold every right against its tag and what is kept of it; at night those of all reports. A fault is an alarm."""
    whole = night.now.astimezone(BERLIN).hour == WHOLE_AT
    with night.database.transaction() as session:
        faults = head.keep(session, night.settings.instance, whole=whole)
        trail_page.raise_for_rights(session, faults, night.now)
    night.bent = bool(faults)
    return {"rights that do not hold": len(faults)}


def _duty(night: Night) -> Counts:
    """Set who of the city's team is on duty today."""
    with night.database.transaction() as session:
        duty.settle(session, night.now.astimezone(BERLIN).date())
    return {}


def _absences(night: Night) -> Counts:
    with night.database.transaction() as session:
        released = deputies.release_for_absences(session, night.pepper_layer, night.now, night.settings.notice_times)
    return {LET_IN: released}


def _unseen(night: Night) -> Counts:
    times, clocks = night.settings.notice_times, night.settings.clocks
    with night.database.transaction() as session:
        return {LET_IN: overdue.release_unseen(session, night.pepper_layer, night.now, times, clocks)}


def _overdue(night: Night) -> Counts:
    times, clocks = night.settings.notice_times, night.settings.clocks
    with night.database.transaction() as session:
        return {LET_IN: overdue.release_overdue(session, night.pepper_layer, night.now, times, clocks)}


def _leavers(night: Night) -> Counts:
    if night.bent:
        return {"grants of leavers ended": 0}  # a seat that is gone may have been taken past the program
    with night.database.transaction() as session:
        return {"grants of leavers ended": departures.sweep(session, night.pepper_layer, night.now)}


def _looking_on(night: Night) -> Counts:
    """End the reading of colleagues who were to read along until yesterday. The clock never lets a person in."""
    with night.database.transaction() as session:
        return {"looking on over": read_along.end_due(session, night.pepper_layer, night.now)}


def _questions(night: Night) -> Counts:
    """Set the days on which reporters are asked whether it has stopped."""
    with night.database.transaction() as session:
        today = night.now.astimezone(BERLIN).date()
        return {"reporters to be asked": planning.plan_questions(session, night.settings.clocks, today)}


def _boxes(night: Night) -> Counts:
    """Remind the people who empty a school's box."""
    with night.database.transaction() as session:
        return {"reminders of the box": emptying.remind(session, night.now, night.settings.notice_times)}


def _school_year(night: Night) -> Counts:
    """Ask schools to check team, rooms and hours when a school year has begun."""
    with night.database.transaction() as session:
        return {"schools asked for the year": team_settings.remind(session, night.now, night.settings.notice_times)}


def _sessions(night: Night) -> Counts:
    with night.database.transaction() as session:
        ended = sessions.clean(session, night.now, night.settings.idle_minutes, night.settings.session_hours)
        refusals.sweep(session, night.now)
    return {"sessions ended": ended}


def _late_posts(night: Night) -> Counts:
    with night.database.transaction() as session:
        return {"late posts forgotten": late_posts.forget_expired(session, night.now)}


def _erasures(night: Night) -> Counts:
    with night.database.transaction() as session:
        return {"reports destroyed": erasure.destroy_due(session, night.pepper_layer, night.now)}


def _periods(night: Night) -> Counts:
    over = engine.run(night.database, night.pepper_layer, night.now, night.settings.notice_times)
    _marks(night)  # the new ones are in the file at once, not at the next tick
    return over


def _bytes(night: Night) -> Counts:
    """Rewrite the pages that held erased rows, then shorten the log, which has the old pages."""
    anew = rewriting.rewrite_due(night.database, night.now.astimezone(BERLIN).date())
    # Each time, not only after a deletion of this pass: a reader may have kept the log open at the last one.
    shortened = night.database.forget_deleted()
    return {"erased bytes still in pages": 0 if anew else 1, "erased bytes still in the log": 0 if shortened else 1}


def _mails(night: Night) -> Counts:
    """Take, send, write down, danger first; batch by batch, as long as there is time before the next tick."""
    send, sent, failed, until = delivery.sender_for(night.settings), 0, 0, time.monotonic() + MAIL_SECONDS
    for urgent in (True, False):
        more = True
        while more:
            outcome, more = _send_batch(night, send, urgent=urgent)
            sent, failed = sent + outcome.sent, failed + outcome.failed
            if outcome.away:
                log.error("night work: the mail server takes nothing: %s", outcome.away)
                return {"mails sent": sent, MAILS_FAILED: failed}
            more = more and time.monotonic() < until
    with night.database.transaction() as session:
        delivery.forget_sent(session, night.now)
    return {"mails sent": sent, MAILS_FAILED: failed}


def _send_batch(night: Night, send: delivery.Sender, *, urgent: bool) -> tuple[delivery.Outcome, bool]:
    """Send one batch, and say whether there may be more. No transaction ever waits for the mail server."""
    with night.database.transaction() as session:
        taken = delivery.take_due(session, night.now, urgent=urgent)
    outcome = delivery.send_taken(taken, night.settings, send, night.now)
    if taken:
        with night.database.transaction() as session:
            delivery.enter_outcome(session, taken, outcome, night.now)
            night_notes.note_mails(session, night.now, stuck=bool(outcome.away), sent=outcome.sent > 0)
    return outcome, len(taken) == delivery.BATCH


def _trail(night: Night) -> Counts:
    """Link the trail's open tail in short transactions, mail the day's head, and keep it outside the database."""
    linked, batch = 0, chain.BATCH
    while batch == chain.BATCH:
        with night.database.transaction() as session:
            batch = chain.extend(session, night.pepper_layer, night.now)
            if batch < chain.BATCH:
                trail_page.mail_head(session, night.now)
        linked += batch
    with night.database.transaction(write=False) as session:
        kept = kept_head.keep(session, night.settings.instance)
    return {"entries linked": linked, "trail contradicts its kept head": 0 if kept else 1}


PARTS: tuple[Callable[[Night], Counts], ...] = (
    _marks,
    _rights,
    _leavers,
    _duty,
    _absences,
    _unseen,
    _overdue,
    _looking_on,
    _questions,
    _boxes,
    _school_year,
    _trail,
    _mails,
    _sessions,
    _late_posts,
    _erasures,
    _periods,
    _bytes,
)
