"""The forms of the register of requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Regexp

from bullying_desk.erasing.default_periods import Kind
from bullying_desk.retention.knowing import Candidate
from bullying_desk.retention.models import Art, Extension, Knows, RequestState
from bullying_desk.retention.requests import Entry
from bullying_desk.retention.words import ART_WORDS, KIND_WORDS
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.language import _

EXTENSION_WORDS: dict[Extension, str] = {
    Extension.COMPLEX: _("Der Antrag ist schwierig."),
    Extension.MANY: _("Es sind sehr viele Anträge."),
}
STATE_WORDS: dict[RequestState, str] = {
    RequestState.OPEN: _("offen"),
    RequestState.ANSWERED: _("beantwortet"),
    RequestState.REFUSED: _("abgelehnt"),
}

KNOWS_WORDS: dict[Knows, str] = {
    Knows.NO: _("Nein"),
    Knows.YES: _("Ja"),
    Knows.MAYBE: _("Vielleicht"),
}
_NUMBER = re.compile("[0-7]?[0-9a-fA-F]{1,15}")


class RequestForm(StaffForm):
    """A new request."""

    art = SelectField(
        _("Was möchte die Person?"),
        [InputRequired(_("Wählen Sie, worum es geht."))],
        choices=select_choices([("", _("Bitte wählen")), *((art.value, words) for art, words in ART_WORDS.items())]),
    )
    received_on = DateField(_("Angekommen am"), [InputRequired(_("Wählen Sie den Tag, an dem der Antrag ankam."))])
    text = TextAreaField(_("Wer fragt, und wie erreichen Sie die Person?"))

    number = HiddenField(validators=[Regexp("[0-7]?[0-9a-f]{1,15}$")])

    @property
    def entry(self) -> Entry:
        """Return the submitted request. Call it after `validate()` only: a bad number raises ValueError."""
        return Entry(int(str(self.number.data), 16), Art(self.art.data), self.received_on.data or date.max)


class ExtendForm(StaffForm):
    """Two further months."""

    why = RadioField(
        _("Warum brauchen Sie länger?"),
        [InputRequired(_("Wählen Sie einen Grund. Das Gesetz kennt nur diese zwei."))],
        choices=select_choices([(why.value, words) for why, words in EXTENSION_WORDS.items()]),
        validate_choice=False,
    )

    @property
    def chosen(self) -> Extension | None:
        """The reason, or None where the value is none."""
        return next((each for each in Extension if each.value == self.why.data), None)


class EndForm(StaffForm):
    """How the request ended."""

    end = RadioField(
        _("Wie ist der Antrag ausgegangen?"),
        [InputRequired(_("Wählen Sie, wie der Antrag ausgegangen ist."))],
        choices=select_choices(
            [
                (RequestState.ANSWERED.value, _("Beantwortet, auch wenn nur zum Teil")),
                (RequestState.REFUSED.value, _("Abgelehnt, mit Gründen und dem Hinweis auf die Beschwerde")),
            ]
        ),
        validate_choice=False,
    )

    @property
    def chosen(self) -> RequestState | None:
        """The end, or None where the value is none."""
        return next((each for each in RequestState if each.value == self.end.data), None)


class AskForm(StaffForm):
    """Asks the person responsible for a case to prepare the answer."""

    case = StringField(
        _("Fall im Protokoll"),
        [InputRequired(_("Schreiben Sie die zwei Wörter des Falls oder seine Nummer, wie im Protokoll."))],
        description=_("Die zwei Wörter, zum Beispiel „Kiesel Anker“, oder die Nummer."),
    )
    text = TextAreaField(
        _("Wer fragt, und was möchte die Person?"),
        description=_("Das liest nur, wer für den Fall zuständig ist. Sie selbst erfahren nichts aus dem Fall."),
    )

    def case_id(self, find: Callable[[str], int | None]) -> int:
        """Return the number; `find` looks for the two words. 0, which no case has, where nothing is found."""
        typed = str(self.case.data).strip()
        return int(typed, 16) if _NUMBER.fullmatch(typed) else find(typed) or 0


class WhoKnowsForm(StaffForm):
    """Asks picked persons whether they know of a case."""

    people = CheckboxesField(_("Wen fragen Sie?"), coerce=int)
    text = TextAreaField(
        _("Kennen Sie einen Fall zu …?"),
        description=_("Name, Klasse und was die anderen sonst brauchen, um die Person zu erkennen. Nicht mehr."),
    )

    def offer(self, candidates: Iterable[Candidate]) -> WhoKnowsForm:
        """Offer these persons, none of them ticked."""
        self.people.choices = select_choices(
            [
                (one.person_id, f"{one.name} ({_('Stelle der Stadt')})" if one.of_city else one.name)
                for one in candidates
            ]
        )
        return self


class KnowsForm(StaffForm):
    """The answer of a person who was asked."""

    knows = RadioField(
        _("Kennen Sie einen Fall?"),
        [InputRequired(_("Wählen Sie eine Antwort."))],
        choices=select_choices([(each.value, words) for each, words in KNOWS_WORDS.items()]),
        validate_choice=False,
    )
    case = SelectField(_("Welcher Fall?"), default="0")
    text = TextAreaField(_("Was die Datenschutzbeauftragte wissen muss"))

    def offer(self, cases: Mapping[int, str]) -> KnowsForm:
        """Offer the cases that this person reads."""
        self.case.choices = select_choices(
            [("0", _("keiner, oder ich nenne ihn nicht")), *((str(i), n) for i, n in cases.items())]
        )
        return self

    @property
    def chosen(self) -> Knows | None:
        """The answer, or None where the value is none."""
        return next((each for each in Knows if each.value == self.knows.data), None)


# The form of a period.


class PeriodForm(StaffForm):
    """How many days one kind of data is kept."""

    kind = SelectField(
        _("Was"),
        [InputRequired(_("Wählen Sie, worum es geht."))],
        choices=select_choices(
            [("", _("Bitte wählen")), *((kind.value, words) for kind, (words, _since) in KIND_WORDS.items())]
        ),
    )
    authority = SelectField(_("Für welche Schulen?"), validate_choice=True)
    days = IntegerField(
        _("Tage"),
        [InputRequired(_("Schreiben Sie eine Zahl.")), NumberRange(1, 10_000, _("Möglich sind 1 bis 10.000 Tage."))],
    )

    def offer(self, authorities: dict[str, str]) -> None:
        """Offer these school authorities."""
        self.authority.choices = select_choices([("", _("Alle Schulträger")), *authorities.items()])

    @property
    def chosen(self) -> Kind:
        """The chosen kind; only after validating."""
        return Kind(self.kind.data)
