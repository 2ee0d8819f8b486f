"""The look's own rules, and how much a child's telephone has to fetch."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

STATIC = Path(__file__).parents[2] / "bullying_desk" / "static"
SHEETS = {name: (STATIC / name).read_text("utf-8") for name in ("desk.css", "staff.css")}
SCRIPTS = sorted(STATIC.glob("*.js"))
RULES = re.sub(r"/\*.*?\*/", "", "".join(SHEETS.values()), flags=re.DOTALL)
FIRST_VIEW = 40 * 1024


def test_the_sheet_stays_small() -> None:
    assert len(SHEETS["desk.css"].encode()) < 20_000


def test_no_page_for_everybody_fetches_what_only_staff_see(client: FlaskClient) -> None:
    for page in ("/", "/hilfe", "/unterricht", "/team/anmelden"):
        assert "/static/desk." in client.get(page).text
        assert "/static/staff." not in client.get(page).text, page


def test_the_sheet_knows_no_left_and_right() -> None:
    """Arabic and Persian pages turn round by themselves."""
    media = re.compile(r"@media[^{]*\{")
    bare = media.sub("", RULES)
    physical = re.compile(
        r"(?:^|[;{])\s*(?:(?:margin|padding|border)-)?(?:left|right|top|bottom|width|height)(?:-\w+)?\s*:"
    )
    assert physical.findall(bare) == []


def test_the_sheet_shouts_at_nobody() -> None:
    assert "!important" not in RULES
    assert not re.search(r"(?:^|[},\s])#[a-zA-Z][\w-]*[^;{}]*\{", RULES)
    assert "url(" not in RULES
    assert "@import" not in RULES


def test_nothing_moves_for_who_wants_no_motion() -> None:
    """Whoever asks for no motion gets none: what moves stands where somebody has not asked."""
    for sheet in STATIC.glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        calm = re.sub(
            r"@media\s*\(prefers-reduced-motion:\s*no-preference\)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", rules
        )
        assert not re.search(r"\b(?:transition|animation|scroll-behavior)\b", calm), sheet.name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_keep_nothing(script: Path) -> None:
    source = script.read_text("utf-8")
    code = re.sub(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", "", source, flags=re.DOTALL)
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|eval\(", code)
    assert source.startswith("/*"), "a script begins with what it is for"


def _fetched(client: FlaskClient, page: str) -> dict[str, int]:
    html = client.get(page).data
    sizes = {page: len(gzip.compress(html))}
    for address in sorted(set(re.findall(rb'(?:src|href)="(/static/[^"]+)"', html))):
        answer = client.get(address.decode(), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        sizes[address.decode()] = len(answer.data)
    return sizes


@pytest.mark.parametrize("page", ["/", "/hilfe", "/datenschutz"])
def test_the_first_view_is_small(client: FlaskClient, page: str) -> None:
    sizes = _fetched(client, page)
    assert len(sizes) <= 6
    assert sum(sizes.values()) <= FIRST_VIEW, sizes
