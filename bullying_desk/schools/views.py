"""The pages that lead to a school: the search, and the short addresses printed on posters."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bullying_desk.schools.keys import tidy
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.search import MAX_TYPED, Hit, IndexKeeper, SchoolIndex
from bullying_desk.web.door_words import door_of_word, door_word
from bullying_desk.web.guard import public
from bullying_desk.web.request import Kept, db, services

blueprint = Blueprint("schools", __name__)

DOORS = ("1", "2", "3", "4", "5")
GROWN_DOORS = ("3", "4", "5")  # parents and staff are spoken to with „Sie“
MOST_HITS = 10
INDEX = Kept(IndexKeeper)


def school_index() -> SchoolIndex:
    """Return the index over the register as it is now."""
    return services().kept(INDEX).current(db())


@blueprint.route("/schule", methods=["GET", "POST"])
@public()
def find() -> str:
    """Find a school by name, street, postcode or key; every result also offers a person to turn to.

    The page sends the term in its body, and links name a door by its word of the day: neither stands in a history.
    Printed addresses with `?q=` and `?tuer=` go on working.
    """
    typed = request.values.get("q", "").strip()[:MAX_TYPED]
    door = request.values.get("tuer", "") or str(door_of_word(request.values.get("w", "")))
    door = door if door in DOORS else ""
    hits = school_index().search(typed, MOST_HITS) if typed else []
    return render_template("schools/find.html", **_page(typed, door, hits))


def _page(typed: str, door: str, hits: list[Hit], *, mistyped: bool = False) -> dict[str, object]:
    return {
        "mistyped": mistyped,
        "typed": typed,
        "door": door,
        "grown": door in GROWN_DOORS,
        "results": [(hit, _address(hit, door), hit.state is SchoolState.JOINED) for hit in hits],
        "more": len(hits) == MOST_HITS,
    }


def _address(hit: Hit, door: str) -> str:
    # The page of a school that takes no reports says so kindly; its writing pages would be a dead end.
    if door and hit.state is SchoolState.JOINED:
        return url_for("reports.write", key=hit.key, word=door_word(int(door), hit.key))
    # Whoever came by a door for adults is spoken to with "Sie"; which door it was stands in no history.
    grown = door in GROWN_DOORS and hit.state is not SchoolState.JOINED
    return url_for("reports.school", key=hit.key, sie=1 if grown else None)


@blueprint.get("/<string(minlength=3, maxlength=5):typed>")
@public()
def by_key(typed: str) -> ResponseReturnValue:
    """Lead from `/K7M2`, as on a poster, to the school's page."""
    return lead_to_school(typed)


@blueprint.get("/S/<string(maxlength=12):typed>")
@public()
def by_spelled_key(typed: str) -> ResponseReturnValue:
    """Lead from `/S/K7M2`, as in a QR code in capitals, to the school's page."""
    return lead_to_school(typed)


@blueprint.get("/S/<string(maxlength=12):typed>/<int(max=99):number>")
@public()
def by_spelled_place(typed: str, number: int) -> ResponseReturnValue:
    """Lead from `/S/K7M2/3`, as on the sticker of a kind of place; a mistyped key offers schools by name."""
    known = db().scalar(select(School.id).where(School.key == tidy(typed))) is not None
    return redirect(url_for("reports.place", key=tidy(typed), number=number), 303) if known else lead_to_school(typed)


def lead_to_school(typed: str) -> ResponseReturnValue:
    """Lead to the school with exactly this key, else offer the nearest by name; never open another one.

    The page of a school uses it, too, for a key it does not know or that is not written as printed.
    """
    key = tidy(typed)
    if db().scalar(select(School.id).where(School.key == key)) is not None:  # a closed school's page says what to do
        return redirect(url_for("reports.school", key=key), 303)
    near = school_index().nearest(typed)
    if not near:
        abort(404)
    return make_response(render_template("schools/find.html", **_page(typed, "", near, mistyped=True)), 404)
