"""Entries of the case file in words: known kinds by their titles, unknown ones by their name in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bullying_desk.accounts.trail.trail_words import FACT_WORDS, VALUE_WORDS
from bullying_desk.cases.assessment.rubric import AXES, CRISIS_LEVELS, FLAGS, KIND_WORDS
from bullying_desk.cases.assessment.wizard_steps import WIZARDS
from bullying_desk.cases.ending.case_words import OUTCOME, SOURCE, STATUS, STEP, URGENCY
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.papers.blanks import BLANKS
from bullying_desk.cases.papers.disclosures import TOLD_WORDS
from bullying_desk.cases.plan.methods import METHODS
from bullying_desk.cases.sheets import Kind
from bullying_desk.reports.models import CaseStatus, Urgency
from bullying_desk.texts import Text, TextFile, mark
from bullying_desk.web.language import _, short_date


@dataclass(frozen=True, slots=True)
class EntryWords:
    """The file. `sheets` and `sheet_labels` are by the kind of the sheet."""

    entries: Mapping[str, Text]
    sheets: Mapping[Kind, Text]
    labels: Mapping[str, Text]
    sheet_labels: Mapping[Kind, Mapping[str, Text]]
    ground: Mapping[str, Text]


FILE: Final = TextFile(__file__, EntryWords)
_CONTENT: Final = FILE.read()
TITLES: dict[str, str] = {
    **_CONTENT.entries,
    **{f"sheet/{kind}": title for kind, title in _CONTENT.sheets.items()},
    **{f"sheet/{blank.kind}": blank.title for blank in BLANKS.values()},
}
"""The names of kinds of entries. A kind that is not here shows by its code."""
LABELS: dict[str, str] = dict(_CONTENT.labels)
"""The names of keys of entries. A key that is not here shows as it is written."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BARE: Final = frozenset({"v", "report", "case", "letters"})
_CODES: dict[str, str] = {
    **{state.value: words for state, words in STATUS.items()},
    **{urgency.value: words for urgency, (words, _shape) in URGENCY.items()},
    **{step.value: words for step, words in STEP.items()},
    **{source.value: words for source, (words, _at_work) in SOURCE.items()},
    **{outcome.value: words for outcome, (words, _more) in OUTCOME.items()},
    Urgency.NONE.value: mark("noch nicht gesetzt"),
}
assert {each.value for each in (*CaseStatus, *Outcome)} <= set(_CODES)  # noqa: S101 - a new code needs its word


def register(kind: str, title: str, labels: Mapping[str, str] | None = None) -> None:
    """Return the words for a kind of entry and its keys; both marked for translation."""
    TITLES[kind] = title
    LABELS.update(labels or {})


def title_of(kind: str, value: Mapping[str, Any] | None = None) -> str:
    """Return the name of a kind of entry; a sheet says itself which one it is, once it is opened."""
    inner = f"{kind}/{value.get('kind')}" if value is not None else ""
    if inner in TITLES:
        return _(TITLES[inner])
    return _(TITLES[kind]) if kind in TITLES else kind.replace("_", " ").replace("-", " ").capitalize()


def words_of(value: Mapping[str, Any], names: Mapping[int, str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return an opened entry as (label, words) and its running text."""
    if isinstance(value.get("said"), Mapping) and "kind" in value:
        return tuple(_of_sheet(str(value["kind"]), value["said"], names)), ""
    text = value.get("text")
    rest = {key: each for key, each in value.items() if key not in _BARE and not (key == "text" and _is_text(text))}
    return tuple(_flat(rest, names, "")), text if isinstance(text, str) else ""


def facts_of(facts: Mapping[str, Any], names: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    """Return the content of an act of the trail, in words."""
    return tuple(
        (_(FACT_WORDS.get(key, key)), _word(value, names))
        for key, value in facts.items()
        if key not in _BARE and value is not None
    )


def _of_sheet(kind: str, said: Mapping[str, Any], names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Return a sheet's answers: by its own questions where it has a blank, else as any other entry."""
    blank = next((each for each in BLANKS.values() if each.kind == kind), None)
    items = {item.code: item for item in blank.items} if blank is not None else {}
    for code, answer in said.items():
        given = [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]
        if code in items:
            labels = {choice.code: _(choice.label) for choice in items[code].choices}
            yield _(items[code].label), " · ".join(labels.get(each) or _word(each, names) for each in given)
        elif (label := label_of(kind, code)) is not None:
            words = (value_of(kind, code, each, said) or _word(_number(each), names) for each in given)
            yield label, " · ".join(words)
        elif code not in _BARE:
            yield from _flat({code: answer}, names, "")


def _number(text: str) -> int | str:
    """Return a person's id out of a sheet as a number; a short number is meant as it is written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) > 9 else text


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _flat(value: Mapping[str, Any], names: Mapping[int, str], before: str) -> Iterator[tuple[str, str]]:
    for key, each in value.items():
        label = _(LABELS[key]) if key in LABELS else str(key).replace("_", " ").capitalize()
        label = f"{before}{label}"
        if isinstance(each, Mapping):
            yield from _flat(each, names, f"{label}: ")
        elif isinstance(each, list) and any(isinstance(one, Mapping) for one in each):
            for number, one in enumerate(each, 1):
                inner = one if isinstance(one, Mapping) else {"": one}
                yield from _flat(inner, names, f"{label} {number}: ")
        elif each not in (None, "", []):
            yield label, _word(each, names)


def _word(value: object, names: Mapping[int, str]) -> str:
    if isinstance(value, bool):
        return _("Ja") if value else _("Nein")
    if isinstance(value, int):
        return names.get(value, str(value))
    if isinstance(value, list):
        return " · ".join(_word(each, names) for each in value)
    text = str(value)
    if _DAY.fullmatch(text):
        try:
            return short_date(date.fromisoformat(text))
        except ValueError:
            return text
    return _(_CODES.get(text) or VALUE_WORDS.get(text) or text) if text else text


# Sheets without a blank of their own in words: first assessment, second person, plan, the steps of the law.


_AXES: Final = {axis.code: axis for axis in AXES}
_TOLD: Final = {to.value: words for to, words in TOLD_WORDS.items()}
_STEPS: Final = {step.code: step for wizard in WIZARDS.values() for step in wizard.steps}
_VALUES: Final[Mapping[str, Callable[[str], str]]] = {
    "kind": lambda code: {kind.value: words for kind, (words, _more) in KIND_WORDS.items()}.get(code, code),
    "urgency": lambda code: {one.value: words for one, (words, _shape) in URGENCY.items()}.get(code, code),
    "level": lambda code: CRISIS_LEVELS[code][0] if code in CRISIS_LEVELS else code,
    "flags": lambda code: FLAGS.get(code, code),
    "yes": lambda code: mark("Ja") if code else mark("Nein"),
    "dropped": lambda _code: mark("Ja"),
    "method": lambda code: METHODS[code].title if code in METHODS else code,
    "wem": lambda code: _TOLD.get(code, code),
    "grundlage": lambda code: _CONTENT.ground.get(code, code),
    "wizard": lambda code: WIZARDS[code].title if code in WIZARDS else code,
    "step": lambda code: _STEPS[code].title if code in _STEPS else code,
}


def label_of(kind: str, code: str) -> str | None:
    """Return the words for a sheet's answer, or None where this page does not know it."""
    before, _underscore, axis = code.partition("_")
    if axis in _AXES and before in {"axis", "why"}:
        label = _(_AXES[axis].label)
        return label if before == "axis" else _("%(axis)s: Grund") % {"axis": label}
    labels = next((labels for each, labels in _CONTENT.sheet_labels.items() if each == kind), {})
    return _(labels[code]) if code in labels else None


def value_of(kind: str, code: str, value: str, said: Mapping[str, object]) -> str | None:
    """Return one coded answer in words, or None where it is no code."""
    if code.startswith("axis_") and code[5:] in _AXES and value in {"0", "1", "2", "3"}:
        return f"{value} – {_(_AXES[code[5:]].anchors[int(value)])}"
    if kind == Kind.STEP and code == "choice":
        step = _STEPS.get(str(said.get("step", "")))
        return _(step.choices.get(value, value)) if step is not None else None
    if code in _VALUES:
        return _(_VALUES[code](value)) if value or code == "yes" else None
    return None
