"""Entries of the case file in words: known kinds by their titles, unknown ones by what they are called in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from bullying_desk.accounts.trail_words import FACT_WORDS, VALUE_WORDS
from bullying_desk.cases import sheet_words
from bullying_desk.cases.blanks import BLANKS
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.sheets import Kind
from bullying_desk.cases.words import OUTCOME, SOURCE, STATUS, STEP, URGENCY
from bullying_desk.reports.models import CaseStatus, Urgency
from bullying_desk.reports.questions import mark
from bullying_desk.web.language import _, short_date

TITLES: dict[str, str] = {
    "note": mark("Notiz des Teams"),
    "print": mark("Ausgedruckt"),
    "sheet": mark("Blatt der Fallakte"),
    f"sheet/{Kind.OUTCOME}": mark("Wie ist es ausgegangen?"),
    f"sheet/{Kind.CLOSING}": mark("Fall geschlossen"),
    f"sheet/{Kind.REVOKED}": mark("Einwilligung zurückgenommen"),
    f"sheet/{Kind.TOLD}": mark("Jemandem etwas gesagt"),
    f"sheet/{Kind.STEP}": mark("Schritt des Gesetzes"),
    f"sheet/{Kind.NAME}": mark("Namen angesehen"),
    f"sheet/{Kind.PRINTED}": mark("Ohne Namen gedruckt"),
    **sheet_words.TITLES,
    **{f"sheet/{blank.kind}": blank.title for blank in BLANKS.values()},
}
"""What kinds of entries are called. A kind that is not here shows by its code."""

LABELS: dict[str, str] = {
    "reason": mark("Grund"),
    "why": mark("Grund"),
    "full_reason": mark("Warum ungeschwärzt"),
    "shape": mark("Was"),
    "to": mark("An"),
    "ground": mark("Grundlage"),
    "told": mark("Art der Stelle"),
    "agreement": mark("Einwilligung: Blatt Nr."),
    "until": mark("Gilt bis"),
    "without": mark("Warum ohne Einwilligung"),
    "full": mark("Ungeschwärzt"),
    "day": mark("Tag"),
    "by": mark("Wer"),
    "person": mark("Person"),
    "state": mark("Stand"),
    "urgency": mark("Dringlichkeit"),
    "source": mark("Wer sagt das?"),
    "step": mark("Hat es aufgehört?"),
    "words": mark("In Worten"),
    "wem": mark("Wem?"),
    "outcome": mark("Ausgang"),
    "of": mark("Blatt Nr."),
}
"""What keys of entries are called. A key that is not here shows as it is written."""

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
    """Say what a kind of entry, and its keys, are called; both marked for translation."""
    TITLES[kind] = title
    LABELS.update(labels or {})


def title_of(kind: str, value: Mapping[str, Any] | None = None) -> str:
    """Return what a kind of entry is called; a sheet says itself which one it is, once it is opened."""
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
    """Return what an act of the trail holds, in words."""
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
        elif (label := sheet_words.label_of(kind, code)) is not None:
            words = (sheet_words.value_of(kind, code, each, said) or _word(_number(each), names) for each in given)
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
