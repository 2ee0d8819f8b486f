"""Stickers for kinds of places: off at first, ticked in the form, to be unticked, in no column and in no notice."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image

from bullying_desk.database import Base
from bullying_desk.pdf.produce import produce
from bullying_desk.schools import places
from bullying_desk.schoolyard.prints.kit import order_for
from tests.schoolyard.conftest import Yard
from tests.schoolyard.prints import FACTS, picture_of


def _ticked(page: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*name="wo"[^>]*>', page)
    return [value for box in boxes if "checked" in box for value in re.findall(r'value="(\w+)"', box)]


@pytest.mark.sqlite
def test_a_kind_is_off_then_ticked_and_goes_along_to_the_form(client: FlaskClient, yard: Yard) -> None:
    assert client.get("/s/K7M2/1").location == "/s/K7M2"
    assert _ticked(client.get("/s/K7M2/schreiben/1?ort=1").text) == []
    places.switch(yard.session, yard.school_id, ["toilette", "gibt-es-nicht"])
    yard.session.commit()
    for typed in ("/S/K7M2/1", "/S/k7m2/1", "/s/k7m2/1"):
        answer = client.get(typed, follow_redirects=True)
        assert answer.request.full_path == "/s/K7M2?ort=1", typed
    assert "Er sagt uns nur, was für ein Ort das ist" in answer.text
    doors = client.get("/s/K7M2/schreiben?ort=1").text
    assert re.search(r"/s/K7M2/schreiben/[a-z]{10}\?ort=1", doors)
    form = client.get("/s/K7M2/schreiben/1?ort=1").text
    assert _ticked(form) == ["toilette"]
    assert "Dann nimm das Kreuz weg." in form
    assert _ticked(client.get("/s/K7M2/schreiben/1").text) == []  # the kept page of others holds nothing of it
    assert client.get("/s/K7M2/2").location == "/s/K7M2"
    assert client.get("/s/K7M2/schreiben/1?ort=999999999999999999999").status_code == 200


@pytest.mark.sqlite
def test_a_mistyped_key_offers_the_right_school(client: FlaskClient, yard: Yard) -> None:
    near = client.get("/S/K7M3/1")
    assert near.status_code == 404
    assert "Gesamtschule Lindenpark" in near.text


def test_stickers_of_a_kind_are_a_whole_sheet_that_can_be_read(tmp_path: Path) -> None:
    made = produce(order_for(dataclasses.replace(FACTS, places=(1, 5)), ["places"]))
    assert set(made) == {"aufkleber-toilette.pdf", "aufkleber-weg.pdf"}
    for dots in (150, 75):
        picture = Image.open(picture_of(made["aufkleber-weg.pdf"], tmp_path, dots))
        found = [each.text for each in zxingcpp.read_barcodes(picture)]
        assert found == ["HTTPS://LINDE.EXAMPLE/S/K7M2/5"] * 8, dots


def test_no_table_of_reports_has_a_place() -> None:
    for table in Base.metadata.tables.values():
        if table.name.startswith(("report", "case", "record", "paper", "slip")):
            assert not {"place", "place_kind", "kind_of_place", "ort"} & set(table.columns.keys()), table.name
