"""The empty forms, rendered once and kept packed: they hold no person's data, and a whole school opens them at once.

Only the send token differs from one child's page to the next; each request gets a new one.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from bullying_desk.reports.filing.receipt_cookie import page_of
from bullying_desk.sealing.format.secret_types import SendToken

MOST = 400  # about 5 kB each
_TOKEN = re.compile(r'(<input[^>]* name="token"[^>]* value=")[A-Za-z0-9_-]{43}(")')
_SENT = re.compile(r'( data-sent="[^"]*/danke/)[0-9a-f]{16}(")')


class BlankPages:
    """The pages used last, by everything that shows on them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()

    def page(self, asked: Hashable, render: Callable[[], str]) -> str:
        """Return a page with a token of its own; `render` makes it where it is not kept."""
        with self._lock:
            packed = self._pages.get(asked)
            if packed is not None:
                self._pages.move_to_end(asked)
        if packed is None:
            packed = zlib.compress(render().encode(), 6)
            with self._lock:
                self._pages[asked] = packed
                while len(self._pages) > self._most:
                    self._pages.popitem(last=False)
        return with_token(zlib.decompress(packed).decode(), SendToken.generate())


def with_token(page: str, token: SendToken) -> str:
    """Put a token, and the address of its six words, into a page in the place of those it was rendered with.

    Raises ValueError where the page does not carry exactly one of each.
    """
    text, tokens = _TOKEN.subn(lambda found: f"{found[1]}{token.to_field()}{found[2]}", page)
    text, addresses = _SENT.subn(lambda found: f"{found[1]}{page_of(token)}{found[2]}", text)
    if (tokens, addresses) != (1, 1):
        raise ValueError("the page must carry exactly one send token and one address of its words")
    return text
