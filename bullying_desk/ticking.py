"""The night work in one idempotent pass (principle P18): safe to run twice, or on two machines at once."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.orm.exc import StaleDataError

from bullying_desk.accounts.sign_in import late_posts, refusals
from bullying_desk.accounts.team import duty, team_settings
from bullying_desk.accounts.trail import trail_page
from bullying_desk.cases import departures
from bullying_desk.cases.plan import planning
from bullying_desk.cases.readers import read_along
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.erasing import rewriting
from bullying_desk.keyring import Keyring
from bullying_desk.night import Counts, Night, Part
from bullying_desk.notices import delivery
from bullying_desk.notices import night as night_notes
from bullying_desk.notices.delivery import MAILS_FAILED
from bullying_desk.reports import erasure, figures
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.offline import emptying
from bullying_desk.reports.standby import deputies
from bullying_desk.retention import engine, returning

FAILED = "parts that failed"
HELD = "parts that wait until a person has confirmed the clock"
# What goes on while the clock may be wrong: it lets nobody in and destroys nothing of a report.
UNDER_ANY_CLOCK = frozenset({"rights", "trail", "mails"})
log = logging.getLogger("bullying_desk")

# Each part by the name that the log and `watch` use, in the order in which they run.
PARTS: dict[str, Part] = {
    "marks": returning.by_night,
    "rights": trail_page.rights_by_night,
    "leavers": departures.by_night,
    "duty": duty.by_night,
    "absences": deputies.absences_by_night,
    "letters": letters.by_night,
    "unseen": deputies.unseen_by_night,
    "overdue": deputies.overdue_by_night,
    "looking_on": read_along.by_night,
    "questions": planning.by_night,
    "boxes": emptying.by_night,
    "school_year": team_settings.by_night,
    "trail": trail_page.trail_by_night,
    "mails": delivery.by_night,
    "figures": figures.by_night,  # before `sessions`, which forgets what it counts
    "sessions": refusals.by_night,
    "late_posts": late_posts.by_night,
    "times": appointments.by_night,
    "erasures": erasure.by_night,
    "periods": engine.by_night,
    "bytes": rewriting.by_night,
}


def clock_jumped(database: Database, settings: Settings, clock: Clock) -> bool:
    """Whether the clock has jumped since the last pass. A demonstration, whose people are invented, is not asked."""
    with database.transaction(write=False) as session:
        return not settings.demo and night_notes.jumped(night_notes.last(session), clock.now())


def tick_once(database: Database, settings: Settings, keys: Keyring, clock: Clock, *, held: bool = False) -> Counts:
    """Let stand-ins in, send mails, end sessions, destroy what is due. Each part has transactions of its own.

    `held`: only what may run under a wrong clock, and the pass is not noted as one.

    Returns a count for each part, under its plain name. A failed part does not stop the later ones. It is counted
    under `FAILED`, and the log gets the kind of error alone, because an error's message may hold a child's words.
    """
    night = Night(database, settings, keys.pepper_layer, clock.now())
    counts, failed = Counts(), list[str]()
    for name, part in PARTS.items():
        if held and name not in UNDER_ANY_CLOCK:
            counts[HELD] = counts.get(HELD, 0) + 1
            continue
        try:
            for what, count in _twice_if_overtaken(part, night).items():
                counts[what] = counts.get(what, 0) + count
        except Exception as error:
            kind = type(error).__name__
            log.error(
                "night work: %s failed: %s", name, kind, extra={"event": "night work", "part": name, "error": kind}
            )
            failed.append(name)
        night = replace(night, bent=counts.get(trail_page.BENT, 0) > 0)
    try:
        if not held:
            with night.transaction() as session:
                night_notes.note(session, night.now, failed)
    except Exception as error:
        log.error("night work: its note failed: %s", type(error).__name__)
        failed.append("note")
    return {**counts, FAILED: len(failed)}


def _twice_if_overtaken(part: Part, night: Night) -> Counts:
    """Do a part, and once more where a person changed the same row meanwhile: what it had done is undone by then."""
    try:
        return part(night)
    except StaleDataError:
        return part(night)


__all__ = ["FAILED", "HELD", "MAILS_FAILED", "clock_jumped", "tick_once"]
