"""Checks of the words: can these children read it, and does it hurt nobody?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bullying_desk.lessons.checks.names import ALSO_WORDS, FIRST_NAMES, SURNAMES
from bullying_desk.lessons.format.blocks import plain_passages
from bullying_desk.lessons.format.located import line_of
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Level, Problem
from bullying_desk.lessons.format.readability import measure, sentences, words

#: (file, line, text)
Passage = tuple[Path, int, str]

#: lowest grade of the lesson -> (highest level, longest sentence in words); None: sentences only (below the scale).
_LIMITS: Final[tuple[tuple[int, float | None, int], ...]] = (
    (2, None, 8),
    (4, 5.0, 12),
    (6, 7.0, 16),
    (10, 9.0, 22),
    (13, 12.0, 22),
)
_SHORTEST = 50
_GRACE = 2

_FORBIDDEN: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = (
    (
        re.compile(r"\b(?:Täter|Täterin\w*|Opfer)s?n?\b"),
        "{} als Name für Kinder",
        "„Kind, das gemobbt wird“ oder „Kind, das mobbt“ schreiben",
    ),
    (
        re.compile(
            r"\b(?:erzähl|schreib|bericht)\w*[^.!?]*\b(?:Fall|Mobbing)\b[^.!?]*\b(?:eurer|deiner|unserer) Klasse",
            re.IGNORECASE,
        ),
        "„{}“ fragt nach echten Fällen",
        "einen erfundenen Fall nehmen",
    ),
    (
        re.compile(r"\bWer (?:wird|wurde|mobbt|ärgert)\b[^.!?]*\b(?:eurer|deiner|unserer) Klasse", re.IGNORECASE),
        "„{}“ fragt nach Kindern der Klasse",
        "allgemein fragen",
    ),
    (
        re.compile(r"\bversprich\w*\b[^.!?]*\b(?:nichts zu sagen|niemand\w*|geheim\w*)", re.IGNORECASE),
        "„{}“ verspricht Geheimhaltung",
        "streichen: Hilfe darf man immer holen",
    ),
    (
        re.compile(
            r"\b(?:entschuldig\w* (?:dich|sich|euch)[^.!?]*vor der (?:ganzen )?Klasse"
            r"|(?:muss|musst|müssen) (?:sich|dich|uns) [^.!?]*entschuldigen)",
            re.IGNORECASE,
        ),
        "„{}“ erzwingt eine Entschuldigung",
        "freiwillig und nicht öffentlich schreiben",
    ),
    (
        re.compile(r"\b(?:[Dd]ie|[Dd]er|von) (?:Blauen?|Grünen|Schwarzen|Roten|Braunen|Gelben)\b|\bBlauland\b"),
        "„{}“ klingt in Deutschland nach einer Partei oder einer Hautfarbe",
        "eine Gruppe erfinden, die niemanden meint",
    ),
    (
        re.compile(r"\bvoll behindert\b|\bso schwul\b|\b[Ss]prich (?:mal )?(?:richtig )?Deutsch\b", re.IGNORECASE),
        "„{}“ druckt eine Beleidigung einer Gruppe",
        "den Spruch durch […] oder einen anderen ersetzen",
    ),
    (
        re.compile(
            r"\b(?:neben wem (?:willst|möchtest|sitzt) du|wen magst du|wer ist (?:am )?(?:beliebt|unbeliebt)\w*)",
            re.IGNORECASE,
        ),
        "„{}“ macht ein öffentliches Soziogramm",
        "die Frage streichen",
    ),
)
_NEGATED: Final = re.compile(r"\b(?:niemand|keiner|kein Kind|nicht|nie)\b", re.IGNORECASE)
_FULL_NAME: Final = re.compile(r"\b([A-ZÄÖÜ][\wäöüß]+) ([A-ZÄÖÜ][\wäöüßığşç]+)\b")
_SURNAME_END: Final = re.compile(r"(?:ski|ska|oğlu|oglu|ović|enko|meier|meyer|schmidt)$")


def pupil_passages(lesson: Lesson) -> list[Passage]:
    """Return the pupils' texts: worksheets, the class rule, the board."""
    plan = lesson.folder / "lesson.md"
    found: list[Passage] = [(plan, line_of(lesson.lines, ("klassenregel",)), lesson.rule)]
    for number, phase in enumerate(lesson.phases):
        found.append((plan, line_of(lesson.lines, ("phasen", number, "tafel")), phase.board))
    for sheet in lesson.sheets:
        path = lesson.folder / sheet.file
        found += [(path, line, text) for line, text in plain_passages(sheet.blocks)]
    return found


def all_passages(lesson: Lesson) -> list[Passage]:
    """Return every text of the lesson that people read, with its place."""
    plan = lesson.folder / "lesson.md"
    found = [(plan, line, text) for line, text in plain_passages(lesson.body)]
    for sheet in (*lesson.sheets, lesson.solution, lesson.letter):
        if sheet is not None:
            found += [(lesson.folder / sheet.file, line, text) for line, text in plain_passages(sheet.blocks)]
    return found


def limits(lesson: Lesson) -> tuple[float | None, int]:
    """Return (highest level, longest sentence) for the lowest grade of a lesson."""
    lowest = min(lesson.grades)
    return next((level, longest) for grade, level, longest in _LIMITS if lowest <= grade)


def reading_level(lesson: Lesson) -> list[Problem]:
    """Rule 8: worksheets and board fit the lowest grade; a little above warns, two above is an error."""
    if lesson.for_staff or not lesson.grades:
        return []
    highest, longest = limits(lesson)
    found = []
    for file, line, text in pupil_passages(lesson):
        for sentence in sentences(text):
            count = len(words(sentence))
            if count > longest:
                what = f"Satz mit {count} Wörtern (Klasse {min(lesson.grades)}: höchstens {longest}): „{sentence[:60]}“"
                level: Level = "error" if count > longest + _GRACE else "warn"
                found.append(Problem(file, line, 8, what, "den Satz teilen", level))
    for sheet in lesson.sheets:
        reading = measure([text for _, text in plain_passages(sheet.blocks)])
        if highest is not None and reading.words >= _SHORTEST and reading.level > highest:
            what = f"Lesestufe {reading.level}, für Klasse {min(lesson.grades)} höchstens {highest}"
            degree: Level = "error" if reading.level > highest + _GRACE else "warn"
            found.append(Problem(lesson.folder / sheet.file, 1, 8, what, "kürzere Sätze und Wörter nehmen", degree))
    return found


def safety_words(lesson: Lesson) -> list[Problem]:
    """Rule 11: no child is named perpetrator or victim; no real case, secrecy, forced apology or full name."""
    if lesson.for_staff:
        return []
    found = []
    for file, line, text in pupil_passages(lesson):
        for sentence in sentences(text):
            for number, (pattern, what, mend) in enumerate(_FORBIDDEN):
                match = pattern.search(sentence)
                if match and not (number == 4 and _NEGATED.search(sentence)):
                    found.append(Problem(file, line, 11, what.format(match.group()), mend))
        for first, last in _FULL_NAME.findall(text):
            if first in FIRST_NAMES and (last in SURNAMES or _SURNAME_END.search(last)):
                found.append(
                    Problem(file, line, 11, f"„{first} {last}“ sieht wie ein echter Name aus", "nur Vornamen nehmen")
                )
    return found


def names_and_typography(lesson: Lesson) -> list[Problem]:
    """Rule 12 (warns): names of many origins, German quotation marks, one way to speak of girls and boys."""
    found = []
    seen: set[str] = set()
    for file, line, text in all_passages(lesson):
        seen |= {word for word in words(text) if word in FIRST_NAMES}
        for pattern, what, mend in (
            (r"[\"«»”]", "gerade oder fremde Anführungszeichen", "„…“ schreiben"),
            (r"\.\.\.", "drei Punkte", "das Zeichen … nehmen"),
            (r"\w - \w", "Bindestrich als Gedankenstrich", "– schreiben"),
            (r"\w(?:\*|_|:)innen\b|\wInnen\b", "Gendern mit Zeichen", "beide nennen oder umschreiben: „die Kinder“"),
        ):
            if re.search(pattern, text):
                found.append(Problem(file, line, 12, f"{what} in „{text[:50]}“", mend, "warn"))
    origins = {FIRST_NAMES[name] for name in seen}
    if len(seen) >= 4 and len(origins) < 2:
        plan = lesson.folder / "lesson.md"
        found.append(
            Problem(
                plan, 1, 12, f"Alle Namen sind gleicher Herkunft: {', '.join(sorted(seen))}", "Namen mischen", "warn"
            )
        )
    return found


def first_names(lesson: Lesson) -> set[str]:
    """Return every first name in plan, sheets, solution and letter: a child must not find its own name in a case."""
    found = {word for _, _, text in all_passages(lesson) for word in words(text)}
    return {name for name in found if name in FIRST_NAMES and name not in ALSO_WORDS}
