"""Packs the program for a city: the wheel carries templates and migrations inside the package."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CarryTopLevelFolders(BuildHookInterface):  # type: ignore[type-arg]
    """Put `templates/` and `migrations/` into a real wheel as `bullying_desk/_templates` and `_migrations`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":  # "editable" reads the folders where they are
            build_data["force_include"].update(
                {"templates": "bullying_desk/_templates", "migrations": "bullying_desk/_migrations"}
            )
