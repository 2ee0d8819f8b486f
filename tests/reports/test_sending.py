"""The receipt's cookie: ours, of this receipt, of the last hour, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bullying_desk.reports.filing.receipt_cookie import (
    Marks,
    ReceiptNotShown,
    check_slip,
    read_slip,
    shown_since,
    write_slip,
)
from bullying_desk.sealing.format.secret_types import SessionKey, SessionSecret

KEY, SECRET = SessionKey(bytes(range(32))), SessionSecret(bytes(32))
NOON = datetime(2026, 11, 24, 11, 20, tzinfo=UTC)
LOCATOR = b"locator under the pepper"


def cookie(marks: Marks = Marks(polite=True)) -> str:  # noqa: B008 - a constant
    return write_slip(KEY, SECRET, 2**62 + 5, LOCATOR, NOON, marks)


def test_what_goes_in_comes_out() -> None:
    slip = read_slip(cookie())
    assert slip is not None
    assert (slip.secret, slip.report_id, slip.marks) == (SECRET, 2**62 + 5, Marks(polite=True))
    check_slip(KEY, slip, LOCATOR, NOON + timedelta(minutes=60))


@pytest.mark.parametrize("minutes", [-2, 61, 600])
def test_after_an_hour_nothing_is_shown(minutes: int) -> None:
    slip = read_slip(cookie())
    assert slip is not None
    with pytest.raises(ReceiptNotShown):
        check_slip(KEY, slip, LOCATOR, NOON + timedelta(minutes=minutes))


def test_another_key_or_another_receipt_shows_nothing() -> None:
    slip = read_slip(cookie())
    assert slip is not None
    for key, locator in ((SessionKey(bytes(32)), LOCATOR), (KEY, b"the locator of a new code")):
        with pytest.raises(ReceiptNotShown):
            check_slip(key, slip, locator, NOON)


def test_every_flipped_character_is_noticed() -> None:
    text = cookie()
    for place, sign in enumerate(text):
        if sign == ".":
            continue
        changed = text[:place] + ("0" if sign != "0" else "1") + text[place + 1 :]
        slip = read_slip(changed)
        if slip is None:
            continue
        with pytest.raises(ReceiptNotShown):
            check_slip(KEY, slip, LOCATOR, NOON)


@pytest.mark.parametrize("text", [None, "", "....", "a.b.c.d.e", "x" * 5000, cookie() + ".1", cookie()[:-35]])
def test_nonsense_is_no_cookie(text: str | None) -> None:
    assert read_slip(text) is None


def test_a_press_that_comes_again_much_later_shows_nothing() -> None:
    hour = NOON.replace(minute=0)
    assert shown_since(hour, NOON) == NOON
    assert shown_since(hour, hour + timedelta(minutes=90)) == hour + timedelta(minutes=59)
    with pytest.raises(ReceiptNotShown):
        shown_since(hour, hour + timedelta(hours=2))
