"""The page of a school's coordinator: who is in the team, where and when they can be found."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.city import coordination
from bullying_desk.accounts.invitations import second_yes
from bullying_desk.accounts.invitations.bulk import BulkClash, BulkResult, OwnSeat
from bullying_desk.accounts.models import InvitationKind
from bullying_desk.accounts.team import absences, team_settings
from bullying_desk.accounts.team.absence_forms import AbsenceForm
from bullying_desk.accounts.team.absences import AbsenceRefused
from bullying_desk.accounts.team.forms import FreeDayForm, HourForm, SeatForm, TeamInviteForm
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools.models import School, Seat
from bullying_desk.web import errors, guard
from bullying_desk.web.forms import select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("team", __name__, url_prefix="/team/schule")
_OWN_SEAT = _("Niemand kann sich selbst eine Rolle geben. Bitten Sie die Koordination der Stadt.")


@blueprint.errorhandler(team_settings.NotOurs)
def not_ours(_error: team_settings.NotOurs) -> Response:
    """A seat or place of another school does not exist here."""
    return errors.page(404)


@blueprint.get("/")
@requires(Permission.MANAGE_TEAM)
def choose() -> ResponseReturnValue:
    """Show the teams of one's schools; most people have one."""
    schools = team_settings.own_schools(db(), identity())
    if len(schools) == 1:
        return redirect(url_for("team.school", school_id=schools[0].id), 303)
    return render_template("team/choose.html", schools=schools)


@blueprint.get("/<int:school_id>")
@requires(Permission.MANAGE_TEAM)
def school(school_id: int) -> ResponseReturnValue:
    """Show one school's team, places, hours and free days."""
    return _page(team_settings.own_school(db(), identity(), school_id))


@blueprint.post("/<int:school_id>/einladen")
@requires(Permission.MANAGE_TEAM, fresh=True)
def invite(school_id: int) -> ResponseReturnValue:
    """Invite a contact person to one's own school."""
    found = team_settings.own_school(db(), identity(), school_id)
    form = TeamInviteForm().offer(found.school_form)
    if not form.validate():
        return _page(found, 422, invite=form)
    fields = (form.name, form.email, form.role, form.employer)
    plan = coordination.plan_one(db(), found.number, *(field.data or "" for field in fields))
    if plan.errors:
        form.form_errors.extend(sentence for _line, sentence in plan.errors)
        return _page(found, 422, invite=form)
    return _carry_out(found, plan, form)


def _carry_out(found: School, plan: coordination.BulkPlan, form: TeamInviteForm) -> ResponseReturnValue:
    kind = InvitationKind.LETTER if form.way.data == "letter" else InvitationKind.MAIL
    try:
        me, alone = identity(), not identity().may(Permission.MANAGE_CITY)
        result = coordination.carry_out(db(), settings(), plan, kind, me.person_id, clock(), second_yes=alone)
    except BulkClash as clash:
        db().rollback()
        own = isinstance(clash, OwnSeat)
        form.form_errors.append(
            _OWN_SEAT
            if own
            else _("Diese Rollen schließen sich aus: Wer leitet oder den Datenschutz prüft, liest keine Meldungen.")
        )
        return _page(found, 422, invite=form)
    if kind is InvitationKind.LETTER and result.invited:
        address = f"{settings().base_url}/team/einladung"
        return render_template("team/letters.html", invited=result.invited, address=address)
    return redirect(url_for("team.school", school_id=found.id, ok=_outcome(result)), 303)


def _outcome(result: BulkResult) -> str:
    """Name what came of an invitation, as the page's sentence is called."""
    if result.invited:
        return "eingeladen"
    if result.proposed:
        return "zweites-ja"
    return "dabei" if result.seated else "schon-da"


@blueprint.route("/person/<int:seat_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_TEAM)
def seat(seat_id: int) -> ResponseReturnValue:
    """Change how pupils see a contact person; the name itself appears only with the person's own yes."""
    found = team_settings.own_seat(db(), identity(), seat_id)
    form = SeatForm(obj=found)
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return render_template("team/seat.html", seat=found, form=form), status
    named = found.shown_name
    form.populate_obj(found)
    if found.shown_name != named:
        found.public_since = None  # the yes was given to the other name
    _note(found.school_id or 0, "shown")
    return redirect(url_for("team.school", school_id=found.school_id, ok="gespeichert"), 303)


@blueprint.post("/<int:school_id>/stunde")
@requires(Permission.MANAGE_TEAM)
def add_hour(school_id: int) -> ResponseReturnValue:
    """Add a place and an hour."""
    found = team_settings.own_school(db(), identity(), school_id)
    form = _hour_form(found)
    if not form.validate() or form.starts.data is None or form.ends.data is None:
        return _page(found, 422, hour=form)
    seat_id = int(form.seat.data) or None
    room, way, day = form.room.data or "", form.way_there.data or "", int(form.weekday.data)
    try:
        team_settings.add_hour(db(), found, seat_id, room, way, day, form.starts.data, form.ends.data)
    except team_settings.HoursWrong:
        form.ends.errors = [_("Das Ende liegt vor dem Anfang. Prüfen Sie beide Zeiten.")]
        return _page(found, 422, hour=form)
    _note(found.id, "hours")
    return redirect(url_for("team.school", school_id=found.id, ok="gespeichert"), 303)


@blueprint.post("/stunde/<int:hour_id>/weg")
@requires(Permission.MANAGE_TEAM)
def remove_hour(hour_id: int) -> ResponseReturnValue:
    """Take an hour away; the page offers to take that back."""
    school_id, fields = team_settings.remove_hour(db(), identity(), hour_id)
    _note(school_id, "hours")
    found = team_settings.own_school(db(), identity(), school_id)
    g.undone = (url_for("team.add_hour", school_id=school_id), fields)
    return _page(found)


@blueprint.post("/<int:school_id>/ferientag")
@requires(Permission.MANAGE_TEAM)
def add_free_day(school_id: int) -> ResponseReturnValue:
    """Enter a movable free day: no answer is promised for it."""
    found, form = team_settings.own_school(db(), identity(), school_id), FreeDayForm()
    if not form.validate() or form.day.data is None:
        return _page(found, 422, free=form)
    team_settings.add_free_day(db(), found, form.day.data, half=bool(form.half.data))
    _note(found.id, "free_days")
    return redirect(url_for("team.school", school_id=found.id, ok="gespeichert"), 303)


@blueprint.post("/ferientag/<int:day_id>/weg")
@requires(Permission.MANAGE_TEAM)
def remove_free_day(day_id: int) -> ResponseReturnValue:
    """Take a free day away; the page offers to take that back."""
    school_id, fields = team_settings.remove_free_day(db(), identity(), day_id)
    _note(school_id, "free_days")
    found = team_settings.own_school(db(), identity(), school_id)
    g.undone = (url_for("team.add_free_day", school_id=school_id), fields)
    return _page(found)


@blueprint.post("/<int:school_id>/abwesend")
@requires(Permission.MANAGE_TEAM)
def add_absence(school_id: int) -> ResponseReturnValue:
    """Enter on which days a person is absent; pupils read „heute nicht da“."""
    found = team_settings.own_school(db(), identity(), school_id)
    form = _absence_form(found)
    if not form.validate():
        return _page(found, 422, away=form)
    if (asked := _asked_again(found, form)) is not None:
        return asked
    try:
        team_settings.add_absence(
            db(), found, form.seat, form.days, form.stand_in_id, identity().person_id, clock().now()
        )
    except AbsenceRefused as refused:
        form.refuse(refused)
        return _page(found, 422, away=form)
    return redirect(url_for("team.school", school_id=found.id, ok="gespeichert"), 303)


@blueprint.post("/abwesend/<int:absence_id>/weg")
@requires(Permission.MANAGE_TEAM)
def remove_absence(absence_id: int) -> ResponseReturnValue:
    """Take an absence away: the person is back; the page offers to take that back."""
    if (asked := guard.ask_again(url_for("team.choose"))) is not None:
        return asked
    school_id, fields = team_settings.remove_absence(db(), identity(), absence_id, clock().now())
    if fields:
        g.undone = (url_for("team.add_absence", school_id=school_id), fields)
    return _page(team_settings.own_school(db(), identity(), school_id))


def _asked_again(found: School, form: AbsenceForm) -> ResponseReturnValue | None:
    """Ask for password and code where the absence lets somebody read who is new (decision D92)."""
    seat = db().get(Seat, form.seat) if form.seat is not None else None
    if not absences.brings_in(db(), seat, form.stand_in_id, identity().person_id):
        return None
    return guard.ask_again(url_for("team.school", school_id=found.id))


def _hour_form(found: School, *, fresh: bool = False) -> HourForm:
    form = HourForm(formdata=None) if fresh else HourForm()
    form.seat.choices = select_choices(_people(found))
    return form


def _absence_form(found: School, *, fresh: bool = False) -> AbsenceForm:
    form = AbsenceForm(formdata=None) if fresh else AbsenceForm()
    form.offer(team_settings.team_page(db(), found, clock().today()), identity().person_id)
    if fresh:
        form.first_day.data = clock().today()
    return form


def _people(found: School) -> list[tuple[str, str]]:
    page = team_settings.team_page(db(), found, clock().today())
    people = [(str(seat.id), seat.shown_name) for seat, _person in page.seats if seat.role == "contact_person"]
    return [("0", _("Das ganze Team")), *people]


def _page(
    found: School,
    status: int = 200,
    *,
    invite: TeamInviteForm | None = None,
    hour: HourForm | None = None,
    free: FreeDayForm | None = None,
    away: AbsenceForm | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "team/school.html",
        page=team_settings.team_page(db(), found, clock().today()),
        invite=invite or TeamInviteForm(formdata=None).offer(found.school_form),
        hour=hour or _hour_form(found, fresh=True),
        free=free or FreeDayForm(formdata=None),
        away=away or _absence_form(found, fresh=True),
        proposals=sum(one.school.id == found.id for one in second_yes.waiting_for(db(), identity())),
        said=request.args.get("ok", ""),
        undone=g.get("undone"),
    )
    return page, status


def _note(school_id: int, what: str) -> None:
    record(db(), Event.TEAM_CHANGED, clock().now(), actor=identity().person_id, subject=school_id, what=what)
