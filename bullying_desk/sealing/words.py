"""The 1,024 words of receipts and key words: things a child knows, likes and can spell.

The program works with the numbers 0 to 1023, the line numbers of the list. So a word can be corrected or translated
without breaking a receipt.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

COUNT: Final = 1024
PREFIX: Final = 4
DIGITS: Final = 4  # a number has always four; one or two digits are the numbering of a list

WORDS: Final[tuple[str, ...]] = tuple(
    files("bullying_desk.sealing").joinpath("wordlist_de.txt").read_text("utf-8").split()
)
NUMBER_OF_PREFIX: Final[dict[str, int]] = {word[:PREFIX]: number for number, word in enumerate(WORDS)}


def word(number: int) -> str:
    """Return a word as people see it, with a capital letter. Raises IndexError above 1023."""
    return WORDS[number].capitalize()


def four_digits(number: int) -> str:
    """Return a word as four digits, counted from one: "0001" to "1024"."""
    return f"{number + 1:0{DIGITS}}"


def number_of_digits(digits: str) -> int | None:
    """Return the number of a word from its four digits; None for fewer or more digits, and for a number of no word."""
    return int(digits) - 1 if len(digits) == DIGITS and 0 < int(digits) <= COUNT else None
