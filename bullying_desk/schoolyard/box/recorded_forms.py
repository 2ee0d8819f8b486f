"""The form for a talk in the yard or on the phone: the child's yes, who told what, the wish, who reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from bullying_desk.cases.readers.child_access_forms import OwnAccessForm
from bullying_desk.reports.doors.answers import LONGEST_TEXT, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.offline.on_behalf import Told
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.web.forms import select_choices
from bullying_desk.web.language import _

TELLERS: Final = (
    ("kind", _("das Kind selbst")),
    ("anderes", _("ein anderes Kind")),
    ("eltern", _("Mutter oder Vater")),
)
DOORS: Final = {"kind": 1, "anderes": 2, "eltern": 3}


class ToldForm(OwnAccessForm):
    """As for an own access, without a case behind it. Without a yes to writing it down nothing is kept."""

    darf = RadioField(
        _("Dürfen Sie es aufschreiben?"),
        choices=select_choices([("ja", _("Ja")), ("nein", _("Nein"))]),
        validate_choice=False,
    )
    erzaehlt = RadioField(_("Wer hat es Ihnen erzählt?"), choices=select_choices(TELLERS), validate_choice=False)
    wunsch = TextAreaField(_("Was wünscht sich das Kind? Was soll nicht passieren?"))
    rufname = StringField(_("Name"), [Length(max=200, message=_("Bitte kürzer."))])

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
        if self.erzaehlt.data not in DOORS:
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
            door=DOORS[self.erzaehlt.data],
            said={"wunsch": wish} if wish else {},
            name=NameGiven(NameLevel.TEAM, name) if name else NameGiven(),
        )
