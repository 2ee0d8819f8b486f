"""Gives each sheet inside a Word or open document file the size of type that its class needs.

pandoc knows one size of text for a whole file. The plan is read by a teacher, a sheet by a child: so the parts of the
made file are set one by one, in the order in which they begin a new page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

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
