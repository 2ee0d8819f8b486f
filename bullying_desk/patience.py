"""A connection to PostgreSQL that waits for an answer only so long: a database that hangs must not take help along.

The server's own `statement_timeout` does not help where the server is stopped or the network cut: nothing comes then.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout

SECONDS = 10.0


class PatientConnection(psycopg.Connection[Any]):
    """Gives up after SECONDS. `patient` is True for work that may take long: migrations, rewriting tables."""

    patient: bool = False

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the answer. Raises OperationalError where the database does not answer in time."""
        if self.patient or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SECONDS)
        except _WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("the database does not answer") from None
