"""The forms for an absence, and for the city's duty. They ask for days and for a stand-in, never for a reason."""

from __future__ import annotations

from datetime import date

from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from bullying_desk.accounts.team import absences
from bullying_desk.accounts.team.absences import AbsenceRefused, Days
from bullying_desk.accounts.team.team_settings import TeamPage
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _, german_date

_CITY = absences.CITY_IN_FORMS
_CITY_WORDS = _("Die Stelle der Stadt")
_NEEDED = _("Wählen Sie, wer vertritt. Sonst wartet jemand vergeblich.")
REFUSED: dict[type[AbsenceRefused], str] = {
    absences.NobodyStandsIn: _NEEDED,
    absences.OwnAppointment: _("Niemand kann sich selbst als Vertretung eintragen. Bitten Sie jemand anderen darum."),
    absences.StandInUnknown: _("Diese Person kann hier nicht vertreten. Wählen Sie eine andere."),
    absences.StandInAway: _("Diese Person ist in der Zeit selbst nicht da. Wählen Sie eine andere."),
    absences.TooLong: _(
        "Länger als ein Jahr ist nicht möglich. Prüfen Sie das Jahr. Wer das Team verlässt, gibt die Fälle ab."
    ),
    absences.Overlaps: _(
        "An einigen dieser Tage ist schon eine Abwesenheit eingetragen, mit einer anderen Vertretung: %(days)s. "
        "Beenden Sie diese zuerst, oder wählen Sie dieselbe Vertretung."
    ),
    absences.DaysWrong: _("Der letzte Tag liegt vor dem ersten oder ist schon vorbei. Prüfen Sie beide Tage."),
}


class _DaysForm(StaffForm):
    """A first and a last day."""

    first_day = DateField(_("Vom"), [InputRequired(_("Wählen Sie den ersten Tag."))])
    last_day = DateField(_("Bis"), [Optional()], description=_("Leer: nur an dem einen Tag."))

    @property
    def days(self) -> Days:
        """Return the days of a form that is valid."""
        first = self.first_day.data or date.max
        return Days(first, self.last_day.data or first)

    def validate_last_day(self, field: DateField) -> None:
        """The last day is not before the first one."""
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(_("Der letzte Tag liegt vor dem ersten. Prüfen Sie beide Tage."))


class AbsenceForm(_DaysForm):
    """The coordinator enters who is absent, above all for a person who cannot: „krank“."""

    absent = SelectField(_("Wer ist nicht da?"), [InputRequired(_("Wählen Sie, wer nicht da ist."))])
    stand_in = SelectField(
        _("Wer vertritt?"),
        description=_("Für das ganze Team vertritt die Stelle der Stadt. Niemand kann sich selbst eintragen."),
    )

    def offer(self, page: TeamPage, by: int) -> None:
        """Offer the team, and as stand-ins everybody but the person who fills in the form."""
        people = [
            (seat.person_id, str(seat.id), seat.shown_name) for seat, _p in page.seats if seat.role == "contact_person"
        ]
        self.absent.choices = select_choices(
            [("", _("Bitte wählen")), *((value, name) for _person, value, name in people), ("0", _("Das ganze Team"))]
        )
        named = [(str(person), name) for person, name in page.stand_ins.items() if person not in {absences.CITY, by}]
        city = [(_CITY, _CITY_WORDS)] if absences.CITY in page.stand_ins else []
        self.stand_in.choices = select_choices(
            [("", _("Bitte wählen")), *sorted(named, key=lambda each: each[1]), *city]
        )

    @property
    def seat(self) -> int | None:
        """Return whose absence it is; None is the whole team."""
        return int(self.absent.data) or None

    @property
    def stand_in_id(self) -> int | None:
        """Return the stand-in; None where nobody was chosen."""
        return _stand_in(self.stand_in.data)

    def refuse(self, refused: AbsenceRefused) -> None:
        """Show the error at the field where it can be corrected."""
        of_days = isinstance(refused, absences.DaysWrong | absences.TooLong)
        (self.last_day if of_days else self.stand_in).errors = [_refusal(refused)]


class AwayForm(_DaysForm):
    """„Ich bin weg bis …“: a contact person's own absence at one school."""

    stand_in = RadioField(_("Wer vertritt Sie?"), [InputRequired(_NEEDED)])

    def offer(self, stand_ins: list[tuple[int, str]]) -> None:
        """Offer who may be named."""
        self.stand_in.choices = select_choices(
            [(str(person) if person else _CITY, name or _CITY_WORDS) for person, name in stand_ins]
        )

    def propose(self, today: date, stand_in: int | None) -> None:
        """Fill in what is right most often: today, and the usual stand-in."""
        self.first_day.data = today
        self.stand_in.data = None if stand_in is None else str(stand_in or _CITY)

    @property
    def stand_in_id(self) -> int | None:
        """Return the stand-in; None where nobody was chosen."""
        return _stand_in(self.stand_in.data)

    def refuse(self, refused: AbsenceRefused) -> None:
        """Show the error at the field where it can be corrected."""
        of_days = isinstance(refused, absences.DaysWrong | absences.TooLong)
        (self.last_day if of_days else self.stand_in).errors = [_refusal(refused)]


class DutyForm(_DaysForm):
    """Who of the city's team answers, from when to when."""

    seat = SelectField(_("Wer hat Dienst?"))
    last_day = DateField(_("Bis"), [Optional()], description=_("Leer: bis auf Weiteres."))


def _refusal(refused: AbsenceRefused) -> str:
    if isinstance(refused, absences.Overlaps):
        first, last = (german_date(day) for day in refused.args)
        return REFUSED[type(refused)] % {"days": first if first == last else f"{first} – {last}"}
    return REFUSED[type(refused)]


def _stand_in(value: str | None) -> int | None:
    if value == _CITY:
        return absences.CITY
    return int(value) if value and value.isdecimal() else None
