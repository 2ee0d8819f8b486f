"""Wrong tries at a staff door: they slow one account in one network, so that pupils behind the school's address, who
guess at one colleague's password, do not shut out the others, and never anybody who sits elsewhere."""

from __future__ import annotations

from bullying_desk.accounts.sign_in.signing_in import normal_address
from bullying_desk.web.limits import Budget
from bullying_desk.web.request import limiter


def check(email: str) -> None:
    """Look whether this account may still be tried from this network. Raises TooMany."""
    limiter().check(Budget.WRONG_SIGN_INS, limiter().network())
    limiter().check(Budget.WRONG_SIGN_INS_OF_PERSON, _person_here(email))


def spend(email: str) -> None:
    """Count one wrong try. Raises TooMany where that was one too many."""
    limiter().spend(Budget.WRONG_SIGN_INS_OF_PERSON, _person_here(email))
    limiter().spend(Budget.WRONG_SIGN_INS, limiter().network())


def _person_here(email: str) -> bytes:
    # Of an unknown address just the same: what slows must not tell who has an account.
    return limiter().key(limiter().network() + normal_address(email).encode())
