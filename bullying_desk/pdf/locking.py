"""Locks a PDF under words with qpdf: AES-256, revision 6 (ISO 32000-2, 7.6.4)."""

from __future__ import annotations

import io

import pikepdf

from bullying_desk.pdf.errors import ProductionFailed


def locked(pdf: bytes, password: str) -> bytes:
    """Return a PDF that opens with the password alone; a person with it may print, copy and read it aloud.

    The owner's password is the same: an empty one would open the file for everybody. Raises ProductionFailed.
    """
    out = io.BytesIO()
    rule = pikepdf.Encryption(owner=password, user=password, R=6, allow=pikepdf.Permissions(modify_assembly=True))
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.save(out, encryption=rule)
    except pikepdf.PdfError as error:
        raise ProductionFailed(str(error)) from error
    return out.getvalue()
