"""The layer under everything that could confirm a guess to a person with a stolen database.

The pepper is outside the database and outside every backup. Receipts, vaults, sign-in and standby grants are stored
under it, bound to their column and row. So a dump alone answers no guess, and a swapped row is noticed. A lost pepper
loses everything; it is printed at set-up for the safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bullying_desk.sealing import paper_codes
from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import VERSION_BYTE, body_after_version
from bullying_desk.sealing.format.errors import FieldRefused, PepperUnknown, SealBroken, SealMalformed, SecretNotShown
from bullying_desk.sealing.format.primitives import hkdf
from bullying_desk.sealing.format.secret_types import AuditKey, Secret

OVERHEAD: Final = 18
LEFT_BEHIND: Final = ("audit", "erased")  # the keys of these uses outlive their pepper; they open nothing


class Pepper(Secret):
    """The 32 bytes in the key folder, and in the city's safe."""

    __slots__ = ()

    def check_digits(self) -> str:
        """Return eight digits, as `1234 5678`. Two people use them to check the paper in the safe."""
        digits = int.from_bytes(hkdf(self._raw, contexts.PEPPER_CHECK, 16), "big") % 10**8
        return f"{digits // 10**4:04d} {digits % 10**4:04d}"

    def printed(self) -> str:
        """Return the pepper itself for the paper in the safe: 54 letters in groups of four."""
        return paper_codes.to_print("pepper", self._raw)

    @classmethod
    def from_printed(cls, text: str) -> Pepper:
        """Read a pepper back from the paper. Raises PrintedCodeMistyped."""
        return cls(paper_codes.from_print("pepper", text, cls.SIZE))


class PepperPlace(StrEnum):
    """Every column under the pepper, with the row ids that `PepperLayer` gets for it."""

    LOCATOR = "receipt-locator"  # none: the value itself is searched for
    RECEIPT_PUBLIC_HALF = "receipt-public-half"  # report
    REPORTER_GRANT = "reporter-grant"  # report, epoch
    STANDBY_GRANT = "standby-grant"  # report, epoch, person
    SLIP_PUBLIC_HALF = "slip-public-half"  # slip
    VERIFIER = "staff-verifier"  # person
    PASSWORD_VAULT = "password-vault"  # noqa: S105 - a column, no password; person
    RECOVERY_VAULT = "recovery-vault"  # person
    PASSKEY_VAULT = "passkey-vault"  # person, passkey
    TOTP = "totp"  # person
    REPORT_COMMITMENT = "report-commitment"  # report, epoch
    CASE_COMMITMENT = "case-commitment"  # case, epoch
    INSTANCE_KEYS = "instance-keys"  # 1
    APPOINTMENT = "appointment-time"  # none: the value itself is searched for


class PepperLayer:
    """Lays values under the pepper and lifts them again (AES-SIV, RFC 5297: deterministic and authenticated).

    Format: `01 | pepper id | SIV 16 | …`, 18 bytes longer than the value. Older peppers are still lifted while a
    rotation runs; new values are laid under the current one only.
    """

    def __init__(
        self,
        current: Pepper,
        current_id: int = 1,
        older: Mapping[int, Pepper] | None = None,
        former: Mapping[tuple[str, int], bytes] | None = None,
    ) -> None:
        """Take the current pepper, its id (0–255), the ones being rotated out, and keys of former ones.

        `former` holds, by use and id, the keys that still check old links of the trail and old tombstones. Nothing can
        be opened with them. Raises FieldRefused.
        """
        peppers = {**(older or {}), current_id: current}
        if any(not 0 <= pepper_id <= 255 for pepper_id in peppers) or current_id in (older or {}):
            raise FieldRefused("pepper ids are 0 to 255, each used once")
        self.current_id: Final = current_id
        self._peppers = peppers
        self._former = dict(former or {})
        self._derived: dict[tuple[str, int], bytes] = {}  # asked for many times in a request
        self._ciphers = {
            pepper_id: AESSIV(hkdf(pepper.reveal(), contexts.pepper_key("at-rest", pepper_id), 64))
            for pepper_id, pepper in peppers.items()
        }

    def __repr__(self) -> str:
        return f"<PepperLayer {self.current_id}, hidden>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise SecretNotShown("a pepper layer is neither pickled nor copied")

    def lay(self, plain: bytes, place: PepperPlace, *row_ids: int) -> bytes:
        """Return `plain` under the current pepper, bound to its column and row."""
        return self._lay(self.current_id, plain, contexts.pepper_place(place, row_ids))

    def lay_with_each(self, plain: bytes, place: PepperPlace, *row_ids: int) -> tuple[bytes, ...]:
        """Return `plain` under every pepper held, the current one first, to search a column during a rotation."""
        binding = contexts.pepper_place(place, row_ids)
        ids = sorted(self._ciphers, key=lambda pepper_id: (pepper_id != self.current_id, pepper_id))
        return tuple(self._lay(pepper_id, plain, binding) for pepper_id in ids)

    def lift(self, layered: bytes, place: PepperPlace, *row_ids: int) -> bytes:
        """Return the value. Raises UnknownVersion, SealMalformed, PepperUnknown, SealBroken."""
        body = body_after_version(layered)
        if len(layered) <= OVERHEAD:
            raise SealMalformed("nothing can lie under the pepper in so few bytes")
        cipher = self._ciphers.get(body[0])
        if cipher is None:
            raise PepperUnknown(body[0])
        try:
            return cipher.decrypt(body[1:], [contexts.pepper_place(place, row_ids)])
        except InvalidTag:
            raise SealBroken("value does not belong under this pepper at this place") from None

    def is_current(self, layered: bytes) -> bool:
        """Whether a value is already under the current pepper. Raises UnknownVersion, SealMalformed."""
        return body_after_version(layered)[:1] == bytes([self.current_id])

    def audit_key(self, pepper_id: int | None = None) -> AuditKey:
        """Return the key of the audit trail's chain. Raises PepperUnknown."""
        return AuditKey(self._derive("audit", self.current_id if pepper_id is None else pepper_id))

    def erased_key(self, pepper_id: int) -> bytes:
        """Return the key of the tombstones, for `erasing` alone. Raises PepperUnknown."""
        return self._derive("erased", pepper_id)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of all peppers whose tombstones can be checked: those held, and those of which a key is left."""
        return tuple({*self._peppers, *(pepper_id for use, pepper_id in self._former if use == "erased")})

    def left_behind(self, pepper_id: int) -> dict[tuple[str, int], bytes]:
        """Return what is kept of a pepper that goes: the keys of links and tombstones. Raises PepperUnknown."""
        return {(use, pepper_id): self._derive(use, pepper_id) for use in LEFT_BEHIND}

    def directory_key(self, pepper_id: int) -> bytes:
        """Return the key of the directory tags, for `directory` alone. Raises PepperUnknown."""
        return self._derived.get(("directory", pepper_id)) or self._derive("directory", pepper_id)

    def rights_key(self, pepper_id: int) -> bytes:
        """Return the key of the tags of rights, for `rights` alone. Raises PepperUnknown."""
        return self._derived.get(("rights", pepper_id)) or self._derive("rights", pepper_id)

    def _derive(self, use: str, pepper_id: int) -> bytes:
        if (kept := self._former.get((use, pepper_id))) is not None:
            return kept
        if pepper_id not in self._peppers:
            raise PepperUnknown(pepper_id)
        key = hkdf(self._peppers[pepper_id].reveal(), contexts.pepper_key(use, pepper_id))
        self._derived[use, pepper_id] = key
        return key

    def _lay(self, pepper_id: int, plain: bytes, binding: bytes) -> bytes:
        if not plain:
            raise FieldRefused("an empty value is not laid under the pepper")
        return VERSION_BYTE + bytes([pepper_id]) + self._ciphers[pepper_id].encrypt(plain, [binding])
