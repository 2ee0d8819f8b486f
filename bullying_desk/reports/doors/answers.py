"""The typed report as one sealed text: which door, danger, answers by code, stories; and how it is read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bullying_desk.reports.doors.doors import DOORS, Door
from bullying_desk.texts import mark as _
from bullying_desk.web.language import gettext, language_name

VERSION = 1
LONGEST_TEXT = 20_000  # characters of one story or one letter; `web.bodies` makes room for the fullest form
Said = str | tuple[str, ...]
Translate = Callable[[str], str]


class AnswersUnreadable(Exception):
    """The opened text is of a newer version, or no report at all."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One person's answers. `readers` and `left_out` are the words the person saw when choosing.

    `written_by`: the shown name of the adult who wrote it down for a child. `wish`: who was to read, as a code ("team",
    "named", "city"); empty in older reports. `paper`: it came on a slip from the box, and others may have seen its
    words; they open nothing of the text (decision D59). `language`: the code of the form's language (BCP 47); empty
    where it was German, where the reporter hid it, and where staff wrote the report down.
    """

    door: int
    danger: bool
    said: Mapping[str, Said] = field(default_factory=dict)
    readers: str = ""
    left_out: str = ""
    written_by: str = ""
    wish: str = ""
    paper: bool = False
    language: str = ""

    @property
    def polite(self) -> bool:
        """Whether the reporter is an adult and spoken to with "Sie"."""
        return DOORS[self.door].polite

    @property
    def text(self) -> str:
        """The story, or nothing."""
        said = self.said.get("text", "")
        return said if isinstance(said, str) else ""

    def without_what_was_said(self) -> Answers:
        """Return what the words of a slip open: that it came, by which door, who typed it in and who reads it."""
        return replace(self, said={}, left_out="")

    def to_text(self) -> str:
        """Return the text to be sealed."""
        return _dump(
            {
                "v": VERSION,
                "door": self.door,
                "danger": self.danger,
                "said": {code: list(said) if isinstance(said, tuple) else said for code, said in self.said.items()},
                "readers": self.readers,
                "left_out": self.left_out,
                **({"written_by": self.written_by} if self.written_by else {}),
                **({"paper": True} if self.paper else {}),
                **({"wish": self.wish} if self.wish else {}),
                **({"language": self.language} if self.language else {}),
            }
        )

    @classmethod
    def from_text(cls, text: str) -> Answers:
        """Read an opened report. Raises AnswersUnreadable."""
        found = _load(text)
        if found.get("door") not in DOORS or not isinstance(found.get("said"), dict):
            raise AnswersUnreadable("this is no report")
        said = {code: tuple(value) if isinstance(value, list) else str(value) for code, value in found["said"].items()}
        words = {key: str(found.get(key, "")) for key in ("readers", "left_out", "written_by", "wish", "language")}
        return cls(int(found["door"]), bool(found["danger"]), said, **words, paper=bool(found.get("paper")))

    def pairs(self, translate: Translate = gettext) -> list[tuple[str, str]]:
        """Return question and answer, in the order of the form, without empty ones.

        Typed text is never translated; labels are, through `translate`.
        """
        door = DOORS[self.door]
        declared = str(self.said.get("gefahr", "ja" if self.danger else "nein"))
        rows = [(translate(door.danger.label), translate(door.danger.label_of(declared)))]
        for question in door.questions():
            if said := self.said.get(question.code):
                rows.append((translate(question.label), _words(door, question.code, said, translate)))
        shared = ((_("Dürfen die Eltern davon wissen?"), self.said.get("eltern", "")),)
        rows += [(translate(label), translate(_YES_NO.get(str(said), str(said)))) for label, said in shared if said]
        rows += [(translate(_("Wem ist es schon gesagt?")), str(told))] if (told := self.said.get("gesagt")) else []
        rows += [(translate(_("So kam es an")), translate(_("auf einem Zettel aus dem Kasten")))] if self.paper else []
        rows += [(translate(_("Aufgeschrieben von")), self.written_by)] if self.written_by else []
        rows += [(translate(_("Sprache der Seite")), language_name(self.language))] if self.language else []
        rows += [(translate(_("Wer darf es lesen?")), self.readers)] if self.readers else []
        rows += [(translate(_("Wer darf es nicht lesen?")), self.left_out)] if self.left_out else []
        return rows


_YES_NO = {"ja": _("Ja"), "nein": _("Nein"), "unklar": _("Das weiß ich nicht")}


def _words(door: Door, code: str, said: Said, translate: Translate) -> str:
    question = door.question(code)
    assert question is not None  # noqa: S101 - the caller walks the door's own questions
    if not question.choices:
        return said if isinstance(said, str) else "\n".join(said)
    codes = said if isinstance(said, tuple) else (said,)
    return " · ".join(translate(question.label_of(one)) for one in codes)


class NameLevel(StrEnum):
    """How much of a name was given: none, for the team alone, or to be spoken to in school."""

    NONE = "none"
    TEAM = "team"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class NameGiven:
    """Who the reporter is, as far as they have said; a record of its own, sealed under its own key."""

    level: NameLevel = NameLevel.NONE
    name: str = ""
    group: str = ""  # the class, or how an adult can be reached
    where: str = ""  # when and where an adult may speak to them

    def to_text(self) -> str:
        """Return the text to be sealed; it is written even without a name, so that its absence gives nothing away."""
        return _dump(
            {"v": VERSION, "level": self.level.value, "name": self.name, "group": self.group, "where": self.where}
        )

    @classmethod
    def from_text(cls, text: str) -> NameGiven:
        """Read an opened name. Raises AnswersUnreadable."""
        found = _load(text)
        return cls(NameLevel(found["level"]), found["name"], found["group"], found["where"])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who must never read this report. `people` are person ids; no column of the database names them.

    `alone`: the reporter wants nobody besides the ticked people; only the reporter replaces one who leaves.
    """

    people: frozenset[int] = frozenset()
    head: bool = False
    somebody_else: bool = False  # an adult of the school who is not in the list
    alone: bool = False

    def to_text(self) -> str:
        """Return the text to be sealed."""
        known = {"v": VERSION, "people": sorted(self.people), "head": self.head, "somebody_else": self.somebody_else}
        return _dump({**known, **({"alone": True} if self.alone else {})})

    @classmethod
    def from_text(cls, text: str) -> LeftOut:
        """Read an opened list. Raises AnswersUnreadable."""
        found = _load(text)
        people, head, other = frozenset(found["people"]), bool(found["head"]), bool(found["somebody_else"])
        return cls(people, head, other, bool(found.get("alone")))


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _load(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise AnswersUnreadable("this is no structured text") from error
    if not isinstance(found, dict) or found.get("v") != VERSION:
        raise AnswersUnreadable("this was written by a newer version")
    return found
