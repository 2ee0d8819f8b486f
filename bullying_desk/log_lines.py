"""What the program writes into the journal: kinds of events, and never a person or a reporter's minute.

A journal puts its own time on each line. So a line about a request of anybody but signed-in staff waits in memory until
the full hour is over, and is written with others of its kind as a count. Nothing here is given a path, a query, an
address, a header or the message of an error: a route is its template, an error its class and the line of the program.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Lock, Timer
from typing import NamedTuple, TextIO

OWN = "bullying_desk"
FIELDS = ("route", "method", "status", "took", "part", "error", "place", "count")
FEWEST = 5  # requests of reporters and of everybody are counted in fives (decision D82); errors one by one
TOOK = ((0.1, "<0.1s"), (1.0, "<1s"), (10.0, "<10s"))
log = logging.getLogger(OWN)


def begin(log_format: str) -> None:
    """Write all logs of this process to its standard error, in one of the two formats (setting `log_format`).

    Whoever has set up logging before, as tests do, keeps it.
    """
    root = logging.getLogger()
    if root.handlers:
        return
    handler = _ToStandardError()
    handler.setFormatter(_Json() if log_format == "json" else _Plain())
    root.addHandler(handler)
    log.setLevel(logging.INFO)


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _Plain(logging.Formatter):
    """One sentence. Of a library's line only its name and the kind of error: a message may quote what was typed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback is never written."""
        return record.getMessage() if record.name == OWN else " ".join(filter(None, (record.name, _kind(record))))


class _Json(logging.Formatter):
    """One JSON object a line: time, level, event, and those of `FIELDS` that there are."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; `time` is the full hour where it is about requests that were held."""
        own = record.name == OWN
        moment = getattr(record, "hour", None) or datetime.fromtimestamp(record.created, UTC)
        event = getattr(record, "event", None) or (record.getMessage() if own else "library")
        found = {"time": moment.isoformat(timespec="seconds"), "level": record.levelname.lower(), "event": event}
        if not own:
            found |= {"logger": record.name, "error": _kind(record)}
        return json.dumps(found | {name: getattr(record, name) for name in FIELDS if hasattr(record, name)})


def _kind(record: logging.LogRecord) -> str:
    error = record.exc_info[0] if record.exc_info else None
    return error.__name__ if error is not None else record.levelname.lower()


class Request(NamedTuple):
    """What is written of a request. `error` and `place` are empty where it went well."""

    route: str
    method: str
    status: int
    took: str
    error: str = ""
    place: str = ""
    by_staff: bool = False


def took(seconds: float) -> str:
    """Return which of a few classes a time belongs to."""
    return next((word for most, word in TOOK if seconds < most), ">10s")


class Held:
    """Requests that are counted until their hour is over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[datetime, Request]] = Counter()
        self._timer: Timer | None = None

    def note(self, one: Request, now: datetime) -> None:
        """Count a request. An error of signed-in staff is written at once: they may wait for help."""
        if one.error and one.by_staff:
            _say(one, now, 1)
            return
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._lock:
            self._counts[hour, one] += 1
            if self._timer is None:
                # Not with the next request: then its own minute would stand in the journal.
                self._timer = Timer((hour + timedelta(hours=1) - now).total_seconds() + 1, self.say)
                self._timer.daemon = True
                self._timer.start()

    def say(self) -> None:
        """Write down what is counted: after the full hour, and when the process ends."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        for (hour, one), count in sorted(counts.items()):
            shown = count if one.error or one.by_staff else count // FEWEST * FEWEST
            if shown:
                _say(one, hour, shown)


def _say(one: Request, moment: datetime, count: int) -> None:
    fields = {**{name: value for name, value in one._asdict().items() if name != "by_staff" and value}, "count": count}
    if one.error:
        times = "" if one.by_staff else f", {count} times in the hour of {moment:%H}:00 UTC"
        log.error("unexpected %s at %s in %s%s", one.error, one.place, one.route, times,
                  extra={"event": "error", "hour": moment, **fields})  # fmt: skip
    else:
        log.info("%s %s: %s, %s, %s times in the hour of %s:00 UTC", one.method, one.route, one.status, one.took, count,
                 f"{moment:%H}", extra={"event": "requests", "hour": moment, **fields})  # fmt: skip


HELD = Held()
