"""pandoc, from memory to memory: a document tree (pandoc's JSON) becomes a DOCX, an ODT or a PPTX file.

pandoc takes styles from a reference file (`bullying_desk.pdf.looks`).
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
import subprocess
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

from bullying_desk.pdf.archive import repacked
from bullying_desk.pdf.errors import ProductionFailed
from bullying_desk.pdf.looks import LOOKS
from bullying_desk.pdf.order import Order

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
    if target == "pptx":
        return repacked(made, dict.fromkeys(_slides_in(made), _PptxPatch(inside)))
    if target == "docx":
        rows, sized = _DocxPatch(inside), docx_sizes(order.sizes)
        return repacked(made, {"word/document.xml": lambda text: sized(rows(text))})
    described, set_sizes = _OdtPatch(order.alts), odt_sizes(order.sizes)
    return repacked(made, {"content.xml": lambda text: set_sizes(described(text))})


def _slides_in(made: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return [name for name in archive.namelist() if re.fullmatch(r"ppt/(slides|notesSlides)/\w+\.xml", name)]


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
        arguments += ["--slide-level=2"] if target == "pptx" else []
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
    return LOOKS[target](default)


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


class _PptxPatch:
    """Calls pictures by name and their alternative text, not by their data, and says that the words are German."""

    def __init__(self, inside: Mapping[str, str]) -> None:
        self.names = {data: name for name, data in inside.items()}

    def __call__(self, text: str) -> str:
        text = re.sub(r'descr="(data:[^"]*)"', lambda hit: f'descr="{escape(self.names[hit[1]])}"', text)
        text = re.sub(r"<a:rPr(?! lang)", '<a:rPr lang="de-DE"', text)
        return re.sub(r"<a:tbl>.*?</a:tbl>", self._large, text, flags=re.DOTALL)

    def _large(self, table: re.Match[str]) -> str:
        """Return a table with letters for the last row of a class; pandoc leaves it the size of a document's."""
        return table[0].replace('<a:rPr lang="de-DE"', '<a:rPr lang="de-DE" sz="2000"')


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


# The size of type. pandoc knows one size for a whole file, but a teacher reads the plan and a child the sheets. So each
# part of the made file, from one page break to the next, gets the size its class needs.

_DOCX_PART: Final = re.compile(r"(?=<w:p><w:pPr><w:pStyle w:val=\"Heading1\" ?/><w:pageBreakBefore ?/>)")
_ODT_PART: Final = re.compile(r"(?=<text:h text:style-name=\"Seitenkopf\")")
_RUN: Final = re.compile(r"<w:r>(?:<w:rPr>(.*?)</w:rPr>)?", re.DOTALL)
_STYLED: Final = re.compile(r"(<text:p [^>]*?text:style-name=\")([^\"]+)(\")")
_AFTER_SIZE: Final = re.compile(r"<w:(?:lang|rtl|vertAlign|u)\b")


def docx_sizes(sizes: Sequence[float | None]) -> Callable[[str], str]:
    """Return what sets the runs of each part of `word/document.xml`; `sizes` in points, plan first, None leaves it."""

    def patch(text: str) -> str:
        parts = _DOCX_PART.split(text)
        return "".join(_runs(part, size) for part, size in zip(parts, _padded(sizes, len(parts)), strict=True))

    return patch


def _padded(sizes: Sequence[float | None], count: int) -> list[float | None]:
    return [*sizes, *[None] * count][:count]


def _runs(part: str, size: float | None) -> str:
    if size is None:
        return part
    mark = f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'

    def sized(match: re.Match[str]) -> str:
        inner = match.group(1) or ""
        at = _AFTER_SIZE.search(inner)
        place = at.start() if at else len(inner)
        return f"<w:r><w:rPr>{inner[:place]}{mark}{inner[place:]}</w:rPr>"

    head, close, rest = part.partition("</w:p>")  # the heading of the sheet keeps its own size
    return head + close + _RUN.sub(sized, rest)


def odt_sizes(sizes: Sequence[float | None]) -> Callable[[str], str]:
    """Return what sets the paragraphs of each part of `content.xml`, by styles made for each size."""

    def patch(text: str) -> str:
        made: dict[str, str] = {}
        parts = _ODT_PART.split(text)
        out = [
            part if size is None else _STYLED.sub(lambda match, size=size: _restyled(match, size, text, made), part)
            for part, size in zip(parts, _padded(sizes, len(parts)), strict=True)
        ]
        return "".join(out).replace(
            "</office:automatic-styles>", "".join(made.values()) + "</office:automatic-styles>", 1
        )

    return patch


def _restyled(match: re.Match[str], size: float, text: str, made: dict[str, str]) -> str:
    """Point a paragraph at a style like its own, but of this size; the style is noted in `made`."""
    old = match.group(2)
    name = f"G{round(size * 10)}_{old}"
    if name not in made:
        made[name] = _style(name, old, size, text)
    return f"{match.group(1)}{name}{match.group(3)}"


def _style(name: str, old: str, size: float, text: str) -> str:
    properties = f'<style:text-properties fo:font-size="{size}pt" style:font-size-complex="{size}pt"/>'
    own = re.search(rf'<style:style style:name="{re.escape(old)}"([^>]*?)(?:/>|>(.*?)</style:style>)', text, re.DOTALL)
    if own is None:
        head = f'style:family="paragraph" style:parent-style-name="{old}"'
        return f'<style:style style:name="{name}" {head}>{properties}</style:style>'
    return f'<style:style style:name="{name}"{own.group(1)}>{own.group(2) or ""}{properties}</style:style>'
