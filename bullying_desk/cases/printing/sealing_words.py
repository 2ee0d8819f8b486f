"""The words that lock a file for another authority: shown on the page, spoken on the telephone, stored nowhere."""

from __future__ import annotations

import hmac

from bullying_desk.sealing.receipts import words_of_bits

COUNT = 7  # 70 bits: a file that lies in somebody's mailbox can be guessed at for years, and PDF's own hash is fast


def spoken_words(session_key: bytes, seed: str, case_id: int) -> tuple[str, ...]:
    """Return the words that belong to one page of the form; the same page shows the same."""
    material = hmac.digest(session_key, f"handover-{case_id}-{seed}".encode(), "sha256")
    return words_of_bits(material, COUNT).words
