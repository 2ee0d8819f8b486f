"""Replaces the phone that shows six digits, for the invented people of the demonstration city alone."""

from __future__ import annotations

import base64
import hmac
import json
import time

from workshop.places import WorkshopRefused, instance_folder, say

STEP = 30  # seconds a code is valid


def show(instance: str | None, email: str | None) -> int:
    """Print the current code of one person or of everyone.

    Raises WorkshopRefused where the instance is no demonstration, or no person in it has this address.
    """
    file = instance_folder(instance) / "demo.json"
    if not file.exists():
        raise WorkshopRefused(f"There is no demonstration city in {file.parent}. Start one with: python3 dev.py run")
    people = json.loads(file.read_text("utf-8"))["people"]
    chosen = [each for each in people if email in (None, each["email"])]
    if not chosen:
        raise WorkshopRefused(f"Nobody in the demonstration city has the address {email}.")
    for person in chosen:
        say(f"{totp(person['totp_secret'], time.time())}  {person['email']}  {person['password']}")
    return 0


def totp(secret: str, moment: float) -> str:
    """Return the six digits of a base32 secret at a moment in seconds (RFC 6238 with SHA-1 and steps of 30 s)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, int(moment // STEP).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
