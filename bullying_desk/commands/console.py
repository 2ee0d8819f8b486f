"""What every command works with: the instance, whether its service runs, and the mark of a demonstration.

It imports no other module of this room.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk import log_lines
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.trail import record
from bullying_desk.clock import Clock
from bullying_desk.config import Settings, SettingsRefused, load_settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring, KeysMissing, kept, load_keys
from bullying_desk.rights.checking import attach

SQLITE = "sqlite:///"


@dataclass
class Desk:
    """What every command uses as `ctx.obj`; the instance is read when first needed."""

    folder: Path

    @cached_property
    def settings(self) -> Settings:
        """The settings of the instance."""
        try:
            settings = load_settings(self.folder)
            log_lines.begin(settings.log_format)
            return settings
        except SettingsRefused as error:
            raise click.ClickException(str(error)) from error

    @cached_property
    def database(self) -> Database:
        """The database of the instance, at the newest migration or refused."""
        from bullying_desk.migrating import is_current

        database = Database(self.settings.url)
        if not is_current(database.engine):
            raise click.ClickException("the database is not up to date: run `bullying-desk migrate` first")
        attach(database, lambda: self.keys.pepper_layer, self.folder)
        if not self.settings.demo:
            self._refuse_a_former_demonstration(database)
        return database

    @staticmethod
    def _refuse_a_former_demonstration(database: Database) -> None:
        """Changed settings make no real instance out of a demonstration: it sends no mail, and no school joins it."""
        with database.transaction(write=False) as session:
            if is_marked(session):
                raise click.ClickException(
                    "this instance was filled as a demonstration; it can never become a real one"
                )

    @cached_property
    def keys(self) -> Keyring:
        """Pepper, session key and receipt salt, compared with what the database says they are."""
        try:
            keys = load_keys(self.settings.keys)
            with self.database.transaction(write=False) as session:
                kept.compare(session, keys)
        except KeysMissing as error:
            raise click.ClickException(str(error)) from error
        return keys

    @cached_property
    def clock(self) -> Clock:
        """The clock."""
        return Clock()

    def close(self) -> None:
        """Close the database, if a command opened it."""
        database = self.__dict__.get("database")
        if database is not None:
            database.engine.dispose()


def sqlite_path(desk: Desk) -> Path:
    """Return the file of an instance whose database is one."""
    return Path(desk.settings.url.removeprefix(SQLITE))


def refuse_while_served(desk: Desk) -> None:
    """Refuse while the service runs, here or on another machine."""
    if desk.settings.url.startswith("sqlite:"):
        refuse_while_open(sqlite_path(desk))
    elif others := desk.database.others():
        raise click.ClickException(f"the database is in use ({others} connections): stop the service everywhere first")


def refuse_while_open(path: Path) -> None:
    """Refuse while any process has the database open: it would go on writing into a file that is gone."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=1)) as live:
        try:
            # SQLite leaves the write-ahead log only for a single process; the next start goes back to it.
            alone = live.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        except sqlite3.OperationalError:
            alone = False
        except sqlite3.DatabaseError:
            alone = True  # a damaged file is what a restore replaces
    if not alone:
        raise click.ClickException("the database is in use: stop the service first")


# The mark of a demonstration: in its settings, and for ever in its trail.

SETTINGS = """# A demonstration: every school, person and report in it is invented. It refuses real use.
demo = true
tls = false
base_url = "http://127.0.0.1:8000"
municipality = "05999999"
operator_name = "Stadt Musterstadt (Vorführung)"
operator_address = "Musterplatz 1, 00000 Musterstadt"
operator_email = "vorfuehrung@example.org"
operator_phone = "0000 000000"
status_page = true
"""


def mark(session: Session, clock: Clock) -> None:
    """Enter into the append-only trail that this instance is a demonstration."""
    record(session, Event.DEMONSTRATION, clock.now())


def is_marked(session: Session) -> bool:
    """Whether this instance was ever filled as a demonstration, whatever its settings are today."""
    query = select(AuditEntry.id).where(AuditEntry.event == Event.DEMONSTRATION.code).limit(1)
    return session.scalar(query) is not None
