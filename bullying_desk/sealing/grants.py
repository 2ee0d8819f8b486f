"""Who may read: one sealed copy of a report's or case's secret for each reader.

The child's choice of readers *is* this list of grants. A person who is not in it opens nothing, whatever a page, a
role or a table says.
"""

from __future__ import annotations

import hmac
from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import FieldRefused
from bullying_desk.sealing.format.primitives import HPKE_OVERHEAD, SYMMETRIC_OVERHEAD, hkdf, hpke_seal, symmetric_seal
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.keys import Addressee, PersonKey

GRANT_LENGTH: Final = HPKE_OVERHEAD + 32
OWN_GRANT_LENGTH: Final = SYMMETRIC_OVERHEAD + 32


def seal_report_grant(secret: ReportSecret, report: int, epoch: int, to: Addressee) -> bytes:
    """Let one reader (a person, or the reporter by receipt) open a report's epoch; 1,169 bytes.

    Raises PublicHalfUnusable: an alarm. The report is still sealed to the others.
    """
    return hpke_seal(secret.reveal(), to.recipient, contexts.grant("report", report, epoch, to.reader, to.key_id))


def seal_case_grant(secret: CaseSecret, case: int, epoch: int, to: Addressee) -> bytes:
    """Let one person of the staff open a case's epoch; 1,169 bytes. Raises PublicHalfUnusable, FieldRefused.

    The file of a case holds what adults write to each other, so the reporter is never a reader of it.
    """
    if to.reader is REPORTER:
        raise FieldRefused("the reporter is never a reader of the case file")
    return hpke_seal(secret.reveal(), to.recipient, contexts.grant("case", case, epoch, to.reader, to.key_id))


def wrap_own_report_grant(secret: ReportSecret, report: int, epoch: int, key: PersonKey, person: int) -> bytes:
    """Wrap an opened grant under a key of one's own, 81 bytes: a list of 500 then opens in milliseconds."""
    return _wrap_own("report", secret.reveal(), report, epoch, key, person)


def wrap_own_case_grant(secret: CaseSecret, case: int, epoch: int, key: PersonKey, person: int) -> bytes:
    """Wrap an opened case grant under a key of one's own, 81 bytes."""
    return _wrap_own("case", secret.reveal(), case, epoch, key, person)


def _wrap_own(what: str, raw: bytes, owner: int, epoch: int, key: PersonKey, person: int) -> bytes:
    name, wrap_key = key.grant_wrap_key(person)
    return symmetric_seal(raw, wrap_key, contexts.own_grant(what, owner, epoch, person, name))


# A report or case commits to its secret without showing it, so that nobody can give a reader another secret.
#
# ChaCha20-Poly1305 does not commit to its key: one ciphertext can open under two keys. The commitment is kept under the
# pepper and ties a report and an epoch to one secret. So a person who may write to the database cannot replace secret,
# grants and letters together.


def report_commitment(secret: ReportSecret, report: int, epoch: int) -> bytes:
    """Return the 32 bytes to keep under the pepper (REPORT_COMMITMENT, report, epoch)."""
    return hkdf(secret.reveal(), contexts.report_key("commit", report, epoch))


def case_commitment(secret: CaseSecret, case: int, epoch: int) -> bytes:
    """Return the 32 bytes to keep under the pepper (CASE_COMMITMENT, case, epoch)."""
    return hkdf(secret.reveal(), contexts.case_key("commit", case, epoch))


def same(one: bytes, other: bytes) -> bool:
    """Compare two commitments in constant time."""
    return hmac.compare_digest(one, other)
