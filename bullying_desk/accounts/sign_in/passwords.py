"""The rules for a password: long, and not a common one. None about characters (NIST SP 800-63B, 5.1.1.2)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

SHORTEST = 12
LONGEST = 200
_LEET = str.maketrans("013457@$!€", "oieastasie")


class PasswordRefused(Exception):
    """The password is too short, too long or too common; `reason` says which: "short", "long" or "common"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def _common() -> frozenset[str]:
    text = files("bullying_desk.resources").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def check_password(password: str, *, own_words: tuple[str, ...] = ()) -> None:
    """Refuse the passwords that guessing programs try first; `own_words` are the person's name, address and school.

    A common word with digits around it ("Dortmund2026!") is as common as the word. Raises PasswordRefused.
    """
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise PasswordRefused("short")
    if len(text) > LONGEST:
        raise PasswordRefused("long")
    low = text.lower()
    stripped = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", low)
    cores = {low, stripped, low.translate(_LEET), stripped.translate(_LEET)}
    own = {part for word in own_words for part in re.split(r"[\W_]+", word.lower()) if len(part) > 3}
    if any(_is_common(core, own) for core in cores):
        raise PasswordRefused("common")


def _is_common(core: str, own: set[str]) -> bool:
    half = core[: len(core) // 2]
    repeated = len(core) > 1 and core == half * 2
    return core == "" or len(set(core)) < 5 or core in _common() or core in own or (repeated and half in _common())
