"""Known answers: a tag that was written yesterday holds tomorrow, whatever is changed in how tags are made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bullying_desk.rights.models import row_id
from bullying_desk.rights.tags import Tagger, digest
from bullying_desk.schools.models import SeatState
from bullying_desk.sealing.pepper import Pepper, PepperLayer

HOUR = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
# Each value with the first ten bytes of its tag. The longest value stands in the tag itself, a longer one as its hash.
KNOWN: tuple[tuple[object, str], ...] = (
    (None, "0107ceef775766764817"),
    ("", "010703d92799f92adcd8"),
    ("ä", "0107ad9ac7029eb8333f"),
    ("\ud83d", "0107fcfd6c594471526b"),
    (-3, "010744a1bfa2bcdc1505"),
    (True, "01070e34da8ebba44f9b"),
    (False, "0107ca4b5f46e0ec2a70"),
    (b"ab", "0107062be433940e0625"),
    (SeatState.ENDED, "010772375a729159e19f"),
    (HOUR, "0107c89f25ee97f07acd"),
    (HOUR.astimezone(timezone(timedelta(hours=1))), "0107c89f25ee97f07acd"),
    (date(2026, 1, 1), "0107e7440db680c74b70"),
    (b"a" * 4095, "0107e21117847c3b2c40"),
    (b"a" * 4096, "0107faac2ec1b889f15e"),
    ("a" * 4096, "010743a2e5b5057ddde0"),
)


@pytest.fixture
def tagger() -> Tagger:
    return Tagger(PepperLayer(Pepper(bytes(range(32))), 7))


@pytest.mark.parametrize(("value", "begin"), KNOWN, ids=[f"{type(value).__name__}-{tag[4:8]}" for value, tag in KNOWN])
def test_the_tag_of_each_kind_of_value_is_what_it_was(tagger: Tagger, value: object, begin: str) -> None:
    for _ in range(2):  # a value that was seen before gives the same
        assert tagger.tag("absence", 5, 2, [value, 1]).hex()[:20] == begin


def test_the_tag_of_all_of_them_is_what_it_was(tagger: Tagger) -> None:
    tag = tagger.tag("absence", 5, 2, [value for value, _begin in KNOWN])
    assert tag.hex() == "0107cb183fe95705dc792bcf8a6c6b9398134efd926ec7d848fa5f67db40a0cadec1"
    assert digest(["a", None, b"b"]).hex() == "52512272a7504aa006690602990c1307"
    assert row_id([5, 6]) == 6768057838235148486


@pytest.mark.parametrize("value", [1.5, ["a"], {}, object()])
def test_what_no_column_of_a_right_holds_gets_no_tag(tagger: Tagger, value: object) -> None:
    with pytest.raises(TypeError):
        tagger.tag("absence", 5, 2, [value])
    with pytest.raises(TypeError):
        digest([value])
    assert not tagger.holds(b"\x01\x07" + bytes(32), "absence", 5, 2, [value])


def test_a_tag_says_under_which_pepper_it_was_made(tagger: Tagger) -> None:
    older = Tagger(PepperLayer(Pepper(bytes(32)), 8, {7: Pepper(bytes(range(32)))}))
    tag = tagger.tag("absence", 5, 2, [1])
    assert tagger.is_current(tag)
    assert not older.is_current(tag)
    assert older.holds(tag, "absence", 5, 2, [1])
    assert not older.holds(tag[:1] + b"\x08" + tag[2:], "absence", 5, 2, [1])
