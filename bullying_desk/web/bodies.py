"""Request bodies stay in memory: no child's text is ever in a temporary file (docs/sealing.md, Traps)."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

TEXTS, LONGEST_TEXT, BYTES_A_CHARACTER = 5, 20_000, 4  # the fullest form of all, in UTF-8 (RFC 3629)
EVERYTHING_ELSE = 64 * 1024  # names, ticks, and what multipart writes around each field
MOST = TEXTS * LONGEST_TEXT * BYTES_A_CHARACTER + EVERYTHING_ELSE
GIVEN_BACK = 2 * MOST  # what is too long is read all the same: the form says so at its field and gives it back


class MemoryRequest(Request):
    """A request whose files are parsed in memory too. Bodies hold twice what the fullest form allows (principle P7)."""

    max_content_length = GIVEN_BACK
    max_form_memory_size = GIVEN_BACK
    max_form_parts = 400

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            super()._load_form_data()
            self.__dict__["form"] = _without_nul(self.__dict__["form"])

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The question of the address, without NUL."""
        return _without_nul(super().args)

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()

    @property
    def device_words(self) -> str:
        """Name browser and system from a closed list, for a staff member's own list of sessions."""
        agent: Any = self.headers.get("User-Agent", "")
        browser = next((n for n, mark in _BROWSERS if mark in agent), "Browser")
        system = next((n for n, mark in _SYSTEMS if mark in agent), "")
        return f"{browser} auf {system}" if system else browser


def _without_nul(typed: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    """Take NUL out of what was typed: nobody can see or type it, and PostgreSQL holds none in a text."""
    return ImmutableMultiDict([(name, value.replace("\0", "")) for name, value in typed.items(multi=True)])


_BROWSERS = (("Edge", "Edg/"), ("Firefox", "Firefox/"), ("Chrome", "Chrome/"), ("Safari", "Safari/"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS"),
    ("Linux", "Linux"),
)
