"""The list of libraries is complete, and the page of licences is the one it would be made to be."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house.project import ROOT
from workshop import components
from workshop.places import WorkshopRefused


def test_the_list_has_each_pinned_library_with_version_hashes_and_licence(tmp_path: Path) -> None:
    pinned = components.pinned(components.PINNED.read_text("utf-8"))
    assert {each.name for each in pinned} == set(
        re.findall(r"^([A-Za-z0-9._-]+)==", components.PINNED.read_text("utf-8"), re.MULTILINE)
    )
    assert components.write(tmp_path / "licences.md", tmp_path / "list.json") == 0
    made = json.loads((tmp_path / "list.json").read_text("utf-8"))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert len(made["components"]) == len(pinned) > 30
    for each in made["components"]:
        assert each["purl"].startswith("pkg:pypi/")
        assert each["hashes"]
        assert each["licenses"][0]["license"]["name"]
    asked = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    first = {each.partition("@")[0] for each in asked["bullying-desk"]}
    assert {"pkg:pypi/flask", "pkg:pypi/sqlalchemy", "pkg:pypi/cryptography"} <= first
    [flask] = [ref for ref in asked if ref.startswith("pkg:pypi/flask@")]
    assert any(each.startswith("pkg:pypi/jinja2@") for each in asked[flask])
    assert len(asked) == len(made["dependencies"]) == len(pinned) + 1


def test_the_page_of_licences_names_the_libraries_of_today() -> None:
    listed = re.findall(r"^\| ([^ |]+) \| ([^|]+) \|$", components.PAGE.read_text("utf-8"), re.MULTILINE)[1:]
    pinned = components.pinned(components.PINNED.read_text("utf-8"))
    assert [name for name, _licence in listed] == list(dict.fromkeys(each.name for each in pinned))
    assert not [name for name, licence in listed if re.search(r"proprietary|commercial", licence, re.IGNORECASE)]


def test_a_library_without_a_licence_is_refused() -> None:
    one = components.Component("somebody", "1", ("0" * 64,), ("bullying-desk",))
    with pytest.raises(WorkshopRefused, match="no licence is known of somebody"):
        components.bill([one], {})


def test_the_list_is_not_part_of_the_repository() -> None:
    assert components.LIST.is_relative_to(ROOT / ".cache")
