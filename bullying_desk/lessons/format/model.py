"""A lesson as the program knows it: the head a teacher reads in one minute, the phases, the sheets, the safety box."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bullying_desk.lessons.drawing.scenes import SCENE
from bullying_desk.lessons.format.blocks import Block, Heading, inline_text
from bullying_desk.lessons.format.located import Way
from bullying_desk.lessons.format.vocabulary import SPECIAL, VOCATIONAL, band_of, theme

#: The sections of a plan, in this order; nothing else on level 2.
SECTIONS = (
    "Worum es geht",
    "Vor der Stunde",
    "Verlauf",
    "Wenn es schwierig wird",
    "Zu Hause",
    "Reflexion",
    "Quellen",
)
COURSE = "Verlauf"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the lesson: minutes, the teacher's words, the pupils' work, the board."""

    minutes: int
    name: str
    form: str
    say: str
    do: str
    material: str
    board: str


@dataclass(frozen=True, slots=True)
class Material:
    """One thing to have ready, for each child, pair, group or the class."""

    what: str
    share: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Safety:
    """The safety box: level 1–3, rules, when not to teach this, and what follows."""

    level: int
    notes: tuple[str, ...]
    not_if: tuple[str, ...]
    aftercare: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for this kind of lesson: level A–D, references, one honest sentence."""

    level: str
    references: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An own line drawing with its alternative text and licence; width in centimetres."""

    file: str
    alt: str
    author: str
    licence: str
    width: float


@dataclass(frozen=True, slots=True)
class Substitute:
    """How a substitute teaches this from the board: numbers of the phases (from 1), and how."""

    phases: tuple[int, ...]
    how: str


@dataclass(frozen=True, slots=True)
class ShortForm:
    """The lesson in 20 minutes: (minutes, what to do) step by step."""

    steps: tuple[tuple[int, str], ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(minutes for minutes, _ in self.steps)


@dataclass(frozen=True, slots=True)
class Easier:
    """What the easier sheet is made of: its source, the parts to keep (all if empty), beginnings of sentences."""

    source: str
    only: tuple[str, ...]
    beginnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the change log."""

    version: str
    day: date
    what: str


@dataclass(frozen=True, slots=True)
class Source:
    """A work a lesson took text from."""

    title: str
    author: str
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text of its own beside the plan: worksheet, solution or letter home."""

    file: str
    title: str
    kind: str
    share: str
    blocks: tuple[Block, ...]
    number: int = 0
    variant: str = ""
    named: bool = True

    @property
    def heading(self) -> str:
        """The heading over the sheet: `Arbeitsblatt 1: …`, `Arbeitsblatt 1, leichter: …`, or the title alone."""
        variant = f", {self.variant}" if self.variant else ""
        return f"Arbeitsblatt {self.number}{variant}: {self.title}" if self.number else self.title

    @property
    def anchor(self) -> str:
        """The name of the sheet inside a page's address."""
        return f"ab{self.number}-{self.variant}" if self.variant else f"ab{self.number}" if self.number else "woerter"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson, read and typed; `folder` is its folder, `lines` has the line of each value in `lesson.md`."""

    folder: Path
    id: str
    title: str
    subtitle: str
    short: str
    module: str
    number: int
    grades: tuple[int, ...]
    audience: str
    minutes: int
    methods: tuple[str, ...]
    subjects: tuple[str, ...]
    competences: tuple[str, ...]
    goals: tuple[str, ...]
    rule: str
    phases: tuple[Phase, ...]
    material: tuple[Material, ...]
    preparation: int
    safety: Safety
    evidence: Evidence
    keywords: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    easier: str
    harder: str
    second_language: str
    pictures: tuple[Picture, ...]
    based_on: tuple[Source, ...]
    licence: str
    status: str
    version: str
    created: date
    published: date | None
    updated: date
    changes: tuple[Change, ...]
    readers: tuple[tuple[str, str], ...]
    substitute: Substitute | None
    no_sheet: str
    body: tuple[Block, ...]
    sheets: tuple[Sheet, ...]
    solution: Sheet | None
    letter: Sheet | None
    lines: dict[Way, int] = field(repr=False, compare=False)
    short_form: ShortForm | None = None
    easier_from: Easier | None = None
    word_keys: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    made_sheets: tuple[Sheet, ...] = ()
    made_pictures: tuple[Picture, ...] = ()
    own: bool = False
    school_forms: tuple[str, ...] = ()
    support_needs: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The short name in the programme, as `B2`."""
        return f"{self.module}{self.number}"

    @property
    def theme(self) -> str:
        """The theme's name, as `Grenzen und Hilfe`."""
        return theme(self.module)

    @property
    def grade_words(self) -> str:
        """The grades as people write them, as `3–4`."""
        return band_of(self.grades)

    @property
    def only_form(self) -> str:
        """The school form when the lesson is made for a Berufskolleg or a Förderschule alone, else empty."""
        return self.school_forms[0] if self.school_forms in ((VOCATIONAL,), (SPECIAL,)) else ""

    @property
    def for_adults(self) -> bool:
        """Whether adults learn here: the staff, or pupils of whom many are of age."""
        return self.for_staff or self.only_form == VOCATIONAL

    @property
    def learners(self) -> str:
        """For whom this is: `Klasse 3–4`, `Förderschule, Klasse 1–4`, `Berufskolleg`, `Kollegium`."""
        if self.for_staff or self.only_form == VOCATIONAL:
            return self.only_form or self.grade_words
        return f"{self.only_form}, Klasse {self.grade_words}" if self.only_form else f"Klasse {self.grade_words}"

    @property
    def letter_title(self) -> str:
        """The heading of the letter; at a Berufskolleg it goes to the employers of the trainees, too."""
        to = "an Betriebe und Eltern" if self.only_form == VOCATIONAL else "nach Hause"
        return f"Brief {to}: {self.letter.title}" if self.letter is not None else ""

    @property
    def for_staff(self) -> bool:
        """Whether this is training for the staff, not a lesson for pupils."""
        return self.module == "H"

    @property
    def checked(self) -> bool:
        """Whether a teacher and a counsellor have read it (the city enters them)."""
        return self.status == "geprueft"

    @property
    def starts(self) -> tuple[int, ...]:
        """The minute at which each phase begins."""
        found, at = [], 0
        for phase in self.phases:
            found.append(at)
            at += phase.minutes
        return tuple(found)

    def section(self, name: str) -> tuple[Block, ...]:
        """Return the blocks of one section of the plan, without its heading; empty where it is missing."""
        return sections(self.body).get(name, ())

    def course(self) -> dict[str, tuple[Block, ...]]:
        """Return the full phases: name -> blocks."""
        return sections(self.section(COURSE), level=3)

    def picture(self, file: str) -> Picture | None:
        """Return a picture by its file name, None where the front matter does not know it."""
        return next((picture for picture in self.all_pictures if picture.file == file), None)

    @property
    def scene(self) -> Picture | None:
        """The drawing that shows what happens in it, None where none is drawn (as for a city's own lesson)."""
        return next((picture for picture in self.made_pictures if picture.file == SCENE), None)

    @property
    def all_pictures(self) -> tuple[Picture, ...]:
        """The lesson's own drawings and those of its picture words."""
        return (*self.pictures, *self.made_pictures)

    @property
    def all_sheets(self) -> tuple[Sheet, ...]:
        """The sheets to hand out: each written one, behind it its easier form, the picture words last."""
        found: list[Sheet] = []
        for sheet in self.sheets:
            found += [sheet, *(made for made in self.made_sheets if made.number == sheet.number)]
        return (*found, *(made for made in self.made_sheets if not made.number))


def sections(blocks: tuple[Block, ...], level: int = 2) -> dict[str, tuple[Block, ...]]:
    """Cut blocks at the headings of a level: heading -> blocks up to the next one."""
    found: dict[str, list[Block]] = {}
    name: str | None = None
    for block in blocks:
        if isinstance(block, Heading) and block.level == level:
            name = inline_text(block.inlines)
            found.setdefault(name, [])
        elif name is not None:
            found[name].append(block)
    return {key: tuple(value) for key, value in found.items()}
