"""Finds a school by whatever a child types: half a name, a wrong letter, a street, a postcode, the poster's key.

The whole register is in memory as an inverted index of folded words. Typed words are compared one by one (whole,
beginning, middle, a slip away) with the register's vocabulary, not with 5,600 schools.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.schools.keys import KEY_LENGTH, is_key, looks_like_key, nearest_keys, tidy
from bullying_desk.schools.models import School, SchoolState

MAX_TYPED = 80  # characters of a query that are read
MAX_WORDS = 6  # words of a query that are read
_WEAK, _KIND, _USUAL = 0.12, 0.6, 1.0  # how much a typed word counts
_KEEP = 0.55  # hits below this share of the best are left out


@dataclass(frozen=True, slots=True)
class Hit:
    """A school as the list of results shows it."""

    key: str
    name: str
    form_name: str
    street: str
    postcode: str
    town: str
    state: SchoolState
    score: float = 0.0  # 0 to about 1.1; only for the order


@dataclass(slots=True)
class _Entry:
    hit: Hit
    folded: str
    glued: str
    weights: dict[str, float] = field(default_factory=dict)  # folded word -> how much a match on it counts


class SchoolIndex:
    """Every school with pupils that is not closed, ready to be searched; never changed after it is built."""

    def __init__(self, schools: Iterable[School]) -> None:
        self._entries = [_entry(school) for school in schools]
        self._by_key = {entry.hit.key: entry for entry in self._entries}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for place, entry in enumerate(self._entries):
            for word, weight in entry.weights.items():
                self._postings.setdefault(word, []).append((place, weight))
            entry.weights = {}
        self._vocabulary = sorted(self._postings)
        self._lines = "\n" + "\n".join(self._vocabulary) + "\n"
        self._by_length: dict[int, list[str]] = {}
        for word in self._vocabulary:
            self._by_length.setdefault(len(word), []).append(word)
        self._glued = [entry.glued for entry in self._entries]

    def __len__(self) -> int:
        return len(self._entries)

    def by_key(self, key: str) -> Hit | None:
        """Return the school with exactly this key."""
        entry = self._by_key.get(key)
        return entry.hit if entry else None

    def nearest(self, typed: str, limit: int = 5) -> list[Hit]:
        """Return the schools whose key is one slip away from the typed one; the child knows its school by name."""
        return [self._by_key[key].hit for key in nearest_keys(typed, self._by_key, limit)]

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Return the schools that fit the typed words, best first; empty where none does."""
        typed = query[:MAX_TYPED]
        keyed = self._by_typed_key(typed)
        found = [] if keyed and is_key(tidy(typed)) and looks_like_key(typed) else self._by_words(typed, limit)
        exact = [hit for hit in keyed if hit.key == tidy(typed)]
        first, second = (keyed, found) if looks_like_key(typed) else (exact + found, keyed)
        return (first + [hit for hit in second if hit not in first])[:limit]

    def _by_typed_key(self, typed: str) -> list[Hit]:
        tidied = tidy(typed)
        if len(tidied) != KEY_LENGTH:
            return []
        exact = self.by_key(tidied)
        return [exact] if exact else self.nearest(typed)

    def _by_words(self, typed: str, limit: int) -> list[Hit]:
        scores = self._scores(self._known_words(typed))
        if not scores:
            return self._by_whole_name(typed, limit)
        best = max(scores.values())
        kept = {place: score for place, score in scores.items() if score >= _KEEP * best}
        return self._ranked(kept, fold(typed), limit)

    def _known_words(self, typed: str) -> list[str]:
        """Split the typed text into words; compounds the register does not know are divided."""
        found: list[str] = []
        for word in words(typed):
            parts = None if word in self._postings else split_compound(word)
            found.extend(parts or (word,))
        strong = [word for word in found if word not in WEAK_WORDS]
        return list(dict.fromkeys(strong + [word for word in found if word in WEAK_WORDS]))[:MAX_WORDS]

    def _scores(self, typed: list[str]) -> dict[int, float]:
        """Return for each school the share of the typed words it answers, 0 to 1."""
        total = sum(_importance(word) for word in typed)
        scores: dict[int, float] = {}
        for word in typed:
            share = _importance(word) / total
            best: dict[int, float] = {}
            for known, quality in self._alike(word).items():
                for place, weight in self._postings[known]:
                    value = quality * weight
                    if value > best.get(place, 0.0):
                        best[place] = value
            for place, value in best.items():
                scores[place] = scores.get(place, 0.0) + share * value
        return scores

    def _alike(self, word: str) -> dict[str, float]:
        """Return the words of the register that may be meant, with how sure that is (0 to 1)."""
        found: dict[str, float] = {}
        distinct = word not in WEAK_WORDS and word not in KIND_WORDS  # no guessing at words half the schools carry
        if distinct and len(word) >= 4 and not word.isdigit():
            found.update(self._slips(word))
        if distinct and len(word) >= 3 and not word.isdigit():
            found.update(dict.fromkeys(self._containing(word), 0.5))
        if distinct and len(word) >= 2:
            found.update((known, 0.7 + 0.25 * len(word) / len(known)) for known in self._beginning_with(word))
        for same in (word, *ALIASES.get(word, ())):
            if same in self._postings:
                found[same] = 1.0
        return found

    def _lines_around(self, needle: str) -> Iterable[str]:
        at = self._lines.find(needle)
        while at >= 0:
            start = self._lines.rfind("\n", 0, at + 1) + 1
            end = self._lines.find("\n", at + 1)
            yield self._lines[start:end]
            at = self._lines.find(needle, end)

    def _beginning_with(self, word: str) -> list[str]:
        return list(self._lines_around("\n" + word))

    def _containing(self, word: str) -> list[str]:
        return list(self._lines_around(word))

    def _slips(self, word: str) -> dict[str, float]:
        """Return known words one to three slips away, more for longer words."""
        allowed = 1 if len(word) <= 5 else 2 if len(word) <= 9 else 3
        found: dict[str, float] = {}
        for length in range(max(4, len(word) - allowed), len(word) + allowed + 1):
            same_length = self._by_length.get(length, ())
            near = process.extract(word, same_length, scorer=OSA.distance, score_cutoff=allowed, limit=20)
            found.update((known, 0.9 * (1 - distance / (len(word) + 1))) for known, distance, _place in near)
        return found

    def _by_whole_name(self, typed: str, limit: int) -> list[Hit]:
        """The last resort: the typed letters as a whole against whole names."""
        glued = fold(typed).replace(" ", "")
        if len(glued) < 4:
            return []
        near = process.extract(glued, self._glued, scorer=fuzz.ratio, score_cutoff=60, limit=limit)
        return [self._entries[place].hit for _name, _score, place in near]

    def _ranked(self, scores: dict[int, float], folded: str, limit: int) -> list[Hit]:
        top = sorted(scores, key=lambda place: -scores[place])[: 4 * limit + 40]
        rated = [(scores[place] + self._bonus(self._entries[place], folded), place) for place in top]
        rated.sort(key=lambda pair: (-round(pair[0], 4), self._entries[pair[1]].folded, pair[1]))
        return [self._entries[place].hit for _score, place in rated[:limit]]

    def _bonus(self, entry: _Entry, folded: str) -> float:
        taking_part = 0.02 if entry.hit.state is SchoolState.JOINED else 0.0
        return taking_part + 0.1 * float(fuzz.ratio(folded, entry.folded)) / 100


def _importance(word: str) -> float:
    if word in WEAK_WORDS or (word.isdigit() and len(word) < 4) or len(word) == 1:
        return _WEAK
    return _KIND if KIND_WORDS.intersection((word, *ALIASES.get(word, ()))) else _USUAL


def _entry(school: School) -> _Entry:
    name = school.shown_name
    hit = Hit(
        school.key, name, school.form_name, school.street, school.postcode, school.town, SchoolState(school.state)
    )
    entry = _Entry(hit, fold(name), fold(name).replace(" ", ""))
    named = [*words(school.name), *(word for word in words(name) if word not in words(school.name))]
    for weight, group in (
        (1.0, _with_parts(named)),
        (0.95, _run_together(words(name))),
        (0.9, _initials(words(name), school.form_name)),
        (0.9, [school.postcode, school.number]),
        (0.95, _with_parts(words(school.form_name))),
        (0.85, words(school.town)),
        (0.8, _with_parts(words(f"{school.name_addition} {school.short_name}"))),
        (0.7, _run_together(words(school.street))),
        (0.65, words(school.street)),
        (0.6, ["privat"] if school.private else []),
    ):
        for word in group:
            if word and (len(word) > 1 or word.isdigit()) and weight > entry.weights.get(word, 0.0):
                entry.weights[word] = weight
    return entry


def _with_parts(found: list[str]) -> list[str]:
    parts = [part for word in found for part in (split_compound(word) or ())]
    return found + parts


def _run_together(found: list[str]) -> list[str]:
    """„Anne-Frank-Schule“ typed without blanks: annefrankschule, frankschule."""
    return ["".join(found[start:]) for start in range(len(found) - 1)][:4]


def _initials(found: list[str], form_name: str) -> list[str]:
    """„KKG“ for Käthe-Kollwitz-Gymnasium, „AFG“ and „AFS“ for the Gesamtschule called Anne-Frank-Schule."""
    strong = [word for word in found if word not in WEAK_WORDS - {"schule"} and not word.isdigit()]
    if len(strong) < 2:
        return []
    letters = "".join(word[0] for word in strong)
    by_form = letters[:-1] + fold(form_name)[:1] if strong[-1] in KIND_WORDS else letters + fold(form_name)[:1]
    return [letters, by_form] if len(letters) > 2 else [by_form] if len(by_form) > 2 else []


# How a school's name falls into words, so that „Göthe Gym“, „goethegymnasium“ and „Goethe-Gymnasium“ meet.


# Different keyboards write umlauts as ü, ue or u; all three become u, in the register and in the typed words.
_UMLAUTS = (("ß", "ss"), ("ae", "a"), ("oe", "o"), ("ue", "u"))
# Letters that Unicode does not take apart, from names of Turkish, Polish, Scandinavian and Croatian origin.
_WHOLE_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o", "þ": "th"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_STREET = re.compile(r"^(.*?)str(?:asse|as|a)?$")

# Kinds of school as parts of compounds, longest first: „Bachgrundschule“ is „Bach“ and „Grundschule“.
_KINDS = (
    "gemeinschaftsgrundschule",
    "gemeinschaftshauptschule",
    "weiterbildungskolleg",
    "gemeinschaftsschule",
    "sekundarschule",
    "gesamtschule",
    "waldorfschule",
    "forderschule",
    "berufskolleg",
    "grundschule",
    "hauptschule",
    "realschule",
    "gymnasium",
    "kolleg",
    "schule",
    "gesamt",
    "gymn",
    "gym",
)
KIND_WORDS = frozenset(_KINDS) | {"klinikschule", "volksschule", "seminar"}

# Words that hardly tell schools apart: they may be missing or additional at no cost.
WEAK_WORDS = frozenset(
    {
        *("schule", "sch", "schulen", "str", "der", "die", "das", "dem", "den", "des", "am", "an", "im", "in", "auf"),
        *("zu", "zum", "zur", "von", "vom", "und", "u", "fur", "e", "v", "i", "ii", "sek", "stadt", "stadtisch", "gem"),
        *("stadtische", "stadtisches", "stadtischen", "primarstufe", "sekundarstufe", "sekundarstufen"),
    }
)

# Words that people use instead of the register's; keys and values are folded.
ALIASES: dict[str, tuple[str, ...]] = {
    "gs": ("grundschule",),
    "ggs": ("grundschule",),
    "gg": ("grundschule",),
    "kgs": ("grundschule", "kath"),
    "egs": ("grundschule", "ev"),
    "hs": ("hauptschule",),
    "ghs": ("hauptschule",),
    "rs": ("realschule",),
    "ge": ("gesamtschule",),
    "ges": ("gesamtschule",),
    "igs": ("gesamtschule",),
    "gy": ("gymnasium",),
    "gym": ("gymnasium",),
    "gymn": ("gymnasium",),
    "gesamt": ("gesamtschule",),
    "gesamtsch": ("gesamtschule",),
    "gymi": ("gymnasium",),
    "gymmi": ("gymnasium",),
    "bk": ("berufskolleg",),
    "bks": ("berufskolleg",),
    "berufsschule": ("berufskolleg",),
    "berufschule": ("berufskolleg",),
    "wbk": ("weiterbildungskolleg",),
    "abendgymnasium": ("weiterbildungskolleg",),
    "fs": ("forderschule",),
    "fos": ("forderschule",),
    "sonderschule": ("forderschule",),
    "sks": ("sekundarschule",),
    "st": ("sankt",),
    "sankt": ("st",),
    "katholisch": ("kath",),
    "katholische": ("kath",),
    "evangelisch": ("ev",),
    "evangelische": ("ev",),
    "dr": ("doktor",),
}


def fold(text: str) -> str:
    """Return the text in small Latin letters and digits, words divided by one blank, without umlauts and accents."""
    lowered = text.casefold().translate(_WHOLE_LETTERS)
    for vowel, plain in (("ä", "a"), ("ö", "o"), ("ü", "u"), *_UMLAUTS):
        lowered = lowered.replace(vowel, plain)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


def words(text: str) -> list[str]:
    """Return the folded words of a text; streets always end in `str`: „Brügmannstraße“ gives `brugmannstr`."""
    return [_STREET.sub(r"\1str", word) for word in fold(text).split()]


def split_compound(word: str) -> tuple[str, str] | None:
    """Divide „bachgrundschule“ into `bach` and `grundschule`; None where there is nothing to divide."""
    for kind in _KINDS:
        if word.endswith(kind) and len(word) - len(kind) >= 3:
            return word[: -len(kind)], kind
    return None


# Keeps the search index in step with the register: a school that was added or has joined is found at once.


def load_index(session: Session) -> SchoolIndex:
    """Build the index from the register."""
    schools = session.scalars(select(School).where(School.state != SchoolState.CLOSED).order_by(School.number))
    return SchoolIndex(school for school in schools if school.school_form.has_pupils)


def register_version(session: Session) -> tuple[int, int]:
    """Return numbers that differ whenever a school was added or changed: how many, and the sum of their revisions."""
    count, revisions = session.execute(select(func.count(School.id), func.coalesce(func.sum(School.revision), 0))).one()
    return int(count), int(revisions)


class IndexKeeper:
    """Keeps one index for the whole process and builds it again when the register has changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: tuple[int, int] | None = None
        self._index = SchoolIndex(())

    def current(self, session: Session) -> SchoolIndex:
        """Return an index of the register as this session sees it."""
        version = register_version(session)
        with self._lock:
            if version != self._version:
                self._index, self._version = load_index(session), version
            return self._index
