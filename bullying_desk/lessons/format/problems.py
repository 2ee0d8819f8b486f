"""What a check tells the author of a lesson: where, what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["error", "warn"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding; `rule` is the number of the check, `line` counts from 1."""

    file: Path
    line: int
    rule: int
    what: str
    mend: str
    level: Level = "error"

    def __str__(self) -> str:
        word = "Fehler" if self.level == "error" else "Hinweis"
        return f"{self.file}:{self.line}: {word} {self.rule}: {self.what}. So geht es: {self.mend}."


def errors(problems: list[Problem]) -> list[Problem]:
    """Return the findings that stop a build, sorted by place."""
    return sorted(problem for problem in problems if problem.level == "error")
