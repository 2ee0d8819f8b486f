"""The pepper in the safe: printed for the paper, restored from it, and changed where it may have been seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from bullying_desk.commands.console import refuse_while_served
from bullying_desk.keyring import KeysMissing, plan_rotation, put_back
from bullying_desk.sealing.format.errors import PrintedCodeMistyped
from bullying_desk.sealing.pepper import Pepper

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk


@click.command("show-pepper")
@click.confirmation_option(prompt="The pepper will be shown on this screen. Is nobody else looking?")
@click.pass_obj
def show_pepper(desk: Desk) -> None:
    """Show the pepper for the safe. A lost pepper loses every report."""
    _show(desk.keys.pepper_id, desk.keys.pepper)


@click.command("put-back-pepper")
@click.option("--number", default=1, show_default=True, type=click.IntRange(1, 255), help="The number on the paper.")
@click.pass_obj
def put_back_pepper(desk: Desk, number: int) -> None:
    """Type in the pepper from the paper in the safe, where the key folder has lost it. Never replaces one."""
    typed = click.prompt("The pepper, as it stands on the paper", hide_input=True)
    try:
        pepper = Pepper.from_printed(typed)
    except PrintedCodeMistyped as error:
        raise click.ClickException("that is not a pepper: compare it with the paper, letter by letter") from error
    try:
        put_back(desk.settings.keys, number, pepper)
    except FileExistsError as error:
        raise click.ClickException("there is a pepper already; nothing was changed") from error
    click.echo(f"Put back. Check digits: {pepper.check_digits()}. Compare them with the paper.")
    click.echo("Then `bullying-desk restore COPY --yes` where the database is lost too, and `bullying-desk migrate`.")


def _show(number: int, pepper: Pepper) -> None:
    click.echo(f"Pepper {number}: {pepper.printed()}")
    click.echo(f"Check digits: {pepper.check_digits()}")


@click.command("rotate-pepper")
@click.option("--yes", is_flag=True, help="Do not ask whether the new pepper is in the safe.")
@click.pass_obj
def rotate_pepper(desk: Desk, yes: bool) -> None:
    """Change the pepper. Stop the service first. Codes, passwords and readers stay the same.

    If it is interrupted, run it again; it continues, and the service may run in between. Copies made before need the
    old pepper: keep its paper until they are too old (35 days), then destroy it. Give other machines the new `keys/`.
    """
    from bullying_desk.erasing import rewriting
    from bullying_desk.rotating import rotate

    refuse_while_served(desk)
    salt = desk.keys.receipt_salt
    try:
        rotation = plan_rotation(desk.settings.keys)
    except KeysMissing as error:
        raise click.ClickException(str(error)) from error
    number, pepper = rotation.new
    if not yes:
        _show(number, pepper)
        click.confirm("Is it on paper, with its number?", abort=True)
    rotation.begin()
    with Progress(SpinnerColumn(), TextColumn("{task.completed} rows looked at"), transient=True) as shown:
        task = shown.add_task("", total=None)
        outcome = rotate(desk.database, rotation, salt, desk.clock.now(), lambda more: shown.advance(task, more))
    with desk.database.transaction() as session:
        rewriting.ask(session, desk.clock.today())
    rotation.finish()
    rewriting.rewrite_due(desk.database, desk.clock.today())
    desk.database.forget_deleted()
    for name in outcome.unreadable:
        click.echo(f"- lies under neither pepper, was changed before, and stays as it is: {name}", err=True)
    click.echo(f"{outcome.laid} values lie under pepper {number} now. Check digits: {pepper.check_digits()}")
    click.echo("Start the service. The old pepper opens nothing of this database any more, only older copies.")
