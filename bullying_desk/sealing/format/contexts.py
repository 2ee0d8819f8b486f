"""Every label the service binds with, in one place: it says what a key, a tag or a seal belongs to.

HPKE here has no associated data and no sender, so all that binds goes into `info`. This is the only module that
makes such an info. Without one of its fields a seal could be moved to another report, reader or epoch.
"""

from __future__ import annotations

from bullying_desk.sealing.format.encoding import Reader, context, id_field, number_field, reader_field

RECEIPT_LOCATOR = context("receipt/locator")
RECEIPT_SEED = context("receipt/seed")
SESSION_ID = context("session/id")
SESSION_WRAP = context("session/wrap")
SEND_COOKIE = context("send/cookie")
SEND_WORDS = context("send/words")
PEPPER_CHECK = context("pepper/check")
PASSKEY_PRF = context("passkey/prf")


def key_id(public_half: bytes) -> bytes:
    """Hashed to the 16-byte name of a key pair."""
    return context("key-id", public_half)


def staff_verifier(person: int) -> bytes:
    """Return the label that binds what proves a password at sign-in."""
    return context("staff/verifier", id_field(person))


def staff_vault(person: int) -> bytes:
    """Return the label that binds the key of the vault under a password."""
    return context("staff/vault", id_field(person))


def staff_recovery(person: int) -> bytes:
    """Return the label that binds the key of a vault to a person's recovery code."""
    return context("staff/recovery", id_field(person))


def staff_passkey(person: int, passkey: int) -> bytes:
    """Return the label that binds the key of a vault to one passkey of a person."""
    return context("staff/passkey", id_field(person), id_field(passkey))


def person_grant_wrap(person: int, key: bytes) -> bytes:
    """Return the label that binds the key under which a person re-wraps opened grants."""
    return context("person/grant-wrap", id_field(person), key)


def report_key(use: str, report: int, epoch: int) -> bytes:
    """Return the label that binds a key from a ReportSecret; `use` is conversation, name or commit."""
    return context(f"report/{use}", id_field(report), number_field(epoch))


def case_key(use: str, case: int, epoch: int) -> bytes:
    """Return the label that binds a key from a CaseSecret; `use` is file or commit."""
    return context(f"case/{use}", id_field(case), number_field(epoch))


def pepper_key(use: str, pepper_id: int) -> bytes:
    """Return the label that binds a key from the pepper; `use` is at-rest, directory, audit, erased or rights."""
    return context(f"pepper/{use}", number_field(pepper_id))


def grant(what: str, owner: int, epoch: int, reader: Reader, key: bytes) -> bytes:
    """Return the label that binds a grant; `what` is report or case, `owner` its id."""
    return context(f"grant/{what}", id_field(owner), number_field(epoch), reader_field(reader), key)


def own_grant(what: str, owner: int, epoch: int, person: int, key: bytes) -> bytes:
    """Return the label that binds a grant that a person has re-wrapped under a key of their own."""
    return context("grant/own", what.encode("ascii"), id_field(owner), number_field(epoch), id_field(person), key)


def to_writer(label: str, person: int, key: bytes, row: int) -> bytes:
    """Return the label that binds a text that is sealed to its writer alone; `label` is note/private or draft."""
    return context(label, id_field(person), key, id_field(row))


def case_draft(person: int, key: bytes, case: int, report: int, field: str, revision: int) -> bytes:
    """Return the label that binds a draft to its writer, its case and field, and to how often it was saved.

    `report` is 0 where the draft belongs to no single report.
    """
    place = id_field(report) if report else bytes(8)
    return context(
        "draft/case", id_field(person), key, id_field(case), place, field.encode("ascii"), number_field(revision)
    )


def record(owner: int, epoch: int, kind: str, side: str, sequence: int, revision: int) -> bytes:
    """Return the label that binds one text or file to its place in a report or case."""
    return context(
        "record",
        id_field(owner),
        number_field(epoch),
        kind.encode("ascii"),
        side.encode("ascii"),
        number_field(sequence),
        number_field(revision),
    )


def vault(door: str, person: int, key: bytes) -> bytes:
    """Return the label that binds a vault; `door` is password, recovery or passkey."""
    return context(f"vault/{door}", id_field(person), key)


def session(session_id: bytes, holder: Reader, key: bytes) -> bytes:
    """Return the label that binds the seed in a session's row to that row, its holder and its key pair."""
    return context("session", session_id, reader_field(holder), key)


def pepper_place(place: str, row_ids: tuple[int, ...]) -> bytes:
    """Return the label that binds a value under the pepper to its column and row."""
    return context("pepper", place.encode("ascii"), *(id_field(row_id) for row_id in row_ids))


def directory(person: int, public_half: bytes) -> bytes:
    """Return the label that binds a public half to its person."""
    return context("directory", id_field(person), public_half)


def key_words(person: int, public_half: bytes) -> bytes:
    """Hashed to the six words two people compare."""
    return context("key-words", id_field(person), public_half)


def printed_check(what: str, raw: bytes) -> bytes:
    """Hashed to the check letters of a code on paper."""
    return context(f"printed/{what}", raw)


def right(kind: str, row: int | bytes, generation: int, *values: bytes) -> bytes:
    """Return the label that binds a right to its table, its row, its generation, and every column that decides."""
    place = row if isinstance(row, bytes) else id_field(row)
    return context(f"right/{kind}", place, number_field(generation), *values)


def right_digest(*values: bytes) -> bytes:
    """Hashed to what stands in a right for the columns that are too heavy to be read each time."""
    return context("right/digest", *values)


def right_secret(what: str, *fields: bytes) -> bytes:
    """Return the label that binds a secret that was shown once, such as an invitation's, to what it is for."""
    return context(f"right/secret/{what}", *fields)
