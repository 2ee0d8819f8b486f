"""Copies are sealed, whole and few, and a drill shows that a city could go on from one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bullying_desk.clock import BERLIN
from bullying_desk.commands.sealed_copies import checksum_holds, new_key
from bullying_desk.erasing.default_periods import BACKUPS_LIVE
from bullying_desk.reports.models import Report, ReporterState
from bullying_desk.schools.models import Seat
from tests import rights_by_hand
from tests.operations.conftest import Kept, Operator
from tests.secrecy.searching import rows_of

pytestmark = pytest.mark.sqlite
MAIL = (
    "INSERT INTO outbox_mail (id, person_id, kind, address, subject, body, not_before, attempts, failure, sent,"
    " given_up) VALUES (1, 1, 'x', 'x', 'x', 'x', '2026-01-01', 0, '', 0, 0)"
)


@pytest.fixture
def safe(operator: Operator, kept: Kept, tmp_path: Path) -> Path:
    """Return the file in the safe with the secret key; the settings have the other half."""
    secret, public = new_key()
    (kept.folder / "settings.toml").write_text(f'backup_recipients = ["{public}"]\n', "utf-8")
    file = tmp_path / "key-of-copies"
    file.write_text(f"# for copies\n{secret}\n", "ascii")
    kept.world.file()
    kept.world.session.commit()
    kept.stop()
    operator.done("tick")
    return file


@pytest.fixture
def copies(operator: Operator, safe: Path, tmp_path: Path) -> Path:
    """Return a folder with one copy."""
    folder = tmp_path / "copies"
    folder.mkdir()
    operator.done("backup", str(folder))
    return folder


def _copy(copies: Path) -> Path:
    (found,) = copies.glob("*.age")
    return found


def test_a_copy_in_a_folder_is_sealed_named_and_noted(operator: Operator, kept: Kept, copies: Path) -> None:
    found = _copy(copies)
    content = found.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"SQLite format 3" not in content
    assert found.stat().st_mode & 0o077 == 0
    assert not list(kept.folder.glob("copy-*"))
    assert sorted(each.name for each in copies.iterdir()) == sorted([found.name, f"{found.name}.sha256"])
    assert "newest copy" not in operator.run("watch").output


@pytest.mark.parametrize("name", ["Übung №1.age", "a#b?c%20d.age"])
def test_a_copy_may_have_any_name(operator: Operator, kept: Kept, safe: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    operator.done("backup", str(target))
    assert checksum_holds(target)
    assert Path(f"{target}.sha256").read_text("utf-8").endswith(f"  {name}\n")
    operator.done("drill", str(target), "--identity", str(safe))


def test_old_copies_go_and_nothing_else(operator: Operator, kept: Kept, copies: Path) -> None:
    today = datetime.now(BERLIN).date()  # the day that the copy counts by
    old, young = (today - timedelta(days=days) for days in (BACKUPS_LIVE + 1, BACKUPS_LIVE))
    names = [f"desk-{old}-0240.db.age", f"desk-{old}-0240.db.age.sha256", f"desk-{old}-0240.db"]
    others = [f"desk-{young}-0240.db.age", "desk-of-the-mayor.age", f"desk-{old}.txt"]
    for name in [*names, *others]:
        (copies / name).write_text("x", "ascii")
    (kept.folder / "erased-marks").write_text("", "ascii")
    made = _copy_besides(copies, [*names, *others])
    made.unlink()
    operator.done("backup", str(copies))
    left = {each.name for each in copies.iterdir()}
    assert not left.intersection(names)
    assert left >= {*others, "erased-marks"}


def _copy_besides(copies: Path, names: list[str]) -> Path:
    (found,) = [each for each in copies.glob("*.age") if each.name not in names]
    return found


def test_nothing_is_sealed_to_nobody(operator: Operator, kept: Kept, safe: Path, tmp_path: Path) -> None:
    (kept.folder / "settings.toml").write_text("", "utf-8")
    assert "backup-key" in operator.refused("backup", str(tmp_path / "copy"))
    (kept.folder / "settings.toml").write_text('backup_recipients = ["age1nonsense"]\n', "utf-8")
    assert "not the public half" in operator.refused("backup", str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_the_key_for_copies_is_shown_and_kept_nowhere(operator: Operator, kept: Kept) -> None:
    before = {path: path.read_bytes() for path in kept.folder.rglob("*") if path.is_file()}
    said = operator.run("backup-key", typed="y\n").output
    assert "AGE-SECRET-KEY-1" in said
    assert 'backup_recipients = ["age1' in said
    assert {path: path.read_bytes() for path in kept.folder.rglob("*") if path.is_file()} == before


def test_a_sealed_copy_comes_back_with_the_key_in_a_file_or_typed(
    operator: Operator, kept: Kept, safe: Path, copies: Path
) -> None:
    words, found = ("--identity", str(safe)), _copy(copies)
    kept.world.file()
    kept.world.session.commit()
    kept.stop()
    assert len(rows_of(kept.folder / "desk.db")["report"]) == 2
    operator.done("restore", str(found), "--yes", *words)
    assert len(rows_of(kept.folder / "desk.db")["report"]) == 1
    typed = safe.read_text("ascii").splitlines()[1].lower() + "\n"
    assert operator.run("restore", str(found), "--yes", typed=typed).exit_code == 0
    assert not list(kept.folder.glob("copy-*"))
    operator.done("migrate")


def test_a_wrong_key_and_a_bent_or_cut_copy_are_refused(
    operator: Operator, kept: Kept, safe: Path, copies: Path, tmp_path: Path
) -> None:
    found, before = _copy(copies), (kept.folder / "desk.db").read_bytes()
    assert "is whole" in operator.done("verify-backup", str(found), "--identity", str(safe))
    assert "as it was written" in operator.done("verify-backup", str(found), "--unopened")
    other = tmp_path / "other-key"
    other.write_text(new_key()[0], "ascii")
    assert "not sealed to this key" in operator.refused("verify-backup", str(found), "--identity", str(other))
    other.write_text("AGE-SECRET-KEY-1NONSENSE", "ascii")
    assert "no key for copies" in operator.refused("verify-backup", str(found), "--identity", str(other))
    whole = found.read_bytes()
    middle = len(whole) // 2
    for content in (whole[:-100], whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]):
        found.write_bytes(content)
        assert "checksum differs" in operator.refused("verify-backup", str(found), "--unopened")
        assert "damaged" in operator.refused("restore", str(found), "--yes", "--identity", str(safe))
    assert (kept.folder / "desk.db").read_bytes() == before


def test_a_drill_opens_a_test_report_and_leaves_only_its_date(
    operator: Operator, kept: Kept, safe: Path, copies: Path
) -> None:
    assert "the last drill was never made" in operator.run("doctor", "--offline").output
    before = rows_of(kept.folder / "desk.db")
    said = operator.done("drill", str(_copy(copies)), "--identity", str(safe))
    assert "1 reports. Trail and rights are whole. Erased again: 0." in said
    after = rows_of(kept.folder / "desk.db")
    assert [name for name, rows in after.items() if rows != before[name]] == ["night_work"]
    assert not list(kept.folder.glob("copy-*"))
    assert "drill" not in operator.run("doctor", "--offline").output
    with closing(sqlite3.connect(kept.folder / "desk.db")) as live:
        live.execute("UPDATE night_work SET drilled_on = '2020-01-01'")
        live.commit()
    assert "the last drill was on 2020-01-01" in operator.run("doctor", "--offline").output


def test_a_drill_destroys_again_what_was_erased_since(operator: Operator, kept: Kept, safe: Path, copies: Path) -> None:
    (row,) = rows_of(kept.folder / "desk.db")["report"]
    gone = {"reporter_state": ReporterState.ERASING, "erase_on": date.today()}
    rights_by_hand.set_all(kept.world.session, Report, Report.id.in_([each for each in row if each]), **gone)
    kept.world.session.commit()
    kept.stop()
    assert "reports destroyed: 1" in operator.done("tick")
    said = operator.done("drill", str(_copy(copies)), "--identity", str(safe))
    assert "0 reports." in said
    assert "Erased again: 2." in said  # the report and its case


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        ("UPDATE seat SET tag = zeroblob(34)", "right in seat"),
        ("UPDATE person SET directory_tag = zeroblob(34)", "keys in this instance are not"),
        ("DELETE FROM report_grant WHERE id = (SELECT min(id) FROM report_grant)", "right in report"),
        ("UPDATE school SET state = 'paused'", "right in school"),
        ("UPDATE school SET state = 'unheard of'", "reading it fails with LookupError"),
        (MAIL, "sessions or mails"),
    ],
)
def test_a_drill_with_a_copy_that_holds_no_city_says_so(
    operator: Operator, kept: Kept, safe: Path, tmp_path: Path, bend: str, said: str
) -> None:
    copy = tmp_path / "copy.db"
    operator.done("backup", "--plain", str(copy))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(bend)
        connection.commit()
    assert said in operator.refused("drill", str(copy))
    assert "was never made" in operator.run("doctor", "--offline").output


def test_a_drill_finds_a_school_where_nobody_could_read(
    operator: Operator, kept: Kept, safe: Path, tmp_path: Path
) -> None:
    rights_by_hand.set_all(kept.world.session, Seat, Seat.id != 0, state="ended", ended_on=date.today())
    kept.world.session.commit()
    kept.stop()
    copy = tmp_path / "copy.db"
    operator.done("backup", "--plain", str(copy))
    assert "nobody could read" in operator.refused("drill", str(copy))


def test_a_scratch_folder_left_by_a_broken_command_goes(operator: Operator, kept: Kept, copies: Path) -> None:
    import os

    left = kept.folder / "copy-broken"
    left.mkdir()
    (left / "desk.db").write_bytes(b"SQLite format 3")
    os.utime(left, (0, 0))
    shutil.rmtree(copies)
    copies.mkdir()
    operator.done("backup", str(copies))
    assert not left.exists()
