"""The coordinator's forms for rooms, breaks and the duty roster."""

from __future__ import annotations

from wtforms import SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, ValidationError

from bullying_desk.accounts.team.forms import DAYS
from bullying_desk.schools.models import DutyKind
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.language import _

PAIRS = 20


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
            raise ValidationError(_("Das Ende liegt vor dem Anfang."))


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
