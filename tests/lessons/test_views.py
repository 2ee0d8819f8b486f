"""The pages under /unterricht for a teacher: find, read, project, copy and download, without signing in."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bullying_desk.config import Settings
from bullying_desk.lessons.building.build import build
from bullying_desk.lessons.format.loader import Programme, load_lesson, programme_folder
from bullying_desk.lessons.format.paths import all_paths
from bullying_desk.lessons.library.amb import amb_of, publisher_of
from bullying_desk.lessons.library.catalogue import Catalogue
from bullying_desk.lessons.library.library import LIBRARY, Library
from tests.lessons.conftest import EXAMPLE

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

PAGE = f"/unterricht/{EXAMPLE}"
LARGEST = 30_000


@pytest.fixture(autouse=True)
def ready(app: Flask, settings: Settings, programme: Programme) -> Library:
    """Give the program the lessons that were read once for all tests."""
    library = Library(settings.instance, (), Catalogue(programme.lessons), {})
    app.extensions["services"].keep(LIBRARY, library)
    return library


@pytest.fixture
def built(settings: Settings) -> Path:
    """Build one lesson into the instance."""
    lesson, _ = load_lesson(programme_folder() / EXAMPLE)
    assert lesson is not None
    build([lesson], all_paths(), settings.instance, "Dienst", "https://localhost", workers=1)
    return settings.instance


class _Marks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        self.seen.append((tag, found))
        self._json = found.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._json:
            self.scripts.append(data)
            self._json = False


def _marks(response: TestResponse) -> _Marks:
    marks = _Marks()
    marks.feed(response.text)
    return marks


def test_every_lesson_has_its_page(client: FlaskClient, programme: Programme) -> None:
    for lesson in programme.lessons:
        response = client.get(f"/unterricht/{lesson.id}", headers={"Accept-Encoding": "gzip"})
        assert response.status_code == 200, lesson.id
        assert len(response.data) < LARGEST, lesson.id
        text = gzip.decompress(response.data).decode("utf-8")
        assert lesson.safety.aftercare.split("“")[0][:30] in text
        levels = [int(level) for level in re.findall(r"<h(\d)", text)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), (lesson.id, levels)


def test_exactly_one_description_and_it_is_the_right_one(
    client: FlaskClient, ready: Library, settings: Settings, programme: Programme
) -> None:
    for lesson in programme.lessons[:3]:
        scripts = _marks(client.get(f"/unterricht/{lesson.id}")).scripts
        assert len(scripts) == 1
        assert json.loads(scripts[0]) == amb_of(ready, lesson, publisher_of(settings, "https://localhost"))


def test_the_list_shows_all_and_finds(client: FlaskClient, programme: Programme) -> None:
    everything = client.get("/unterricht").text
    assert all(f'href="/unterricht/{lesson.id}"' in everything for lesson in programme.lessons)
    found = client.get("/unterricht?q=chlassenrat").text
    assert "Meinten Sie" in found
    assert "q=Klassenrat" in found
    assert client.get("/unterricht?q=%3Cscript%3E").text.count("<script>") == 0


def test_scenes_are_on_list_page_board_and_sheets(client: FlaskClient, ready: Library, programme: Programme) -> None:
    source = f"{PAGE}/szene.svg"
    list_, *rest = [_marks(client.get(address)).seen for address in ("/unterricht", PAGE, f"{PAGE}?ansicht=tafel")]
    thumbs = [found for tag, found in list_ if tag == "img"]
    assert [found["alt"] for found in thumbs] == [""] * len(programme.lessons)
    assert {found["loading"] for found in thumbs} == {"lazy"}
    rest.append(_marks(client.get(f"{PAGE}?ansicht=blatt")).seen)
    lesson = ready.catalogue.get(EXAMPLE)
    assert lesson is not None
    assert lesson.scene is not None
    for seen in rest:
        pictures = [found for tag, found in seen if tag == "img" and found["src"] == source]
        assert [found["alt"] for found in pictures] == [lesson.scene.alt]
    answer = client.get(source, headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "image/svg+xml"
    assert len(answer.data) < 2500


def test_choices_carry_their_number(client: FlaskClient, programme: Programme) -> None:
    marks = client.get("/unterricht").text
    count = sum(bool(set(lesson.grades) & {3, 4}) for lesson in programme.lessons)
    assert f'<option value="3-4">3–4 ({count})</option>' in marks
    assert "(0)" not in marks


def test_the_list_to_share_is_an_address(client: FlaskClient) -> None:
    text = client.get("/unterricht?merk=B2&merk=D1").text
    assert "Ihre Merkliste: 2 Stunden" in text
    assert text.count(" checked>") == 2


def test_the_board_shows_minutes_without_a_script(client: FlaskClient) -> None:
    response = client.get(PAGE + "?ansicht=tafel")
    assert "Minute 5 bis 15" in response.text
    assert "Zeig Stopp mit Blick, Hand und Stimme." in response.text
    assert any("lesson." in attributes.get("src", "") for tag, attributes in _marks(response).seen if tag == "script")


def test_the_sheets_hold_no_solution(client: FlaskClient) -> None:
    text = client.get(PAGE + "?ansicht=blatt").text
    assert "Bremsweg-Zettel" in text
    assert "Lösungen" not in text
    assert 'alt="Ein Kind steht aufrecht' in text


def test_pictures_of_the_lesson_only(client: FlaskClient) -> None:
    response = client.get(PAGE + "/signal.svg")
    assert response.mimetype == "image/svg+xml"
    assert client.get(PAGE + "/lesson.svg").status_code == 404
    assert client.get(PAGE + "/..%2fsignal.svg").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/unterricht/nix",
        "/unterricht/nix.pdf",
        f"{PAGE}.exe",
        "/unterricht/reihe/nix",
        "/unterricht/reihe/nix.zip",
        "/unterricht/nr/Z9",
    ],
)
def test_what_is_not_there_is_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_before_a_build_the_page_says_so(client: FlaskClient) -> None:
    assert "Die Dateien werden gerade vorbereitet" in client.get(PAGE).text
    assert client.get(PAGE + ".pdf").status_code == 404


@pytest.mark.usefixtures("built")
def test_downloads_are_files_with_hash_and_name(app: Flask, client: FlaskClient) -> None:
    """From the list to an open PDF: the list, the lesson, the file."""
    app.extensions["services"].keep(LIBRARY, None)
    assert f'href="{PAGE}"' in client.get("/unterricht").text
    assert f'href="{PAGE}.pdf"' in client.get(PAGE).text
    pdf = client.get(PAGE + ".pdf")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get(PAGE + ".pdf", headers={"If-None-Match": pdf.headers["ETag"]})
    assert again.status_code == 304
    for ending in (".docx", ".odt"):
        response = client.get(PAGE + ending)
        assert f"filename={EXAMPLE}{ending}" in response.headers["Content-Disposition"]
    assert f'href="{PAGE}.pptx"' in client.get(PAGE).text
    assert client.get(PAGE + ".pptx").data.startswith(b"PK")
    assert client.get(PAGE + "/arbeitsblaetter.pdf").status_code == 200
    assert client.get(PAGE + "/elternbrief.pdf").status_code == 200
    assert client.get("/unterricht/reihe/kern-klasse-3-4.zip").mimetype == "application/zip"
    [script] = _marks(client.get(PAGE)).scripts
    assert {one["contentUrl"].rpartition(".")[2] for one in json.loads(script)["encoding"]} == {
        "pdf",
        "docx",
        "odt",
        "pptx",
    }


def test_pages_may_be_kept_and_asked_again(client: FlaskClient) -> None:
    response = client.get(PAGE)
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(PAGE, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert "Set-Cookie" not in response.headers


def test_the_sitemap_is_one_file_of_lesson_pages(client: FlaskClient, programme: Programme) -> None:
    root = ElementTree.fromstring(client.get("/unterricht/sitemap.xml").data)
    places = [place.text for place in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert places == [f"https://localhost/unterricht/{lesson.id}" for lesson in programme.lessons]


def test_the_bulk_file_holds_every_lesson(client: FlaskClient, programme: Programme) -> None:
    blocks = client.get("/unterricht/amb.json").get_json()
    assert [block["id"].rpartition("/")[2] for block in blocks] == [lesson.id for lesson in programme.lessons]


def test_robots_may_read_the_programme_and_nothing_else(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Allow: /unterricht" in text
    assert "Disallow: /\n" in text
    assert "unterricht/sitemap.xml" in text


def test_every_path_is_one_page(client: FlaskClient) -> None:
    for path in all_paths():
        text = client.get(f"/unterricht/reihe/{path.id}").text
        assert path.title in text
    assert "Klasse 1–2" in client.get("/unterricht/reihe/vertretung").text


def test_a_row_for_a_year_names_school_weeks_and_a_project_week_its_days(client: FlaskClient) -> None:
    plan = client.get("/unterricht/reihe/kern-klasse-5-6").text
    assert plan.count("Woche ab ") == 8
    week = client.get("/unterricht/reihe/woche-klasse-5-6").text
    places = [week.index(f">{day}<") for day in ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")]
    assert places == sorted(places)
    assert "Woche ab " not in week


def test_a_short_name_leads_to_the_lesson(client: FlaskClient) -> None:
    assert client.get("/unterricht/nr/b2").headers["Location"].endswith(PAGE)


def test_the_warning_stands_on_every_page(client: FlaskClient) -> None:
    for address in ("/unterricht", PAGE, "/unterricht/reihe/start-klasse-5"):
        assert "Keine Stunde darf ein Kind bloßstellen" in client.get(address).text
