"""Another pepper: everything that lay under the old one lies under the new one, and for the people nothing changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bullying_desk.accounts.models import Person
from bullying_desk.audit import chain, trail
from bullying_desk.audit.events import Event
from bullying_desk.audit.verifying import verify
from bullying_desk.clock import Clock
from bullying_desk.database import Database
from bullying_desk.erasing import tombstones
from bullying_desk.keyring import Keyring, KeysMissing, begin_rotation, load_keys
from bullying_desk.reports.mailbox.mailbox import find_report
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportEpoch, ReportGrant
from bullying_desk.reports.readers import granting
from bullying_desk.rotating import COLUMNS, rotate
from bullying_desk.sealing.directory import check_directory_tag
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from tests.operations.conftest import Kept, Operator
from tests.serving import Caller, served
from tests.world import GATE

pytestmark = pytest.mark.sqlite


@pytest.fixture
def words(kept: Kept) -> ReceiptWords:
    """Return the six words of a report with a stand-in, whose trail and marks were made under the first pepper."""
    made, world = ReceiptWords.generate(), kept.world
    world.file(derive_receipt(made, kept.keys.receipt_salt, GATE, b""))
    trail.record(world.session, Event.SCHOOL_RESUMED, Clock().now(), subject=world.school.id)
    assert chain.extend(world.session, kept.keys.layer, Clock().now()) == 1
    world.session.commit()
    return made


def _rotated(operator: Operator, kept: Kept) -> tuple[Database, Keyring, Keyring]:
    before = kept.keys
    kept.stop()
    assert "values lie under pepper 2 now" in operator.done("rotate-pepper", "--yes")
    return Database(f"sqlite:///{kept.folder / 'desk.db'}"), before, load_keys(kept.folder / "keys")


def test_every_place_under_the_pepper_is_named() -> None:
    assert {column.place for column in COLUMNS} == set(PepperPlace)


def test_nothing_lies_under_the_old_pepper_and_everything_under_the_new_one(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    database, before, after = _rotated(operator, kept)
    assert after.pepper_id == 2
    old = PepperLayer(before.pepper)
    with database.transaction(write=False) as session:
        laid = 0
        for column in COLUMNS:
            for row in session.scalars(select(column.model).where(column.value.is_not(None))):
                value, ids = getattr(row, column.value.key), column.ids(row)
                with pytest.raises(SealingError):
                    old.lift(value, column.place, *ids)
                if not column.mixed:
                    after.layer.lift(value, column.place, *ids)
                    laid += 1
        assert laid >= 4
        for person in session.scalars(select(Person).where(Person.directory_tag.is_not(None))):
            check_directory_tag(after.layer, person.id, person.public_half or b"", person.directory_tag or b"")
    found = "".join(path.read_text("utf-8") for path in (kept.folder / "keys").iterdir())
    assert before.pepper.reveal().hex() not in found
    assert after.pepper.reveal().hex() in found  # the same search finds what is there


def test_the_child_comes_back_the_stand_in_is_let_in_and_the_trail_is_whole(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    database, _before, after = _rotated(operator, kept)
    now = Clock().now()
    with database.transaction() as session:
        report = find_report(session, after.layer, derive_receipt(words, after.receipt_salt, GATE, b""))
        standing_by = select(ReportGrant.person_id).where(ReportGrant.state == GrantState.STANDBY)
        person = session.scalars(standing_by.where(ReportGrant.report_id == report.id)).first()
        assert person is not None
        granting.release_standby(session, after.layer, report, person, ReaderReason.OVERDUE, now)
        assert chain.extend(session, after.layer, now) >= 0
    with database.transaction(write=False) as session:
        assert verify(session, after.layer).fault is None
        assert verify(session, PepperLayer(after.pepper, 2)).fault is not None  # without the key that was left behind
    with served(kept.folder) as server:
        answer = Caller(server.base_url).post("/zurueck", {"code": " ".join(words.words)})
        assert answer.status == 303


def test_marks_of_what_was_destroyed_are_still_told(operator: Operator, kept: Kept, words: ReceiptWords) -> None:
    mark = tombstones.mark(kept.keys.layer, tombstones.Thing.REPORT, 77)
    _database, _before, after = _rotated(operator, kept)
    assert tombstones.mark(after.layer, tombstones.Thing.REPORT, 77, pepper_id=1) == mark
    assert set(after.layer.ids) == {1, 2}


def test_an_interrupted_change_is_finished_and_nothing_starts_meanwhile(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    folder = kept.folder / "keys"
    kept.stop()
    rotation = begin_rotation(folder)
    with pytest.raises(KeysMissing, match="run `bullying-desk rotate-pepper` again"):
        load_keys(folder)
    assert "rotate-pepper" in operator.refused("tick")
    database = Database(f"sqlite:///{kept.folder / 'desk.db'}")
    with database.transaction() as session:
        assert rotate(session, rotation.layer, Clock().now()) > 0
    with database.transaction() as session:
        assert rotate(session, rotation.layer, Clock().now()) == 0
    database.engine.dispose()  # here the machine went down, before the keys were put in order
    assert "0 values" in operator.done("rotate-pepper", "--yes")
    assert load_keys(folder).pepper.reveal() == rotation.new[1].reveal()
    assert operator.done("tick")


def test_a_value_that_lies_under_neither_pepper_changes_nothing(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    session = kept.world.session
    report = session.scalars(select(Report)).first()
    assert report is not None
    report.receipt_public_half = PepperLayer(kept.keys.pepper).lay(b"x" * 40, PepperPlace.LOCATOR)
    session.commit()
    epochs = [row.commitment for row in session.scalars(select(ReportEpoch))]
    kept.stop()
    assert operator.run("rotate-pepper", "--yes").exit_code == 1
    database = Database(f"sqlite:///{kept.folder / 'desk.db'}")
    with database.transaction(write=False) as session:
        assert [row.commitment for row in session.scalars(select(ReportEpoch))] == epochs


def test_it_is_refused_while_the_service_runs(operator: Operator, kept: Kept) -> None:
    with served(kept.folder):
        assert "stop the service first" in operator.refused("rotate-pepper", "--yes")


def test_a_pepper_lost_from_the_disk_is_typed_off_the_paper(operator: Operator, kept: Kept) -> None:
    _database, _before, after = _rotated(operator, kept)
    shown = operator.run("show-pepper", typed="y\n").output
    paper = shown.split("Pepper 2: ")[1].splitlines()[0]
    assert "there is a pepper already" in operator.run("put-back-pepper", typed=f"{paper}\n").output
    (kept.folder / "keys" / "pepper").unlink()
    wrong = operator.run("put-back-pepper", "--number", "2", typed=f"{paper[:-1]}\n")
    assert wrong.exit_code == 1
    said = operator.run("put-back-pepper", "--number", "2", typed=f"{paper.lower()}\n")
    assert after.pepper.check_digits() in said.output
    assert load_keys(kept.folder / "keys").pepper.reveal() == after.pepper.reveal()
