"""Which pages there are: asked from the program itself, so that a new page is never forgotten."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.keyring import make_keys
from bullying_desk.web.guard import Entry, rule_of

# Answers that are no pages: files, maps for machines, the way out, and addresses that only lead on.
NO_PAGES = {
    "static_file", "favicon", "healthz", "guidance.robots", "guidance.leave", "lessons.download", "lessons.extra",
    "lessons.picture", "lessons.path_download", "lessons.lesson_map", "lessons.bulk", "lessons.by_code",
    "schools.by_key", "schools.by_spelled_key", "city.schools_csv", "joining.link",
}  # fmt: skip


@cache
def addresses(entry: Entry) -> dict[str, str]:
    """Return the address of every page for those who enter that way, by endpoint; `<…>` stands for what varies."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_keys(folder / "keys")
        app = create_app(Settings(instance=folder))
    pages: dict[str, str] = {}
    for rule in app.url_map.iter_rules():
        said = rule_of(app, rule.endpoint)
        if said is not None and said.entry is entry and "GET" in (rule.methods or set()):
            pages[rule.endpoint] = rule.rule
    return {endpoint: address for endpoint, address in pages.items() if endpoint not in NO_PAGES}
