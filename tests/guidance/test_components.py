"""A field looks and speaks the same on every page: label, hint and error are tied to it, and errors lead to it."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.web.forms import CheckboxesField, select_choices
from tests.guidance.rendering import GLOBALS, environment, macro, render

SAY = "Wähle mindestens eine Person."


class Letter(Form):
    """One field of each kind."""

    token = HiddenField()
    text = TextAreaField("Was war los?", description="Fehler sind egal.", validators=[Length(min=3, max=20)])
    name = StringField("Wie sollen wir dich nennen?")
    who = RadioField(
        "Wer darf das lesen?",
        choices=select_choices([("all", "Alle"), ("city", "Die Stadt")]),
        validators=[DataRequired(SAY)],
    )
    what = CheckboxesField("Was ist passiert?", choices=select_choices([("words", "Worte"), ("hand", "Hauen")]))
    often = SelectField("Wie oft?", choices=select_choices([("1", "Einmal")]))
    reply = BooleanField("Ich will eine Antwort.", validators=[DataRequired("Kreuz das an.")])


def _posted() -> Letter:
    form = Letter(MultiDict({"text": "<b>", "often": "1"}))
    form.validate()
    return form


def _ids(html: str) -> set[str]:
    found = re.findall(r'\bid="([^"]+)"', html)
    assert len(found) == len(set(found))
    return set(found)


def _all_fields(form: Letter) -> str:
    return "".join(macro("field", "field(f)", f=f) for f in form if f.name != "token")


def test_hint_and_error_are_tied_to_the_control() -> None:
    form = Letter(MultiDict({"text": "ab", "often": "1"}))
    form.validate()
    html = macro("field", "field(f)", f=form.text)
    described = re.search(r'<textarea[^>]*aria-describedby="([^"]+)"', html)
    assert described is not None
    assert described[1].split() == ["text-hint", "text-error"]
    assert set(described[1].split()) <= _ids(html)
    assert 'aria-invalid="true"' in html
    assert 'class="field bad"' in html


def test_every_reference_points_somewhere_and_only_once() -> None:
    html = _all_fields(_posted())
    ids = _ids(html)
    for references in re.findall(r'\b(?:aria-describedby|for)="([^"]+)"', html):
        assert set(references.split()) <= ids


def test_browsers_neither_cut_nor_hold_back_a_childs_text() -> None:
    html = _all_fields(_posted())
    assert not re.search(r"\b(?:required|maxlength|minlength)\b", html)


def test_no_browser_remembers_what_is_typed_unless_a_field_asks_for_it() -> None:
    fields = re.findall(
        r"<(?:textarea|select|input(?![^>]*type=\"(?:hidden|checkbox|radio|file)\"))[^>]*>", _all_fields(_posted())
    )
    assert len(fields) >= 2
    assert all('autocomplete="off"' in field for field in fields)
    own = macro("field", "field(f, attrs={'autocomplete': 'one-time-code'})", f=Letter().text)
    assert 'autocomplete="one-time-code"' in own
    assert 'autocomplete="off"' not in own


def test_what_was_typed_is_escaped_and_in_its_own_direction() -> None:
    html = macro("field", "field(f)", f=_posted().text)
    assert "&lt;b&gt;" in html
    assert 'dir="auto"' in html
    assert macro("typed", "typed(text)", text="<i>\nzwei") == '<p class="typed" dir="auto">&lt;i&gt;\nzwei</p>'


def test_the_error_summary_leads_to_the_first_control_of_each_field() -> None:
    form = _posted()
    html = macro("error_summary", "error_summary(form)", form=form)
    links = re.findall(r'href="#([^"]+)"', html)
    assert links == ["who-0", "reply"]
    assert set(links) <= _ids(_all_fields(form))
    assert SAY in html
    assert macro("error_summary", "error_summary(form)", form=Letter()) == ""


def test_a_question_is_a_fieldset_whose_legend_is_the_heading() -> None:
    html = macro("field", "field(f, level='h2', number=5, step=true, need='Bitte.', when='a=b')", f=Letter().who)
    assert re.search(
        r'<legend><span class="hang" aria-hidden="true">5</span><h2>Wer darf das lesen\?</h2></legend>', html
    )
    assert 'class="part" data-step data-when="a=b"' in html
    assert 'data-need="Bitte."' in html


def test_answers_carry_their_pictogram_and_second_line() -> None:
    html = macro("field", "field(f, icons={'hand': 'hand'}, seconds={'words': 'Oder Lachen'})", f=Letter().what)
    assert html.count("<svg") == 1
    assert "<b>Worte</b><span>Oder Lachen</span>" in html
    assert html.count('type="checkbox"') == 2


def test_an_unknown_pictogram_is_an_error_and_not_an_empty_place() -> None:
    for name in ("icon", "shape"):
        with pytest.raises(UndefinedError):
            macro(name, f"{name}('nowhere')")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("state('Akut', 'akut')", '<span class="state brick">'),
        ("state('Akut', 'akut', tone='')", '<span class="state">'),
        ("state('Neu')", '<span class="state">Neu</span>'),
    ],
)
def test_a_state_has_a_word_and_a_tone(call: str, expected: str) -> None:
    assert macro("state", call).startswith(expected)


def test_the_words_of_the_receipt_are_never_translated() -> None:
    html = macro("slip", "slip(['lampe', 'igel'], 'code')")
    assert 'translate="no"' in html
    assert "notranslate" in html
    assert re.findall(r"<li>(\w+)</li>", html) == ["lampe", "igel"]


def test_a_pager_names_the_page_and_its_neighbours() -> None:
    html = macro("pager", "pager(2, 3, '/x?seite={page}')")
    assert re.findall(r'href="([^"]+)"', html) == ["/x?seite=1", "/x?seite=3"]
    assert "Seite 2 von 3" in html
    assert macro("pager", "pager(1, 1, '/x')") == ""


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "413", "429", "500", "503", "kept"])
@pytest.mark.parametrize("kept", [[], [("text", "</textarea><b>mutig"), ("mehr", "zwei")]])
def test_error_pages_keep_the_frame_and_what_was_typed(name: str, kept: list[tuple[str, str]]) -> None:
    html = environment().get_template(f"errors/{name}.html").render(kept=kept)
    assert 'href="/weg"' in html
    assert html.count('href="/hilfe"') >= 1
    assert html.count("<textarea") == len(kept)
    assert "<b>mutig" not in html
    assert ("&lt;/textarea&gt;&lt;b&gt;mutig" in html) == bool(kept)


def test_a_colleague_at_the_desk_is_spoken_to_politely() -> None:
    who = type("Who", (), {"display_name": "Selin Aydin"})()
    html = environment().get_template("errors/500.html").render(identity=who, csrf_token=lambda: "t")
    assert "Ihre Eingabe" in html
    assert "Selin Aydin" in html
    assert 'action="/team/abmelden"' in html


def test_the_demonstration_says_so_on_every_page() -> None:
    page = '{% extends "layouts/public.html" %}{% block title %}x{% endblock %}'
    assert "alle Menschen erfunden" not in render(page)
    assert "alle Menschen erfunden" in render(page, demo=True)


def test_the_receipt_page_warns_beside_the_way_out() -> None:
    page = '{% extends "layouts/public.html" %}{% block exit_note %}Schreib zuerst die Wörter auf.{% endblock %}'
    html = render(page)
    assert html.index("Schnell weg") < html.index("<b>Schreib zuerst") < html.index("Hilfe jetzt")


def test_the_stepping_form_has_all_its_words() -> None:
    html = macro("step_words", "step_words('/danke')")
    for name in ("sent", "next", "progress", "and", "change", "offline"):
        assert re.search(rf'data-{name}="[^"]+"', html)
    assert GLOBALS["lang"] == "de"


@pytest.mark.parametrize("number", [1, 2])
def test_each_choice_of_a_pupil_has_a_pictogram(number: int) -> None:
    questions = [one for section in DOORS[number].sections for one in section.questions]
    choices = [(one.code, each) for one in questions for each in one.choices]
    assert len(choices) > 30
    assert not [f"{code}: {each.label}" for code, each in choices if not each.icon and not each.retired]


@pytest.mark.parametrize("page", ["429", "503"])
def test_a_page_of_waiting_says_above_the_numbers_that_the_text_is_there(page: str) -> None:
    """On a phone the text itself stands below them."""
    html = environment().get_template(f"errors/{page}.html").render(kept=[("text", "Mappe")], wait_minutes=2)
    assert html.index('href="#kept-1"') < html.index('class="tel"') < html.index('id="kept-1"')
    assert 'href="#kept-1"' not in environment().get_template(f"errors/{page}.html").render(wait_minutes=2)
