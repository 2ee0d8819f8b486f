"""The night work in one idempotent pass (principle P18): safe to run twice, or on two machines at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.accounts.team import duty, team_settings
from bullying_desk.accounts.trail import alarms, trail_page
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
log = logging.getLogger("bullying_desk")


@dataclass(slots=True)
class Night:
    """What the parts of one pass use."""

    database: Database
    settings: Settings
    keys: Keyring
    layer: PepperLayer
    now: datetime
    bent: bool = False  # a right does not hold


def tick_once(database: Database, settings: Settings, keys: Keyring, clock: Clock) -> Counts:
    """Let stand-ins in, send mails, end sessions, destroy what is due. Each part has transactions of its own.

    Returns a count for each part, under its plain name. A failed part does not stop the later ones. It is counted
    under `FAILED`, and the log gets the kind of error alone, because an error's message may hold a child's words.
    """
    night = Night(database, settings, keys, keys.layer, clock.now())
    counts, failed = Counts(), 0
    for part in PARTS:
        try:
            counts |= part(night)
        except Exception as error:
            log.error("night work: %s failed: %s", part.__name__.strip("_"), type(error).__name__)
            failed += 1
    return {**counts, FAILED: failed}


def _marks(night: Night) -> Counts:
    """Give database and file the same tombstones; after a restored copy, destroy again what it brought back."""
    instance = night.settings.instance
    finish = returning.finish_restoring if returning.is_unfinished(instance) else returning.settle
    try:
        again, unreadable = finish(night.database, night.layer, instance, night.now), 0
    except tombstones.MarksUnreadable:
        again, unreadable = 0, 1
    return {"destroyed again after a copy": again, "marks of what was destroyed cannot be read": unreadable}


def _rights(night: Night) -> Counts:
    """Hold every right against its tag and what is kept of it; at night those of all reports. A fault is an alarm."""
    whole = night.now.astimezone(BERLIN).hour == WHOLE_AT
    with night.database.transaction() as session:
        faults = head.keep(session, night.settings.instance, whole=whole)
        alarms.raise_for_rights(session, faults, night.now)
    night.bent = bool(faults)
    return {"rights that do not hold": len(faults)}


def _stand_ins(night: Night) -> Counts:
    layer, now, times = night.layer, night.now, night.settings.notice_times
    with night.database.transaction() as session:
        duty.settle(session, now.astimezone(BERLIN).date())
    with night.database.transaction() as session:
        released = deputies.release_for_absences(session, layer, now, times)
    with night.database.transaction() as session:
        released += overdue.release_unseen(session, layer, now, times, night.settings.clocks)
    with night.database.transaction() as session:
        released += overdue.release_overdue(session, layer, now, times, night.settings.clocks)
    return {"stand-ins let in": released}


def _leavers(night: Night) -> Counts:
    if night.bent:
        return {"grants of leavers ended": 0}  # a seat that is gone may have been taken past the program
    with night.database.transaction() as session:
        return {"grants of leavers ended": departures.sweep(session, night.layer, night.now)}


def _looking_on(night: Night) -> Counts:
    """End the reading of colleagues who were to read along until yesterday. The clock never lets a person in."""
    with night.database.transaction() as session:
        return {"looking on over": read_along.end_due(session, night.layer, night.now)}


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
    return {"sessions ended": ended}


def _late_posts(night: Night) -> Counts:
    with night.database.transaction() as session:
        return {"late posts forgotten": late_posts.forget_expired(session, night.now)}


def _erasures(night: Night) -> Counts:
    with night.database.transaction() as session:
        return {"reports destroyed": erasure.destroy_due(session, night.layer, night.now)}


def _periods(night: Night) -> Counts:
    over = engine.run(night.database, night.layer, night.now, night.settings.notice_times)
    _marks(night)  # the new ones are in the file at once, not at the next tick
    return over


def _bytes(night: Night) -> Counts:
    """Rewrite the pages that held erased rows, then shorten the log, which has the old pages."""
    anew = rewriting.rewrite_due(night.database, night.now.astimezone(BERLIN).date())
    # Each time, not only after a deletion of this pass: a reader may have kept the log open at the last one.
    shortened = night.database.forget_deleted()
    return {"erased bytes still in pages": 0 if anew else 1, "erased bytes still in the log": 0 if shortened else 1}


def _mails(night: Night) -> Counts:
    """Take, send, write down: no transaction ever waits for the mail server."""
    database, settings, now = night.database, night.settings, night.now
    with database.transaction() as session:
        taken = delivery.take_due(session, now)
    outcome = delivery.send_taken(taken, settings, delivery.sender_for(settings), now) if taken else {}
    with database.transaction() as session:
        delivery.forget_sent(session, now)
        sent, failed = delivery.enter_outcome(session, taken, outcome, now)
    return {"mails sent": sent, "mails failed": failed}


def _trail(night: Night) -> Counts:
    """Link the trail's open tail in short transactions, mail the day's head, and keep it outside the database."""
    linked, batch = 0, chain.BATCH
    while batch == chain.BATCH:
        with night.database.transaction() as session:
            batch = chain.extend(session, night.layer, night.now)
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
    _stand_ins,
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
