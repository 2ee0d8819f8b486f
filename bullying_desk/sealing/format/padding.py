"""How long a sealed text looks. The steps are coarse, so that size does not tell "ja" from a page of tears.

Texts grow in 1, 2, 4 … KiB.
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


def pad_text(content: bytes) -> bytes:
    """Return 4 bytes of length, the content, and zeros up to the next step."""
    if len(content) >= 2**31:
        raise FieldRefused("content is too long to be sealed in one piece")
    return (len(content).to_bytes(_LENGTH_SIZE, "big") + content).ljust(text_size(len(content)), b"\0")


def unpad_text(padded: bytes) -> bytes:
    """Take the padding off. Raises PaddingBroken unless it is exactly what `pad_text` writes."""
    if len(padded) != text_size(_stated_length(padded)):
        raise PaddingBroken("padded content does not have the length of its step")
    end = _LENGTH_SIZE + _stated_length(padded)
    if padded.count(0, end) != len(padded) - end:
        raise PaddingBroken("padding holds something else than zeros")
    return padded[_LENGTH_SIZE:end]


def _stated_length(padded: bytes) -> int:
    if len(padded) < _SMALLEST:
        raise PaddingBroken("padded content is too short")
    return int.from_bytes(padded[:_LENGTH_SIZE], "big")
