"""Emptying the rest of an account: name and address go, the number stays, because other rows and the trail name it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.schools.models import Seat
from bullying_desk.web.language import _

NAMELESS = _("früheres Mitglied")
NOWHERE = "@invalid"


def empty_account(destroyer: Destroyer, person_id: int) -> None:
    """Delete every word about a person who has left from their account and their seats."""
    session: Session = destroyer.session
    destroyer.rows_of_person(person_id)
    blank = {
        "state": PersonState.LEFT,
        "name": NAMELESS,
        "email": f"{person_id:x}{NOWHERE}",
        "directory_tag": None,
        "public_half": None,
        "key_id": None,
        "password_header": None,
        "verifier": None,
        "password_vault": None,
        "recovery_vault": None,
        "totp_secret": None,
        "last_sign_in_month": None,
        "reminded_on": None,
    }
    _set(session.scalars(select(Person).where(Person.id == person_id)), blank)
    words = {"shown_name": NAMELESS, "shown_function": "", "languages": "", "employer": "", "public_since": None}
    _set(session.scalars(select(Seat).where(Seat.person_id == person_id)), words)
    session.flush()


def _set(rows: Iterable[Person | Seat], words: dict[str, Any]) -> None:
    for row in rows:
        for name, word in words.items():
            setattr(row, name, word)
