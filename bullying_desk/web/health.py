"""`/healthz`: the program answers. `/readyz`: it can take a report now. For supervisors; neither says anything else.

What becomes of requests, for the journal: `log_lines` holds it until nobody's minute can be told.

`/metrics`: the figures of the hour (`reports.figures`), for the operator's network only, as OpenMetrics 1.0.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import Any

from flask import Flask, Response, abort, g, request
from sqlalchemy import column, select, table, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import Date

from bullying_desk import __version__, log_lines
from bullying_desk.clock import full_hour
from bullying_desk.database import UtcDateTime
from bullying_desk.web.guard import public
from bullying_desk.web.request import end_before_slow_work, identity_or_none, services, services_of

LEAST_FREE = 50 * 1024 * 1024  # bytes; below, the next reports may find the disk full


def init_app(app: Flask) -> None:
    """Add the addresses that a supervisor asks."""

    @app.get("/healthz", endpoint="healthz")
    @public()
    def healthz() -> Response:
        """A supervisor asks this before it restarts the program: a database that is away is no reason to."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz", endpoint="readyz")
    @public()
    def readyz() -> Response:
        """A load balancer asks this before it sends requests here."""
        words = lacking()
        answer = "".join(f"{word} fails\n" for word in words) or "ok\n"
        return Response(answer, 503 if words else 200, mimetype="text/plain")

    if services_of(app).settings.log_format == "json":
        _count_requests(app)
    hours = _Hours()

    @app.get("/metrics", endpoint="metrics")
    @public()
    def metrics() -> Response:
        """The operator's monitoring asks this. Whoever is in none of the networks of the setting finds nothing."""
        if not _is_monitoring(request.remote_addr or ""):
            abort(404)
        return Response(_exposition(hours), mimetype=OPENMETRICS)


def _count_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        note(response.status_code)
        return response


def note(status: int, error: str = "", place: str = "") -> None:
    """Count what became of this request: the template of its route, never its path, and a class of time."""
    now = time.perf_counter()
    route = request.url_rule.rule if request.url_rule is not None else "-"
    method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
    took = log_lines.took(now - g.get("began", now)) if "began" in g else ""
    staff = identity_or_none() is not None
    log_lines.HELD.note(log_lines.Request(route, method, status, took, error, place, staff), services().clock.now())


def lacking() -> list[str]:
    """Name what is missing for taking a report now."""
    return [word for word, there in (("database", _database()), ("disk", _disk())) if not there]


OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_NIGHT = table(
    "night_work",
    *(column("ran_at", UtcDateTime), column("failed"), column("backed_up_at", UtcDateTime)),
    *(column("drilled_on", Date), column("figures")),
)
# What each figure means: name, unit at its end, kind. Times of day are Unix seconds; 0 says never.
METRICS = {
    "night_work_timestamp_seconds": ("gauge", "When the night work last ran."),
    "night_work_failed_parts": ("gauge", "How many of its parts failed then."),
    "backup_timestamp_seconds": ("gauge", "When the last copy was made."),
    "drill_timestamp_seconds": ("gauge", "The day on which a copy was last tried out."),
    "figures_timestamp_seconds": ("gauge", "The hour of all figures below. They change once an hour."),
    "notices_waiting": ("gauge", "Mails that should have gone out."),
    "notices_oldest_seconds": ("gauge", "How long the oldest of them has waited."),
    "notices_refused_people": ("gauge", "People whose mails have been refused for an hour or longer."),
    "mail_server_down": ("gauge", "1 where the mail server takes no mail at all."),
    "overdue_answers": ("gauge", "Answers promised before this Monday and still owed, rounded down to fives."),
    "overdue_plans": ("gauge", "Plans whose day is over, rounded down to fives."),
    "overdue_follow_ups": ("gauge", "Follow-ups whose day is over, rounded down to fives."),
    "sign_in_failures": ("counter", "Refused sign-ins of staff, in hours that are over."),
    "key_alarms": ("gauge", "Keys and rights that did not hold today."),
    "database_seconds": ("gauge", "How long the database took for the smallest question."),
    "disk_free_bytes": ("gauge", "Free space where the instance is."),
    "certificate_end_timestamp_seconds": ("gauge", "When the front server's certificate ends, as `watch` last saw it."),
    "calendar_horizon_timestamp_seconds": ("gauge", "Until when school holidays are known."),
    "slow_hash_line_longest": ("gauge", "The longest line before the slow hash in the former hour, of this process."),
}
_FROM_FIGURES = {
    "figures_timestamp_seconds": "hour_seconds",
    "certificate_end_timestamp_seconds": "certificate_ends",
    "calendar_horizon_timestamp_seconds": "calendar_horizon",
}


@dataclass
class _Hours:
    """The longest line of this process in the former hour: taken at the first question of an hour, then kept."""

    hour: datetime | None = None
    longest: int = 0

    def line(self) -> int:
        """Return it."""
        if self.hour != (hour := full_hour(services().clock.now())):
            self.hour, self.longest = hour, services().gate.take_longest()
        return self.longest


def _is_monitoring(address: str) -> bool:
    try:
        asker = ip_address(address)
    except ValueError:
        return False
    return any(asker in network for network in services().settings.metrics_allowed)


def _exposition(hours: _Hours) -> str:
    """Return all figures as OpenMetrics text. Before the first night work there are few."""
    lines = [
        "# TYPE bullying_desk info",
        "# HELP bullying_desk The program.",
        f'bullying_desk_info{{version="{__version__}"}} 1',
    ]
    for name, value in {**_stored(), "slow_hash_line_longest": hours.line()}.items():
        kind, meaning = METRICS[name]
        whole = f"bullying_desk_{name}"
        lines += [f"# TYPE {whole} {kind}", f"# HELP {whole} {meaning}"]
        lines += [f"# UNIT {whole} {unit}" for unit in ("seconds", "bytes") if name.endswith(f"_{unit}")]
        lines.append(f"{whole}{'_total' if kind == 'counter' else ''} {value}")
    return "\n".join([*lines, "# EOF", ""])


def _stored() -> dict[str, Any]:
    with services().database.session(write=False) as session:
        row = session.execute(select(_NIGHT)).first()
    if row is None:
        return {}
    figures: dict[str, Any] = json.loads(row.figures or "{}")
    found: dict[str, Any] = {
        "night_work_timestamp_seconds": _seconds(row.ran_at),
        "night_work_failed_parts": len(row.failed.split()),
        "backup_timestamp_seconds": _seconds(row.backed_up_at),
        "drill_timestamp_seconds": _seconds(row.drilled_on),
    }
    given = {name: figures.get(_FROM_FIGURES.get(name, name)) for name in METRICS if name not in found}
    return {**found, **{name: value for name, value in given.items() if value is not None}}


def _seconds(when: datetime | date | None) -> int:
    if when is None:
        return 0
    moment = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day, tzinfo=UTC)
    return int(moment.timestamp())


def _database() -> bool:
    """Whether the database takes a row, which a read-only or hanging one does not."""
    try:
        session = services().database.session(write=True)
        with session:
            session.execute(text("UPDATE night_work SET failed = failed WHERE id = 1"))
            session.rollback()
    except SQLAlchemyError:
        end_before_slow_work()
        return False
    return True


def _disk() -> bool:
    return shutil.disk_usage(services().settings.instance).free >= LEAST_FREE
