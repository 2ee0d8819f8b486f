"""The inbox: first what is dangerous, then who has waited longest, one press from being answered."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.keychain import own_key_id
from bullying_desk.cases import desk, restoring
from bullying_desk.cases.inbox import Owed, Tab
from bullying_desk.cases.views.blueprint import ID, cases, me
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

MOST_PAGES = 10_000


@cases.get("/team")
@requires(Permission.READ_CASE)
def inbox() -> ResponseReturnValue:
    """Show what this person may read, in the order of need."""
    asked = desk.Asked(
        tab=next((tab for tab in Tab if tab.value == request.args.get("liste")), Tab.OPEN),
        page=min(request.args.get("seite", 1, type=int), MOST_PAGES),
        seat=request.args.get("schule", ""),
        owed=next((owed for owed in Owed if owed.value == request.args.get("nur")), None),
    )
    now, today = clock().now(), clock().today()
    page = desk.page(db(), identity(), own_key_id(), now, today, asked, settings().answer_school_days)
    return render_template("cases/inbox.html", page=page, asked=asked, Tab=Tab, Owed=Owed)


@cases.post(f"/team/zugang/<{ID}:person_id>")
@requires(Permission.READ_CASE)
def restore(person_id: int) -> ResponseReturnValue:
    """Give a colleague with a new key the access back, to everything both of you read."""
    count = restoring.restore(me(), person_id)
    return redirect(url_for("cases.inbox", ok=f"zugang-{count}"), 303)
