"""Makes the German word list out of Debian's package wngerman. Run it as `python -m tests.cases.german_words FILE`.

FILE is /usr/share/dict/ngerman. The package is the word list of igerman98 by Björn Jacke, GPL-2 or GPL-3. Compounds of
two shorter words are left out, because the program takes words apart itself: that is two fifths of the list.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

from bullying_desk.cases.printing.known_words import is_compound

TARGET = Path(__file__).parents[2] / "bullying_desk" / "resources" / "german_words.txt.xz"
LONG = 9  # letters: shorter words are no compounds of two words of four letters
HEAD = """\
# German words, for finding names in a print. Compounds of two of these words are left out.
# Source: igerman98 20161207, https://www.j3e.de/ispell/igerman98/, as Debian's package wngerman 20161207-11.
# Copyright 1999-2016 Björn Jacke. Licence: GPL-2 or GPL-3. Taken on 30 November 2026 by tests/cases/german_words.py.
"""


def shortened(words: set[str]) -> list[str]:
    """Return the words without compounds of shorter ones; with a capital those that are never written small."""
    found = set[str]()
    for word in sorted({word.casefold() for word in words}, key=len):
        if len(word) < LONG or not is_compound(word, found):
            found.add(word)
    small = {word.casefold() for word in words if word.islower()}
    return sorted(word if word in small else word.capitalize() for word in found)


def main() -> None:
    """Read the list that is named and write ours."""
    words = set(Path(sys.argv[1]).read_text("utf-8").split())
    text = HEAD + "\n".join(shortened(words)) + "\n"
    TARGET.write_bytes(lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
