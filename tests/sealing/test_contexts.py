"""Every fact named in a context is really in it: a dropped field would let a seal be moved."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import context

MAKERS = {
    name: maker
    for name, maker in inspect.getmembers(contexts, inspect.isfunction)
    if maker.__module__ == contexts.__name__
}
TEXTS = {
    ("report_key", "use"): ("conversation", "name"),
    ("case_key", "use"): ("file", "commit"),
    ("pepper_key", "use"): ("at-rest", "directory"),
    ("grant", "what"): ("report", "case"),
    ("own_grant", "what"): ("report", "case"),
    ("to_writer", "label"): ("note/private", "draft"),
    ("vault", "door"): ("password", "recovery"),
}


def _values(maker: str, parameter: inspect.Parameter) -> tuple[object, object]:
    kind = str(parameter.annotation)
    if kind == "str":
        return TEXTS.get((maker, parameter.name), ("one", "two"))
    if kind == "bytes":
        return b"k" * 16, b"K" * 16
    if kind.startswith("tuple"):
        return (7,), (7, 8)
    return 7, 8


def _made(maker: Callable[..., bytes], values: dict[str, object]) -> bytes:
    """Call a maker by the names of its parameters; `*values` take one value."""
    bound = inspect.signature(maker).parameters.values()
    more = [values[each.name] for each in bound if each.kind is inspect.Parameter.VAR_POSITIONAL]
    if not more:
        return maker(**values)
    return maker(*(values[each.name] for each in bound if each.kind is not inspect.Parameter.VAR_POSITIONAL), *more)


@pytest.mark.parametrize("name", MAKERS)
def test_every_parameter_changes_the_context(name: str) -> None:
    maker: Callable[..., bytes] = MAKERS[name]
    parameters = inspect.signature(maker).parameters
    pairs = {parameter: _values(name, spec) for parameter, spec in parameters.items()}
    first = {parameter: pair[0] for parameter, pair in pairs.items()}
    for parameter, pair in pairs.items():
        other = {**first, parameter: pair[1]}
        assert _made(maker, first) != _made(maker, other), f"{name} drops {parameter}"


def test_no_two_parameters_can_be_exchanged() -> None:
    assert contexts.record(1, 2, "letter", "staff", 3, 4) != contexts.record(1, 2, "letter", "staff", 4, 3)
    assert contexts.record(1, 2, "staff", "letter", 3, 4) != contexts.record(1, 2, "letter", "staff", 3, 4)
    assert contexts.grant("report", 7, 1, 9, b"k" * 16) != contexts.grant("report", 9, 1, 7, b"k" * 16)
    assert contexts.own_grant("report", 7, 1, 9, b"k" * 16) != contexts.own_grant("report", 9, 1, 7, b"k" * 16)
    assert contexts.pepper_place("totp", (7, 8)) != contexts.pepper_place("totp", (8, 7))


def test_no_two_purposes_share_a_context() -> None:
    seen = [value for name, value in vars(contexts).items() if name.isupper()]
    for name, maker in MAKERS.items():
        parameters = inspect.signature(maker).parameters
        texts = [parameter for parameter in parameters if (name, parameter) in TEXTS]
        chosen = {parameter: _values(name, spec)[0] for parameter, spec in parameters.items()}
        seen.append(_made(maker, chosen))
        seen.extend(_made(maker, {**chosen, text: TEXTS[name, text][1]}) for text in texts)
    assert len(seen) == len(set(seen))
    assert len(seen) > 30


def test_the_designs_field_order_is_kept() -> None:
    key = b"k" * 16
    one, two, three, four = ((n).to_bytes(4, "big") for n in (1, 2, 3, 4))
    seven, nine = ((n).to_bytes(8, "big") for n in (7, 9))
    assert contexts.grant("case", 7, 1, 9, key) == context("grant/case", seven, one, nine, key)
    assert contexts.record(7, 1, "letter", "staff", 2, 3) == context(
        "record", seven, one, b"letter", b"staff", two, three
    )
    assert contexts.report_key("name", 7, 4) == context("report/name", seven, four)
    assert contexts.pepper_key("at-rest", 4) == context("pepper/at-rest", four)
    assert contexts.vault("recovery", 7, key) == context("vault/recovery", seven, key)
    assert contexts.pepper_place("totp", (7, 9)) == context("pepper", b"totp", seven, nine)
    assert contexts.to_writer("draft", 7, key, 9) == context("draft", seven, key, nine)
    assert contexts.case_draft(7, key, 9, 7, "answer", 3) == context(
        "draft/case", seven, key, nine, seven, b"answer", three
    )
    assert contexts.case_draft(7, key, 9, 0, "note", 3) == context(
        "draft/case", seven, key, nine, bytes(8), b"note", three
    )


def test_only_this_module_makes_contexts() -> None:
    folder = Path(contexts.__file__).parent
    users = [path.name for path in sorted(folder.glob("*.py")) if " context(" in path.read_text("utf-8")]
    assert users == ["contexts.py", "encoding.py"]
