"""The city coordinator's pages: which school lacks what, inviting one or many, reminders, the trail."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from bullying_desk import __version__
from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.city import barriers, coordination
from bullying_desk.accounts.city.overview import school_lines
from bullying_desk.accounts.invitations import second_yes
from bullying_desk.accounts.invitations.bulk import SEAT_WORDS, BulkClash, OwnSeat
from bullying_desk.accounts.invitations.newcomers import newcomers
from bullying_desk.accounts.invitations.tables import TableRefused, write_csv
from bullying_desk.accounts.models import InvitationKind
from bullying_desk.accounts.team.forms import InvitedForm
from bullying_desk.accounts.trail import trail_page
from bullying_desk.accounts.trail.trail_words import BY_CODE, DATA
from bullying_desk.accounts.trail.trail_words import rights as roles_and_rights
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.notices.running import running as how_it_runs
from bullying_desk.web.forms import StaffForm, UploadField, select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("city", __name__, url_prefix="/stadt")
CLASH = _("Diese Rollen schließen sich aus: Wer leitet oder den Datenschutz prüft, liest keine Meldungen.")
OWN_SEAT = _("Niemand kann sich selbst eine Rolle geben. Bitten Sie eine andere Person der Koordination.")
_WAYS = [
    ("mail", _("Als E-Mail mit einem Link. Er gilt 72 Stunden.")),
    ("letter", _("Als Brief zum Ausdrucken, mit einem Code. Er gilt 21 Tage.")),
]


class InviteForm(InvitedForm):
    """Inviting one person."""

    role = SelectField(
        _("Rolle"),
        [InputRequired(_("Wählen Sie eine Rolle."))],
        choices=select_choices([("", _("Bitte wählen")), *((words.casefold(), words) for words in SEAT_WORDS)]),
    )
    number = StringField(
        _("Schulnummer"), description=_("Sechs Ziffern. Für Rollen der Stadt lassen Sie das Feld leer.")
    )
    employer = StringField(_("Anstellungsträger"), description=_("Zum Beispiel: Land NRW, Stadt, freier Träger."))
    way = RadioField(_("Auf welchem Weg laden Sie ein?"), choices=select_choices(_WAYS), default="mail")


class InviteManyForm(StaffForm):
    """Inviting many people by a list."""

    table = UploadField(
        _("Liste als CSV oder XLSX"),
        description=_("Spalten: Schulnummer, Name, E-Mail, Rolle, Anstellungsträger. Höchstens 60 kB auf einmal."),
    )
    way = RadioField(_("Auf welchem Weg laden Sie ein?"), choices=select_choices(_WAYS), default="mail")


@blueprint.get("/schulen")
@requires(Permission.MANAGE_CITY)
def schools() -> ResponseReturnValue:
    """Show every school with what it lacks; the filter „was fehlt“ is an address to keep."""
    only, words = request.args.get("fehlt") == "1", request.args.get("q", "")[:60]
    unreached = coordination.unreached(db(), clock().now())
    found = school_lines(db(), settings().municipality, unreached=unreached, words=words)
    return render_template(
        "city/schools.html",
        lines=[line for line in found if line.lacks or not only],
        only=only,
        words=words,
        counts=coordination.counts(found),
        all=len(found),
        said=request.args.get("ok", ""),
        barriers=barriers.count(db(), identity().person_id),
        newcomers=newcomers(db(), identity(), clock().today()),
        proposals=len(second_yes.waiting_for(db(), identity())),
        unreached=list(unreached.values()),
        gap=coordination.break_without_duty(db(), clock().today()),
    )


@blueprint.get("/schulen.csv")
@requires(Permission.MANAGE_CITY)
def schools_csv() -> ResponseReturnValue:
    """Give the same list to a spreadsheet."""
    only, words = request.args.get("fehlt") == "1", request.args.get("q", "")[:60]
    lines = school_lines(db(), settings().municipality, only_lacking=only, words=words)
    body = write_csv(coordination.CSV_HEADER, (coordination.csv_row(line) for line in lines))
    headers = {"Content-Disposition": 'attachment; filename="schulen.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


@blueprint.post("/schulen/erinnern")
@requires(Permission.MANAGE_CITY)
def remind() -> ResponseReturnValue:
    """Remind, in one press, everybody whose account is not finished."""
    count = coordination.remind_all(db(), settings(), clock().now())
    return redirect(url_for("city.schools", ok=f"erinnert-{count}"), 303)


@blueprint.route("/einladen", methods=["GET", "POST"])
@requires(Permission.MANAGE_CITY, fresh=True)
def invite() -> ResponseReturnValue:
    """Invite one person."""
    form = InviteForm()
    if request.method == "GET":
        form.number.data = request.args.get("schule", "")
        return render_template("city/invite.html", form=form, many=InviteManyForm(formdata=None), errors=[])
    if form.validate():
        plan = coordination.plan_one(
            db(), *(field.data or "" for field in (form.number, form.name, form.email, form.role, form.employer))
        )
        if not plan.errors:
            return _carry_out(plan, form.way.data)
        form.form_errors.extend(sentence for _line, sentence in plan.errors)
    return render_template("city/invite.html", form=form, many=InviteManyForm(formdata=None), errors=[]), 422


@blueprint.post("/einladen/liste")
@requires(Permission.MANAGE_CITY, fresh=True)
def invite_many() -> ResponseReturnValue:
    """Invite everybody on a list, or nobody where a line is wrong."""
    many, errors = InviteManyForm(), []
    given = many.table.data
    try:
        plan = coordination.plan_file(db(), given.read() if given else b"")
        if not plan.errors:
            return _carry_out(plan, many.way.data)
        errors = plan.errors
    except TableRefused as refused:
        errors = [(0, refused.reason)]
    return render_template("city/invite.html", form=InviteForm(formdata=None), many=many, errors=errors), 422


def _carry_out(plan: coordination.BulkPlan, way: str | None) -> ResponseReturnValue:
    kind = InvitationKind.LETTER if way == "letter" else InvitationKind.MAIL
    try:
        result = coordination.carry_out(db(), settings(), plan, kind, identity().person_id, clock())
    except BulkClash as clash:
        db().rollback()
        errors = [(clash.line, OWN_SEAT if isinstance(clash, OwnSeat) else CLASH)]
        form, many = InviteForm(formdata=None), InviteManyForm(formdata=None)
        return render_template("city/invite.html", form=form, many=many, errors=errors), 422
    if kind is InvitationKind.LETTER and result.invited:
        return render_template(
            "city/letters.html", invited=result.invited, address=f"{settings().base_url}/team/einladung"
        )
    return render_template("city/invited.html", result=result)


@blueprint.get("/betrieb")
@requires(Permission.MANAGE_CITY)
def running() -> ResponseReturnValue:
    """Show how the service runs: what `doctor` and the metrics know, and nothing of a school or a report."""
    return render_template("city/running.html", running=how_it_runs(db(), clock().now()), version=__version__)


@blueprint.get("/protokoll")
@requires(Permission.READ_TRAIL)
def trail() -> ResponseReturnValue:
    """Show the trail to the data protection officer: acts, never contents."""
    asked, page = trail_page.Asked.of(request.args), request.args.get("seite", 1, type=int)
    return render_template(
        "city/trail.html", view=trail_page.view(db(), asked, page), asked=asked, events=BY_CODE, zone=trail_page.zone
    )


@blueprint.get("/protokoll.csv")
@requires(Permission.READ_TRAIL, writes=True, fresh=True)
def trail_csv() -> ResponseReturnValue:
    """Give the same acts to a spreadsheet; that this was done is an act too."""
    body = trail_page.csv(db(), trail_page.Asked.of(request.args))
    record(db(), Event.TRAIL_READ, clock().now(), actor=identity().person_id)
    headers = {"Content-Disposition": 'attachment; filename="protokoll.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


@blueprint.get("/rechte")
@requires(Permission.READ_TRAIL)
def rights() -> ResponseReturnValue:
    """Show which role may read what, taken from the policy itself."""
    return render_template("city/rights.html", roles=roles_and_rights(), data=DATA)
