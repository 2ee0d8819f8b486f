"""Sending twice is the same as sending once. The receipt's words are stored nowhere.

A child on a bad line presses "Senden" again. The form's hidden token, the server's key and the text give the same
cookie and the same words each time. So the second send finds the first report. Another text makes another report.
"""

from __future__ import annotations

import hashlib

from bullying_desk.sealing import contexts
from bullying_desk.sealing.primitives import hkdf
from bullying_desk.sealing.receipts import RECEIPT_WORDS, ReceiptWords, words_of_bits
from bullying_desk.sealing.secret_types import SendToken, SessionKey, SessionSecret


def send_cookie(token: SendToken, key: SessionKey, body: bytes) -> SessionSecret:
    """Return the cookie of one sending; `body` is what was sent, spelled the same way for a resend."""
    material = token.reveal() + key.reveal() + hashlib.sha256(body).digest()
    return SessionSecret(hkdf(material, contexts.SEND_COOKIE))


def send_words(cookie: SessionSecret, key: SessionKey, count: int = RECEIPT_WORDS) -> ReceiptWords:
    """Return the receipt's words that belong to a sending's cookie: 10 bits for each word."""
    return words_of_bits(hkdf(cookie.reveal() + key.reveal(), contexts.SEND_WORDS), count)
