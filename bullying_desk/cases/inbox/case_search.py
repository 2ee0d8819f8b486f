"""Searching the cases one may read: texts are opened for one search, in memory, and forgotten; there is no index.

A person without a grant of a report finds nothing of it, whatever the words. The trail learns that a person searched
and how many texts were read, never the words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Final

from sqlalchemy import ColumnElement, func, select

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import opening
from bullying_desk.cases.case_list import OPEN_STATES, VISIBLE, gather, held_by, readable
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.deadlines import SchoolClocks
from bullying_desk.cases.inbox.queue import names_of
from bullying_desk.cases.inbox.row_words import Line, lines
from bullying_desk.cases.notes import NOTE
from bullying_desk.cases.sheets import SHEET
from bullying_desk.clock import BERLIN
from bullying_desk.lessons.library.words import fold as fold_slowly
from bullying_desk.lessons.library.words import stem
from bullying_desk.reports import opening_many, record_kinds
from bullying_desk.reports.models import Case, CaseStatus, Report, ReportGrant
from bullying_desk.rights.checking import hint

MOST_LOOKED = 2_000
MOST_SHOWN = 50


class Where(Enum):
    """In which cases to search, by their status."""

    LIVING = "offen"
    CLOSED = "zu"
    ALL = "alle"


class Place(Enum):
    """Where the words were found."""

    REPORT = "meldung"
    TALK = "gespraech"
    FILE = "akte"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search: words, kind of incident (as a code), status, and arrival."""

    words: str = ""
    what: str = ""
    where: Where = Where.LIVING
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The cases found, the newest first, each with where the words are. `more`: not everything was searched."""

    lines: tuple[tuple[Line, frozenset[Place]], ...]
    found: int
    looked: int
    more: bool


def search(me: Counsellor, wanted: Wanted) -> Result:
    """Look through at most 2,000 readable cases, those with the newest letters first."""
    reports, more = _readable(me, wanted)
    hits = _hits(me, wanted, reports) if reports else {}
    facts = {"looked": len(set(reports.values())), "found": len(hits)}
    trail.record(me.session, Event.CASES_SEARCHED, me.now, actor=me.person_id, subject=me.person_id, **facts)
    me.session.flush()
    return Result(_lines(me, hits), len(hits), facts["looked"], more)


def _readable(me: Counsellor, wanted: Wanted) -> tuple[dict[int, int], bool]:
    """Return the case of each report to look at, by report, the newest first; and whether there are more."""
    query = (
        select(Report.id, Report.case_id)
        .join(Case, Case.id == Report.case_id)
        .join(ReportGrant, held_by(me.session, me.person_id, me.key.key_id))
        .where(VISIBLE, *_narrowed(wanted))
        .order_by(Report.last_hour.desc(), Report.id)
        .limit(MOST_LOOKED + 1)
    )
    found = me.session.execute(query).all()
    return dict(found[:MOST_LOOKED]), len(found) > MOST_LOOKED


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    if wanted.where is Where.LIVING:
        which.append(Case.status.in_((*OPEN_STATES, CaseStatus.DORMANT)))
    if wanted.where is Where.CLOSED:
        which.append(Case.status == CaseStatus.CLOSED)
    if wanted.since is not None:
        which.append(Report.last_hour >= _midnight(wanted.since))
    if wanted.until is not None:
        which.append(Report.arrived_hour < _midnight(date.fromordinal(wanted.until.toordinal() + 1)))
    return which


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)


def _hits(me: Counsellor, wanted: Wanted, reports: dict[int, int]) -> dict[int, frozenset[Place]]:
    """Return the cases that hold every word, and where."""
    question = Question(wanted.words)
    numbers: dict[int, set[int]] = defaultdict(set)
    places: dict[int, set[Place]] = defaultdict(set)
    fits = set[int]() if wanted.what else set(reports.values())
    secrets = opening_many.open_secrets(me.session, me.pepper_layer, me.key, me.person_id, list(reports))
    for report, kind, text, what in opening_many.texts(me.session, secrets):
        case = reports[report]
        if wanted.what in what:
            fits.add(case)
        if question.words and (found := question.found_in(text)):
            numbers[case] |= found
            places[case].add(Place.REPORT if kind == record_kinds.REPORT else Place.TALK)
    if question.words:
        for case, text in opening.file_texts(me, _entirely_read(me, reports.values()), (NOTE, SHEET)):
            if found := question.found_in(text):
                numbers[case] |= found
                places[case].add(Place.FILE)
    everything = set(range(len(question.words)))
    cases = dict.fromkeys(case for case in reports.values() if case in fits)  # the order stays
    return {case: frozenset(places[case]) for case in cases if numbers[case] >= everything}


def _entirely_read(me: Counsellor, cases: Iterable[int]) -> list[int]:
    """Return the cases of which one reads every report: only then may one read the file."""
    wanted = sorted(set(cases))
    found: list[int] = []
    for some in opening_many.batches(wanted):
        query = (
            select(Report.case_id)
            .outerjoin(ReportGrant, held_by(me.session, me.person_id, me.key.key_id))
            .where(Report.case_id.in_(some))
            .group_by(Report.case_id)
            .having(func.count(Report.id) == func.count(ReportGrant.id))
        )
        found += me.session.scalars(query)
    return found


def _lines(me: Counsellor, hits: dict[int, frozenset[Place]]) -> tuple[tuple[Line, frozenset[Place]], ...]:
    shown = list(hits)[:MOST_SHOWN]
    if not shown:
        return ()
    held = held_by(me.session, me.person_id, me.key.key_id)
    values = me.session.execute(hint(readable(held, Case.id.in_(shown)))).all()
    clocks = SchoolClocks(me.session, {each[1] for each in values})
    rows = gather(values, me.person_id, me.today, me.now, clocks)
    schools = names_of(rows)
    said = lines(rows, clocks, schools if len(schools) > 1 else {}, me.person_id, me.now, me.today)
    return tuple((line, hits[line.case_id]) for line in sorted(said, key=lambda line: shown.index(line.case_id)))


# The forms of a German word as one: "schlägt" finds "geschlagen", "Fuss" finds "Fuß".
#
# It is built on the stemmer of the lessons' search (after CISTEM). What that lacks for stories of this kind is here:
# participles ("ausgelacht"), prefixes ("verprügelt"), nouns made of verbs ("Hänselei"), and the strong verbs of the
# field. Snowball's German stemmer was tried: it keeps "beleidigt" and "Beleidigungen" apart, knows no participle and
# takes 44 µs a word (decision D58).


_WORD: Final = re.compile(r"[^\W_]+")
_QUICK: Final = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_SEPARABLE: Final = (
    "zusammen", "hinter", "herum", "nieder", "runter", "unter", "nach", "fest", "fort", "rein", "raus", "rum", "weg",
    "mit", "ein", "aus", "auf", "vor", "los", "bei", "hin", "her", "zu", "an", "ab", "um",
)  # fmt: skip
_INSEPARABLE: Final = ("ver", "zer", "ent", "miss", "be", "er")
_ENDINGS: Final = ("ing", "ei", "er")
_WOMAN: Final = re.compile(r"(?<=er)in(?:nen)?$")
_SHORTEST: Final = 4
_LONG_ENOUGH: Final = 5
# Strong verbs of children's stories, and a few nouns: the word, and its forms with another stem.
_STRONG: Final = """
    schlagen schlug schlugen; treten tritt trat traten; werfen wirft warf warfen worfen; stossen stiess stoesst;
    nehmen nimmt nahm nahmen nommen; sprechen spricht sprach sprachen sprochen; brechen bricht brach brachen brochen;
    stehlen stiehlt stahl stahlen stohlen; schreiben schrieb schrieben; schreien schrie schrien; schieben schob schoben;
    schliessen schloss schlossen; ziehen zog zogen; zwingen zwang zwangen zwungen; beissen biss bissen;
    greifen griff griffen; reissen riss rissen; kneifen kniff kniffen; lassen liess laesst; sehen sieht sah sahen;
    helfen hilft half holfen; fangen faengt fing fingen; fallen faellt fiel fielen; halten haelt hielt hielten;
    laufen laeuft lief liefen; rufen rief riefen; schiessen schoss schossen; sterben stirbt starb storben;
    luegen log logen; gehen ging gingen gangen; kommen kam kamen; schneiden schnitt schnitten; sitzen sass sassen;
    verlieren verlor verloren; essen isst ass gessen; trinken trank trunken; angst aengstlich aengste;
"""


def _cut(word: str) -> str:
    cut = stem(_WOMAN.sub("", word))
    for ending in _ENDINGS:
        if cut.endswith(ending) and len(cut) - len(ending) >= _SHORTEST - 1:
            return stem(cut[: -len(ending)])
    return cut


_ROOT: Final = {
    _cut(form): _cut(words[0]) for words in (line.split() for line in _STRONG.split(";")) for form in words[1:]
}


def fold(text: str) -> str:
    """Return text in small letters, umlauts written out; accents cost time only where there are any."""
    quick = text.lower().translate(_QUICK)
    return quick if quick.isascii() else fold_slowly(quick)


def words_of(text: str) -> set[str]:
    """Return the folded words of a text."""
    return set(_WORD.findall(fold(text)))


def keys(word: str) -> frozenset[str]:
    """Return the roots a folded word may come from; two words are forms of one where they share a root."""
    found = {_root(word)}
    for bare in (word, *_without(word, _SEPARABLE)):
        found |= {_root(bare)}
        found |= {_root(rest) for rest in _without(bare, ("ge", "zu", *_INSEPARABLE))}
    return frozenset(found)


def _without(word: str, prefixes: tuple[str, ...]) -> list[str]:
    cut = [word[len(prefix) :] for prefix in prefixes if word.startswith(prefix)]
    return [rest for rest in cut if len(rest) >= _SHORTEST]


def _root(word: str) -> str:
    cut = _cut(word)
    return _ROOT.get(cut, cut)


class Question:
    """The words of a search: each must be found, in any of its forms or as a part of a longer word.

    It keeps what it learns about the words of opened texts for one search only: nothing of a child's words stays.
    """

    def __init__(self, text: str) -> None:
        self.words = tuple(dict.fromkeys(_WORD.findall(fold(text))))
        self._asked = [(number, keys(word), _root(word), word) for number, word in enumerate(self.words)]
        self._seen: dict[str, frozenset[int]] = {}

    def found_in(self, text: str) -> set[int]:
        """Return the numbers of the words that a text holds."""
        found: set[int] = set()
        for word in words_of(text):
            hit = self._seen.get(word)
            if hit is None:
                hit = self._seen[word] = self._hits(word)
            found |= hit
        return found

    def _hits(self, word: str) -> frozenset[int]:
        own, root = keys(word), _root(word)
        return frozenset(
            number
            for number, asked, asked_root, typed in self._asked
            if own & asked or _is_part(asked_root, root) or (len(typed) >= _SHORTEST and typed in word)
        )


def _is_part(asked: str, root: str) -> bool:
    """Whether a compound begins or ends with it; of short roots too many do."""
    return len(asked) >= _LONG_ENOUGH and (root.startswith(asked) or root.endswith(asked))
