"""A counsellor's own desk, apart from any case: text blocks, times taken back, absences, leaving the team."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.team import absences
from bullying_desk.accounts.team.absence_forms import AwayForm
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import departures
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.forms import EndSeatForm, InitialsForm, LeaveForm
from bullying_desk.cases.models import GAPS
from bullying_desk.cases.page import offering, text_blocks
from bullying_desk.cases.page.text_blocks import BlockUnknown, TypedBlock
from bullying_desk.cases.readers import handover
from bullying_desk.cases.views.blueprint import ID, cases, me, pepper_layer, shown_name
from bullying_desk.cases.views.case_page import CASE, back_to
from bullying_desk.reports.locks import take_turn
from bullying_desk.reports.mailbox import appointments
from bullying_desk.reports.mailbox.appointments import Whose
from bullying_desk.web import errors, guard, sessions
from bullying_desk.web.forms import select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings

BLOCKS = "/team/bausteine"


class BlockForm(InitialsForm):
    """A text block. `whose` is 0 for one's own, else a school; `seen` marks the text the page showed."""

    title = StringField(
        _("Titel"),
        [InputRequired(_("Schreiben Sie einen Titel."))],
        description=_("Steht als Link über dem Feld für die Antwort. Zum Beispiel: Wo du mich findest."),
    )
    text = TextAreaField(
        _("Text"),
        [InputRequired(_("Schreiben Sie den Text."))],
        description=_("Nichts über einen Fall und keinen Namen eines Kindes."),
    )
    whose = SelectField(_("Für wen?"), coerce=int, default=0)
    seen = HiddenField()

    def offer(self, teams: tuple[text_blocks.OwnTeam, ...]) -> None:
        """Say which teams can be chosen."""
        named = [(team.school_id, _("Für das Team: %(school)s") % {"school": team.name}) for team in teams]
        self.whose.choices = select_choices([(0, _("Nur für mich")), *named])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check lengths as kept, and ask once about full names."""
        for field, longest in ((self.title, text_blocks.LONGEST_TITLE), (self.text, text_blocks.LONGEST_TEXT)):
            field.data = text_blocks.tidy(field.data or "")
            field.raw_data = [field.data]
            if len(field.data) > longest:
                words = _("Das ist zu lang. Möglich sind %(n)s Zeichen.") % {"n": f"{longest:,}".replace(",", ".")}
                self.form_errors.append(f"{field.label.text}: {words}")
        return not self.form_errors and bool(super().validate(extra_validators))

    @property
    def wanted(self) -> TypedBlock:
        """The block as typed."""
        return TypedBlock(self.title.data or "", self.text.data or "", self.whose.data or None)


@cases.errorhandler(BlockUnknown)
def no_such_block(_error: BlockUnknown) -> Response:
    """Somebody else's block does not exist here."""
    return errors.page(404)


@cases.get(BLOCKS)
@requires(Permission.READ_CASE)
def blocks() -> ResponseReturnValue:
    """Show one's own blocks and those of one's teams."""
    return _blocks_page()


@cases.post(BLOCKS)
@requires(Permission.READ_CASE)
def add_block() -> ResponseReturnValue:
    """Keep one more block; this also takes back a removal."""
    form = BlockForm()
    form.offer(text_blocks.teams(db(), identity()))
    if not form.validate():
        return _blocks_page(form, 422)
    try:
        text_blocks.add(db(), identity(), form.wanted)
    except text_blocks.BlocksFull:
        form.form_errors.append(
            _("Mehr als %(n)s Bausteine gehen nicht. Entfernen Sie zuerst einen.") % {"n": text_blocks.MOST}
        )
        return _blocks_page(form, 422)
    _note(form.wanted.school_id)
    return redirect(url_for("cases.blocks", ok="gespeichert"), 303)


@cases.get(f"{BLOCKS}/<{ID}:block_id>")
@requires(Permission.READ_CASE)
def block(block_id: int) -> ResponseReturnValue:
    """Show one block to change it."""
    found = text_blocks.find(db(), identity(), block_id)
    form = BlockForm(formdata=None, obj=found, seen=text_blocks.mark_of(found))
    return render_template("cases/text_block.html", block=found, form=form, newer=False)


@cases.post(f"{BLOCKS}/<{ID}:block_id>")
@requires(Permission.READ_CASE)
def change_block(block_id: int) -> ResponseReturnValue:
    """Change a block; where a colleague was faster, show theirs first."""
    found, form, newer = text_blocks.find(db(), identity(), block_id), BlockForm(), False
    del form.whose
    if form.validate():
        try:
            text_blocks.change(
                db(), found, form.seen.data or "", TypedBlock(form.title.data or "", form.text.data or "")
            )
            _note(found.school_id)
            return redirect(url_for("cases.blocks", ok="gespeichert"), 303)
        except text_blocks.BlockChanged:
            form.seen.data, newer = text_blocks.mark_of(found), True
    return render_template("cases/text_block.html", block=found, form=form, newer=newer), 422


@cases.post(f"{BLOCKS}/<{ID}:block_id>/weg")
@requires(Permission.READ_CASE)
def remove_block(block_id: int) -> ResponseReturnValue:
    """Remove a block. The page itself holds its text, so that one press brings it back; a second submit finds none."""
    found = text_blocks.find(db(), identity(), block_id)
    removed = TypedBlock(found.title, found.text, found.school_id)
    db().delete(found)
    db().flush()
    _note(removed.school_id)
    return _blocks_page(removed=removed)


def _blocks_page(
    form: BlockForm | None = None, status: int = 200, *, removed: TypedBlock | None = None
) -> ResponseReturnValue:
    teams = text_blocks.teams(db(), identity())
    if form is None:
        form = BlockForm(formdata=None)
        form.offer(teams)
    own = text_blocks.own(db(), identity())
    said = request.args.get("ok", "")
    return render_template(
        "cases/text_blocks.html", form=form, own=own, teams=teams, removed=removed, said=said, gaps=GAPS
    ), status


def _note(school_id: int | None) -> None:
    if school_id is not None:  # one's own blocks are nobody else's business
        trail.record(
            db(), Event.TEAM_CHANGED, clock().now(), actor=identity().person_id, subject=school_id, what="blocks"
        )


# Times offered in an answer can be taken back, and a time that was agreed is called off by a letter: a colleague's too.


@cases.post(f"{CASE}/termin-weg")
@requires(Permission.READ_CASE)
def withdraw_times(case_id: int) -> ResponseReturnValue:
    """Take a person's times back; the reporter reads it where one was agreed. A second submit finds nothing."""
    who = me()
    take_turn(who.session, case_id)
    report = find_case(who, case_id).report(request.form.get("meldung", 0, type=int))
    author = (who.person_id, shown_name(report.school_id))
    secrets = who.open_report(report, reads=False).secrets
    whose = Whose(request.form.get("wessen", 0, type=int), agreed="agreed" in request.form)
    if appointments.withdraw(who.session, secrets, report, who.now, author, whose):
        trail.record(db(), Event.LETTER_SENT, who.now, actor=who.person_id, subject=case_id, report=report.id)
    return back_to(case_id, "termin-weg", "gespraech")


# „Ich bin weg bis …“: one's own absence and a stand-in, entered on the phone from bed, with one's agreed times beside.


@cases.errorhandler(absences.NotMine)
def not_mine(_error: absences.NotMine) -> Response:
    """Another person's seat or absence does not exist here."""
    return errors.page(404)


@cases.get("/team/weg")
@requires(Permission.READ_CASE)
def own_absences() -> ResponseReturnValue:
    """Show one's absences and agreed times for each seat, and the people one stands in for."""
    return _away_page(None)


@cases.post(f"/team/weg/<{ID}:seat_id>")
@requires(Permission.READ_CASE)
def enter_absence(seat_id: int) -> ResponseReturnValue:
    """Enter one's absence at one school."""
    seat, by = absences.own_seat(db(), identity(), seat_id), identity().person_id
    form = AwayForm(prefix=_prefix(seat_id))
    form.offer(absences.stand_ins_for(db(), seat, by))
    if not form.validate():
        return _away_page(form, seat_id)
    new = absences.brings_in(db(), seat, form.stand_in_id, by)
    if new and (asked := guard.ask_again(url_for("cases.own_absences"))) is not None:
        return asked
    try:
        absences.enter(db(), seat, form.days, form.stand_in_id, by, clock().now(), settings().notice_times)
    except absences.AbsenceRefused as refused:
        form.refuse(refused)
        return _away_page(form, seat_id)
    return redirect(url_for("cases.own_absences", ok="eingetragen"), 303)


@cases.post(f"/team/weg/<{ID}:absence_id>/zurueck")
@requires(Permission.READ_CASE)
def end_absence(absence_id: int) -> ResponseReturnValue:
    """Say that one is there again."""
    absences.end(db(), absences.own_absence(db(), identity(), absence_id), identity().person_id, clock().now())
    return redirect(url_for("cases.own_absences", ok="zurueck"), 303)


def _away_page(wrong: AwayForm | None, seat_id: int = 0) -> ResponseReturnValue:
    page, forms = absences.page(db(), identity(), clock().today()), list[tuple[absences.Part, AwayForm]]()
    for part in page.parts:
        form = wrong if wrong is not None and part.seat.id == seat_id else AwayForm(None, prefix=_prefix(part.seat.id))
        form.offer(list(part.stand_ins))
        if form is not wrong:
            form.propose(clock().today(), part.usual)
        forms.append((part, form))
    shown = {"page": page, "forms": forms, "wrong": wrong, "times": offering.own_times(me())}
    return render_template("absence/own.html", said=request.args.get("ok", ""), **shown), 422 if wrong else 200


# Leaving the team: one hands over and goes; or the coordinator ends the seat of a person who cannot.


@cases.errorhandler(departures.SeatUnknown)
def no_such_seat(_error: departures.SeatUnknown) -> Response:
    """For a person without business with it, the seat does not exist."""
    return errors.page(404)


@cases.get("/team/uebergabe")
@requires(Permission.READ_CASE)
def hand_over() -> ResponseReturnValue:
    """Show, for each of one's seats, what there is to hand over."""
    return _leaving_page(None)


@cases.post(f"/team/uebergabe/<{ID}:seat_id>")
@requires(Permission.READ_CASE, fresh=True)
def do_hand_over(seat_id: int) -> ResponseReturnValue:
    """Hand over, leave the seat, and with the last one the program."""
    who, form = me(), LeaveForm(prefix=_prefix(seat_id))
    seat = departures.own_seat(db(), who.person_id, seat_id)
    form.offer(handover.survey(who, seat).colleagues)
    if not form.validate():
        return _leaving_page(form, seat_id)
    try:
        handover.hand_over(who, seat, form.colleague.data or None)
    except handover.TooFewLeft as left:
        db().rollback()
        form.form_errors.append(_too_few(left.reports))
        return _leaving_page(form, seat_id)
    if db().get_one(Person, who.person_id).state is PersonState.LEFT:
        sessions.end(db())
        return redirect(url_for("accounts.sign_in"), 303)
    return redirect(url_for("cases.hand_over", ok="gegangen"), 303)


@cases.get(f"/team/schule/person/<{ID}:seat_id>/ende")
@requires(Permission.MANAGE_TEAM)
def end_seat(seat_id: int) -> ResponseReturnValue:
    """Ask whether a colleague's seat is to end."""
    seat = departures.coordinated_seat(db(), identity(), seat_id)
    return render_template("cases/end_seat.html", seat=seat, form=EndSeatForm())


@cases.post(f"/team/schule/person/<{ID}:seat_id>/ende")
@requires(Permission.MANAGE_TEAM, fresh=True)
def do_end_seat(seat_id: int) -> ResponseReturnValue:
    """End the seat of a person who cannot hand over any more: sessions and grants end at once."""
    seat, form = departures.coordinated_seat(db(), identity(), seat_id), EndSeatForm()
    if form.validate():
        try:
            handover.end_seat(db(), pepper_layer(), seat, identity().person_id, clock().now())
            return redirect(url_for("team.school", school_id=seat.school_id, ok="gespeichert"), 303)
        except handover.TooFewLeft:
            db().rollback()
            form.form_errors.append(_("Das geht so noch nicht. Bitte rufen Sie die Stelle der Stadt an."))
    return render_template("cases/end_seat.html", seat=seat, form=form), 422


def _leaving_page(wrong: LeaveForm | None, seat_id: int = 0) -> ResponseReturnValue:
    who = me()
    parts = []
    for seat in departures.reading_seats(db(), who.person_id):
        found = handover.survey(who, seat)
        form = wrong if wrong is not None and seat.id == seat_id else LeaveForm(formdata=None, prefix=_prefix(seat.id))
        form.offer(found.colleagues)
        parts.append((found, form))
    said = request.args.get("ok", "")
    return render_template("cases/hand_over.html", parts=parts, wrong=wrong, said=said), 422 if wrong else 200


def _prefix(seat_id: int) -> str:
    return f"s{seat_id}-"  # one form for each seat on the page: their fields must not be called the same


def _too_few(reports: int) -> str:
    return _(
        "Bei %(n)s Meldungen könnten danach nicht mehr zwei Menschen lesen. Bitte rufen Sie die Stelle der Stadt an."
    ) % {"n": reports}
