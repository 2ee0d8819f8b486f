"""What can be wrong with a right, named as facts. No message names a person."""

from __future__ import annotations


class RightsError(Exception):
    """Base of everything this package raises."""


class RightBroken(RightsError):
    """A row carries no valid tag: the database was changed from outside. The row is neither used nor repaired."""

    def __init__(self, kind: str, row_id: object) -> None:
        super().__init__(f"a row of {kind} carries no valid tag")
        self.kind = kind
        self.row_id = row_id


class RightsNotAttached(RightsError, RuntimeError):
    """A session reads or writes rights without the keys to check them: a fault of the program."""


class UncheckedRead(RightsError, RuntimeError):
    """A query would decide by rows whose tags it does not see: a fault of the program."""


class UncheckedWrite(RightsError, RuntimeError):
    """A statement would change rights without tagging them: a fault of the program."""
