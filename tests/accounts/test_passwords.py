"""Passwords: length and a list, no rules about signs."""

import pytest

from bullying_desk.accounts.sign_in.passwords import PasswordRefused, check_password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kurz", "short"),
        ("x" * 201, "long"),
        ("Dortmund2026!", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("passwortpasswort", "common"),
        ("123456789012", "common"),
        ("P4ssw0rt!!!1111", "common"),
        ("Okonkwo-1984!", "common"),
    ],
)
def test_what_everybody_tries_is_refused(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_password(password, own_words=("Chidi Okonkwo", "chidi@schule.example"))
    assert refused.value.reason == reason


@pytest.mark.parametrize("password", ["vier nette igel im regen", "korrekt pferd batterie", "тихая река утром 7"])
def test_long_and_own_is_enough(password: str) -> None:
    check_password(password)
