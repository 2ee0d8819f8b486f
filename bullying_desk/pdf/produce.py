"""Makes every file of an order in this process. Call it in a child process: typst and pandoc need much memory."""

from __future__ import annotations

from bullying_desk.pdf.archive import packed
from bullying_desk.pdf.order import Order


def produce(order: Order) -> dict[str, bytes]:
    """Return every file of an order by name; the same order gives the same bytes, unless it has a password.

    Raises ProductionFailed.
    """
    from bullying_desk.pdf.typesetting import draw_png, set_pdf

    made = {
        file: set_pdf(sheet, order.pictures, order.stamp, order.data) for file, sheet in sorted(order.sheets.items())
    }
    if order.password:
        from bullying_desk.pdf.locking import locked  # with qpdf, which most prints do not need

        made = {file: locked(pdf, order.password) for file, pdf in made.items()}
    if order.trees:
        from bullying_desk.pdf.pandoc import office_file

        drawn = {name.removesuffix(".svg") + ".png": draw_png(name, order.pictures) for name in sorted(order.pictures)}
        for file, tree in sorted(order.trees.items()):
            made[file] = office_file(file, tree, drawn, order)
    return made


def produce_zip(order: Order) -> bytes:
    """Return the files of an order as one ZIP. Raises ProductionFailed."""
    return packed(produce(order))
