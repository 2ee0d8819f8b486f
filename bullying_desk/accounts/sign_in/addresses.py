"""Names and mail addresses of people who are invited, in one form, or refused with a sentence that says what to do.

What cannot be seen is taken out (a zero-width sign copied along) or refused (a sign that turns the writing round).
"""

from __future__ import annotations

import re
import unicodedata

from bullying_desk.sealing.format import signs

LONGEST_ADDRESS, LONGEST_NAME = 200, 100
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")  # dot-atom (RFC 5322, 3.2.3); quoted names are nobody's at a school
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class InputRefused(ValueError):
    """The name or address cannot be taken; `reason` is a German sentence that says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def normal_address(address: str) -> str:
    """Bring a mail address into the one form under which it is kept: NFC, lower case, nothing invisible."""
    return signs.without(unicodedata.normalize("NFC", address), {signs.FORMAT, signs.SHAPELESS}).strip().lower()


def checked_address(text: str) -> str:
    """Return an address in its one form. Raises InputRefused where no mail could go there."""
    address = normal_address(text)
    local, _at, domain = address.rpartition("@")
    shown = f"„{address[:60]}“"
    if not local or not domain or len(address) > LONGEST_ADDRESS:
        raise InputRefused(f"{shown} ist keine E-Mail-Adresse.")
    if not local.isascii():
        # Only few mail servers take such names (SMTPUTF8, RFC 6531); the others refuse each mail.
        raise InputRefused(
            f"{shown} hat vor dem @ einen Umlaut oder ein anderes Sonderzeichen. Viele Mailserver nehmen das nicht "
            "an. Schreiben Sie die Adresse ohne."
        )
    if not _LOCAL.fullmatch(local):
        raise InputRefused(f"Vor dem @ in {shown} steht ein Punkt am Rand, ein Punkt zu viel oder ein fremdes Zeichen.")
    if not _is_domain(domain):
        raise InputRefused(f"Hinter dem @ in {shown} steht kein Name eines Mailservers.")
    return address


def checked_name(text: str) -> str:
    """Return a person's name. Raises InputRefused where it is missing, too long or holds hidden signs."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise InputRefused("Der Name fehlt oder ist zu lang.")
    kinds = {signs.kind_of(sign) for sign in text.strip() if sign not in signs.JOINERS}
    if signs.SHAPELESS in kinds or any(kind[0] == "C" for kind in kinds):
        raise InputRefused("Im Namen steht ein unsichtbares Zeichen. Tippen Sie ihn noch einmal, ohne zu kopieren.")
    return name


def _is_domain(domain: str) -> bool:
    try:
        labels = domain.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return False
    return len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and len(labels[-1]) > 1 and not labels[-1].isdigit()
