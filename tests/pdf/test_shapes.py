"""What a pupil may write is printed as it is; for what cannot be printed, the page says so beforehand."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bullying_desk.pdf.fonts import FAMILIES
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce
from bullying_desk.pdf.shapes import is_right_to_left, printable, without_font
from tests.pdf.font_shapes import shapes

SCRIPTS = {
    "Amharic": "አማርኛ: በየቀኑ ይመቱኛል።",
    "Arabic": "العربية: يضربونني كل يوم (123)!",
    "Armenian": "Հայերեն",
    "Bengali": "বাংলা: তারা আমাকে মারে",
    "Burmese": "မြန်မာ",
    "Chinese": "他们每天都在操场上打我。繁體",
    "Georgian": "ქართული: ისინი მცემენ",
    "Greek": "Ελληνικά ἀρχή",
    "Gujarati": "ગુજરાતી",
    "Hebrew": "עברית: הם מציקים לי, שָׁלוֹם",
    "Hindi": "हिन्दी: वे मुझे हर दिन मारते हैं",
    "Japanese": "ひらがな カタカナ 漢字",
    "Kannada": "ಕನ್ನಡ",
    "Khmer": "ខ្មែរ",
    "Korean": "한국어: 매일 저를 놀려요",
    "Kurdish": "کوردی: ڕۆژ ێ ۆ ڵ گ; Kurmancî: hêşîn",
    "Lao": "ລາວ",
    "Malayalam": "മലയാളം",
    "Pashto": "پښتو: ښ ځ څ ډ ړ ږ ڼ ې ۍ",
    "Persian": "فارسی: می\u200cخواهم چ پ ژ گ",
    "Punjabi": "ਪੰਜਾਬੀ",
    "Romani": "Romani čhib, ǩ ʒ",
    "Russian": "Они бьют меня",
    "Sinhala": "සිංහල: ශ්\u200dරී",
    "Tamil": "தமிழ்: அடிக்கிறார்கள்",
    "Telugu": "తెలుగు",
    "Thai": "ไทย: พวกเขาแกล้งฉันทุกวัน",
    "Tigrinya": "ትግርኛ",
    "Turkish": "Türkçe: ğüşıİö",
    "Ukrainian": "Українська: ґ є ї",
    "Urdu": "اردو: ٹ ڈ ڑ ے ں",
    "Vietnamese": "Tiếng Việt: họ đánh tôi mỗi ngày",
    "emoji": "😀😭👍🏽❤️👨\u200d👩\u200d👧🇩🇪😡 → ✓ ★ ½ ∞",
}


SHEET = """#set document(title: "x")
#let (families, words) = json(bytes(sys.inputs.data))
#set text(lang: "de", font: families)
#for one in words [#one \\ ]
"""


def set_words(*words: str) -> dict[str, bytes]:
    return produce(Order({"x.pdf": SHEET}, {}, {}, 0, data=json.dumps([FAMILIES, words])))


@pytest.mark.parametrize("language", SCRIPTS)
def test_what_a_pupil_writes_is_printed_as_it_is(language: str) -> None:
    words = unicodedata.normalize("NFC", SCRIPTS[language])
    assert (printable(words), without_font(words)) == (words, ())


def test_typst_sets_all_of_it() -> None:
    assert set_words(*(printable(words) for words in SCRIPTS.values()))


def test_a_sign_without_a_font_is_told_by_its_number() -> None:
    assert printable("a\U00013000b") == "a[U+13000]b"
    assert without_font("\U00013000 x \U00013000 \U00010600") == ("\U00013000", "\U00010600")
    assert printable("ש\u0f18") == "ש[U+0F18]"  # no font has a Hebrew letter with a Tibetan mark
    assert printable("a\u202eb\u00adc\x07d\ue000") == "abc d "  # nobody turns the writing of others


def test_every_sign_that_stays_has_a_shape() -> None:
    """Every sign of the alphabets, and each twentieth of the 40,000 Chinese and Korean ones."""
    signs = [sign for sign in map(chr, range(0x20, 0x32000)) if printable(sign) == sign]
    assert len(signs) > 40_000
    signs = [sign for sign in signs if ord(sign) < 0x3400 or ord(sign) % 20 == 0]
    assert len(signs) > 8_000
    assert set_words(*(printable(" ".join(signs[at : at + 200])) for at in range(0, len(signs), 200)))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_typst_refuses_nothing_that_is_printable(text: str) -> None:
    assert set_words(printable(text))


MARKED = st.text(
    alphabet=st.sampled_from("aאعक中ก가😀ß\u0301\u05b8\u064e\u093f\u0e49\ufe0f\u200d\u200c\u20dd\u1ab0"), max_size=12
)


@settings(max_examples=30, deadline=None)
@given(MARKED)
def test_typst_refuses_no_strange_mark(text: str) -> None:
    assert set_words(printable(text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("שלום Anna", True),
        ("Anna שלום", False),
        ("123 – العربية", True),
        ("", False),
        ("12:30", False),
        ("😀 你好", False),
    ],
)
def test_the_first_letter_says_where_a_text_begins(text: str, *, right: bool) -> None:
    assert is_right_to_left(text) is right


def test_the_list_of_signs_is_that_of_the_fonts() -> None:
    """Newer fonts: `python -m tests.pdf.font_shapes`."""
    from importlib.resources import files

    assert (files("bullying_desk.pdf") / "shapes.txt").read_text("utf-8") == shapes()
