"""pandoc, from memory to memory: a document tree (pandoc's JSON) becomes a DOCX or an ODT file."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

from bullying_desk.pdf.archive import repacked
from bullying_desk.pdf.errors import ProductionFailed
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.reference import docx_reference, odt_reference
from bullying_desk.pdf.sizes import docx_sizes, odt_sizes

_SECONDS: Final = 60
_PIPE_BYTES: Final = 1 << 20  # the most a process may ask for without rights (pipe(7)); a reference file has a tenth
_HEAP: Final = "-M512M"  # pandoc's own limit: it reports in words where the kernel would kill it


def office_file(file: str, tree: str, pictures: Mapping[str, bytes], order: Order) -> bytes:
    """Return the file a tree of an order becomes; its ending says which kind. `pictures`: PNG by the tree's names.

    Raises ProductionFailed.
    """
    target = file.rpartition(".")[2]
    inside = {name: "data:image/png;base64," + b64encode(data).decode("ascii") for name, data in pictures.items()}
    made = _pandoc(_with_pictures(tree, inside), target, order.stamp)
    if target == "docx":
        rows, sized = _DocxPatch(inside), docx_sizes(order.sizes)
        return repacked(made, {"word/document.xml": lambda text: sized(rows(text))})
    described, set_sizes = _OdtPatch(order.alts), odt_sizes(order.sizes)
    return repacked(made, {"content.xml": lambda text: set_sizes(described(text))})


def _with_pictures(tree: str, inside: Mapping[str, str]) -> str:
    """Return the tree with each picture inside it, as a data address: pandoc then opens no file."""

    def filled(node: dict[str, Any]) -> dict[str, Any]:
        if node.get("t") == "Image":
            node["c"][2][0] = inside[node["c"][2][0]]
        return node

    return json.dumps(json.loads(tree, object_hook=filled), ensure_ascii=False) if inside else tree


def _pandoc(tree: str, target: str, stamp: int) -> bytes:
    """Run pandoc with a fixed date (SOURCE_DATE_EPOCH); its styles come through a pipe, as it takes them by a path."""
    with _readable(_reference(target)) as number:
        arguments = ["-f", "json", "-t", target, "--reference-doc", f"/dev/fd/{number}", "-o", "-"]
        done = _run([*arguments, "+RTS", _HEAP, "-RTS"], tree.encode(), stamp, (number,))
    if done.returncode or not done.stdout:
        raise ProductionFailed(done.stderr.decode("utf-8", "replace"))
    return done.stdout


@contextmanager
def _readable(data: bytes) -> Iterator[int]:
    """Give the end of a pipe that holds `data`. Raises ProductionFailed for more than a pipe holds."""
    reader, writer = os.pipe()
    try:
        with os.fdopen(writer, "wb", buffering=0) as pipe:
            if len(data) > fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES):
                raise ProductionFailed("the reference file is larger than a pipe")
            pipe.write(data)
        yield reader
    finally:
        os.close(reader)


@cache
def _reference(target: str) -> bytes:
    """Return the file of styles, made once in a process from pandoc's own."""
    default = _run(["--print-default-data-file", f"reference.{target}"], b"", 0, ()).stdout
    return docx_reference(default) if target == "docx" else odt_reference(default)


def _run(arguments: list[str], given: bytes, stamp: int, pipes: tuple[int, ...]) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": os.devnull, "LANG": "C.UTF-8"}
    return subprocess.run(  # noqa: S603 - a fixed program with fixed arguments; the tree goes in as data
        [_program(), *arguments],
        input=given,
        env=environment | {"SOURCE_DATE_EPOCH": str(stamp)},
        capture_output=True,
        pass_fds=pipes,
        timeout=_SECONDS,
        check=False,
    )


@cache
def _program() -> str:
    """Return the pandoc that ships with pypandoc_binary; its own search wants a folder for temporary files."""
    return str(files("pypandoc") / "files" / "pandoc")


class _DocxPatch:
    """Keeps table rows in one piece (header rows already repeat); calls pictures by name, not by their data."""

    def __init__(self, inside: Mapping[str, str]) -> None:
        self.names = {data: name for name, data in inside.items()}

    def __call__(self, text: str) -> str:
        text = re.sub(r'descr="(data:[^"]*)"', lambda hit: f'descr="{escape(self.names[hit[1]])}"', text)
        text = re.sub(r"<w:tr>(?!\s*<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", text)
        return re.sub(r"<w:trPr>(?!<w:cantSplit/>)", "<w:trPr><w:cantSplit/>", text)


class _OdtPatch:
    """Puts alternative texts into the frames of pictures (pandoc leaves them out), gives cells borders."""

    def __init__(self, alts: tuple[str, ...]) -> None:
        self.alts = list(alts)

    def __call__(self, text: str) -> str:
        text = re.sub(r"<svg:(?:title|desc)>.*?</svg:(?:title|desc)>", "", text, flags=re.DOTALL)
        text = re.sub(r"</draw:frame>", self._described, text)
        text = text.replace('fo:border="none"', 'fo:border="0.5pt solid #6d759b" fo:padding="0.1cm"')
        row = (
            '<style:style style:name="Zeile" style:family="table-row">'
            '<style:table-row-properties fo:keep-together="always"/></style:style>'
        )
        text = text.replace("</office:automatic-styles>", row + "</office:automatic-styles>", 1)
        return text.replace("<table:table-row>", '<table:table-row table:style-name="Zeile">')

    def _described(self, match: re.Match[str]) -> str:
        alt = self.alts.pop(0) if self.alts else ""
        return f"<svg:desc>{escape(alt)}</svg:desc>{match.group()}"
