"""Sheets without a blank of their own in words: first assessment, second person, plan, the steps of the law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bullying_desk.cases.methods import METHODS
from bullying_desk.cases.rubric import AXES, CRISIS_LEVELS, FLAGS, KIND_WORDS
from bullying_desk.cases.sheets import Kind
from bullying_desk.cases.telling_others import TOLD_WORDS
from bullying_desk.cases.wizard_steps import WIZARDS
from bullying_desk.cases.words import URGENCY
from bullying_desk.reports.questions import mark
from bullying_desk.web.language import _

_AXES: Final = {axis.code: axis for axis in AXES}
_JUDGED: Final = {
    "kind": mark("Was ist es?"),
    "urgency": mark("Dringlichkeit"),
    "urgency_why": mark("Warum diese Dringlichkeit?"),
    "level": mark("Stufe"),
    "level_why": mark("Warum diese Stufe?"),
    "flags": mark("Gefahren"),
}
_LABELS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.ASSESSMENT: _JUDGED,
    Kind.PROPOSAL: _JUDGED,
    Kind.CARRIED: {"level": mark("Stufe"), "flags": mark("Gefahren")},
    Kind.DECISION: {"of": mark("Vorschlag Nr."), "yes": mark("Zugestimmt"), "reason": mark("Grund")},
    Kind.MEASURE: {
        "method": mark("Methode"),
        "what": mark("Was"),
        "owner": mark("Wer"),
        "day": mark("Bis"),
        "despite": mark("Trotzdem, weil"),
    },
    Kind.DONE: {
        "of": mark("Schritt Nr."),
        "agreed": mark("Was herauskam"),
        "dropped": mark("Entfällt"),
        "day": mark("Tag"),
    },
    Kind.TOLD: {"wem": mark("Wem?"), "was": mark("Was"), "warum": mark("Warum"), "grundlage": mark("Grundlage")},
    Kind.STEP: {
        "wizard": mark("Weg"),
        "step": mark("Schritt"),
        "choice": mark("Entscheidung"),
        "reason": mark("Grund"),
    },
}
TITLES: Final[Mapping[str, str]] = {
    f"sheet/{Kind.ASSESSMENT}": mark("Ersteinschätzung"),
    f"sheet/{Kind.PROPOSAL}": mark("Vorschlag für eine zweite Person"),
    f"sheet/{Kind.DECISION}": mark("Entscheidung der zweiten Person"),
    f"sheet/{Kind.CARRIED}": mark("Aus einem dazugelegten Fall"),
    f"sheet/{Kind.MEASURE}": mark("Maßnahme geplant"),
    f"sheet/{Kind.DONE}": mark("Maßnahme beendet"),
}
_TOLD: Final = {to.value: words for to, words in TOLD_WORDS.items()}
_BY: Final = {"einwilligung": mark("Einwilligung"), "gefahr": mark("Gefahr, ohne Einwilligung")}
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
    "grundlage": lambda code: _BY.get(code, code),
    "wizard": lambda code: WIZARDS[code].title if code in WIZARDS else code,
    "step": lambda code: _STEPS[code].title if code in _STEPS else code,
}


def label_of(kind: str, code: str) -> str | None:
    """Return what a sheet's answer is called, or None where this page does not know it."""
    before, _underscore, axis = code.partition("_")
    if axis in _AXES and before in {"axis", "why"}:
        label = _(_AXES[axis].label)
        return label if before == "axis" else _("%(axis)s: Grund") % {"axis": label}
    labels = next((labels for each, labels in _LABELS.items() if each == kind), {})
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
