"""The small forms behind the receipt: the six words, a letter, a choice of readers, a yes to something serious."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, StringField, TextAreaField

from bullying_desk.reports.doors.form_fields import ChoiceField, name_fields, refuse_too_long, tidy
from bullying_desk.reports.doors.wording import Wording, wording
from bullying_desk.reports.mailbox.asking_words import Voice
from bullying_desk.web.forms import CheckboxesField, PublicForm, StaffForm, select_choices
from bullying_desk.web.language import _


class KeptForm(PublicForm):
    """ "Hast du den Code?" """

    da = ChoiceField()

    def __init__(self, formdata: Any = None, *, polite: bool = False, renewal: bool = False) -> None:
        """`renewal`: the words take the place of old ones, which stay in force with a no."""
        super().__init__(formdata)
        self.polite = polite
        self.da.label.text = _("Haben Sie den Code?") if polite else _("Hast du den Code?")
        kept = [
            ("heft", _("Ja, er ist aufgeschrieben.") if polite else _("Ja, ich habe ihn aufgeschrieben.")),
            ("foto", _("Ja, ich habe ein Foto.")),
            ("nein", _("Nein. Ich behalte den alten Code.") if renewal else _("Nein. Ich will keine Antwort.")),
        ]
        self.da.choices = select_choices(kept)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask again where nothing was chosen: nobody leaves the words by accident."""
        super().validate(extra_validators)
        if not self.da.data:
            words = _("Bitte sagen Sie uns: Haben Sie den Code?") if self.polite else _("Sag uns: Hast du den Code?")
            self.da.errors = [words]
        return not self.errors

    @property
    def has_code(self) -> bool:
        """Whether the words are kept."""
        return self.da.data in {"heft", "foto"}


class ReturnForm(PublicForm):
    """The six words; `nonce` is for browsers that do not say where a form comes from."""

    code = StringField()
    nonce = HiddenField()
    danach = HiddenField()  # the address of a form that waits to be sent after the words

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self.code.label.text = _("Deine 6 Wörter")


class SessionForm(StaffForm):
    """A form behind the reporter's session: Flask-WTF's token, and the number of the last letter the page showed."""

    after = HiddenField()

    @property
    def last_shown(self) -> int:
        """The number of the last letter the page showed."""
        typed = str(self.after.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 8 else 0


class LetterForm(SessionForm):
    """What a reporter writes."""

    text = TextAreaField()

    def __init__(self, *, polite: bool = False) -> None:
        super().__init__()
        self.text.label.text = _("Was möchten Sie sagen?") if polite else _("Was willst du sagen?")


class BetterForm(SessionForm):
    """ "Mir geht es besser", with a word more if they like."""

    text = TextAreaField()

    def __init__(self, *, polite: bool = False) -> None:
        super().__init__()
        self.text.label.text = _("Möchten Sie noch etwas sagen?") if polite else _("Willst du noch etwas sagen?")


class HowForm(SessionForm):
    """ "Hat es aufgehört?", in the words of one door, with a word more if they like."""

    step = ChoiceField()
    text = TextAreaField()

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self.step.label.text, self.text.label.text = _(voice.title), _(voice.more)
        self.step.choices = select_choices((step.value, _(words)) for step, words in voice.steps.items())
        self._missing = _("Kreuz bitte etwas an.") if voice.child else _("Bitte kreuzen Sie etwas an.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask again where nothing was ticked."""
        super().validate(extra_validators)
        if not self.step.data and not self.step.errors:
            self.step.errors = [self._missing]
        return not self.errors


class ReadersForm(StaffForm):
    """Who is to read from now on, by person ids; `sure` comes from the page that has explained the change."""

    lesen = CheckboxesField()
    warten = CheckboxesField()
    sure = HiddenField()
    #: The role of each person at school or in the city, by id: a name alone tells a child nothing.
    functions: dict[str, str]

    def offer(self, reading: Iterable[tuple[int, str]], waiting: Iterable[tuple[int, str]]) -> None:
        """Show who reads or could read, and who stands by."""
        self.lesen.choices = select_choices((str(person), name) for person, name in reading)
        self.warten.choices = select_choices((str(person), name) for person, name in waiting)

    def people(self, names: tuple[str, ...] = ("lesen", "warten")) -> frozenset[int]:
        """Return the ids that were ticked."""
        ticked = (one for name in names for one in (self[name].data or ()))
        return frozenset(int(one) for one in ticked if one.isascii() and one.isdigit())


def name_form(*, polite: bool) -> type[SessionForm]:
    """Return the form for giving one's name later; "no" is not among the answers."""
    words = wording(polite=polite)
    fields = name_fields(words)
    fields["name"].kwargs["choices"] = fields["name"].kwargs["choices"][1:]
    return type("NameForm", (_NameForm,), {**fields, "words": words, "polite": polite})


class _NameForm(SessionForm):
    """One's name, and what may be done with it."""

    words: Wording
    polite: bool

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a missing name, and what would have to be cut."""
        super().validate(extra_validators)
        for name in ("rufname", "klasse", "wann"):
            refuse_too_long(self[name], self.words)
        if not tidy(self["rufname"].data):
            words = _("Bitte schreiben Sie Ihren Namen.") if self.polite else _("Schreib bitte deinen Namen.")
            self["rufname"].errors = [words]
        return not self.errors


class SureForm(StaffForm):
    """A button on a page that has explained the change."""
