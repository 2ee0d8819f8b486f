"""A report or case commits to its secret without showing it, so that nobody can give a reader another secret.

ChaCha20-Poly1305 does not commit to its key: one ciphertext can open under two keys. The commitment is kept under the
pepper and ties a report and an epoch to one secret. So a person who may write to the database cannot replace secret,
grants and letters together.
"""

from __future__ import annotations

import hmac

from bullying_desk.sealing import contexts
from bullying_desk.sealing.primitives import hkdf
from bullying_desk.sealing.secret_types import CaseSecret, ReportSecret


def report_commitment(secret: ReportSecret, report: int, epoch: int) -> bytes:
    """Return the 32 bytes to keep under the pepper (REPORT_COMMITMENT, report, epoch)."""
    return hkdf(secret.reveal(), contexts.report_key("commit", report, epoch))


def case_commitment(secret: CaseSecret, case: int, epoch: int) -> bytes:
    """Return the 32 bytes to keep under the pepper (CASE_COMMITMENT, case, epoch)."""
    return hkdf(secret.reveal(), contexts.case_key("commit", case, epoch))


def same(one: bytes, other: bytes) -> bool:
    """Compare two commitments in constant time."""
    return hmac.compare_digest(one, other)
