"""`/healthz`: the program answers. `/readyz`: it can take a report now. For supervisors; neither says anything else."""

from __future__ import annotations

import shutil

from flask import Flask, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bullying_desk.web.guard import public
from bullying_desk.web.request import end_before_slow_work, services

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
        lacking = [word for word, there in (("database", _database()), ("disk", _disk())) if not there]
        answer = "".join(f"{word} fails\n" for word in lacking) or "ok\n"
        return Response(answer, 503 if lacking else 200, mimetype="text/plain")


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
