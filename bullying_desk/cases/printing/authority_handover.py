"""The basis of a hand-over: an agreement that holds today, or a reason the law knows without one.

It is asked twice, before the preview and again when the file is made: an agreement taken back in between opens nothing.
The trail says only whether there was an agreement, not which reason of the law it was.

REVIEW: no lawyer has read which office may be informed on which ground.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.papers.disclosures import TOLD_WORDS, Gate, NotToBeTold, Shut, Told, gate_of
from bullying_desk.sealing.receipts import words_of_bits
from bullying_desk.texts import mark
from bullying_desk.web.language import _


class Ground(StrEnum):
    """Why another authority may have it."""

    CONSENT = "einwilligung"
    CHILD_PROTECTION = "kkg"
    OFFENCE = "anzeige"
    DANGER = "gefahr"


GROUND_WORDS: dict[Ground, str] = {
    Ground.CONSENT: mark("Einwilligung, wie sie in der Sicherheitsabfrage steht"),
    Ground.CHILD_PROTECTION: mark("Schutz des Kindes: § 4 KKG, § 42 Absatz 6 SchulG, § 8a SGB VIII"),
    Ground.OFFENCE: mark("Anzeige einer Straftat durch die Schulleitung"),
    Ground.DANGER: mark("Gegenwärtige Gefahr, die nicht anders abzuwenden ist (§ 34 StGB)"),
}
OUTSIDE: Final = (Told.YOUTH_OFFICE, Told.SCHOOL, Told.COUNSEL, Told.AUTHORITY, Told.POLICE, Told.OTHER)
"""Whom a paper can go to at all; parents and the head of school get none, somebody tells them."""
WITHOUT: Final[Mapping[Ground, frozenset[Told]]] = {
    Ground.CHILD_PROTECTION: frozenset({Told.YOUTH_OFFICE}),
    Ground.OFFENCE: frozenset({Told.POLICE, Told.AUTHORITY}),
    Ground.DANGER: frozenset({Told.YOUTH_OFFICE, Told.POLICE, Told.COUNSEL, Told.AUTHORITY}),
}
"""Who may have it without an agreement, by the reason of the law."""


class WrongGround(ValueError):
    """This reason of the law does not open this office."""


class NoReason(ValueError):
    """Without an agreement it must be written down why."""


def basis(me: Counsellor, found: FoundCase, to: Told | None, ground: Ground | None, without: str) -> dict[str, str]:
    """Return what the case file keeps of why a hand-over is allowed today.

    Raises NotToBeTold where no agreement covers it, WrongGround, NoReason.
    """
    if to not in OUTSIDE or ground is None:
        raise WrongGround
    if ground is Ground.CONSENT:
        return _agreed(gate_of(me, found, open_case_secrets(me, found.case)), to)
    if to not in WITHOUT[ground]:
        raise WrongGround
    if not without.strip():
        raise NoReason
    return {"told": _(TOLD_WORDS[to]), "without": without.strip()}


def _agreed(gate: Gate, to: Told) -> dict[str, str]:
    if (shut := gate.shut(to)) is not None or gate.sheet is None:
        raise NotToBeTold(shut or Shut.NO_GATE)
    return {"told": _(TOLD_WORDS[to]), "agreement": str(gate.sheet.number), "until": gate.sheet.text("bis")}


# The words that lock a file for another authority: shown on the page, spoken on the telephone, stored nowhere.


COUNT = 7  # 70 bits: a file in a mailbox can be attacked for years, and PDF's own hash is fast


def spoken_words(session_key: bytes, seed: str, case_id: int) -> tuple[str, ...]:
    """Return the words that belong to one page of the form; the same page shows the same."""
    material = hmac.digest(session_key, f"handover-{case_id}-{seed}".encode(), "sha256")
    return words_of_bits(material, COUNT).words
