"""Every command explains itself: what it does, and what each of its options means."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner


def _main() -> click.Group:
    main = importlib.import_module("bullying_desk.commands").main
    assert isinstance(main, click.Group)
    return main


def _walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):  # commands are loaded when called
            child = command.get_command(context, name)
            assert child is not None
            yield from _walk(child, (*path, name))


def _all() -> list[tuple[tuple[str, ...], click.Command]]:
    return list(_walk(_main(), ()))


COMMANDS = _all()


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) or "main" for path, _ in COMMANDS])
def test_help_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    done = CliRunner().invoke(_main(), [*path, "--help"])
    assert done.exit_code == 0, done.output
    assert command.help, path
    silent = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
    assert not silent, path


def test_the_commands_of_the_guide_exist() -> None:
    names = {" ".join(path) for path, _ in COMMANDS}
    assert {"run", "migrate", "demo", "tick", "import-schools", "join", "pause", "invite-many", "doctor"} <= names
