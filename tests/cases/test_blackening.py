"""A word to be blackened goes in every form; a word that only looks like it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from bullying_desk.cases.printing.blackening import BLACK, Blackener, name_words


def said(black: Blackener, text: str) -> str:
    """Return a text in one piece, with brackets around what stands for something."""
    return "".join(f"[{run.text}]" if run.black else run.text for run in black.runs(text))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Yusuf", "Yusufs Heft"), ("Yusuf", "YUSUF!"), ("Yusuf", "yusuf07"), ("Yusuf", "@yusuf_x"),
        ("Yusuf", "Yusuf-Ali"), ("Yusuf", "Yu\u00adsuf"), ("Yusuf", "Yu\u200bsuf"),
        ("Yusuf", "Yu\u034fsuf"), ("Yusuf", "Yu\ufe0fsuf"), ("Yusuf", "Yu\u3164suf"), ("Yusuf", "Yusuf’s"),
        ("Çelik", "celiks"), ("Celik", "Çelik"), ("Müller", "Mueller"), ("Mueller", "MÜLLER"), ("Müller", "Muller"),
        ("Işık", "Isik"), ("Isik", "IŞIK"), ("Weiß", "WEISS"), ("Groß", "Gross"), ("José", "Jose\u0301"),
        ("Kovačević", "Kovacevic"), ("Łukasz", "lukasz"), ("Mira Öztürk", "mira   oeztuerk"), ("Лена", "ЛЕНА"),
        ("ليلى", "قالت ليلى"), ("ليلى", "ذهبت وليلى"), ("אנה", "הלכתי ואנה"), ("王伟", "我和王伟打架"),
        ("철수", "김철수가 때려요"), ("สมชาย", "เพื่อนสมชายแกล้ง"), ("ლეონ", "ლეონმა დამარტყა"), ("Леон", "Леону"),
        ("राम", "रामने मारा"), ("علی", "با عل\u200cی"), ("Jonas", "Jonas’ Heft"), ("7b", "die 7B"),
    ],
)  # fmt: skip
def test_every_form_goes(word: str, text: str) -> None:
    runs = Blackener([word]).runs(text)
    assert [run.text for run in runs if run.black] == [BLACK]


@pytest.mark.parametrize(("word", "text"), [("Ina", "China"), ("Tim", "Stimme"), ("Ali", "Italien"), ("7b", "17b")])
def test_other_words_stay(word: str, text: str) -> None:
    assert said(Blackener([word]), text) == text


def test_a_colleague_becomes_a_role_and_a_pupil_of_the_same_name_does_not() -> None:
    black = Blackener(["Aydin"], {"Frau Aydin": "Schulsozialarbeit"})
    assert said(black, "Frau Aydins Büro, Emre Aydin") == "[Schulsozialarbeit] Büro, Emre [geschwärzt]"


def test_parts_of_names() -> None:
    assert name_words("Lena von der Heide") == ["Lena", "Heide"]
    assert name_words("J. Öz") == ["Öz"]


@given(st.text(alphabet="abcßäöü ÇçiİıŁ'-\u0301\u00ad.A7", min_size=1, max_size=12), st.text(max_size=30))
@tuned(max_examples=60)
def test_what_was_taken_out_is_not_left_over(word: str, around: str) -> None:
    text = f"{around} {word} {around}"
    black = Blackener([word])
    if any(sign.isalnum() for sign in word):
        assert any(run.black for run in black.runs(text))
