"""Makes every file of an order in this process. Call it in a child process: typst and pandoc need much memory."""

from __future__ import annotations

import io

from bullying_desk.pdf.archive import packed
from bullying_desk.pdf.errors import ProductionFailed
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


def locked(pdf: bytes, password: str) -> bytes:
    """Return a PDF that opens with the password alone: AES-256, revision 6 (ISO 32000-2, 7.6.4), by qpdf.

    A person with the password may print, copy and read it aloud. The owner's password is the same: an empty one would
    open the file for everybody. Raises ProductionFailed.
    """
    import pikepdf  # with qpdf, which most prints do not need

    out = io.BytesIO()
    rule = pikepdf.Encryption(owner=password, user=password, R=6, allow=pikepdf.Permissions(modify_assembly=True))
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.save(out, encryption=rule)
    except pikepdf.PdfError as error:
        raise ProductionFailed(str(error)) from error
    return out.getvalue()
