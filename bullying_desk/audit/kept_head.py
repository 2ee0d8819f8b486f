"""The newest head, kept outside the database: write access to the database alone cannot cut off the end unseen."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from bullying_desk.audit.chain import Head, HeadUnreadable, head, head_of
from bullying_desk.audit.models import AuditLink

NAME = "audit-head"


def kept(instance: Path) -> Head | None:
    """Return the head this machine saw last, or None. Raises HeadUnreadable where the file is damaged."""
    try:
        return head_of((instance / NAME).read_text("ascii"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise HeadUnreadable from error


def keep(session: Session, instance: Path) -> bool:
    """Write the newest head down. Returns False, and leaves the file, where the chain contradicts it.

    A restored older copy contradicts it too: `restore` sets the old head aside and records that in the trail.
    """
    newest = head(session)
    try:
        last = kept(instance)
    except HeadUnreadable:
        return False
    if last is not None:
        link = session.get(AuditLink, last.number)
        if link is None or link.mac != last.mac:
            return False
    if newest is not None and newest != last:
        beside = instance / f"{NAME}.new"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(newest.words + "\n")
        beside.replace(instance / NAME)
    return True


def set_aside(instance: Path, day: date) -> Head | None:
    """Rename the kept head by this day's date, because another database has taken the place of its own.

    Returns it, or None where there was none or it was damaged. Nothing is deleted: `audit verify --head` takes it.
    """
    path = instance / NAME
    try:
        last = kept(instance)
    except HeadUnreadable:
        last = None
    if path.exists():
        number = 1
        while (aside := instance / f"{NAME}.{day.isoformat()}-{number}").exists():
            number += 1
        path.replace(aside)
    return last
