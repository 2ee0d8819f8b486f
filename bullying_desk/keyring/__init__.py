"""The three secrets of the service, kept apart from the database (docs/sealing.md).

`pepper` protects every value with which a stolen database could confirm a guess. `session` wraps sessions and makes
receipts. `salt` is the one salt of all receipts. They are in `INSTANCE/keys/`, readable by the program alone, and in no
backup. A lost pepper loses everything, so it is printed at set-up for the safe. With the pepper the rest can be
restored: the database keeps `salt` and `former` under it (`keyring.kept`), and a new session key only ends sessions.

`rotate-pepper` changes a pepper that a stranger may have seen. Meanwhile there is `pepper.next`, and the program runs
with both peppers. `former` keeps the two keys of each former pepper that check the trail and the tombstones.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bullying_desk.sealing.pepper import LEFT_BEHIND, Pepper, PepperLayer

PEPPER, NEXT, FORMER, SESSION = "pepper", "pepper.next", "former", "session"
_MOST_PEPPERS = 255


class KeysMissing(Exception):
    """The key folder does not hold the keys of this database. The program must not start."""


@dataclass(frozen=True)
class Keyring:
    """Pepper, session key and receipt salt of one instance; `older` holds the pepper that is being changed."""

    pepper: Pepper
    session_key: bytes = field(repr=False)
    receipt_salt: bytes = field(repr=False)
    pepper_id: int = 1
    former: Mapping[tuple[str, int], bytes] = field(default_factory=dict, repr=False)
    older: Mapping[int, Pepper] = field(default_factory=dict, repr=False)

    @cached_property
    def pepper_layer(self) -> PepperLayer:
        """The pepper layer of this instance."""
        return PepperLayer(self.pepper, self.pepper_id, self.older, self.former)


def make_keys(folder: Path) -> None:
    """Make the three keys of a new instance where there are none yet; never overwrite one.

    The pepper comes last: if there is one, the others were written before it. Raises KeysMissing where these are gone
    all the same, because no new key could replace them.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sizes = {"salt": 16, SESSION: 32, PEPPER: 32}
    if (folder / PEPPER).exists() and (lost := [name for name in sizes if not (folder / name).exists()]):
        raise KeysMissing(f"{folder / lost[0]} is missing; put a copy of the database back first, which holds it")
    for name, size in sizes.items():
        if not (folder / name).exists():
            _write_new(folder / name, secrets.token_bytes(size).hex())


def load_keys(folder: Path) -> Keyring:
    """Read the keys of an instance. Raises KeysMissing with the name of what is missing or damaged."""
    (pepper_id, pepper), older = _peppers(folder)
    return Keyring(
        pepper=pepper,
        session_key=_read(folder / SESSION, 32),
        receipt_salt=_read(folder / "salt", 16),
        pepper_id=pepper_id,
        former=_former(folder / FORMER),
        older=older,
    )


def load_layer(folder: Path) -> PepperLayer:
    """Read the pepper files of a folder without its other keys. Raises KeysMissing where one is missing or damaged."""
    (pepper_id, pepper), older = _peppers(folder)
    return PepperLayer(pepper, pepper_id, older, _former(folder / FORMER))


def supply(folder: Path, salt: bytes, former: Mapping[tuple[str, int], bytes]) -> list[str]:
    """Write the keys that the folder lacks and the database knows, and a new session key. Returns the names.

    A new session key ends all sessions, because nothing of theirs can be opened with it.
    """
    made = []
    known = _former(folder / FORMER)
    if former.keys() - known.keys():
        _write_former(folder, {**former, **known})
        made.append(FORMER)
    for name, value in (("salt", salt), (SESSION, secrets.token_bytes(32))):
        if not (folder / name).exists():
            _write_new(folder / name, value.hex())
            made.append(name)
    return made


def is_rotating(folder: Path) -> bool:
    """Whether a change of the pepper has begun and is not finished."""
    return (folder / NEXT).exists()


@dataclass(frozen=True)
class Rotation:
    """Two peppers while the new one replaces the old one."""

    folder: Path = field(repr=False)
    old: tuple[int, Pepper]
    new: tuple[int, Pepper]
    former: Mapping[tuple[str, int], bytes] = field(repr=False)

    @cached_property
    def pepper_layer(self) -> PepperLayer:
        """The layer that lays under the new pepper and still lifts values from under the old one."""
        (old_id, old), (new_id, new) = self.old, self.new
        return PepperLayer(new, new_id, {old_id: old}, self.former)

    @property
    def left(self) -> dict[tuple[str, int], bytes]:
        """The keys that remain of all former peppers, the old one included."""
        return {**self.former, **self.pepper_layer.left_behind(self.old[0])}

    def begin(self) -> None:
        """Write the new pepper next to the old one; from now on the program runs with both."""
        if not is_rotating(self.folder):
            _write_new(self.folder / NEXT, f"{self.new[0]}:{self.new[1].reveal().hex()}")

    def finish(self) -> None:
        """Replace the old pepper by the new one. The old one is in no file from now on."""
        _write_former(self.folder, self.left)
        (self.folder / NEXT).replace(self.folder / PEPPER)


def plan_rotation(folder: Path) -> Rotation:
    """Generate the next pepper, or find the one of an interrupted rotation. Raises KeysMissing."""
    old = _pepper(folder / PEPPER)
    if old[0] >= _MOST_PEPPERS:
        raise KeysMissing("the pepper was changed too often for its number; put the data into a new instance")
    new = _pepper(folder / NEXT) if is_rotating(folder) else (old[0] + 1, Pepper(secrets.token_bytes(32)))
    return Rotation(folder, old, new, _former(folder / FORMER))


def put_back(folder: Path, pepper_id: int, pepper: Pepper) -> None:
    """Write a pepper typed from the paper in the safe. Raises FileExistsError where there is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_new(folder / PEPPER, f"{pepper_id}:{pepper.reveal().hex()}")


def _write_new(path: Path, text: str) -> None:
    """Write a new file that only the program may read, and wait until it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _write_former(folder: Path, kept: Mapping[tuple[str, int], bytes]) -> None:
    lines = [f"{use} {pepper_id} {key.hex()}" for (use, pepper_id), key in sorted(kept.items())]
    beside = folder / f"{FORMER}.new"
    beside.unlink(missing_ok=True)
    _write_new(beside, "\n".join(lines))
    beside.replace(folder / FORMER)


def _peppers(folder: Path) -> tuple[tuple[int, Pepper], dict[int, Pepper]]:
    """Return the pepper for new values, and the peppers that older values may still lie under."""
    first = _pepper(folder / PEPPER)
    return (_pepper(folder / NEXT), dict([first])) if is_rotating(folder) else (first, {})


def _pepper(path: Path) -> tuple[int, Pepper]:
    """Read `NUMBER:HEX`; the first pepper of an instance is written without its number."""
    number, _colon, digits = _text(path).rpartition(":")
    if number and not (number.isascii() and number.isdigit()):
        raise KeysMissing(f"{path} is damaged; put it back from the safe")
    return int(number or 1), Pepper(_bytes(path, digits, 32))


def _former(path: Path) -> dict[tuple[str, int], bytes]:
    if not path.exists():
        return {}
    found = {}
    for line in _text(path).splitlines():
        use, number, digits = (*line.split(" "), "", "")[:3]
        if use not in LEFT_BEHIND or not number.isdigit():
            raise KeysMissing(f"{path} is damaged; put it back from the safe")
        found[use, int(number)] = _bytes(path, digits, 32)
    return found


def _read(path: Path, size: int) -> bytes:
    return _bytes(path, _text(path), size)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise KeysMissing(f"{path} is missing or damaged; put it back from the safe") from error


def _bytes(path: Path, digits: str, size: int) -> bytes:
    try:
        value = bytes.fromhex(digits)
    except ValueError as error:
        raise KeysMissing(f"{path} is missing or damaged; put it back from the safe") from error
    if len(value) != size:
        raise KeysMissing(f"{path} must hold {size} bytes; put it back from the safe")
    return value
