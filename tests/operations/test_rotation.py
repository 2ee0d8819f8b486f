"""A new pepper: every value under the old one is under the new one, and for the people nothing changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from bullying_desk.accounts.models import Passkey, Person
from bullying_desk.audit import chain, trail
from bullying_desk.audit.events import Event
from bullying_desk.audit.verifying import verify
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.erasing import tombstones
from bullying_desk.keyring import Keyring, load_keys, plan_rotation
from bullying_desk.keyring.kept import compare
from bullying_desk.reports.mailbox.mailbox import find_report
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportEpoch, ReportGrant
from bullying_desk.reports.readers import granting
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach
from bullying_desk.rights.models import RightSet
from bullying_desk.rotating import COLUMNS, rotate
from bullying_desk.sealing.directory import check_directory_tag
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.format.secret_types import PrfOutput
from bullying_desk.sealing.passkeys import seal_passkey_vault
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from bullying_desk.sealing.unseal import open_passkey_vault
from tests.operations.conftest import Kept, Operator
from tests.serving import Caller, served
from tests.world import GATE, make_world

OUTPUT = PrfOutput(bytes(range(32)))


@pytest.fixture
def words(kept: Kept) -> ReceiptWords:
    """Return the six words of a report with a stand-in; with trail, tombstones, a passkey under the first pepper."""
    made, world = ReceiptWords.generate(), kept.world
    selin = world.person("Selin")
    passkey = Passkey(id=7, person_id=selin.id, credential_id=b"c" * 16, public_key=b"k", sign_count=0, synced=False,
                      name="Diensthandy", made_at=Clock().now())  # fmt: skip
    vault = seal_passkey_vault(world.key("Selin"), selin.id, passkey.id, OUTPUT)
    passkey.vault = kept.keys.pepper_layer.lay(vault, PepperPlace.PASSKEY_VAULT, selin.id, passkey.id)
    world.session.add(passkey)
    world.file(derive_receipt(made, kept.keys.receipt_salt, GATE, b""))
    trail.record(world.session, Event.SCHOOL_RESUMED, Clock().now(), subject=world.school.id)
    assert chain.extend(world.session, kept.keys.pepper_layer, Clock().now()) == 1
    world.session.commit()
    return made


def _rotated(operator: Operator, kept: Kept, said: str = "") -> tuple[Database, Keyring, Keyring]:
    before = kept.keys
    kept.stop()
    output = operator.done("rotate-pepper", "--yes")
    assert "values lie under pepper 2 now" in output
    assert said in output
    after = load_keys(kept.folder / "keys")
    database = Database(f"sqlite:///{kept.folder / 'desk.db'}")
    attach(database, after.pepper_layer)
    return database, before, after


def test_every_place_under_the_pepper_is_named() -> None:
    assert {column.place for column in COLUMNS} == set(PepperPlace)


@pytest.mark.sqlite
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
                    after.pepper_layer.lift(value, column.place, *ids)
                    laid += 1
        assert laid >= 5
        selin, passkey = kept.world.person("Selin"), session.get_one(Passkey, 7)
        vault = after.pepper_layer.lift(passkey.vault or b"", PepperPlace.PASSKEY_VAULT, selin.id, 7)
        assert open_passkey_vault(vault, OUTPUT, selin.id, 7, selin.key_id or b"") == kept.world.key("Selin")
        assert head.look(session, {})[0] == []
        assert {row.tag[1] for row in session.scalars(select(RightSet))} == {2}
        for person in session.scalars(select(Person).where(Person.directory_tag.is_not(None))):
            check_directory_tag(after.pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")
    found = "".join(path.read_text("utf-8") for path in (kept.folder / "keys").iterdir())
    assert before.pepper.reveal().hex() not in found
    assert after.pepper.reveal().hex() in found  # the same search finds a value that is there


@pytest.mark.sqlite
def test_the_child_comes_back_the_stand_in_is_let_in_and_the_trail_is_whole(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    database, _before, after = _rotated(operator, kept)
    now = Clock().now()
    with database.transaction() as session:
        report = find_report(session, after.pepper_layer, derive_receipt(words, after.receipt_salt, GATE, b""))
        standing_by = select(ReportGrant.person_id).where(ReportGrant.state == GrantState.STANDBY)
        person = session.scalars(standing_by.where(ReportGrant.report_id == report.id)).first()
        assert person is not None
        granting.release_standby(session, after.pepper_layer, report, person, ReaderReason.OVERDUE, now)
        assert chain.extend(session, after.pepper_layer, now) >= 0
    with database.transaction(write=False) as session:
        assert verify(session, after.pepper_layer).fault is None
        assert verify(session, PepperLayer(after.pepper, 2)).fault is not None  # without the key that was left behind
    with served(kept.folder) as server:
        answer = Caller(server.base_url).post("/zurueck", {"code": " ".join(words.words)})
        assert answer.status == 303


@pytest.mark.sqlite
def test_marks_of_what_was_destroyed_are_still_told(operator: Operator, kept: Kept, words: ReceiptWords) -> None:
    mark = tombstones.mark(kept.keys.pepper_layer, tombstones.Thing.REPORT, 77)
    _database, _before, after = _rotated(operator, kept)
    assert tombstones.mark(after.pepper_layer, tombstones.Thing.REPORT, 77, pepper_id=1) == mark
    assert set(after.pepper_layer.ids) == {1, 2}


def _break_off() -> Callable[[int], None]:
    """Return a listener that ends the work in the middle of the grants, as a crash would."""
    batches = iter(range(100))

    def listen(_count: int) -> None:
        if next(batches) == 6:
            raise KeyboardInterrupt

    return listen


@pytest.mark.sqlite
def test_a_change_that_broke_off_is_served_meanwhile_and_finished_later(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    """1,002 grants, broken off in the middle of them: the program runs with both peppers until it is done."""
    world, folder, receipts = kept.world, kept.folder / "keys", [kept.world.file()[1] for _ in range(166)]
    world.session.commit()
    kept.stop()
    rotation = plan_rotation(folder)
    rotation.begin()
    database = Database(f"sqlite:///{kept.folder / 'desk.db'}")
    with pytest.raises(KeyboardInterrupt):
        rotate(database, rotation, kept.keys.receipt_salt, Clock().now(), _break_off())
    with database.transaction(write=False) as session:
        numbers = {value[1] for value in session.scalars(select(ReportEpoch.commitment))}
        grants = session.scalars(select(ReportGrant.sealed).where(ReportGrant.person_id.is_(None))).all()
    assert numbers == {2}
    assert {value[1] for value in grants} == {1, 2}
    database.engine.dispose()
    assert "rotate-pepper" in operator.run("doctor", "--offline").output
    assert operator.done("tick")
    with served(kept.folder) as server:
        assert Caller(server.base_url).post("/zurueck", {"code": " ".join(words.words)}).status == 303
    paper = operator.run("rotate-pepper", typed="y\n").output
    assert paper.count(rotation.new[1].printed()) == 1  # the same one that is on paper already
    after = load_keys(folder)
    assert (after.pepper.reveal(), after.older) == (rotation.new[1].reveal(), {})
    with database.transaction(write=False) as session:
        for receipt in receipts:
            assert find_report(session, after.pepper_layer, receipt).id
    assert operator.done("tick")


@pytest.mark.slow
def test_a_thousand_rows_of_one_column_on_both_databases(database: Database, keys: Keyring, settings: Settings) -> None:
    """Broken off, taken up, finished; a person's tag and each receipt hold, nothing lies under the old pepper."""
    with database.transaction() as session:
        world = make_world(session, keys.pepper_layer, Clock(), salt=keys.receipt_salt)
        receipts = [world.file()[1] for _ in range(167)]
    rotation = plan_rotation(settings.keys)
    rotation.begin()
    with pytest.raises(KeyboardInterrupt):
        rotate(database, rotation, keys.receipt_salt, Clock().now(), _break_off())
    outcome = rotate(database, rotation, keys.receipt_salt, Clock().now())
    rotation.finish()
    assert (outcome.laid > 167, outcome.unreadable) == (True, [])
    after = load_keys(settings.keys)
    with database.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(ReportGrant)) == 1002
        assert compare(session, after)
        for receipt in receipts:
            assert find_report(session, after.pepper_layer, receipt).id
        for column in COLUMNS:
            if not column.mixed:
                assert {
                    value[1] for value in session.scalars(select(column.value).where(column.value.is_not(None)))
                } <= {2}
        for person in session.scalars(select(Person)):
            check_directory_tag(after.pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")


@pytest.mark.postgres
def test_another_process_at_postgres_is_noticed(database: Database, settings: Settings) -> None:
    assert database.others() == 0
    other = Database(settings.url)
    with other.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert database.others() == 1
    other.engine.dispose()


@pytest.mark.sqlite
def test_a_no_at_the_paper_changes_nothing(operator: Operator, kept: Kept) -> None:
    kept.stop()
    assert operator.run("rotate-pepper", typed="n\n").exit_code == 1
    assert load_keys(kept.folder / "keys").pepper.reveal() == kept.keys.pepper.reveal()
    assert not (kept.folder / "keys" / "pepper.next").exists()


@pytest.mark.sqlite
def test_a_value_under_neither_pepper_is_named_and_holds_nothing_up(
    operator: Operator, kept: Kept, words: ReceiptWords
) -> None:
    session = kept.world.session
    report = session.scalars(select(Report)).first()
    assert report is not None
    report.receipt_public_half = bent = PepperLayer(kept.keys.pepper).lay(b"x" * 40, PepperPlace.LOCATOR)
    session.commit()
    report_id = report.id
    database, _before, after = _rotated(operator, kept, f"report ({report_id},)")
    with database.transaction(write=False) as session:
        assert session.get_one(Report, report_id).receipt_public_half == bent
        for row in session.scalars(select(ReportEpoch)):
            after.pepper_layer.lift(row.commitment, PepperPlace.REPORT_COMMITMENT, row.report_id, row.epoch)


@pytest.mark.sqlite
def test_it_is_refused_while_the_service_runs(operator: Operator, kept: Kept) -> None:
    with served(kept.folder):
        assert "stop the service first" in operator.refused("rotate-pepper", "--yes")


@pytest.mark.sqlite
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
