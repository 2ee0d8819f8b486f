"""pandoc, from memory to memory: a document tree (pandoc's JSON) becomes a DOCX or an ODT file.

pandoc takes styles from a reference file: frames, cards, lines to write on, tables with borders, A4. Ours is pandoc's
own, changed here in plain sight instead of a binary in the repository nobody can read.
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


# The look: styles and page of the reference file.

_INK, _BLUE, _EDGE = "171E45", "28378F", "6D759B"

#: name -> (border: none/box/left/bottom, border colour, fill, space before, space after) in points
_STYLES: Final[dict[str, tuple[str, str, str, int, int]]] = {
    "Kasten": ("box", _INK, "", 0, 0),
    "Tafelbild": ("box", "33500D", "F6F9EE", 0, 0),
    "Achtung": ("left", "6B3500", "FCEFDC", 0, 0),
    "Chat": ("left", _BLUE, "E6EAF6", 2, 4),
    "Schreiblinie": ("bottom", _EDGE, "", 10, 0),
    "Schreibplatz": ("none", "", "", 5, 5),
    "Zeichenfeld": ("box", _EDGE, "", 4, 8),
    "Bildunterschrift": ("none", "", "", 0, 8),
    "Hinweis": ("none", "", "", 0, 4),
}
_SMALL: Final = frozenset({"Hinweis", "Bildunterschrift"})


def _docx_style(name: str) -> str:
    kind, colour, fill, before, after = _STYLES[name]
    sides = {
        "box": "top left bottom right",
        "left": "left",
        "bottom": "bottom between",
    }
    size = 24 if kind == "left" else 6
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="4" w:color="{colour}"/>'
        for side in sides.get(kind, "").split()
    )
    border = f"<w:pBdr>{edges}</w:pBdr>" if edges else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    keep = "<w:keepLines/>"
    text = f'<w:rPr><w:sz w:val="17"/><w:color w:val="{_EDGE}"/></w:rPr>' if name in _SMALL else ""
    text = text.replace(_EDGE, "434A6E")
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{keep}{border}{shade}'
        f'<w:spacing w:before="{before * 20}" w:after="{after * 20}"/></w:pPr>{text}</w:style>'
    )


def _odt_style(name: str) -> str:
    kind, colour, fill, before, after = _STYLES[name]
    line = {"left": "3pt solid", "none": ""}.get(kind, "0.75pt solid")
    edge = f"{line} #{colour.lower()}" if line else "none"
    borders = {
        "box": f'fo:border="{edge}" fo:padding="4pt"',
        "left": f'fo:border-left="{edge}" fo:padding-left="6pt"',
        "bottom": f'fo:border-bottom="{edge}" style:join-border="false"',
    }
    shade = f'fo:background-color="#{fill.lower()}"' if fill else ""
    keep = 'fo:keep-together="always"'
    text = '<style:text-properties fo:font-size="8.5pt" fo:color="#434a6e"/>' if name in _SMALL else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="Standard" '
        f'style:class="text"><style:paragraph-properties {borders.get(kind, "")} {shade} {keep} '
        f'fo:margin-top="{before}pt" fo:margin-bottom="{after}pt"/>{text}</style:style>'
    )


def docx_reference(default: bytes) -> bytes:
    """Return pandoc's default reference.docx with our styles, A4 and hyphenation."""
    return _patched(
        default, {"word/styles.xml": _docx_styles, "word/document.xml": _docx_page, "word/settings.xml": _hyphens}
    )


def odt_reference(default: bytes) -> bytes:
    """Return pandoc's default reference.odt with our styles and A4."""
    return _patched(default, {"styles.xml": _odt_styles})


def _patched(default: bytes, patches: dict[str, Callable[[str], str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(default)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            patch = patches.get(entry.filename)
            if patch is not None:
                data = patch(data.decode("utf-8")).encode("utf-8")
            target.writestr(entry, data)
    return out.getvalue()


def _docx_styles(text: str) -> str:
    text = re.sub(r"<w:rFonts w:asciiTheme[^>]*/>", '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>', text)
    text = text.replace('<w:lang w:val="en-US"', '<w:lang w:val="de-DE"')
    text = text.replace('<w:sz w:val="24" />', '<w:sz w:val="21" />', 1)
    text = text.replace('<w:spacing w:after="200" />', '<w:spacing w:after="100" />', 1)
    text = text.replace('w:before="180" w:after="180"', 'w:before="40" w:after="80"')
    for level, (old, new) in enumerate(((40, 28), (32, 24), (28, 22)), start=1):
        at = text.index(f'w:styleId="Heading{level}"')
        end = text.index("</w:style>", at)
        style = text[at:end].replace(f'w:val="{old}"', f'w:val="{new}"')
        style = re.sub(r'<w:color w:val="\w+"[^>]*/>', f'<w:color w:val="{_BLUE}"/>', style)
        style = re.sub(r'w:before="\d+" w:after="\d+"', 'w:before="200" w:after="60"', style)
        style = style.replace("<w:color", "<w:b/><w:color", 1)
        text = text[:at] + style + text[end:]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_EDGE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    at = text.index('w:styleId="Table"')
    text = text[:at] + text[at:].replace("<w:tblCellMar>", f"<w:tblBorders>{edges}</w:tblBorders><w:tblCellMar>", 1)
    first = '<w:tblStylePr w:type="firstRow">'
    text = text.replace(first, first + "<w:rPr><w:b/></w:rPr>", 1)
    return text.replace("</w:styles>", "".join(_docx_style(name) for name in _STYLES) + "</w:styles>")


def _docx_page(text: str) -> str:
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1020" w:right="1134" w:bottom="1020" w:left="1134" '
        'w:header="567" w:footer="567" w:gutter="0"/>'
        "</w:sectPr>"
    )
    text = re.sub(r"<w:sectPr.*?</w:sectPr>|<w:sectPr\s*/>", "", text, flags=re.DOTALL)
    return text.replace("</w:body>", page + "</w:body>")


def _hyphens(text: str) -> str:
    return re.sub(r"(<w:defaultTabStop[^>]*/>)", r'\1<w:autoHyphenation w:val="true"/>', text, count=1)


def _odt_styles(text: str) -> str:
    text = text.replace('fo:language="en" fo:country="US"', 'fo:language="de" fo:country="DE"')
    text = text.replace(
        'style:font-name="Times New Roman" fo:font-size="12pt"', 'style:font-name="Arial" fo:font-size="10.5pt"'
    )
    text = text.replace('fo:hyphenate="false"', 'fo:hyphenate="true"', 1)
    for name, old, new in (("page-width", "8.5in", "21cm"), ("page-height", "11in", "29.7cm")):
        text = text.replace(f'fo:{name}="{old}"', f'fo:{name}="{new}"')
    text = re.sub(r'fo:margin-(top|bottom|left|right)="1in"', r'fo:margin-\1="1.9cm"', text)
    own = "".join(_odt_style(name) for name in _STYLES) + (
        '<style:style style:name="Seitenkopf" style:family="paragraph" style:parent-style-name="Heading_20_1" '
        'style:default-outline-level="1" style:class="text">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>'
        '<style:style style:name="Seitenumbruch" style:family="paragraph" style:parent-style-name="Standard">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>'
    )
    return text.replace("</office:styles>", own + "</office:styles>", 1)


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
