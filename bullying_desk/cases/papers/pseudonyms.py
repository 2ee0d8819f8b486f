"""A text without names, for advice by a child-protection specialist (§ 4 (2) KKG): "Kind A", "Erwachsene B".

A person assigns stand-ins to names, reads the result and confirms it before anything is printed. The program only
proposes what looks like a name, and says what still does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import sheets
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.sheets import Kind, Secrets
from bullying_desk.reports.readers.candidates import staff_of

Pairs = Sequence[tuple[str, str]]
_TITLED: Final = re.compile(r"\b(?:Frau|Herrn?|Fr\.|Hr\.)\s+[A-ZÄÖÜ][\wäöüß-]*\.?")
_INITIALS: Final = re.compile(r"\b[A-ZÄÖÜ]\.\s?[A-ZÄÖÜ]\.")
_KIND: Final = re.compile(r"\b(?:Kind|Schülerin|Schüler)\s+[A-ZÄÖÜ]\b")
_CLASS: Final = re.compile(r"\b(?:[1-9]|1[0-3])\s?[a-h]\b")
_WORD = r"(?<![\wäöüÄÖÜß])"


class LineUnreadable(ValueError):
    """A line of the list of names is not of the shape `Name = Kind A`; its number is in the error."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class NotReadYet(Exception):
    """Nobody has read exactly this text and confirmed it."""


class NameLeft(Exception):
    """A name of the list is still in the text to be printed."""


def story_of(me: Counsellor, found: FoundCase) -> str:
    """Return the text of every report one reads, to begin with; never the reporter's name."""
    parts: list[str] = []
    for report in found.reports:
        if report.emptied_on is not None:
            continue
        answers = me.open_report(report).answers
        people = answers.said.get("beteiligte", "")
        parts += [part for part in (str(people), answers.text) if part]
    return "\n\n".join(parts)


def proposals(me: Counsellor, found: FoundCase, text: str) -> list[tuple[str, str]]:
    """Return what looks like a name in the text, each with a stand-in. The reader completes the list."""
    team = [one.full_name for one in staff_of(me.session, found.case.school_id).team]
    adults = _unique([*(name for name in team if _finds(name, text)), *_TITLED.findall(text)])
    children = _unique([*_INITIALS.findall(text), *_KIND.findall(text)])
    classes = _unique(_CLASS.findall(text))
    pairs = [(name, f"Erwachsene {_letter(n)}") for n, name in enumerate(adults)]
    pairs += [(name, f"Kind {_letter(n)}") for n, name in enumerate(children) if name != f"Kind {_letter(n)}"]
    return pairs + [(name, "Klasse X") for name in classes]


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Read the list of names, one a line. Raises LineUnreadable."""
    pairs = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, equals, stands = (part.strip() for part in line.partition("="))
        if not (name and equals and stands):
            raise LineUnreadable(number)
        pairs.append((name, stands))
    return pairs


def without_names(text: str, pairs: Pairs) -> str:
    """Replace the names by the stand-ins, in any case, also in the genitive; longer names first."""
    for name, stands in sorted(pairs, key=lambda pair: -len(pair[0])):
        text = _pattern(name).sub(lambda found, stands=stands: stands, text)  # type: ignore[misc]
    return text


def still_named(text: str, pairs: Pairs) -> list[str]:
    """Return what in the finished text still looks like a name or is on the list."""
    ours = {stands for _name, stands in pairs}
    looks = [found for pattern in (_TITLED, _INITIALS, _CLASS) for found in pattern.findall(text)]
    listed = [name for name, stands in pairs if name != stands and name not in ours and _finds(name, text)]
    return [found for found in _unique([*listed, *looks]) if found not in ours]


def fingerprint(text: str) -> str:
    """Return a value that says whether the confirmed text is the one that was shown."""
    return sha256(text.encode()).hexdigest()


def confirm(
    me: Counsellor, found: FoundCase, secrets: Secrets, text: str, pairs: Pairs, *, seen: str, confirmed: bool
) -> str:
    """Return the text for paper once a person has read exactly it; the printed text stays on file, sealed.

    Raises NotReadYet, NameLeft, NoCaseKey, NoteTooLong.
    """
    finished = without_names(text, pairs)
    if any(_finds(name, finished) for name, stands in pairs if name.casefold() not in stands.casefold()):
        raise NameLeft
    if not confirmed or seen != fingerprint(finished):
        raise NotReadYet
    sheets.write(me, found.case, secrets, Kind.PRINTED, {"text": finished})
    trail.record(me.session, Event.PSEUDONYMISED_PRINT, me.now, actor=me.person_id, subject=found.case.id)
    me.session.flush()
    return finished


def _pattern(name: str) -> re.Pattern[str]:
    end = r"(?![\wäöüÄÖÜß])" if name[-1:].isalnum() else ""
    genitive = r"(?:[’']?s)?" if name[-1:].isalpha() else ""
    return re.compile(_WORD + re.escape(name) + genitive + end, re.IGNORECASE)


def _finds(name: str, text: str) -> bool:
    return _pattern(name).search(text) is not None


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26)


def _unique(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))
