"""Which signs a print can hold: PDF/UA-1 (7.21.7) refuses a letter that no font has a shape for."""

from __future__ import annotations

import re

# What the shipped fonts hold (Atkinson Hyperlegible, Noto Sans, IBM Plex Sans Arabic): Latin, Greek, Cyrillic, Arabic,
# punctuation, currency. A sign without a letter shape would make typst refuse the whole print (PDF/UA-1, 7.21.7).
NO_SHAPE = re.compile(
    r"[^\u0020-\u007e\u00a0-\u017f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"
    r"\u0400-\u045f\u0490-\u0491\u060c\u061b\u061f\u0621-\u063a\u0641-\u0652\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06cc"
    r"\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
