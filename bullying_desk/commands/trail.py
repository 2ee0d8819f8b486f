"""`bullying-desk audit`: whether the trail is still what the program wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bullying_desk.audit.chain import HeadUnreadable, head_of
from bullying_desk.audit.kept_head import NAME, kept
from bullying_desk.audit.verifying import Fault, Verdict
from bullying_desk.audit.verifying import verify as verify_trail

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk


@click.group("audit")
def audit() -> None:
    """Check the trail of who did what."""


@audit.command()
@click.option("--head", "heads", multiple=True, help="A value mailed earlier to the data protection officer.")
@click.option("--cut", "cuts", multiple=True, help="Where the trail was shortened, as mailed with the head.")
@click.pass_obj
def verify(desk: Desk, heads: tuple[str, ...], cuts: tuple[str, ...]) -> None:
    """Recompute the whole chain and name the first row that was changed, removed, inserted or swapped.

    A cut-off end shows against the head kept in the instance folder, and against every --head. `restore` renames the
    head of the former database to `audit-head.DAY-N`, and says so in the trail.
    """
    try:
        known, shortened = [head_of(words) for words in heads], [head_of(words) for words in cuts]
    except HeadUnreadable as error:
        raise click.UsageError("a head or a cut is a number, a hyphen and 64 hexadecimal digits") from error
    try:
        here = kept(desk.folder)
    except HeadUnreadable as error:
        raise click.ClickException(f"{desk.folder / NAME} is damaged: give --head from a mail") from error
    with desk.database.transaction(write=False) as session:
        verdict = verify_trail(session, desk.keys.pepper_layer, [*known, *([here] if here else [])], shortened)
    _say(verdict)


def _say(verdict: Verdict) -> None:
    if verdict.fault is not None:
        raise click.ClickException(_fault_words(verdict.fault))
    click.echo(f"The trail is whole: {verdict.linked} linked entries, {verdict.open_tail} not linked yet.")
    if verdict.cut is not None:
        click.echo(f"Shortened up to link {verdict.cut.number}; its seal holds: {verdict.cut.words}")
    if verdict.head is not None:
        click.echo(f"Head: {verdict.head.words}")


def _fault_words(fault: Fault) -> str:
    place = f"link {fault.number}" if fault.number else "an entry without a link"
    entry = f", entry {fault.entry_id:x}" if fault.entry_id else ""
    return f"the trail is bent at {place}{entry}: {fault.kind.value}"
