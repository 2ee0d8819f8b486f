"""A file of texts and the type it is read into. `things.yml` is next to `things.py`, which says what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bullying_desk.texts.reading import Reader, Said

T = TypeVar("T")


@dataclass(frozen=True)
class TextFile(Generic[T]):
    """The texts of the module `module` (its `__file__`), read into the frozen dataclass `kind`."""

    module: str
    kind: type[T]

    @property
    def path(self) -> Path:
        """The path of the file."""
        return Path(self.module).with_suffix(".yml")

    def read(self) -> T:
        """Return the checked content. Raises TextsWrong with file and line."""
        return self.read_text(self.path.read_text("utf-8"))

    def read_text(self, text: str) -> T:
        """Return the checked content of `text` as if it were in this file. Raises TextsWrong."""
        return Reader(self.path.name, text).read(self.kind)

    def said(self) -> list[Said]:
        """Return every text for people in the file, with its line and the comment above it."""
        reader = Reader(self.path.name, self.path.read_text("utf-8"))
        reader.read(self.kind)
        return reader.said
