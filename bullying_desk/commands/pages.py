"""Pages that answer where the program does not: for requests the server refuses, and for nginx while nothing runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, render_template
from waitress.task import ErrorTask

from bullying_desk.web.headers import HEADERS
from bullying_desk.web.request import services_of

if TYPE_CHECKING:
    from bullying_desk.commands import Desk

HELP = "/hilfe"
WRITTEN = {"zu-gross.html": 413, "nicht-lesbar.html": 400, "pause.html": 503}
_FILES = re.compile(r'(?:href|src)="(/static/[^"?#]+)')


def error_page(app: Flask, status: int) -> bytes:
    """Return an error page as the program shows it, without a request."""
    with app.test_request_context("/"):
        app.preprocess_request()
        return render_template(f"errors/{status}.html", kept=[]).encode()


def error_task(pages: Mapping[int, bytes]) -> type[ErrorTask]:
    """Return how waitress answers a request it refuses itself: with a page of ours, which has the help numbers."""

    class PageTask(ErrorTask):
        def execute(self) -> None:
            task: Any = self
            error = task.request.error
            body = pages[413 if error.code == 413 else 400]
            self.status = f"{error.code} {error.reason}"
            headers = {**HEADERS, "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
            task.response_headers.extend(headers.items())
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return PageTask


@click.command("export-help")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export_help(desk: Desk, folder: Path) -> None:
    """Write the help page and the error pages as files, for nginx to show while the program does not answer.

    Run it again after each update. The files hold nothing secret; everybody may read them.
    """
    from bullying_desk.app import create_app

    app = create_app(desk.settings, database=desk.database, keys=desk.keys)
    pages = {"hilfe.html": _fetched(app, HELP), **{name: error_page(app, code) for name, code in WRITTEN.items()}}
    for name, body in pages.items():
        _write(folder / name, body)
    for path in {path for page in pages.values() for path in _FILES.findall(page.decode())}:
        _write(folder / path.lstrip("/"), _fetched(app, path))
    click.echo(f"Written: {', '.join(sorted(pages))} and the files they show.")


def _fetched(app: Flask, path: str) -> bytes:
    answer = app.test_client().get(path, base_url=services_of(app).settings.base_url or "https://localhost")
    if answer.status_code != 200:
        raise click.ClickException(f"{path} answers {answer.status_code}")
    return answer.get_data()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.write_bytes(body)
    path.chmod(0o644)
    path.parent.chmod(0o755)
