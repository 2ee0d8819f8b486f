"""Asking a colleague from the case's page, and answering a question from the inbox."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.models import Person
from bullying_desk.cases import colleagues, notes
from bullying_desk.cases.case_access import CaseUnknown, FoundCase, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, OfferKind, OfferState
from bullying_desk.cases.readers import admission, linking, newcomers, read_along, sharing
from bullying_desk.cases.readers.forms import HandOnForm, LinkForm, LookOnForm, NoForm, PersonForm
from bullying_desk.cases.readers.sharing import SharingWish, TooFewReaders
from bullying_desk.cases.views.blueprint import ID, cases, me, pepper_layer, shown_name
from bullying_desk.cases.views.case_page import CASE, back_to
from bullying_desk.reports import locks
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.notice_days import announce
from bullying_desk.schools.register.membership import SchoolUnknown, find_school
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings


@cases.errorhandler(sharing.PartlyRead)
def partly_read(_error: Exception) -> ResponseReturnValue:
    """Say why a partial reader cannot let others in; not a word of the rest."""
    return render_template("cases/partly_read.html", case_id=(request.view_args or {}).get("case_id")), 403


@cases.errorhandler(read_along.OfferUnknown)
def no_such_question(_error: Exception) -> ResponseReturnValue:
    """A question that is answered, withdrawn or another person's does not exist."""
    return errors.page(404)


@cases.get(f"{CASE}/mitansehen")
@requires(Permission.READ_CASE, writes=True, fresh=True)
def look_on(case_id: int) -> ResponseReturnValue:
    """Show the form: whom to ask, for what and until when."""
    who = me()
    form = LookOnForm(formdata=None)
    form.report.data = request.args.get("meldung", 0, type=int)
    return _look_on_page(who, find_case(who, case_id), form)


@cases.post(f"{CASE}/mitansehen")
@requires(Permission.READ_CASE, fresh=True)
def do_look_on(case_id: int) -> ResponseReturnValue:
    """Ask a colleague to read along."""
    who, form = me(), LookOnForm()
    found = find_case(who, case_id)
    if form.validate() and form.until.data is not None and form.until.data < clock().today():
        form.until.errors = [_("Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren Tag.")]
    if form.errors:
        return _look_on_page(who, found, form, 422)
    only = form.report.data if form.what.data == "one" else None
    wish = SharingWish(
        OfferKind.SHARE, form.to.data, only, form.until.data, consent=form.said, message=form.message.data or ""
    )
    if not _asked(who, found, wish, form):
        return _look_on_page(who, found, form, 422)
    return redirect(url_for("cases.show", case_id=case_id, ok="gefragt"), 303)


@cases.get(f"{CASE}/uebergeben")
@requires(Permission.READ_CASE, writes=True, fresh=True)
def hand_on(case_id: int) -> ResponseReturnValue:
    """Ask who takes over: here, in the city's office, or at another school."""
    who = me()
    return _hand_on_page(who, find_case(who, case_id), HandOnForm(formdata=None), _other_school())


@cases.post(f"{CASE}/uebergeben")
@requires(Permission.READ_CASE, fresh=True)
def do_hand_on(case_id: int) -> ResponseReturnValue:
    """Ask a colleague to take over."""
    who, form, school = me(), HandOnForm(), _other_school()
    found = find_case(who, case_id)
    wish = SharingWish(
        OfferKind.TRANSFER, form.to.data, school_id=school.id if school else None, consent=form.said,
        keeps=bool(form.keeps.data), message=form.message.data or "",
    )  # fmt: skip
    if not form.validate() or not _asked(who, found, wish, form):
        return _hand_on_page(who, found, form, school, 422)
    return redirect(url_for("cases.show", case_id=case_id, ok="gefragt"), 303)


@cases.post(f"{CASE}/frage/<{ID}:offer_id>/zurueck")
@requires(Permission.READ_CASE)
def take_back(case_id: int, offer_id: int) -> ResponseReturnValue:
    """Take a question back, or end reading along: the person who asked, and who is responsible."""
    who = me()
    case = find_case(who, case_id).case
    offer = next((one for one in sharing.living_offers(db(), case_id) if one.id == offer_id), None)
    if offer is None or not sharing.owner_or_asker(who, case, offer):
        return errors.page(404)
    try:
        if offer.state is OfferState.ACCEPTED:
            read_along.end(db(), pepper_layer(), offer, who.person_id, who.now)
        sharing.take_back(who, offer)
    except read_along.NobodyElseReads:
        return redirect(url_for("cases.show", case_id=case_id, ok="letzter"), 303)
    return redirect(url_for("cases.show", case_id=case_id, ok="zurueckgenommen"), 303)


@cases.get(f"/team/frage/<{ID}:asked_id>")
@requires(Permission.READ_CASE, writes=True)
def offer(asked_id: int) -> ResponseReturnValue:
    """Show a question to this person: by whom, until when, and not a word of the case."""
    return _offer_page(read_along.find(me(), asked_id), NoForm(formdata=None))


@cases.post(f"/team/frage/<{ID}:asked_id>/ja")
@requires(Permission.READ_CASE)
def say_yes(asked_id: int) -> ResponseReturnValue:
    """Read from now on, or take over."""
    who = me()
    asked = read_along.find(who, asked_id)
    case_id = asked.case.id
    try:
        read_along.say_yes(who, asked)
    except (read_along.OfferLapsed, TooFewReaders) as refused:
        db().rollback()
        lapsed = "zu-wenige" if isinstance(refused, TooFewReaders) else "abgelaufen"
        return redirect(url_for("cases.inbox", ok=lapsed), 303)
    return redirect(url_for("cases.show", case_id=case_id, ok="angenommen"), 303)


@cases.post(f"/team/frage/<{ID}:asked_id>/nein")
@requires(Permission.READ_CASE)
def say_no(asked_id: int) -> ResponseReturnValue:
    """Decline, with a reason."""
    who, form = me(), NoForm()
    asked = read_along.find(who, asked_id)
    if not form.validate():
        return _offer_page(asked, form, 422)
    try:
        read_along.say_no(who, asked, form.reason.data or "")
    except sharing.MessageTooLong:
        form.reason.errors = [_("Das ist zu lang. Möglich sind 2.000 Zeichen.")]
        return _offer_page(asked, form, 422)
    return redirect(url_for("cases.inbox", ok="abgelehnt"), 303)


def _asked(who: Counsellor, found: FoundCase, wish: SharingWish, form: PersonForm) -> bool:
    try:
        offer = sharing.ask(who, found, wish)
    except sharing.ColleagueNotOffered:
        form.refuse()
    except sharing.MessageTooLong:
        form.message.errors = [_("Das ist zu lang. Möglich sind 2.000 Zeichen.")]
    except sharing.NotTheOwner:
        form.form_errors.append(_("Übergeben kann nur, wer zuständig ist. Übernehmen Sie den Fall zuerst."))
    except sharing.AskedAlready:
        form.form_errors.append(_("Es ist schon jemand gefragt. Nehmen Sie die Frage zuerst zurück."))
    except sharing.ConsentMissing:
        form["consent"].errors = [_("An eine andere Schule geht ein Fall nur, wenn die meldende Person Ja gesagt hat.")]
    except sharing.SchoolNotToHear:
        form["consent"].errors = [_("Die Schule erfährt davon nur mit einem Ja, oder wenn der Fall akut ist.")]
    else:
        _tell(offer)
        return True
    return False


def _tell(offer: CaseOffer) -> None:
    to = db().get_one(Person, offer.to_id)
    announce(db(), [(to.id, to.email)], danger=False, now=clock().now(), times=settings().notice_times)


def _other_school() -> School | None:
    try:
        school = find_school(db(), request.args.get("schule", ""))
    except SchoolUnknown:
        return None
    return school if school.state is SchoolState.JOINED else None


def _look_on_page(who: Counsellor, found: FoundCase, form: LookOnForm, status: int = 200) -> ResponseReturnValue:
    opened = sharing.open_all(who, found)
    form.offer(sharing.can_be_asked(who, found, OfferKind.SHARE, opened=opened))
    outside = sharing.keeps_school_out(who, opened)
    form.ask_for_yes(danger=outside)
    return render_template("cases/look_on.html", found=found, form=form, outside=outside), status


def _hand_on_page(
    who: Counsellor, found: FoundCase, form: HandOnForm, school: School | None, status: int = 200
) -> ResponseReturnValue:
    opened = sharing.open_all(who, found)
    form.offer(sharing.can_be_asked(who, found, OfferKind.TRANSFER, school.id if school else None, opened))
    asked, outside = request.args.get("schule", ""), sharing.keeps_school_out(who, opened)
    form.ask_for_yes(danger=outside and school is None)
    return render_template(
        "cases/hand_on.html", found=found, form=form, school=school, asked=asked, outside=outside
    ), status


def _offer_page(asked: read_along.AskedColleague, form: NoForm, status: int = 200) -> ResponseReturnValue:
    names = colleagues.names_of(db(), [asked.offer.from_id])
    school = db().get_one(School, asked.case.school_id).shown_name
    return render_template(
        "cases/offer.html", asked=asked, form=form, by=names.get(asked.offer.from_id, "?"), school=school
    ), status


# Putting a report into another case, taking it out again, and letting a new member of the team in.


@cases.get(f"{CASE}/verbinden")
@requires(Permission.READ_CASE, writes=True, fresh=True)
def link(case_id: int) -> ResponseReturnValue:
    """Ask which case the report belongs to."""
    who, form = me(), LinkForm(formdata=None)
    form.report.data = request.args.get("meldung", 0, type=int)
    return _link_page(who, find_case(who, case_id), form)


@cases.post(f"{CASE}/verbinden")
@requires(Permission.READ_CASE, fresh=True)
def do_link(case_id: int) -> ResponseReturnValue:
    """Put the report into the other case."""
    who, form = me(), LinkForm()
    locks.take_turn(db(), case_id, form.other.data)
    found = find_case(who, case_id)
    report = found.report(form.report.data or found.reports[0].id)
    if not form.validate():
        return _link_page(who, found, form, 422)
    try:
        other = linking.link(who, found, report, form.other.data, settings().clocks)
        return redirect(url_for("cases.show", case_id=other.id, meldung=report.id, ok="verbunden"), 303)
    except linking.NotTogether:
        form.form_errors.append(
            _("Lassen Sie die Fälle getrennt: Nicht alle, die den einen lesen, dürfen den anderen lesen.")
        )
    except linking.Questioned:
        form.form_errors.append(_("Zu einem der Fälle ist gerade jemand gefragt. Warten Sie die Antwort ab."))
    except (CaseUnknown, linking.OtherSchool):
        form.other.errors = [_("Wählen Sie einen Fall aus der Liste.")]
    return _link_page(who, found, form, 422)


@cases.post(f"{CASE}/loesen")
@requires(Permission.READ_CASE)
def unlink(case_id: int) -> ResponseReturnValue:
    """Take a report out again."""
    who, wanted = me(), request.form.get("meldung", 0, type=int)
    locks.take_turn(db(), case_id, *locks.case_and_home(db(), wanted))
    found = find_case(who, case_id)
    report = found.report(wanted)
    try:
        back = linking.unlink(who, found, report)
    except linking.AtHome:
        return redirect(url_for("cases.show", case_id=case_id, meldung=report.id), 303)
    except linking.Questioned:
        return redirect(url_for("cases.show", case_id=case_id, meldung=report.id, ok="gefragt-erst"), 303)
    return redirect(url_for("cases.show", case_id=back.id, meldung=report.id, ok="geloest"), 303)


@cases.get(f"/team/neu/<{ID}:person_id>")
@requires(Permission.READ_CASE, fresh=True)
def newcomer(person_id: int) -> ResponseReturnValue:
    """Show what letting a new member in means, before the press."""
    new = _newcomer(me(), person_id)
    if new is None:
        return errors.page(404)
    return render_template("cases/newcomer.html", new=new)


@cases.post(f"/team/neu/<{ID}:person_id>")
@requires(Permission.READ_CASE, fresh=True)
def let_in(person_id: int) -> ResponseReturnValue:
    """Give the new member the open cases that allow it."""
    who = me()
    new = _newcomer(who, person_id)
    if new is None:
        return redirect(url_for("cases.inbox"), 303)
    name = next((shown_name(school) for school in identity().schools()), identity().display_name)
    given = newcomers.let_in(who, person_id, name)
    return render_template("cases/newcomer.html", new=new, given=given)


@cases.get("/team/notizen")
@requires(Permission.READ_CASE)
def own_notes() -> ResponseReturnValue:
    """Show one's private notes of all cases, to print: they leave with their writer, and nobody inherits them."""
    return render_template("cases/own_notes.html", notes=notes.all_private_notes(me()))


def _newcomer(who: Counsellor, person_id: int) -> newcomers.Newcomer | None:
    found = newcomers.newcomers(db(), who.person_id, who.key.key_id, clock().today())
    return next((one for one in found if one.person_id == person_id), None)


def _link_page(who: Counsellor, found: FoundCase, form: LinkForm, status: int = 200) -> ResponseReturnValue:
    form.offer(linking.others(who, found))
    report = found.report(form.report.data) if form.report.data else found.reports[0]
    form.report.data = report.id
    return render_template("cases/link.html", found=found, report=report, form=form), status


@cases.post(f"{CASE}/vertretung-beenden")
@requires(Permission.READ_CASE)
def end_cover(case_id: int) -> ResponseReturnValue:
    """End a stand-in's reading after one's return; a second submit finds it done."""
    who = me()
    with suppress(admission.NobodyToEnd):
        admission.end(who, find_case(who, case_id), request.form.get("person", type=int) or 0)
    return back_to(case_id, "vertretung")
