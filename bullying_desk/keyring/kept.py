"""The keys in the database, under the pepper: compared at each start, restored where a machine was lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.keyring import Keyring, KeysMissing, load_keys, load_layer, supply
from bullying_desk.keyring.models import InstanceKeys
from bullying_desk.sealing.format.errors import PepperUnknown, SealingError
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

ONLY = 1  # the id of the single row


@dataclass(frozen=True)
class KeptKeys:
    """A database's record of its salt and of the keys of its former peppers."""

    salt: bytes = field(repr=False)
    former: Mapping[tuple[str, int], bytes] = field(repr=False)

    def laid(self, pepper_layer: PepperLayer) -> bytes:
        """Return them as the row holds them."""
        former = {f"{use} {number}": key.hex() for (use, number), key in self.former.items()}
        plain = json.dumps({"former": former, "salt": self.salt.hex()}, sort_keys=True).encode("ascii")
        return pepper_layer.lay(plain, PepperPlace.INSTANCE_KEYS, ONLY)


def lifted(pepper_layer: PepperLayer, sealed: bytes) -> KeptKeys:
    """Read a row. Raises KeysMissing where it is under another pepper, or was changed."""
    try:
        found = json.loads(pepper_layer.lift(sealed, PepperPlace.INSTANCE_KEYS, ONLY))
    except PepperUnknown as error:
        raise KeysMissing(
            f"this database lies under pepper {sealed[1]}, the key folder holds another one: put the right one back"
        ) from error
    except SealingError as error:
        raise KeysMissing("the pepper in the key folder is not the one this database was made with") from error
    former = {}
    for each, key in found["former"].items():
        use, number = each.split(" ")
        former[use, int(number)] = bytes.fromhex(key)
    return KeptKeys(bytes.fromhex(found["salt"]), former)


def read(session: Session, pepper_layer: PepperLayer) -> KeptKeys | None:
    """Return what the database keeps, None where it keeps nothing yet. Raises KeysMissing."""
    sealed = session.scalar(select(InstanceKeys.sealed))
    return lifted(pepper_layer, sealed) if sealed is not None else None


def write(session: Session, pepper_layer: PepperLayer, kept: KeptKeys) -> None:
    """Keep them, replacing what was kept before."""
    row = session.get(InstanceKeys, ONLY)
    if row is None:
        session.add(InstanceKeys(id=ONLY, sealed=kept.laid(pepper_layer)))
    else:
        row.sealed = kept.laid(pepper_layer)
    session.flush()


def compare(session: Session, keys: Keyring) -> bool:
    """Compare the key folder with the database. False where the database keeps nothing yet.

    Raises KeysMissing where they do not belong together: every receipt would be refused for ever.
    """
    known = read(session, keys.pepper_layer)
    check(known, keys)
    return known is not None


def check(known: KeptKeys | None, keys: Keyring) -> None:
    """Raise KeysMissing where the key folder and the database differ."""
    if known is None:
        return
    if known.salt != keys.receipt_salt:
        raise KeysMissing("keys/salt is not the salt of this database: no receipt would open anything")
    if any(keys.former.get(each, key) != key for each, key in known.former.items()):
        raise KeysMissing("keys/former is not the one of this database: put it back, or remove it and run `migrate`")


def settle(session: Session, folder: Path) -> list[str]:
    """Complete key folder and database: each gets what only the other has. Returns the new files' names.

    Raises KeysMissing where neither has the salt, or where they do not belong together.
    """
    known = read(session, load_layer(folder))
    made = supply(folder, known.salt, known.former) if known is not None else []
    keys = load_keys(folder)
    check(known, keys)
    if known is None or known.former.items() != keys.former.items():
        write(session, keys.pepper_layer, KeptKeys(keys.receipt_salt, keys.former))
    return made
