"""Runs the migrations of one instance; called by `bullying-desk migrate` with an open connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import bullying_desk.metadata  # noqa: F401 - knows every table
from bullying_desk.database import Base, UtcDateTime

config = context.config


def _render(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    # Migrations stay readable without the program of their day, so own types are written out as what they are below.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run within the connection that the command hands over."""
    connection = config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
