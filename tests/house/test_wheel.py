"""A city installs a wheel: the program must work from any folder, with its pages, migrations and lessons inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.project import PACKAGE, ROOT, templates

BUILD = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, *BUILD, str(folder), str(ROOT)], check=False, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_everything(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"bullying_desk/_templates/{name}" for name in templates()} <= names
    migrations = [path.name for path in (ROOT / "migrations" / "versions").glob("*.py")]
    assert {f"bullying_desk/_migrations/versions/{name}" for name in migrations} <= names
    data = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(ROOT).as_posix() for path in data} <= names
    assert not [name for name in names if name.startswith(("tests/", "instance/", "workshop/"))]


@pytest.mark.slow
def test_the_installed_command_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, with the source folder out of reach, it makes an instance and knows its lessons' folder."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import bullying_desk.paths as paths; from bullying_desk.commands import main; "
        f"assert str(paths.TEMPLATES).startswith({str(site)!r}), paths.TEMPLATES; main(['migrate'])"
    )
    env = {**os.environ, "PYTHONPATH": str(site), "BULLYING_DESK_INSTANCE": str(tmp_path / "instance")}
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=tmp_path, env=env
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "instance" / "desk.db").exists()
