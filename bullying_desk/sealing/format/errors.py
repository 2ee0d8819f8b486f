"""What can go wrong when something is sealed, opened or typed in, named as facts.

No message carries a secret, a word of a receipt or a piece of a text, because messages end up in logs.
"""

from __future__ import annotations


class SealingError(Exception):
    """Base of everything this package raises."""


class FieldRefused(SealingError, ValueError):
    """A caller handed in an id, number or label that no context may hold."""


class SecretSizeWrong(FieldRefused):
    """A secret of the wrong length was handed in."""


class SecretNotShown(SealingError, TypeError):
    """The program tried to pickle, copy or hash a secret. Secrets leave memory only sealed."""


class UnsealRefused(SealingError):
    """Base of every refusal to open something."""


class UnknownVersion(UnsealRefused):
    """The value was written by another version of the program; nothing was touched."""

    def __init__(self, version: int) -> None:
        super().__init__(f"value has version {version}, which this program does not know")
        self.version = version


class SealMalformed(UnsealRefused):
    """The value has a length that nothing of its kind can have: cut off, or never sealed."""


class SealBroken(UnsealRefused):
    """The seal does not hold: another key, another place, or altered bytes. Nobody can know which."""


class PaddingBroken(UnsealRefused):
    """The seal held, but the text inside is not padded as this program pads."""


class TextBroken(UnsealRefused):
    """The seal held, but what is inside is no text: a file opened as a letter."""


class GrantOfAnotherSecret(UnsealRefused):
    """The grant opened, but yields another secret than the one its report or case is committed to.

    The person who wrote the grant tried to give a reader another secret. The caller names the granter.
    """

    def __init__(self, owner: int, epoch: int) -> None:
        super().__init__("a grant yields a secret its report or case is not committed to")
        self.owner = owner
        self.epoch = epoch


class KeyOfAnotherPerson(UnsealRefused):
    """A vault or session opened, but the key inside does not belong to the public half on record."""


class PepperUnknown(UnsealRefused):
    """The value lies under a pepper this instance does not hold: the wrong key folder, or one lost in a rotation."""

    def __init__(self, pepper_id: int) -> None:
        super().__init__(f"value lies under pepper {pepper_id}, which is not among the keys of this instance")
        self.pepper_id = pepper_id


class DirectoryTagWrong(SealingError):
    """A person's public half carries no valid tag: somebody changed the database from outside. An alarm."""

    def __init__(self, person: int) -> None:
        super().__init__("a person's public half carries no valid directory tag")
        self.person = person


class PublicHalfUnusable(SealingError):
    """Nothing can be sealed to this public half. An alarm, and the city's team reads instead; never a lost report."""


class SlowHashParamsRefused(SealingError, ValueError):
    """Parameters of the slow hash are too weak to protect or so heavy that they would stop the server."""


class SlowHashBusy(SealingError):
    """The line before the slow hash is full. The page keeps the typed text and shows a help line."""


class ReceiptUnreadable(SealingError, ValueError):
    """What was typed is not a receipt; base of the two reasons."""


class ReceiptWordUnknown(ReceiptUnreadable):
    """Words at these places (counted from 1) are not on the list. The page can point at them."""

    def __init__(self, places: tuple[int, ...]) -> None:
        super().__init__(f"unknown words at places {', '.join(map(str, places))}")
        self.places = places


class ReceiptWordCount(ReceiptUnreadable):
    """Too few or too many words were typed."""

    def __init__(self, found: int, expected: int) -> None:
        super().__init__(f"{found} words instead of {expected}")
        self.found = found
        self.expected = expected


class PrintedCodeMistyped(SealingError, ValueError):
    """A code copied from paper has a wrong length, letter or check letters."""


class RecoveryCodeMistyped(PrintedCodeMistyped):
    """A recovery code was copied wrongly; it was not tried and not used up."""


class SessionCookieBroken(SealingError, ValueError):
    """A session cookie is not one of ours."""


class PrfOutputBroken(SealingError, ValueError):
    """What should come from a passkey is none of its outputs."""


class SendTokenBroken(SealingError, ValueError):
    """The hidden token of a form is not one of ours."""
