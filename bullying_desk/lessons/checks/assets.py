"""Checks of pictures, licences and links: foreign material, and what a blind reader gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bullying_desk.lessons.checks.names import FIRST_NAMES
from bullying_desk.lessons.drawing.figures import stature_of
from bullying_desk.lessons.drawing.scenes import SceneWrong, scene_drawing
from bullying_desk.lessons.format.blocks import Figure, Link, inlines_of, walk
from bullying_desk.lessons.format.located import line_of
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Problem
from bullying_desk.lessons.format.vocabulary import HOSTS, LICENCE_TAKES

_SHAPES: Final = frozenset(
    ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc")
)
_ATTRIBUTES: Final = re.compile(
    r"viewBox|width|height|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|points|transform|fill(?:-rule|-opacity)?"
    r"|stroke(?:-width|-linecap|-linejoin|-dasharray)?|opacity|font-(?:family|size|weight|style)|text-anchor"
    r"|dominant-baseline|role|aria-label|aria-hidden|letter-spacing|textLength|preserveAspectRatio"
)
_LARGEST: Final = 20_000
SCENE_BYTES: Final = 6_000
_ALT_SHORT, _ALT_LONG = 40, 150
_NO_ALT: Final = ("bild von", "bild:", "grafik", "foto")
_CONTRAST: Final = 4.5
_NAMED: Final = {"black": "#000000", "white": "#ffffff", "none": "", "currentColor": "#000000"}


def _plan(lesson: Lesson) -> Path:
    return lesson.folder / "lesson.md"


def alt_texts(lesson: Lesson) -> list[Problem]:
    """Rule 6, the text: every picture used is known, has an alternative text that is no caption, and exists."""
    found = []
    for file, figure in _figures(lesson):
        picture = lesson.picture(figure.file)
        if picture is None:
            what = f"Das Bild {figure.file} steht nicht in bilder"
            found.append(Problem(file, figure.line, 6, what, "datei und alt eintragen"))
        elif figure.caption and _plain(figure.caption) == _plain(picture.alt):
            what = "Bildunterschrift und alt sind gleich"
            found.append(Problem(file, figure.line, 6, what, "in alt beschreiben, was zu sehen ist"))
    used = {figure.file for _, figure in _figures(lesson)}
    return found + [problem for number in range(len(lesson.pictures)) for problem in _listed(lesson, number, used)]


def _listed(lesson: Lesson, number: int, used: set[str]) -> list[Problem]:
    picture = lesson.pictures[number]
    found = []
    if not (lesson.folder / picture.file).is_file():
        found.append((f"{picture.file} fehlt im Ordner", "die Datei ablegen"))
    if picture.alt.lower().startswith(_NO_ALT):
        found.append((f"alt beginnt mit „{picture.alt[:10]}“", "gleich sagen, was zu sehen ist"))
    if picture.file not in used:
        found.append((f"{picture.file} wird nirgends gezeigt", f"mit ![]({picture.file}) zeigen"))
    line = line_of(lesson.lines, ("bilder", number))
    return [Problem(_plan(lesson), line, 6, what, mend) for what, mend in found]


def _figures(lesson: Lesson) -> list[tuple[Path, Figure]]:
    found = [(_plan(lesson), block) for block in walk(lesson.body) if isinstance(block, Figure)]
    for sheet in (*lesson.sheets, lesson.solution, lesson.letter):
        if sheet is not None:
            path = lesson.folder / sheet.file
            found += [(path, block) for block in walk(sheet.blocks) if isinstance(block, Figure)]
    return found


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def licences(lesson: Lesson) -> list[Problem]:
    """Rule 9: free licences only; foreign material must be compatible with the lesson's licence."""
    takes = LICENCE_TAKES[lesson.licence]
    found = []
    for number, picture in enumerate(lesson.pictures):
        if picture.licence not in takes:
            what = f"{picture.file} hat {picture.licence}, die Stunde {lesson.licence}"
            found.append(
                Problem(_plan(lesson), line_of(lesson.lines, ("bilder", number)), 9, what, "ein eigenes Bild zeichnen")
            )
    for number, source in enumerate(lesson.based_on):
        if source.licence not in takes:
            what = f"„{source.title}“ hat die Lizenz „{source.licence or 'unbekannt'}“"
            line = line_of(lesson.lines, ("basiert_auf", number))
            found.append(Problem(_plan(lesson), line, 9, what, "den Text selbst neu schreiben"))
    return found


def links(lesson: Lesson) -> list[Problem]:
    """Rule 10: only https, tel, mailto and lesson links, only to hosts on the list."""
    found = []
    for file, line, target in link_targets(lesson):
        parts = urlsplit(target)
        host = (parts.hostname or "").removeprefix("www.")
        if parts.scheme in ("tel", "mailto", "lesson"):
            continue
        if parts.scheme != "https":
            found.append(
                Problem(file, line, 10, f"Die Adresse „{target}“ geht nicht", "https://, tel: oder mailto: benutzen")
            )
        elif host not in HOSTS and not any(host.endswith("." + known) for known in HOSTS):
            found.append(
                Problem(file, line, 10, f"„{host}“ steht nicht auf der Liste", "eine Adresse der Liste nehmen")
            )
    return found


def link_targets(lesson: Lesson) -> list[tuple[Path, int, str]]:
    """Return (file, line, target) of every link of a lesson."""
    texts = [(_plan(lesson), lesson.body)]
    for sheet in (*lesson.sheets, lesson.solution, lesson.letter):
        if sheet is not None:
            texts.append((lesson.folder / sheet.file, sheet.blocks))
    return [
        (path, block_line(block), inline.target)
        for path, blocks in texts
        for block in walk(blocks)
        for inline in inlines_of(block)
        if isinstance(inline, Link)
    ]


def block_line(block: object) -> int:
    """Return the line of a block."""
    return int(getattr(block, "line", 1))


def drawings(lesson: Lesson) -> list[Problem]:
    """Rule 13: drawings hold shapes and words only; their words are dark enough to read."""
    found: list[Problem] = []
    for picture in lesson.pictures:
        path = lesson.folder / picture.file
        if path.is_file():
            found += _drawing(path)
    return found


def scene_drawn(lesson: Lesson) -> list[Problem]:
    """Rule 13, the scene: every lesson that ships has one; it is small, of plain shapes, and has its words."""
    scene, plan = lesson.scene, _plan(lesson)
    if scene is None:
        mend = "in drawing/scenes.yml eine Szene beschreiben"
        return [] if lesson.own else [Problem(plan, 1, 13, "Zu dieser Stunde ist keine Szene gezeichnet", mend)]
    try:
        raw = scene_drawing(lesson.id, stature_of(lesson.grades)).encode()
    except SceneWrong as error:
        return [Problem(plan, 1, 13, f"Die Szene kennt der Baukasten nicht: {error}", "drawing/scenes.yml prüfen")]
    found = _elements(plan, ElementTree.fromstring(raw), "#000000")  # noqa: S314 - drawn by the program
    if len(raw) > SCENE_BYTES:
        found.append(
            Problem(plan, 1, 13, f"Die Szene hat {len(raw)} Byte", f"höchstens {SCENE_BYTES}: etwas weglassen")
        )
    if not _ALT_SHORT <= len(scene.alt) <= _ALT_LONG or scene.alt.lower().startswith(_NO_ALT):
        found.append(
            Problem(plan, 1, 13, "alt der Szene ist zu kurz, zu lang oder leer gesagt", "sagen, was man sieht")
        )
    return found


def _drawing(path: Path) -> list[Problem]:
    raw = path.read_bytes()
    if len(raw) > _LARGEST:
        return [Problem(path, 1, 13, f"Die Zeichnung hat {len(raw)} Byte", "vereinfachen, höchstens 20 kB")]
    # Entities could blow the parser up or read files; no drawing needs a document type.
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"<?xml-stylesheet" in raw:
        return [Problem(path, 1, 13, "DOCTYPE, ENTITY oder Stylesheet in der Zeichnung", "nur <svg> speichern")]
    try:
        root = ElementTree.fromstring(raw)  # noqa: S314 - no document type, checked above
    except ElementTree.ParseError as error:
        return [Problem(path, error.position[0], 13, "Die Zeichnung ist kein XML", "die Datei prüfen")]
    found = _elements(path, root, "#000000")
    if "viewBox" not in root.attrib:
        found.append(Problem(path, 1, 13, "viewBox fehlt", "viewBox ergänzen"))
    return found


def _elements(path: Path, element: ElementTree.Element, fill: str) -> list[Problem]:
    name = element.tag.rpartition("}")[2]
    if name not in _SHAPES:
        return [Problem(path, 1, 13, f"<{name}> ist nicht erlaubt", "nur einfache Formen und Text benutzen")]
    found = []
    for key, value in element.attrib.items():
        if not _ATTRIBUTES.fullmatch(key) or "url(" in value or ":" in value:
            found.append(Problem(path, 1, 13, f"{key}=„{value[:30]}“ ist nicht erlaubt", "das Attribut streichen"))
    fill = element.attrib.get("fill", fill)
    if name in ("text", "tspan") and (element.text or "").strip() in FIRST_NAMES:
        what = f"Das Bild verrät den Namen {element.text}"
        found.append(Problem(path, 1, 13, what, "Buchstaben statt Namen ins Bild schreiben"))
    if name in ("text", "tspan") and contrast(fill, "#ffffff") < _CONTRAST:
        found.append(Problem(path, 1, 13, f"Text in {fill} ist auf Weiß zu hell", "mindestens so dunkel wie #434a6e"))
    for child in element:
        found += _elements(path, child, fill)
    return found


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours like #434a6e (WCAG 2.2); unknown colours count as white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    code = _NAMED.get(colour, colour).lstrip("#")
    if len(code) == 3:
        code = "".join(letter * 2 for letter in code)
    if not re.fullmatch(r"[0-9a-fA-F]{6}", code):
        return 1.0
    parts = [int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
