"""There is one door that opens things, and the other modules only seal."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bullying_desk.sealing
from bullying_desk.sealing.format.errors import FieldRefused
from bullying_desk.sealing.format.primitives import hkdf, hpke_seal, recipient
from tests.sealing.conftest import School

FOLDER = Path(bullying_desk.sealing.__file__).parent
MODULES = {path.stem: ast.parse(path.read_text("utf-8")) for path in FOLDER.glob("*.py")}


def _attributes(tree: ast.Module) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_only_unseal_and_the_pepper_layer_decrypt() -> None:
    assert {name for name, tree in MODULES.items() if "decrypt" in _attributes(tree)} == {"unseal", "pepper"}


def test_nothing_inside_the_package_imports_unseal() -> None:
    assert {name for name, tree in MODULES.items() if "bullying_desk.sealing.unseal" in _imported(tree)} == set()


def test_the_package_knows_only_cryptography_and_itself() -> None:
    allowed = ("cryptography", "bullying_desk.sealing")
    standard = {
        *(
            "base64",
            "binascii",
            "collections",
            "dataclasses",
            "enum",
            "functools",
            "hashlib",
            "hmac",
            "importlib",
            "os",
            "re",
        ),
        *("secrets", "threading", "typing", "unicodedata", "__future__"),
    }
    for name, tree in MODULES.items():
        for imported in _imported(tree):
            assert imported.startswith(allowed) or imported.split(".")[0] in standard, f"{name} imports {imported}"


def test_nothing_is_sealed_or_derived_without_a_context(school: School) -> None:
    with pytest.raises(FieldRefused):
        hpke_seal(b"x", recipient(school.aylin.public_half), b"")
    with pytest.raises(FieldRefused):
        hkdf(b"x", b"")
