"""Steps for cases in which the law or an emergency asks for them. A person decides each one, with a reason.

Each decision is a sealed sheet. The note at the end ("Vermerk") is these sheets in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bullying_desk.cases import sheets
from bullying_desk.cases.assessment.wizard_steps import Wizard, WizardStep
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.sheets import CaseSheet, Kind, Secrets


class StepUnknown(Exception):
    """There is no such step or no such decision in it."""


class StepReasonMissing(ValueError):
    """A decision has a reason."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One step with its last decision, or none."""

    step: WizardStep
    sheet: CaseSheet | None

    @property
    def choice(self) -> str:
        """The words of the decision."""
        return self.step.choices[self.sheet.text("choice")] if self.sheet is not None else ""


def decided(me: Counsellor, found: FoundCase, secrets: Secrets, wizard: Wizard) -> list[Decided]:
    """Return every step in its order, with the newest decision."""
    newest: dict[str, CaseSheet] = {}
    for sheet in sheets.read(me, found.case, secrets, Kind.STEP):
        if sheet.text("wizard") == wizard.code:
            newest.setdefault(sheet.text("step"), sheet)
    return [Decided(step, _known(step, newest)) for step in wizard.steps]


def decide(
    me: Counsellor, found: FoundCase, secrets: Secrets, wizard: Wizard, step: str, choice: str, reason: str
) -> CaseSheet:
    """Enter the decision of one step; an earlier decision stays on file.

    Raises StepUnknown, StepReasonMissing, NoCaseKey, NoteTooLong.
    """
    wanted = next((one for one in wizard.steps if one.code == step), None)
    if wanted is None or choice not in wanted.choices:
        raise StepUnknown
    if not reason.strip():
        raise StepReasonMissing
    said = {"wizard": wizard.code, "step": step, "choice": choice, "reason": reason.strip()}
    return sheets.write(me, found.case, secrets, Kind.STEP, said)


def _known(step: WizardStep, newest: Mapping[str, CaseSheet]) -> CaseSheet | None:
    sheet = newest.get(step.code)
    return sheet if sheet is not None and sheet.text("choice") in step.choices else None
