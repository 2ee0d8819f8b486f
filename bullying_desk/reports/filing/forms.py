"""The forms of the five doors: one form, one POST. The typed text always comes back."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any, ClassVar

from wtforms import BooleanField, HiddenField, StringField

from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, Said
from bullying_desk.reports.doors.doors import ANSWERS, AT_WORK, DOORS, NO_TOPIC, Door, holds
from bullying_desk.reports.doors.form_fields import (
    ChoiceField,
    choices_of,
    field_of,
    listed,
    name_fields,
    name_given,
    refuse_too_long,
    tidy,
)
from bullying_desk.reports.doors.wording import Wording, wording
from bullying_desk.reports.filing.receipt_cookie import page_of
from bullying_desk.reports.readers.explaining import names
from bullying_desk.reports.readers.options import (
    ReaderOptions,
    ReaderSentence,
    plain_sentences,
    reader_sentences,
)
from bullying_desk.reports.readers.routing import FEWEST, ReaderChoice, Wish, stand_in_needed
from bullying_desk.sealing.format.errors import SendTokenBroken
from bullying_desk.sealing.format.secret_types import SendToken
from bullying_desk.texts.catalogues import GERMAN
from bullying_desk.web.forms import CheckboxesField, PublicForm, select_choices
from bullying_desk.web.language import _, in_german, speech

HEAD, SOMEBODY = "leitung", "andere"
CITY, TEAM, NAMED = "stadt", "team", "einzeln"
WAIT = "warten"
YES, NO = "ja", "nein"
LIFE = "leben"  # somebody hurts themselves or does not want to live: declared danger in its own words


class WriteForm(PublicForm):
    """The fields of all doors. `token` makes sending twice the same as sending once; `website` is a trap for robots."""

    door: ClassVar[Door]
    token = HiddenField()
    website = StringField()
    zweite = HiddenField()  # the page has said that other words wait to be written down
    gefahr: ChoiceField
    gemeint = CheckboxesField()
    lesen = ChoiceField()
    ohne = CheckboxesField()
    wer = CheckboxesField()
    vertretung = ChoiceField()
    ohne_sprache = BooleanField()

    def __init__(self, options: ReaderOptions, formdata: Any = None) -> None:
        """Offer the readers of one school; a fresh token where none was sent, or a broken one."""
        super().__init__(formdata)
        self.options = options
        self.words: Wording = wording(polite=self.door.polite)
        self._offer()
        self.token_is_fresh = self._renew_token()

    @property
    def send_token(self) -> SendToken:
        """Return the hidden token that makes sending twice the same as sending once. Raises SendTokenBroken."""
        return SendToken.from_field(str(self.token.data))

    @property
    def words_page(self) -> str:
        """The name of the page that will show the six words."""
        return page_of(self.send_token)

    @cached_property
    def adult_is_meant(self) -> bool:
        """Whether an adult of the school is meant; behind door 5 always."""
        return self.door.number == AT_WORK or self._said("erwachsener") == YES

    @property
    def declares_danger(self) -> bool:
        """Whether danger is declared, by its own name or as not wanting to live."""
        return self.gefahr.data in {YES, LIFE}

    @property
    def shown_language(self) -> str:
        """The code of the language that readers are told, unless the reporter hides it; empty for German."""
        return "" if speech().spoken == GERMAN else speech().spoken.code

    @property
    def comforts(self) -> bool:
        """Whether "Du hast nichts falsch gemacht" is right to say: not to a child who has told of its own acts."""
        return self.door.number == 1 and self._said("wem") not in NO_TOPIC

    def _offer(self) -> None:
        words, office = self.words, self.options.city_office
        seats = self.options.seats
        others = [(HEAD, _(words.head)), (SOMEBODY, _(words.somebody_else))]
        self.gemeint.choices = select_choices([*seats, *others])
        self.ohne.choices = self.wer.choices = select_choices(seats)
        readers = [(TEAM, _(words.team))] if seats and self.door.number != AT_WORK else []
        readers += [(CITY, _(words.city))] if self.options.city else []
        readers += [(NAMED, _(words.named))] if seats else []
        self.lesen.choices = select_choices(readers)
        self.vertretung.choices = select_choices(
            [
                *([(CITY, office)] if self.options.city else []),
                *(seats if self.door.number != AT_WORK and (len(seats) > 1 or self.options.city) else []),
                *([(WAIT, _(words.wait))] if len(seats) >= FEWEST else []),
            ]
        )
        if len(readers) == 1 and self.lesen.data is None:
            self.lesen.data = readers[0][0]

    def _renew_token(self) -> bool:
        try:
            SendToken.from_field(str(self.token.data or ""))
        except SendTokenBroken:
            self.token.data = SendToken.generate().to_field()
            return True
        return False

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields that belong together. An error never drops typed text."""
        super().validate(extra_validators)
        if self.token_is_fresh or self.website.data:
            self.website.data = ""
            self._wrong("token", self.words.press_again)
        self._check_content()
        self._check_length()
        self._check_readers()
        return not self.errors

    def _wrong(self, name: str, words: str, **values: object) -> None:
        field = self._fields[name]
        field.errors = [*field.errors, _(words) % values if values else _(words)]

    def _said(self, name: str) -> Any:
        return self._fields[name].data if name in self._fields else None

    def _check_content(self) -> None:
        if self._said("wem") in NO_TOPIC or any(tidy(self._said(code)) for code in self.door.content):
            return
        self._wrong(self.door.content[0], self.door.missing)

    def _check_length(self) -> None:
        for name, field in self._fields.items():
            if isinstance(field, StringField) and name not in {"token", "website"}:
                refuse_too_long(field, self.words)

    def _check_readers(self) -> None:
        if "erwachsen" in (self._said("was") or ()) and "erwachsener" in self._fields and not self._said("erwachsener"):
            self._wrong("erwachsener", self.words.need_adult)
        if not self.lesen.data:
            self._wrong("lesen", self.words.need_readers)
        elif self.lesen.data == TEAM and self.adult_is_meant:
            self._wrong("lesen", self.words.not_team)
        elif self.lesen.data == NAMED and not self.wer.data:
            self._wrong("wer", self.words.need_named)
        elif self.lesen.data == NAMED and (both := self._meant() & self.options.people(self.wer.data)):
            self._wrong("wer", self.words.meant_reads, names=self.options.names(both))
        elif self.lesen.data == NAMED and not self.options.city and stand_in_needed(self.choice(), self.options.team):
            where = ("wer", self.words.need_second) if self.adult_is_meant else ("vertretung", self.words.need_stand_in)
            self._wrong(*where)
        elif self.lesen.data == NAMED:
            self._check_stand_in()
        elif self.lesen.data == TEAM and not self.options.city and not self._team_left():
            self._wrong("ohne", self.words.need_somebody)

    def _check_stand_in(self) -> None:
        """Refuse what could not be kept: a stand-in who reads already, waiting where nobody else would look."""
        chosen = self.vertretung.data
        of_team = self.options.people([chosen] if chosen else [])
        if of_team & self.options.people(self.wer.data):
            self._wrong("vertretung", self.words.reads_already)
        elif of_team and self.adult_is_meant:
            self._wrong("vertretung", self.words.stand_in_not_team)
        elif chosen == WAIT and self.declares_danger:
            self._wrong("vertretung", self.words.no_wait_in_danger)
        elif chosen == WAIT and len(self.wer.data or ()) < FEWEST:
            self._wrong("wer", self.words.no_wait_alone)

    def _team_left(self) -> frozenset[int]:
        return frozenset(one.person_id for one in self.options.team) - self.left_out().people

    @property
    def said_of_readers(self) -> list[ReaderSentence]:
        """What the page says about readers while ticks are set."""
        own = self.door.number == AT_WORK
        return reader_sentences(self.options, polite=self.door.polite, own=own)

    @property
    def plainly_said_of_readers(self) -> list[str]:
        """The same without scripts."""
        own = self.door.number == AT_WORK
        return plain_sentences(self.options, polite=self.door.polite, own=own)

    @property
    def without_stand_in(self) -> str:
        """Who stands in where the question for a stand-in is left empty; nothing where the city has no team."""
        words = _(self.words.stand_in_hint)
        return words % {"city": self.options.city_office} if self.options.city else ""

    @property
    def waiting_means(self) -> str:
        """Return the sentence under the choice to let the message wait, in the words of this door."""
        return _(self.words.wait_second)

    def _meant(self) -> frozenset[int]:
        return self.options.people(self.gemeint.data) if self.adult_is_meant else frozenset()

    def left_out(self) -> LeftOut:
        """Return who must never read this: who is meant, and who was left out of the team."""
        marked = (self.gemeint.data or []) if self.adult_is_meant else []
        people = self._meant() | (self.options.people(self.ohne.data) if self.lesen.data == TEAM else frozenset())
        if HEAD in marked:
            people |= self.options.staff.heads
        alone = self.lesen.data == NAMED and self.vertretung.data == WAIT
        return LeftOut(people, HEAD in marked, SOMEBODY in marked, alone)

    def choice(self) -> ReaderChoice:
        """Return the reporter's choice of readers."""
        wish = {TEAM: Wish.TEAM, NAMED: Wish.NAMED, CITY: Wish.CITY}[self.lesen.data]
        named = self.options.people(self.wer.data) if wish is Wish.NAMED else frozenset()
        chosen = [self.vertretung.data] if wish is Wish.NAMED and self.vertretung.data else []
        stand_in = next(iter(self.options.people(chosen)), None)
        away = self.vertretung.data if wish is Wish.NAMED else None
        return ReaderChoice(
            wish,
            named,
            stand_in,
            self.left_out().people,
            self.adult_is_meant,
            city_named=away == CITY,
            waits=away == WAIT,
            city_only=not self.options.team,
        )

    def answers(self) -> Answers:
        """Return the answers, without those that do not apply (a page without scripts shows every question)."""
        given = {name: listed(field.data) for name, field in self._fields.items()}
        said: dict[str, Said] = {}
        for question in self.door.questions():
            value = tidy(self._said(question.code))
            if value and holds(question.when, given):
                said[question.code] = value
        if self.gefahr.data == LIFE:
            said["gefahr"] = LIFE
        if parents := tidy(self._said("eltern")):
            said["eltern"] = parents
        language = self.shown_language if not self.ohne_sprache.data else ""
        with in_german():  # staff read it
            readers, left_out = self._reader_words()
        wish = self.choice().wish.value
        return Answers(self.door.number, self.declares_danger, said, readers, left_out, wish=wish, language=language)

    def _reader_words(self) -> tuple[str, str]:
        options, hidden = self.options, self.left_out()
        left = self._team_left()
        of_team = [one.name for one in options.team if one.person_id in left]
        of_team += [options.city_office] if len(left) < FEWEST and options.city else []
        readers = {TEAM: names(of_team), NAMED: options.names(self.choice().named), CITY: options.city_office}
        nobody = [options.names(hidden.people)] if options.names(hidden.people) else []
        nobody += [_(self.words.head)] if hidden.head else []
        nobody += [_(self.words.somebody_else)] if hidden.somebody_else else []
        return readers[self.lesen.data], names(nobody) if nobody else ""

    def name_given(self) -> NameGiven:
        """Return who the reporter is. "No", or no answer, means no name, whatever the boxes hold."""
        return name_given(self._fields)


def form_class(number: int) -> type[WriteForm]:
    """Return the form of one door in the language of the page. Raises KeyError for an unknown one."""
    return _form_class(number, speech().spoken.code)


@cache
def _form_class(number: int, _language: str) -> type[WriteForm]:
    door = DOORS[number]
    words = wording(polite=door.polite)
    fields: dict[str, Any] = {"gefahr": field_of(door.danger)}
    fields |= {question.code: field_of(question) for question in door.questions()}
    if number != AT_WORK:
        fields["erwachsener"] = ChoiceField(_(words.adult), choices=choices_of(ANSWERS["yes_no"]))
    fields |= name_fields(words)
    if number == 1:
        fields["eltern"] = ChoiceField(
            _("Dürfen deine Eltern davon wissen?"), choices=choices_of(ANSWERS["yes_no_unknown"])
        )
    labelled = {
        "gemeint": CheckboxesField(_(words.meant)),
        "lesen": ChoiceField(_(words.readers)),
        "ohne": CheckboxesField(_(words.leave_out)),
        "wer": CheckboxesField(_(words.named)),
        "vertretung": ChoiceField(_(words.stand_in)),
        "ohne_sprache": BooleanField(_("Die Sprache nicht zeigen")),
    }
    return type(f"Door{number}Form", (WriteForm,), {"door": door, **fields, **labelled})
