"""Private notes belong to their writer alone; no note is lost by a second submit or found by another person."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bullying_desk.accounts.models import Person
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import PrivateNote
from bullying_desk.reports.models import Record
from bullying_desk.sealing.format.errors import DirectoryTagWrong
from bullying_desk.sealing.keys import PersonKey
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def _case(world: World, me: Counsellor) -> FoundCase:
    filed, _ = world.file()
    return find_case(me, world.report(filed).case_id)


def test_a_private_note_opens_for_its_writer_alone(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    notes.write_private_note(selin, found, "Ich kenne die Mutter.")
    assert [note.text for note in notes.private_notes(selin, found.case)] == ["Ich kenne die Mutter."]
    assert notes.private_notes(jan, found.case) == []
    stolen = world.session.scalars(select(PrivateNote)).one()
    stolen.person_id = jan.person_id
    stolen.key_id = jan.key.key_id
    assert [note.text for note in notes.private_notes(jan, found.case)] == [None]


def test_a_note_of_a_lost_key_stays_closed_and_can_be_destroyed(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    notes.write_private_note(selin, found, "alt")
    later = Counsellor(world.session, world.pepper_layer, selin.person_id, PersonKey.generate(), world.clock.now())
    [closed] = notes.private_notes(later, found.case)
    assert closed.text is None
    notes.destroy_private_note(later, found.case, closed.id)
    assert world.session.scalar(select(func.count()).select_from(PrivateNote)) == 0


def test_a_swapped_public_half_catches_no_note(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    person = world.session.get_one(Person, selin.person_id)
    person.public_half = PersonKey.generate().public_half
    notes.write_private_note(selin, found, "Das bleibt bei mir.")
    assert notes.private_notes(selin, found.case)[0].text == "Das bleibt bei mir."
    person.directory_tag = bytes(34)
    with pytest.raises(DirectoryTagWrong):
        notes.write_private_note(selin, found, "Und das?")


def test_nobody_destroys_a_note_of_somebody_else(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    notes.write_private_note(selin, found, "meins")
    note = notes.private_notes(selin, found.case)[0].id
    for who, case in ((jan, found.case), (selin, _case(world, selin).case)):
        with pytest.raises(notes.NoteUnknown):
            notes.destroy_private_note(who, case, note)


@pytest.mark.parametrize(("text", "error"), [("  \r\n ", notes.NoteEmpty), ("x" * 20_001, notes.NoteTooLong)])
def test_empty_and_endless_notes_are_refused(world: World, at_desk: AtDesk, text: str, error: type[Exception]) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    secrets = open_case_secrets(selin, found.case)
    with pytest.raises(error):
        notes.write_team_note(selin, found.case, secrets, text)
    with pytest.raises(error):
        notes.write_private_note(selin, found, text)


def test_a_second_press_writes_no_second_note(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    for _press in range(2):
        notes.write_team_note(selin, found.case, open_case_secrets(selin, found.case), "Einmal.\r\nGenau.")
        notes.write_private_note(selin, found, "Auch einmal.")
    assert world.session.scalar(select(func.count()).where(Record.kind == notes.NOTE)) == 1
    assert world.session.scalar(select(func.count()).select_from(PrivateNote)) == 1


@pytest.mark.both
def test_notes_on_the_page(world: World, enter: SignIn) -> None:
    filed, _ = world.file()
    address = f"/team/fall/{world.report(filed).case_id}"
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(address)
    selin.press("Notiz speichern", note="Für alle im Team")
    selin.press("Notiz speichern", note="Nur für mich", reads="me")
    assert "Für alle im Team" in selin.main
    assert "Nur für mich" in selin.main
    jan.get(address)
    assert "Für alle im Team" in jan.main
    assert "Nur für mich" not in jan.page.text
    jan.press("Notiz speichern", status=422, note=" ")
    assert "Schreiben Sie eine Notiz." in jan.main
    selin.press("Löschen")
    assert "Nur für mich" not in selin.main
    stored = b"".join(world.session.scalars(select(Record.sealed).where(Record.kind == notes.NOTE)))
    assert b"alle im Team" not in stored
