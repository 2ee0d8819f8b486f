"""The sheets of slips: the words are printed on the inner side of a fold and exist only until the print is sent.

A sheet has three slips, printed on both sides. Left of the cut is the child's half with the words inside. Right of it
is the half for the box, with its number.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import Final

from bullying_desk.pdf.order import Order
from bullying_desk.reports.offline.slips import A_SHEET, numbers_of
from bullying_desk.schoolyard.prints import sheet_words
from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.prints.kit import MARK, source
from bullying_desk.schoolyard.prints.lettering import Value
from bullying_desk.sealing.receipts import PaperSlip

FILE: Final = "zettel.pdf"


def order_for_slips(facts: Facts, first_sheet: int, made: Sequence[PaperSlip]) -> Order:
    """Return the order for sheets that begin with `first_sheet`. It holds the words: it is printed and thrown away."""
    sheets: list[Value] = []
    for sheet in range(first_sheet, first_sheet + len(made) // A_SHEET):
        offset = (sheet - first_sheet) * A_SHEET
        slips: list[Value] = [
            {"nummer": number, "worte": list(slip.words.words)}
            for number, slip in zip(numbers_of(sheet), made[offset : offset + A_SHEET], strict=True)
        ]
        sheets.append({"blatt": sheet, "zettel": slips})
    told: dict[str, Value] = {
        "blaetter": sheets,
        "rueckweg": str(facts.values["adresse"]).rpartition("/")[0] + "/zurueck",
    }
    text = source(facts, "slips", sheet_words.TITLES["slips"], told)
    return Order({FILE: text}, {}, {"mark.svg": MARK}, calendar.timegm(facts.edition.timetuple()))
