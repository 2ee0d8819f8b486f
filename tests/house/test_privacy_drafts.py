"""Tests hold what the privacy drafts claim; each says that it is a draft; children can read theirs."""

from __future__ import annotations

import ast
import re
from functools import cache

from bullying_desk.access.permissions import Permission
from bullying_desk.access.policy import POLICY
from bullying_desk.access.roles import Role
from bullying_desk.accounts.trail.trail_words import ROLE_WORDS
from tests.guidance.readability import stats
from tests.house.project import ROOT, for_each

DRAFTS = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "deploy" / "privacy").glob("*.md"))}
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
# These make no claim about the program, or in words for children.
WITHOUT_PROOF = {"README.md", "offene-rechtsfragen.md", "information-kinder.md"}


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of a test file's tests; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


def test_there_is_a_draft_for_each_purpose() -> None:
    assert set(re.findall(r"`([\w-]+\.md)`", DRAFTS["README.md"])) == set(DRAFTS) - {"README.md"}
    assert len(DRAFTS) == 13


@for_each(DRAFTS)
def test_each_says_that_it_is_a_draft_and_no_advice(name: str) -> None:
    assert "**Entwurf. Keine Rechtsberatung.**" in DRAFTS[name].splitlines()[2]


@for_each(DRAFTS)
def test_every_proof_exists(name: str) -> None:
    proofs = PROOF.findall(DRAFTS[name])
    assert bool(proofs) == (name not in WITHOUT_PROOF)
    assert not [(path, test) for path, test in proofs if not test.startswith("test_") or test not in names_in(path)]
    assert len(proofs) == DRAFTS[name].count("`tests/")


def test_the_matrix_of_roles_says_what_the_policy_says() -> None:
    rows = re.findall(r"^\| ([^|]+) \| (ja|nein)[^|]* \|", DRAFTS["rollen-und-rechte.md"], re.MULTILINE)
    assert dict(rows) == {ROLE_WORDS[role]: "ja" if Permission.READ_CASE in POLICY[role] else "nein" for role in Role}


def test_children_can_read_theirs() -> None:
    """Wiener Sachtextformel at most 4, LIX at most 30, no sentence above 12 words; offices bear their names."""
    body = "\n".join(DRAFTS["information-kinder.md"].splitlines()[4:])
    text = re.sub(r"\[[^]]*\]|\*\*|Landesbeauftragte für Datenschutz in NRW|Datenschutzbeauftragte", "", body)
    found = stats(text)
    assert found.words > 120
    assert found.wstf1 <= 4
    assert found.lix <= 30
    assert found.longest_words <= 12, found.longest
