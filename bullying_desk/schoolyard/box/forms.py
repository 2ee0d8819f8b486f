"""The forms of the box: the text of a slip, how many sheets to print, the box's place and keepers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from bullying_desk.cases.readers.forms import OwnAccessForm
from bullying_desk.reports.doors.answers import LONGEST_TEXT, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.offline.on_behalf import Told
from bullying_desk.reports.offline.slips import MOST_SHEETS
from bullying_desk.reports.readers.explaining import names
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.texts.catalogues import GERMAN
from bullying_desk.web.forms import CheckboxesField, StaffForm, select_choices
from bullying_desk.web.language import _

HEAD, SOMEBODY = "leitung", "andere"
DOORS = {"mir": 1, "anderen": 2}


class SlipForm(StaffForm):
    """One slip, in the order in which it is read. No answer of the child is ticked beforehand."""

    nummer = IntegerField(
        _("Nummer des Zettels"),
        [
            InputRequired(_("Schreiben Sie die Nummer. Sie steht oben rechts auf dem Zettel.")),
            NumberRange(min=1, max=10**6, message=_("Prüfen Sie die Nummer oben rechts auf dem Zettel.")),
        ],
    )
    text = TextAreaField(_("Was auf dem Zettel steht"), [InputRequired(_("Steht nichts darauf? Tippen Sie „leer“."))])
    wem = RadioField(
        _("Es passiert"),
        [InputRequired(_("Ist nichts angekreuzt? Entscheiden Sie nach dem Text."))],
        choices=select_choices([("mir", _("dem Kind selbst")), ("anderen", _("einem anderen Kind"))]),
        validate_choice=False,
    )
    gefahr = RadioField(
        _("Gefahr"),
        [InputRequired(_("Ist nichts angekreuzt? Entscheiden Sie nach dem Text. Im Zweifel: Ja."))],
        choices=select_choices([("nein", _("Nein")), ("ja", _("Ja"))]),
        validate_choice=False,
    )
    gesagt = StringField(_("Wem ist es schon gesagt?"), [Length(max=500, message=_("Bitte höchstens 500 Zeichen."))])
    ohne = CheckboxesField(_("Wer soll das nicht lesen?"))
    rufname = StringField(_("Name"), [Length(max=200, message=_("Bitte höchstens 200 Zeichen."))])

    def __init__(self, options: ReaderOptions, **more: Any) -> None:
        """Offer the team and the head to be left out, also people who have not agreed to be named in public."""
        super().__init__(**more)
        self.options = options
        team = [(str(one.seat_id), one.full_name) for one in options.team]
        self.ohne.choices = select_choices(
            [*team, (HEAD, _("Die Schulleitung")), (SOMEBODY, _("Jemand anderes an der Schule"))]
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields that belong together."""
        super().validate(extra_validators)
        if len(self.text.data or "") > LONGEST_TEXT:
            self.text.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
        for field, values in ((self.wem, DOORS), (self.gefahr, ("ja", "nein"))):
            if field.data and field.data not in values:
                field.errors = [_("Wählen Sie eine der Antworten.")]
        return not self.errors

    def told(self, school_id: int) -> Told:
        """Return the text to be sealed: to everybody of the team except those the slip leaves out."""
        ticked = self.ohne.data or []
        people, head = self.options.people(ticked), HEAD in ticked
        people |= self.options.staff.heads if head else frozenset()
        reading = frozenset(one.person_id for one in self.options.team) - people
        name = (self.rufname.data or "").strip()
        said = {"gesagt": told} if (told := (self.gesagt.data or "").strip()) else {}
        return Told(
            school_id,
            DOORS[self.wem.data],
            ReaderChoice(Wish.TEAM, left_out=people, paper=True),
            text=(self.text.data or "").replace("\r\n", "\n").strip(),
            danger=self.gefahr.data == "ja",
            said=said,
            name=NameGiven(NameLevel.TEAM, name) if name else NameGiven(),
            left_out=LeftOut(people, head, SOMEBODY in ticked),
            readers_words=self.options.names(reading) or self.options.city_office,
            left_out_words=names(self._left_out_words(people, ticked)),
            paper=True,
        )

    def _left_out_words(self, people: frozenset[int], ticked: list[str]) -> list[str]:
        found = [self.options.names(people)] if self.options.names(people) else []
        others = ((HEAD, _("Die Schulleitung")), (SOMEBODY, _("Jemand anderes an der Schule")))
        return [*found, *(words for code, words in others if code in ticked)]


class SheetsForm(StaffForm):
    """How many sheets to print."""

    sheets = SelectField(
        _("Wie viele Blätter?"),
        choices=select_choices((str(count), str(count)) for count in range(1, MOST_SHEETS + 1)),
        default="2",
    )
    language = SelectField(_("In welcher Sprache?"), default=GERMAN.code)

    def offer(self, languages: list[tuple[str, str]]) -> None:
        """Offer the languages in which slips can be printed."""
        self.language.choices = select_choices(languages)


class BoxForm(StaffForm):
    """Whether there is a box, its place and its keepers; and which kinds of places have stickers."""

    there = BooleanField(_("Unsere Schule hat einen Kasten."))
    spot = StringField(_("Wo er hängt"), [Length(max=200, message=_("Bitte höchstens 200 Zeichen."))])
    keepers = CheckboxesField(_("Wer leert ihn?"))

    def offer(self, team: list[tuple[str, str]]) -> None:
        """Offer the contact persons of the school."""
        self.keepers.choices = select_choices(team)

    def validate(self, extra_validators: Any = None) -> bool:
        """A box that nobody empties is worse than none."""
        super().validate(extra_validators)
        if self.there.data and not self.keepers.data:
            self.keepers.errors = [_("Kreuzen Sie mindestens eine Person an. Ein Kasten, den niemand leert, schadet.")]
        return not self.errors


# The form for a talk in the yard or on the phone: the child's yes, who told what, the wish, who reads.


TELLERS: Final = (
    ("kind", _("das Kind selbst")),
    ("anderes", _("ein anderes Kind")),
    ("eltern", _("Mutter oder Vater")),
)
TOLD_DOORS: Final = {"kind": 1, "anderes": 2, "eltern": 3}


class ToldForm(OwnAccessForm):
    """As for an own access, without a case behind it. Without a yes to writing it down nothing is kept."""

    darf = RadioField(
        _("Dürfen Sie es aufschreiben?"),
        choices=select_choices([("ja", _("Ja")), ("nein", _("Nein"))]),
        validate_choice=False,
    )
    erzaehlt = RadioField(_("Wer hat es Ihnen erzählt?"), choices=select_choices(TELLERS), validate_choice=False)
    wunsch = TextAreaField(_("Was wünscht sich das Kind? Was soll nicht passieren?"))
    rufname = StringField(_("Name"), [Length(max=200, message=_("Bitte höchstens 200 Zeichen."))])

    def __init__(self, options: ReaderOptions, **more: Any) -> None:
        """Offer the readers of one school; nobody has left anybody out yet."""
        super().__init__(options, LeftOut(), **more)
        del self.sure  # `darf` asks it here

    @property
    def refused(self) -> bool:
        """Whether it may not be written down."""
        return str(self.darf.data) == "nein"

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields that belong together."""
        super().validate(extra_validators)
        if self.darf.data != "ja":
            self.darf.errors = [_("Fragen Sie zuerst: „Darf ich das aufschreiben?“")]
        if self.erzaehlt.data not in TOLD_DOORS:
            self.erzaehlt.errors = [_("Kreuzen Sie an, wer mit Ihnen gesprochen hat.")]
        if self.gefahr.data and self.gefahr.data not in ("ja", "nein"):
            self.gefahr.errors = [_("Kreuzen Sie Ja oder Nein an.")]
        if not (self.text.data or "").strip():
            self.text.errors = [_("Schreiben Sie in einem Satz, was Ihnen erzählt wurde.")]
        if len(self.wunsch.data or "") > LONGEST_TEXT:
            self.wunsch.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
        return not self.errors

    def told(self, school_id: int) -> Told:
        """Return the text to write down."""
        wish, name = (self.wunsch.data or "").strip(), (self.rufname.data or "").strip()
        return replace(
            super().told(school_id),
            door=TOLD_DOORS[self.erzaehlt.data],
            said={"wunsch": wish} if wish else {},
            name=NameGiven(NameLevel.TEAM, name) if name else NameGiven(),
        )
