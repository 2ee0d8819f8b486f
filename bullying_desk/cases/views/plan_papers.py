"""What of a plan goes on paper: talk guides, and the letter for parents of a child that is accused."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import assessing
from bullying_desk.cases.methods import METHODS
from bullying_desk.cases.planning import refusal
from bullying_desk.cases.telling_others import Shut, Told
from bullying_desk.cases.views.blueprint import cases, shown_name
from bullying_desk.cases.views.plan_board import why_not
from bullying_desk.cases.views.planning import PAGE
from bullying_desk.cases.views.sheets import WHY_SHUT, open_case
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.schools.models import School
from bullying_desk.web.guard import requires
from bullying_desk.web.request import db

CODES = ", ".join(f'"{code}"' for code in METHODS)
METHOD = f"{PAGE}/leitfaden/<any({CODES}):method>"


@cases.get(METHOD)
@requires(Permission.READ_CASE, writes=True)
def talk_guide(case_id: int, method: str) -> ResponseReturnValue:
    """Show a talk guide for paper, with lines for what was agreed; it names nobody."""
    opened, chosen = open_case(case_id), METHODS[method]
    case, now = opened.found.case, assessing.standing_in(opened.pile())
    why = refusal(case, now, opened.door, chosen)
    against = why_not(chosen, why) if why is not None else ""
    return render_template("cases/talk_guide.html", case=case, method=chosen, against=against)


@cases.get(f"{PAGE}/elternbrief")
@requires(Permission.READ_CASE, writes=True)
def parents_letter(case_id: int) -> ResponseReturnValue:
    """Show the letter for parents of a child that is accused, for paper; names are written by hand.

    Sending it is telling somebody: while the safety gate is shut there is no letter, only why.
    """
    opened = open_case(case_id)
    case, shut = opened.found.case, opened.gate().shut(Told.ACCUSED_PARENTS)
    if shut is not None:
        return render_template("cases/letter_shut.html", case=case, why=WHY_SHUT[shut], home=shut is Shut.HOME_UNSAFE)
    school = db().get_one(School, case.school_id).shown_name
    line, sender = help_lines().by_id("elterntelefon"), shown_name(case.school_id)
    return render_template("cases/parents_letter.html", case=case, school=school, sender=sender, line=line)
