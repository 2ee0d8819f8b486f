"""The receipt's cookie shows the six words again until the child says they are kept, and for an hour at most.

The words themselves are stored nowhere. The cookie holds the secret they are derived from, the report they belong to
and the minute of sending. Its MAC also covers the receipt's locator, so a new code makes it worthless.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.format.secret_types import SessionKey, SessionSecret

COOKIE = "__Host-d"
SHOWN_FOR = timedelta(minutes=60)
# A report knows only its hour of arrival: a send in the first minute of an hour may be repeated up to the end of the
# next one. The cookie itself is never older than that hour's last minute plus sixty.
RESENT_FOR = timedelta(hours=2)


class ReceiptNotShown(Exception):
    """The words are not shown (again): kept already, too late, or never sent from this browser."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How the page of the words speaks: to an adult, with comfort, about a new code that is not in force yet."""

    polite: bool = False
    comfort: bool = False
    renewal: bool = False

    def letters(self) -> str:
        """Return the marks as letters for the cookie."""
        return ("p" if self.polite else "") + ("c" if self.comfort else "") + ("n" if self.renewal else "") or "-"

    @classmethod
    def of(cls, letters: str) -> Marks:
        """Read the letters."""
        return cls("p" in letters, "c" in letters, "n" in letters)


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Slip:
    """The cookie's content: the secret of the words, the report, the minute of sending."""

    secret: SessionSecret
    report_id: int
    minute: int
    marks: Marks
    mac: str

    def text(self) -> str:
        """Return the part under the MAC."""
        return f"{self.secret.to_cookie()}.{self.report_id:x}.{self.minute:x}.{self.marks.letters()}"


def canonical(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return the bytes of what was sent: the same for a second send, whatever the browser's boundary."""
    tidy = sorted((name, value.replace("\r\n", "\n")) for name, value in pairs)
    return json.dumps(tidy, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def write_slip(
    key: SessionKey,
    secret: SessionSecret,
    report_id: int,
    locator: bytes,
    moment: datetime,
    marks: Marks = NO_MARKS,
) -> str:
    """Return the cookie's value. `locator` is the report's column as it is stored."""
    slip = Slip(secret, report_id, int(moment.timestamp()) // 60, marks, "")
    return f"{slip.text()}.{_mac(key, slip.text(), locator)}"


def read_slip(cookie: str | None) -> Slip | None:
    """Return a cookie's content, not yet checked, or None where it has none."""
    parts = (cookie or "").split(".")
    if len(parts) != 5 or len(parts[1]) > 16 or len(parts[2]) > 10:
        return None
    try:
        secret, report = SessionSecret.from_cookie(parts[0]), int(parts[1], 16)
        slip = Slip(secret, report, int(parts[2], 16), Marks.of(parts[3]), parts[4])
    except (SealingError, ValueError):
        return None
    return slip if 0 < report < 2**63 else None  # no row can have any other number; the database would only fail at it


def check_slip(key: SessionKey, slip: Slip, locator: bytes, now: datetime) -> None:
    """Raise ReceiptNotShown unless the cookie is ours, of this receipt, and not older than an hour."""
    if not hmac.compare_digest(_mac(key, slip.text(), locator).encode(), slip.mac.encode()):
        raise ReceiptNotShown
    if not timedelta(0) <= now - datetime.fromtimestamp(slip.minute * 60, UTC) <= SHOWN_FOR:
        raise ReceiptNotShown


def shown_since(arrived_hour: datetime, now: datetime) -> datetime:
    """Return the moment a cookie counts from: now, but at the latest the last minute of the hour of arrival.

    Raises ReceiptNotShown for a repeated send that is too late: the person at the page is then not the child.
    """
    if now >= arrived_hour + RESENT_FOR:
        raise ReceiptNotShown
    return min(now, arrived_hour + timedelta(minutes=59))


def _mac(key: SessionKey, text: str, locator: bytes) -> str:
    own = hmac.digest(key.reveal(), b"receipt-slip", "sha256")
    return hmac.new(own, text.encode() + b"|" + locator, sha256).hexdigest()[:32]
