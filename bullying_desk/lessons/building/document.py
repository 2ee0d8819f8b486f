"""Puts a lesson together in the order a teacher needs: one minute, safety, course, the full plan, the sheets."""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.lessons.checks.plan import references
from bullying_desk.lessons.drawing.scenes import SCENE
from bullying_desk.lessons.format.blocks import (
    Block,
    Box,
    Figure,
    Gap,
    Heading,
    Inline,
    Listing,
    Paragraph,
    Strong,
    Table,
    Text,
)
from bullying_desk.lessons.format.model import COURSE, Lesson, Sheet, sections
from bullying_desk.lessons.format.vocabulary import AUTHOR, COMPETENCES, EVIDENCE, LICENCES, PREPARATION

_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
DRAFT = "Entwurf: noch nicht von Lehrkraft und Beratung gegengelesen"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the document: the plan or a sheet; a sheet begins a new page."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    note: str = ""
    larger: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A lesson, ready to be written as PDF, DOCX or ODT."""

    lesson: Lesson
    parts: tuple[Part, ...]
    attribution: str
    footer: str = ""


def words(text: str) -> tuple[Inline, ...]:
    """Return plain words as inlines."""
    return (Text(text),)


def labelled(label: str, text: str) -> Paragraph:
    """Return a paragraph that begins with a bold label."""
    return Paragraph((Strong(words(label)), Text(" " + text)), 0)


def bullets(items: tuple[str, ...] | list[str]) -> Listing:
    """Return a bullet list of plain sentences."""
    return Listing(tuple((Paragraph(words(item), 0),) for item in items), None, 0)


def day_words(day: object) -> str:
    """Return a date as people write it: `23. November 2026`."""
    year, month, number = (int(part) for part in str(day).split("-"))
    return f"{number}. {_MONTHS[month - 1]} {year}"


def head_line(lesson: Lesson) -> str:
    """Return the line under the title: grades, minutes, theme, version."""
    edition = f"Version {lesson.version} vom {day_words(lesson.updated)}"
    return f"{lesson.learners} · {lesson.minutes} Minuten · {lesson.theme} · {edition}"


def attribution(lesson: Lesson, publisher: str, address: str) -> str:
    """Return the licence line to copy (TULLU: Titel, Urheber, Lizenz, Link, Ursprungsort); the same in every format."""
    where = f", {address}" if address else ""
    return (
        f"„{lesson.title}“, {AUTHOR}, herausgegeben von {publisher}, "
        f"{lesson.licence} ({LICENCES[lesson.licence]}){where}"
    )


def footer(lesson: Lesson, publisher: str, address: str) -> str:
    """Return the foot of every page, so that one sheet copied alone still names author, licence and origin."""
    where = address.removeprefix("https://").removeprefix("http://")
    parts = [f"„{lesson.title}“ ({lesson.code})", f"{AUTHOR}, {publisher}", lesson.licence, where]
    return " · ".join(part for part in (*parts, f"Version\u00a0{lesson.version}") if part)


def share_of(lesson: Lesson, share: str) -> str:
    """Return for whom a thing is copied; nobody at a Berufskolleg is a child."""
    return "Person" if share == "Kind" and lesson.for_adults else share


def in_one_minute(lesson: Lesson) -> list[tuple[str, str]]:
    """Return the head of a lesson that is read in a minute, as (label, text)."""
    material = "; ".join(f"{item.what} (je {share_of(lesson, item.share)})" for item in lesson.material) or "nichts"
    rows = [("Idee", lesson.short), ("Material", material), ("Vorbereitung", PREPARATION[lesson.preparation])]
    if lesson.short_form is not None:
        rows.append(("In 20 Minuten", short_words(lesson)))
    if lesson.substitute is not None:
        rows.append(("Vertretung", substitute_words(lesson)))
    return rows


def short_words(lesson: Lesson) -> str:
    """Return the form of 20 minutes in one line; empty where there is none."""
    steps = lesson.short_form.steps if lesson.short_form is not None else ()
    return " – ".join(f"({minutes} Min.) {what}" for minutes, what in steps)


def substitute_words(lesson: Lesson) -> str:
    """Return how to teach this from the board, with the minutes of the cut; empty where it cannot be."""
    cut = lesson.substitute
    if cut is None:
        return ""
    names = [lesson.phases[number - 1].name for number in cut.phases]
    which = "" if len(names) == len(lesson.phases) else f"In 45 Minuten: {', '.join(names)}. "
    return which + cut.how


def course_table(lesson: Lesson) -> Table:
    """Return the phases as a table, with the minute each one begins and ends."""
    rows = tuple(
        (
            words(f"{start}–{start + phase.minutes}"),
            words(phase.name),
            words(phase.say),
            words(phase.do),
            words(phase.form if phase.material == "–" else f"{phase.form}; {phase.material}"),
        )
        for start, phase in zip(lesson.starts, lesson.phases, strict=True)
    )
    who = "Das tun alle" if lesson.for_adults else "Das tun die Kinder"
    header = tuple(words(name) for name in ("Min.", "Phase", "Das sage ich", who, "Form; Material"))
    return Table(f"Ablauf, zusammen {lesson.minutes} Minuten", header, rows, (0.09, 0.15, 0.31, 0.26, 0.19), 0)


def safety_box(lesson: Lesson) -> Box:
    """Return the safety box: when not to teach this, the rules, what follows."""
    safety = lesson.safety
    blocks: list[Block] = [labelled("Vor der Stunde lesen.", f"Schutzstufe {safety.level} von 3.")]
    if len(safety.not_if) == 1:
        blocks.append(labelled("Nicht unterrichten, wenn", safety.not_if[0]))
    else:
        blocks += [Paragraph((Strong(words("Nicht unterrichten, wenn")),), 0), bullets(safety.not_if)]
        blocks.append(Paragraph((Strong(words("Dabei gilt:")),), 0))
    blocks.append(bullets(safety.notes))
    blocks.append(labelled("Danach:", safety.aftercare))
    return Box("achtung", tuple(blocks), 0)


def plan_blocks(lesson: Lesson) -> tuple[Block, ...]:
    """Return the whole plan; its sections are headings of level 2."""
    parts = sections(lesson.body)
    blocks: list[Block] = [Heading(2, words("In einer Minute"), 0)]
    blocks.append(Box("kasten", tuple(labelled(label + ":", text) for label, text in in_one_minute(lesson)), 0))
    blocks += [Heading(2, words("Ziele"), 0), bullets(lesson.goals), safety_box(lesson)]
    blocks += [Heading(2, words("Ablauf"), 0), course_table(lesson)]
    for name in ("Worum es geht", "Vor der Stunde"):
        blocks += [Heading(2, words(name), 0), *parts.get(name, ())]
    blocks.append(Heading(2, words(COURSE), 0))
    for start, phase in zip(lesson.starts, lesson.phases, strict=True):
        blocks.append(Heading(3, words(f"{phase.name} ({start}–{start + phase.minutes})"), 0))
        blocks += lesson.course().get(phase.name, ())
    blocks += _differences(lesson)
    blocks += [Heading(2, words("Wenn es schwierig wird"), 0), *parts.get("Wenn es schwierig wird", ())]
    blocks += _rule(lesson)
    for name in ("Zu Hause", "Reflexion"):
        blocks += [Heading(2, words("Danach im Alltag" if lesson.for_staff and name == "Zu Hause" else name), 0)]
        blocks += parts.get(name, ())
    return (*blocks, *_sources(lesson, parts.get("Quellen", ())))


def _differences(lesson: Lesson) -> list[Block]:
    rows = [
        ("Leichter:", lesson.easier),
        ("Schwerer:", lesson.harder),
        ("Deutsch als Zweitsprache:", lesson.second_language),
    ]
    items = tuple((labelled(label, text),) for label, text in rows if text)
    return [Heading(2, words("Leichter, schwerer, DaZ"), 0), Listing(items, None, 0)] if items else []


def rule_title(lesson: Lesson) -> str:
    """Return the heading over the one sentence that stays."""
    return "Vereinbarung im Kollegium" if lesson.for_staff else "Klassenregel dieser Stunde"


def _rule(lesson: Lesson) -> list[Block]:
    rule = Box("kasten", (Paragraph((Strong(words(lesson.rule)),), 0),), 0)
    blocks: list[Block] = [Heading(2, words(rule_title(lesson)), 0), rule]
    if lesson.words:
        blocks.append(Heading(2, words("Wörter"), 0))
        blocks.append(Listing(tuple((labelled(word + ":", means),) for word, means in lesson.words), None, 0))
    return blocks


def _sources(lesson: Lesson, text: tuple[Block, ...]) -> list[Block]:
    evidence = lesson.evidence
    blocks: list[Block] = [Heading(2, words("Quellen und Belege"), 0)]
    blocks.append(labelled(f"Belegstufe {evidence.level} ({EVIDENCE[evidence.level]}).", evidence.sentence))
    blocks += text
    known = references()
    named = [f"{reference}: {known[reference]}" for reference in evidence.references if reference in known]
    if named:
        blocks.append(labelled("Belege:", " ".join(named)))
    if lesson.competences:
        numbered = "; ".join(f"{number} {COMPETENCES[number]}" for number in lesson.competences)
        blocks.append(labelled("Medienkompetenzrahmen NRW:", numbered + "."))
    return blocks


def sheet_part(lesson: Lesson, sheet: Sheet, kind: str) -> Part:
    """Return a sheet as a part of its own, with a line that says for whom to copy it."""
    note = f"Je {share_of(lesson, sheet.share)} einmal kopieren" if kind == "sheet" and sheet.share else ""
    scene = scene_of(lesson) if on_sheet(lesson, sheet) else ()
    blocks = (*scene, *_name_line(lesson, sheet), *sheet.blocks) if kind == "sheet" else sheet.blocks
    return Part(kind, sheet.heading, blocks, note, larger=sheet.variant == "leichter")


def _name_line(lesson: Lesson, sheet: Sheet) -> tuple[Block, ...]:
    """Return the line for name and date, on sheets that a child or a pair fills in and hands in."""
    if lesson.for_staff or not sheet.named or sheet.kind != "arbeitsblatt" or sheet.share not in ("Kind", "Paar"):
        return ()
    label = "Name: " if sheet.share == "Kind" else "Namen: "
    return (Paragraph((Text(label), Gap(34), Text("  Datum: "), Gap(14)), 0),)


def scene_of(lesson: Lesson) -> tuple[Block, ...]:
    """Return the scene of a lesson as a picture that stands before its text; empty where there is none."""
    return (Figure(SCENE, "", 0),) if lesson.scene is not None else ()


def on_sheet(lesson: Lesson, sheet: Sheet) -> bool:
    """Whether the scene opens this sheet: the first one that pupils get."""
    return sheet.number == 1 and not sheet.variant and not lesson.for_staff


def parts_of(lesson: Lesson) -> tuple[Part, ...]:
    """Return plan, sheets, solution and letter, in this order; the scene opens the plan and the first sheet."""
    found = [Part("plan", "Stundenverlauf", (*scene_of(lesson), *plan_blocks(lesson)))]
    found += [sheet_part(lesson, sheet, "sheet") for sheet in lesson.all_sheets]
    if lesson.solution is not None:
        found.append(sheet_part(lesson, lesson.solution, "solution"))
    if lesson.letter is not None:
        found.append(Part("letter", lesson.letter_title, lesson.letter.blocks))
    return tuple(found)
