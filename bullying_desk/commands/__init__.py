"""The console script `bullying-desk`: what an operator does, with exit codes that scripts can trust.

0: done · 1: refused, with the reason · 2: called wrongly.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import resource
import signal
import sys
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from bullying_desk import __version__
from bullying_desk.clock import Clock
from bullying_desk.config import Settings, SettingsRefused, instance_folder, load_settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring, KeysMissing, load_keys, make_keys


@dataclass
class Desk:
    """What every command has at hand as `ctx.obj`; the instance is read when first needed."""

    folder: Path

    @cached_property
    def settings(self) -> Settings:
        """The settings of the instance."""
        try:
            return load_settings(self.folder)
        except SettingsRefused as error:
            raise click.ClickException(str(error)) from error

    @cached_property
    def database(self) -> Database:
        """The database of the instance, at the newest migration or refused."""
        from bullying_desk.migrating import is_current

        database = Database(self.settings.url)
        if not is_current(database.engine):
            raise click.ClickException("the database is not up to date: run `bullying-desk migrate` first")
        return database

    @cached_property
    def keys(self) -> Keyring:
        """Pepper, session key and receipt salt."""
        try:
            return load_keys(self.settings.keys)
        except KeysMissing as error:
            raise click.ClickException(str(error)) from error

    @cached_property
    def clock(self) -> Clock:
        """The clock."""
        return Clock()


@click.group()
@click.version_option(__version__)
@click.option("--instance", type=click.Path(path_type=Path), help="The instance folder (or BULLYING_DESK_INSTANCE).")
@click.pass_context
def main(ctx: click.Context, instance: Path | None) -> None:
    """Run and keep the contact point of a city's schools."""
    ctx.obj = Desk(instance_folder(instance))


@main.command()
@click.pass_obj
def migrate(desk: Desk) -> None:
    """Make the keys where there are none, and bring the database to the newest shape."""
    from bullying_desk.migrating import migrate as run_migrations

    desk.folder.mkdir(parents=True, exist_ok=True)
    fresh = not (desk.settings.keys / "pepper").exists()
    make_keys(desk.settings.keys)
    run_migrations(Database(desk.settings.url).engine)
    if fresh and not desk.settings.demo:
        click.echo("A new pepper was made. Print it and put it into the safe: `bullying-desk show-pepper`.")
    click.echo("The database is up to date.")


@main.command("show-pepper")
@click.confirmation_option(prompt="The pepper will be shown on this screen. Is nobody else looking?")
@click.pass_obj
def show_pepper(desk: Desk) -> None:
    """Show the pepper for the safe. Whoever loses it loses every report."""
    click.echo(f"Pepper: {desk.keys.pepper.printed()}")
    click.echo(f"Check digits: {desk.keys.pepper.check_digits()}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--tick", "ticks", is_flag=True, help="Do the night work by itself, every minute.")
@click.pass_obj
def run(desk: Desk, host: str, port: int, ticks: bool) -> None:
    """Serve on one machine with waitress."""
    from waitress.server import create_server

    from bullying_desk.app import create_app

    harden_process()
    _refuse_real_use_of_a_demonstration(desk)
    if desk.settings.demo and host not in {"127.0.0.1", "::1", "localhost"}:
        raise click.ClickException("a demonstration is only served on this machine itself")
    app = create_app(desk.settings, database=desk.database, keys=desk.keys)
    body = 65536 * 2  # bodies and answers stay in memory: no temporary file ever holds a child's text
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=desk.settings.threads,
            connection_limit=1000,
            ident="",
            inbuf_overflow=body,
            outbuf_overflow=8 * 1024 * 1024,
            max_request_body_size=body,
            clear_untrusted_proxy_headers=True,
            **_proxies(desk.settings),
        )
    except OSError as error:
        raise click.ClickException(f"port {port} is in use or not allowed ({error.strerror})") from error
    stop = threading.Event()
    if ticks:
        threading.Thread(target=_tick_forever, args=(desk, stop), daemon=True, name="tick").start()
    if desk.settings.demo:
        _tell_address(desk.folder / "demo.json", f"http://{host}:{port}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"Ready: http://{host}:{port}")
    with contextlib.suppress(SystemExit, KeyboardInterrupt):
        server.run()
    stop.set()
    server.close()


def _refuse_real_use_of_a_demonstration(desk: Desk) -> None:
    from bullying_desk.commands.demonstration.marking import is_marked

    with desk.database.transaction(write=False) as session:
        if is_marked(session) and not desk.settings.demo:
            raise click.ClickException("this instance was filled as a demonstration; it can never become a real one")


def _tell_address(path: Path, address: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(path.read_text("utf-8"))
        known["base_url"] = address
        path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _proxies(settings: Settings) -> dict[str, Any]:
    if not settings.trusted_proxies:
        return {}
    # The app's ProxyFix reads the headers; waitress must let them pass.
    return {"clear_untrusted_proxy_headers": False}


def harden_process() -> None:
    """No core dumps and no reading of this process's memory by others of the same user (sealing.md, Traps)."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    logging.getLogger("waitress.queue").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE 0


def _tick_forever(desk: Desk, stop: threading.Event) -> None:
    from bullying_desk.ticking import tick_once

    while not stop.wait(60):
        try:
            tick_once(desk.database, desk.settings, desk.keys, desk.clock)
        except Exception as error:
            # The kind only: messages may quote a row. The next minute tries again.
            logging.getLogger("bullying_desk").error("tick failed: %s", type(error).__name__)


@main.command()
@click.pass_obj
def tick(desk: Desk) -> None:
    """Do the night work once: mails, ended sessions, due erasures. Safe to run twice or on two machines."""
    from bullying_desk.ticking import tick_once

    for name, count in tick_once(desk.database, desk.settings, desk.keys, desk.clock).items():
        click.echo(f"{name}: {count}")


def _attach() -> None:
    """Hook in the commands that the domains bring."""
    from bullying_desk.commands.demonstration import demo
    from bullying_desk.commands.keeping import backup, doctor, restore
    from bullying_desk.commands.people import confirm_first_command, invite_first, invite_many
    from bullying_desk.lessons.commands import lessons_cli
    from bullying_desk.schools.commands import import_schools, join, pause, resume

    people = (invite_first, confirm_first_command, invite_many)
    for command in (import_schools, join, pause, resume, lessons_cli, *people, backup, restore, doctor, demo):
        main.add_command(command)


with contextlib.suppress(ImportError):  # TEMPORARY
    _attach()
