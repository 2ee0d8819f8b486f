"""The search in one's own cases: by a form's body alone, so that no word stands in an address or a history."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import searching
from bullying_desk.cases.search_forms import SearchForm
from bullying_desk.cases.views.blueprint import cases, me
from bullying_desk.web.guard import requires
from bullying_desk.web.request import settings


@cases.get("/team/suche")
@requires(Permission.READ_CASE)
def search() -> ResponseReturnValue:
    """Ask what to look for."""
    return render_template("cases/search.html", form=SearchForm(formdata=None), result=None)


@cases.post("/team/suche")
@requires(Permission.READ_CASE)
def do_search() -> ResponseReturnValue:
    """Look through what this person may read."""
    form = SearchForm()
    if not form.validate():
        return render_template("cases/search.html", form=form, result=None), 422
    result = searching.search(me(), form.wanted, settings().answer_school_days)
    return render_template("cases/search.html", form=form, result=result, Place=searching.Place)
