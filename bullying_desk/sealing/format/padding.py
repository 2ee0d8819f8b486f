"""How long a sealed text looks. The steps are coarse, so that size does not tell "ja" from a page of tears.

Texts grow in 1, 2, 4 … KiB, files in Padmé steps (Nikitin et al., 2019: at most 12 % longer, log log n bits leak).
"""

from __future__ import annotations

from typing import Final

from bullying_desk.sealing.format.errors import FieldRefused, PaddingBroken

_LENGTH_SIZE: Final = 4
_SMALLEST: Final = 1024


def text_size(content_length: int) -> int:
    """Return the padded length for a text of so many bytes: the next 1, 2, 4 … KiB that holds length and text."""
    size = _SMALLEST
    while size < content_length + _LENGTH_SIZE:
        size *= 2
    return size


def file_size(content_length: int) -> int:
    """Return the Padmé length for a file of so many bytes, its own 4-byte length included; at least 1 KiB."""
    total = max(content_length + _LENGTH_SIZE, _SMALLEST)
    exponent = total.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-total // step) * step


def pad_text(content: bytes) -> bytes:
    """Return 4 bytes of length, the content, and zeros up to the next step."""
    return _pad(content, text_size(len(content)))


def pad_file(content: bytes) -> bytes:
    """Return 4 bytes of length, the content, and zeros up to the next Padmé step."""
    return _pad(content, file_size(len(content)))


def unpad_text(padded: bytes) -> bytes:
    """Take the padding off. Raises PaddingBroken unless it is exactly what `pad_text` writes."""
    return _unpad(padded, text_size(_stated_length(padded)))


def unpad_file(padded: bytes) -> bytes:
    """Take the padding off. Raises PaddingBroken unless it is exactly what `pad_file` writes."""
    return _unpad(padded, file_size(_stated_length(padded)))


def _pad(content: bytes, size: int) -> bytes:
    if len(content) >= 2**31:
        raise FieldRefused("content is too long to be sealed in one piece")
    return (len(content).to_bytes(_LENGTH_SIZE, "big") + content).ljust(size, b"\0")


def _stated_length(padded: bytes) -> int:
    if len(padded) < _SMALLEST:
        raise PaddingBroken("padded content is too short")
    return int.from_bytes(padded[:_LENGTH_SIZE], "big")


def _unpad(padded: bytes, expected_size: int) -> bytes:
    if len(padded) != expected_size:
        raise PaddingBroken("padded content does not have the length of its step")
    end = _LENGTH_SIZE + _stated_length(padded)
    if padded.count(0, end) != len(padded) - end:
        raise PaddingBroken("padding holds something else than zeros")
    return padded[_LENGTH_SIZE:end]
