"""Makes the files of one lesson (PDF, DOCX, ODT); runs in a child process, never in the web process.

typst and pandoc read only what is laid into a fresh folder; typst's package paths point there too, so that neither
the network nor a file of the machine can get into a worksheet.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

# typst and pandoc are imported where they work, in the child process: the server holds 7 MB less.
from bullying_desk.lessons.building.reference import docx_reference, odt_reference

_FONT_PACKAGES: Final = ("fontpkg_atkinson_hyperlegible", "fontpkg_ibm_plex_sans_arabic", "fontpkg_noto_sans")
_PICTURE_DPI: Final = 200.0
_SECONDS: Final = 60
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


class ProductionFailed(Exception):
    """typst or pandoc refused a lesson; the message is theirs."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of a lesson: sources by file name, pictures with alternative text, the time stamp (seconds)."""

    typst: dict[str, str] = field(repr=False)
    trees: dict[str, str] = field(repr=False)
    pictures: dict[str, bytes] = field(repr=False)
    alts: tuple[str, ...]
    stamp: int


@lru_cache(maxsize=1)
def font_folders() -> tuple[str, ...]:
    """Return the folders of the freely licensed fonts (OFL), which ship as Python packages."""
    return tuple(str(files(package).joinpath("files")) for package in _FONT_PACKAGES)


def produce(order: Order) -> dict[str, bytes]:
    """Make every file of an order; the same order gives the same bytes.

    Raises ProductionFailed, among others when a picture lacks its alternative text (PDF/UA-1 refuses it).
    """
    with tempfile.TemporaryDirectory(prefix="lesson-") as name:
        folder = Path(name)
        for picture, data in order.pictures.items():
            (folder / picture).write_bytes(data)
        made = {file: _pdf(folder, source, order.stamp) for file, source in sorted(order.typst.items())}
        if order.trees:
            _bitmaps(folder, sorted(order.pictures))
        for file, tree in sorted(order.trees.items()):
            made[file] = _office(folder, file, tree, order)
        return made


def _pdf(folder: Path, source: str, stamp: int) -> bytes:
    import typst

    path = folder / "main.typ"
    path.write_text(source, "utf-8")
    try:
        pdf = typst.compile(
            str(path),
            root=str(folder),
            font_paths=list(font_folders()),
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=stamp,
            package_path=str(folder),
            package_cache_path=str(folder),
        )
    except Exception as error:  # typst raises its own class and RuntimeError
        raise ProductionFailed(str(error)) from error
    if not isinstance(pdf, bytes):
        raise ProductionFailed("typst made no file")
    return pdf


def plan_pages(order: Order) -> int:
    """Return on how many pages the plan prints (the mark `planende` stands at its end); 0 where there is no plan."""
    import typst

    source = order.typst.get("main.pdf", "")
    with tempfile.TemporaryDirectory(prefix="lesson-") as name:
        folder = Path(name)
        for picture, data in order.pictures.items():
            (folder / picture).write_bytes(data)
        path = folder / "main.typ"
        path.write_text(source, "utf-8")
        found = typst.query(
            str(path),
            "<planende>",
            field="value",
            root=str(folder),
            font_paths=list(font_folders()),
            ignore_system_fonts=True,
            package_path=str(folder),
            package_cache_path=str(folder),
        )
        pages = json.loads(found)
        return int(pages[0]) if pages else 0


def _bitmaps(folder: Path, pictures: list[str]) -> None:
    """Draw each SVG as PNG by typst itself: pandoc would want another program and leave the place empty."""
    import typst

    for picture in pictures:
        path = folder / "picture.typ"
        path.write_text(
            "#set page(width: auto, height: auto, margin: 0pt)\n"
            f'#set text(font: "Atkinson Hyperlegible")\n#image("{picture}", width: 12cm)',
            "utf-8",
        )
        target = folder / (picture.removesuffix(".svg") + ".png")
        typst.compile(
            str(path),
            output=str(target),
            root=str(folder),
            format="png",
            ppi=_PICTURE_DPI,
            font_paths=list(font_folders()),
            ignore_system_fonts=True,
            package_path=str(folder),
            package_cache_path=str(folder),
        )


@lru_cache(maxsize=2)
def _reference(target: str) -> bytes:
    import pypandoc

    default = subprocess.run(  # noqa: S603 - a fixed program with fixed arguments
        [pypandoc.get_pandoc_path(), "--print-default-data-file", f"reference.{target}"],
        check=True,
        capture_output=True,
        timeout=_SECONDS,
    ).stdout
    return docx_reference(default) if target == "docx" else odt_reference(default)


def _office(folder: Path, file: str, tree: str, order: Order) -> bytes:
    target = file.rpartition(".")[2]
    reference = folder / f"reference.{target}"
    reference.write_bytes(_reference(target))
    output = folder / f"out.{target}"
    _pandoc(folder, tree, ["-t", target, "--reference-doc", reference.name, "-o", output.name], order.stamp)
    patches = {"word/document.xml": _docx_rows} if target == "docx" else {"content.xml": _OdtPatch(order.alts)}
    return _repacked(output.read_bytes(), patches)


def _pandoc(folder: Path, tree: str, arguments: list[str], stamp: int) -> None:
    """Run pandoc on a document tree inside a folder, with little memory and a fixed date (SOURCE_DATE_EPOCH)."""
    import pypandoc

    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(  # noqa: S603 - a fixed program; the tree goes in as data
        [pypandoc.get_pandoc_path(), "-f", "json", *arguments, "+RTS", "-M512M", "-RTS"],
        input=tree.encode("utf-8"),
        cwd=folder,
        env=environment | {"SOURCE_DATE_EPOCH": str(stamp)},
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        raise ProductionFailed(done.stderr.decode("utf-8", "replace"))


def _repacked(data: bytes, patches: Mapping[str, Callable[[str], str]]) -> bytes:
    """Write a ZIP again with fixed times and order, changing some members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            patch = patches.get(entry.filename)
            if patch is not None:
                content = patch(content.decode("utf-8")).encode("utf-8")
            info = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            # ODF wants `mimetype` first and not compressed.
            info.compress_type = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, content)
    return out.getvalue()


def _docx_rows(text: str) -> str:
    """Keep table rows in one piece; header rows already repeat."""
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


def order_json(order: Order) -> str:
    """Return an order as text, for the hash that tells whether it was made already."""
    pictures = {name: data.hex() for name, data in sorted(order.pictures.items())}
    parts = [order.typst, order.trees, pictures, list(order.alts), order.stamp]
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)
