"""Nobody reads rights past the checker: unchecked queries stand in a list, and raw statements are rare."""

from __future__ import annotations

import re

from bullying_desk.rights.models import right_classes
from tests.house.project import PACKAGE

# Each use of `hint`, by module, and why its answer decides nothing.
HINTS = {
    "cases.inbox.queue": "which cases a list shows: each opens only with a grant sealed to one's key; the owner's name",
    "cases.departures": "which grants to look at; `_seats_hold` then reads the seats, checked",
    "cases.inbox.case_search": "the rows of what was found and opened",
    "cases.inbox.overview": "whether there may be anything to offer; each offer asks again, checked",
    "cases.readers.regrants": "which reports to look at; `staff_of` then says, checked, whom to seal to",
    "commands.rights": "rows that have no tag yet, for a person to look at",
    "reports.figures": "counts for the operator's monitoring",
    "rights.head": "every row, to hold it against its tag",
    "rights.writing": "rows that go, and rows that get the tag of a new pepper after a check of the old one",
    "rotating": "every value under the pepper; of a bad row nothing is written",
}
# Statements that name a table of rights without its model, and why.
RAW = {
    "commands.drill": "how many reports a copy holds, for the screen",
    "commands.keeping": "the copy of a database that is not ours yet; sessions are deleted",
    "erasing.tombstones": "ids of rows to be destroyed",
    "erasing.destroying": "ids of rows to be destroyed",
}


def _modules() -> dict[str, str]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        found[name] = path.read_text("utf-8")
    return found


def test_each_unchecked_query_has_its_reason() -> None:
    using = {name for name, text in _modules().items() if re.search(r"\bhint\(", text)} - {"rights.checking"}
    assert using == HINTS.keys()


def test_nothing_else_asks_for_unchecked_rows() -> None:
    assert [name for name, text in _modules().items() if "rights_unchecked" in text] == ["rights.checking"]


def test_no_statement_names_a_table_of_rights_past_its_model() -> None:
    names = "|".join(str(model.__tablename__) for model in right_classes())
    raw = re.compile(rf'table\("(?:{names})"|(?:FROM|JOIN|UPDATE|INTO) (?:{names})\b')
    found = {name for name, text in _modules().items() if raw.search(text)}
    assert found <= RAW.keys(), found - RAW.keys()


def test_rights_are_written_past_the_session_only_with_their_tag() -> None:
    past = re.compile(r"connection\(\)\.(?:execute|scalar)")
    rights = {"rights.sets", "rights.writing"}
    allowed = {"audit.trail", "erasing.rewriting", "notices.outbox", "reports.filing.intake", *rights}
    assert {name for name, text in _modules().items() if past.search(text)} <= allowed
    assert "if issubclass(model, Right):" in _modules()["reports.filing.intake"]
