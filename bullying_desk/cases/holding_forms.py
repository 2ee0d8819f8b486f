"""The forms of the page that says how long a case is still there."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.cases.forms import DayField
from bullying_desk.cases.holding import Archive
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.language import _


class HoldForm(StaffForm):
    """Until when a case is kept, and why."""

    until = DayField(_("Nicht löschen bis"), [InputRequired(_("Wählen Sie einen Tag, höchstens in einem Jahr."))])
    reason = TextAreaField(_("Grund"), [InputRequired(_("Schreiben Sie, warum der Fall bleiben muss."))])


class ArchiveForm(StaffForm):
    """What is to happen with the archive."""

    archive = RadioField(
        _("Angebot an das Archiv"),
        choices=select_choices(
            [
                ("nein", _("Nicht anbieten")),
                (Archive.OFFER.value, _("Anbieten – erst löschen, wenn das Archiv geantwortet hat")),
                (Archive.TAKEN.value, _("Das Archiv hat übernommen")),
                (Archive.DECLINED.value, _("Das Archiv hat abgelehnt")),
            ]
        ),
        validate_choice=False,
    )

    @property
    def chosen(self) -> Archive | None:
        """What was chosen, or None where something else was sent."""
        known = {"nein": Archive.NO, **{each.value: each for each in Archive if each.value}}
        return known.get(str(self.archive.data))
