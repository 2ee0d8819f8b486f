"""The forms for how it has ended, and for closing a case."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Optional

from bullying_desk.cases.ending.case_retention import Archive
from bullying_desk.cases.ending.case_words import OUTCOME, OUTCOME_AT_WORK, SOURCE, STEP, VIEW
from bullying_desk.cases.ending.outcomes import BY_HAND, Source
from bullying_desk.cases.forms import DayField, InitialsForm
from bullying_desk.cases.models import Outcome
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.doors.form_fields import ChoiceField
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _


class OutcomeForm(InitialsForm):
    """The reporter's word about the outcome, as staff enter it."""

    source = RadioField(
        _("Woher wissen Sie es?"), [InputRequired(_("Kreuzen Sie an, woher Sie es wissen."))], validate_choice=False
    )
    step = ChoiceField(_("Hat es aufgehört?"))
    day = DayField(_("Wann haben Sie gefragt?"), [Optional()])
    text = TextAreaField(_("Was hat die Person gesagt, oder warum ist sie nicht zu erreichen?"))

    def __init__(self, door: int, **more: Any) -> None:
        """Speak of a child, or of an adult who works at the school."""
        super().__init__(**more)
        column = 1 if door == AT_WORK else 0
        sources = [(source.value, _(SOURCE[source][column])) for source in BY_HAND]
        if door in VIEW:
            sources[1] = (Source.VIEW.value, _(VIEW[door]))
        self.source.choices = select_choices(sources)
        self.step.choices = select_choices((step.value, _(words)) for step, words in STEP.items())

    @property
    def chosen(self) -> Source | None:
        """The source, or None where something else was sent."""
        return next((each for each in BY_HAND if each.value == self.source.data), None)

    @property
    def said(self) -> Step:
        """The step, or none."""
        return next((each for each in STEP if each.value == self.step.data), Step.NONE)


_REASONS = tuple(code for code in Outcome if code is not Outcome.MISTAKE)


class CloseForm(OutcomeForm):
    """Why a case is closed, and before, what is known of how it has ended: all on one page.

    `allowed`: the reasons that what is known allows; none where nothing is known yet, and the word is asked too.
    """

    outcome = RadioField(_("Warum ist der Fall zu Ende?"), [Optional()], validate_choice=False)

    def __init__(self, allowed: tuple[Outcome, ...], door: int, **more: Any) -> None:
        """Offer the allowed reasons."""
        super().__init__(door, **more)
        self.asks = not allowed
        if not self.asks:
            del self.source, self.step, self.text
        del self.day
        self.texts = {code: self._words(code, door) for code in allowed or _REASONS}
        self.outcome.choices = select_choices((code.value, first) for code, (first, _second) in self.texts.items())

    @property
    def reason(self) -> Outcome | None:
        """The reason, or None where none was chosen."""
        return next((each for each in Outcome if each.value == self.outcome.data), None)

    @property
    def seconds(self) -> dict[str, str]:
        """The explanation below each reason."""
        return {code.value: second for code, (_first, second) in self.texts.items() if second}

    @staticmethod
    def _words(code: Outcome, door: int) -> tuple[str, str]:
        first, second = OUTCOME_AT_WORK.get(code, OUTCOME[code]) if door == AT_WORK else OUTCOME[code]
        return _(first), _(second) if second else ""


# The forms of the page on how long a case is kept.


class HoldForm(StaffForm):
    """Until when a case is kept, and why."""

    until = DayField(_("Nicht löschen bis"), [InputRequired(_("Wählen Sie einen Tag, höchstens in einem Jahr."))])
    reason = TextAreaField(_("Grund"), [InputRequired(_("Schreiben Sie, warum der Fall bleiben muss."))])


class ArchiveForm(StaffForm):
    """What happens with the archive."""

    archive = RadioField(
        _("Angebot an das Archiv"),
        choices=select_choices(
            [
                ("nein", _("Nicht anbieten")),
                (Archive.OFFER.value, _("Anbieten – erst löschen, wenn das Archiv geantwortet hat")),
                (Archive.TAKEN.value, _("Das Archiv hat übernommen")),
                (Archive.DECLINED.value, _("Das Archiv hat abgelehnt")),
            ]
        ),
        validate_choice=False,
    )

    @property
    def chosen(self) -> Archive | None:
        """The choice, or None where the value is none."""
        known = {"nein": Archive.NO, **{each.value: each for each in Archive if each.value}}
        return known.get(str(self.archive.data))
