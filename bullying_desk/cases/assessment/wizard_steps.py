"""What the three wizards ask, step by step, and which phone numbers they show. Words: wizard_steps.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.texts import Text, TextFile


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One decision. `choices` by code."""

    code: str
    title: Text
    help: Text
    choices: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Wizard:
    """A wizard of several decisions; the code is in the address. `lines`: ids of the help lines it shows."""

    code: str
    title: Text
    intro: Text
    steps: tuple[WizardStep, ...]
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a help line that does not exist. Raises ValueError."""
        if unknown := set(self.lines) - {line.id for line in help_lines().lines}:
            raise ValueError(f"unknown help lines: {', '.join(sorted(unknown))}")


@dataclass(frozen=True, slots=True)
class Wizards:
    """The file: steps of child protection, the duty to notify the police, the level of the emergency folder."""

    protection: Wizard
    duty: Wizard
    level: Wizard


FILE: Final = TextFile(__file__, Wizards)
_CONTENT: Final = FILE.read()
PROTECTION: Final = _CONTENT.protection
_ALL: Final = (PROTECTION, _CONTENT.duty, _CONTENT.level)
WIZARDS: Final[Mapping[str, Wizard]] = {wizard.code: wizard for wizard in _ALL}
