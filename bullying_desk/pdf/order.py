"""An order: everything a print needs, so that the process that makes it reads no file and no setting."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Order:
    """What to make. `stamp` is the time in the files, in seconds since 1970.

    `sheets`: typst sources by the name of their PDF. `trees`: pandoc's JSON by the name of the DOCX or ODT.
    `pictures`: SVG sources by the name the sheets and trees use; `alts`: alternative texts in the order of the trees.
    `sizes`: points of the type of each part of a tree, in order; None leaves the file's own.
    `data`: JSON that each sheet reads as `sys.inputs.data`. `password`: locks every PDF (AES-256).
    """

    sheets: dict[str, str] = field(repr=False)
    trees: dict[str, str] = field(repr=False)
    pictures: dict[str, str] = field(repr=False)
    stamp: int
    alts: tuple[str, ...] = field(default=(), repr=False)
    data: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    sizes: tuple[float | None, ...] = ()

    def to_json(self) -> str:
        """Return the order as text: for the child process, and for the hash that tells whether it was made already."""
        parts = [self.sheets, self.trees, self.pictures, self.stamp, self.alts, self.data, self.password, self.sizes]
        return json.dumps(parts, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: bytes) -> Order:
        """Return the order that `to_json` wrote."""
        sheets, trees, pictures, stamp, alts, data, password, sizes = json.loads(text)
        return cls(sheets, trees, pictures, stamp, tuple(alts), data, password, tuple(sizes))
