"""Taking a PDF apart: everything in it that could hold a word, whether a reader shows it or not."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)


def everything_in(pdf: bytes, password: str = "") -> str:
    """Return the shown text (through the fonts' ToUnicode), every string of every object, and every opened stream."""
    reader = PdfReader(io.BytesIO(pdf), password=password or None)
    found = [page.extract_text() for page in reader.pages]
    found += [str(value) for value in (reader.metadata or {}).values()]
    for number in range(1, int(str(reader.trailer["/Size"]))):
        found += _strings(reader.get_object(IndirectObject(number, 0, reader)))
    text = "\n".join(found)
    return text + "\n" + re.sub(r"\s+", " ", text)  # a name may be broken over two lines


def _strings(value: Any) -> list[str]:
    found: list[str] = []
    if isinstance(value, StreamObject):
        data = value.get_data()
        found += [data.decode(coding, "ignore") for coding in ("utf-8", "latin-1", "utf-16-be", "utf-16-le")]
    if isinstance(value, DictionaryObject):
        for each in value.values():
            found += [] if isinstance(each, IndirectObject) else _strings(each)
    elif isinstance(value, ArrayObject):
        for each in value:
            found += [] if isinstance(each, IndirectObject) else _strings(each)
    elif isinstance(value, TextStringObject):
        found.append(str(value))
    elif isinstance(value, ByteStringObject):
        found += [bytes(value).decode(coding, "ignore") for coding in ("utf-8", "utf-16-be")]
    return found
