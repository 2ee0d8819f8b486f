"""The course of a case, and what leaves it on paper: looked at first, then printed, never kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from secrets import token_hex
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from bullying_desk.access.permissions import Permission
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.papers.disclosures import TOLD_WORDS, NotToBeTold, Shut, Told
from bullying_desk.cases.papers.timeline import open_course
from bullying_desk.cases.printing import authority_handover, print_order
from bullying_desk.cases.printing.authority_handover import (
    GROUND_WORDS,
    OUTSIDE,
    Ground,
    NoReason,
    WrongGround,
    spoken_words,
)
from bullying_desk.cases.printing.print_order import LONGEST, PrintWish
from bullying_desk.cases.printing.shapes import SHAPE_WORDS, PrintShape
from bullying_desk.cases.printing.sheet import FILE, order_for_sheet
from bullying_desk.cases.views.blueprint import ID, cases, me
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerError
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, short_date
from bullying_desk.web.request import clock, db, end_before_slow_work, keys

PAGE = f"/team/fall/<{ID}:case_id>/druck"
CHUNK = 64 * 1024
NOT_OPEN = (NotToBeTold, authority_handover.WrongGround, authority_handover.NoReason)
WHY_NOT: dict[Shut, str] = {
    Shut.NO_GATE: _("Es gibt keine Einwilligung, die heute gilt: nie gefragt, zurückgenommen oder abgelaufen."),
    Shut.UNREAD: _("Ein späteres Blatt ist für Sie verschlossen. Füllen Sie die Sicherheitsabfrage neu aus."),
    Shut.NOT_AGREED: _("Die Einwilligung gilt nicht für diese Stelle. Fragen Sie zuerst danach."),
    Shut.HOME_UNSAFE: _("Es steht nicht fest, dass das Kind zu Hause sicher ist."),
    Shut.HEAD_LEFT_OUT: _("Das ist hier nicht vorgesehen."),
}
_TOO_LONG = _("Das ist zu lang. Möglich sind 4.000 Zeichen.")


class PrintForm(StaffForm):
    """One form for both steps. Fields of another kind of print are ignored."""

    shape = RadioField(
        _("Was drucken Sie?"),
        choices=select_choices([(shape.value, _(words)) for shape, (words, _more) in SHAPE_WORDS.items()]),
        default=PrintShape.CASE.value,
        validate_choice=False,
    )
    reason = TextAreaField(
        _("Wofür brauchen Sie den Ausdruck?"),
        [InputRequired(_("Schreiben Sie, wofür.")), Length(max=LONGEST, message=_TOO_LONG)],
        description=_("Das steht verschlossen im Fall. Alle, die ihn lesen, sehen es."),
    )
    report = SelectField(_("Welche Meldung?"), coerce=int, default=0, validate_choice=False)
    full_reason = TextAreaField(
        _("Ungeschwärzt? Dann schreiben Sie, warum es nicht anders geht."),
        [Length(max=LONGEST, message=_TOO_LONG)],
        description=_("Leer lassen: Namen werden geschwärzt."),
    )
    text = TextAreaField(
        _("Ihre eigenen Worte"),
        [Length(max=LONGEST, message=_TOO_LONG)],
        description=_("Nichts aus vertraulichen Gesprächen, keine Namen anderer Kinder."),
    )
    told = RadioField(
        _("An wen?"),
        choices=select_choices([(to.value, _(TOLD_WORDS[to])) for to in OUTSIDE]),
        validate_choice=False,
    )
    to = StringField(_("Name der Stelle"), [Length(max=200, message=_TOO_LONG)])
    ground = RadioField(
        _("Warum darf diese Stelle das haben?"),
        choices=select_choices([(ground.value, _(words)) for ground, words in GROUND_WORDS.items()]),
        validate_choice=False,
    )
    without = TextAreaField(
        _("Ohne Einwilligung: Warum muss es sein?"),
        [Length(max=LONGEST, message=_TOO_LONG)],
        description=_("Welche Gefahr, und warum Sie nicht warten oder fragen konnten. Steht verschlossen im Fall."),
    )
    more = TextAreaField(
        _("Weitere Wörter, die geschwärzt werden"),
        [Length(max=LONGEST, message=_TOO_LONG)],
        description=_(
            "Für alles, was sich im Text nicht antippen lässt. Mit Komma oder auf einer eigenen Zeile. "
            "Endungen wie bei „Yusufs“ werden mit geschwärzt."
        ),
    )
    looked = HiddenField(default="")
    seen = HiddenField(default="")
    seed = HiddenField(default="")
    locked = BooleanField(_("Als verschlossene Datei (PDF, AES-256)"))
    sure = BooleanField(_("Ich habe die Ansicht ganz gelesen. Es steht niemand darin, der nicht darin stehen darf."))

    complete = False
    """Whether everything was filled in that one must fill in before looking."""

    def offer(self, reports: Iterable[Any]) -> None:
        """Say which reports there are."""
        self.report.choices = select_choices(
            [
                (report.id, _("Meldung %(n)s vom %(day)s") % {"n": number, "day": short_date(report.arrived_hour)})
                for number, report in enumerate(reports, 1)
            ]
        )

    @property
    def wanted(self) -> PrintShape:
        """The kind of print; anything unknown counts as the case."""
        return next((shape for shape in PrintShape if shape.value == self.shape.data), PrintShape.CASE)

    def checked(self, *, looked: bool) -> bool:
        """Check what this kind of print needs; `looked`: the print follows, not the view."""
        good, shape = self.validate(), self.wanted
        if shape.needs_words and not (self.text.data or "").strip():
            self.text.errors = [_("Schreiben Sie, was darin stehen soll.")]
        if shape is PrintShape.HANDOVER and not (self.to.data or "").strip():
            self.to.errors = [_("Schreiben Sie, welche Stelle es bekommt.")]
        if shape is PrintShape.HANDOVER and self.chosen_ground is None:
            self.ground.errors = [_("Wählen Sie, warum die Stelle es haben darf.")]
        if shape is PrintShape.HANDOVER and self.chosen_told is None:
            self.told.errors = [_("Wählen Sie, wer es bekommt.")]
        if shape is PrintShape.REPORTER and not self.report.data:
            self.report.errors = [_("Wählen Sie, um welche Meldung es geht.")]
        self.complete = good and not self.errors
        if looked and self.looked.data != self.mark:
            self.form_errors.append(_("Hier ist etwas anders als in der Ansicht. Lesen Sie sie noch einmal."))
        if looked and not self.sure.data:
            self.sure.errors = [_("Lesen Sie die Ansicht ganz und bestätigen Sie es hier.")]
        return self.complete and not self.errors

    @property
    def mark(self) -> str:
        """What the preview showed; another kind, or a print without blackening, is another page."""
        full = self.wanted.can_be_full and bool((self.full_reason.data or "").strip())
        return f"{self.wanted.value}-voll" if full else self.wanted.value

    @property
    def chosen_ground(self) -> Ground | None:
        """Why another authority may have it, or None."""
        return next((ground for ground in Ground if ground.value == self.ground.data), None)

    @property
    def chosen_told(self) -> Told | None:
        """The kind of office that gets it, or None."""
        return next((to for to in OUTSIDE if to.value == self.told.data), None)

    def refuse(self, why: NotToBeTold | WrongGround | NoReason) -> None:
        """Say at its field why a hand-over is not open today."""
        if isinstance(why, NotToBeTold):
            self.ground.errors = [_(WHY_NOT[why.why])]
        elif isinstance(why, WrongGround):
            self.ground.errors = [_("Dieser Grund gilt nicht für diese Stelle. Fragen Sie nach einer Einwilligung.")]
        else:
            self.without.errors = [_("Schreiben Sie, warum es ohne Einwilligung sein muss.")]

    def wish(self, keys: Iterable[str], words: Iterable[str]) -> PrintWish:
        """Return the order; `keys` and `words` are ticked, and count only after the preview."""
        shape, looked = self.wanted, self.looked.data == self.mark
        return PrintWish(
            shape=shape,
            reason=self.reason.data or "",
            report_id=(self.report.data or None) if shape in {PrintShape.REPORTER, PrintShape.AFFECTED} else None,
            full_reason=self.full_reason.data or "" if shape.can_be_full else "",
            text=self.text.data or "" if shape.needs_words else "",
            to=self.to.data or "" if shape is PrintShape.HANDOVER else "",
            told=self.chosen_told,
            ground=self.chosen_ground,
            without=self.without.data or "",
            keys=frozenset(keys) if looked else None,
            words=frozenset(words) if looked else None,
            seen=frozenset((self.seen.data or "").splitlines()),
            more=self.more.data or "",
        )


@cases.get(f"/team/fall/<{ID}:case_id>/verlauf")
@requires(Permission.READ_CASE, writes=True)
def course(case_id: int) -> ResponseReturnValue:
    """Show everything that happened, in order of time; every report's opening is entered in the trail."""
    who = me()
    found = find_case(who, case_id)
    return render_template("cases/course.html", case=found.case, course=open_course(who, found))


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def printing(case_id: int) -> ResponseReturnValue:
    """Ask what is to be printed and why; nothing is opened yet."""
    form = PrintForm(formdata=None, shape=request.args.get("art", PrintShape.CASE.value))
    return _page(find_case(me(), case_id), form)


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def look(case_id: int) -> ResponseReturnValue:
    """Show what the print will hold, with words and parts to tick."""
    who, form = me(), PrintForm()
    found = find_case(who, case_id)
    prepared = _prepared(who, found, form) if form.checked(looked=False) else None
    return _page(found, form, prepared, 200 if prepared is not None else 422)


@cases.post(f"{PAGE}/pdf")
@requires(Permission.READ_CASE)
def make_pdf(case_id: int) -> ResponseReturnValue:
    """Print what was looked at; nothing goes out before its reason is in the case file."""
    who, form = me(), PrintForm()
    found = find_case(who, case_id)
    good = form.checked(looked=True)
    prepared = _prepared(who, found, form) if form.complete else None
    if not good or prepared is None:
        return _page(found, form, prepared, 422)
    end_before_slow_work()
    order = order_for_sheet(prepared.sheet, prepared.school, prepared.foot, _stamp(), _lock(form, case_id))
    try:
        pdf = worker.run(order)[FILE]
    except PdfWorkerError:
        form.form_errors.append(_("Gerade geht es nicht. Ihre Angaben sind noch da. Bitte gleich noch einmal."))
        return _page(find_case(me(), case_id), form, prepared, 503)
    return _file(pdf) if _entered(who, form, case_id) else _page(find_case(me(), case_id), form, None, 422)


def _entered(who: Counsellor, form: PrintForm, case_id: int) -> bool:
    """Enter the print. What one may read may have changed while the PDF was made, and so may an agreement."""
    again = replace(who, session=db())
    try:
        print_order.enter(again, find_case(again, case_id), _wish(form))
    except NOT_OPEN as why:
        form.refuse(why)
        return False
    return True


def _wish(form: PrintForm) -> print_order.PrintWish:
    return form.wish(request.form.getlist("teil"), request.form.getlist("weg"))


def _prepared(who: Counsellor, found: FoundCase, form: PrintForm) -> print_order.Prepared | None:
    try:
        return print_order.prepare(who, found, _wish(form))
    except print_order.WhichChild:
        form.report.errors = [_("Hier haben mehrere Kinder geschrieben. Wählen Sie die Meldung des Kindes, das fragt.")]
        return None
    except print_order.PrintWithoutKey:
        form.form_errors.append(_("Sie lesen nur einen Teil dieses Falls. Bitten Sie eine Person, die alles liest."))
    except NOT_OPEN as why:
        form.refuse(why)
    return None


def _page(
    found: FoundCase, form: PrintForm, prepared: print_order.Prepared | None = None, status: int = 200
) -> ResponseReturnValue:
    form.offer(found.reports)
    form.seed.data = form.seed.data or token_hex(16)
    form.looked.data = form.mark if prepared is not None else ""
    form.seen.data = "\n".join(prepared.view.pressable) if prepared is not None else ""
    page = render_template(
        "cases/printing.html",
        case=found.case,
        form=form,
        shape=form.wanted,
        Shape=PrintShape,
        shape_words=SHAPE_WORDS,
        prepared=prepared,
        several=len(found.reports) > 1,
        words=spoken_words(keys().session_key, form.seed.data, found.case.id),
    )
    return page, status


def _stamp() -> int:
    return int(clock().hour().timestamp())  # the file's own date shows the hour, as everywhere


def _lock(form: PrintForm, case_id: int) -> str:
    """Return the words a file is locked under, or nothing."""
    locked = form.wanted is PrintShape.HANDOVER and form.locked.data
    return " ".join(spoken_words(keys().session_key, form.seed.data or "", case_id)) if locked else ""


def _file(pdf: bytes) -> Response:
    def parts() -> Iterator[bytes]:
        for start in range(0, len(pdf), CHUNK):
            yield pdf[start : start + CHUNK]

    headers = {"Content-Disposition": 'attachment; filename="auszug.pdf"', "Cache-Control": "no-store"}
    return Response(parts(), mimetype="application/pdf", headers=headers)
