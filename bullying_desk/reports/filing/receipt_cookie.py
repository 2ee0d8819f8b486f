"""The receipt's cookie shows the six words again until the child says they are kept, and for an hour at most.

The words themselves are stored nowhere. The cookie holds what they are derived from, the report they belong to and
the minute of sending; its MAC covers the receipt's locator too, so a new code makes it worthless.

A browser may hold the slips of several forms. Each is shown only at the address its own form led to: a name derived
from the form's token, which opens nothing without the cookie. A child who sends a second report does not lose the
first words, and the next person at the same machine is not shown them.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.format.secret_types import SendToken, SessionKey, SessionSecret

COOKIE = "__Host-d"
MOST_SLIPS = 3
SHOWN_FOR = timedelta(minutes=60)
# A report knows only its hour of arrival: a send in the first minute of an hour may be repeated up to the end of the
# next one. The cookie itself is never older than that hour's last minute plus sixty.
RESENT_FOR = timedelta(hours=2)


class ReceiptNotShown(Exception):
    """The words are not shown (again): kept already, too late, or never sent from this browser."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How the page of the words speaks: to an adult, with comfort, about a new code that is not in force yet.

    `seen`: a school's tablet has shown them; there they are shown once.
    """

    polite: bool = False
    comfort: bool = False
    renewal: bool = False
    seen: bool = False

    def letters(self) -> str:
        """Return the marks as letters for the cookie."""
        given = {"p": self.polite, "c": self.comfort, "n": self.renewal, "s": self.seen}
        return "".join(letter for letter, is_so in given.items() if is_so) or "-"

    @classmethod
    def of(cls, letters: str) -> Marks:
        """Read the letters."""
        return cls("p" in letters, "c" in letters, "n" in letters, "s" in letters)


NO_MARKS = Marks()
NO_PAGE = "-"
_PAGE = re.compile(r"[0-9a-f]{16}|-")


@dataclass(frozen=True, slots=True)
class Slip:
    """What the cookie says: from which secret the words come, of which report, since which minute, where they show."""

    secret: SessionSecret
    report_id: int
    minute: int
    marks: Marks
    mac: str
    page: str = NO_PAGE

    def text(self) -> str:
        """Return the part under the MAC."""
        return f"{self.secret.to_cookie()}.{self.report_id:x}.{self.minute:x}.{self.marks.letters()}.{self.page}"


def canonical(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return the bytes of what was sent: the same for a second send, whatever the browser's boundary."""
    tidy = sorted([(name, value.replace("\r\n", "\n")) for name, value in pairs])
    return json.dumps(tidy, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def write_slip(
    key: SessionKey,
    secret: SessionSecret,
    report_id: int,
    locator: bytes,
    moment: datetime,
    marks: Marks = NO_MARKS,
    page: str = NO_PAGE,
) -> str:
    """Return one slip of the cookie. `locator` is the report's column as it stands, `page` where the words show."""
    slip = Slip(secret, report_id, int(moment.timestamp()) // 60, marks, "", page)
    return f"{slip.text()}.{_mac(key, slip.text(), locator)}"


def seen(key: SessionKey, slip: Slip, locator: bytes) -> str:
    """Return a slip again, marked as shown."""
    marked = replace(slip, marks=replace(slip.marks, seen=True))
    return f"{marked.text()}.{_mac(key, marked.text(), locator)}"


def page_of(token: SendToken) -> str:
    """Return the name of the page that shows the words of what is sent with this form."""
    return sha256(b"page of the words|" + token.to_field().encode()).hexdigest()[:16]


def read_slips(cookie: str | None) -> list[Slip]:
    """Return what a cookie says, not yet checked, the newest first."""
    found = (read_slip(part) for part in (cookie or "").split("~")[:MOST_SLIPS])
    return [slip for slip in found if slip is not None]


def with_slip(slip: str, cookie: str | None, page: str) -> str:
    """Return the cookie with one more slip, the newest first; one of the same page goes."""
    kept = [one for one in (cookie or "").split("~") if (old := read_slip(one)) is not None and old.page != page]
    return "~".join([slip, *kept][:MOST_SLIPS])


def read_slip(cookie: str | None) -> Slip | None:
    """Return what one slip of a cookie says, not yet checked, or None where it says nothing."""
    parts = (cookie or "").split(".")
    if len(parts) != 6 or len(parts[1]) > 16 or len(parts[2]) > 10 or not _PAGE.fullmatch(parts[4]):
        return None
    try:
        secret, report = SessionSecret.from_cookie(parts[0]), int(parts[1], 16)
        slip = Slip(secret, report, int(parts[2], 16), Marks.of(parts[3]), parts[5], parts[4])
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
