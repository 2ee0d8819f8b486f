"""`/healthz` says whether the program and its database answer, and nothing else."""

from __future__ import annotations

from flask import Flask, Response
from sqlalchemy import text

from bullying_desk.web.guard import public
from bullying_desk.web.request import db


def init_app(app: Flask) -> None:
    """Add the address that a supervisor asks."""

    @app.get("/healthz", endpoint="healthz")
    @public()
    def healthz() -> Response:
        db().execute(text("SELECT 1"))
        return Response("ok\n", mimetype="text/plain")
