"""Wrong tries at a staff door, counted before the slow hash and given back where the try was right.

They slow one account in one network. So pupils behind the school's address, who guess at one colleague's password, do
not shut out the others, and never a person elsewhere. Wrong one-time codes after the right password are counted for the
account over all networks: only a person who knows the password can use that up (NIST SP 800-63B, 5.2.2).
"""

from __future__ import annotations

from bullying_desk.accounts.sign_in.addresses import normal_address
from bullying_desk.web.limits import Budget, TooMany
from bullying_desk.web.request import limiter

TOLD_AT = 5  # wrong one-time codes after which the owner gets a mail


def take(email: str) -> None:
    """Count one try for this account and network. Raises TooMany."""
    network = limiter().network()
    limiter().take(Budget.WRONG_SIGN_INS, network)
    try:
        limiter().take(Budget.WRONG_SIGN_INS_OF_PERSON, _person_here(email))
    except TooMany:
        limiter().give_back(Budget.WRONG_SIGN_INS, network)
        raise


def give_back(email: str) -> None:
    """Undo `take`: the try was right, or was never made."""
    limiter().give_back(Budget.WRONG_SIGN_INS, limiter().network())
    limiter().give_back(Budget.WRONG_SIGN_INS_OF_PERSON, _person_here(email))


def take_code(person_id: int) -> None:
    """Count one one-time code after the right password, from whatever network. Raises TooMany."""
    limiter().take(Budget.WRONG_ONE_TIME_CODES_A_DAY, _everywhere(person_id))
    try:
        limiter().take(Budget.WRONG_ONE_TIME_CODES, _everywhere(person_id))
    except TooMany:
        limiter().give_back(Budget.WRONG_ONE_TIME_CODES_A_DAY, _everywhere(person_id))
        raise


def give_back_code(person_id: int) -> None:
    """Undo `take_code`: the code was right."""
    limiter().give_back(Budget.WRONG_ONE_TIME_CODES_A_DAY, _everywhere(person_id))
    limiter().give_back(Budget.WRONG_ONE_TIME_CODES, _everywhere(person_id))


def wrong_codes(person_id: int) -> int:
    """Return how many wrong one-time codes this account has had within the hour."""
    return limiter().taken(Budget.WRONG_ONE_TIME_CODES, _everywhere(person_id))


def _person_here(email: str) -> bytes:
    # Of an unknown address just the same: what slows must not tell who has an account.
    return limiter().key(limiter().network() + normal_address(email).encode())


def _everywhere(person_id: int) -> bytes:
    return limiter().key(b"person" + person_id.to_bytes(8, "big"))
