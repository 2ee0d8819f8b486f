"""The three secrets of the service, kept apart from the database (sealing.md, Pepper layer).

`pepper` lies under everything that a stolen database must not let anyone test; `session` wraps sessions and makes
receipts; `salt` is the one salt of all receipts. They lie in `INSTANCE/keys/`, readable by the program alone, and
are in no backup. A lost pepper loses everything, so it is printed at set-up for the safe.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from bullying_desk.sealing.pepper import Pepper


class KeysMissing(Exception):
    """The key folder does not hold the keys this database was made with; the program must not start."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Pepper, session key and receipt salt of one instance."""

    pepper: Pepper
    session_key: bytes = field(repr=False)
    receipt_salt: bytes = field(repr=False)


def make_keys(folder: Path) -> None:
    """Make the three keys where there are none yet; never overwrite one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, size in (("pepper", 32), ("session", 32), ("salt", 16)):
        path = folder / name
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_bytes(size).hex() + "\n")


def load_keys(folder: Path) -> Keyring:
    """Read the keys of an instance. Raises KeysMissing with the name of what is missing or damaged."""
    return Keyring(
        pepper=Pepper(_read(folder / "pepper", 32)),
        session_key=_read(folder / "session", 32),
        receipt_salt=_read(folder / "salt", 16),
    )


def _read(path: Path, size: int) -> bytes:
    try:
        value = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeysMissing(f"{path} is missing or damaged; put it back from the safe") from error
    if len(value) != size:
        raise KeysMissing(f"{path} must hold {size} bytes; put it back from the safe")
    return value
