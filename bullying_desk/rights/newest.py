"""The file of the newest rights in the memory of each process: read again when it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "rights-head"
SETS: Final = "rights-head-reports"  # of each report and case; only the whole look reads it
GONE: Final = b"gone"
TAG_KEPT: Final = 16
Key = tuple[str, int]


class NewestUnreadable(Exception):
    """The file of the newest rights is damaged: restore its newest copy."""


@dataclass(frozen=True, slots=True)
class NewestState:
    """The newest known state of one right; `tag` is GONE where the program has deleted it."""

    generation: int
    tag: bytes

    def __post_init__(self) -> None:
        if self.tag != GONE:
            object.__setattr__(self, "tag", self.tag[-TAG_KEPT:])

    def __str__(self) -> str:
        return f"{self.generation} {'gone' if self.tag == GONE else self.tag.hex()}"

    def allows(self, generation: int, tag: bytes) -> bool:
        """Whether a row with a valid tag has this state or a newer one."""
        if self.tag == GONE or generation < self.generation:
            return False
        return generation > self.generation or tag[-TAG_KEPT:] == self.tag


class NewestRights:
    """What one process knows of the newest rights."""

    def __init__(self, instance: Path | None) -> None:
        """Take the instance folder, or None where there is no such file."""
        self._path = instance / NAME if instance is not None else None
        self._seen: tuple[int, int] | None = None
        self.states: dict[Key, NewestState] = {}

    def refresh(self) -> None:
        """Read the file again if it has changed; called before a transaction begins, so that it is never ahead of it.

        A damaged file is ignored here: `doctor` and the night work report it, and nobody is locked out.
        """
        if self._path is None:
            return
        try:
            status = self._path.stat()
        except OSError:
            self._seen, self.states = None, {}
            return
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != self._seen:
            try:
                self.states, self._seen = parse(self._path), seen
            except NewestUnreadable:
                self._seen = seen


def parse(path: Path) -> dict[Key, NewestState]:
    """Read the file. Raises NewestUnreadable."""
    try:
        lines = path.read_text("ascii").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise NewestUnreadable(str(path)) from error
    found = {}
    try:
        for line in lines:
            kind, number, generation, tag = line.split(" ")
            found[kind, int(number, 16)] = NewestState(int(generation), GONE if tag == "gone" else bytes.fromhex(tag))
    except ValueError as error:
        raise NewestUnreadable(str(path)) from error
    return found
