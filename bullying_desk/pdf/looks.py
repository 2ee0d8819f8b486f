"""The looks of office files: pandoc's own reference file for each kind, with our styles, page and letters.

Frames, cards, lines to write on, tables with borders and A4 for text, large letters for the board. They are changed
here in plain sight, instead of a binary in the repository that nobody can read.
"""

from __future__ import annotations

import re
from typing import Final

from bullying_desk.pdf.archive import repacked

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
    return repacked(
        default, {"word/styles.xml": _docx_styles, "word/document.xml": _docx_page, "word/settings.xml": _hyphens}
    )


def odt_reference(default: bytes) -> bytes:
    """Return pandoc's default reference.odt with our styles and A4."""
    return repacked(default, {"styles.xml": _odt_styles})


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


def pptx_reference(default: bytes) -> bytes:
    """Return pandoc's default reference.pptx (16:9) with our letters and colours, to be read from the last row."""
    layouts = {
        "slideLayouts/slideLayout1.xml": _pptx_first,
        "slideLayouts/slideLayout4.xml": lambda text: text.replace('sz="2100"', 'sz="2800"'),  # beside a picture
        "slideMasters/slideMaster1.xml": _pptx_master,
        "theme/theme1.xml": _pptx_theme,
    }
    return repacked(default, {f"ppt/{name}": patch for name, patch in layouts.items()})


def _pptx_first(text: str) -> str:
    text = text.replace('algn="ctr"', 'algn="l"', 1).replace("<a:defRPr>", '<a:defRPr sz="2000">', 1)
    text = text.replace(
        '<a:off x="1371600" y="2914650"/><a:ext cx="6400800"', '<a:off x="685800" y="2914650"/><a:ext cx="7772400"'
    )
    return re.sub(r'<a:schemeClr val="tx1">\s*<a:tint val="75000"/>\s*</a:schemeClr>', '<a:schemeClr val="tx1"/>', text)


def _pptx_theme(text: str) -> str:
    text = text.replace('<a:latin typeface="Calibri"/>', '<a:latin typeface="Arial"/>')
    for name, colour in (("dk1", _INK), ("dk2", _BLUE), ("accent1", _BLUE), ("hlink", _BLUE)):
        text = re.sub(rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>', text)
    return text


def _pptx_master(text: str) -> str:
    def titled(match: re.Match[str]) -> str:
        style = match[0].replace('algn="ctr"', 'algn="l"', 1).replace('sz="3300"', 'sz="3200" b="1"', 1)
        return style.replace('<a:schemeClr val="tx1"/>', '<a:schemeClr val="tx2"/>', 1)

    text = re.sub(r"<p:titleStyle>.*?</p:titleStyle>", titled, text, flags=re.DOTALL)
    return text.replace('sz="2400"', 'sz="3200"', 1)


LOOKS: Final = {"docx": docx_reference, "odt": odt_reference, "pptx": pptx_reference}
