"""The checks of the browser tests find what they look for: each gets a page that is broken on purpose."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Complaints
from tests.browser.support.looking import barriers, cut_by_spacing, remembered
from tests.browser.support.skeleton import once_for_each, skeleton

GOOD = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Seite</title>
<meta name="viewport" content="width=device-width"><style>:root{color-scheme:light dark}p{color:#222}
@media (prefers-color-scheme:dark){body{background:#111}p{color:#eee}}</style></head>
<body><main><h1>Eins</h1><p>Ein Satz, den alle lesen.</p></main></body></html>"""
DARK = GOOD.replace("p{color:#eee}", "p{color:#333}")
LARGE = GOOD.replace("</style>", "@media (min-width:60em){p{color:#ccc}}</style>")
CUT = GOOD.replace("</style>", "p{height:1.2em;line-height:1.2;overflow:hidden}</style>")
FIXED = GOOD.replace("</style>", "p{inline-size:max-content;max-inline-size:none;font-size:24px}</style>")


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page()


def test_a_field_that_a_browser_remembers_is_found(page: Page) -> None:
    page.set_content(
        GOOD.replace("</p>", '</p><input name="a"><input name="b" autocomplete="off"><textarea></textarea>')
    )
    assert len(remembered(page)) == 2


def test_a_good_page_has_no_finding(page: Page) -> None:
    page.set_content(GOOD)
    assert barriers(page) == []
    assert cut_by_spacing(page) == []


@pytest.mark.parametrize(("html", "where"), [(DARK, "dark"), (LARGE, "1280 px")])
def test_what_is_hard_to_read_in_one_light_or_on_one_screen_is_found(page: Page, html: str, where: str) -> None:
    page.set_content(html)
    found = barriers(page)
    assert found
    assert all(where in each and "color-contrast" in each for each in found)


COLOURS_OF_ANOTHER = GOOD.replace("</main>", "<p class=pale>Noch ein Satz.</p></main>").replace(
    "p{color:#eee}}", "p{color:#eee}.pale{color:#444}}"
)
UNDER_A_BAR = COLOURS_OF_ANOTHER.replace(
    ".pale{color:#444}}", "main{position:relative}i{position:absolute;inset:0;background:#eee;z-index:-1}}"
).replace("<p class", "<i></i><p class")
ONLY_LARGE = GOOD.replace("</style>", "@media (max-width:50em){.large{display:none}}</style>")
UNNAMED = ONLY_LARGE.replace("</main>", '<img class="large" src="data:,"></main>')
OUT_OF_ORDER = ONLY_LARGE.replace("</main>", '<h2 class="large">Zwei</h2></main>')


@pytest.mark.parametrize("html", [COLOURS_OF_ANOTHER, UNDER_A_BAR], ids=["other text", "over another colour"])
def test_a_colour_that_no_page_before_had_is_asked_in_dark(page: Page, html: str) -> None:
    page.set_content(GOOD)
    assert barriers(page) == []
    page.set_content(html)
    found = barriers(page)
    assert found
    assert all("dark" in each and "color-contrast" in each for each in found)
    assert barriers(page) == found  # what is wrong is no colour that was seen


def test_what_only_a_large_screen_shows_is_asked_there(page: Page) -> None:
    page.set_content(UNNAMED)
    assert [each.partition(":")[0] for each in barriers(page)] == ["1280 px"]
    page.set_content(OUT_OF_ORDER)
    assert barriers(page) == []
    page.set_content(OUT_OF_ORDER.replace("<h1>Eins</h1>", ""))  # of a known kind, but not in its place
    assert any("1280 px" in each and "page-has-heading-one" in each for each in barriers(page))


# Two buttons that are large enough; two small ones beside each other, on any screen or on a large one; and two that lie
# over each other. All of the same kind.
TWO = GOOD.replace("</main>", "<div><button>Ja</button><button>Nein</button></div></main>").replace(
    "</style>",
    "button{inline-size:90px;block-size:40px;padding:0;border:0;margin:0;color:#222;background:#fff}</style>",
)
SMALL = TWO.replace("</style>", "button{inline-size:16px;block-size:16px;overflow:hidden}</style>")
SMALL_WHEN_LARGE = SMALL.replace("button{inline-size:16px", "@media (min-width:60em){button{inline-size:16px").replace(
    "overflow:hidden}</style>", "overflow:hidden}}</style>"
)
OVER = TWO.replace("</style>", "button+button{margin-inline-start:-80px;position:relative}</style>")


@pytest.mark.parametrize(
    ("html", "where"),
    [(SMALL, {"360 px", "1280 px"}), (OVER, {"360 px", "1280 px"}), (SMALL_WHEN_LARGE, {"1280 px"})],
    ids=["small", "over each other", "small on a large screen"],
)
def test_targets_that_are_too_small_where_no_page_before_had_them_are_found(
    page: Page, html: str, where: set[str]
) -> None:
    page.set_content(TWO)
    assert barriers(page) == []
    page.set_content(html)
    found = barriers(page)
    assert {each.partition(":")[0] for each in found} == where
    assert all("target-size" in each for each in found)
    assert barriers(page) == found  # what is wrong is no target that was seen
    page.set_content(TWO)
    assert barriers(page) == []


SPACE = "button+button{margin-inline-start:40px}</style>"


def test_a_small_target_is_asked_again_where_another_one_is_nearer(page: Page) -> None:
    page.set_content(SMALL.replace("</style>", SPACE))
    assert barriers(page) == []  # small, with enough room around it
    page.set_content(SMALL.replace("</style>", SPACE.replace("40", "2")))
    assert any("target-size" in each for each in barriers(page))


def test_what_scrolls_by_itself_takes_the_focus(page: Page) -> None:
    box = "<div class=b><p>Ein Satz, der nicht in die Zeile passt.</p></div>"
    large = "@media (min-width:60em){.b{inline-size:9em;overflow-x:auto}p{inline-size:30em}}</style>"
    page.set_content(GOOD.replace("</main>", f"{box}</main>").replace("</style>", large))
    assert {each.partition(" —")[0].partition(": ")[2].partition(":")[0] for each in barriers(page)} == {
        "scrollable-region-focusable"
    }


@pytest.mark.parametrize("html", [CUT, FIXED], ids=["cut", "pushed off"])
def test_what_spacing_cuts_is_found(page: Page, html: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(html)
    assert cut_by_spacing(page)


def test_addresses_scripts_and_cookies_that_must_not_be_are_noted(browser: Browser) -> None:
    complaints, context = Complaints(), browser.new_context()
    page = context.new_page()
    complaints.watch(page)
    context.route("**/*", lambda route: route.fulfill(body=GOOD, content_type="text/html"))
    page.goto("http://127.0.0.1:9/hilfe")
    assert complaints.unexpected() == []
    page.goto("http://127.0.0.1:9/mobbing/1")
    page.evaluate("() => { document.cookie = 'opfer=1; max-age=60'; setTimeout(() => { throw Error('kaputt'); }); }")
    page.wait_for_timeout(100)
    complaints.look_at_cookies(context)
    context.close()
    assert ["/mobbing/1" in "".join(complaints.all), "opfer" in "".join(complaints.all)] == [True, True]
    assert any("kaputt" in each for each in complaints.all)


FORM = """<!doctype html><html lang="de"><head><title>Seite</title><style>p{color:#222}</style></head><body><main>
<h1>Eins</h1><form action="/fall/4711"><label for="feld-17">Dein Name</label><input id="feld-17" name="name-17">
<input type="hidden" name="csrf" value="1a2b3c4d5e"><input type="checkbox" id="ja" checked>
<label for="ja">Ja</label></form><ul><li><a href="/fall/1">Frau Aydin</a></li><li><a href="/fall/2">Frau Demir</a></li>
</ul></main></body></html>"""
ALIKE = {
    "another id": FORM.replace("feld-17", "feld-18"),
    "another token": FORM.replace("1a2b3c4d5e", "5e4d3c2b1a"),
    "other words": FORM.replace("Aydin", "Brand"),
    "another address": FORM.replace("/fall/1", "/fall/99"),
    "one row more": FORM.replace("</ul>", '<li><a href="/fall/3">Frau Nowak</a></li></ul>'),
}
DIFFERENT = {
    "a class": FORM.replace("<li>", '<li class="row">', 1),
    "a role": FORM.replace("<ul>", '<ul role="list">'),
    "a label that points nowhere": FORM.replace('for="feld-17"', 'for="feld-16"'),
    "an id given twice": FORM.replace('id="ja"', 'id="feld-17"'),
    "an empty link": FORM.replace("Frau Aydin", ""),
    "a long word": FORM.replace("Aydin", "Wischnewski-Papadopoulou"),
    "a state": FORM.replace(" checked", ""),
    "one row instead of two": FORM.replace('<li><a href="/fall/2">Frau Demir</a></li>', ""),
    "a style": FORM.replace("#222", "#ccc"),
    "a language": FORM.replace('lang="de"', 'lang="en"'),
    "a level of heading": FORM.replace("h1>", "h2>"),
    "a link out": FORM.replace('href="/fall/1"', 'href="https://example.org/1"'),
    "a type": FORM.replace('type="hidden"', 'type="text"'),
}


def _skeleton(page: Page, html: str) -> str:
    page.set_content(html)
    return skeleton(page)


@pytest.mark.parametrize("html", ALIKE.values(), ids=list(ALIKE))
def test_what_no_check_depends_on_makes_no_other_page(page: Page, html: str) -> None:
    assert _skeleton(page, html) == _skeleton(page, FORM)


@pytest.mark.parametrize("html", DIFFERENT.values(), ids=list(DIFFERENT))
def test_what_a_check_depends_on_makes_another_page(page: Page, html: str) -> None:
    assert _skeleton(page, html) != _skeleton(page, FORM)


def test_pages_that_look_alike_are_looked_at_once_and_share_what_was_found(page: Page) -> None:
    looked: list[str] = []

    def look(page: Page) -> list[str]:
        looked.append(page.locator("a").first.inner_text())
        return ["something is wrong"]

    mark = f"<p class='{id(looked)}-{time.time_ns()}'></p>"  # no other run has seen these pages
    found = []
    for html in (FORM, ALIKE["other words"], ALIKE["one row more"], DIFFERENT["a class"]):
        page.set_content(html.replace("<main>", f"<main>{mark}"))
        found.append(once_for_each(page, look))
    assert looked == ["Frau Aydin", "Frau Aydin"]
    assert found == [["something is wrong"]] * 4
