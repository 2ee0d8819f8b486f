"""A line by which its readers recognise a case beside its neutral name: who wrote, what happened, the class, a label.

It is made when somebody who reads the whole case opens it, and sealed in the case's file. So the list shows it to
these readers alone, without opening the reports. The label is the team's own. The title of a tab never shows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bullying_desk.cases import file_entries, opening
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending.case_words import REPORTER
from bullying_desk.cases.file_entries import LINE, Secrets
from bullying_desk.cases.notes import NoCaseKey
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.reports.models import Case
from bullying_desk.web.language import _

VERSION: Final = 1
LONGEST: Final = 40
"""Characters of a label: one or two words."""


class LabelTooLong(ValueError):
    """A label has more than 40 characters."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The whole line, and the team's own part of it; both empty for who reads only a part of the case."""

    line: str = ""
    label: str = ""


def keep(me: Counsellor, case: Case, secrets: Secrets, answers: Answers) -> Mark:
    """Return the line of a case; the first time it is made and sealed.

    The case's row must be locked.
    """
    found = _newest(me, case, secrets)
    if found is None and case.epoch in secrets:
        found = _facts(answers)
        _seal(me, case, secrets, found)
    return Mark(words_of(found), str(found.get("label", ""))) if found is not None else Mark()


def set_label(me: Counsellor, case: Case, secrets: Secrets, label: str) -> None:
    """Seal the team's own label for a case; an empty one takes it away. Raises LabelTooLong, NoCaseKey."""
    tidy = " ".join(label.split())
    if len(tidy) > LONGEST:
        raise LabelTooLong(len(tidy))
    if case.epoch not in secrets:
        raise NoCaseKey
    found = dict(_newest(me, case, secrets) or {"v": VERSION})
    if found.get("label", "") != tidy:
        _seal(me, case, secrets, {**found, "label": tidy})


def lines_of(me: Counsellor, cases: Sequence[int]) -> dict[int, str]:
    """Return the lines of many cases, as far as this person reads their files; nothing in it raises an alarm."""
    found = opening.newest_entries(me, cases, LINE)
    return {case: words_of(value) for case, value in found.items() if value.get("v") == VERSION}


def words_of(facts: Mapping[str, Any]) -> str:
    """Return the line in words, the label first."""
    door = DOORS.get(int(facts.get("door", 0)))
    what = door.question("was") if door is not None else None
    parts = [
        str(facts.get("label", "")),
        _(REPORTER[door.number]) if door is not None else "",
        _(what.label_of(str(facts["was"]))).rstrip(".") if what is not None and facts.get("was") else "",
        str(facts.get("class", "")),
    ]
    return " · ".join(part for part in parts if part)


def _facts(answers: Answers) -> dict[str, Any]:
    happened = answers.said.get("was", ())
    group = answers.said.get("klasse_kind", "")
    return {
        "v": VERSION,
        "door": answers.door,
        "was": happened if isinstance(happened, str) else next(iter(happened), ""),
        "class": group[:LONGEST] if isinstance(group, str) else "",
    }


def _newest(me: Counsellor, case: Case, secrets: Secrets) -> Mapping[str, Any] | None:
    opened = (one.value for one in file_entries.entries(me, case, secrets, LINE) if one.value is not None)
    return next((value for value in opened if value.get("v") == VERSION), None)


def _seal(me: Counsellor, case: Case, secrets: Secrets, facts: Mapping[str, Any]) -> None:
    file_entries.put(me, case, secrets[case.epoch], LINE, json.dumps(facts, ensure_ascii=False))
    me.session.flush()
