"""The people, keys and one report of a small invented school, for every test of the seals."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bullying_desk.sealing.directory import directory_tag, person_addressee
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.grants import case_commitment, report_commitment, seal_case_grant, seal_report_grant
from bullying_desk.sealing.keys import Addressee, PersonKey, ReceiptKey, reporter_addressee
from bullying_desk.sealing.pepper import Pepper, PepperLayer
from bullying_desk.sealing.slow_hash import SlowHashGate

AYLIN = 0x1111_2222_3333_4444
MAREK = 0x0AAA_BBBB_CCCC_DDDD
REPORT = 0x7123_4567_89AB_CDEF
CASE = 0x0FED_CBA9_8765_4321


@dataclass(frozen=True)
class School:
    """Two contact persons, one report of one child, and the case it led to."""

    pepper: Pepper
    pepper_layer: PepperLayer
    gate: SlowHashGate
    aylin: PersonKey
    marek: PersonKey
    child: ReceiptKey
    secret: ReportSecret
    case_secret: CaseSecret
    commitment: bytes
    case_commitment: bytes

    def addressee(self, person: int, key: PersonKey) -> Addressee:
        """Return a person to seal to, tag checked."""
        return person_addressee(
            self.pepper_layer, person, key.public_half, directory_tag(self.pepper_layer, person, key.public_half)
        )

    def aylins_grant(self) -> bytes:
        """Return a grant of the report's first epoch for Aylin."""
        return seal_report_grant(self.secret, REPORT, 1, self.addressee(AYLIN, self.aylin))

    def childs_grant(self) -> bytes:
        """Return a grant of the report's first epoch for the child."""
        return seal_report_grant(self.secret, REPORT, 1, reporter_addressee(self.child.public_half))

    def aylins_case_grant(self) -> bytes:
        """Return a grant of the case's first epoch for Aylin."""
        return seal_case_grant(self.case_secret, CASE, 1, self.addressee(AYLIN, self.aylin))


@pytest.fixture(scope="session")
def school() -> School:
    """Make the school once; nothing in it changes."""
    pepper, secret, case_secret = Pepper.generate(), ReportSecret.generate(), CaseSecret.generate()
    return School(
        pepper=pepper,
        pepper_layer=PepperLayer(pepper),
        gate=SlowHashGate(),
        aylin=PersonKey.generate(),
        marek=PersonKey.generate(),
        child=ReceiptKey.generate(),
        secret=secret,
        case_secret=case_secret,
        commitment=report_commitment(secret, REPORT, 1),
        case_commitment=case_commitment(case_secret, CASE, 1),
    )
