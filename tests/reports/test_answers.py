"""The typed report as one text: it comes out as it went in, in every script; newer versions are not guessed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bullying_desk.reports.doors.answers import Answers, AnswersUnreadable, LeftOut, NameGiven, NameLevel, Said
from bullying_desk.reports.doors.doors import DOORS, Kind, holds
from bullying_desk.reports.filing.receipt_cookie import canonical


@given(text=some.text(max_size=400), danger=some.booleans(), door=some.sampled_from(sorted(DOORS)))
def test_text_of_any_script_comes_back_unharmed(text: str, danger: bool, door: int) -> None:
    answers = Answers(door, danger, {"text": text, "was": ("worte", "hand")}, "Frau Aydin", "Schulleitung")
    assert Answers.from_text(answers.to_text()) == answers


@given(name=some.text(max_size=80), people=some.frozensets(some.integers(1, 2**63 - 1), max_size=4))
def test_names_and_lists_come_back(name: str, people: frozenset[int]) -> None:
    given = NameGiven(NameLevel.SCHOOL, name, "6b", "Pause")
    assert NameGiven.from_text(given.to_text()) == given
    left_out = LeftOut(people, head=True)
    assert LeftOut.from_text(left_out.to_text()) == left_out


@pytest.mark.parametrize("text", ["", "Hallo", "[]", '{"v":2,"door":1}', '{"v":1,"door":9,"said":{}}', '{"v":1}'])
def test_what_is_no_report_of_ours_is_refused(text: str) -> None:
    with pytest.raises(AnswersUnreadable):
        Answers.from_text(text)


def test_pairs_keep_the_order_of_the_door_and_show_unknown_codes() -> None:
    said: dict[str, Said] = {"was": ("worte", "frueher"), "wem": "mir", "text": "So war es.", "eltern": "nein"}
    pairs = Answers(1, False, said, "Frau Aydin", "Herr Brandt").pairs()
    assert pairs == [
        ("Bist du gerade in Gefahr?", "Nein"),
        ("Wem ist es passiert?", "Mir"),
        ("Was ist passiert?", "Jemand sagt gemeine Sachen oder lacht mich aus. · frueher"),
        ("Was war los? Wo war das? Wer war dabei?", "So war es."),
        ("Dürfen die Eltern davon wissen?", "Nein"),
        ("Wer darf es lesen?", "Frau Aydin"),
        ("Wer darf es nicht lesen?", "Herr Brandt"),
    ]


def test_every_question_is_asked_once_and_every_condition_names_one() -> None:
    for door in DOORS.values():
        codes = [question.code for question in door.questions()]
        assert len(codes) == len(set(codes))
        assert set(door.content) <= set(codes)
        for question in door.questions():
            answers = [choice.code for choice in question.choices]
            assert len(answers) == len(set(answers))
            assert bool(answers) == (question.kind in {Kind.ONE, Kind.MANY})
            for rule in filter(None, question.when.split(";")):
                assert rule.strip().split("!=")[0].split("=")[0] in codes


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("", {}, True),
        ("a=x", {"a": ("x",)}, True),
        ("a=x", {"a": ("y",)}, False),
        ("a=x", {}, False),
        ("a=x|y", {"a": ("y",)}, True),
        ("a!=x", {}, True),
        ("a!=x", {"a": ("x", "y")}, False),
        ("a!=x; b=y", {"b": ("y",)}, True),
        ("a!=x; b=y", {"a": ("x",), "b": ("y",)}, False),
    ],
)
def test_conditions_hold_as_in_the_browser(rule: str, given: dict[str, tuple[str, ...]], expected: bool) -> None:
    assert holds(rule, given) is expected


def test_the_same_words_make_the_same_bytes_whatever_the_line_ends() -> None:
    one = canonical([("text", "a\r\nb"), ("was", "hand"), ("was", "worte")])
    assert one == canonical([("was", "worte"), ("was", "hand"), ("text", "a\nb")])
    assert one != canonical([("text", "a\nb"), ("was", "hand")])
    assert canonical([("a", "bc")]) != canonical([("ab", "c")])
