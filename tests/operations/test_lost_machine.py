"""The machine is lost, paper and a copy are in hand: every receipt opens. No key is ever made beside data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command

from bullying_desk.database import Database
from bullying_desk.keyring import KeysMissing, load_keys
from bullying_desk.keyring.kept import compare, settle
from bullying_desk.migrating import changing, configuration
from bullying_desk.reports.mailbox.mailbox import find_report
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt, parse_receipt
from tests.operations.conftest import Kept, Operator
from tests.serving import Caller, open_instance, served
from tests.world import GATE


def _reports(kept: Kept, count: int = 3) -> list[str]:
    """File reports, and return the six words of each."""
    made = [ReceiptWords.generate() for _ in range(count)]
    for words in made:
        kept.world.file(derive_receipt(words, kept.keys.receipt_salt, GATE, b""))
    kept.world.session.commit()
    return [" ".join(words.words) for words in made]


def _paper(operator: Operator) -> tuple[str, str]:
    """Return number and letters as `show-pepper` gives them for the safe."""
    line = operator.run("show-pepper", typed="y\n").output.split("Pepper ")[1].splitlines()[0]
    number, _colon, letters = line.partition(": ")
    return number, letters


def _opens(kept: Kept, code: str) -> bool:
    """Whether the six words lead to the report, with the keys that are there now."""
    database, keys = open_instance(kept.folder)  # a new process: the old one checks rights with the old keys
    receipt = derive_receipt(parse_receipt(code), keys.receipt_salt, GATE, b"")
    with database.transaction(write=False) as session:
        return find_report(session, keys.pepper_layer, receipt).id != 0


@pytest.mark.sqlite
@pytest.mark.parametrize("rotated", [False, True], ids=["first pepper", "changed pepper"])
def test_with_paper_and_copy_every_receipt_opens(operator: Operator, kept: Kept, tmp_path: Path, rotated: bool) -> None:
    codes, copy = _reports(kept), tmp_path / "copy.db"
    kept.stop()
    operator.done("tick")
    if rotated:
        operator.done("rotate-pepper", "--yes")
    number, letters = _paper(operator)
    operator.done("backup", "--plain", str(copy))
    shutil.rmtree(kept.folder)
    assert operator.run("put-back-pepper", "--number", number, typed=letters + "\n").exit_code == 0
    operator.done("restore", str(copy), "--yes")
    operator.done("migrate")
    assert "keys/" not in operator.run("doctor", "--offline").output
    assert "The trail is whole" in operator.done("audit", "verify")
    with served(kept.folder) as server:
        assert [Caller(server.base_url).post("/zurueck", {"code": code}).status for code in codes] == [303] * 3


@pytest.mark.sqlite
def test_no_key_is_made_beside_a_database(operator: Operator, kept: Kept) -> None:
    kept.stop()
    shutil.rmtree(kept.folder / "keys")
    assert "put" in operator.refused("migrate")
    assert not (kept.folder / "keys" / "pepper").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("lost", ["salt", "session", "former"])
def test_what_is_lost_beside_the_pepper_comes_from_the_database(operator: Operator, kept: Kept, lost: str) -> None:
    codes = _reports(kept, 1)
    kept.stop()
    operator.done("rotate-pepper", "--yes")
    before = load_keys(kept.folder / "keys")
    (kept.folder / "keys" / lost).unlink()
    assert lost in operator.done("migrate")
    after = load_keys(kept.folder / "keys")
    assert (after.receipt_salt, after.former) == (before.receipt_salt, before.former)
    assert _opens(kept, codes[0])


@pytest.mark.sqlite
def test_another_salt_is_noticed_before_anything_starts(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    kept.stop()
    operator.done("backup", "--plain", str(copy))
    (kept.folder / "keys" / "salt").write_text("00" * 16 + "\n", "ascii")
    for words in (["doctor"], ["tick"], ["run"], ["migrate"], ["restore", str(copy), "--yes"]):
        assert "keys/salt is not the salt of this database" in operator.refused(*words)


def _take_back(copy: Path, revision: str) -> None:
    """Give a copy the tables of an older version of the program."""
    engine, config = Database(f"sqlite:///{copy}").engine, configuration()
    with changing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


@pytest.mark.sqlite
def test_a_copy_from_before_says_that_it_needs_the_salt(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    """Copies made before the database kept the salt: the file from the key folder is needed beside the paper."""
    codes, copy, salt = _reports(kept, 1), tmp_path / "copy.db", kept.folder / "keys" / "salt"
    kept.stop()
    operator.done("backup", "--plain", str(copy))
    _take_back(copy, "0016")
    kept_salt = salt.read_text("ascii")
    salt.unlink()
    assert "keys/salt is missing" in operator.refused("restore", str(copy), "--yes")
    salt.write_text(kept_salt, "ascii")
    operator.done("restore", str(copy), "--yes")
    assert "seal-rights" in operator.done("migrate")  # rows that old carry no tags yet
    operator.done("seal-rights", "--yes")
    assert _opens(kept, codes[0])
    salt.unlink()
    assert "salt" in operator.done("migrate")  # from now on the database has it


def test_key_folder_and_database_are_compared_on_both_databases(database: Database, tmp_path: Path) -> None:
    _, keys = open_instance(tmp_path / "one")
    _, others = open_instance(tmp_path / "two")
    with database.transaction() as session:
        assert not compare(session, keys)
        assert settle(session, tmp_path / "one" / "keys") == []
        assert compare(session, keys)
        with pytest.raises(KeysMissing, match="the pepper in the key folder is not the one"):
            compare(session, others)
        (tmp_path / "one" / "keys" / "salt").unlink()
        assert settle(session, tmp_path / "one" / "keys") == ["salt"]
        assert load_keys(tmp_path / "one" / "keys").receipt_salt == keys.receipt_salt
