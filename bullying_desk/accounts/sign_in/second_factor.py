"""Time-based one-time codes (RFC 6238), each of them good once."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

STEP = 30  # seconds, as every authenticator app expects
TOLERANCE = 1  # steps before and after: phones' clocks go wrong


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base 32, as authenticator apps take it."""
    return pyotp.random_base32(32)


def derived_secret(session_key: bytes, what: bytes) -> str:
    """Return a secret that only this page leads to, so that it may be shown again without being kept half-made."""
    return base64.b32encode(hmac.digest(session_key, b"totp" + what, "sha256")[:20]).decode("ascii")


def picture(address: str) -> Markup:
    """Return the QR code of an `otpauth:` address as a drawing."""
    drawing = segno.make(address, error="m").svg_inline(scale=5, border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawing)  # noqa: S704 - drawn here, nothing typed by anyone stands in it


@dataclass(frozen=True, slots=True)
class Setup:
    """What connects an app: a picture for another device's camera, a link for this phone, signs to type or copy."""

    picture: Markup
    address: str = field(repr=False)
    groups: str = field(repr=False)


def setup(secret: str, email: str, service_name: str) -> Setup:
    """Return what the set-up page shows. The `otpauth:` address opens an app on the same phone."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=service_name)
    return Setup(picture(address), address, " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)))


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step a code belongs to, or None; spaces in the code do not matter."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP
    for step in (current, *(current + d for n in range(1, TOLERANCE + 1) for d in (-n, n))):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None


def use_code(session: Session, pepper_layer: PepperLayer, person: Person, code: str, now: datetime) -> bool:
    """Take a code once. False where it is wrong, or where it or a later one has been used already."""
    if person.totp_secret is None:
        return False
    secret = pepper_layer.lift(person.totp_secret, PepperPlace.TOTP, person.id).decode("ascii")
    step = matching_step(secret, code, now)
    if step is None:
        return False
    session.flush()
    session.refresh(person, with_for_update=True)  # of two presses at once, the second one finds the first
    if person.totp_last_step >= step:
        return False
    person.totp_last_step = step
    session.flush()
    return True
