"""One's own account: key words, sessions, password, recovery code, the yes to be named, texts that came too late."""

from __future__ import annotations

import re
from secrets import token_hex

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.invitations import changing_factors, credentials, key_words, second_yes
from bullying_desk.accounts.invitations.key_words import (
    ComparisonRefused,
    confirm,
    living_seats,
    waiting_for,
    words_of,
)
from bullying_desk.accounts.invitations.newcomers import newcomers, tell_team
from bullying_desk.accounts.models import HeldPost, Person
from bullying_desk.accounts.sign_in import late_posts, owner_mails, second_factor, signing_in
from bullying_desk.accounts.sign_in.forms import (
    NEW_CODE_WRONG,
    NOT_TOGETHER,
    REFUSED_PASSWORD,
    CompareForm,
    ConfirmForm,
    NewPasswordForm,
    SecondFactorForm,
)
from bullying_desk.accounts.sign_in.key_making import stretch_new_password
from bullying_desk.accounts.sign_in.keychain import own_key
from bullying_desk.accounts.sign_in.passwords import PasswordRefused, check_password
from bullying_desk.accounts.sign_in.printout import Printout
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools.models import Seat
from bullying_desk.sealing.format.signs import visible
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.web import sessions
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, end_before_slow_work, identity, keys, limiter, services, settings

blueprint = Blueprint("account", __name__)
LONGEST_LANGUAGES = 80
_CASE_FORM = re.compile(r"/team/fall/\d+(/notiz)?")  # pages that show a late text in its field again


@blueprint.get("/team/konto")
@requires(Permission.USE_DESK)
def show() -> ResponseReturnValue:
    """Show the account."""
    person = db().get_one(Person, identity().person_id)
    return render_template(
        "account/show.html",
        person=person,
        words=words_of(person),
        seats=living_seats(db(), person.id),
        open_sessions=sessions.sessions_of_person(db(), person.id),
        here=sessions.current().row,
        held=late_posts.held_for(db(), person.id, clock().now()),
        newcomers=newcomers(db(), identity(), clock().today()),
        new_phones=changing_factors.new_phones(db(), identity(), clock().now()),
        waiting=len(waiting_for(db(), identity())),
        proposals=[one for one in second_yes.waiting_for(db(), identity()) if not one.mine],
        said=request.args.get("ok", ""),
    )


@blueprint.post("/team/konto/ueberall-abmelden")
@requires(Permission.USE_DESK)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all of one's sessions, this one too."""
    me = identity().person_id
    sessions.end_all_of_person(db(), me)
    sessions.end(db())
    record(db(), Event.SIGNED_OUT, clock().now(), actor=me, subject=me, everywhere=True)
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/team/konto/passwort", methods=["GET", "POST"])
@requires(Permission.USE_DESK)
def password() -> ResponseReturnValue:
    """Change the password; every session ends, so a stolen one dies too."""
    form = NewPasswordForm()
    if request.method == "GET" or not form.validate():
        return render_template("account/password.html", form=form), 200 if request.method == "GET" else 422
    person, pair = db().get_one(Person, identity().person_id), own_key()
    try:
        check_password(form.new_password.data or "", own_words=(person.name, person.email))
    except PasswordRefused as error:
        form.new_password.errors = [REFUSED_PASSWORD[error.reason]]
        return render_template("account/password.html", form=form), 422
    if not _change_password(form, person.id, person.email, pair):
        form.password.errors = [NOT_TOGETHER]
        return render_template("account/password.html", form=form), 422
    return redirect(url_for("accounts.sign_in"), 303)


def _change_password(form: NewPasswordForm, me: int, email: str, pair: PersonKey) -> bool:
    end_before_slow_work()
    header, fresh = stretch_new_password(me, form.new_password.data or "", services().gate, limiter().network())
    proven = signing_in.prove(email, form.password.data or "", form.proof)
    if proven is None:
        return False
    person, now = proven[0], clock().now()
    credentials.change_password(db(), keys().pepper_layer, person, pair, header, fresh)
    record(db(), Event.PASSWORD_CHANGED, now, actor=me, subject=me, by_recovery=False)
    owner_mails.tell(db(), settings(), person, owner_mails.PASSWORD, now)
    sessions.end(db())
    return True


@blueprint.route("/team/konto/wiederherstellung", methods=["GET", "POST"])
@requires(Permission.USE_DESK)
def recovery_code() -> ResponseReturnValue:
    """Make a new recovery code and show it once; it opens something only after a day."""
    form, pair = ConfirmForm(), own_key()
    if (until := credentials.waits_until(db().get_one(Person, identity().person_id), clock().now())) is not None:
        return render_template("account/waits.html", until=until), 403
    if request.method == "GET" or not form.validate():
        return render_template("account/new_recovery_code.html", form=form), 200 if request.method == "GET" else 422
    email = db().get_one(Person, identity().person_id).email
    proven = signing_in.prove(email, form.password.data or "", form.proof)
    if proven is None:
        form.password.errors = [NOT_TOGETHER]
        return render_template("account/new_recovery_code.html", form=form), 422
    person, now = proven[0], clock().now()
    code = credentials.renew_recovery_code(db(), keys().pepper_layer, person, pair, sessions.current_id(), now)
    record(db(), Event.RECOVERY_CODE_MADE, now, actor=person.id, subject=person.id)
    owner_mails.tell(db(), settings(), person, owner_mails.RECOVERY_CODE, now)
    return render_template(
        "account/recovery_code.html", printout=Printout(code.printed()), since=now + credentials.WAITS
    )


@blueprint.route("/team/konto/einmal-codes", methods=["GET", "POST"])
@requires(Permission.USE_DESK)
def other_app() -> ResponseReturnValue:
    """Connect another authenticator app; every session ends."""
    person, form = db().get_one(Person, identity().person_id), SecondFactorForm()
    if request.method == "GET" or not form.validate():
        return _app_page(form, person, 200 if request.method == "GET" else 422)
    old = form.passkey.data or (form.old_code.data or "").strip()
    proof = {"old": old, "recovery": form.recovery.data or "-"}
    try:
        code = changing_factors.connect(
            person.email, form.password.data or "", _app_secret(form, person), form.code.data or "", **proof
        )
    except credentials.NewCodeWrong:
        form.code.errors = [NEW_CODE_WRONG]
    except credentials.RecoveryRefused:
        form.old_code.errors = [
            _("Passwort, bisheriger Einmal-Code oder Wiederherstellungs-Code stimmen nicht. "
              "Ein neuer Wiederherstellungs-Code gilt erst nach 24 Stunden.")
        ]  # fmt: skip
    else:
        sessions.end(db())
        return render_template("account/other_app_connected.html", printout=Printout(code.printed()) if code else None)
    return _app_page(form, db().get_one(Person, identity().person_id), 422)


def _app_page(form: SecondFactorForm, person: Person, status: int) -> ResponseReturnValue:
    form.seed.data = form.seed.data or token_hex(16)
    secret = _app_secret(form, person)
    setup = second_factor.setup(secret, person.email, settings().service_name)
    return render_template("account/other_app.html", form=form, setup=setup), status


def _app_secret(form: SecondFactorForm, person: Person) -> str:
    # Derived from a value that only this page carries, so that nothing half-made is stored and no two pages agree.
    return second_factor.derived_secret(keys().session_key, f"again-{person.id}-{form.seed.data}".encode())


@blueprint.post("/team/konto/sprachen/<int:seat_id>")
@requires(Permission.USE_DESK)
def set_languages(seat_id: int) -> ResponseReturnValue:
    """Set which languages one speaks: pupils read it with one's name, and colleagues find whom to ask."""
    seat = db().get(Seat, seat_id)
    if seat is None or seat.person_id != identity().person_id:
        abort(404)
    seat.languages = (visible(request.form.get("sprachen", "")) or "").strip()[:LONGEST_LANGUAGES]
    return redirect(url_for("account.show", ok="oeffentlich"), 303)


@blueprint.post("/team/konto/oeffentlich/<int:seat_id>")
@requires(Permission.USE_DESK)
def make_public(seat_id: int) -> ResponseReturnValue:
    """Record the person's own yes, or no, to be named on the school's public page."""
    seat = db().get(Seat, seat_id)
    if seat is None or seat.person_id != identity().person_id:
        abort(404)
    public = request.form.get("ja") == "1"
    seat.public_since = clock().today() if public else None
    record(
        db(),
        Event.NAME_MADE_PUBLIC,
        clock().now(),
        actor=seat.person_id,
        subject=seat.person_id,
        seat=seat.id,
        public=public,
    )
    return redirect(url_for("account.show", ok="oeffentlich"), 303)


@blueprint.get("/team/konto/text/<int:held_id>")
@requires(Permission.USE_DESK)
def late_text(held_id: int) -> ResponseReturnValue:
    """Show the form that was sent after the session's end."""
    row = db().get(HeldPost, held_id)
    if row is None or row.person_id != identity().person_id:
        abort(404)
    fields = late_posts.open_held(row, own_key())
    back_in = _CASE_FORM.fullmatch(row.address) is not None
    page_fields = late_posts.PAGE_FIELDS
    return render_template("account/late_text.html", row=row, fields=fields, back_in=back_in, page_fields=page_fields)


@blueprint.post("/team/konto/text/<int:held_id>/weg")
@requires(Permission.USE_DESK)
def forget_late_text(held_id: int) -> ResponseReturnValue:
    """Forget a text that has been taken back."""
    row = db().get(HeldPost, held_id)
    if row is None or row.person_id != identity().person_id:
        abort(404)
    db().delete(row)
    return redirect(url_for("account.show"), 303)


@blueprint.get("/team/vergleichen")
@requires(Permission.USE_DESK, fresh=True)
def compare() -> ResponseReturnValue:
    """List the colleagues whose key words one may compare."""
    return _compare_page(CompareForm(formdata=None), None), 200


def _compare_page(form: CompareForm, wrong: int | None) -> str:
    me = identity()
    waiting = [
        (person, seats, words_of(person), key_words.heard_places(me, person)) for person, seats in waiting_for(db(), me)
    ]
    return render_template("account/compare.html", waiting=waiting, form=form, wrong=wrong, typed=request.form)


@blueprint.post("/team/vergleichen/<int:person_id>")
@requires(Permission.USE_DESK, fresh=True)
def do_compare(person_id: int) -> ResponseReturnValue:
    """Enter that the words were the same, or not: then nothing is sealed to the person, and the city knows."""
    person = db().get(Person, person_id)
    if person is None or all(person.id != other.id for other, _seats in waiting_for(db(), identity())):
        abort(404)
    me, form, matched = identity(), CompareForm(), request.form.get("gleich") != "nein"
    typed = {place: request.form.get(f"wort{place}", "") for place in key_words.heard_places(me, person)}
    if matched and not (form.validate() and key_words.heard_right(me, person, typed)):
        form.form_errors.append(_("Schreiben Sie die zwei Wörter, die Sie gehört haben."))
        return _compare_page(form, person_id), 422
    now = clock().now()
    if matched:
        try:
            tell_team(db(), confirm(db(), keys().pepper_layer, me, person, clock().today()), now)
        except ComparisonRefused:
            abort(404)
    else:
        record(db(), Event.KEY_ALARM, now, actor=me.person_id, subject=person.id, person=person.id, what="words_differ")
    record(db(), Event.KEY_WORDS_COMPARED, now, actor=me.person_id, subject=person.id, matched=matched)
    return redirect(url_for("account.show", ok="verglichen" if matched else "alarm"), 303)
