"""Pages hold in a browser of 2020: our style sheets and scripts use nothing that those lack, or it is harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.project import for_each
from workshop.baseline import MAY_LACK, STATIC, faults, later, used_by_css, used_by_script

FILES = sorted(path for path in STATIC.iterdir() if path.suffix in {".css", ".js"})
NEWER = later()


@for_each(FILES)
def test_nothing_is_newer_than_the_baseline(path: Path) -> None:
    assert faults(path, NEWER) == []


def test_what_may_be_lacking_is_newer_and_used() -> None:
    used = {
        each
        for path in FILES
        for each in (used_by_css if path.suffix == ".css" else used_by_script)(path.read_text("utf-8"))
    }
    assert set(MAY_LACK) <= NEWER & used


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.js", "a?.b"),
        ("a.js", "a ?? b"),
        ("a.js", "try { a() } catch { b() }"),
        ("a.js", "structuredClone(a)"),
        ("a.js", "list.at(-1)"),
        ("a.js", "AbortSignal.timeout(9)"),
        ("a.css", "p{aspect-ratio:1}"),
        ("a.css", "p{color:color-mix(in srgb,red,blue)}"),
        ("a.css", "p{block-size:100dvb}"),
        ("a.css", "p{em{color:red}}"),
        ("a.css", "p:is(.a,.b){color:red}"),
        ("a.css", "@layer a{p{color:red}}"),
        ("a.css", "@media (prefers-contrast:more){p{color:red}}"),
        ("a.css", "@media (color){p{inset-inline:anchor(left)}}"),
    ],
)
def test_something_newer_is_found(name: str, source: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(source, "utf-8")
    assert faults(path, NEWER), source
    path.write_text("function at() { return a.b.length; }" if name == "a.js" else "p{color:red;margin:0}", "utf-8")
    assert faults(path, NEWER) == []
