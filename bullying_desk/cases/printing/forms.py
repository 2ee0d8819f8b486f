"""The form of a print: what, why, for whom; and the ticks of the preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from bullying_desk.cases.papers.disclosures import TOLD_WORDS, NotToBeTold, Shut, Told
from bullying_desk.cases.printing.authority_handover import GROUND_WORDS, OUTSIDE, Ground, NoReason, WrongGround
from bullying_desk.cases.printing.print_order import LONGEST, PrintWish
from bullying_desk.cases.printing.shapes import SHAPE_WORDS, PrintShape
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _, short_date

WHY_NOT: dict[Shut, str] = {
    Shut.NO_GATE: _("Es gibt keine Einwilligung, die heute gilt: nie gefragt, zurückgenommen oder abgelaufen."),
    Shut.UNREAD: _("Ein späteres Blatt ist für Sie verschlossen. Füllen Sie die Sicherheitsabfrage neu aus."),
    Shut.NOT_AGREED: _("Die Einwilligung gilt nicht für diese Stelle."),
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
        description=_("Leer lassen: Namen werden geschwärzt. Das ist fast immer richtig."),
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
        description=_("Mit Komma oder auf einer eigenen Zeile. Endungen wie bei „Yusufs“ werden mit geschwärzt."),
    )
    looked = HiddenField(default="")
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
        if looked and shape is not PrintShape.CASE and not self.sure.data:
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
            more=self.more.data or "",
        )
