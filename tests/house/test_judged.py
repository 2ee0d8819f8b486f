"""Every lesson has been looked at by its writer, who wrote down the result."""

from __future__ import annotations

import re

from tests.house.project import ROOT

PROGRAMME = ROOT / "bullying_desk" / "lessons" / "programme"


def test_each_lesson_has_a_dated_line() -> None:
    text = (ROOT / "tests" / "house" / "judged.md").read_text("utf-8")
    judged = {match[1].upper() for match in re.finditer(r"^- \d{4}-\d\d-\d\d ([A-Ha-h]\d{1,2})\b", text, re.MULTILINE)}
    lessons = {folder.name.split("-")[0].upper() for folder in PROGRAMME.iterdir() if folder.is_dir()}
    assert judged == lessons
