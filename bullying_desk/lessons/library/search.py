"""Finds the lesson a teacher means: compounds, endings, umlauts and typing slips, in memory, without an engine.

A question without a match gets no list: lessons that do not fit would look like an answer.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz, process

from bullying_desk.lessons.format.blocks import plain_passages
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.vocabulary import COMPETENCES, DURATIONS
from bullying_desk.lessons.library.words import STAFF_WORDS, SYNONYMS, fold, in_german, is_small, may_join, stem, tokens

_WEIGHTS: Final = {"title": 10.0, "keywords": 6.0, "short": 4.0, "goals": 3.0, "about": 3.0, "body": 1.0}
_PART_OF_WORD: Final = 0.45
_SYNONYM: Final = 0.5
_PHRASE: Final = 12.0  # a sentence a child says, kept among the keywords
_SENTENCE: Final = 3  # keywords of so many words are such sentences
_MOST: Final = 20  # nobody looks beyond the twentieth lesson
_SPLIT: Final = 0.8
_COMPOUND: Final = 1.5
_SHORTEST_PART: Final = 4
_NEAR_ENOUGH: Final = 82
_ONE_FORM: Final = 0.7  # a lesson for one school form alone comes after its like where nobody asks for that form
_CODE: Final = re.compile(r"^[a-h]\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Found:
    """The lessons of a search, best first, none where nothing fits; `offered` is another spelling."""

    lessons: tuple[Lesson, ...]
    offered: str = ""


class Index:
    """Every word of every lesson, with its weight; built once when the lessons are read."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self.lessons = tuple(lessons)
        self.words: dict[str, dict[int, float]] = defaultdict(dict)
        self.spelling: dict[str, str] = {}
        for number, lesson in enumerate(self.lessons):
            for field, text in _fields(lesson):
                self._add(number, text, _WEIGHTS[field])
        self._parts: dict[str, list[tuple[str, float]]] = {}
        keywords = [(number, tokens(word)) for number, lesson in enumerate(self.lessons) for word in lesson.keywords]
        self._sentences = [(number, " ".join(said)) for number, said in keywords if len(said) >= _SENTENCE]

    def _add(self, number: int, text: str, weight: float) -> None:
        words = tokens(text)
        originals = re.findall(r"[^\W_]+", text)
        for position, word in enumerate(words):
            if weight > 1 and position + 1 < len(words) and may_join(word, words[position + 1]):
                self._note(stem(word + words[position + 1]), number, weight * _SPLIT)
            if is_small(word):
                continue
            self._note(stem(word), number, weight)
            if position < len(originals) and weight > 1:
                self.spelling.setdefault(word, originals[position])

    def _note(self, word: str, number: int, weight: float) -> None:
        at = self.words[word]
        at[number] = max(at.get(number, 0.0), weight) + (0.05 if number in at else 0.0)

    def search(self, query: str) -> Found:
        """Find lessons for a question in words; an empty question finds all, in the order of the programme."""
        asked = fold(query)
        if not asked.strip():
            return Found(self.lessons)
        words = [word for word in tokens(asked) if not is_small(word)]
        scores: dict[int, float] = defaultdict(float)
        missing: list[str] = []
        for word in words:
            found = self._word(word)
            if not found:
                missing.append(word)
            _add(scores, found)
        _add(scores, self._joined(asked))
        _add(scores, self._said(asked))
        for german in in_german(asked):
            _add(scores, self._word(german))
        offered = self._offer(missing, query) if missing and not in_german(asked) else ""
        for corrected in [fold(word) for word in offered.split()]:
            _add(scores, self._word(corrected), _SYNONYM)
        if not scores:
            return Found((), "")
        return Found(self._ordered(scores, asked), self._shown(offered))

    def _ordered(self, scores: dict[int, float], asked: str) -> tuple[Lesson, ...]:
        """Return the lessons that fit, best first; the training of the staff comes first only when it is asked for."""
        staff = any(word in STAFF_WORDS or _CODE.match(word) for word in tokens(asked))
        scores = {n: score * (_ONE_FORM if self.lessons[n].only_form else 1) for n, score in scores.items()}
        best = max(scores.values())
        last = {number for number in scores if self.lessons[number].for_staff and not staff}
        order = sorted(scores, key=lambda number: (number in last, -scores[number], number))
        return tuple(self.lessons[n] for n in order if scores[n] >= best * 0.12)[:_MOST]

    def _said(self, asked: str) -> dict[int, float]:
        """Score sentences among the keywords, small words included: „alle machen mit“ has no other."""
        whole = f" {' '.join(tokens(asked))} "
        return {number: _PHRASE for number, sentence in self._sentences if f" {sentence} " in whole}

    def _joined(self, asked: str) -> dict[int, float]:
        """Score neighbours as one word: „Klassen Chat“ and „Klassenchat“ are one thing."""
        scores: dict[int, float] = defaultdict(float)
        words = tokens(asked)
        for one, other in pairwise(words):
            if may_join(one, other):
                for number, score in self._exact(one + other).items():
                    scores[number] += score * _COMPOUND
        return scores

    def _word(self, word: str) -> dict[int, float]:
        scores = dict(self._exact(word))
        for known, share in self._parts_of(stem(word)):
            for number, score in self._exact_stem(known).items():
                scores[number] = max(scores.get(number, 0.0), score * share)
        for other in SYNONYMS.get(word, SYNONYMS.get(word.rstrip("en"), ())):
            for number, score in self._exact(other).items():
                scores[number] = max(scores.get(number, 0.0), score * _SYNONYM)
        if _CODE.match(word):
            for number, lesson in enumerate(self.lessons):
                if lesson.code.lower() == word:
                    scores[number] = 100.0
        return scores

    def _exact(self, word: str) -> dict[int, float]:
        return self._exact_stem(stem(word))

    def _exact_stem(self, word: str) -> dict[int, float]:
        at = self.words.get(word, {})
        rare = math.log(1 + len(self.lessons) / (1 + len(at)))
        return {number: weight * rare for number, weight in at.items()}

    def _parts_of(self, word: str) -> list[tuple[str, float]]:
        """Return words of the lessons that this word is part of, or that are parts of it (compounds)."""
        if word in self._parts:
            return self._parts[word]
        found = []
        for known in self.words:
            short = min(len(known), len(word))
            if known == word or short < _SHORTEST_PART - 1 or (short < _SHORTEST_PART and not self._named(known)):
                continue
            longer = (len(known) > _SHORTEST_PART or self._named(known)) and word.startswith(known)
            longer = longer or (len(known) > _SHORTEST_PART and word.endswith(known))
            if longer or known.startswith(word) or known.endswith(word):
                found.append((known, _PART_OF_WORD))
        if len(self._parts) < 2000:  # questions are public: memory must not grow with them
            self._parts[word] = found
        return found

    def _named(self, known: str) -> bool:
        """Whether a word is in a title or among the keywords: „Wut“ counts in „Wutausbruch“, „wie“ does not."""
        return max(self.words[known].values()) >= _WEIGHTS["keywords"]

    def _offer(self, missing: list[str], query: str) -> str:
        """Return the question with unknown words replaced by the nearest known ones; empty if none is near."""
        offered = []
        changed = False
        for word in tokens(query):
            near = None
            if word in missing and len(word) >= _SHORTEST_PART:
                near = process.extractOne(word, self.spelling.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
            offered.append(near[0] if near else word)
            changed = changed or near is not None
        return " ".join(offered) if changed else ""

    def _shown(self, offered: str) -> str:
        return " ".join(self.spelling.get(word, word) for word in offered.split())


def _add(scores: dict[int, float], found: Mapping[int, float], share: float = 1.0) -> None:
    for number, score in found.items():
        scores[number] += score * share


def _fields(lesson: Lesson) -> list[tuple[str, str]]:
    about = [lesson.theme, *lesson.methods, *lesson.subjects, *(COMPETENCES[number] for number in lesson.competences)]
    about += [lesson.only_form, *(f"Förderschwerpunkt {need}" for need in lesson.support_needs)]
    if lesson.substitute is not None:
        about.append("Vertretung Vertretungsstunde nur Tafel ohne Kopien")
    if lesson.preparation == 0:
        about.append("ohne Vorbereitung spontan")
    body = [text for _, text in plain_passages(lesson.body)]
    body += [text for sheet in lesson.sheets for _, text in plain_passages(sheet.blocks)]
    body += [*lesson.safety.notes, *lesson.safety.not_if, lesson.safety.aftercare, lesson.evidence.sentence]
    body += [lesson.easier, lesson.harder, lesson.second_language]
    return [
        ("title", f"{lesson.title} {lesson.code}"),
        ("keywords", ". ".join(lesson.keywords)),
        ("short", f"{lesson.subtitle}. {lesson.short} {lesson.rule}"),
        ("goals", " ".join([*lesson.goals, *(f"{word}: {means}" for word, means in lesson.words)])),
        ("about", ". ".join(about)),
        ("body", " ".join(body)),
    ]


# Understands what a teacher's sentence holds besides its subject: „6. Klasse“, „20 Minuten“, „Doppelstunde“.


_NUMBER: Final = r"(1[0-3]|[1-9])"
_GRADE: Final = re.compile(
    rf"\b(?:klasse|klassen|jahrgang|jahrgangsstufe|jg|stufe|kl|grade|class)\b\.?\s*{_NUMBER}\b(?!\s*(?:min|stunde))"
    rf"|\b{_NUMBER}\s*\.?\s*(?:te[rns]?\s+)?(?:klasse|klaessler|klaesslerinnen|jahrgang|schuljahr|kl)\b"
)
_MINUTES: Final = re.compile(r"\b(\d{1,3})\s*-?\s*(?:min\b|minuten\b|minuetig\w*)")
_SPANS: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (re.compile(r"\bdoppelstunde\w*"), 90),
    (re.compile(r"\beinzelstunde\w*"), 45),
    (re.compile(r"\b(?:eine )?viertelstunde\b|\b(?:eine )?halbe stunde\b|\bkurze? stunde\b"), 20),
)


#: Words that mean a school form. A word that says more than the form (`Azubi`) also stays among the words.
_FORMS: Final[tuple[tuple[re.Pattern[str], str, bool], ...]] = tuple(
    (re.compile(rf"\b(?:{words})\b"), form, stays)
    for words, form, stays in (
        (r"berufskollegs?|berufsschul\w*|bk|berufsbildende\w*", "Berufskolleg", False),
        (r"azubis?|auszubildende\w*|lehrlinge?s?|ausbildungsvorbereitung|foerderklassen?", "Berufskolleg", True),
        (r"foerderschul\w*|sonderschul\w*|foerderschwerpunkte?s?", "Förderschule", False),
        (r"grundschul\w*", "Grundschule", False),
        (r"hauptschul\w*", "Hauptschule", False),
        (r"realschul\w*", "Realschule", False),
        (r"sekundarschul\w*", "Sekundarschule", False),
        (r"gesamtschul\w*", "Gesamtschule", False),
        (r"gymnasium|gymnasien|gymnasial\w*", "Gymnasium", False),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart: the words that are left; grade, minutes and school form as the filters take them."""

    words: str
    grade: str = ""
    minutes: str = ""
    school_form: str = ""


def take_apart(query: str) -> Asked:
    """Take grade, minutes and school form out of a question; of several the first one counts."""
    asked = fold(query)
    grades = [one or other for one, other in _GRADE.findall(asked)]
    minutes = [int(found) for found in _MINUTES.findall(asked)]
    minutes += [span for pattern, span in _SPANS if pattern.search(asked)]
    rest = _MINUTES.sub(" ", _GRADE.sub(" ", asked))
    for pattern, _ in _SPANS:
        rest = pattern.sub(" ", rest)
    form = ""
    for words, name, stays in _FORMS:
        if words.search(rest):
            form = form or name
            rest = rest if stays else words.sub(" ", rest)
    # A lesson longer than the given time does not fit: „30 Minuten“ means the forms of 20.
    fitting = [span for span in DURATIONS if minutes and span <= minutes[0]]
    return Asked(
        " ".join(rest.split()),
        grades[0] if grades else "",
        str(fitting[-1] if fitting else 20) if minutes else "",
        form,
    )
