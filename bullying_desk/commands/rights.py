"""Rights for an operator: the invalid ones, and the one time when older rows get their tags.

A person sees the list of rows that are older than their tags, and says yes before the program believes them. This
happens once in the life of an instance. Later a row without a tag was written from outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Invitation, Person
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.erasing import tombstones
from bullying_desk.retention import returning
from bullying_desk.rights import head, newest, sets
from bullying_desk.rights.checking import hint, tagger_of
from bullying_desk.rights.models import RightSet, right_classes
from bullying_desk.rights.writing import seal
from bullying_desk.schools.models import School, Seat

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk
BATCH = 500  # rows that are tagged before the next are read


def untagged(session: Session) -> dict[str, int]:
    """Return how many rows of each table were never tagged; tables without any are left out."""
    found = {}
    for model in right_classes():
        count = session.scalar(hint(select(func.count()).select_from(model.__table__).where(_never(model))))
        if count:
            found[str(model.__tablename__)] = count
    return found


def rows(session: Session, model: type[Any]) -> list[Any]:
    """Return the rows of a table that were never tagged, for the list. Believe none of them yet."""
    return list(session.scalars(hint(select(model).where(_never(model)))))


def seal_all(session: Session) -> int:
    """Tag every row that has no tag yet, and return how many. Call it after a person has said yes to the list."""
    tagger, count = tagger_of(session), 0
    for model in right_classes():
        query = hint(select(model).where(_never(model)).limit(BATCH))
        while batch := session.scalars(query).all():
            for row in batch:
                seal(tagger, row)
            session.flush()
            session.expunge_all()
            count += len(batch)
    return count


def _never(model: type[Any]) -> Any:
    return (model.__table__.c.tag.is_(None)) & (model.__table__.c.generation == 0)


@click.command("seal-rights")
@click.option("--yes", is_flag=True, help="Do not ask whether the listing is right.")
@click.pass_obj
def seal_rights(desk: Desk, yes: bool) -> None:
    """Tag the rights of an instance that is older than their tags. Once; the service must be stopped.

    Lists who has an account and a seat, and asks: a seat that nobody here knows must not be made good. Open invitations
    become void, because their links were stored in a way that can be forged: invite again.
    """
    from bullying_desk.commands.console import refuse_while_served

    if (desk.folder / newest.NAME).exists():
        raise click.ClickException("the rights of this instance are tagged already: `doctor` names what does not hold")
    refuse_while_served(desk)
    with desk.database.transaction(write=False) as session:
        counts = untagged(session)
        if not counts:
            click.echo("Nothing to do: every right carries its tag.")
            return
        _list_people(session)
    click.echo(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    if not yes:
        click.confirm("Do you know each of these people and seats?", abort=True)
    count = _seal(desk)
    click.echo(f"{count} rights carry their tag now. Start the service.")


def seal_or_say(desk: Desk) -> None:
    """After a migration: a demonstration is tagged at once; a real instance's operator reads what to do."""
    with desk.database.transaction(write=False) as session:
        counts = untagged(session)
    if counts and desk.settings.demo:
        _seal(desk)
    elif counts and not (desk.folder / newest.NAME).exists():
        click.echo("Rights are not tagged yet, and nobody can sign in: run `bullying-desk seal-rights`.")
    elif not counts:
        _sum_up(desk)


def rights_problems(desk: Desk) -> list[str]:
    """Return a line for each invalid right."""
    with desk.database.transaction(write=False) as session:
        try:
            destroyed = tombstones.destroyed(session, desk.keys.pepper_layer)
            faults, _newest = head.look(session, head.kept(desk.folder), destroyed=destroyed)
        except newest.NewestUnreadable as error:
            return [f"{error} is damaged: put its newest copy back"]
    return [f"right in {each.kind}, row {_named(each.row_id)}: {each.fault.value}" for each in faults]


def _named(row: int | bytes) -> str:
    return f"{row:x}" if isinstance(row, int) else row.hex()


def _seal(desk: Desk) -> int:
    with desk.database.transaction() as session:
        for invitation in rows(session, Invitation):
            if invitation.used_at is None:
                invitation.used_at = desk.clock.now()
        count = seal_all(session)
        record(session, Event.RIGHTS_SEALED, desk.clock.now(), rights=count)
    _sum_up(desk)
    with desk.database.transaction(write=False) as session:
        head.keep(session, desk.folder)
    return count


def _sum_up(desk: Desk) -> None:
    """Write the sums of all reports and cases of a database that is older than them. Once, and after a restored copy.

    Nobody is asked: the rows carry their tags, and a row that was deleted before cannot be seen any more.
    """
    if (desk.folder / newest.SETS).exists() and not returning.is_unfinished(desk.folder):
        return
    with desk.database.transaction() as session:
        if session.scalars(select(RightSet.owner_id).limit(1)).first() is None:
            count = sets.seal_sets(session, head.sums(session))
            if count:
                record(session, Event.RIGHTS_SEALED, desk.clock.now(), rights=count)


def _list_people(session: Session) -> None:
    people = {person.id: person for person in rows(session, Person)}
    schools = {school.id: school for school in rows(session, School)}
    seated = set()
    table = Table("Name", "Address", "Account", "Role", "School", "Seat", "Since")
    for seat in rows(session, Seat):
        person, school = people.get(seat.person_id), schools.get(seat.school_id)
        seated.add(seat.person_id)
        table.add_row(
            person.name if person is not None else "?",
            person.email if person is not None else "?",
            str(person.state) if person is not None else "?",
            str(seat.role),
            school.shown_name if school is not None else "",
            str(seat.state),
            seat.started_on.isoformat(),
        )
    for person in (person for key, person in people.items() if key not in seated):
        table.add_row(person.name, person.email, str(person.state), "", "", "", "")
    Console(width=160).print(table)
