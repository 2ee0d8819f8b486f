"""The scripts alone, on small pages of the real layout: leaving at once, one question at a time, easy replies.

The test plays the server, so that it can also be away. Other tests have the journeys with the real server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, Route, expect
from werkzeug.formparser import parse_form_data

from bullying_desk.web.headers import POLICY
from tests.guidance.rendering import render

STATIC = Path(__file__).parents[2] / "bullying_desk" / "static"
HOST = "https://desk.test"
MIMES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

WRITE = """{% extends "layouts/public.html" %}
{% from "components/back.html" import back %}{% from "components/part.html" import part %}
{% from "components/question.html" import question %}{% from "components/step_words.html" import step_words %}
{% macro box(kind, name, value, label) %}<div class="opt"><input type="{{ kind }}" name="{{ name }}" value="{{ value }}"
 id="{{ name }}-{{ value }}"><label for="{{ name }}-{{ value }}"><span class="t">{{ label }}</span></label></div>
{% endmacro %}
{% block title %}{% if wrong %}Fehler: {% endif %}Schreiben{% endblock %}
{% block head %}<script src="{{ static_url('steps.js') }}" defer></script>{% endblock %}
{% block main %}{{ back('/') }}
{% if wrong %}<div class="lack" role="alert" tabindex="-1" data-lack><h2>Da fehlt noch etwas</h2>
<ul><li><a href="#wer-a">Wähle eine Person.</a></li></ul></div>{% endif %}
<h1>Schreib uns.</h1><p data-plain>Das sind 4 Fragen.</p>
<form method="post" autocomplete="off" novalidate {{ step_words('/danke') }}>
{% call question('Wem?', number=1, id='wem', step=true) %}
{{ box('radio', 'wem', 'mir', 'Mir') }}{{ box('radio', 'wem', 'reden', 'Nur reden') }}{% endcall %}
{% call question('Was?', number=2, id='was', step=true, when='wem!=reden') %}
{{ box('checkbox', 'was', 'worte', 'Worte') }}{{ box('checkbox', 'was', 'hand', 'Hauen') }}{% endcall %}
{% call part('Mehr', number=3, step=true, optional=true) %}
<div class="field"><label for="text">Was war los?</label><textarea class="in" id="text" name="text">
{{ text }}</textarea></div>{% endcall %}
{% call question('Wer liest?', number=4, id='wer', step=true, need='Wähle eine Person.', summary='Das dürfen lesen',
 error=('Wähle eine Person.' if wrong else none)) %}
{{ box('radio', 'wer', 'a', 'Alle') }}{{ box('radio', 'wer', 'b', 'Nur eine') }}
<div class="inner" data-when="wer=b"><div class="field"><label for="rufname">Wie heißt du?</label>
<input class="in" id="rufname" name="rufname"></div></div>{% endcall %}
{% call part('Stimmt alles so?', number=5, check=true) %}<div data-check-list></div>
<p class="acts"><button class="btn">Jetzt senden</button>
<button class="btn calm" type="reset">Alles löschen</button></p>
{% endcall %}
</form>{% endblock %}"""

REPLY = """{% extends "layouts/desk.html" %}{% from "components/easy_hint.html" import easy_hint %}
{% block title %}Fall{% endblock %}
{% block head %}<script src="{{ static_url('reply.js') }}" defer></script>{% endblock %}
{% block main %}<h1>Antwort</h1><label for="reply">Antwort</label><textarea id="reply" data-easy></textarea>
{{ easy_hint('reply') }}{% endblock %}"""

CASE = """{% extends "layouts/desk.html" %}{% block title %}Fall{% endblock %}
{% block head %}<script src="{{ static_url('send.js') }}" defer></script>{% endblock %}
{% block main %}<h1>Fall</h1><form method="post" action="/fall"><label for="text">Antwort</label>
<textarea id="text" name="text">Guten Tag.</textarea><button>Antwort senden</button></form>
<form method="post" action="/fall/uebernehmen"><button>Übernehmen</button></form>
<a href="/team">Eingang</a>{% endblock %}"""

PAPER = (
    '{% extends "layouts/print.html" %}{% block title %}Brief{% endblock %}{% block main %}<h1>Brief</h1>{% endblock %}'
)


LEADS_ON = '<title>Danke</title><meta http-equiv="refresh" content="0; url=/danke">'


class Server:
    """A small server of the test's own: pages by path, what was posted, and whether it can be reached."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {"/danke": "<title>Danke</title><h1>Danke</h1>"}
        self.posted: list[list[tuple[str, str]]] = []
        self.asked: list[str] = []

    def answer(self, route: Route) -> None:
        """Answer one request with the security headers of the real server."""
        path = urlsplit(route.request.url).path
        self.asked.append(path)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        if path.startswith("/static/"):
            name = path.removeprefix("/static/")
            body = (STATIC / name).read_text("utf-8")
            route.fulfill(body=body, headers={**headers, "Content-Type": MIMES[Path(name).suffix]})
        elif route.request.method == "POST":
            self.posted.append(_fields(route.request))
            if route.request.is_navigation_request():  # Chromium's shell does not follow a redirect made up by a route
                route.fulfill(body=LEADS_ON, headers={**headers, "Content-Type": "text/html; charset=utf-8"})
            else:
                route.fulfill(status=303, headers={**headers, "Location": f"{HOST}/danke"})
        else:
            body = self.pages.get(path, f"<title>{path}</title><h1>{path}</h1>")
            route.fulfill(body=body, headers={**headers, "Content-Type": "text/html; charset=utf-8"})


def _fields(request: Request) -> list[tuple[str, str]]:
    body = request.post_data_buffer or b""
    environ = {"CONTENT_TYPE": request.headers["content-type"], "CONTENT_LENGTH": str(len(body))}
    _stream, form, _files = parse_form_data({"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(body), **environ})
    return list(form.items(multi=True))


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def open_at(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a path of the test's server and fails on any error of a script."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_one(path: str, **options: object) -> Page:
        context = browser.new_context(viewport={"width": 360, "height": 640}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(5_000)
        context.route("**/*", server.answer)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        page.goto(HOST + path)
        return page

    yield open_one
    for page in pages:
        page.context.close()
    assert errors == []


@pytest.fixture
def write(server: Server, open_at: Callable[..., Page]) -> Page:
    server.pages["/schreiben"] = render(WRITE, wrong=False, text="")
    return open_at("/schreiben")


def _heading(page: Page) -> str:
    seen = page.locator("h1:visible").all_inner_texts()
    assert len(seen) == 1
    return seen[0]


def _choose(page: Page, *ids: str) -> None:
    for each in ids:
        page.locator(f"label[for='{each}']").click()


def _next(page: Page) -> None:
    page.get_by_role("button", name="Weiter").click()


def _to_check(page: Page) -> None:
    _choose(page, "wem-mir")
    _next(page)
    _choose(page, "was-worte", "was-hand")
    _next(page)
    page.fill("#text", "Zeile eins\nZeile zwei")
    _next(page)
    _choose(page, "wer-a")
    _next(page)
    assert _heading(page) == "Stimmt alles so?"


def _answers(page: Page) -> dict[str, str]:
    rows = page.locator(".said > div")
    return {row.locator("dt").inner_text(): row.locator("dd .typed").inner_text() for row in rows.all()}


# ---- leaving at once ----


def test_shift_three_times_leaves_and_says_how_often_still(write: Page) -> None:
    said = write.locator("[data-exit-say]")
    write.keyboard.press("Shift")
    assert said.text_content() == "Drück noch 2 Mal."
    write.keyboard.press("Shift")
    assert said.text_content() == "Drück noch 1 Mal."
    write.keyboard.press("Shift")
    write.wait_for_url(f"{HOST}/weg")


def test_writing_capitals_and_escape_do_not_leave(write: Page) -> None:
    for key in ["Shift+A", "Shift+B", "Shift+C", "Escape", "Escape", "Escape", "Shift", "Shift", "a", "Shift"]:
        write.keyboard.press(key)
    write.wait_for_timeout(300)
    assert write.url == f"{HOST}/schreiben"
    assert write.locator("[data-exit-say]").text_content() == "Drück noch 2 Mal."


def test_marking_text_with_shift_and_the_mouse_does_not_leave(write: Page) -> None:
    for _ in range(4):
        write.locator("h1:visible").click()
        write.locator("h1:visible").click(modifiers=["Shift"])
    write.keyboard.down("Shift")
    write.mouse.wheel(0, 40)
    write.keyboard.up("Shift")
    write.wait_for_timeout(300)
    assert write.url == f"{HOST}/schreiben"
    for _ in range(3):  # and three presses alone still do
        write.keyboard.press("Shift")
    write.wait_for_url(f"{HOST}/weg")


def test_presses_far_apart_do_not_leave(write: Page) -> None:
    write.clock.install()
    for _ in range(4):
        write.keyboard.press("Shift")
        write.clock.run_for(5_100)
    assert write.url == f"{HOST}/schreiben"


def test_the_page_is_hidden_before_the_next_one_has_come(write: Page) -> None:
    _choose(write, "wem-mir")
    seen = write.evaluate(
        """() => {
            document.querySelector('[data-exit]').click();
            const left = [...document.body.children].filter(each => getComputedStyle(each).display !== 'none');
            const seen = left.map(each => [each.textContent, getComputedStyle(each).clipPath]);
            return [seen, document.title.trim(), document.querySelector('#wem-mir').checked];
        }"""
    )
    assert seen == [[["Die nächste Seite lädt.", "inset(50%)"]], "", False]  # for screen readers; nobody sees it


def test_the_list_of_open_apps_shows_an_empty_sheet(write: Page) -> None:
    hidden = """state => {
        Object.defineProperty(document, 'hidden', {value: state, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    _choose(write, "wem-mir")
    write.evaluate(hidden, True)
    assert not write.locator("main").is_visible()
    write.evaluate(hidden, False)
    assert write.locator("main").is_visible()
    assert write.evaluate("document.activeElement.id") == "wem-mir"


def test_back_after_leaving_shows_no_typed_word(server: Server, open_at: Callable[..., Page]) -> None:
    server.pages["/schreiben"] = render(WRITE, wrong=False, text="")
    page = open_at("/")
    page.goto(f"{HOST}/schreiben")
    _choose(page, "wem-mir")
    _next(page)
    _next(page)
    page.fill("#text", "ganz geheim")
    page.locator("[data-exit]").click()
    page.wait_for_url(f"{HOST}/weg")
    for _ in range(4):
        page.go_back()
        page.wait_for_timeout(100)
        if page.url.startswith(HOST):
            assert "ganz geheim" not in page.content()
            assert page.locator("#text").count() == 0 or page.input_value("#text") == ""


def test_without_scripts_the_way_out_is_a_plain_link(server: Server, open_at: Callable[..., Page]) -> None:
    server.pages["/schreiben"] = render(WRITE, wrong=False, text="")
    page = open_at("/schreiben", java_script_enabled=False)
    page.locator("[data-exit]").click()
    page.wait_for_url(f"{HOST}/weg")


# ---- reading aloud ----

# A device's voices, and what they were told to say. A voice says nothing to its end before `finish()`; one that is
# stopped reports it as an error a moment later, as the Web Speech API has it.
VOICES = """voices => {
    window.said = [];
    const synth = {
        getVoices: () => voices, onvoiceschanged: null, cancel() {
            window.said.push('-');
            const part = window.speaking;
            window.speaking = null;
            if (part) setTimeout(() => part.onerror(), 0);
        },
        speak(part) { window.said.push(part.text); window.speaking = part; window.finish = () => part.onend(); },
    };
    Object.defineProperty(window, 'speechSynthesis', {value: synth});
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
}"""
AT_HOME = [{"lang": "de_DE", "localService": True}]
OWN_WORDS = """<p lang="tr">Merhaba</p><p class="typed" dir="auto">Das hat ein Kind getippt.</p>
<ol class="slip notranslate" translate="no"><li>lampe</li></ol><ol class="talk"><li>Brief</li></ol>
<details><summary>Mehr</summary>zu</details><p hidden>weg</p><svg><title>Bild</title></svg>"""


def _with_voices(server: Server, open_at: Callable[..., Page], voices: list[dict[str, object]]) -> Page:
    server.pages["/schreiben"] = render(WRITE.replace("<form", f"{OWN_WORDS}<form", 1), wrong=False, text="geheim")
    page = open_at("/")
    page.add_init_script(f"({VOICES})({json.dumps(voices)})")
    page.goto(f"{HOST}/schreiben")
    return page


def _heard(page: Page) -> list[str]:
    return [each for each in page.evaluate("window.said") if each != "-"]


@pytest.mark.parametrize(
    "voices",
    [[], [{"lang": "de-DE", "localService": False}], [{"lang": "tr-TR", "localService": True}]],
    ids=["none", "of a maker", "of another language"],
)
def test_without_a_voice_of_the_device_in_the_pages_language_nothing_reads_aloud(
    voices: list[dict[str, object]], server: Server, open_at: Callable[..., Page]
) -> None:
    page = _with_voices(server, open_at, voices)
    assert page.get_by_role("button", name="Vorlesen").count() == 0


def test_a_page_reads_itself_aloud_and_nothing_that_was_typed(server: Server, open_at: Callable[..., Page]) -> None:
    page = _with_voices(server, open_at, AT_HOME)
    assert _heard(page) == []  # nothing starts by itself
    assert page.get_by_text("Andere können mithören.").is_visible()
    page.get_by_role("button", name="Vorlesen").focus()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.evaluate("window.finish()")
    assert _heard(page) == ["Mehr", "Schritt 1 von 5", "Wem?", "Mir", "Nur reden", "Weiter"]
    assert page.get_by_role("button", name="Vorlesen").is_visible()  # it has come to its end


@pytest.mark.parametrize("way", ["button", "step", "exit", "hidden"])
def test_it_is_quiet_at_once(way: str, server: Server, open_at: Callable[..., Page]) -> None:
    page = _with_voices(server, open_at, AT_HOME)
    page.get_by_role("button", name="Vorlesen").click()
    assert len(_heard(page)) == 1
    if way == "button":
        page.get_by_role("button", name="Aufhören").click()
    elif way == "step":
        _next(page)
    elif way == "exit":
        press = """async () => {
            const link = document.querySelector('[data-exit]');
            link.setAttribute('href', 'javascript:void(0)');  // as a page that takes its time
            link.click();
            await new Promise(done => setTimeout(done, 50));
        }"""
        page.evaluate(press)
    else:
        page.evaluate(
            """() => {
                Object.defineProperty(document, 'hidden', {value: true});
                document.dispatchEvent(new Event('visibilitychange'));
            }"""
        )
    page.wait_for_timeout(50)
    assert page.evaluate("window.said.pop()") == "-"
    page.evaluate("window.finish()")
    assert len(_heard(page)) == 1


# ---- one question at a time ----


def test_without_scripts_everything_stands_on_one_page(server: Server, open_at: Callable[..., Page]) -> None:
    server.pages["/schreiben"] = render(WRITE, wrong=False, text="")
    page = open_at("/schreiben", java_script_enabled=False)
    for name in ("Wem?", "Was?", "Mehr", "Wer liest?", "Stimmt alles so?"):
        assert page.get_by_role("heading", name=name).is_visible()
    page.locator("#rufname").fill("Mika")
    page.get_by_role("button", name="Jetzt senden").click()
    assert ("rufname", "Mika") in server.posted[0]


def test_each_question_is_a_page_with_one_heading_and_its_number(write: Page) -> None:
    assert _heading(write) == "Wem?"
    assert write.title() == "Schritt 1 von 5 – Lindenbank"
    _choose(write, "wem-mir")
    write.keyboard.press("Enter")  # the key that usually sends a form only goes on
    assert _heading(write) == "Was?"
    assert write.title() == "Schritt 2 von 5 – Lindenbank"
    assert write.evaluate("document.activeElement.textContent") == "Was?"


def test_back_moves_one_question(write: Page) -> None:
    _to_check(write)
    write.go_back()
    assert _heading(write) == "Wer liest?"
    write.get_by_role("link", name="Zurück").click()
    expect(write).to_have_title("Schritt 3 von 5 – Lindenbank")
    assert write.input_value("#text") == "Zeile eins\nZeile zwei"
    assert write.url == f"{HOST}/schreiben"
    write.go_forward()
    write.go_forward()
    assert _heading(write) == "Stimmt alles so?"


def test_the_check_page_lists_what_was_said(write: Page) -> None:
    _to_check(write)
    assert _answers(write) == {
        "Wem?": "Mir",
        "Was?": "Worte · Hauen",
        "Was war los?": "Zeile eins\nZeile zwei",
        "Das dürfen lesen": "Alle",
    }


def test_nothing_said_is_said(write: Page) -> None:
    for _ in range(3):
        _next(write)
    _choose(write, "wer-a")
    _next(write)
    assert "Wem?" not in _answers(write)  # what was left empty is no heading


def test_change_comes_back_to_the_check_page(write: Page) -> None:
    _to_check(write)
    write.get_by_role("link", name="Ändern Was?").click()
    assert _heading(write) == "Was?"
    _choose(write, "was-hand")
    _next(write)
    assert _heading(write) == "Stimmt alles so?"
    assert _answers(write)["Was?"] == "Worte"


def test_what_does_not_apply_is_skipped_and_not_sent(server: Server, write: Page) -> None:
    _to_check(write)
    write.get_by_role("link", name="Ändern Wem?").click()
    _choose(write, "wem-reden")
    _next(write)
    assert write.title() == "Schritt 4 von 4 – Lindenbank"
    assert "Was?" not in _answers(write)
    write.get_by_role("button", name="Jetzt senden").click()
    write.wait_for_selector("text=Danke")
    assert [name for name, _ in server.posted[0]] == ["wem", "text", "wer"]


def test_a_name_typed_and_then_taken_back_is_not_sent(server: Server, write: Page) -> None:
    _to_check(write)
    write.go_back()
    _choose(write, "wer-b")
    write.fill("#rufname", "Mika")
    _choose(write, "wer-a")
    assert not write.is_visible("#rufname")
    _next(write)
    write.get_by_role("button", name="Jetzt senden").click()
    write.wait_for_selector("text=Danke")
    assert "rufname" not in dict(server.posted[0])


def test_a_question_that_needs_an_answer_waits_for_it(write: Page) -> None:
    for _ in range(4):
        _next(write)
    assert _heading(write) == "Wer liest?"
    assert write.locator("[data-missing]").inner_text() == "Wähle eine Person."
    assert write.evaluate("document.activeElement.id") == "wer-a"
    _choose(write, "wer-a")
    assert write.locator("[data-missing]").count() == 0
    _next(write)
    assert _heading(write) == "Stimmt alles so?"


def test_an_error_from_the_server_opens_its_question(server: Server, open_at: Callable[..., Page]) -> None:
    server.pages["/schreiben"] = render(WRITE, wrong=True, text="noch da")
    page = open_at("/schreiben")
    assert _heading(page) == "Wer liest?"
    assert page.title() == "Fehler: Schritt 4 von 5 – Lindenbank"
    assert page.evaluate("document.activeElement.hasAttribute('data-lack')")
    page.locator("[data-lack] a").click()
    assert page.evaluate("document.activeElement.id") == "wer-a"
    page.get_by_role("link", name="Zurück").click()
    assert page.input_value("#text") == "noch da"


def test_deleting_everything_begins_anew(write: Page) -> None:
    _to_check(write)
    write.get_by_role("button", name="Alles löschen").click()
    expect(write.locator("h1:visible")).to_have_text("Wem?")
    assert not write.is_checked("#wem-mir")
    assert write.input_value("#text") == ""


def _cut(write: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort("connectionreset") if route.request.method == "POST" else route.fallback()

    write.context.route("**/schreiben", refuse)


@pytest.mark.parametrize("way", ["no network", "server away"])
def test_without_a_net_the_text_stays(server: Server, write: Page, way: str) -> None:
    _to_check(write)
    if way == "no network":
        write.context.set_offline(True)
    else:
        _cut(write)
    write.get_by_role("button", name="Jetzt senden").click()
    alarm = write.get_by_role("alert").filter(has_text="Kein Netz. Lass die Seite offen.")
    alarm.wait_for()
    assert write.input_value("#text") == "Zeile eins\nZeile zwei"
    assert server.posted == []
    write.context.set_offline(False)
    write.context.unroute("**/schreiben")
    write.get_by_role("button", name="Jetzt senden").click()
    write.wait_for_selector("text=Danke")
    assert len(server.posted) == 1


def test_a_letter_that_arrived_unseen_is_sent_again_as_it_was(server: Server, write: Page) -> None:
    _to_check(write)

    def swallow(route: Route) -> None:
        server.posted.append(_fields(route.request))
        route.abort("connectionreset")

    write.context.route("**/schreiben", swallow)
    write.get_by_role("button", name="Jetzt senden").click()
    write.get_by_role("alert").filter(has_text="Kein Netz").wait_for()
    write.context.unroute("**/schreiben")
    write.get_by_role("button", name="Jetzt senden").click()
    write.wait_for_selector("text=Danke")
    assert len(server.posted) == 2
    assert server.posted[0] == server.posted[1]


def test_a_network_that_only_blocks_scripts_does_not_block_the_letter(server: Server, write: Page) -> None:
    _to_check(write)

    def only_pages(route: Route) -> None:
        route.fallback() if route.request.is_navigation_request() else route.abort()

    write.context.route("**/schreiben", only_pages)
    for _ in range(2):
        write.get_by_role("button", name="Jetzt senden").click()
        write.wait_for_timeout(300)
    write.get_by_role("button", name="Jetzt senden").click()
    write.wait_for_selector("text=Danke")
    assert len(server.posted) == 1


def test_what_the_server_says_against_it_is_shown(server: Server, write: Page) -> None:
    _to_check(write)
    words = "<title>Fehler</title><h1>Da fehlt noch etwas</h1>"
    write.context.route("**/schreiben", lambda route: route.fulfill(status=422, body=words, content_type="text/html"))
    write.get_by_role("button", name="Jetzt senden").click()
    write.get_by_role("heading", name="Da fehlt noch etwas").wait_for()


def test_after_sending_back_shows_nothing_typed(server: Server, write: Page) -> None:
    _to_check(write)
    write.get_by_role("button", name="Jetzt senden").click()
    write.wait_for_selector("text=Danke")
    write.go_back()
    write.wait_for_url(f"{HOST}/schreiben")
    assert write.input_value("#text") == ""
    assert not write.is_checked("#wem-mir")


def test_two_quick_presses_send_once(server: Server, write: Page) -> None:
    _to_check(write)
    write.evaluate("for (let i = 0; i < 2; i++) document.querySelector('[data-check] button').click()")
    write.wait_for_selector("text=Danke")
    assert len(server.posted) == 1


# ---- a text at the desk that is not sent yet ----


@pytest.fixture
def case(server: Server, open_at: Callable[..., Page]) -> Page:
    server.pages["/fall"] = render(CASE, identity={"display_name": "Frau Aydin"}, csrf_token=lambda: "x")
    return open_at("/fall")


def _answers_dialogs(page: Page, accept: bool) -> list[str]:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if accept:
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked


def test_another_form_of_the_page_asks_before_it_takes_a_text_away(server: Server, case: Page) -> None:
    asked = _answers_dialogs(case, accept=False)
    case.fill("#text", "Komm um zehn zu mir.")
    case.get_by_role("button", name="Übernehmen").click()
    assert (asked, server.posted) == (["confirm"], [])
    assert case.locator("#text").input_value() == "Komm um zehn zu mir."


def test_leaving_asks_where_a_text_is_not_sent(case: Page) -> None:
    asked = _answers_dialogs(case, accept=False)
    case.locator("#text").press_sequentially("Komm.")
    case.get_by_role("link", name="Eingang").click(no_wait_after=True)
    case.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert case.url.endswith("/fall")


def test_what_is_unchanged_or_sent_asks_nothing(server: Server, case: Page) -> None:
    asked = _answers_dialogs(case, accept=False)
    case.fill("#text", "Komm um zehn zu mir.")
    case.get_by_role("button", name="Antwort senden").click()
    case.wait_for_url("**/danke")
    case.goto(f"{HOST}/fall")
    case.get_by_role("link", name="Eingang").click()
    case.wait_for_url("**/team")
    assert (asked, len(server.posted)) == ([], 1)


def test_shift_destroys_no_text_at_the_desk_and_the_button_leaves_at_once(case: Page) -> None:
    asked = _answers_dialogs(case, accept=False)
    case.locator("#text").press_sequentially("Komm.")
    for _press in range(3):
        case.keyboard.press("Shift")
    assert case.locator("#text").input_value().startswith("Komm.")
    case.get_by_role("link", name="Schnell weg").click()
    case.wait_for_url("**/weg")
    assert asked == []


# ---- replies a child can read; printing ----


def test_a_long_sentence_is_named(server: Server, open_at: Callable[..., Page]) -> None:
    server.pages["/fall"] = render(REPLY)
    page = open_at("/fall")
    hint = page.locator("#reply-easy")
    assert hint.text_content() == ""
    page.fill("#reply", "Danke, dass du geschrieben hast. Bist du gerade sicher?")
    expect(hint).to_have_text("Leicht zu lesen.")
    page.fill("#reply", "Danke. Eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn – ja.")
    expect(hint).to_have_text("Satz 2 hat 14 Wörter. 12 sind genug.")


def test_the_print_button_prints(server: Server, open_at: Callable[..., Page]) -> None:
    server.pages["/brief"] = render(PAPER)
    page = open_at("/brief")
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    page.get_by_role("button", name="Drucken").click()
    assert page.evaluate("window.printed") == 1
