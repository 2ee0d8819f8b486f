"""Wrong tries at sign-in slow one account in one network.

Pupils behind the school's address who guess one colleague's password do not shut out the others (decision D21).
"""

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
    # The same for an unknown address: the slowing must not show who has an account.
    return limiter().key(limiter().network() + normal_address(email).encode())
