"""`python -m bullying_desk.lessons`: the lesson commands without the rest of the program."""

from __future__ import annotations

from bullying_desk.lessons.commands import lessons_cli

if __name__ == "__main__":
    lessons_cli(prog_name="lessons")
