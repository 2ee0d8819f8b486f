"""The console script `bullying-desk`: an operator's commands, with exit codes that scripts can trust.

0: done · 1: refused, with the reason · 2: wrong call.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click

from bullying_desk import __version__
from bullying_desk.commands.console import Desk
from bullying_desk.config import instance_folder
from bullying_desk.database import Database
from bullying_desk.keyring import KeysMissing, load_layer, make_keys

# The module of each command, by the name people type.
LAZY = {
    "setup": "bullying_desk.commands.setup:setup",
    "run": "bullying_desk.commands.serving:run",
    "demo": "bullying_desk.commands.demonstration:demo",
    "backup": "bullying_desk.commands.keeping:backup",
    "restore": "bullying_desk.commands.keeping:restore",
    "restored": "bullying_desk.commands.keeping:restored",
    "backup-key": "bullying_desk.commands.sealed_copies:backup_key",
    "verify-backup": "bullying_desk.commands.drill:verify_backup",
    "drill": "bullying_desk.commands.drill:drill",
    "move-database": "bullying_desk.commands.moving:move_database",
    "show-pepper": "bullying_desk.commands.rotation:show_pepper",
    "put-back-pepper": "bullying_desk.commands.rotation:put_back_pepper",
    "rotate-pepper": "bullying_desk.commands.rotation:rotate_pepper",
    "doctor": "bullying_desk.commands.doctor:doctor",
    "invite-first": "bullying_desk.commands.people:invite_first",
    "confirm-first": "bullying_desk.commands.people:confirm_first_command",
    "invite-many": "bullying_desk.commands.people:invite_many",
    "import-schools": "bullying_desk.schools.register.commands:import_schools",
    "join": "bullying_desk.schools.register.commands:join",
    "pause": "bullying_desk.schools.register.commands:pause",
    "resume": "bullying_desk.schools.register.commands:resume",
    "seal-rights": "bullying_desk.commands.rights:seal_rights",
    "watch": "bullying_desk.commands.watching:watch",
    "confirm-clock": "bullying_desk.commands.watching:confirm_clock",
    "export-help": "bullying_desk.commands.serving:export_help",
    "audit": "bullying_desk.commands.trail:audit",
    "lessons": "bullying_desk.lessons.commands:lessons_cli",
    "print-kit": "bullying_desk.schoolyard.prints.commands:print_kit",
}


class LazyGroup(click.Group):
    """Loads a command when it is called: the server starts without the demonstration, Excel or the lessons' tools."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted({*super().list_commands(ctx), *LAZY})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find one command."""
        if cmd_name in LAZY:
            module, _, name = LAZY[cmd_name].partition(":")
            found: click.Command = getattr(import_module(module), name)
            return found
        return super().get_command(ctx, cmd_name)


@click.group(cls=LazyGroup)
@click.version_option(__version__)
@click.option("--instance", type=click.Path(path_type=Path), help="The instance folder (or BULLYING_DESK_INSTANCE).")
@click.pass_context
def main(ctx: click.Context, instance: Path | None) -> None:
    """Run and keep the contact point of a city's schools."""
    os.umask(0o077)  # copies, letters with codes, the database: for the program's eyes alone
    ctx.obj = desk = Desk(instance_folder(instance))
    ctx.call_on_close(desk.close)


@main.command()
@click.pass_obj
def migrate(desk: Desk) -> None:
    """Make the keys of a new instance, and bring the database to the newest schema.

    Never makes a key for an existing database: the database holds what the key folder lacks, under the pepper that
    `put-back-pepper` reads from the paper.
    """
    from bullying_desk.commands.keeping import settle_restored, supply_keys
    from bullying_desk.commands.rights import seal_or_say
    from bullying_desk.migrating import is_empty
    from bullying_desk.migrating import migrate as run_migrations

    desk.folder.mkdir(parents=True, exist_ok=True)
    engine = Database(desk.settings.url).engine
    fresh = is_empty(engine) and not (desk.settings.keys / "pepper").exists()
    try:
        if is_empty(engine):
            make_keys(desk.settings.keys)
        load_layer(desk.settings.keys)  # with no pepper there, nothing is touched
        run_migrations(engine)
        engine.dispose()
        supply_keys(desk)
    except KeysMissing as error:
        raise click.ClickException(str(error)) from error
    seal_or_say(desk)
    settle_restored(desk)
    if fresh and not desk.settings.demo:
        click.echo("A new pepper was made. Print it and put it into the safe: `bullying-desk show-pepper`.")
    click.echo("The database is up to date.")


@main.command()
@click.pass_obj
def tick(desk: Desk) -> None:
    """Do the night work once: mails, ended sessions, due erasures. Safe to run twice or on two machines."""
    from bullying_desk.commands.settings_trail import enter_now
    from bullying_desk.ticking import FAILED, HELD, MAILS_FAILED, clock_jumped, tick_once

    enter_now(desk)
    held = clock_jumped(desk.database, desk.settings, desk.clock)
    counts = tick_once(desk.database, desk.settings, desk.keys, desk.clock, held=held)
    for name, count in counts.items():
        click.echo(f"{name}: {count}")
    problems = [f"{name}: {counts.get(name, 0)}" for name in (FAILED, MAILS_FAILED, HELD) if counts.get(name)]
    if problems:
        raise click.ClickException("; ".join(problems))
