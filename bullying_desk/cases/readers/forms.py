"""The forms of reading along, taking over, saying no, linking, letting a new member in, and a child's own access."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional

from bullying_desk.cases.forms import DayField, NumberField
from bullying_desk.cases.models import Consent
from bullying_desk.cases.readers.child_access import AFFECTED_CHILD
from bullying_desk.cases.readers.linking import Other
from bullying_desk.reports.doors.answers import LONGEST_TEXT, LeftOut
from bullying_desk.reports.offline.on_behalf import Told
from bullying_desk.reports.readers.candidates import Candidate
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.format.errors import SendTokenBroken
from bullying_desk.sealing.format.secret_types import SendToken
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.language import _

NOT_OFFERED = _("Diese Person kann nicht gefragt werden. Wählen Sie jemanden aus der Liste.")


def number_or_none(value: Any) -> int:
    """Read a person's id; whatever is none counts as nobody."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


class PersonForm(StaffForm):
    """Whom to ask. Names come from a list; the work checks a forged name against the same list."""

    to = SelectField(_("Wer?"), coerce=number_or_none, validate_choice=False)
    message = TextAreaField(_("Ein paar Worte dazu"))

    def offer(self, people: Iterable[Candidate]) -> None:
        """Say who can be chosen."""
        self.to.choices = select_choices([(0, _("Bitte wählen")), *((one.person_id, _words(one)) for one in people)])

    def refuse(self) -> None:
        """Say that this person cannot be asked; left out or unknown is the same."""
        self.to.errors = [NOT_OFFERED if self.to.data else _("Wählen Sie, wen Sie fragen.")]


def _words(one: Candidate) -> str:
    return f"{one.full_name}, {one.function}" if one.function else one.full_name


class AgreedForm(PersonForm):
    """Asks for the reporter's yes too; `danger` is offered where it lets somebody of the school in."""

    consent = RadioField(
        _("Hat die meldende Person Ja gesagt?"), [Optional()], choices=select_choices([]), validate_choice=False
    )

    def ask_for_yes(self, *, danger: bool) -> None:
        """Say how it can be agreed."""
        because = [(Consent.DANGER.value, _("Nein. Die Schule muss es wegen Gefahr erfahren"))] if danger else []
        self.consent.choices = select_choices(
            [
                (Consent.CONVERSATION.value, _("Ja, es steht im Gespräch")),
                (Consent.IN_PERSON.value, _("Ja, sie hat es mir persönlich gesagt")),
                *because,
                ("no", _("Noch nicht gefragt")),
            ]
        )

    @property
    def said(self) -> Consent | None:
        """How the reporter said yes, or that danger decides; None for neither."""
        return next((each for each in Consent if each.value == self.consent.data), None)


class LookOnForm(AgreedForm):
    """ "Mitlesen lassen": what, and until when."""

    report = NumberField()
    what = RadioField(
        _("Was darf die Person ansehen?"),
        choices=select_choices([("all", _("Den ganzen Fall")), ("one", _("Nur diese eine Meldung und ihr Gespräch"))]),
        default="all",
    )
    until = DayField(_("Bis wann?"), [Optional()])


class HandOnForm(AgreedForm):
    """ "Fall übergeben"."""

    keeps = BooleanField(_("Ich lese weiter mit"))


class NoForm(StaffForm):
    """Saying no, with a reason for the one who asked."""

    reason = TextAreaField(_("Warum nicht?"), [InputRequired(_("Schreiben Sie kurz, warum nicht."))])


class LinkForm(StaffForm):
    """The case a report goes to."""

    report = NumberField()
    other = SelectField(_("Zu welchem Fall?"), coerce=number_or_none, validate_choice=False)
    sure = BooleanField(
        _("Ja, beide Meldungen erzählen von derselben Sache."),
        [InputRequired(_("Bestätigen Sie, dass es um dieselbe Sache geht."))],
    )

    def offer(self, cases: Iterable[Other]) -> None:
        """Say which cases there are."""
        self.other.choices = select_choices([(0, _("Bitte wählen")), *((one.case_id, one.name) for one in cases)])


HEAD = "leitung"
WISHES = {"team": Wish.TEAM, "einzeln": Wish.NAMED, "stadt": Wish.CITY}


class OwnAccessForm(StaffForm):
    """`token` makes two submits one access; `eigen` is the yes to a case of its own."""

    token = HiddenField()
    sure = BooleanField(
        _("Das Kind weiß davon und möchte den Zugang."),
        [InputRequired(_("Fragen Sie zuerst das Kind. Ohne sein Ja gibt es keinen Zugang."))],
    )
    gefahr = RadioField(
        _("Ist das Kind gerade in Gefahr?"),
        [InputRequired(_("Kreuzen Sie Ja oder Nein an."))],
        choices=select_choices([("nein", _("Nein")), ("ja", _("Ja"))]),
        validate_choice=False,
    )
    text = TextAreaField(_("Was das Kind Ihnen erzählt hat"))
    lesen = RadioField(_("Wer darf es lesen?"), validate_choice=False)
    wer = CheckboxesField(_("Diese Personen"))
    ohne = CheckboxesField(_("Wer darf nichts davon erfahren?"))
    gruss = TextAreaField(_("Ihr erster Brief an das Kind"))
    eigen = BooleanField(_("Ja, als eigener Fall."))

    def __init__(self, options: ReaderOptions, before: LeftOut, **more: Any) -> None:
        """Offer the readers of one school; who was left out before is ticked to be left out again."""
        super().__init__(**more)
        self.options, self.before = options, before
        self.adult = before.head or before.somebody_else
        team = [(str(one.seat_id), one.full_name) for one in options.team]
        readers = [("team", _("Alle aus dem Team der Schule"))] if team and not self.adult else []
        readers += [("einzeln", _("Nur einzelne Personen"))] if team else []
        readers += [("stadt", options.city_office)] if options.city else []
        self._offered = {value for value, _words in readers}
        self.lesen.choices = select_choices(readers)
        self.wer.choices = select_choices(team)
        self.ohne.choices = select_choices([*team, (HEAD, _("Die Schulleitung"))])
        try:
            SendToken.from_field(str(self.token.data or ""))
        except SendTokenBroken:
            self.token.data = SendToken.generate().to_field()
            self.ohne.data = self._left_out_before()

    @property
    def send_token(self) -> SendToken:
        """The form's token."""
        return SendToken.from_field(str(self.token.data))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields that belong together."""
        super().validate(extra_validators)
        if self.lesen.data not in self._offered:
            self.lesen.errors = [_("Fragen Sie das Kind, wer es lesen darf, und kreuzen Sie es an.")]
        elif self.lesen.data == "einzeln" and not self.wer.data:
            self.wer.errors = [_("Kreuzen Sie mindestens eine Person an.")]
        elif both := set(self.wer.data or ()) & set(self.ohne.data or ()) if self.lesen.data == "einzeln" else set():
            names = self.options.names(self.options.people(sorted(both)))
            self.wer.errors = [_("Sie haben %(names)s auch ausgenommen. Nehmen Sie ein Kreuz weg.") % {"names": names}]
        for field in (self.text, self.gruss):
            if len(field.data or "") > LONGEST_TEXT:
                field.errors = [_("Das ist zu lang. Möglich sind 20.000 Zeichen.")]
        return not self.errors

    def told(self, school_id: int) -> Told:
        """Return the text to write down."""
        ticked = self.ohne.data or []
        people = self.options.people(ticked)
        head = HEAD in ticked
        people |= self.options.staff.heads if head else frozenset()
        named = self.options.people(self.wer.data) if self.lesen.data == "einzeln" else frozenset()
        choice = ReaderChoice(WISHES[self.lesen.data], named, None, people, self.adult)
        return Told(
            school_id,
            AFFECTED_CHILD,
            choice,
            text=(self.text.data or "").replace("\r\n", "\n").strip(),
            danger=self.gefahr.data == "ja",
            left_out=LeftOut(people, head, self.before.somebody_else),
            readers_words=self._reader_words(people, named),
            left_out_words=self.options.names(people),
            letter=self.gruss.data or "",
        )

    def _left_out_before(self) -> list[str]:
        seats = [str(one.seat_id) for one in self.options.team if one.person_id in self.before.people]
        return [*seats, *([HEAD] if self.before.head else [])]

    def _reader_words(self, hidden: frozenset[int], named: frozenset[int]) -> str:
        if self.lesen.data == "stadt":
            return self.options.city_office
        everybody = frozenset(one.person_id for one in self.options.team) - hidden
        return self.options.names(named or everybody)
