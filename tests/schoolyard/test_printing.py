"""The coordinator prints for the own school from one page; the operator prints for all."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerBusy, PdfWorkerFailed
from bullying_desk.pdf.order import Order
from bullying_desk.schools.models import PrintEdition, School, SchoolState
from bullying_desk.schoolyard.prints import commands, facts
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.schoolyard.prints.kit import EVERYTHING, GERMAN_ONLY, PLACES, PRINTS
from bullying_desk.schoolyard.views.prints import CHOICES
from bullying_desk.texts.catalogues import GERMAN, TRANSLATED
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard
from tests.schoolyard.prints import words_of
from tests.world import make_school

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere


@pytest.fixture
def keeper(app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock) -> Hands:
    """Return the hands of the school's coordinator, signed in, on the page of choices."""
    hands = Hands(app, clock)
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    assert hands.get(f"/team/schule/{yard.school_id}/drucken").status_code == 200
    return hands


def test_the_page_offers_everything_that_can_be_printed(keeper: Hands) -> None:
    assert {value for value, _label in CHOICES} == {*EVERYTHING, PLACES}
    assert keeper.page.count(" checked") == 1  # German: who wants one poster ticks one
    for language in (GERMAN, *TRANSLATED):
        assert f'name="languages" type="checkbox" value="{language.code}"' in keeper.page
    assert "Arabisch (العربية)" in keeper.page


def test_one_print_is_a_file_and_several_are_a_zip(keeper: Hands, yard: Yard) -> None:
    address = f"/team/schule/{yard.school_id}/drucken"
    page = keeper.page
    one = keeper.client.post(address, data=_chosen(page, "door"), headers=_SAME, base_url="https://localhost")
    assert one.headers["Content-Disposition"] == 'attachment; filename="tuerschild-K7M2.pdf"'
    assert one.headers["Cache-Control"] == "no-store"
    assert "Frau Aydin" in words_of(one.data)
    several = keeper.client.post(address, data=_chosen(page, "a4", "text"), headers=_SAME, base_url="https://localhost")
    assert several.headers["Content-Disposition"] == 'attachment; filename="drucken-K7M2.zip"'
    with zipfile.ZipFile(io.BytesIO(several.data)) as kit:
        assert kit.namelist() == ["plakat-a4.pdf", "textbaustein.docx"]


_SAME = {"Sec-Fetch-Site": "same-origin"}


def test_one_press_brings_everything(keeper: Hands, yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Order] = []

    def note(order: Order) -> dict[str, bytes]:
        asked.append(order)
        raise PdfWorkerBusy

    monkeypatch.setattr(worker, "run", note)
    address, none = f"/team/schule/{yard.school_id}/drucken", _chosen(keeper.page)
    refused = keeper.client.post(address, data=none, headers=_SAME, base_url="https://localhost")
    assert (refused.status_code, asked) == (422, [])
    assert "Wählen Sie mindestens eines" in refused.text
    keeper.client.post(address, data={**none, "alles": "1"}, headers=_SAME, base_url="https://localhost")
    keeper.client.post(address, data={**none, "what": list(EVERYTHING)}, headers=_SAME, base_url="https://localhost")
    assert asked[0] == asked[1]


def test_prints_come_in_each_chosen_language(keeper: Hands, yard: Yard) -> None:
    address, fields = f"/team/schule/{yard.school_id}/drucken", _chosen(keeper.page, "cards", "staff")
    made = keeper.client.post(
        address, data={**fields, "languages": ["ar", "uk"]}, headers=_SAME, base_url="https://localhost"
    )
    with zipfile.ZipFile(io.BytesIO(made.data)) as kit:
        assert kit.namelist() == ["karten-ar.pdf", "karten-uk.pdf", "lehrerzimmer.pdf"]
    for wrong, said in (([], "Wählen Sie mindestens eine Sprache."), (["xx"], "Fehler:")):
        refused = keeper.client.post(
            address, data={**fields, "languages": wrong}, headers=_SAME, base_url="https://localhost"
        )
        assert (refused.status_code, said in refused.text) == (422, True)
    yard.session.rollback()
    noted = yard.session.execute(select(PrintEdition.what).where(PrintEdition.school_id == yard.school_id)).scalars()
    assert set(noted) == {"cards-ar", "cards-uk", "staff"}


def _chosen(page: str, *wishes: str) -> dict[str, object]:
    token = page.split('name="csrf_token"')[-1].split('value="')[1].split('"')[0]
    return {"csrf_token": token, "what": list(wishes), "languages": ["de"]}


@pytest.mark.parametrize("error", [PdfWorkerBusy(), PdfWorkerFailed("the child ended with 1")], ids=["busy", "failed"])
def test_a_print_that_cannot_be_made_is_said(
    keeper: Hands, yard: Yard, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(_order: Order) -> dict[str, bytes]:
        raise error

    monkeypatch.setattr(worker, "run", refuse)
    address, page = f"/team/schule/{yard.school_id}/drucken", keeper.page
    said = keeper.client.post(address, data=_chosen(page, "a4"), headers=_SAME, base_url="https://localhost")
    assert said.status_code == 503
    assert "Gerade lässt sich nichts drucken." in said.text
    assert said.text.count(" checked") == 2  # what was chosen is still chosen, and its language
    week = f"/team/schule/{yard.school_id}/dienste/aushang.pdf"
    assert keeper.client.get(week, base_url="https://localhost").status_code == 503


def test_nothing_chosen_and_nonsense_are_refused_kindly(keeper: Hands, yard: Yard) -> None:
    address = f"/team/schule/{yard.school_id}/drucken"
    assert keeper.post(address).status_code == 422
    assert "Wählen Sie mindestens eines" in keeper.page
    assert keeper.post(address, what="../../etc/passwd").status_code == 422


def test_another_school_is_not_there(keeper: Hands, yard: Yard) -> None:
    other = make_school(yard.session, key="M4R8", number="198773", name="Nebenan")
    yard.session.commit()
    other_id = other.id
    yard.session.rollback()
    assert keeper.get(f"/team/schule/{other_id}/drucken").status_code == 404


def test_who_is_no_coordinator_finds_no_prints(
    app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    hands = Hands(app, clock)
    hands.sign_in(make_member(database, keys, clock, "Ada Roth", Role.CONTACT_PERSON, yard.world.school))
    assert hands.get(f"/team/schule/{yard.school_id}/drucken").status_code == 404


def test_names_only_with_the_own_yes(yard: Yard, clock: MovingClock) -> None:
    yard.world.seats["Jan"].public_since = None
    yard.session.flush()
    said = facts.gather(yard.session, yard.world.school, "Lindenbank", "https://linde.example", clock.today())
    assert "Brandt" not in str(said.values)
    assert "Beratungslehrkraft" in str(said.values)


def test_without_an_address_nothing_is_printed(yard: Yard, clock: MovingClock) -> None:
    with pytest.raises(AddressMissing):
        facts.gather(yard.session, yard.world.school, "Lindenbank", "", clock.today())


@dataclasses.dataclass
class Desk:
    database: Database
    clock: Clock
    settings: Settings


def _run(desk: Desk, *arguments: str) -> tuple[int, str]:
    command: click.Command = commands.print_kit
    done = CliRunner().invoke(command, list(arguments), obj=desk)
    return done.exit_code, done.output


@pytest.fixture
def desk(database: Database, clock: MovingClock, settings: Settings, yard: Yard) -> Desk:
    return Desk(database, clock, settings)


def test_the_command_prints_every_school_that_takes_part(desk: Desk, yard: Yard, tmp_path: Path) -> None:
    other = make_school(yard.session, key="M4R8", number="198773", name="Nebenan")
    known = make_school(yard.session, key="P6T9", number="198781", name="Fern")
    known.state, known.joined_on = SchoolState.KNOWN, None
    yard.session.commit()
    code, said = _run(desk, "--to", str(tmp_path / "druck"))
    assert code == 0, said
    assert "2 von 2 Schulen gedruckt" in said
    assert sorted(path.name for path in (tmp_path / "druck").iterdir()) == ["K7M2.zip", "M4R8.zip"]
    with zipfile.ZipFile(tmp_path / "druck" / "K7M2.zip") as kit:
        assert set(kit.namelist()) == {"textbaustein.docx", *(each.file for each in PRINTS.values())}
    yard.session.rollback()
    noted = yard.session.execute(select(PrintEdition.what).where(PrintEdition.school_id == yard.school_id)).scalars()
    assert set(noted) == set(EVERYTHING)
    other.state = SchoolState.KNOWN
    yard.session.commit()
    code, said = _run(desk, "--language", "ar", "--to", str(tmp_path / "ar"))
    assert code == 0, said
    with zipfile.ZipFile(tmp_path / "ar" / "K7M2.zip") as kit:
        names = {f"{each.file[:-4]}-ar.pdf" for wish, each in PRINTS.items() if wish not in GERMAN_ONLY}
        assert set(kit.namelist()) == {*names, "lehrerzimmer.pdf", "textbaustein.docx"}


def test_the_command_refuses_with_the_reason(desk: Desk, yard: Yard, tmp_path: Path) -> None:
    assert _run(desk, "XXXX")[0] == 1
    assert "keine Schule mit Schlüssel" in _run(desk, "XXXX")[1]
    desk.settings = dataclasses.replace(desk.settings, base_url="")
    code, said = _run(desk, "K7M2", "--to", str(tmp_path))
    assert (code, "base_url" in said) == (1, True)
    for school in yard.session.scalars(select(School)):
        school.state = SchoolState.CLOSED
    yard.session.commit()
    assert "Keine Schule macht mit" in _run(desk)[1]
    assert _run(desk, "--gibtesnicht")[0] == 2
    assert _run(desk, "--language", "xx")[0] == 2
