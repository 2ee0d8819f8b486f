"""The coordinator's pages for the yard: rooms, breaks and who is out in them, week by week."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, ValidationError

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import team_settings
from bullying_desk.accounts.team.forms import DAYS
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools import roster
from bullying_desk.schools.models import DutyKind, Place, School
from bullying_desk.schoolyard.roster import calendar_file, roster_week
from bullying_desk.schoolyard.roster.roster_week import RosterWeek
from bullying_desk.web import errors
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity

_WEEK = timedelta(days=7)
CHANGED = _("Der Plan hat sich inzwischen geändert, durch Sie selbst oder durch jemand anderen. So steht er jetzt.")
FEW = {
    "swap": _("Wählen Sie zum Tauschen genau zwei Dienste."),
    "other": _("Wählen Sie genau einen Dienst, der in einer anderen Woche getauscht werden soll."),
    "remove": _("Wählen Sie mindestens einen Dienst."),
}
blueprint = Blueprint("roster", __name__, url_prefix="/team/schule")
PAIRS = roster.MOST_PAIRS
MOST_KEPT = 40_000  # characters that a form can hand back; more than a year of duties in one break


class BreakForm(StaffForm):
    """A break and its times."""

    name = StringField(
        _("Pause"),
        [InputRequired(_("Schreiben Sie, wie die Pause heißt.")), Length(max=40)],
        description=_("Zum Beispiel: 1. Pause. Gibt es den Namen schon, gelten die neuen Zeiten."),
    )
    starts = TimeField(_("Von"), [InputRequired(_("Schreiben Sie, ab wann."))])
    ends = TimeField(_("Bis"), [InputRequired(_("Schreiben Sie, bis wann."))])

    def validate_ends(self, field: TimeField) -> None:
        """Refuse a break that ends before it begins."""
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("Das Ende liegt vor dem Anfang. Prüfen Sie beide Zeiten."))


class DutyForm(StaffForm):
    """One duty on some days of the week. `who` is a seat („s4711“) or a kind and number of pair („helpers-3“)."""

    who = SelectField(_("Wer?"))
    pause = SelectField(_("In welcher Pause?"))
    weekdays = CheckboxesField(
        _("An welchen Tagen?"),
        [InputRequired(_("Wählen Sie mindestens einen Tag."))],
        choices=select_choices(DAYS),
        default=[day for day, _label in DAYS],
    )
    heads = SelectField(
        _("Wie viele Kinder?"), choices=select_choices([(str(n), str(n)) for n in range(1, 7)]), default="2"
    )
    sign = StringField(
        _("Woran erkennt man sie?"),
        [Length(max=40)],
        description=_("Zum Beispiel: mit gelber Weste. Keine Namen von Kindern: Das steht im Internet."),
    )
    spot = StringField(_("Wo?"), [Length(max=40)], description=_("Zum Beispiel: am Klettergerüst."))

    def offer(self, seats: list[tuple[int, str]], pauses: list[tuple[int, str]]) -> None:
        """Fill the lists with the school's own people and breaks."""
        kinds = ((DutyKind.HELPERS, _("Pausenhilfe, Paar")), (DutyKind.MEDIATORS, _("Streitschlichtung, Paar")))
        numbers = range(1, PAIRS + 1)
        pairs = [(f"{kind.value}-{number}", f"{words} {number}") for kind, words in kinds for number in numbers]
        self.who.choices = select_choices([*pairs, *((f"s{seat_id}", name) for seat_id, name in seats)])
        self.pause.choices = select_choices([(str(number), name) for number, name in pauses])


class PlaceForm(StaffForm):
    """A room and the way there."""

    name = StringField(_("Raum"), [InputRequired(_("Schreiben Sie den Raum.")), Length(max=60)])
    way = StringField(_("Weg in Worten"), [Length(max=120)], description=_("Zum Beispiel: Neben der Bücherei."))


@blueprint.errorhandler(team_settings.NotOurs)
@blueprint.errorhandler(roster.BreakUnknown)
def not_ours(_error: Exception) -> Response:
    """A roster of another school does not exist for the coordinator."""
    return errors.page(404)


@blueprint.get("/<int:school_id>/dienste")
@requires(Permission.MANAGE_TEAM)
def week(school_id: int) -> ResponseReturnValue:
    """Show one week's roster, this week's unless `ab` names a day."""
    return _page(team_settings.own_school(db(), identity(), school_id))


@blueprint.post("/<int:school_id>/dienste")
@requires(Permission.MANAGE_TEAM)
def add(school_id: int) -> ResponseReturnValue:
    """Enter a person for a break on some days of the week."""
    found = team_settings.own_school(db(), identity(), school_id)
    form = _duty_form(found)
    if not form.validate():
        return _page(found, 422, duty=form)
    wish = roster_week.read_wish(form.who.data, int(form.heads.data), form.sign.data or "", form.spot.data or "")
    days = [int(day) for day in form.weekdays.data or []]
    calendar = roster_week.calendar_of(db(), found)
    if not roster.add(db(), found, calendar, _monday(), days, int(form.pause.data), wish):
        form.weekdays.errors = [_("An diesen Tagen ist keine Schule. Wählen Sie eine andere Woche.")]
        return _page(found, 422, duty=form)
    return _done(found)


@blueprint.post("/<int:school_id>/dienste/aendern")
@requires(Permission.MANAGE_TEAM)
def change(school_id: int) -> ResponseReturnValue:
    """Swap two ticked duties, take the ticked ones away, or hold one to swap it with one of another week."""
    found, act = team_settings.own_school(db(), identity(), school_id), request.form.get("act", "")
    ids = _ids(request.form.getlist("duty"))
    if act == "other" and len(ids) == 1:
        return redirect(url_for("roster.week", school_id=found.id, ab=_monday() + _WEEK, mit=ids[0]), 303)
    if act == "other":
        return _page(found, 422, wrong=_(FEW[act]))
    roster.one_at_a_time(db(), found)
    try:
        if request.form.get("seen") != _week(found).mark:
            raise roster.DutyGone
        removed = _remove_or_swap(found, ids, act)
    except roster.DutyGone:
        return _page(found, 422, wrong=_(CHANGED))
    except roster.DutyUnknown:
        return _page(found, 422, wrong=_(FEW["remove" if act == "remove" else "swap"]))
    return _done(found, removed)


def _remove_or_swap(found: School, ids: list[int], act: str) -> str | None:
    if act == "remove":
        return roster.remove(db(), found, ids)
    roster.swap(db(), found, ids)
    return None


@blueprint.post("/<int:school_id>/dienste/weiter")
@requires(Permission.MANAGE_TEAM)
def carry_on(school_id: int) -> ResponseReturnValue:
    """Copy the week into the next one, or up to the holidays."""
    found = team_settings.own_school(db(), identity(), school_id)
    calendar = roster_week.calendar_of(db(), found)
    try:
        last = roster.carry_on(db(), found, calendar, _monday(), to_holidays=request.form.get("bis") == "ferien")
    except roster.NothingToCopy:
        return _page(found, 422, wrong=_("In dieser Woche steht noch niemand. Tragen Sie zuerst jemanden ein."))
    _note(found.id)
    return redirect(url_for("roster.week", school_id=found.id, ab=last, ok="kopiert"), 303)


@blueprint.post("/<int:school_id>/pause")
@requires(Permission.MANAGE_TEAM)
def add_break(school_id: int) -> ResponseReturnValue:
    """Add a break, or give one new times."""
    found, form = team_settings.own_school(db(), identity(), school_id), BreakForm()
    if not form.validate() or form.starts.data is None or form.ends.data is None:
        return _page(found, 422, pause=form)
    roster.add_break(db(), found, form.name.data or "", form.starts.data, form.ends.data)
    return _done(found)


@blueprint.post("/<int:school_id>/pause/<int:break_id>/weg")
@requires(Permission.MANAGE_TEAM)
def remove_break(school_id: int, break_id: int) -> ResponseReturnValue:
    """Take a break away with its duties; the page offers to take that back."""
    found = team_settings.own_school(db(), identity(), school_id)
    return _done(found, roster.remove_break(db(), found, break_id))


@blueprint.post("/<int:school_id>/dienste/zurueck")
@requires(Permission.MANAGE_TEAM)
def put_back(school_id: int) -> ResponseReturnValue:
    """Take back the last "Entfernen": enter the duties again, and their break."""
    found = team_settings.own_school(db(), identity(), school_id)
    try:
        roster.put_back(db(), found, roster_week.calendar_of(db(), found), request.form.get("weg", ""))
    except roster.NothingPutBack:
        return _page(found, 422, wrong=_("Das lässt sich nicht mehr zurücknehmen. Tragen Sie es bitte neu ein."))
    return _done(found)


@blueprint.get("/<int:school_id>/dienste.ics")
@requires(Permission.MANAGE_TEAM)
def download(school_id: int) -> ResponseReturnValue:
    """Hand out the week and the three after it as a calendar file, without a child's name."""
    found = team_settings.own_school(db(), identity(), school_id)
    body = calendar_file.roster_calendar(db(), found, _monday(), clock().now())
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="dienste-{found.key}.ics"'
    return answer


@blueprint.route("/<int:school_id>/raeume", methods=["GET", "POST"])
@requires(Permission.MANAGE_TEAM)
def rooms(school_id: int) -> ResponseReturnValue:
    """Show the rooms with the way there; a new one belongs to the whole team."""
    found, form = team_settings.own_school(db(), identity(), school_id), PlaceForm()
    if request.method == "POST" and form.validate():
        roster_week.add_place(db(), found, form.name.data or "", form.way.data or "")
        _note(found.id)
        return redirect(url_for("roster.rooms", school_id=found.id), 303)
    places = db().scalars(select(Place).where(Place.school_id == found.id).order_by(Place.name, Place.id)).all()
    seats = {seat.id: seat for seat, _person in team_settings.team_page(db(), found, clock().today()).seats}
    status = 200 if request.method == "GET" else 422
    return render_template("roster/rooms.html", school=found, places=places, seats=seats, form=form), status


@blueprint.route("/raum/<int:place_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_TEAM)
def room(place_id: int) -> ResponseReturnValue:
    """Change a room's name and the way there."""
    place = roster_week.own_place(db(), identity(), place_id)
    form = PlaceForm(obj=place)
    if request.method == "GET" or not form.validate():
        return render_template("roster/room.html", place=place, form=form), 200 if request.method == "GET" else 422
    place.name, place.way = (form.name.data or "").strip(), (form.way.data or "").strip()
    _note(place.school_id)
    return redirect(url_for("roster.rooms", school_id=place.school_id), 303)


def _ids(typed: list[str]) -> list[int]:
    found = [int(each) for each in dict.fromkeys(typed) if each.isascii() and each.isdigit() and len(each) < 20]
    return [each for each in found if each < 2**63]  # no row has any other number; the database would only fail at it


def _week(found: School) -> RosterWeek:
    held = _ids([request.values.get("mit", "")])
    return roster_week.roster_week(db(), found, _monday(), held[0] if held else None)


def _monday() -> date:
    return roster_week.read_monday(request.values.get("ab", ""), clock().today())


def _duty_form(found: School, *, fresh: bool = False) -> DutyForm:
    form = DutyForm(formdata=None) if fresh else DutyForm()
    page = roster_week.roster_week(db(), found, _monday())
    seats = [(seat.id, seat.shown_name) for seat in page.seats.values()]
    form.offer(seats, [(each.id, each.name) for each in page.breaks])
    return form


def _page(
    found: School,
    status: int = 200,
    *,
    duty: DutyForm | None = None,
    pause: BreakForm | None = None,
    wrong: str = "",
    removed: str | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "roster/week.html",
        page=_week(found),
        today=clock().today(),
        duty=duty or _duty_form(found, fresh=True),
        pause=pause or BreakForm(formdata=None),
        wrong=wrong,
        removed=removed if removed and len(removed) <= MOST_KEPT else None,
        said=request.args.get("ok", ""),
    )
    return page, status


def _done(found: School, removed: str | None = None) -> ResponseReturnValue:
    _note(found.id)
    if removed is not None:
        return _page(found, removed=removed)
    return redirect(url_for("roster.week", school_id=found.id, ab=_monday(), ok="gespeichert"), 303)


def _note(school_id: int) -> None:
    record(db(), Event.TEAM_CHANGED, clock().now(), actor=identity().person_id, subject=school_id, what="yard")
