"""The PDF worker: small, dumb and closed. What it is given comes back as a print or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerFailed, ProductionFailed
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce
from bullying_desk.pdf.sandbox import MEMORY, OPEN_FILES

TITLE = '#set document(title: "x")\n'
TEXT = {"meta": {}, "pandoc-api-version": [1, 23, 1], "blocks": [{"t": "Para", "c": [{"t": "Str", "c": "Wort"}]}]}


def order(sheet: str, data: str = "") -> Order:
    return Order({"x.pdf": TITLE + sheet}, {}, {}, 0, data=data)


def child(work: str) -> tuple[int, bytes]:
    """Run the child with other work than printing, given as an expression; return its exit code and what it says."""
    code = (
        f"import sys; from bullying_desk.pdf import worker as w; w.produce_zip = lambda _: {work}; sys.exit(w.main())"
    )
    done = subprocess.run([sys.executable, "-c", code], input=order("a").to_json().encode(), capture_output=True)
    assert done.stderr == b""
    return done.returncode, done.stdout


def test_pdf_and_office_files_come_back_and_no_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    made = worker.run(Order({"x.pdf": TITLE + "Wort"}, {"x.docx": json.dumps(TEXT)}, {"p.svg": picture}, 0))
    assert (made["x.pdf"][:5], made["x.docx"][:2]) == (b"%PDF-", b"PK")
    assert list(tmp_path.iterdir()) == []


def test_no_byte_gets_into_a_file(tmp_path: Path) -> None:
    """Work that writes what it prints to a file ends without a print; without the limits it would have succeeded."""
    leaky, plain = tmp_path / "leaky", tmp_path / "plain"
    write = "open({!r}, 'w', 1).write('MARKER' + chr(10))"
    subprocess.run([sys.executable, "-c", write.format(str(plain))], check=True)
    assert "MARKER" in plain.read_text("utf-8")  # the control: nothing else hinders it
    assert child(write.format(str(leaky))) == (1, b"")
    assert leaky.read_bytes() == b""


@pytest.mark.parametrize(
    ("work", "little", "much"),
    [
        ("b'%d' % len(bytearray({}))", MEMORY // 4, MEMORY),
        ("b'%d' % len([__import__('os').open('/', 0) for _ in range({})])", OPEN_FILES // 2, OPEN_FILES),
    ],
    ids=["memory", "files"],
)
def test_too_much_ends_the_child(work: str, little: int, much: int) -> None:
    assert child(work.format(little)) == (0, b"%d" % little)
    assert child(work.format(much)) == (1, b"")


def test_a_child_of_the_child_has_the_same_limits() -> None:
    """pandoc is one."""
    names = "(r.RLIMIT_CORE, r.RLIMIT_FSIZE, r.RLIMIT_DATA, r.RLIMIT_NOFILE)"
    ask = f"import resource as r; print(*[r.getrlimit(name)[1] for name in {names}])"
    code, said = child(f"__import__('subprocess').run([sys.executable, '-c', {ask!r}], capture_output=True).stdout")
    assert (code, said.split()) == (0, [b"0", b"0", b"%d" % MEMORY, b"%d" % OPEN_FILES])


def test_the_child_loads_nothing_of_the_desk() -> None:
    """Each process of the operator's print command holds its own copy of what it loads."""
    names = ", ".join(f"bullying_desk.pdf.{name}" for name in ("worker", "typesetting", "pandoc"))
    code = f"import sys, {names}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.split())
    own = {name for name in loaded if name.startswith("bullying_desk")}
    assert all(name == "bullying_desk" or name.startswith("bullying_desk.pdf") for name in own), own
    assert loaded & {"flask", "sqlalchemy", "jinja2", "cryptography", "pikepdf"} == set()


def test_what_is_refused_is_said_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProductionFailed, match="MARKER"):
        produce(order('#panic("MARKER")'))
    with pytest.raises(PdfWorkerFailed, match=r"^the child ended with 1$"):
        worker.run(order('#panic("MARKER")', data='"MARKER"'))
    assert "MARKER" not in "".join(capfd.readouterr())


def test_a_sheet_reads_no_file_of_the_machine() -> None:
    assert "x.pdf" in worker.run(order("Wort"))
    with pytest.raises(PdfWorkerFailed):
        worker.run(order('#read("/etc/passwd")'))
    with pytest.raises(PdfWorkerFailed):
        worker.run(order('#import "@preview/cetz:0.3.1"'))
