"""The contact point on the schoolyard: „Wer ist heute da?“, and the coordinator's page of prints."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SubmitField
from wtforms.validators import InputRequired, ValidationError

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import team_settings
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.pdf import worker
from bullying_desk.pdf.archive import packed
from bullying_desk.pdf.errors import PdfWorkerError
from bullying_desk.reports.offline import emptying
from bullying_desk.reports.readers.options import Openness
from bullying_desk.reports.views.school import at_school, how_open, shut
from bullying_desk.schools import places
from bullying_desk.schools.models import School
from bullying_desk.schools.places import KINDS
from bullying_desk.schools.presence import Board, who_is_there
from bullying_desk.schoolyard.box import slip_box
from bullying_desk.schoolyard.box.forms import BoxForm
from bullying_desk.schoolyard.prints import editions, facts, kit, lettering
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.texts.catalogues import GERMAN
from bullying_desk.web import errors
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.guard import public, requires
from bullying_desk.web.language import _, language_name
from bullying_desk.web.request import clock, db, end_before_slow_work, identity, settings

blueprint = Blueprint("schoolyard", __name__)
CHOICES = [
    ("a4", _("Plakat, A4")),
    ("a3", _("Plakat, A3")),
    ("door", _("Türschilder mit Zeiten, A4")),
    ("stickers", _("Aufkleber für Toilettentüren, 8 auf einem Blatt (99 × 68 mm)")),
    ("cards", _("Karten für die Hosentasche, 10 auf einem Blatt, beidseitig drucken")),
    ("places", _("Aufkleber für Arten von Orten, ein Blatt je Art (nur wenn eingeschaltet)")),
    ("badges", _("Kleine Aufkleber für den Schülerausweis, 40 auf einem Blatt (48,5 × 25,4 mm)")),
    ("staff", _("Aushang fürs Lehrerzimmer: Was tun, wenn ein Kind es Ihnen sagt?")),
    ("parents", _("Blatt für Eltern")),
    ("text", _("Textbaustein für Schutzkonzept und Schulkonferenz (Word)")),
]


class PrintForm(StaffForm):
    """What to print; stickers for kinds of places only where the school has switched some on."""

    what = CheckboxesField(
        _("Was möchten Sie drucken?"), description=_("Kreuzen Sie an, was Sie brauchen, oder laden Sie alles herunter.")
    )
    languages = CheckboxesField(
        _("In welchen Sprachen?"),
        [InputRequired(_("Wählen Sie mindestens eine Sprache."))],
        description=_("Aushang fürs Lehrerzimmer und Textbaustein gibt es nur auf Deutsch."),
        default=[GERMAN.code],
    )

    everything = SubmitField(name="alles")

    def __init__(self, *, places: bool, **more: Any) -> None:
        """Offer the school's prints."""
        super().__init__(**more)
        self.languages.choices = select_choices(language_choices())
        self.offered = [one for one in CHOICES if places or one[0] != "places"]
        self.what.choices = select_choices(self.offered)

    def validate_what(self, field: CheckboxesField) -> None:
        """Take what is ticked, or all by the button for all. Raises ValidationError."""
        if self.everything.data:
            field.data = [value for value, _label in self.offered]
        elif not field.data:
            raise ValidationError(_("Wählen Sie mindestens eines, oder laden Sie alles herunter."))


def language_choices() -> list[tuple[str, str]]:
    """Return the languages of prints as choices, each with its name in German and in itself."""
    return [
        (code, each.language.name if code == GERMAN.code else f"{language_name(code)} ({each.language.name})")
        for code, each in kit.languages().items()
    ]


class PlacesForm(StaffForm):
    """Which kinds of places have stickers of their own."""

    kinds = CheckboxesField(
        _("An welchen Orten sollen eigene Aufkleber hängen?"),
        choices=select_choices([(kind.code, kind.label) for kind in KINDS]),
    )


@blueprint.get("/s/<key>/heute")
@public()
@at_school
def today(found: School) -> ResponseReturnValue:
    """Show who is there now and who comes next; with `?wand=1` for the screen in the foyer."""
    if how_open(found) is not Openness.FULL:
        return shut(found)
    board = who_is_there(db(), found.id, clock().now())
    if request.args.get("wand") == "1":
        return _wall(found, board)
    return render_template("schoolyard/today.html", school=found, board=board)


def _wall(found: School, board: Board) -> ResponseReturnValue:
    sheet = facts.sheet(board, request.args.get("seite", ""))
    following = url_for("schoolyard.today", key=found.key, wand=1, seite=sheet.following)
    page = render_template(
        "schoolyard/wall.html",
        school=found,
        sheet=sheet,
        following=following,
        short=facts.address(settings().base_url, found.key),
        child_line=help_lines().by_id(facts.CHILD_LINE),
    )
    answer = make_response(page)
    if request.args.get("skript") != "1":  # the script asks by itself, and keeps the last news if nobody answers
        answer.headers["Refresh"] = f"{sheet.seconds}; url={following}"
    return answer


@blueprint.errorhandler(team_settings.NotOurs)
def not_ours(_error: team_settings.NotOurs) -> Response:
    """A page of another school does not exist for the coordinator."""
    return errors.page(404)


@blueprint.route("/team/schule/<int:school_id>/drucken", methods=["GET", "POST"])
@requires(Permission.MANAGE_TEAM)
def prints(school_id: int) -> ResponseReturnValue:
    """Let the coordinator choose prints for their school, and send them as one file or as a ZIP."""
    found = team_settings.own_school(db(), identity(), school_id)
    form = PrintForm(places=bool(places.switched_on(db(), school_id)))
    if request.method == "GET" or not form.validate():
        return _choices(found, form, 200 if request.method == "GET" else 422)
    try:
        said = _facts(found)
        wishes, codes = list(form.what.data or []), list(form.languages.data or [])
        order = kit.in_languages(lambda: _facts(found), codes, wishes)
        marks = editions.marks_of(said, wishes, codes)
        db().expunge(found)
        end_before_slow_work()
        made = worker.run(order)
        editions.note(db(), school_id, said.edition, marks)
        return _download(said, made)
    except AddressMissing:
        form.form_errors.append(_("Der Betreiber muss zuerst die Adresse des Dienstes eintragen."))
    except PdfWorkerError:
        form.form_errors.append(_("Gerade lässt sich nichts drucken. Bitte versuchen Sie es gleich noch einmal."))
    return _choices(found, form, 503)


@blueprint.get("/team/schule/<int:school_id>/kasten")
@requires(Permission.MANAGE_TEAM)
def box_and_places(school_id: int) -> ResponseReturnValue:
    """Show whether there is a box, who empties it, and which kinds of places have stickers."""
    found, form, kinds = (
        team_settings.own_school(db(), identity(), school_id),
        _box_form(school_id, fresh=True),
        _kinds(),
    )
    box = emptying.box_of(db(), school_id)
    form.there.data, form.spot.data = box is not None, box.spot if box else ""
    form.keepers.data = [str(seat_id) for seat_id in emptying.keepers_of(db(), school_id)]
    kinds.kinds.data = [kind.code for kind in places.switched_on(db(), school_id)]
    return render_template("schoolyard/box_and_places.html", school=found, form=form, kinds=kinds, said=_said())


@blueprint.post("/team/schule/<int:school_id>/kasten")
@requires(Permission.MANAGE_TEAM)
def set_box(school_id: int) -> ResponseReturnValue:
    """Enter the box and who empties it."""
    found, form = team_settings.own_school(db(), identity(), school_id), _box_form(school_id)
    if not form.validate():
        kinds = _kinds()
        kinds.kinds.data = [kind.code for kind in places.switched_on(db(), school_id)]
        page = render_template("schoolyard/box_and_places.html", school=found, form=form, kinds=kinds, said="")
        return page, 422
    spot = (form.spot.data or "").strip() if form.there.data else None
    seats = frozenset(int(seat_id) for seat_id in form.keepers.data or ())
    slip_box.set_box(db(), school_id, spot, seats, identity().person_id, clock().now())
    return redirect(url_for("schoolyard.box_and_places", school_id=school_id, ok=1), 303)


@blueprint.post("/team/schule/<int:school_id>/orte")
@requires(Permission.MANAGE_TEAM)
def set_places(school_id: int) -> ResponseReturnValue:
    """Switch kinds of places on or off; an unknown one is none."""
    team_settings.own_school(db(), identity(), school_id)
    places.switch(db(), school_id, PlacesForm().kinds.data or ())
    record(db(), Event.TEAM_CHANGED, clock().now(), actor=identity().person_id, subject=school_id, what="places")
    return redirect(url_for("schoolyard.box_and_places", school_id=school_id, ok=1), 303)


def _box_form(school_id: int, *, fresh: bool = False) -> BoxForm:
    form = BoxForm(formdata=None) if fresh else BoxForm()
    form.offer(slip_box.contacts(db(), school_id))
    return form


def _kinds() -> PlacesForm:
    return PlacesForm(formdata=None)


def _said() -> str:
    return request.args.get("ok", "")


def _choices(found: School, form: PrintForm, status: int) -> ResponseReturnValue:
    try:
        no_font = lettering.no_font(_facts(found).values)
    except AddressMissing:
        no_font = ()
    return render_template("schoolyard/prints.html", school=found, form=form, no_font=no_font), status


def _facts(found: School) -> facts.Facts:
    return facts.gather(db(), found, settings().service_name, settings().base_url, clock().today())


def _download(said: facts.Facts, made: dict[str, bytes]) -> Response:
    if len(made) == 1:
        [(name, body)] = made.items()
        stem, ending = name.split(".")
    else:
        body, stem, ending = packed(made), "drucken", "zip"
    answer = Response(body, mimetype=_MIME[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}-{said.key}.{ending}"'
    return answer


_MIME = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
