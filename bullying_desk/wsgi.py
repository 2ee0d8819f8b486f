"""The program for gunicorn: `gunicorn bullying_desk.wsgi:app`."""

from __future__ import annotations

from flask import Flask

from bullying_desk import log_lines
from bullying_desk.app import create_app
from bullying_desk.commands.console import is_marked
from bullying_desk.commands.serving import harden_process
from bullying_desk.config import Settings, instance_folder, load_settings
from bullying_desk.database import Database
from bullying_desk.retention import returning


class DemonstrationRefused(Exception):
    """Only `bullying-desk run` serves a demonstration, on this machine itself; it never becomes a real instance."""


class RestoreUnfinished(Exception):
    """A copy was restored, and `bullying-desk migrate` has not yet destroyed again what it brought back."""


def real_app(settings: Settings) -> Flask:
    """Return the program of a real instance, with its memory closed to others.

    Raises DemonstrationRefused, RestoreUnfinished, KeysMissing.
    """
    log_lines.begin(settings.log_format)
    harden_process()
    if returning.is_unfinished(settings.instance):
        raise RestoreUnfinished
    database = Database(settings.url)
    with database.transaction(write=False) as session:
        marked = is_marked(session)
    database.engine.dispose()  # workers forked after this share no connection
    if settings.demo or marked:
        raise DemonstrationRefused
    return create_app(settings, database=database)


app = real_app(load_settings(instance_folder()))
