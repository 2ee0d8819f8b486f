"""A restored copy brings nothing back that was destroyed after it was made; the trail records what happened."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.models import Report, ReporterState
from bullying_desk.retention.models import RetentionRun
from tests import rights_by_hand
from tests.operations.conftest import Kept, Operator
from tests.secrecy.searching import files_of, rows_of

pytestmark = pytest.mark.sqlite


def _me(kept: Kept, name: str) -> Counsellor:
    world = kept.world
    return Counsellor(world.session, world.pepper_layer, world.person(name).id, world.key(name), world.clock.now())


@pytest.fixture
def copy(operator: Operator, kept: Kept, tmp_path: Path) -> Path:
    """A copy; after it a child erases one of two reports, Selin one of her notes, and Jan's account is emptied."""
    world = kept.world
    gone, stays = (world.report(world.file(world.receipt())[0]) for _ in range(2))
    erased_id, gone_case, stays_case = gone.id, gone.case_id, stays.case_id
    selin = _me(kept, "Selin")
    notes.write_private_note(selin, find_case(selin, gone_case), "Nur für mich.")
    notes.write_private_note(selin, find_case(selin, stays_case), "Auch nur für mich.")
    world.session.commit()
    operator.done("tick")
    made = tmp_path / "copy.db"
    operator.done("backup", "--plain", str(made))
    own = notes.private_notes(selin, find_case(selin, stays_case).case)
    notes.destroy_private_note(selin, find_case(selin, stays_case).case, own[0].id)
    today = date.today()
    erasing = {"reporter_state": ReporterState.ERASING, "erase_on": today}
    rights_by_hand.set_all(world.session, Report, Report.id == erased_id, **erasing)
    left = {"state": PersonState.LEFT, "left_on": today - timedelta(days=400)}
    rights_by_hand.set_all(world.session, Person, Person.id == world.person("Jan").id, **left)
    world.session.execute(delete(RetentionRun))  # as if it were another day
    world.session.commit()
    kept.stop()
    said = operator.done("tick")
    assert "reports destroyed: 1" in said
    assert "accounts emptied: 1" in said
    return made


def test_what_was_destroyed_after_the_copy_is_destroyed_again(operator: Operator, kept: Kept, copy: Path) -> None:
    before = rows_of(kept.folder / "desk.db")
    assert (len(before["report"]), len(before["private_note"])) == (1, 0)
    assert (len(rows_of(copy)["report"]), len(rows_of(copy)["private_note"])) == (2, 2)  # the control
    sealed = [bytes(cell) for row in rows_of(copy)["record"] for cell in row if isinstance(cell, bytes)]
    operator.done("restore", str(copy), "--yes")
    assert len(rows_of(kept.folder / "desk.db")["report"]) == 2
    assert "before the service starts" in operator.run("doctor").output
    assert "run `bullying-desk migrate` first" in operator.refused("run", "--port", "1")
    assert "made: 4." in operator.done("migrate")  # the note, the report, its case, Jan
    after = rows_of(kept.folder / "desk.db")
    other = {"audit_entry", "audit_link", "outbox_mail"}  # the trail records what happened; mails are in no copy
    assert {name: len(rows) for name, rows in after.items() if name not in other} == {
        name: len(rows) for name, rows in before.items() if name not in other
    }
    contents = files_of(kept.folder)
    there = [value for value in sealed if any(value[40:72] in content for content in contents.values())]
    assert 0 < len(there) < len(sealed)  # of two reports, one
    assert "früheres Mitglied" in str(after["person"])
    assert "before the service starts" not in operator.run("doctor").output
    assert "made:" not in operator.done("migrate")


def test_after_putting_a_copy_back_the_trail_verifies_and_says_so(operator: Operator, kept: Kept, copy: Path) -> None:
    head = (kept.folder / "audit-head").read_text("ascii")
    operator.done("restore", str(copy), "--yes")
    operator.done("migrate")
    assert "trail contradicts its kept head: 0" in operator.done("tick")
    assert "The trail is whole" in operator.done("audit", "verify")
    (aside,) = kept.folder.glob("audit-head.*")
    assert aside.read_text("ascii") == head
    restored = [row for row in rows_of(kept.folder / "desk.db")["audit_entry"] if "instance.restored" in row]
    assert len(restored) == 1


def test_without_the_marks_it_would_come_back(operator: Operator, kept: Kept, copy: Path) -> None:
    """The control: only the file next to the database keeps it away."""
    (kept.folder / "erased-marks").unlink()
    operator.done("restore", str(copy), "--yes")
    operator.done("migrate")
    assert len(rows_of(kept.folder / "desk.db")["report"]) == 2


def test_a_copy_put_back_by_other_means_is_cleaned_by_the_next_tick(operator: Operator, kept: Kept, copy: Path) -> None:
    shutil.copyfile(copy, kept.folder / "desk.db")
    assert "destroyed again after a copy: 4" in operator.done("tick")
    assert len(rows_of(kept.folder / "desk.db")["report"]) == 1
    shutil.copyfile(copy, kept.folder / "desk.db")
    assert "made: 4." in operator.done("restored")


def test_the_file_says_nothing_and_is_readable_by_the_program_alone(kept: Kept, copy: Path) -> None:
    path = kept.folder / "erased-marks"
    assert path.stat().st_mode & 0o077 == 0
    lines = path.read_text("ascii").splitlines()
    assert len(lines) == 4  # report, case, note, Jan
    assert all(len(line) == 34 + 1 + 10 for line in lines)
    ids = {cell for rows in rows_of(copy).values() for row in rows for cell in row if isinstance(cell, int)}
    assert not any(f"{each:x}" in line or str(each) in line for each in ids if each > 10**9 for line in lines)


def test_a_damaged_file_stops_the_way_back_but_no_mail(operator: Operator, kept: Kept, copy: Path) -> None:
    path = kept.folder / "erased-marks"
    whole = path.read_text("ascii")
    path.write_text(whole[:-5], "ascii")
    assert "cannot be read: 1" in operator.done("tick")
    assert path.read_text("ascii") == whole[:-5]  # never written over
    assert "erased-marks is damaged" in operator.run("doctor").output
    operator.done("restore", str(copy), "--yes")
    assert "is damaged" in operator.refused("migrate")
    path.write_text(whole, "ascii")
    assert "made: 4." in operator.done("migrate")
