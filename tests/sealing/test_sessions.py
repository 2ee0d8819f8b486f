"""Cookie and row open a session together; sending twice is sending once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import KeyOfAnotherPerson, SealBroken, SealMalformed, UnknownVersion
from bullying_desk.sealing.format.primitives import symmetric_seal
from bullying_desk.sealing.format.secret_types import SendToken, SessionKey, SessionSecret
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.receipts import send_cookie, send_words
from bullying_desk.sealing.sessions import binding, seal_session, session_id, wrap_key
from bullying_desk.sealing.unseal import open_person_session, open_reporter_session
from tests.sealing.conftest import AYLIN, MAREK, School

COOKIE = SessionSecret(b"c" * 32)
SETTINGS = SessionKey(b"k" * 32)


def test_cookie_and_row_give_the_key_pair_back(school: School) -> None:
    row = seal_session(school.aylin, COOKIE, SETTINGS, AYLIN)
    assert len(row) == 81
    assert open_person_session(row, COOKIE, SETTINGS, AYLIN, school.aylin.key_id) == school.aylin
    childs = seal_session(school.child, COOKIE, SETTINGS, REPORTER)
    assert open_reporter_session(childs, COOKIE, SETTINGS, school.child.key_id) == school.child


def test_another_cookie_settings_key_person_or_pair_opens_nothing(school: School) -> None:
    row = seal_session(school.aylin, COOKIE, SETTINGS, AYLIN)
    key_id = school.aylin.key_id
    for cookie, settings, person, name in (
        (SessionSecret.generate(), SETTINGS, AYLIN, key_id),
        (COOKIE, SessionKey.generate(), AYLIN, key_id),
        (COOKIE, SETTINGS, MAREK, key_id),
        (COOKIE, SETTINGS, AYLIN, school.marek.key_id),
        (SessionSecret(SETTINGS.reveal()), SessionKey(COOKIE.reveal()), AYLIN, key_id),
    ):
        with pytest.raises(SealBroken):
            open_person_session(row, cookie, settings, person, name)
    with pytest.raises(SealBroken):
        open_reporter_session(row, COOKIE, SETTINGS, key_id)


def test_the_row_is_bound_to_its_cookies_row_id(school: School) -> None:
    other = contexts.session(session_id(SessionSecret.generate()), AYLIN, school.aylin.key_id)
    assert other != binding(COOKIE, AYLIN, school.aylin.key_id)
    row = symmetric_seal(school.aylin.reveal(), wrap_key(COOKIE, SETTINGS), other)
    with pytest.raises(SealBroken):
        open_person_session(row, COOKIE, SETTINGS, AYLIN, school.aylin.key_id)


def test_a_row_with_another_seed_inside_is_named(school: School) -> None:
    bound = binding(COOKIE, AYLIN, school.aylin.key_id)
    row = symmetric_seal(PersonKey.generate().reveal(), wrap_key(COOKIE, SETTINGS), bound)
    with pytest.raises(KeyOfAnotherPerson):
        open_person_session(row, COOKIE, SETTINGS, AYLIN, school.aylin.key_id)


def test_every_flipped_byte_and_every_cut_of_a_row_is_refused_by_name(school: School) -> None:
    row = seal_session(school.aylin, COOKIE, SETTINGS, AYLIN)
    for place in range(len(row)):
        flipped = bytearray(row)
        flipped[place] ^= 0x04
        with pytest.raises(UnknownVersion if place == 0 else SealBroken):
            open_person_session(bytes(flipped), COOKIE, SETTINGS, AYLIN, school.aylin.key_id)
    for length in range(len(row)):
        with pytest.raises(SealMalformed):
            open_person_session(row[:length], COOKIE, SETTINGS, AYLIN, school.aylin.key_id)


def test_the_rows_key_does_not_lead_back_to_the_cookie() -> None:
    assert len(session_id(COOKIE)) == 16
    assert session_id(COOKIE) == session_id(SessionSecret(b"c" * 32))
    assert session_id(COOKIE) != session_id(SessionSecret(b"d" * 32))
    assert session_id(COOKIE) not in COOKIE.reveal() + wrap_key(COOKIE, SETTINGS)


@given(st.binary(max_size=300), st.binary(max_size=300), st.binary(min_size=32, max_size=32))
def test_a_resend_gives_the_same_words_and_another_text_others(body: bytes, other: bytes, raw: bytes) -> None:
    token = SendToken(raw)
    first = send_cookie(token, SETTINGS, body)
    assert send_cookie(SendToken(raw), SETTINGS, body) == first
    assert send_words(first, SETTINGS) == send_words(send_cookie(token, SETTINGS, body), SETTINGS)
    second = send_cookie(token, SETTINGS, other)
    assert (second == first) is (body == other)
    assert (send_words(second, SETTINGS) == send_words(first, SETTINGS)) is (body == other)


def test_a_copied_token_without_its_body_or_the_settings_key_gives_other_words() -> None:
    token = SendToken.generate()
    cookie = send_cookie(token, SETTINGS, b"body")
    words = send_words(cookie, SETTINGS)
    other_key = SessionKey.generate()
    assert send_cookie(token, other_key, b"body") != cookie
    assert send_words(cookie, other_key) != words
    assert send_words(send_cookie(token, SETTINGS, b""), SETTINGS) != words
    assert send_cookie(SendToken.generate(), SETTINGS, b"body") != cookie


def test_words_are_sixty_bits_and_seven_where_a_city_wants_it() -> None:
    six, seven = send_words(COOKIE, SETTINGS), send_words(COOKIE, SETTINGS, 7)
    assert (len(six.numbers), len(seven.numbers)) == (6, 7)
    assert seven.numbers[:6] == six.numbers
    drawn = {
        number for n in range(400) for number in send_words(SessionSecret(n.to_bytes(32, "big")), SETTINGS).numbers
    }
    assert len(drawn) > 850, "all ten bits of each word are used"
