"""The words of "Hat es aufgehört?" for each door; and whether the answer is the affected person's own.

A child of nine reads it alone. A reporter who speaks of another child may say that they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import NO_TOPIC
from bullying_desk.reports.doors.questions import mark as _
from bullying_desk.reports.mailbox.letters import Step


@dataclass(frozen=True, slots=True)
class Voice:
    """One way of asking. `own`: the person answers about themselves; `child`: addressed with "du"."""

    title: str
    intro: str
    more: str
    own: bool
    child: bool
    steps: Mapping[Step, str]


_CHILD: Final = Voice(
    _("Hat es aufgehört?"),
    _("Wir haben etwas getan. Wir wollen wissen: Hilft es dir?"),
    _("Willst du noch etwas sagen?"),
    True,
    True,
    {
        Step.STOPPED: _("Ja. Es hat aufgehört."),
        Step.MUCH_BETTER: _("Es ist viel besser als vorher."),
        Step.BETTER: _("Es ist ein bisschen besser als vorher."),
        Step.SAME: _("Es ist noch so wie vorher."),
        Step.WORSE: _("Es ist schlimmer als vorher."),
    },
)
_TALKER: Final = Voice(
    _("Wie ist es jetzt?"),
    _("Du hast uns geschrieben. Wir wollen wissen: Wie ist es jetzt?"),
    _("Willst du noch etwas sagen?"),
    True,
    True,
    {
        Step.STOPPED: _("Es ist gut."),
        Step.MUCH_BETTER: _("Es ist viel besser als vorher."),
        Step.BETTER: _("Es ist ein bisschen besser als vorher."),
        Step.SAME: _("Es ist noch so wie vorher."),
        Step.WORSE: _("Es ist schlimmer als vorher."),
    },
)
_SAW: Final = Voice(
    _("Hat es aufgehört?"),
    _("Du hast uns von einem Kind erzählt. Was siehst du jetzt?"),
    _("Willst du noch etwas sagen?"),
    False,
    True,
    {
        Step.STOPPED: _("Ja. Ich sehe es nicht mehr."),
        Step.MUCH_BETTER: _("Ich sehe es viel weniger."),
        Step.BETTER: _("Ich sehe es ein bisschen weniger."),
        Step.SAME: _("Ich sehe es noch so wie vorher."),
        Step.WORSE: _("Es ist schlimmer als vorher."),
        Step.UNCLEAR: _("Das weiß ich nicht."),
    },
)
_PARENT: Final = Voice(
    _("Hat es bei Ihrem Kind aufgehört?"),
    _("Bitte sagen Sie uns, wie Sie es heute sehen. Fragen Sie Ihr Kind nur, wenn es gerade darüber reden möchte."),
    _("Möchten Sie noch etwas sagen?"),
    False,
    False,
    {
        Step.STOPPED: _("Ja, es hat aufgehört."),
        Step.MUCH_BETTER: _("Es ist viel besser geworden."),
        Step.BETTER: _("Es ist etwas besser geworden."),
        Step.SAME: _("Es ist unverändert."),
        Step.WORSE: _("Es ist schlimmer geworden."),
        Step.UNCLEAR: _("Das weiß ich nicht."),
    },
)
_TEACHER: Final = Voice(
    _("Hat es aus Ihrer Sicht aufgehört?"),
    _("Sie haben uns eine Beobachtung gemeldet. Bitte sagen Sie uns, was Sie seitdem selbst wahrnehmen."),
    _("Ihre Beobachtung dazu"),
    False,
    False,
    {
        Step.STOPPED: _("Ja, ich nehme nichts mehr wahr."),
        Step.MUCH_BETTER: _("Es ist deutlich weniger geworden."),
        Step.BETTER: _("Es ist etwas weniger geworden."),
        Step.SAME: _("Es ist unverändert."),
        Step.WORSE: _("Es ist schlimmer geworden."),
        Step.UNCLEAR: _("Das kann ich nicht beurteilen."),
    },
)
_STAFF: Final = Voice(
    _("Haben die Vorfälle aufgehört?"),
    _("Sie haben uns geschrieben, was Ihnen geschieht. Bitte sagen Sie uns, wie es heute ist."),
    _("Möchten Sie noch etwas sagen?"),
    True,
    False,
    {
        Step.STOPPED: _("Ja, sie haben aufgehört."),
        Step.MUCH_BETTER: _("Es ist deutlich besser geworden."),
        Step.BETTER: _("Es ist etwas besser geworden."),
        Step.SAME: _("Es ist unverändert."),
        Step.WORSE: _("Es ist schlimmer geworden."),
    },
)
_VOICES: Final = {1: _CHILD, 2: _SAW, 3: _PARENT, 4: _TEACHER, 5: _STAFF}


def voice_of(answers: Answers) -> Voice:
    """Return how this reporter is asked."""
    if answers.door == 1 and answers.said.get("wem") in NO_TOPIC:
        return _TALKER
    return _VOICES[answers.door]
