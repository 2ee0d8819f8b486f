"""The first start does the work once; the next start finds it done, and continues interrupted work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workshop import serving
from workshop.places import WorkshopRefused


class Commands:
    """Replaces `bullying-desk`: notes each call and leaves the files it would leave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.called: list[str] = []
        self.fails_at = ""

    def __call__(self, words: str, settings: dict[str, str]) -> None:
        assert settings["BULLYING_DESK_INSTANCE"] == str(self.folder)
        self.called.append(words)
        if words == "migrate":
            (self.folder / "desk.db").touch()
        if words == "demo":
            assert not (self.folder / "settings.toml").exists()
            (self.folder / "settings.toml").write_text("demo = true\n", "utf-8")
        if words == self.fails_at:
            raise WorkshopRefused("broken off")


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    commands = Commands(tmp_path)
    monkeypatch.setattr(serving, "_command", commands)
    monkeypatch.setattr(serving, "_knows", lambda *_: True)
    return commands


def _start(commands: Commands, *, demo: bool = True) -> list[str]:
    commands.called = []
    serving._prepare(commands.folder, {"BULLYING_DESK_INSTANCE": str(commands.folder)}, demo=demo)
    return commands.called


def test_the_second_start_has_nothing_to_do(commands: Commands) -> None:
    assert _start(commands) == ["migrate", "lessons build", "demo"]
    assert _start(commands) == []


def test_without_the_demonstration(commands: Commands) -> None:
    assert _start(commands, demo=False) == ["migrate", "lessons build"]
    assert _start(commands) == []


def test_a_first_start_broken_off_is_taken_up_again(commands: Commands) -> None:
    commands.fails_at = "demo"
    with pytest.raises(WorkshopRefused):
        _start(commands)
    commands.fails_at = ""
    assert _start(commands)[-1] == "demo"
    assert _start(commands) == []


@pytest.mark.parametrize("name", ["desk.db", "settings.toml"])
def test_what_somebody_made_by_hand_gets_no_invented_city(commands: Commands, name: str) -> None:
    (commands.folder / name).touch()
    assert "demo" not in _start(commands)
    assert "demo" not in _start(commands)


def test_changed_settings_or_a_lost_database_are_noticed(commands: Commands) -> None:
    _start(commands, demo=False)
    (commands.folder / "desk.db").unlink()
    assert _start(commands) == ["migrate"]
    (commands.folder / "settings.toml").write_text('database_url = "postgresql://"\n', "utf-8")
    assert _start(commands) == ["migrate"]


def test_the_list_of_sign_ins_names_the_port_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo = tmp_path / "demo.json"
    person = {"email": "a@schule.example", "password": "b-c", "seats": [{"school": "S", "role": "contact_person"}]}
    schools = [{"name": "S", "key": "K7M2", "state": "joined"}]
    demo.write_text(json.dumps({"base_url": "http://x", "schools": schools, "people": [person]}), "utf-8")
    serving._announce("http://127.0.0.1:8123", demo)
    assert json.loads(demo.read_text("utf-8"))["base_url"] == "http://127.0.0.1:8123"
    assert "http://127.0.0.1:8123/s/K7M2" in capsys.readouterr().out
