"""The reporter's receipt: six words that find the report and open the conversation. Nothing else does.

It has sixty bits behind a slow hash and under the pepper. Input is forgiving, because an upset child types it on a
phone. A wrong receipt locks nobody out.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from bullying_desk.sealing.format import contexts, signs
from bullying_desk.sealing.format.encoding import VERSION_BYTE
from bullying_desk.sealing.format.errors import FieldRefused, ReceiptWordCount, ReceiptWordUnknown
from bullying_desk.sealing.format.primitives import hkdf
from bullying_desk.sealing.format.secret_types import ReceiptLocator, Secret, SendToken, SessionKey, SessionSecret
from bullying_desk.sealing.keys import ReceiptKey
from bullying_desk.sealing.slow_hash import RECEIPT_PARAMS, SlowHashGate
from bullying_desk.sealing.words import COUNT, NUMBER_OF_PREFIX, PREFIX, WORDS, four_digits, number_of_digits, word

RECEIPT_WORDS: Final = 6
_BITS: Final = 10
_LONGEST_INPUT: Final = 1000
_TOKEN: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r"\d+|[^\W\d_]+")
_MOST_PARTS: Final = 40
_NUMBERING: Final = 2  # digits of a number in front of a line
FILLERS: Final = frozenset(
    ("code", "mein", "meine", "dein", "deine", "die", "der", "das", "sind", "ist", "lautet", "und", "wörter", "woerter")
)
"""What people write before or between the words. None of them is a word of the list."""
_LINES: Final = {entry: number for number, entry in enumerate(WORDS)}


class ReceiptWords(Secret):
    """The words of one receipt, held as their numbers (two bytes each): six, or seven if a city sets it."""

    __slots__ = ()

    def __init__(self, raw: bytes) -> None:
        """Take the numbers, two bytes each. Raises FieldRefused."""
        numbers = [int.from_bytes(raw[start : start + 2], "big") for start in range(0, len(raw), 2)]
        if len(raw) not in (12, 14) or max(numbers) >= COUNT:
            raise FieldRefused("a receipt has six or seven words of the list")
        self._raw = raw

    @classmethod
    def of_numbers(cls, numbers: Iterable[int]) -> ReceiptWords:
        """Return the receipt with these numbers. Raises FieldRefused."""
        listed = list(numbers)
        if any(not 0 <= number < COUNT for number in listed):
            raise FieldRefused("a receipt has six or seven words of the list")
        return cls(b"".join(number.to_bytes(2, "big") for number in listed))

    @classmethod
    def generate(cls, count: int = RECEIPT_WORDS) -> ReceiptWords:
        """Return a fresh random receipt, for a paper slip. A sent form takes its words from `send.send_words`."""
        return cls.of_numbers(secrets.randbelow(COUNT) for _ in range(count))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The words' line numbers, 0 to 1023."""
        return tuple(int.from_bytes(self._raw[start : start + 2], "big") for start in range(0, len(self._raw), 2))

    @property
    def words(self) -> tuple[str, ...]:
        """The words as the reporter sees them."""
        return tuple(word(number) for number in self.numbers)

    @property
    def digits(self) -> tuple[str, ...]:
        """The words as four digits, "0001" to "1024", for whoever does not read Latin letters."""
        return tuple(four_digits(number) for number in self.numbers)


class ReceiptHalf(Protocol):
    """What filing a report needs of a receipt: where the report is found, and the half it is sealed to."""

    @property
    def locator(self) -> ReceiptLocator: ...
    @property
    def public_half(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the words give: where the report is, and the key pair that reads it."""

    locator: ReceiptLocator
    key: ReceiptKey

    @property
    def public_half(self) -> bytes:
        """The half a report is sealed to."""
        return self.key.public_half


def words_of_bits(material: bytes, count: int) -> ReceiptWords:
    """Return the receipt in the first 10 × `count` bits of `material` (at least 9 bytes)."""
    bits = int.from_bytes(material, "big") >> (len(material) * 8 - _BITS * count)
    return ReceiptWords.of_numbers(bits >> _BITS * place & COUNT - 1 for place in reversed(range(count)))


def parse_receipt(text: str, count: int = RECEIPT_WORDS) -> ReceiptWords:
    """Read a typed receipt: words in any case, their first four letters, or their four digits, however separated.

    Letters after the fourth are not read: the first four tell the words apart. Four digits, 0001 to 1024 in the digits
    of any script, are a word; one or two are the numbering of a list ("1. Apfel 2. …") and are skipped. Where each word
    stands beside its own digits, as a page shows them, both are one. Where the count is wrong, joined words are taken
    apart, a word broken in two is joined, and `FILLERS` are skipped, if that gives `count` words in exactly one way.
    Raises ReceiptWordCount and ReceiptWordUnknown (with every unknown place).
    """
    tokens = _unnumbered(_tokens(text), count)
    if len(tokens) != count:
        parts = _unnumbered([part for token in tokens for part in _PART.findall(token)], count)
        ways = _ways(parts, count, _readings) or _ways(parts, count, _shortened)
        if len(ways) != 1:
            raise ReceiptWordCount(len(tokens), count)
        return ReceiptWords.of_numbers(ways.pop())
    numbers = [_number(token) for token in tokens]
    if None in numbers:
        raise ReceiptWordUnknown(tuple(place for place, number in enumerate(numbers, 1) if number is None))
    return ReceiptWords.of_numbers(number for number in numbers if number is not None)


def derive_receipt(words: ReceiptWords, service_salt: bytes, gate: SlowHashGate, network: bytes) -> Receipt:
    """Run the slow hash over a receipt (about 30 ms). Raises SlowHashBusy.

    The whole service has one salt: the words alone must find the report, and there is no name to look a salt up by.
    """
    stretched = gate.argon2id(VERSION_BYTE + words.reveal(), service_salt, RECEIPT_PARAMS, network)
    locator = hkdf(stretched, contexts.RECEIPT_LOCATOR, ReceiptLocator.SIZE)
    return Receipt(ReceiptLocator(locator), ReceiptKey(hkdf(stretched, contexts.RECEIPT_SEED)))


def _tokens(text: str) -> list[str]:
    # Copied text carries invisible marks (soft hyphens, direction marks). The reader did not type them.
    seen = signs.without(text[:_LONGEST_INPUT], {signs.FORMAT, signs.SHAPELESS})
    plain = unicodedata.normalize("NFKC", seen).casefold()
    return _TOKEN.findall("".join(str(unicodedata.decimal(sign, sign)) for sign in plain))


def _unnumbered(tokens: list[str], count: int) -> list[str]:
    """Leave out the numbers of a list that count from one to the end, and the digits where each word has its own."""
    numbering = [int(token) for token in tokens if _is_numbering(token)]
    if numbering == list(range(1, count + 1)):
        tokens = [token for token in tokens if not _is_numbering(token)]
    pairs = list(zip(tokens[::2], tokens[1::2], strict=False))
    copied = len(tokens) == 2 * count and all(one.isdecimal() != other.isdecimal() for one, other in pairs)
    same = copied and all(_number(one) == _number(other) is not None for one, other in pairs)
    return tokens[::2] if same else tokens


def _is_numbering(token: str) -> bool:
    return token.isdecimal() and len(token) <= _NUMBERING


def _ways(parts: list[str], count: int, read: Callable[[str], set[tuple[int, ...]]]) -> set[tuple[int, ...]]:
    """Return every way to read `count` words in the parts of a text."""
    if len(parts) > _MOST_PARTS:
        return set()
    ways: list[set[tuple[int, ...]]] = [{()}, *(set() for _ in parts)]
    for place, part in enumerate(parts):
        pair = part + (parts[place + 1] if place + 1 < len(parts) else "")
        steps = [(1, reading) for reading in read(part)]
        steps += [(2, (_LINES[pair],))] if pair != part and pair in _LINES else []
        for width, reading in steps:
            ways[place + width] |= {way + reading for way in ways[place] if len(way + reading) <= count}
    return {way for way in ways[-1] if len(way) == count}


def _readings(part: str) -> set[tuple[int, ...]]:
    if part in FILLERS:
        return {()}
    whole = _number(part)
    return _taken_apart(part) | ({(whole,)} if whole is not None else set())


def _shortened(part: str) -> set[tuple[int, ...]]:
    """Read a run of first four letters, too. "zwieback" could be two of them: so this comes after whole words."""
    starts = [NUMBER_OF_PREFIX.get(part[start : start + PREFIX]) for start in range(0, len(part), PREFIX)]
    run = tuple(one for one in starts if one is not None)
    return _readings(part) | ({run} if len(run) == len(starts) else set())


def _taken_apart(part: str) -> set[tuple[int, ...]]:
    """Read a run of whole words, or of four digits each. No word begins another one: there is one way at most."""
    if part.isdecimal():
        each = [_number(part[start : start + PREFIX]) for start in range(0, len(part), PREFIX)]
        run = tuple(one for one in each if one is not None)
        return {run} if len(run) == len(each) else set()
    numbers, rest = [], part
    while rest:
        number = NUMBER_OF_PREFIX.get(rest[:PREFIX])
        if number is None or not rest.startswith(WORDS[number]):
            return set()
        numbers.append(number)
        rest = rest[len(WORDS[number]) :]
    return {tuple(numbers)}


def _number(token: str) -> int | None:
    if token.isdecimal():
        return number_of_digits(token)
    return NUMBER_OF_PREFIX.get(token[:PREFIX])


# Sending twice is the same as sending once. The receipt's words are stored nowhere.
#
# A child on a bad line presses "Senden" again. The form's hidden token, the server's key and the text give the same
# cookie and the same words each time. So the second send finds the first report. Another text makes another report.


def send_cookie(token: SendToken, key: SessionKey, body: bytes) -> SessionSecret:
    """Return the cookie of one sending; `body` is what was sent, spelled the same way for a resend."""
    material = token.reveal() + key.reveal() + hashlib.sha256(body).digest()
    return SessionSecret(hkdf(material, contexts.SEND_COOKIE))


def send_words(cookie: SessionSecret, key: SessionKey, count: int = RECEIPT_WORDS) -> ReceiptWords:
    """Return the receipt's words that belong to a sending's cookie: 10 bits for each word."""
    return words_of_bits(hkdf(cookie.reveal() + key.reveal(), contexts.SEND_WORDS), count)


# Paper slips: a child who uses the box on the wall comes back alone, with words nobody else has seen.
#
# The words are printed on the child's half. The server keeps locator and public half. A person who types the other half
# in seals to that public half and never sees the words.


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """One slip: words to print and forget, locator and public half to keep under the pepper."""

    words: ReceiptWords
    locator: ReceiptLocator
    public_half: bytes = field(repr=False)


def new_slip(service_salt: bytes, gate: SlowHashGate, network: bytes = b"", count: int = RECEIPT_WORDS) -> PaperSlip:
    """Make one slip. Its reports are sealed to `keys.reporter_addressee(slip.public_half)`. Raises SlowHashBusy."""
    words = ReceiptWords.generate(count)
    receipt = derive_receipt(words, service_salt, gate, network)
    return PaperSlip(words, receipt.locator, receipt.key.public_half)
