"""Files and folders that the documents name exist. Papers, principles and decisions that the program cites exist."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bullying_desk.sealing.pepper import PepperPlace
from tests.house.project import ROOT

DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
BESIDE = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "deploy/README.md", "tests/README.md")
PAPERS = (*BESIDE, *sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")))
PLACES = (".", "bullying_desk", "deploy", "tests")
# Made where the program runs, or no path at all.
ELSEWHERE = ("instance/", "INSTANCE/", "../shared", "school_hours_begin/_end")
NAMED = re.compile(r"`([\w.*/-]+)`|\]\(([^)#:]+)\)")
IS_PATH = re.compile(r"/|\.(?:py|md|toml|yml|html|css|js|txt|typ)$")

FOLDERS = ("bullying_desk", "templates", "tests", "workshop", "migrations", "deploy", "docs", "requirements")
KINDS = {".py", ".html", ".yml", ".md", ".typ", ".toml", ".css", ".js", ".sh", ".conf", ".txt"}
PAPER = re.compile(r"(?<![\w*{}./-])[\w./-]*\w\.md\b")
CITED = re.compile(r"\b(?:principle|decision)s?\s+([PD]?\d+(?:(?:, | and )[PD]?\d+)*)", re.IGNORECASE)
NUMBER = re.compile(r"\b([PD]\d{1,3})\b")
RESEARCH = re.compile(r"\bresearch/|\bthe design's\b")
# Names that no file of the project has, each with its reason.
NO_PAPER = {
    "tests/house/test_docs.py": {"field.md", "test_nothing.md"},  # the examples below
    "tests/lessons/test_checks.py": {"lessons.md"},  # read in `../shared`, where it is there
    "pyproject.toml": {"/instance/README.md"},  # the one file of a folder that is not looked through
}
RULE = "tests/house/test_docs.py"
# What `contexts.to_writer` is called with, by `sealing.notes` and `sealing.unseal`.
TO_WRITER = {"note/private", "draft"}


def _named(paper: Path) -> set[str]:
    """Return the names in a document that look like a file or folder of ours; addresses begin with a slash."""
    found = {(tick or link).rstrip("/") for tick, link in NAMED.findall(paper.read_text("utf-8"))}
    if paper.name == "sealing.md":
        found = {name for name in found if not _is_label(name)}
    return {name for name in found if IS_PATH.search(name) and not name.startswith(("/", *ELSEWHERE))}


def _is_there(name: str, paper: Path) -> bool:
    return any(any((ROOT / place).glob(name)) for place in (*PLACES, paper.parent.relative_to(ROOT)))


@pytest.mark.parametrize("name", PAPERS)
def test_what_is_named_is_there(name: str) -> None:
    paper = ROOT / name
    missing = sorted(each for each in _named(paper) if not _is_there(each, paper))
    assert not missing, f"{name} names what is not there: {missing}"


def test_the_documents_are_read_at_all() -> None:
    assert "deploy/README.md" in _named(ROOT / "README.md")
    assert not _is_there("tests/house/test_nothing.py", ROOT / "README.md")
    assert "docs/sealing.md" in PAPERS


# ---------------------------------------------------------------------------------------------------- rooms and floors


def test_the_page_on_architecture_names_every_room() -> None:
    table = (DOCS / "architecture.md").read_text("utf-8").partition("## Rules")[0]
    package = ROOT / "bullying_desk"
    rooms = {path.parent.relative_to(package) for path in package.rglob("__init__.py")} - {Path()}
    named = set(re.findall(r"`(\w+)/`", table))
    assert {room.name for room in rooms if room.name != "views"} == named - {"bullying_desk"}


# ------------------------------------------------------------------------------------------------ labels of the sealing


@cache
def _labels() -> tuple[set[str], set[str]]:
    """Return the labels that `sealing.contexts` binds with, and the beginnings of those it puts together."""
    whole, begun = set(TO_WRITER), set()
    for call in ast.walk(ast.parse((ROOT / "bullying_desk" / "sealing" / "format" / "contexts.py").read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "context":
            match call.args[0]:
                case ast.Constant(value=str() as label):
                    whole.add(label)
                case ast.JoinedStr(values=[ast.Constant(value=str() as beginning), *_]):
                    begun.add(beginning)
    return whole, begun


def _is_label(name: str) -> bool:
    whole, begun = _labels()
    return name in whole or name.startswith(tuple(begun))


def test_the_page_on_sealing_names_every_label() -> None:
    text = (DOCS / "sealing.md").read_text("utf-8")
    table = text.partition("| label | fields |")[2].partition("\n\n")[0]
    listed = {label for line in table.splitlines()[2:] for label in re.findall(r"`([\w/-]+)`", line.split("|")[1])}
    whole, begun = _labels()
    assert whole - listed == {"key-id"}  # explained above the table
    assert all(_is_label(label) for label in listed)
    assert all(any(label.startswith(beginning) for label in listed) for beginning in begun)


def test_the_page_on_sealing_names_every_column_under_the_pepper() -> None:
    text = (DOCS / "sealing.md").read_text("utf-8").partition("## Under the pepper")[2].partition("Besides")[0]
    assert set(re.findall(r"`([\w-]+)`", text)) == {place.value for place in PepperPlace}


# ---------------------------------------------------------------------------------- numbers of principles and decisions


@cache
def _decisions() -> dict[str, tuple[str, str]]:
    """Return each decision's title and file by its number, as `D28`."""
    found: dict[str, tuple[str, str]] = {}
    for path in DECISIONS.glob("*.md"):
        for number, title in re.findall(r"(?m)^## (D\d+) (.+)$", path.read_text("utf-8")):
            assert number not in found, f"{number} is in two files"
            found[number] = (title, path.name)
    return found


@cache
def _principles() -> list[str]:
    return re.findall(r"(?m)^\*\*(P\d+)\. ", (DOCS / "principles.md").read_text("utf-8"))


def test_decisions_are_numbered_from_one_on_and_the_index_names_each() -> None:
    assert set(_decisions()) == {f"D{number}" for number in range(1, len(_decisions()) + 1)}
    index = (DECISIONS / "README.md").read_text("utf-8")
    lines = re.findall(r"(?m)^\| (D\d+) \| (.+) \| \[\w+\]\((\w+\.md)\) \|$", index)
    assert [line[0] for line in lines] == [f"D{number}" for number in range(1, len(lines) + 1)]
    assert {number: (title, file) for number, title, file in lines} == _decisions()


def test_principles_are_numbered_from_one_on() -> None:
    assert _principles() == [f"P{number}" for number in range(1, len(_principles()) + 1)]


# ------------------------------------------------------------------------------------------------ what a text may cite


def _prose(source: str) -> Iterator[str]:
    """Yield the comments and docstrings of a module."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


@cache
def _files() -> dict[str, str]:
    """Return every text file of the project by its path."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    paths += [path for path in ROOT.iterdir() if path.name != "LICENSE"]
    chosen = sorted(path for path in paths if path.suffix in KINDS and path.is_file())
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in chosen}


@cache
def _paper_names() -> set[str]:
    """Return every name of a document of the project: with its folders, and without."""
    return {name for path in _files() if path.endswith(".md") for name in _endings(path)}


def _endings(path: str) -> Iterator[str]:
    parts = path.split("/")
    yield from ("/".join(parts[start:]) for start in range(len(parts)))


def _wrong(path: str, text: str) -> list[str]:
    """Return what a text cites that a reader of the repository cannot open."""
    known = {*_decisions(), *_principles()}
    papers = [name for name in PAPER.findall(text) if name.removeprefix("../") not in _paper_names()]
    cited = [number for group in CITED.findall(text) for number in re.findall(r"[PD]?\d+", group)]
    if path.endswith(".py") and NUMBER.search(text):
        cited += [number for prose in _prose(text) for number in NUMBER.findall(prose)]
    elif path.startswith("docs/") or "/" not in path:
        cited += NUMBER.findall(text)
    numbers = [number for number in cited if number not in known]
    return sorted({*papers, *numbers, *RESEARCH.findall(text)} - NO_PAPER.get(path, set()))


def test_what_is_cited_is_there() -> None:
    wrong = {path: found for path, text in _files().items() if path != RULE and (found := _wrong(path, text))}
    assert not wrong, f"cited, but not in the repository: {wrong}"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('"""A rule (decisions 6)."""', ["6"]),
        ("# settled in decision D999", ["D999"]),
        ("# principle P1 and principle P99", ["P99"]),
        ("x = 1  # P98 says so", ["P98"]),
        ('SOURCE = "field.md 2.2"', ["field.md"]),
        ('"""See research/ of the design."""', ["research/"]),
        ('"""docs/sealing.md, Keys; decision D28; principles P4, P5."""', []),
        ('CODE = "P97"  # a value, no citation', []),
    ],
)
def test_a_citation_nobody_can_open_is_found(text: str, wrong: list[str]) -> None:
    assert _wrong("bullying_desk/example.py", text) == wrong
