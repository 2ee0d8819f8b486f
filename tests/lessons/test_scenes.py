"""The scenes of the lessons: drawn from one kit, small, fair to who is shown, and on every sheet and page."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bullying_desk.lessons.building.document import parts_of
from bullying_desk.lessons.building.slides import board_slides
from bullying_desk.lessons.checks.assets import contrast, scene_drawn
from bullying_desk.lessons.drawing.figures import SMALL, TALL, stature_of
from bullying_desk.lessons.drawing.kit import INK, kit, scaled, short
from bullying_desk.lessons.drawing.scenes import SCENE, Scene, SceneWrong, drawn, scenes
from bullying_desk.lessons.format.blocks import Figure
from bullying_desk.lessons.format.loader import Programme

HARD = ("sad", "worried", "angry", "scared")
CHILDREN = {name: person for name, person in kit().people.items() if not person.adult}
#: Skin darker than the middle of the kit, by its luminance against black.
DARKER = {name for name, person in CHILDREN.items() if contrast(person.skin, "#000000") < 9}


def test_every_lesson_has_a_scene_and_every_scene_a_lesson(programme: Programme) -> None:
    assert {lesson.id for lesson in programme.lessons} == set(scenes())
    assert [problem for lesson in programme.lessons for problem in scene_drawn(lesson)] == []
    assert len({scene.alt for scene in scenes().values()}) == len(scenes())


def test_a_scene_the_kit_cannot_draw_is_told(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = programme.lessons[0]
    for line in ("nobody 10 stands happy left", "ada 10 flies happy left", "ada 10 stands happy", "ball 10"):
        with pytest.raises(SceneWrong):
            drawn(Scene("", "yard", (line,)), SMALL)
    crowd = Scene(scenes()[lesson.id].alt, "yard", ("cora 10 waves happy left",) * 6)
    monkeypatch.setattr("bullying_desk.lessons.checks.assets.scene_drawing", lambda *_: drawn(crowd, SMALL))
    assert [problem.rule for problem in scene_drawn(lesson)] == [13]
    bare = replace(lesson, made_pictures=())
    assert "keine Szene" in scene_drawn(bare)[0].what
    assert scene_drawn(replace(bare, own=True)) == []


def test_nobody_is_the_sad_child(programme: Programme) -> None:
    """Who is sad, angry or afraid is spread over all children; the darker half carries no larger share of it."""
    shown, hard = Counter[str](), Counter[str]()
    for scene in scenes().values():
        for name, face in _cast(scene):
            shown[name] += 1
            hard[name] += face in HARD
    assert all(shown[name] >= 6 for name in CHILDREN), shown
    assert all(hard[name] <= 4 for name in CHILDREN), hard
    share = {group: _share(hard, group) / _share(shown, group) for group in (frozenset(DARKER), _lighter())}
    assert 3 <= len(DARKER) <= 9
    assert share[frozenset(DARKER)] <= share[_lighter()] * 1.25, share


def _cast(scene: Scene) -> list[tuple[str, str]]:
    """Return who is in a scene, with the face."""
    words = [line.split() for line in scene.lines]
    return [(word[0], word[3]) for word in words if word[0] in kit().people]


def _lighter() -> frozenset[str]:
    return frozenset(CHILDREN) - DARKER


def _share(counted: Counter[str], group: frozenset[str]) -> int:
    return sum(counted[name] for name in group)


def test_no_group_wears_one_colour_and_aids_are_seen_everywhere() -> None:
    for name, scene in scenes().items():
        tops = [kit().people[who].top for who, _ in _cast(scene)]
        assert len(set(tops)) == len(tops), name
    aids = Counter(kit().people[who].uses for scene in scenes().values() for who, _ in _cast(scene))
    assert all(aids[aid] >= 8 for aid in ("glasses", "hearing", "wheelchair", "cane")), aids


def test_all_that_the_kit_has_can_be_drawn() -> None:
    for look in ("left", "right", "front", "back"):
        for name in kit().people:
            lines = [f"{name} 90 {legs}:stands happy {look}" for legs in ("stand", "walk", "run", "sit", "floor")]
            assert drawn(Scene("", "plain", tuple(lines)), TALL).count("<g ") == 7 + (look != "back") * 5 - 1
    for pose in kit().poses:
        drawn(Scene("", "plain", tuple(f"ben 90 {pose} {face} right" for face in kit().faces)), SMALL)
    unused = set(kit().things) - {word for scene in scenes().values() for line in scene.lines for word in line.split()}
    assert {thing for thing in unused if not thing.startswith(("bubble", "cloud"))} == set()
    assert all(contrast(INK, person.top) >= 3 for person in kit().people.values())


def test_paths_are_scaled_from_their_capitals() -> None:
    assert scaled("M-7 1h.1M10 1a6 6 0 0 1-2-9H4V5Z", 0.5, 3, 10) == "M-.5 10h.1M8 10a3 3 0 0 1 -1 -4.5H5V12Z"
    assert [short(number) for number in (0.04, -0.26, 3.0, 9.6)] == ["0", "-.3", "3", "10"]


def test_children_grow_with_the_grades() -> None:
    heights = [stature_of(grades).height for grades in ((1, 2), (3, 4), (5, 6), (9, 10), ())]
    assert heights == sorted(heights)
    assert heights[0] < heights[2] < heights[3]


def test_a_scene_opens_plan_first_sheet_and_board(programme: Programme) -> None:
    for lesson in programme.lessons:
        opening = [part.kind for part in parts_of(lesson) if part.blocks and _is_scene(part.blocks[0])]
        assert opening == ["plan", "sheet"][: 2 if lesson.sheets and not lesson.for_staff else 1], lesson.code
        assert [slide for slide in board_slides(lesson) if any(map(_is_scene, slide.blocks))] == board_slides(lesson)[
            :1
        ]


def _is_scene(block: object) -> bool:
    return isinstance(block, Figure) and block.file == SCENE
