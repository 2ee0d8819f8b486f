"""Paper slips: a child who uses the box on the wall comes back alone, with words nobody else has seen.

The words are printed on the child's half. The server keeps locator and public half. A person who types the other half
in seals to that public half and never sees the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bullying_desk.sealing.receipts import RECEIPT_WORDS, ReceiptWords, derive_receipt
from bullying_desk.sealing.secret_types import ReceiptLocator
from bullying_desk.sealing.slow_hash import SlowHashGate


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
