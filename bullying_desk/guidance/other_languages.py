"""The poster's sentence in nine languages, and the one that the page behind its code adds.

Where there is a catalogue, both are the words of the catalogue: `tests/house/test_fixed_words.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """What stands on paper and on a school's page for whoever reads no German. `code`: BCP 47."""

    code: str
    name: str
    asked: str  # "Is somebody mean to you? Write to us."
    more: str  # "You can write in your own language.": a report is text in any script
    direction: str = "ltr"


# REVIEW: no native speaker has read any of these; have them read before the first real print.
LANGUAGES: Final = (
    OtherLanguage("tr", "Türkçe", "Biri sana kötü mü davranıyor? Bize yaz.", "Kendi dilinde yazabilirsin."),
    OtherLanguage("ar", "العربية", "هل هناك من يعاملك بسوء؟ اكتب/ي لنا.", "يمكنك الكتابة بلغتك.", "rtl"),
    OtherLanguage("uk", "Українська", "Хтось тебе кривдить? Напиши нам.", "Ти можеш писати своєю мовою."),
    OtherLanguage("ru", "Русский", "Тебя кто-то обижает? Напиши нам.", "Ты можешь писать на своём языке."),
    OtherLanguage("pl", "Polski", "Ktoś ci dokucza? Napisz do nas.", "Możesz pisać w swoim języku."),
    OtherLanguage("ro", "Română", "Se poartă cineva urât cu tine? Scrie-ne.", "Poți scrie în limba ta."),
    OtherLanguage("bg", "Български", "Някой държи ли се лошо с теб? Пиши ни.", "Можеш да пишеш на своя език."),
    OtherLanguage("en", "English", "Is somebody mean to you? Write to us.", "You can write in your own language."),
    OtherLanguage("fr", "Français", "Quelqu’un est méchant avec toi ? Écris-nous.", "Tu peux écrire dans ta langue."),
)
