"""Commands about people: the first city coordinator, and inviting a whole city from a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.city import coordination
from bullying_desk.accounts.invitations.bulk import BulkClash, BulkResult
from bullying_desk.accounts.invitations.invitations import SeatWish, ensure_person, give_seat, new_invitation
from bullying_desk.accounts.invitations.key_words import ComparisonRefused, confirm_first
from bullying_desk.accounts.invitations.tables import TableRefused
from bullying_desk.accounts.models import InvitationKind, Person
from bullying_desk.accounts.sign_in.addresses import InputRefused, checked_address, checked_name, normal_address
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk


@click.command("invite-first")
@click.argument("name")
@click.argument("email")
@click.pass_obj
def invite_first(desk: Desk, name: str, email: str) -> None:
    """Invite the first city coordinator; prints the link, which is valid for 72 hours and once.

    After accepting, run `confirm-first EMAIL` on this machine: nobody is there yet who could compare key words.
    """
    with desk.database.transaction() as session:
        today, now = desk.clock.today(), desk.clock.now()
        try:
            person = ensure_person(session, checked_name(name), checked_address(email), None, today)
        except InputRefused as refused:
            raise click.ClickException(refused.reason) from refused
        give_seat(session, person, SeatWish(Role.CITY_COORDINATOR, shown_name=name), today, head_may_coordinate=False)
        invited = new_invitation(session, person, InvitationKind.MAIL, None, now)
        record(session, Event.PERSON_INVITED, now, subject=person.id, by_letter=False)
    click.echo(f"{desk.settings.base_url}/team/einladung/{invited.secret}")


@click.command("confirm-first")
@click.argument("email")
@click.pass_obj
def confirm_first_command(desk: Desk, email: str) -> None:
    """Make the first city coordinator active, who is with you and has accepted."""
    with desk.database.transaction() as session:
        person = session.scalar(select(Person).where(Person.email == normal_address(email)))
        if person is None or person.public_half is None:
            raise click.ClickException("nobody with this address has accepted an invitation")
        try:
            confirm_first(session, person, desk.clock.today())
        except ComparisonRefused as error:
            raise click.ClickException("there is somebody active already: let them compare the key words") from error
        record(session, Event.KEY_WORDS_COMPARED, desk.clock.now(), subject=person.id, matched=True)
    click.echo(f"{person.name} is active.")


@click.command("invite-many")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--letters", type=click.Path(dir_okay=False, path_type=Path), help="Print letters into this HTML file.")
@click.option("--dry-run", is_flag=True, help="Only check the list.")
@click.pass_obj
def invite_many(desk: Desk, file: Path, letters: Path | None, dry_run: bool) -> None:
    """Invite everybody on a list (CSV or XLSX: Schulnummer, Name, E-Mail, Rolle, Anstellungsträger).

    The list is checked whole before anything is sent, and may be given twice without harm.
    """
    kind = InvitationKind.LETTER if letters is not None else InvitationKind.MAIL
    with desk.database.transaction() as session:
        try:
            plan = coordination.plan_file(session, file.read_bytes())
        except TableRefused as refused:
            raise click.ClickException(refused.reason) from refused
        if plan.errors:
            _show_errors(plan.errors)
            raise click.ClickException("the list has errors; nobody was invited")
        if dry_run:
            click.echo(f"{len(plan.wishes)} lines are in order.")
            return
        try:
            result = coordination.carry_out(session, desk.settings, plan, kind, None, desk.clock)
        except BulkClash as clash:
            raise click.ClickException(f"line {clash.line}: head and contact person exclude each other") from clash
        if letters is not None:
            letters.touch(mode=0o600)  # before it holds a code
            letters.chmod(0o600)
            letters.write_text(_letters(desk, result), "utf-8")
    click.echo(f"invited: {len(result.invited)}, seats given: {result.seated}, unchanged: {result.unchanged}")


def _show_errors(errors: list[tuple[int, str]]) -> None:
    table = Table("Zeile", "Was nicht stimmt")
    for line, sentence in errors:
        table.add_row(str(line), sentence)
    Console(stderr=True).print(table)


def _letters(desk: Desk, result: BulkResult) -> str:
    from flask import render_template

    from bullying_desk.app import create_app

    app = create_app(desk.settings, database=desk.database, keys=desk.keys)
    with app.test_request_context("/"):
        address = f"{desk.settings.base_url}/team/einladung"
        return render_template("city/letters.html", invited=result.invited, address=address)
