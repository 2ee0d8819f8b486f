"""What goes wrong when prints are made."""

from __future__ import annotations


class ProductionFailed(Exception):
    """typst, pandoc or qpdf refused an order; the message is theirs and may quote the order."""


class PdfWorkerError(Exception):
    """The PDF worker gave back nothing; trying again may help."""


class PdfWorkerFailed(PdfWorkerError):
    """The child process refused an order, or took too long; the message holds no word of the order."""


class PdfWorkerBusy(PdfWorkerError):
    """Two other orders are being made at this moment; try again."""
