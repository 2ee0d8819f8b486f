"""Services outside the school: data with source and date, and their words for plan, file and answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from bullying_desk.cases.papers.disclosures import Told
from bullying_desk.cases.plan.methods import METHODS
from bullying_desk.guidance.help_lines import HelpLine, help_lines
from bullying_desk.texts import Text, TextFile, mark
from bullying_desk.web.language import _, short_date


class Topic(Enum):
    """What a service is for: the groups of the page, in its order."""

    CHILD_PROTECTION = "child_protection"
    PARENTS = "parents"
    YOUNG_PEOPLE = "young_people"
    ONLINE = "online"
    CRIME = "crime"
    SCHOOL = "school"
    DISCRIMINATION = "discrimination"


TOPIC_WORDS: Final[dict[Topic, str]] = {
    Topic.CHILD_PROTECTION: mark("Kindeswohl"),
    Topic.PARENTS: mark("Eltern und Erziehung"),
    Topic.YOUNG_PEOPLE: mark("Für Jugendliche selbst"),
    Topic.ONLINE: mark("Im Netz"),
    Topic.CRIME: mark("Nach einer Straftat"),
    Topic.SCHOOL: mark("Für die Schule"),
    Topic.DISCRIMINATION: mark("Diskriminierung"),
}
START: Final = "stelle-"
"""Before a service's id, in the address that begins an answer with it."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `line`: the help line whose number, web, hours, source and days hold; `rung`: the day of a call."""

    id: str
    name: Text
    what: Text
    topics: frozenset[Topic]
    district: Text
    told: Told
    method: str
    line: str = ""
    number: str = ""
    web: str = ""
    address: Text = ""
    hours: Text = ""
    child: Text = ""
    source: str = ""
    dated: date | None = None
    rung: date | None = None

    def __post_init__(self) -> None:
        """Refuse an entry without source, with an unknown measure, or with two truths. Raises ValueError."""
        wrong = {
            "it has no source with its day": not self.line and not (self.source and self.dated),
            "number, web and hours are those of its help line": bool(
                self.line and (self.number or self.web or self.hours or self.source)
            ),
            "the plan knows no such measure": self.method not in METHODS,
            "it is in no group": not self.topics,
        }
        if reasons := [reason for reason, is_so in wrong.items() if is_so]:
            raise ValueError(f"{self.id}: {'; '.join(reasons)}")

    @property
    def telephone(self) -> str:
        """The number as people read it; empty where none is known."""
        return self._help_line.number if self._help_line else self.number

    @property
    def dial(self) -> str:
        """The number as a telephone takes it."""
        return self._help_line.dial if self._help_line else "".join(sign for sign in self.number if sign.isdigit())

    @property
    def place(self) -> str:
        """Web, address and hours in one line."""
        help_line = self._help_line
        web, hours = (help_line.web, help_line.hours) if help_line else (self.web, self.hours)
        return ". ".join(
            part
            for part in (web, _(self.address) if self.address else "", (_(hours) if hours else "").rstrip("."))
            if part
        )

    @property
    def reach(self) -> str:
        """How one reaches it, in one line."""
        number = _("Telefon %(number)s") % {"number": self.telephone} if self.telephone else ""
        return ". ".join(part for part in (number, self.place) if part)

    @property
    def called(self) -> date | None:
        """The day somebody rang it."""
        return self._help_line.called if self._help_line else self.rung

    @property
    def read_in(self) -> str:
        """Where it was read, and how old that is."""
        help_line = self._help_line
        source, dated = (help_line.source, help_line.dated) if help_line else (self.source, self.dated)
        return _("%(source)s, Stand %(day)s") % {"source": source, "day": short_date(dated or date.min)}

    @property
    def _help_line(self) -> HelpLine | None:
        return help_lines().by_id(self.line) if self.line else None


@dataclass(frozen=True, slots=True)
class Services:
    """The file."""

    services: tuple[Service, ...]


FILE: Final = TextFile(__file__, Services)
SERVICES: Final = {each.id: each for each in FILE.read().services}


def by_topic() -> list[tuple[str, list[Service]]]:
    """Return every service under each of its topics, with the topic's words."""
    return [(_(TOPIC_WORDS[topic]), [each for each in SERVICES.values() if topic in each.topics]) for topic in Topic]


def line_of(service_id: str) -> str:
    """Return a service for a plan or a record, in one line; nothing for an unknown one."""
    service = SERVICES.get(service_id)
    return f"{_(service.name)}. {service.reach}".strip() if service is not None else ""


def start(code: str, *, polite: bool) -> str:
    """Return the beginning of an answer that names a service; nothing for another code, or where it is not for a child.

    A child reads the sentences that are written for children.
    """
    service = SERVICES.get(code.removeprefix(START)) if code.startswith(START) else None
    if service is None or not (polite or service.child):
        return ""
    if polite:
        return _("Diese Stelle kann Ihnen helfen: %(name)s. %(what)s %(reach)s.") % {
            "name": _(service.name), "what": _(service.what), "reach": service.reach
        }  # fmt: skip
    facts = {"name": _(service.name), "child": _(service.child), "reach": service.reach}
    return _("Hier hilft dir auch jemand: %(name)s. %(child)s %(reach)s.") % facts
