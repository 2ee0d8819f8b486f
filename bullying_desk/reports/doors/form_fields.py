"""Fields of the writing form: how a question becomes a field, and how typed text is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Field, RadioField, StringField, TextAreaField

from bullying_desk.reports.doors.answers import LONGEST_TEXT, NameGiven, NameLevel, Said
from bullying_desk.reports.doors.doors import Choice, Kind, Question
from bullying_desk.reports.doors.wording import Wording
from bullying_desk.sealing.format import signs
from bullying_desk.web.forms import CheckboxesField, select_choices
from bullying_desk.web.language import _, counted

LONGEST_LINE = 500  # characters of a name, a class, a place


class ChoiceField(RadioField):
    """One of several, or nothing: no answer is an answer, too."""

    def pre_validate(self, form: Any) -> None:
        """Refuse only an answer that was not offered."""
        if self.data not in (None, ""):
            super().pre_validate(form)


def name_given(fields: Mapping[str, Field], *, place_stays: bool = False) -> NameGiven:
    """Read level, name, class and place of a form; without a clear yes there is no name.

    `place_stays`: the form asks for the place in any case, so what is typed there is kept.
    """
    level = {"team": NameLevel.TEAM, "schule": NameLevel.SCHOOL}.get(fields["name"].data or "", NameLevel.NONE)
    typed = [str(fields[name].data or "").strip() for name in ("rufname", "klasse", "wann")]
    if level is NameLevel.NONE and not fields["name"].data and any(typed):
        level = NameLevel.TEAM  # the box asks for the name to use: filling it in is an answer
    if level is NameLevel.NONE:
        return NameGiven()
    return NameGiven(level, typed[0], typed[1], typed[2] if place_stays or level is NameLevel.SCHOOL else "")


def name_fields(words: Wording) -> dict[str, Any]:
    """Return the fields of the question about one's name."""
    levels = (("nein", words.name_no), ("team", words.name_team), ("schule", words.name_school))
    return {
        "name": ChoiceField(_(words.name), choices=select_choices((code, _(label[0])) for code, label in levels)),
        "rufname": StringField(_(words.called)),
        "klasse": StringField(_(words.group)),
        "wann": StringField(_(words.where)),
    }


def field_of(question: Question) -> Field:
    """Return the field of a question."""
    label, hint = _(question.label), _(question.hint) if question.hint else ""
    if question.kind is Kind.TEXT:
        return TextAreaField(label, description=hint)
    if question.kind is Kind.LINE:
        return StringField(label, description=hint)
    kind = ChoiceField if question.kind is Kind.ONE else CheckboxesField
    return kind(label, choices=choices_of(question.choices), description=hint)


def choices_of(choices: tuple[Choice, ...]) -> list[Any]:
    """Return answers as choices of a field, without those that only older reports have."""
    return select_choices((choice.code, _(choice.label)) for choice in choices if not choice.retired)


def refuse_too_long(field: StringField, words: Wording) -> None:
    """Say at a field that more was typed than it holds: a text has 20,000 characters, a line 500."""
    most = LONGEST_TEXT if isinstance(field, TextAreaField) else LONGEST_LINE
    typed = len(str(tidy(field.data)))
    if typed > most:
        field.errors = [*field.errors, _(words.too_long) % {"most": counted(most), "count": counted(typed)}]


def tidy(value: Any) -> Said:
    """Return the typed or chosen value without blanks around it and without foreign line ends."""
    if isinstance(value, (list, tuple)):
        return tuple(str(one) for one in value)
    return signs.tidied(str(value or ""))


def listed(value: Any) -> tuple[str, ...]:
    """Return the values of a field as a tuple, for conditions."""
    return tuple(value) if isinstance(value, (list, tuple)) else (str(value),) if value else ()
